#ifndef QMPTOP_CORE_CONVERGE_H
#define QMPTOP_CORE_CONVERGE_H

/*
 * converge: will the pre-copy of a live migration come to an end by itself? It sees
 * passes over the guest's memory and the figures of one reading, and does not know how
 * they were told or what comes of the answer.
 *
 * The passes decide, not one reading: during pass 1 QEMU measures nothing, and
 * expected-downtime is the limit itself until there is an estimate
 * (migration/migration.c). A guest that writes about as much as is sent makes the race
 * swing either way from reading to reading, so the caller wants an answer twice before
 * it believes a change (migration.c).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONVERGE_PASSES 3 /* nothing gained over so many: it goes nowhere */
/* They take at least so long: from QEMU 11 on a pass may be a tenth of a second. */
#define CONVERGE_LEAST_MS 2000
/* Nobody stops a guest for longer to be done with it: then the limit is not what holds. */
#define CONVERGE_STOP_MAX_MS 10000

#define CONVERGE_SWING 20 /* a race as close as a twentieth is neither won nor lost */

/* Does the migration get to an end by itself? Judged from passes, not from one
 * reading: during pass 1 nothing can be known. */
enum migration_verdict {
    MIGRATION_IDLE,           /* nothing runs */
    MIGRATION_STARTING,       /* setup, wait-unplug */
    MIGRATION_FIRST_PASS,     /* too early to tell */
    MIGRATION_UNJUDGED,       /* a later pass, but it was not watched for long enough */
    MIGRATION_CONVERGING,     /* what is left shrinks from pass to pass */
    MIGRATION_SLOWLY,         /* it shrinks, by less than a tenth a pass */
    MIGRATION_NOT_CONVERGING, /* dirtied as fast as sent, or nothing gained for 3 passes */
    MIGRATION_LIMITED,        /* the same, but a somewhat longer downtime would end it */
    MIGRATION_GUEST_STOPPED,  /* pre-switchover: the guest waits for a person */
    MIGRATION_SWITCHING,      /* device, postcopy-device */
    MIGRATION_POSTCOPY,       /* the destination runs: there is no way back */
    MIGRATION_BROKEN,         /* postcopy-paused: the guest may hang on missing pages */
    MIGRATION_RECOVERING,
    MIGRATION_ENDING, /* cancelling, failing */
    MIGRATION_ENDED_CANCELLED,
    MIGRATION_ENDED_FAILED,
    MIGRATION_ENDED_DONE,
    MIGRATION_ENDED_UNKNOWN, /* it ran, and QEMU knows of none any more */
    MIGRATION_INCOMING,      /* the destination's side, waiting or receiving */
    MIGRATION_FOLLOWED,      /* colo: the destination is kept in step, ready to take over */
    MIGRATION_UNTOLD,        /* a status of a future QEMU */
    MIGRATION_VERDICT_COUNT
};

/* One pass over the guest's memory: what was left when it began. */
struct migration_pass {
    uint64_t pass;
    uint64_t remaining;
    int64_t at_ms;
};

struct converge {
    uint64_t pass;                       /* QEMU's dirty-sync-count */
    const struct migration_pass *passes; /* oldest first, one reading each */
    size_t count;
    uint64_t dirty, sent; /* bytes/s; dirty 0 = not measured */
    bool has_expected, has_limit;
    uint64_t expected, limit; /* ms the guest would stand still, and may */
};

/* FIRST_PASS, UNJUDGED, CONVERGING, SLOWLY, NOT_CONVERGING or LIMITED. Pure. */
enum migration_verdict converge_judge(const struct converge *converge);

/* It is one of the last four. */
bool converge_is_judged(enum migration_verdict verdict);

/* It gets nowhere without a person: NOT_CONVERGING or LIMITED. */
bool converge_is_hindered(enum migration_verdict verdict);

#endif
