#include <stdio.h>

#include "core/fleet.h"
#include "core/format.h"
#include "core/manager.h"
#include "tui/app.h"
#include "tui/screens/confirm.h"
#include "tui/screens/confirm_inner.h"
#include "tui/screens/ground.h"
#include "tui/screens/migration_text.h"
#include "tui/screens/pull.h"
#include "tui/screens/value_text.h"

static const char *lost_ground(const struct confirm *confirm, const struct fleet *fleet)
{
    const char *why = pull_why_not(fleet, confirm->uid, confirm->lever);
    if (why)
        return why;
    const struct target *target = fleet_migrating(fleet, confirm->uid);
    return lever_tier(&target->migration, confirm->lever) == confirm->tier
               ? NULL
               : ground_more_at_stake;
}

static const struct target *say_state(const struct confirm *confirm, const struct app *app,
                                      int64_t now_ms, char *text, size_t size)
{
    const struct target *target = fleet_migrating(app->fleet, confirm->uid);
    migration_text_state(target, NULL, now_ms, text, size);
    return target;
}

static const char *consequence(const struct confirm *confirm, const struct fleet *fleet)
{
    return lever_consequence(&fleet_migrating(fleet, confirm->uid)->migration, confirm->lever);
}

static void say_loss(const struct confirm *confirm, const struct fleet *fleet, char *text,
                     size_t size)
{
    char sent[FORMAT_SIZE];
    const struct migration *migration = &fleet_migrating(fleet, confirm->uid)->migration;
    snprintf(text, size, "%s were sent; this cannot be undone",
             format_bytes_long(sent, migration->transferred));
}

static bool is_number(enum lever lever)
{
    return lever_argument(lever) == LEVER_RATE || lever_argument(lever) == LEVER_MILLISECONDS;
}

static bool say_argument(const struct confirm *confirm, const struct fleet *fleet, char *text,
                         size_t size)
{
    char before[VALUE_TEXT_SIZE], after[VALUE_TEXT_SIZE];
    enum lever lever = confirm->lever;
    uint64_t value;
    if (!is_number(lever)) {
        snprintf(text, size, "%s", confirm->text ? confirm->text : "");
        return confirm->text != NULL;
    }
    bool known = lever_value(&fleet_migrating(fleet, confirm->uid)->migration, lever, &value);
    value_text_change(known ? value_text_lever(lever, value, before) : NULL,
                      value_text_lever(lever, confirm->argument, after), text, size);
    return true;
}

static void act(const struct confirm *confirm, struct app *app, int64_t now_ms)
{
    pull_lever(app, confirm->uid, confirm->lever, confirm->argument, confirm->text, now_ms);
}

static bool warn_of_manager(const struct confirm *confirm, const struct fleet *fleet,
                            char *text, size_t size)
{
    return manager_text(fleet_migrating(fleet, confirm->uid), text, size);
}

static const struct confirm_matter matter = {
    .lost_ground = lost_ground,
    .state = say_state,
    .consequence = consequence,
    .loss = say_loss,
    .argument = say_argument,
    .act = act,
    .managed = warn_of_manager,
};

static struct screen *confirm_lever_new(struct app *app, uint64_t uid, enum lever lever,
                                        uint64_t value, const char *text, int64_t now_ms)
{
    const struct target *target = fleet_migrating(app->fleet, uid);
    const struct migration *migration = &target->migration;
    const struct confirm wish = {
        .matter = &matter,
        .uid = uid,
        .lever = lever,
        .argument = value,
        .text = (char *)text,
        .name = lever_name(lever),
        .does = is_number(lever) ? "set" : lever_name(lever),
        .tier = lever_tier(migration, lever),
    };
    return confirm_open(app, &wish, target, "migration",
                        migration->incoming ? "incoming migration" : "outgoing migration",
                        now_ms);
}

void confirm_take_lever(struct app *app, uint64_t uid, enum lever lever, uint64_t value,
                        const char *text, int64_t now_ms)
{
    const struct target *target = fleet_migrating(app->fleet, uid);
    if (target && confirm_tier(app, lever_tier(&target->migration, lever)) != VERB_TIER_AT_ONCE)
        app_push(app, confirm_lever_new(app, uid, lever, value, text, now_ms));
    else if (app_takes_command(app, lever_name(lever), now_ms))
        pull_lever(app, uid, lever, value, text, now_ms);
}
