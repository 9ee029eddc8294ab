#ifndef QMPTOP_CORE_RANK_H
#define QMPTOP_CORE_RANK_H

/*
 * rank: what decides the place of one row in the list (order.h), and which of two
 * rows stands first. It does not know the other rows.
 */

#include <stddef.h>

#include "core/order_spec.h"

struct job;
struct target;

#define RANK_NEW SIZE_MAX

struct rank {
    struct order_row row;
    size_t place; /* where it stands while the order is held; RANK_NEW = nowhere yet */
    bool taken;   /* by the filter */
    bool grouped; /* its group comes before its value */
    bool reverse; /* large values first */
    bool has_value;
    int64_t number;
    const char *text, *more; /* borrowed; NULL: `number` counts */
};

/* Of a job, and of the shown migration of `target`. All ranks to be compared must
 * come from the same question: `filter` is that of `spec`. */
struct rank rank_job(const struct order_spec *spec, const struct filter *filter,
                     const struct target *target, const struct job *job, int64_t now_ms);
struct rank rank_migration(const struct order_spec *spec, const struct filter *filter,
                           const struct target *target, int64_t now_ms);

/* Comparisons for qsort(): by uid, and by the place in the list. */
int rank_by_uid(const void *a, const void *b);
int rank_by_place(const void *a, const void *b);

#endif
