#include <stdio.h>

#include "core/advice.h"
#include "core/fleet.h"
#include "core/format.h"
#include "core/group.h"
#include "core/manager.h"
#include "tui/app.h"
#include "tui/screens/confirm.h"
#include "tui/screens/confirm_inner.h"
#include "tui/screens/ground.h"
#include "tui/screens/job_text.h"
#include "tui/screens/value_text.h"

static const char *lost_ground(const struct confirm *confirm, const struct fleet *fleet)
{
    return ground_lost_for(fleet, confirm->uid, confirm->verb, confirm->tier);
}

static const struct target *say_state(const struct confirm *confirm, const struct app *app,
                                      int64_t now_ms, char *text, size_t size)
{
    struct target *target;
    const struct job *job = fleet_job(app->fleet, confirm->uid, &target);
    job_text_state(target, job, &app->keymap, now_ms, text, size);
    return target;
}

static const char *consequence(const struct confirm *confirm, const struct fleet *fleet)
{
    return verb_consequence(fleet_job(fleet, confirm->uid, NULL), confirm->verb);
}

static void say_loss(const struct confirm *confirm, const struct fleet *fleet, char *text,
                     size_t size)
{
    char copied[FORMAT_SIZE];
    const struct job *job = fleet_job(fleet, confirm->uid, NULL);
    if (job->type == JOB_TYPE_STREAM || job->type == JOB_TYPE_COMMIT)
        snprintf(text, size, "The chain stays as it is; to shorten it takes another job");
    else if (job_is_block(job) && job->current > 0)
        snprintf(text, size, "%s of finished work is thrown away; this cannot be undone",
                 format_bytes_long(copied, job->current));
    else
        snprintf(text, size, "This cannot be undone");
}

static bool say_argument(const struct confirm *confirm, const struct fleet *fleet, char *text,
                         size_t size)
{
    char before[VALUE_TEXT_SIZE], after[VALUE_TEXT_SIZE];
    const struct job *job = fleet_job(fleet, confirm->uid, NULL);
    if (confirm->verb != VERB_LIMIT)
        return false;
    value_text_change(job->has_block ? value_text_limit(job->speed, before) : NULL,
                      value_text_limit(confirm->argument, after), text, size);
    return true;
}

static void act(const struct confirm *confirm, struct app *app, int64_t now_ms)
{
    app_act(app, confirm->uid, confirm->verb, confirm->argument, now_ms);
}

/* The rest of its transaction. */
static bool warn(const struct confirm *confirm, const struct fleet *fleet, char *text,
                 size_t size)
{
    struct target *target;
    const struct job *job = fleet_job(fleet, confirm->uid, &target);
    return group_warning(target, job, confirm->verb, text, size);
}

static bool warn_of_manager(const struct confirm *confirm, const struct fleet *fleet,
                            char *text, size_t size)
{
    struct target *target;
    fleet_job(fleet, confirm->uid, &target);
    return manager_warning(target, confirm->verb, text, size);
}

static const char *advise(const struct confirm *confirm, const struct fleet *fleet)
{
    struct target *target;
    const struct job *job = fleet_job(fleet, confirm->uid, &target);
    return advice_on(advice_of(target, job), confirm->verb);
}

static const struct confirm_matter matter = {
    .lost_ground = lost_ground,
    .state = say_state,
    .consequence = consequence,
    .loss = say_loss,
    .argument = say_argument,
    .act = act,
    .warning = warn,
    .managed = warn_of_manager,
    .advice = advise,
};

struct screen *confirm_new(struct app *app, uint64_t uid, enum verb verb, uint64_t argument,
                           int64_t now_ms)
{
    struct target *target;
    const struct job *job = fleet_job(app->fleet, uid, &target);
    const struct confirm wish = {
        .matter = &matter,
        .uid = uid,
        .verb = verb,
        .argument = argument,
        .name = verb_name(verb),
        .does = verb_name(verb),
        .tier = verb_tier(job, verb),
    };
    return confirm_open(app, &wish, target, job->id, job_type_text(job), now_ms);
}

void confirm_take(struct app *app, uint64_t uid, enum verb verb, uint64_t argument,
                  int64_t now_ms)
{
    const struct job *job = fleet_job(app->fleet, uid, NULL);
    if (job && confirm_tier(app, verb_tier(job, verb)) != VERB_TIER_AT_ONCE)
        app_push(app, confirm_new(app, uid, verb, argument, now_ms));
    else if (app_takes_command(app, verb_name(verb), now_ms))
        app_act(app, uid, verb, argument, now_ms);
}
