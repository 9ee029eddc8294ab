#include "core/errand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/action.h"
#include "core/fleet_base.h"
#include "core/fleet_find.h"
#include "core/group.h"
#include "core/mem.h"
#include "core/merge.h"

#define SIBLINGS 32

static const enum errand_state fates[ACTION_STATE_COUNT] = {
    [ACTION_SENT] = ERRAND_SENT,       [ACTION_ACCEPTED] = ERRAND_ACCEPTED,
    [ACTION_REFUSED] = ERRAND_REFUSED, [ACTION_EFFECTIVE] = ERRAND_DONE,
    [ACTION_UNKNOWN] = ERRAND_UNKNOWN, [ACTION_OVERTAKEN] = ERRAND_OVERTAKEN,
};

static const char *const words[ERRAND_STATE_COUNT] = {
    [ERRAND_WAITING] = "to send",     [ERRAND_SENT] = "sent",
    [ERRAND_ACCEPTED] = "accepted",   [ERRAND_DONE] = "in effect",
    [ERRAND_OVERTAKEN] = "overtaken", [ERRAND_UNKNOWN] = "outcome unknown",
    [ERRAND_REFUSED] = "refused",     [ERRAND_LEFT] = "left out",
};

void errand_release(struct errand *errand)
{
    free(errand->items);
    free(errand->refusal);
    *errand = (struct errand){.count = 0};
}

bool errand_is_under_way(const struct errand *errand)
{
    return errand->next < errand->count;
}

void errand_begin(struct errand *errand, enum verb verb, uint64_t argument,
                  const struct errand_item *items, size_t count)
{
    errand_release(errand);
    errand->verb = verb;
    errand->argument = argument;
    errand->items = mem_alloc(count, sizeof(*items));
    errand->count = count;
    errand->tally[ERRAND_WAITING] = count;
    for (size_t i = 0; i < count; i++)
        errand->items[i] = (struct errand_item){.uid = items[i].uid, .tier = items[i].tier};
}

static void enter(struct errand *errand, struct errand_item *item, enum errand_state state)
{
    errand->tally[item->state]--;
    errand->tally[state]++;
    item->state = state;
}

/* ---- those on their way ---------------------------------------------------------------------
 */

/* `action` is NULL when nobody remembers it any more. */
static bool follow(struct errand *errand, struct errand_item *item, const struct action *action)
{
    enum errand_state state = action ? fates[action->state] : ERRAND_UNKNOWN;

    if (state == item->state)
        return false;
    enter(errand, item, state);
    if (state == ERRAND_REFUSED)
        mem_set(&errand->refusal, action->answer);
    return true;
}

/* Items and actions both stand in the order of sending. */
static bool follow_all(struct errand *errand, const struct action_list *list)
{
    size_t at = 0;
    bool changed = false;

    for (size_t i = 0; i < errand->next; i++) {
        struct errand_item *item = &errand->items[i];

        if (item->state != ERRAND_SENT && item->state != ERRAND_ACCEPTED)
            continue;
        while (at < list->count && list->items[at]->serial < item->serial)
            at++;
        changed |=
            follow(errand, item,
                   at < list->count && list->items[at]->serial == item->serial ? list->items[at]
                                                                               : NULL);
    }
    return changed;
}

/* ---- sending --------------------------------------------------------------------------------
 */

static size_t unanswered(const struct action_list *list, const struct target *target)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += list->items[i]->target == target && list->items[i]->state == ACTION_SENT;
    return count;
}

/* What is asked of one job of a transaction happens to all of them: asked at once, the
 * next one would refuse what has just been done to it. */
static bool waits_for_sibling(const struct errand *errand, const struct fleet *fleet,
                              const struct target *target, const struct job *job)
{
    const struct job *siblings[SIBLINGS];
    size_t count = group_siblings(target, job, siblings, SIBLINGS);

    for (size_t i = 0; i < count && i < SIBLINGS; i++)
        if (action_check(fleet, siblings[i]->uid, errand->verb).answer == VERB_IN_FLIGHT)
            return true;
    return false;
}

static void leave_out(struct errand *errand, struct errand_item *item, const char *why)
{
    enter(errand, item, ERRAND_LEFT);
    errand->left_why = why;
}

/* Sends the request of one job, or leaves the job out; false when it has to wait. */
static bool send_one(struct errand *errand, struct errand_item *item, struct fleet *fleet,
                     int64_t now_ms)
{
    struct target *target = NULL;
    const struct job *job = fleet_job(fleet, item->uid, &target);
    struct action_check check = action_check(fleet, item->uid, errand->verb);
    const struct action *action;

    if (job && job->ending != JOB_NOT_ENDED && errand->verb == VERB_DISMISS) {
        merge_clear(target, item->uid);
        enter(errand, item, ERRAND_DONE);
        return true;
    }
    if (!job || check.answer != VERB_LIT) {
        leave_out(errand, item, job ? check.why : "the job is gone");
        return true;
    }
    if (verb_tier(job, errand->verb) > item->tier) {
        leave_out(errand, item, "more came to stake");
        return true;
    }
    if (unanswered(fleet->actions, target) >= ERRAND_ABREAST ||
        waits_for_sibling(errand, fleet, target, job))
        return false;
    action = action_send(fleet, item->uid, errand->verb, errand->argument, now_ms, &check);
    if (!action)
        return false;
    item->serial = action->serial;
    enter(errand, item, ERRAND_SENT);
    return true;
}

static bool is_settled(const struct errand *errand)
{
    return errand->tally[ERRAND_WAITING] + errand->tally[ERRAND_SENT] +
               errand->tally[ERRAND_ACCEPTED] ==
           0;
}

bool errand_run(struct errand *errand, struct fleet *fleet, int64_t now_ms)
{
    bool changed = follow_all(errand, fleet->actions);

    while (errand_is_under_way(errand) &&
           send_one(errand, &errand->items[errand->next], fleet, now_ms)) {
        errand->next++;
        changed = true;
    }
    if (changed && is_settled(errand))
        errand->settled_ms = now_ms;
    return changed;
}

/* ---- words ----------------------------------------------------------------------------------
 */

static const char *detail_of(const struct errand *errand, enum errand_state state)
{
    const char *detail = state == ERRAND_REFUSED ? errand->refusal
                         : state == ERRAND_LEFT  ? errand->left_why
                                                 : NULL;
    return detail ? detail : "";
}

void errand_sentence(const struct errand *errand, char *dst, size_t size)
{
    size_t len = (size_t)snprintf(dst, size, "%s %zu job%s", verb_name(errand->verb),
                                  errand->count, errand->count == 1 ? "" : "s");
    const char *before = ": ";

    for (enum errand_state state = 0; state < ERRAND_STATE_COUNT && len < size; state++) {
        const char *detail = detail_of(errand, state);

        if (errand->tally[state] == 0)
            continue;
        len += (size_t)snprintf(dst + len, size - len, "%s%zu %s%s%s%s", before,
                                errand->tally[state], words[state], *detail ? " (" : "", detail,
                                *detail ? ")" : "");
        before = ", ";
    }
}
