#include "core/job.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static const char *const type_wires[JOB_TYPE_COUNT] = {
    [JOB_TYPE_UNKNOWN] = "unknown",
    [JOB_TYPE_COMMIT] = "commit",
    [JOB_TYPE_STREAM] = "stream",
    [JOB_TYPE_MIRROR] = "mirror",
    [JOB_TYPE_BACKUP] = "backup",
    [JOB_TYPE_CREATE] = "create",
    [JOB_TYPE_AMEND] = "amend",
    [JOB_TYPE_SNAPSHOT_LOAD] = "snapshot-load",
    [JOB_TYPE_SNAPSHOT_SAVE] = "snapshot-save",
    [JOB_TYPE_SNAPSHOT_DELETE] = "snapshot-delete",
};

static const char *const status_wires[JOB_STATUS_COUNT] = {
    [JOB_STATUS_UNKNOWN] = "unknown",     [JOB_STATUS_UNDEFINED] = "undefined",
    [JOB_STATUS_CREATED] = "created",     [JOB_STATUS_RUNNING] = "running",
    [JOB_STATUS_PAUSED] = "paused",       [JOB_STATUS_READY] = "ready",
    [JOB_STATUS_STANDBY] = "standby",     [JOB_STATUS_WAITING] = "waiting",
    [JOB_STATUS_PENDING] = "pending",     [JOB_STATUS_ABORTING] = "aborting",
    [JOB_STATUS_CONCLUDED] = "concluded", [JOB_STATUS_NULL] = "null",
};

/* Statuses in which QEMU may change the job by itself. Those that are missing
 * wait for a command; an unknown one may do anything. */
static const bool moving_statuses[JOB_STATUS_COUNT] = {
    [JOB_STATUS_UNKNOWN] = true,  [JOB_STATUS_UNDEFINED] = true, [JOB_STATUS_CREATED] = true,
    [JOB_STATUS_RUNNING] = true,  [JOB_STATUS_READY] = true,     [JOB_STATUS_WAITING] = true,
    [JOB_STATUS_ABORTING] = true,
};

/* Index of `wire` in `names`, 0 (the unknown one) when it is not there. */
static int name_index(const char *const *names, int count, const char *wire)
{
    for (int i = 1; wire && i < count; i++)
        if (strcmp(names[i], wire) == 0)
            return i;
    return 0;
}

enum job_type job_type_parse(const char *wire)
{
    return (enum job_type)name_index(type_wires, JOB_TYPE_COUNT, wire);
}

enum job_status job_status_parse(const char *wire)
{
    return (enum job_status)name_index(status_wires, JOB_STATUS_COUNT, wire);
}

const char *job_type_wire(enum job_type type)
{
    return type_wires[type];
}

const char *job_status_wire(enum job_status status)
{
    return status_wires[status];
}

struct job *job_new(uint64_t uid, const char *id, int64_t now_ms)
{
    struct job *job = mem_alloc(1, sizeof(*job));

    job->uid = uid;
    job->id = mem_dup(id);
    job->seen_ms = now_ms;
    job->status_ms = now_ms;
    rate_init(&job->rate);
    history_init(&job->history);
    return job;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    free(job->id);
    free(job->type_name);
    free(job->status_name);
    free(job->error);
    history_release(&job->history);
    free(job);
}

void job_set_type(struct job *job, const char *wire)
{
    job->type = job_type_parse(wire);
    mem_set(&job->type_name, job->type == JOB_TYPE_UNKNOWN ? wire : NULL);
}

/* From here on it only follows the guest: how fast it copied says nothing of that. */
static void note_ready(struct job *job, int64_t now_ms)
{
    if (!job_is_ready(job))
        return;
    job->was_ready = true;
    if (job->ready_ms != 0)
        return;
    job->ready_ms = now_ms;
    rate_restart(&job->rate, now_ms);
}

static void note_worked(struct job *job, int64_t now_ms)
{
    bool over = job->status == JOB_STATUS_WAITING || job->status == JOB_STATUS_PENDING ||
                job->status == JOB_STATUS_ABORTING || job->status == JOB_STATUS_CONCLUDED;

    if (over && job->worked_ms == 0)
        job->worked_ms = now_ms;
}

