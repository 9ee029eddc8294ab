#include "tui/screens/commands.h"

#include "core/merge.h"
#include "tui/app.h"
#include "tui/screens/ask.h"
#include "tui/screens/bulk_verb.h"
#include "tui/screens/command_word.h"
#include "tui/screens/confirm.h"
#include "tui/screens/menu_actions.h"
#include "tui/screens/screen_events.h"
#include "tui/screens/screen_help.h"
#include "tui/screens/screen_job.h"
#include "tui/screens/screen_migration.h"
#include "tui/screens/screen_targets.h"
#include "tui/screens/steer.h"
#include "tui/screens/summon.h"
#include "tui/screens/tags.h"
#include "tui/screens/view.h"

/* Of a key held down: the first repeat is late, the others follow soon. */
#define FIRST_REPEAT_MS 700
#define NEXT_REPEAT_MS  300

/* ---- verbs ----------------------------------------------------------------------------- */

/* Dismissing what QEMU no longer has only clears our own list. */
static bool clear_ended(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms)
{
    struct target *target;
    const struct job *job = fleet_job(app->fleet, uid, &target);
    if (verb != VERB_DISMISS || !job || job->ending == JOB_NOT_ENDED)
        return false;
    if (!app_takes_command(app, "clear", now_ms))
        return true;
    status_say(&app->status, THEME_STATUS, now_ms, "cleared from the list: %s %s",
               target_label(target), job->id);
    merge_clear(target, uid);
    app->cleared_uid = uid;
    app->input.dismissed_ms = now_ms;
    return true;
}

/* One press, one row: the key that is held down reaches the next row as well, which has
 * moved below the cursor. */
static bool is_held_down(struct app_input *input, int64_t now_ms)
{
    bool first = now_ms - input->dismissed_ms < FIRST_REPEAT_MS;
    bool next = now_ms - input->dismiss_key_ms < NEXT_REPEAT_MS;
    bool held = input->repeats && input->dismissed_ms > 0 && (first || next);
    input->dismiss_key_ms = now_ms;
    return held;
}

static void take_verb(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms)
{
    if (verb == VERB_DISMISS)
        app->input.dismissed_ms = now_ms;
    confirm_take(app, uid, verb, 0, now_ms);
}

static void ask_verb(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms)
{
    app->dirty = true;
    if (verb == VERB_DISMISS && is_held_down(&app->input, now_ms))
        return;
    if (uid == 0) {
        status_say(&app->status, THEME_NEED, now_ms, "%s: no job is selected", verb_name(verb));
        return;
    }
    if (summon(app, uid, now_ms)) {
        summon_say(app, verb_name(verb), now_ms);
        return;
    }
    if (fleet_migrating(app->fleet, uid)) {
        steer_verb(app, uid, verb, now_ms);
        return;
    }
    if (clear_ended(app, uid, verb, now_ms))
        return;
    struct action_check check = action_check(app->fleet, uid, verb);
    const struct job *job = fleet_job(app->fleet, uid, NULL);
    if (check.answer != VERB_LIT || !job)
        app_say_unlit(app, verb_name(verb), check.why ? check.why : "the job is gone",
                      check.since_ms, now_ms);
    else if (verb == VERB_LIMIT)
        app_push(app, ask_limit_new(app, uid));
    else
        take_verb(app, uid, verb, now_ms);
}

/* ---- requests -------------------------------------------------------------------------- */

/* The screen that a request opens; NULL when it opens none. */
static struct screen *opened_by(const struct app *app, enum request request)
{
    if (request == REQUEST_HELP)
        return screen_help_new();
    bool of_row = request == REQUEST_DETAIL || request == REQUEST_ACTIONS;
    if (of_row && fleet_migrating(app->fleet, app_subject(app)))
        return screen_migration_new(app_subject(app));
    if (request == REQUEST_DETAIL)
        return screen_job_new(app_subject(app));
    if (request == REQUEST_EVENTS)
        return screen_events_new(app->fleet, app_subject(app));
    if (request == REQUEST_TARGETS)
        return screen_targets_new();
    return NULL;
}

/* A verb acts on the tagged jobs while there are any, else on the one under the cursor. */
static void ask_for_verb(struct app *app, enum verb verb, int64_t now_ms)
{
    const struct tags *tags = app_tags(app);
    if (tags && tags->count > 0 && summon_all(app, tags, now_ms))
        summon_say(app, verb_name(verb), now_ms);
    else if (tags && tags->count > 0)
        bulk_verb(app, tags, verb, now_ms);
    else
        ask_verb(app, app_subject(app), verb, now_ms);
}

static bool run(struct app *app, enum request request, int64_t now_ms)
{
    struct screen *opened = opened_by(app, request);
    if (request == REQUEST_ACTIONS)
        (void)summon(app, app_subject(app), now_ms);
    if (opened) {
        app_push(app, opened);
    } else if (keymap_row(request)->verb != VERB_COUNT) {
        ask_for_verb(app, keymap_row(request)->verb, now_ms);
    } else if (request == REQUEST_ACTIONS) {
        menu_actions_open(app, app_subject(app), now_ms);
    } else {
        bool changed = view_request(app, request, now_ms);
        app->dirty = app->dirty || changed;
        return changed;
    }
    return true;
}

const struct app_commands commands = {.run = run, .verb = ask_verb, .word = command_word};
