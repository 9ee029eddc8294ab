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

#include "core/migration.h"

#define CONVERGE_PASSES 3 /* nothing gained over so many: it goes nowhere */
/* They take at least so long: from QEMU 11 on a pass may be a tenth of a second. */
#define CONVERGE_LEAST_MS 2000
/* Nobody stops a guest for longer to be done with it: then the limit is not what holds. */
#define CONVERGE_STOP_MAX_MS 10000

#define CONVERGE_SWING 20 /* a race as close as a twentieth is neither won nor lost */

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
