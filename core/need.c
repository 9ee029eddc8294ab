#include "core/need.h"

#include <stddef.h>

#include "core/ending.h"
#include "core/verdict.h"

static const struct {
    const char *wire, *text;
    enum need_level level;
} kinds[NEED_COUNT] = {
    [NEED_NONE] = {NULL, "", NEED_LEVEL_NONE},
    [NEED_READY] = {"ready", "ready: complete, stay or cancel", NEED_LEVEL_DECIDE},
    [NEED_PENDING] = {"pending", "wants finalize", NEED_LEVEL_DECIDE},
    [NEED_CONCLUDED] = {"concluded", "wants dismiss", NEED_LEVEL_DECIDE},
    [NEED_FAILED] = {"failed", "failed", NEED_LEVEL_ALARM},
    [NEED_IO_ERROR] = {"io-error", "stopped by an I/O error", NEED_LEVEL_ALARM},
    [NEED_FLAT] = {"flat", "no progress", NEED_LEVEL_ALARM},
    [NEED_LOST] = {"lost", "its QEMU cannot be reached", NEED_LEVEL_ALARM},
    [NEED_SWITCHOVER] = {"switchover", "THE GUEST STANDS STILL, waits for continue",
                         NEED_LEVEL_ALARM},
    [NEED_NOT_CONVERGING] = {"not-converging", "will not converge", NEED_LEVEL_ALARM},
    [NEED_BROKEN] = {"postcopy-broken", "postcopy is broken: recover it", NEED_LEVEL_ALARM},
};

const char *need_call(size_t count)
{
    return count == 1 ? "NEEDS YOU" : "NEED YOU";
}

const char *need_wire(enum need_kind kind)
{
    return kinds[kind].wire;
}

const char *need_text(enum need_kind kind)
{
    return kinds[kind].text;
}

static struct need need_since(enum need_kind kind, int64_t since_ms)
{
    return (struct need){.kind = kind, .level = kinds[kind].level, .since_ms = since_ms};
}

/* A cancel was accepted: what else the status would ask for is decided. */
static bool is_decided(const struct job *job)
{
    return job->cancelling || job->forced_cancel;
}

static enum need_kind kind_of_status(const struct job *job, int64_t now_ms)
{
    if (job->status == JOB_STATUS_CONCLUDED)
        return job->auto_dismiss == JOB_YES ? NEED_NONE : NEED_CONCLUDED;
    if (is_decided(job))
        return NEED_NONE;
    if (job_is_io_paused(job))
        return NEED_IO_ERROR;
    if (job->status == JOB_STATUS_READY && !job->completing && !job->staying)
        return NEED_READY;
    if (job_wants_finalize(job, now_ms))
        return NEED_PENDING;
    return NEED_NONE;
}

struct need need_of(const struct job *job, bool lost, int64_t lost_since_ms, int64_t now_ms)
{
    bool ended = job->ending != JOB_NOT_ENDED;
    int64_t flat_ms;

    if (ending_outcome(job) == JOB_ENDED_FAILED && !job->dismissed)
        return need_since(NEED_FAILED, ended ? job->ended_ms : job->status_ms);
    if (ended)
        return need_since(NEED_NONE, 0);
    if (lost)
        return need_since(NEED_LOST, lost_since_ms);
    if (verdict_is_flat(job, now_ms, &flat_ms))
        return need_since(NEED_FLAT, flat_ms);
    return need_since(kind_of_status(job, now_ms), job->status_ms);
}

static enum need_kind kind_of_migration(enum migration_verdict verdict)
{
    switch (verdict) {
    case MIGRATION_GUEST_STOPPED:
        return NEED_SWITCHOVER;
    case MIGRATION_NOT_CONVERGING:
    case MIGRATION_LIMITED:
        return NEED_NOT_CONVERGING;
    case MIGRATION_BROKEN:
        return NEED_BROKEN;
    case MIGRATION_ENDED_FAILED:
        return NEED_FAILED;
    case MIGRATION_IDLE:
    case MIGRATION_STARTING:
    case MIGRATION_FIRST_PASS:
    case MIGRATION_UNJUDGED:
    case MIGRATION_CONVERGING:
    case MIGRATION_SLOWLY:
    case MIGRATION_SWITCHING:
    case MIGRATION_POSTCOPY:
    case MIGRATION_RECOVERING:
    case MIGRATION_ENDING:
    case MIGRATION_ENDED_CANCELLED:
    case MIGRATION_ENDED_DONE:
    case MIGRATION_ENDED_UNKNOWN:
    case MIGRATION_INCOMING:
    case MIGRATION_FOLLOWED:
    case MIGRATION_UNTOLD:
    case MIGRATION_VERDICT_COUNT:
        break;
    }
    return NEED_NONE;
}

struct need need_of_migration(const struct migration *migration, bool lost,
                              int64_t lost_since_ms)
{
    if (!migration_is_shown(migration))
        return need_since(NEED_NONE, 0);
    if (lost && !migration_is_ended(migration))
        return need_since(NEED_LOST, lost_since_ms);
    return need_since(kind_of_migration(migration->noted), migration->noted_ms);
}
