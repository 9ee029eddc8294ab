#ifndef QMPTOP_CORE_ORDER_H
#define QMPTOP_CORE_ORDER_H

/*
 * order: which rows the list has and in what order: what needs a person first,
 * unless another order is asked for. It works on uids and does not draw; a row
 * number never leaves it except to say where a uid stands at this moment.
 *
 * A live migration is a row among the jobs of its QEMU, with a uid of its own.
 *
 * Sorted by need, rows stand in groups, top to bottom: needs you, running, quiet
 * (paused by a person, waiting, unknown), ended. Inside "needs you": oldest need
 * first. Inside "ended": order of ending. Inside the others: order of first
 * sighting. So a new job enters a group at its end and rows above it do not jump.
 *
 * Sorted by anything else there are no groups, though each row still knows its
 * own. Rows that have no such value (no speed, no end in sight) stand last, either
 * way round; equal ones stand in the order of first sighting.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/filter.h"
#include "core/order_spec.h"

struct fleet;
struct rank;

struct order {
    struct order_row *rows;
    size_t count, capacity;
    size_t group_count[ORDER_GROUP_COUNT]; /* of the rows shown */
    size_t hidden;                         /* rows that the filter leaves out */
    bool held;                             /* the last update kept the old order */
    struct order_spec spec;                /* set by order_ask() */
    struct filter filter;                  /* spec.filter */
    bool asked;                            /* spec is newer than the rows */
    uint64_t updates;                      /* counts them */
    struct rank *ranks;                    /* scratch of order_update(), kept */
    size_t rank_capacity;
};

/* Everything, by need. */
void order_init(struct order *order);
void order_release(struct order *order);

/* What the rows are from the next update on. That one holds nothing. */
void order_ask(struct order *order, const struct order_spec *spec);

/* Builds the rows anew from the fleet. With `hold`, rows that were there keep
 * their place and group, new ones are added at the end (of their group), and only
 * jobs that are no longer kept disappear: not those that the filter would no
 * longer take. */
void order_update(struct order *order, const struct fleet *fleet, bool hold, int64_t now_ms);

/* In place of an update where nothing changed: the rows stay as they are. */
void order_stand(struct order *order, bool hold);

/* Where `uid` stands, or -1. */
int64_t order_find(const struct order *order, uint64_t uid);

/* "needs you", "running", "quiet", "ended". */
const char *order_group_title(enum order_group group);

/* The word for the person and for config files: "need", "vm", "progress", ...;
 * ORDER_KEY_COUNT when no key has that name. */
const char *order_key_name(enum order_key key);
enum order_key order_key_parse(const char *name);

/* The way round in which a key is usually wanted: names from A, speeds and
 * progress from the largest, the soonest end and the oldest job first. */
bool order_key_descends(enum order_key key);

#endif
