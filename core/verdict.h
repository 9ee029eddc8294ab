#ifndef QMPTOP_CORE_VERDICT_H
#define QMPTOP_CORE_VERDICT_H

/*
 * verdict: one word of truth about a job: what it is doing, and whether it is
 * doing anything at all. It does not decide whether a person is needed
 * (need.h) and does not draw.
 */

#include <stdint.h>

#include "core/job.h"

/* A job whose progress stands still this long is called flat. Longer than the
 * lumps of a slow mirror (16 MiB at 1 MiB/s: 16 s). */
#define VERDICT_FLAT_MS 30000

enum verdict {
    VERDICT_UNKNOWN,    /* a status of a future QEMU, or not told yet */
    VERDICT_STARTING,   /* created, or 0/0: scanning its bitmap */
    VERDICT_MOVING,
    VERDICT_AT_LIMIT,   /* moving at its speed limit (>= 90 % of it) */
    VERDICT_FLAT,       /* no progress for VERDICT_FLAT_MS */
    VERDICT_PAUSED,     /* by an operator, here or elsewhere */
    VERDICT_PAUSED_NOSPACE,
    VERDICT_PAUSED_IO_ERROR,
    VERDICT_HELD,       /* paused by QEMU itself (drain) */
    VERDICT_PAUSING,    /* asked to pause, still between pause points */
    VERDICT_IN_STEP,    /* READY, no backlog */
    VERDICT_BEHIND,     /* READY with a backlog */
    VERDICT_WAITING,    /* for its group */
    VERDICT_WANTS_FINALIZE,
    VERDICT_COMPLETING,
    VERDICT_STAYING,
    VERDICT_CANCELLING,
    VERDICT_DONE,
    VERDICT_FAILED,
    VERDICT_CANCELLED,
    VERDICT_GONE,       /* ended while nobody looked */
    VERDICT_COUNT
};

enum verdict verdict_of(const struct job *job, int64_t now_ms);

/* The word, for the screen and for `verdict` in the JSON report: "moving",
 * "at its limit", "paused by error: no space", ... Static. */
const char *verdict_text(enum verdict verdict);

/* The backlog of a READY job in bytes (total - current, never negative). */
uint64_t verdict_backlog(const struct job *job);

#endif
