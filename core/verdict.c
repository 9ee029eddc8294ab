#include "core/verdict.h"

#include "core/ending.h"

static const char *const verdict_texts[VERDICT_COUNT] = {
    [VERDICT_UNKNOWN] = "unknown",
    [VERDICT_STARTING] = "starting",
    [VERDICT_MOVING] = "moving",
    [VERDICT_AT_LIMIT] = "at its limit",
    [VERDICT_FLAT] = "flat",
    [VERDICT_PAUSED] = "paused by operator",
    [VERDICT_PAUSED_NOSPACE] = "paused by error: no space",
    [VERDICT_PAUSED_IO_ERROR] = "paused by error: I/O error",
    [VERDICT_HELD] = "held by QEMU",
    [VERDICT_PAUSING] = "pausing",
    [VERDICT_IN_STEP] = "in step",
    [VERDICT_BEHIND] = "behind",
    [VERDICT_WAITING] = "waiting for its group",
    [VERDICT_WANTS_FINALIZE] = "wants finalize",
    [VERDICT_FINALIZING] = "finalizing",
    [VERDICT_COMPLETING] = "completing",
    [VERDICT_STAYING] = "staying",
    [VERDICT_CANCELLING] = "cancelling",
    [VERDICT_ABORTING] = "aborting",
    [VERDICT_EITHER] = "switched or stayed",
    [VERDICT_GONE] = "gone",
};

/* Of an ended job; those without a text of their own have that of the ending. */
static const enum verdict ended[JOB_ENDING_COUNT] = {
    [JOB_NOT_ENDED] = VERDICT_UNKNOWN,
    [JOB_ENDED_DONE] = VERDICT_DONE,
    [JOB_ENDED_SWITCHED] = VERDICT_SWITCHED,
    [JOB_ENDED_STAYED] = VERDICT_STAYED,
    [JOB_ENDED_EITHER] = VERDICT_EITHER,
    [JOB_ENDED_FAILED] = VERDICT_FAILED,
    [JOB_ENDED_CANCELLED] = VERDICT_CANCELLED,
    [JOB_ENDED_CANCELLED_BY_US] = VERDICT_CANCELLED_BY_US,
    [JOB_ENDED_CANCELLED_WITH_GROUP] = VERDICT_CANCELLED_WITH_GROUP,
    [JOB_ENDED_UNKNOWN] = VERDICT_GONE,
};

const char *verdict_text(enum verdict verdict)
{
    enum job_ending ending = JOB_NOT_ENDED;

    if (verdict_texts[verdict])
        return verdict_texts[verdict];
    while (ended[ending] != verdict)
        ending++;
    return ending_text(ending);
}

uint64_t verdict_backlog(const struct job *job)
{
    return job->total > job->current ? job->total - job->current : 0;
}

/* ---- flat
 * ------------------------------------------------------------------------------------ */

/* An abort copies nothing more, so no limit slows it. */
static int64_t flat_after_ms(const struct job *job)
{
    if (job->status == JOB_STATUS_ABORTING || !job->has_block || job->speed == 0)
        return VERDICT_FLAT_MS;
    return VERDICT_FLAT_MS + (int64_t)(VERDICT_LUMP * UINT64_C(1000) / job->speed);
}

static bool should_move(const struct job *job)
{
    if (job->ending != JOB_NOT_ENDED)
        return false;
    if (job->status == JOB_STATUS_ABORTING)
        return true;
    return job->status == JOB_STATUS_RUNNING && job_is_block(job) && job->total > 0 &&
           job->rate.seen;
}

bool verdict_is_flat(const struct job *job, int64_t now_ms, int64_t *since_ms)
{
    int64_t since = job->status_ms;

    if (job->rate.seen && job->rate.moved_ms > since)
        since = job->rate.moved_ms;
    if (!should_move(job) || now_ms - since < flat_after_ms(job))
        return false;
    *since_ms = since;
    return true;
}

/* ---- one function a family of statuses
 * --------------------------------------------------------- */

static bool is_at_limit(const struct job *job, int64_t now_ms)
{
    uint64_t speed;

    return job->has_block && job->speed > 0 && rate_per_second(&job->rate, now_ms, &speed) &&
           speed >= job->speed - job->speed / 10;
}

static enum verdict of_running(const struct job *job, int64_t now_ms)
{
    int64_t since;

    if (job_is_pausing(job))
        return VERDICT_PAUSING;
    if (job->current == 0 && job->total == 0)
        return VERDICT_STARTING;
    if (verdict_is_flat(job, now_ms, &since))
        return VERDICT_FLAT;
    return is_at_limit(job, now_ms) ? VERDICT_AT_LIMIT : VERDICT_MOVING;
}

static enum verdict of_paused(const struct job *job)
{
    if (job_is_io_paused(job))
        return job->io == JOB_IO_NOSPACE ? VERDICT_PAUSED_NOSPACE : VERDICT_PAUSED_IO_ERROR;
    /* Nobody can pause a plain job. */
    return job_is_plain(job) ? VERDICT_HELD : VERDICT_PAUSED;
}

static enum verdict of_ready(const struct job *job)
{
    if (job->staying)
        return VERDICT_STAYING;
    if (job->completing)
        return VERDICT_COMPLETING;
    if (job_is_pausing(job))
        return VERDICT_PAUSING;
    return verdict_backlog(job) > 0 ? VERDICT_BEHIND : VERDICT_IN_STEP;
}

/* WAITING or PENDING, with nobody to wait for. */
static enum verdict of_last_step(const struct job *job)
{
    if (job->staying)
        return VERDICT_STAYING;
    return job->completing || job->was_ready ? VERDICT_COMPLETING : VERDICT_FINALIZING;
}

/* Only backups share a transaction. */
static enum verdict of_waiting(const struct job *job)
{
    bool shares = job->type == JOB_TYPE_BACKUP || job->type == JOB_TYPE_UNKNOWN;

    return shares && !job->was_ready ? VERDICT_WAITING : of_last_step(job);
}

static enum verdict of_pending(const struct job *job, int64_t now_ms)
{
    return job_wants_finalize(job, now_ms) ? VERDICT_WANTS_FINALIZE : of_last_step(job);
}

enum verdict verdict_of(const struct job *job, int64_t now_ms)
{
    enum job_ending outcome = ending_outcome(job);

    if (outcome == JOB_ENDED_UNKNOWN && job->ending == JOB_NOT_ENDED)
        return VERDICT_UNKNOWN; /* concluded, and the answer that tells how is on its way */
    if (outcome != JOB_NOT_ENDED)
        return ended[outcome];
    if (job->cancelling || job->forced_cancel)
        return VERDICT_CANCELLING;
    switch (job->status) {
    case JOB_STATUS_UNDEFINED:
    case JOB_STATUS_CREATED:
        return VERDICT_STARTING;
    case JOB_STATUS_RUNNING:
        return of_running(job, now_ms);
    case JOB_STATUS_PAUSED:
    case JOB_STATUS_STANDBY:
        return of_paused(job);
    case JOB_STATUS_READY:
        return of_ready(job);
    case JOB_STATUS_WAITING:
        return of_waiting(job);
    case JOB_STATUS_PENDING:
        return of_pending(job, now_ms);
    case JOB_STATUS_ABORTING:
        return VERDICT_ABORTING;
    case JOB_STATUS_UNKNOWN:
    case JOB_STATUS_CONCLUDED:
    case JOB_STATUS_NULL:
    case JOB_STATUS_COUNT:
        break;
    }
    return VERDICT_UNKNOWN;
}
