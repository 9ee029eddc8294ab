#ifndef QMPTOP_CORE_NEED_H
#define QMPTOP_CORE_NEED_H

/*
 * need: does this job or migration wait for a person, why, how badly, since when. It does
 * not know the screen's order (order.h) nor what the person may do (verb.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/job.h"
#include "core/migration.h"

enum need_kind {
    NEED_NONE,
    NEED_READY,          /* mirror or active commit: complete, stay or cancel? */
    NEED_PENDING,        /* auto-finalize=false: wants finalize */
    NEED_CONCLUDED,      /* done, wants dismiss */
    NEED_FAILED,         /* concluded or ended with an error */
    NEED_IO_ERROR,       /* paused by an I/O error or a full target */
    NEED_FLAT,           /* no progress for too long */
    NEED_LOST,           /* its QEMU cannot be reached: nobody sees how it goes */
    NEED_SWITCHOVER,     /* migration at pre-switchover: the guest stands still */
    NEED_NOT_CONVERGING, /* migration that gets nowhere by itself */
    NEED_BROKEN,         /* postcopy lost its link: the guest hangs on missing pages */
    NEED_COUNT
};

enum need_level { NEED_LEVEL_NONE, NEED_LEVEL_DECIDE, NEED_LEVEL_ALARM };

struct need {
    enum need_kind kind;
    enum need_level level; /* DECIDE is mark '*', ALARM is mark '!' */
    int64_t since_ms;      /* when it began; meaningless for NEED_NONE */
};

/* How long a status that QEMU may leave by itself (PENDING with
 * auto-finalize=true) is no need yet. */
#define NEED_PASSING_MS JOB_PASSING_MS

/* `lost` tells that the link to the job's QEMU is down since `lost_since_ms`. A
 * job paused by a person needs nobody; a READY job that is already completing,
 * staying or cancelling needs nobody; one that auto-dismisses needs no dismissal.
 * A job that failed, ended or not, needs a look until it is dismissed or cleared. */
struct need need_of(const struct job *job, bool lost, int64_t lost_since_ms, int64_t now_ms);

/* The same for a migration. One that failed needs a look until it is cleared, at
 * the side that sends: the destination's QEMU ends with it. */
struct need need_of_migration(const struct migration *migration, bool lost,
                              int64_t lost_since_ms);

/* What so many do, behind their number: "NEEDS YOU" one, "NEED YOU" others. Static. */
const char *need_call(size_t count);

/* The word for `needs_you` in the JSON report ("ready", "pending", "failed",
 * "io-error", ...); NULL for NEED_NONE. */
const char *need_wire(enum need_kind kind);

/* What the person should know, one clause: "wants finalize (f)" is made by the
 * screen from the keymap; this gives "wants finalize". "" for NEED_NONE. Static. */
const char *need_text(enum need_kind kind);

#endif