bool job_set_status(struct job *job, const char *wire, int64_t now_ms)
{
    enum job_status status = job_status_parse(wire);
    bool renamed = mem_set(&job->status_name, status == JOB_STATUS_UNKNOWN ? wire : NULL);

    if (status == job->status && !renamed)
        return false;
    job->status = status;
    job->status_ms = now_ms;
    note_ready(job, now_ms);
    note_worked(job, now_ms);
    job->was_pending |= status == JOB_STATUS_PENDING;
    job->was_aborting |= status == JOB_STATUS_ABORTING;
    return true;
}

bool job_set_progress(struct job *job, uint64_t current, uint64_t total, int64_t now_ms)
{
    bool news = !job->has_progress || job->current != current || job->total != total;

    if (!job->has_progress) {
        job->first_current = current;
        job->first_ms = now_ms;
    }
    if (job->ready_ms != 0 && !job->ready_told) {
        job->ready_told = true;
        job->ready_current = current;
    }
    job->has_progress = true;
    job->progress_odd = false;
    job->told_ms = now_ms;
    job->current = current;
    job->total = total;
    rate_add(&job->rate, now_ms, current, total);
    return news;
}

static const char *text_or_unknown(const char *text)
{
    return text ? text : "?";
}

const char *job_type_text(const struct job *job)
{
    return job->type == JOB_TYPE_UNKNOWN ? text_or_unknown(job->type_name)
                                         : job_type_wire(job->type);
}

const char *job_status_text(const struct job *job)
{
    return job->status == JOB_STATUS_UNKNOWN ? text_or_unknown(job->status_name)
                                             : job_status_wire(job->status);
}

bool job_type_is_block(enum job_type type)
{
    return type == JOB_TYPE_COMMIT || type == JOB_TYPE_STREAM || type == JOB_TYPE_MIRROR ||
           type == JOB_TYPE_BACKUP;
}

bool job_is_block(const struct job *job)
{
    return job->has_block || job_type_is_block(job->type);
}

bool job_is_plain(const struct job *job)
{
    return job->type != JOB_TYPE_UNKNOWN && !job_is_block(job);
}

bool job_is_ready(const struct job *job)
{
    return job->status == JOB_STATUS_READY || job->status == JOB_STATUS_STANDBY;
}

bool job_is_paused(const struct job *job)
{
    return job->status == JOB_STATUS_PAUSED || job->status == JOB_STATUS_STANDBY;
}

bool job_holds_work(const struct job *job)
{
    return job_is_ready(job) || job->status == JOB_STATUS_WAITING ||
           job->status == JOB_STATUS_PENDING;
}

bool job_is_io_paused(const struct job *job)
{
    return job_is_paused(job) && job->has_block &&
           (job->io == JOB_IO_FAILED || job->io == JOB_IO_NOSPACE);
}

bool job_is_pausing(const struct job *job)
{
    return (job->status == JOB_STATUS_RUNNING || job->status == JOB_STATUS_READY) &&
           job->has_block && job->block_paused;
}

/* In PENDING, and nothing says that it leaves that by itself. */
static bool could_want_finalize(const struct job *job)
{
    bool alone = job->type != JOB_TYPE_BACKUP && job->type != JOB_TYPE_UNKNOWN;

    return job->status == JOB_STATUS_PENDING && !job_is_plain(job) &&
           !(alone && job->auto_finalize == JOB_YES);
}

bool job_wants_finalize(const struct job *job, int64_t now_ms)
{
    return could_want_finalize(job) &&
           (job->auto_finalize == JOB_NO || now_ms - job->status_ms >= JOB_PASSING_MS);
}

bool job_may_want_finalize(const struct job *job, int64_t now_ms)
{
    return could_want_finalize(job) && !job_wants_finalize(job, now_ms);
}

bool job_is_moving(const struct job *job)
{
    return job->ending == JOB_NOT_ENDED && moving_statuses[job->status];
}
