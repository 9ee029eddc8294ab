#include "core/group.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/roster.h"
#include "core/target.h"

#define UNTOLD UINT64_MAX /* stands for the group of jobs that may have any */

/* ---- looks ---------------------------------------------------------------------------------
 */

static bool may_share(const struct job *job)
{
    return job->type == JOB_TYPE_BACKUP || job->type == JOB_TYPE_UNKNOWN;
}

static bool is_over(const struct job *job)
{
    return job->ending != JOB_NOT_ENDED || job->status == JOB_STATUS_CONCLUDED;
}

static bool is_unfinished(const struct job *job)
{
    return job->ending == JOB_NOT_ENDED &&
           (job->status == JOB_STATUS_CREATED || job->status == JOB_STATUS_RUNNING ||
            job->status == JOB_STATUS_PAUSED);
}

static bool is_waiting(const struct job *job)
{
    return job->ending == JOB_NOT_ENDED && job->status == JOB_STATUS_WAITING;
}

/* It would have gone on by itself, were it alone. */
static bool is_held_pending(const struct job *job)
{
    return job->ending == JOB_NOT_ENDED && job->status == JOB_STATUS_PENDING &&
           job->auto_finalize == JOB_YES;
}

static bool holds_pending(const struct job *job)
{
    return job->ending == JOB_NOT_ENDED && job->status == JOB_STATUS_PENDING &&
           job->auto_finalize != JOB_YES;
}

/* A backup of which nobody saw with which others it was created. */
static bool is_untold(const struct job *job)
{
    return !job->group_told && job->type == JOB_TYPE_BACKUP;
}

static bool is_possible(const struct target *target, const struct job *job)
{
    const struct group_watch *watch = &target->groups;

    return is_untold(job) &&
           ((watch->waits_possible && (is_waiting(job) || is_unfinished(job))) ||
            (watch->pends_possible && (is_held_pending(job) || holds_pending(job))));
}

/* ---- events --------------------------------------------------------------------------------
 */

static void join_batch(struct target *target, struct job *job)
{
    struct group_watch *watch = &target->groups;
    struct job *first = watch->batch ? roster_find_uid(target, watch->batch) : NULL;

    job->group_told = true;
    if (first && first->ending == JOB_NOT_ENDED)
        first->group = job->group = first->uid;
    else
        watch->batch = job->uid;
}

static void prove(struct target *target, uint64_t group)
{
    for (size_t i = 0; i < target->job_count; i++)
        if (target->jobs[i]->group == group)
            target->jobs[i]->group_proven = true;
}

static void begin_to_wait(struct target *target, const struct job *job)
{
    if (job->group && job->group == target->groups.waiting && !job->group_proven)
        prove(target, job->group);
    target->groups.waiting = job->group;
}

/* Whose fall drags this job: 0 = nobody's, it is alone. */
static uint64_t fate_of(const struct job *job)
{
    if (job->group || job->group_told)
        return job->group;
    return may_share(job) ? UNTOLD : 0;
}

/* The first of a group to abort was cancelled or failed; the others follow in the same
 * turn of QEMU's loop, before it answers anything. */
static void begin_to_abort(struct target *target, struct job *job)
{
    struct group_watch *watch = &target->groups;
    uint64_t fate = fate_of(job);
    bool follows = fate && watch->falling == fate && watch->falling_reply == target->replies;

    watch->falling = fate;
    watch->falling_reply = target->replies;
    if (!follows || job->asked & VERB_BIT(VERB_CANCEL))
        return;
    job->dragged = true;
    if (job->group && !job->group_proven)
        prove(target, job->group);
}

void group_event(struct target *target, struct job *job, enum job_status status)
{
    struct group_watch *watch = &target->groups;

    if (status == JOB_STATUS_CREATED) {
        join_batch(target, job);
        return;
    }
    if (watch->batch == job->uid || (job->group && watch->batch == job->group))
        watch->batch = 0;
    if (status == JOB_STATUS_WAITING)
        begin_to_wait(target, job);
    else if (watch->waiting == job->group)
        watch->waiting = 0;
    if (status == JOB_STATUS_ABORTING)
        begin_to_abort(target, job);
}

void group_lost(struct target *target)
{
    target->groups = (struct group_watch){0};
    for (size_t i = 0; i < target->living_count; i++) {
        struct job *job = target->living[i];

        job->group_told = job->group_proven;
        if (!job->group_proven)
            job->group = 0;
    }
}

/* ---- weighing what was created together ----------------------------------------------------
 */

/* A group that is neither proven nor disproved, and what its jobs do. */
struct batch {
    uint64_t group;
    size_t first, last;
    bool runs, waits, past;
};

static void settle(struct target *target, const struct batch *batch, bool proven)
{
    for (size_t i = batch->first; i <= batch->last; i++) {
        struct job *job = target->jobs[i];

        if (job->group == batch->group) {
            job->group_proven = proven;
            job->group = proven ? batch->group : 0;
        }
    }
}

