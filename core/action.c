#include "core/action.h"

#include "core/action_launch.h"
#include "core/effect.h"
#include "core/ending.h"
#include "core/fleet_base.h"
#include "core/fleet_find.h"
#include "core/target.h"

static const char *const gone_texts[JOB_ENDING_COUNT] = {
    [JOB_ENDED_DONE] = "the job was done first",
    [JOB_ENDED_SWITCHED] = "the job switched over first",
    [JOB_ENDED_STAYED] = "the job stayed and ended first",
    [JOB_ENDED_EITHER] = "the job was done first",
    [JOB_ENDED_FAILED] = "the job failed",
    [JOB_ENDED_CANCELLED] = "the job was cancelled by another client",
    [JOB_ENDED_CANCELLED_BY_US] = "the job was cancelled",
    [JOB_ENDED_CANCELLED_WITH_GROUP] = "the job was cancelled with its group",
    [JOB_ENDED_UNKNOWN] = "the job is gone, nobody saw how",
};

struct action_check action_check(const struct fleet *fleet, uint64_t uid, enum verb verb)
{
    struct target *target = NULL;
    const struct job *job = fleet_job(fleet, uid, &target);
    enum verb_answer answer = VERB_ENDED;

    if (job) {
        struct verb_context context = target_verbs(target);

        answer = verb_check(job, verb, &context);
    }
    if (answer == VERB_LIT && action_is_in_flight(fleet, uid, verb, LEVER_COUNT))
        answer = VERB_IN_FLIGHT;
    return (struct action_check){
        .answer = answer,
        .why = answer == VERB_LIT ? NULL : verb_answer_text(answer, verb),
        .since_ms = answer == VERB_SILENT ? target->asked_ms : 0,
    };
}

const struct action *action_send(struct fleet *fleet, uint64_t uid, enum verb verb,
                                 uint64_t argument, int64_t now_ms, struct action_check *check)
{
    struct action wish = {.uid = uid, .verb = verb, .lever = LEVER_COUNT, .argument = argument};
    struct job *job = fleet_job(fleet, uid, &wish.target);
    struct action *action;

    *check = action_check(fleet, uid, verb);
    if (!job || check->answer != VERB_LIT)
        return NULL;
    wish.job_id = job->id;
    wish.has_before = verb == VERB_LIMIT && job->has_block;
    wish.before = wish.has_before ? job->speed : 0;
    action = action_launch(fleet, &wish, now_ms);
    if (action)
        job->asked |= VERB_BIT(verb);
    else
        *check =
            (struct action_check){VERB_LINK_DOWN, verb_answer_text(VERB_LINK_DOWN, verb), 0};
    return action;
}

/* What QEMU promised and a query would not show. */
static void promise(struct job *job, enum verb verb, bool given)
{
    if (verb == VERB_COMPLETE)
        job->completing = given;
    else if (verb == VERB_CANCEL)
        job->cancelling = given;
    else if (verb == VERB_STAY)
        job->staying = given;
}

static void take_effect(struct fleet *fleet, struct action *action, struct job *job,
                        int64_t now_ms)
{
    action_enter(fleet, action, ACTION_EFFECTIVE, NULL, now_ms);
    /* A stay or a cancel goes on telling the job's end; a complete has left READY. */
    if (job && action->verb == VERB_COMPLETE)
        job->completing = false;
}

static void be_overtaken(struct fleet *fleet, struct action *action, struct job *job,
                         int64_t now_ms)
{
    const char *why = "the job is gone";

    if (job) {
        why = job->error ? job->error : gone_texts[ending_outcome(job)];
        promise(job, action->verb, false);
    }
    if (!why)
        why = job_status_text(job);
    action_enter(fleet, action, ACTION_OVERTAKEN, why, now_ms);
    action_say(fleet, action, JOURNAL_INFO, "overtaken", why, now_ms);
}

/* Settles an accepted action if the job's state allows it. */
static void settle(struct fleet *fleet, struct action *action, int64_t now_ms)
{
    struct job *job = fleet_job(fleet, action->uid, NULL);
    enum effect effect = job ? effect_of(action->verb, job) : EFFECT_OVERTAKEN;

    if (action->effect_seen || (!job && action->verb == VERB_DISMISS))
        effect = EFFECT_SEEN;
    switch (effect) {
    case EFFECT_OPEN:
        break;
    case EFFECT_SEEN:
        take_effect(fleet, action, job, now_ms);
        break;
    case EFFECT_OVERTAKEN:
        be_overtaken(fleet, action, job, now_ms);
        break;
    }
}

