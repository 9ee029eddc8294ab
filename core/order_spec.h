#ifndef QMPTOP_CORE_ORDER_SPEC_H
#define QMPTOP_CORE_ORDER_SPEC_H

/* order_spec: what a person can ask of the order of rows (order.h), and what a row is. */

#include <stdbool.h>
#include <stdint.h>

#include "core/filter.h"

enum order_group { ORDER_NEED, ORDER_RUNNING, ORDER_QUIET, ORDER_ENDED, ORDER_GROUP_COUNT };

enum order_key {
    ORDER_BY_NEED,
    ORDER_BY_VM,  /* then by job; digits in names count as numbers */
    ORDER_BY_JOB, /* then by VM */
    ORDER_BY_STATUS,
    ORDER_BY_PROGRESS,
    ORDER_BY_RATE,
    ORDER_BY_ETA,
    ORDER_BY_AGE, /* time since the first sighting */
    ORDER_KEY_COUNT
};

/* What a person asks for. Zeroed: everything, by need. */
struct order_spec {
    enum order_key key;
    bool descending; /* Z to A, large to small; means nothing by need */
    char filter[FILTER_SIZE];
};

struct order_row {
    uint64_t uid; /* of a job, or of a migration (fleet_migrating) */
    bool is_migration;
    enum order_group group;
};

#endif
