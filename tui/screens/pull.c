#include "tui/screens/pull.h"

#include "tui/app.h"

static const char no_migration[] = "the migration is gone";

struct lever_check pull_check(const struct fleet *fleet, uint64_t uid, enum lever lever)
{
    const struct target *target = fleet_migrating(fleet, uid);
    return target ? action_check_lever(fleet, target, uid, lever)
                  : (struct lever_check){.why = no_migration};
}

const char *pull_why_not(const struct fleet *fleet, uint64_t uid, enum lever lever)
{
    return pull_check(fleet, uid, lever).why;
}

void pull_lever(struct app *app, uint64_t uid, enum lever lever, uint64_t value,
                const char *text, int64_t now_ms)
{
    struct target *target = fleet_migrating(app->fleet, uid);
    struct lever_check check = {.why = no_migration};
    const struct action *action = NULL;
    if (target)
        action = action_pull(app->fleet, target, uid, lever, value, text, now_ms, &check);
    app->dirty = true;
    if (action)
        status_follow(&app->status, action->serial);
    else
        app_say_unlit(app, lever_name(lever), check.why, check.since_ms, now_ms);
}
