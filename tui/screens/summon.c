#include "tui/screens/summon.h"

#include "core/visit.h"
#include "tui/app.h"
#include "tui/screens/tags.h"

bool summon(struct app *app, uint64_t uid, int64_t now_ms)
{
    struct target *target = fleet_actable(app->fleet, uid);
    if (!target || app->fleet->read_only || !visit_summon(target, now_ms))
        return false;
    return app->links.connect && !app->links.connect(app->links.ctx, target);
}

bool summon_all(struct app *app, const struct tags *tags, int64_t now_ms)
{
    bool any = false;
    for (size_t i = 0; i < tags->count; i++)
        any |= summon(app, tags->uids[i], now_ms);
    return any;
}

void summon_say(struct app *app, const char *name, int64_t now_ms)
{
    status_say(&app->status, THEME_NEED, now_ms,
               "%s: the socket is only visited; connecting to it: press the key again", name);
}
