#include "tui/screens/steer.h"

#include "tui/app.h"
#include "tui/screens/ask.h"
#include "tui/screens/confirm.h"
#include "tui/screens/pull.h"
#include "tui/screens/summon.h"

/* Why a verb of jobs does nothing to a migration; NULL: it does something. */
static const char *const verb_texts[VERB_COUNT] = {
    [VERB_PAUSE] = "a migration has no pause, its bandwidth can be limited",
    [VERB_RESUME] = "a migration has no pause; continue and recover are in its detail",
    [VERB_COMPLETE] = "it completes by itself; continue is in its detail",
    [VERB_STAY] = "only a ready job can end in sync; cancel keeps the guest here",
    [VERB_CANCEL] = NULL,
    [VERB_FINALIZE] = "only a pending job can be finalized",
    [VERB_DISMISS] = NULL,
    [VERB_LIMIT] = NULL,
    [VERB_CHANGE] = "only a mirror can do that",
};

static const enum request requests[LEVER_COUNT] = {
    [LEVER_BANDWIDTH] = REQUEST_BANDWIDTH,
    [LEVER_DOWNTIME] = REQUEST_DOWNTIME,
    [LEVER_POSTCOPY_BANDWIDTH] = REQUEST_POSTCOPY_BANDWIDTH,
    [LEVER_POSTCOPY] = REQUEST_POSTCOPY,
    [LEVER_CONTINUE] = REQUEST_CONTINUE,
    [LEVER_CANCEL] = REQUEST_MIGRATE_CANCEL,
    [LEVER_PAUSE] = REQUEST_BREAK,
    [LEVER_RECOVER] = REQUEST_RECOVER,
};

enum request steer_request(enum lever lever)
{
    return requests[lever];
}

enum lever steer_lever_of(enum request request)
{
    enum lever lever = 0;
    while (lever < LEVER_COUNT && requests[lever] != request)
        lever++;
    return lever;
}

static void clear(struct app *app, uint64_t uid, int64_t now_ms)
{
    struct target *target = fleet_migrating(app->fleet, uid);
    if (!app_takes_command(app, "clear", now_ms))
        return;
    if (!target || !fleet_clear_migration(target)) {
        app_say_unlit(app, "clear", "the migration has not ended", 0, now_ms);
        return;
    }
    status_say(&app->status, THEME_STATUS, now_ms, "cleared from the list: %s migration",
               target_label(target));
    app->cleared_uid = uid;
    app->input.dismissed_ms = now_ms;
}

void steer_verb(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms)
{
    app->dirty = true;
    if (verb == VERB_DISMISS)
        clear(app, uid, now_ms);
    else if (verb == VERB_CANCEL)
        steer_lever(app, uid, LEVER_CANCEL, now_ms);
    else if (verb == VERB_LIMIT)
        steer_lever(app, uid, LEVER_BANDWIDTH, now_ms);
    else
        status_say(&app->status, THEME_NEED, now_ms, "%s: not for a migration: %s",
                   verb_name(verb), verb_texts[verb]);
}

void steer_lever(struct app *app, uint64_t uid, enum lever lever, int64_t now_ms)
{
    struct lever_check check = pull_check(app->fleet, uid, lever);
    app->dirty = true;
    if (summon(app, uid, now_ms))
        summon_say(app, lever_name(lever), now_ms);
    else if (check.why)
        app_say_unlit(app, lever_name(lever), check.why, check.since_ms, now_ms);
    else if (lever_argument(lever) != LEVER_NOTHING)
        app_push(app, ask_lever_new(app, uid, lever));
    else
        confirm_take_lever(app, uid, lever, 0, NULL, now_ms);
}
