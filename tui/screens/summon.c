#include "tui/screens/summon.h"

#include "core/visit.h"
#include "tui/app.h"
#include "tui/screens/tags.h"

/* Of a job that QEMU still has, or of a migration; else NULL. */
static struct target *target_of(const struct fleet *fleet, uint64_t uid)
{
    struct target *target = NULL;
    const struct job *job = fleet_job(fleet, uid, &target);
    if (job)
        return job->ending == JOB_NOT_ENDED ? target : NULL;
    return fleet_migrating(fleet, uid);
}

bool summon(struct app *app, uint64_t uid, int64_t now_ms)
{
    struct target *target = target_of(app->fleet, uid);
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

void summon_keep(const struct app *app, int64_t now_ms)
{
    const struct fleet *fleet = app->fleet;
    bool in_box = app->stack[app->depth - 1]->ops->overlay;
    const struct target *at = target_of(fleet, app_subject(app));
    for (size_t i = 0; i < fleet->target_count; i++)
        if (in_box || fleet->targets[i] == at)
            visit_keep(fleet->targets[i], now_ms);
}