static void accept_lever(struct fleet *fleet, struct action *action, int64_t now_ms)
{
    target_want(action->target, TARGET_ASK_MIGRATE);
    target_want(action->target, TARGET_ASK_LIMITS);
    action_settle_lever(fleet, action, now_ms);
}

static void accept_verb(struct fleet *fleet, struct action *action, int64_t now_ms)
{
    struct job *job = fleet_job(fleet, action->uid, NULL);

    if (job)
        job->agreed |= VERB_BIT(action->verb);
    if (job && job->ending == JOB_NOT_ENDED) {
        promise(job, action->verb, true);
        target_want(action->target, TARGET_ASK_JOBS);
        if (!job_is_plain(job))
            target_want(action->target, TARGET_ASK_BLOCK);
    }
    settle(fleet, action, now_ms);
}

/* It was not ours, then; the job may have ended so before QEMU said no. */
static void refuse_verb(struct fleet *fleet, const struct action *action)
{
    struct job *job = fleet_job(fleet, action->uid, NULL);

    if (!job)
        return;
    job->asked &= ~VERB_BIT(action->verb);
    if (job->ending != JOB_NOT_ENDED)
        job->ending = ending_of(job);
}

void action_replied(struct fleet *fleet, uint64_t serial, const char *error, int64_t now_ms)
{
    struct action *action = action_list_find(fleet->actions, serial);

    if (!action || action->state != ACTION_SENT)
        return;
    if (!error) {
        action_enter(fleet, action, ACTION_ACCEPTED, NULL, now_ms);
        action_say(fleet, action, JOURNAL_YOU, "accepted", NULL, now_ms);
        (action->lever == LEVER_COUNT ? accept_verb : accept_lever)(fleet, action, now_ms);
        return;
    }
    if (action->lever == LEVER_COUNT)
        refuse_verb(fleet, action);
    action_enter(fleet, action, ACTION_REFUSED, error, now_ms);
    action_say(fleet, action, JOURNAL_ERROR, "refused", error, now_ms);
}

static void lose(struct fleet *fleet, struct action *action, int64_t now_ms)
{
    action_enter(fleet, action, ACTION_UNKNOWN, "the connection was lost", now_ms);
    action_say(fleet, action, JOURNAL_ERROR, "outcome unknown", action->answer, now_ms);
}

void action_gone(struct fleet *fleet, uint64_t serial, int64_t now_ms)
{
    struct action *action = action_list_find(fleet->actions, serial);

    if (action && action->state == ACTION_SENT)
        lose(fleet, action, now_ms);
}

void action_lost(struct fleet *fleet, const struct target *target, int64_t now_ms)
{
    struct action_list *list = fleet->actions;

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->target == target && action_waits(list->items[i]))
            lose(fleet, list->items[i], now_ms);
}

void action_observe(struct fleet *fleet, const struct job *job, int64_t now_ms)
{
    struct action_list *list = fleet->actions;

    for (size_t i = 0; i < list->count; i++) {
        struct action *action = list->items[i];

        if (action->uid != job->uid)
            continue;
        if (action->state == ACTION_ACCEPTED)
            settle(fleet, action, now_ms);
        else if (action->state == ACTION_SENT)
            action->effect_seen |= effect_of(action->verb, job) == EFFECT_SEEN;
    }
}

bool action_tick(struct fleet *fleet, int64_t now_ms)
{
    struct action_list *list = fleet->actions;
    bool changed = false;

    for (size_t i = 0; i < list->count; i++) {
        struct action *action = list->items[i];

        if (action->state != ACTION_ACCEPTED || action->overdue ||
            now_ms - action->state_ms < ACTION_PATIENCE_MS)
            continue;
        action->overdue = true;
        action_say(fleet, action, JOURNAL_INFO, "accepted, but no effect yet", NULL, now_ms);
        fleet_touch(fleet);
        changed = true;
    }
    return changed;
}
