#include "core/change.h"

#include <stdlib.h>
#include <string.h>

#include "core/action.h"
#include "core/ending.h"
#include "core/fleet_base.h"
#include "core/mem.h"
#include "core/note.h"
#include "core/roster.h"

#define ASK_JOBS  (1u << TARGET_ASK_JOBS)
#define ASK_BLOCK (1u << TARGET_ASK_BLOCK)

/* What a new status leaves open. WAITING and ABORTING are passed through or are
 * followed by an event that says more. */
static const uint32_t questions[JOB_STATUS_COUNT] = {
    [JOB_STATUS_UNKNOWN] = ASK_JOBS,
    [JOB_STATUS_CREATED] = ASK_JOBS | ASK_BLOCK,
    [JOB_STATUS_PAUSED] = ASK_JOBS | ASK_BLOCK,
    [JOB_STATUS_READY] = ASK_JOBS | ASK_BLOCK,
    [JOB_STATUS_STANDBY] = ASK_JOBS | ASK_BLOCK,
    [JOB_STATUS_PENDING] = ASK_JOBS,
    [JOB_STATUS_CONCLUDED] = ASK_JOBS,
};

/* How far a job has come: it never goes back (job.c JobSTT). 0 = cannot say. */
static const int ranks[JOB_STATUS_COUNT] = {
    [JOB_STATUS_CREATED] = 1, [JOB_STATUS_RUNNING] = 2,  [JOB_STATUS_PAUSED] = 2,
    [JOB_STATUS_READY] = 3,   [JOB_STATUS_STANDBY] = 3,  [JOB_STATUS_WAITING] = 4,
    [JOB_STATUS_PENDING] = 5, [JOB_STATUS_ABORTING] = 6, [JOB_STATUS_CONCLUDED] = 7,
    [JOB_STATUS_NULL] = 8,
};

bool change_is_impossible(enum job_status before, enum job_status after)
{
    return ranks[before] && ranks[after] && ranks[after] < ranks[before];
}

void change_seen(struct target *target, const struct job *job, int64_t now_ms)
{
    action_observe(target->fleet, job, now_ms);
    fleet_touch(target->fleet);
}

void change_moved(struct target *target, const struct job *job, int64_t now_ms)
{
    action_observe(target->fleet, job, now_ms);
    fleet_moved(target->fleet);
}

void change_settle_by(struct target *target, int64_t at_ms)
{
    if (target->settle_ms < 0 || at_ms < target->settle_ms)
        target->settle_ms = at_ms;
}

static void ask(struct target *target, const struct job *job, uint32_t queries)
{
    if (queries & ASK_JOBS)
        target_want(target, TARGET_ASK_JOBS);
    if (queries & ASK_BLOCK && !job_is_plain(job))
        target_want(target, TARGET_ASK_BLOCK);
}

struct job *change_begin(struct target *target, const char *id, int64_t now_ms)
{
    struct job *job;

    if (!roster_has_room(target, id)) {
        target->malformed++;
        return NULL;
    }
    job = job_new(fleet_uid(target->fleet), id, now_ms);
    job->noted_status = JOB_STATUS_UNDEFINED;
    job->held_status = JOB_STATUS_UNKNOWN;
    roster_add(target, job);
    uid_index_add(&target->fleet->uids, job->uid, target, roster_keeps);
    change_settle_by(target, now_ms + CHANGE_HOLD_MS);
    fleet_touch(target->fleet);
    return job;
}

void change_confirm(struct target *target, struct job *job, int64_t now_ms)
{
    if (!job->noted && !job_may_want_finalize(job, now_ms))
        note_status(target, job, now_ms);
}

/* The pause counter is at zero: what stopped the job is over. */
static void leave_pause(struct target *target, struct job *job, int64_t now_ms)
{
    job->stopped_by = NULL;
    job->block_paused = false;
    rate_restart(&job->rate, now_ms);
    ask(target, job, ASK_JOBS | ASK_BLOCK);
}

void change_status(struct target *target, struct job *job, const char *wire, int64_t now_ms)
{
    bool was_paused = job_is_paused(job);

    job->held_status = JOB_STATUS_UNKNOWN;
    if (!job_set_status(job, wire, now_ms))
        return;
    job->noted = false;
    if (was_paused && !job_is_paused(job))
        leave_pause(target, job, now_ms);
    ask(target, job, questions[job->status]);
    if (note_is_passing(job))
        change_settle_by(target, now_ms + CHANGE_HOLD_MS);
    else
        note_status(target, job, now_ms);
    change_seen(target, job, now_ms);
}

void change_hold(struct target *target, struct job *job, enum job_status status, int64_t now_ms)
{
    job->held_status = status;
    job->held_ms = now_ms;
    change_settle_by(target, now_ms + CHANGE_HOLD_MS);
}

void change_end(struct target *target, struct job *job, int64_t now_ms)
{
    job->held_status = JOB_STATUS_UNKNOWN;
    job->ending = ending_of(job);
    job->ended_ms = now_ms;
    job->dismissed = job->noted && job->noted_status == JOB_STATUS_CONCLUDED;
    job->completing = false;
    job->cancelling = false;
    roster_retire(target, job);
    note_end(target, job, now_ms);
    change_seen(target, job, now_ms);
}

bool change_error(struct job *job, const char *error)
{
    return mem_set_cut(&job->error, error, TARGET_ERROR_MAX);
}
