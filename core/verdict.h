#ifndef QMPTOP_CORE_VERDICT_H
#define QMPTOP_CORE_VERDICT_H

/*
 * verdict: one word of truth about a job: what it is doing, and whether it is
 * doing anything at all. It does not decide whether a person is needed
 * (need.h) and does not draw.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/job.h"

/* A job whose progress stands still this long is called flat; under a speed
 * limit that much longer as one lump takes at that speed. */
#define VERDICT_FLAT_MS 30000
#define VERDICT_LUMP    (16u << 20) /* bytes a mirror moves at once by default */

enum verdict {
    VERDICT_UNKNOWN,  /* a status of a future QEMU, or not told yet */
    VERDICT_STARTING, /* created, or 0/0: scanning its bitmap */
    VERDICT_MOVING,
    VERDICT_AT_LIMIT, /* moving at its speed limit (>= 90 % of it) */
    VERDICT_FLAT,     /* no progress for VERDICT_FLAT_MS */
    VERDICT_PAUSED,   /* by an operator, here or elsewhere */
    VERDICT_PAUSED_NOSPACE,
    VERDICT_PAUSED_IO_ERROR,
    VERDICT_HELD,    /* paused by QEMU itself (drain) */
    VERDICT_PAUSING, /* asked to pause, still between pause points */
    VERDICT_IN_STEP, /* READY, no backlog */
    VERDICT_BEHIND,  /* READY with a backlog */
    VERDICT_WAITING, /* for its group */
    VERDICT_WANTS_FINALIZE,
    VERDICT_FINALIZING, /* on its way out by itself */
    VERDICT_COMPLETING,
    VERDICT_STAYING,
    VERDICT_CANCELLING,
    VERDICT_ABORTING, /* ending without success: failing, or cancelled by someone else */
    VERDICT_DONE,
    VERDICT_SWITCHED, /* these three: a mirror or an active commit that ended well */
    VERDICT_STAYED,
    VERDICT_EITHER,
    VERDICT_FAILED,
    VERDICT_CANCELLED, /* by another client */
    VERDICT_CANCELLED_BY_US,
    VERDICT_CANCELLED_WITH_GROUP,
    VERDICT_GONE, /* ended while nobody looked */
    VERDICT_COUNT
};

enum verdict verdict_of(const struct job *job, int64_t now_ms);

/* Does a job that should move stand still for too long, and since when? Asked
 * of RUNNING block jobs (the progress of others tells nothing, 0/0 is a scan)
 * and of jobs stuck in ABORTING. *since_ms is set only when it does. */
bool verdict_is_flat(const struct job *job, int64_t now_ms, int64_t *since_ms);

/* The word, for the screen and for `verdict` in the JSON report: "moving",
 * "at its limit", "paused by error: no space", ... Static. */
const char *verdict_text(enum verdict verdict);

/* The backlog of a READY job in bytes (total - current, never negative); what
 * is left to do of any other. */
uint64_t verdict_backlog(const struct job *job);

#endif
