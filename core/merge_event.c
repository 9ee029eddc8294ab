#include "core/action_list.h"
#include "core/group.h"
#include "core/merge.h"

#include <string.h>

#include "core/change.h"
#include "core/fleet_base.h"
#include "core/note.h"
#include "core/roster.h"

/* Events, and the statuses held back because they may be no more than a drain. */

/* The job an event is about, begun if it is new. NULL when nothing can be told of
 * it: no room, or it was there before a blind gap and may be another one now (the
 * answer that is asked for will say). */
static struct job *subject(struct target *target, const char *id, int64_t now_ms)
{
    struct job *job = roster_find(target, id);

    if (job && !job->blind)
        return job;
    target_want(target, TARGET_ASK_JOBS);
    if (job)
        return NULL;
    target_want(target, TARGET_ASK_BLOCK);
    return change_begin(target, id, now_ms);
}

static void end(struct target *target, struct job *job, int64_t now_ms)
{
    change_end(target, job, now_ms);
    roster_trim(target);
}

/* Is `status` proof of another job behind the id? */
static bool begins_anew(const struct job *job, enum job_status status)
{
    if (status == JOB_STATUS_CREATED)
        return true;
    return job->status == JOB_STATUS_CONCLUDED && !job->blind &&
           change_is_impossible(job->status, status);
}

/* A drain pauses a job for a moment. An I/O error or our own request says that
 * the pause is meant. */
static bool may_be_drain(const struct target *target, const struct job *job,
                         enum job_status status)
{
    bool pauses = (status == JOB_STATUS_PAUSED && job->status != JOB_STATUS_PAUSED) ||
                  (status == JOB_STATUS_STANDBY && job->status != JOB_STATUS_STANDBY);

    return pauses && !job->stopped_by && !action_is_open(target->fleet, job->uid, VERB_PAUSE);
}

static bool asked_for_jobs(const struct target *target)
{
    return target->asking && target->asked == TARGET_ASK_JOBS;
}

void merge_status_event(struct target *target, const char *id, const char *status,
                        int64_t now_ms)
{
    enum job_status parsed = job_status_parse(status);
    struct job *job = roster_find(target, id);

    target->answer_ms = now_ms;
    if (strnlen(status, TARGET_NAME_MAX + 1) > TARGET_NAME_MAX) {
        target->malformed++;
        return;
    }
    if (job && (parsed == JOB_STATUS_NULL || begins_anew(job, parsed)))
        end(target, job, now_ms);
    if (parsed == JOB_STATUS_NULL)
        return;
    job = subject(target, id, now_ms);
    if (!job)
        return;
    job->from_start |= parsed == JOB_STATUS_CREATED;
    job->told_poll = asked_for_jobs(target) ? target->poll_count : 0;
    group_event(target, job, parsed);
    if (may_be_drain(target, job, parsed))
        change_hold(target, job, parsed, now_ms);
    else
        change_status(target, job, status, now_ms);
}

static void take_error_event(struct target *target, struct job *job,
                             const struct block_event_report *report, int64_t now_ms)
{
    bool stops = report->action && strcmp(report->action, "stop") == 0;
    bool reading = report->operation && strcmp(report->operation, "read") == 0;
    const char *what = reading ? "read error" : "write error";

    job->io_errors++;
    if (!stops) {
        note_io_error(target, job, what, report->action, now_ms);
        return;
    }
    job->stopped_by = what;
    if (job->has_block && job->io != JOB_IO_NOSPACE)
        job->io = JOB_IO_FAILED;
    target_want(target, TARGET_ASK_BLOCK);
    if (job->held_status != JOB_STATUS_UNKNOWN)
        change_status(target, job, job_status_wire(job->held_status), now_ms);
}

/* QEMU says so only to a job that will wait for a finalize. */
static void take_pending(struct target *target, struct job *job, int64_t now_ms)
{
    job->auto_finalize = JOB_NO;
    change_status(target, job, job_status_wire(JOB_STATUS_PENDING), now_ms);
    change_confirm(target, job, now_ms);
}

static void take_event(struct target *target, struct job *job,
                       const struct block_event_report *report, int64_t now_ms)
{
    switch (report->event) {
    case MERGE_BLOCK_READY:
        job->was_ready = true;
        break;
    case MERGE_BLOCK_PENDING:
        take_pending(target, job, now_ms);
        break;
    case MERGE_BLOCK_COMPLETED:
        job->completed = true;
        change_error(job, report->error);
        break;
    case MERGE_BLOCK_CANCELLED:
        job->forced_cancel = true;
        break;
    case MERGE_BLOCK_ERROR:
        take_error_event(target, job, report, now_ms);
        break;
    }
}

void merge_block_event(struct target *target, const struct block_event_report *report,
                       int64_t now_ms)
{
    struct job *job;

    target->answer_ms = now_ms;
    job = subject(target, report->id, now_ms);
    if (!job)
        return;
    if (report->type && job->type == JOB_TYPE_UNKNOWN && !job->type_name &&
        strnlen(report->type, TARGET_NAME_MAX + 1) <= TARGET_NAME_MAX)
        job_set_type(job, report->type);
    if (report->has_progress)
        job_set_progress(job, report->offset, report->len, now_ms);
    take_event(target, job, report, now_ms);
    change_seen(target, job, now_ms);
}

/* The time at which `job` is to be looked at again, or -1. */
static int64_t settle_at(const struct job *job, int64_t now_ms)
{
    if (job->held_status != JOB_STATUS_UNKNOWN)
        return job->held_ms + CHANGE_HOLD_MS;
    if (!job->noted && job_may_want_finalize(job, now_ms))
        return job->status_ms + JOB_PASSING_MS;
    return job->noted ? -1 : job->status_ms + CHANGE_HOLD_MS;
}

static bool settle_job(struct target *target, struct job *job, int64_t now_ms)
{
    bool counts = job->held_status != JOB_STATUS_UNKNOWN;

    if (counts)
        change_status(target, job, job_status_wire(job->held_status), now_ms);
    change_confirm(target, job, now_ms);
    return counts;
}

bool merge_tick(struct target *target, int64_t now_ms)
{
    bool changed = false;

    if (target->settle_ms < 0 || now_ms < target->settle_ms)
        return false;
    target->settle_ms = -1;
    for (size_t i = 0; i < target->living_count; i++) {
        struct job *job = target->living[i];
        int64_t at = job->blind ? -1 : settle_at(job, now_ms);

        if (at >= 0 && at <= now_ms)
            changed |= settle_job(target, job, now_ms);
        else if (at >= 0)
            change_settle_by(target, at);
    }
    return changed;
}

int64_t merge_tick_at(const struct target *target)
{
    return target->settle_ms;
}