static void judge(struct target *target, const struct batch *batch)
{
    if (batch->group && (batch->waits || (batch->past && batch->runs)))
        settle(target, batch, batch->waits);
}

/* Jobs created together stand together in the list, but for what was first seen in
 * between: one walk sees each group from its first job to its last. */
static void weigh_batches(struct target *target)
{
    struct batch batch = {0};

    for (size_t i = 0; i < target->job_count; i++) {
        struct job *job = target->jobs[i];

        if (!may_share(job))
            job->group = 0;
        if (!job->group || job->group_proven)
            continue;
        if (job->group != batch.group) {
            judge(target, &batch);
            batch = (struct batch){.group = job->group, .first = i};
        }
        batch.last = i;
        batch.runs |= is_unfinished(job);
        batch.waits |= is_waiting(job) || is_held_pending(job);
        batch.past |= is_over(job) || job->status == JOB_STATUS_PENDING;
    }
    judge(target, &batch);
}

/* ---- weighing what was found ---------------------------------------------------------------
 */

typedef bool look(const struct job *job);

/* Jobs that wait belong with the only one they can wait for. Returns whether there
 * are several. */
static bool weigh_found(struct target *target, look *is_held, look *holds)
{
    size_t held = 0, holders = 0;
    uint64_t group = 0;

    for (size_t i = 0; i < target->job_count; i++) {
        const struct job *job = target->jobs[i];

        if (!is_untold(job) || !(is_held(job) || holds(job)))
            continue;
        held += is_held(job);
        holders += holds(job);
        if (!group)
            group = job->uid;
    }
    if (held == 0 || holders != 1)
        return held > 0 && holders > 1;
    for (size_t i = 0; i < target->job_count; i++) {
        struct job *job = target->jobs[i];

        if (is_untold(job) && (is_held(job) || holds(job))) {
            job->group = group;
            job->group_told = job->group_proven = true;
        }
    }
    return false;
}

void group_weigh(struct target *target)
{
    weigh_batches(target);
    target->groups.waits_possible = weigh_found(target, is_waiting, is_unfinished);
    target->groups.pends_possible = weigh_found(target, is_held_pending, holds_pending);
}

/* ---- telling -------------------------------------------------------------------------------
 */

enum group_certainty group_certainty(const struct target *target, const struct job *job)
{
    if (job->group)
        return job->group_proven ? GROUP_PROVEN : GROUP_LIKELY;
    return is_possible(target, job) ? GROUP_POSSIBLE : GROUP_NONE;
}

const char *group_certainty_wire(enum group_certainty certainty)
{
    static const char *const wires[GROUP_CERTAINTY_COUNT] = {
        [GROUP_NONE] = "none",
        [GROUP_POSSIBLE] = "possible",
        [GROUP_LIKELY] = "likely",
        [GROUP_PROVEN] = "proven",
    };

    return wires[certainty];
}

/* Do they share a fate, as far as is known? `job` is in some group, or possibly so. */
static bool is_with(const struct target *target, const struct job *job, const struct job *other)
{
    if (is_over(other))
        return false;
    return job->group ? other->group == job->group : is_possible(target, other);
}

size_t group_siblings(const struct target *target, const struct job *job,
                      const struct job **siblings, size_t room)
{
    size_t count = 0;

    if (group_certainty(target, job) == GROUP_NONE)
        return 0;
    for (size_t i = 0; i < target->job_count; i++) {
        const struct job *other = target->jobs[i];

        if (other == job || !is_with(target, job, other))
            continue;
        if (count < room)
            siblings[count] = other;
        count++;
    }
    return count;
}

/* "this ends 3 jobs: ", after how sure that is. */
static void write_claim(enum group_certainty certainty, enum verb verb, size_t count, char *dst,
                        size_t size)
{
    const char *what = verb == VERB_CANCEL ? "end" : "finalize";

    if (certainty == GROUP_POSSIBLE)
        snprintf(dst, size, "this may also %s some of: ", what);
    else if (certainty == GROUP_LIKELY)
        snprintf(dst, size, "this may %s %zu jobs created together: ", what, count);
    else
        snprintf(dst, size, "this %ss %zu jobs: ", what, count);
}

bool group_warning(const struct target *target, const struct job *job, enum verb verb,
                   char *dst, size_t size)
{
    enum group_certainty certainty = group_certainty(target, job);
    size_t siblings = group_siblings(target, job, NULL, 0), used;
    const char *gap = "";

    *dst = '\0';
    if (siblings == 0 || (verb != VERB_CANCEL && verb != VERB_FINALIZE))
        return false;
    write_claim(certainty, verb, siblings + 1, dst, size);
    for (size_t i = 0; i < target->job_count; i++) {
        const struct job *other = target->jobs[i];

        used = strlen(dst);
        if (other == job ? certainty == GROUP_POSSIBLE : !is_with(target, job, other))
            continue;
        snprintf(dst + used, size - used, "%s%.40s", gap, other->id);
        gap = ", ";
    }
    return true;
}
