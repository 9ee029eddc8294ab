#ifndef QMPTOP_CORE_ORDER_H
#define QMPTOP_CORE_ORDER_H

/*
 * order: which rows the list has and in what order: what needs a person first.
 * It works on uids and does not draw; a row number never leaves it except to
 * say where a uid stands at this moment.
 *
 * A live migration is a row among the jobs of its QEMU, with a uid of its own.
 *
 * Groups, top to bottom: needs you, running, quiet (paused by a person,
 * waiting, unknown), ended. Inside "needs you": oldest need first. Inside
 * "ended": order of ending. Inside the others: order of first sighting. So a new
 * job enters a group at its end and rows above it do not jump.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fleet;

enum order_group { ORDER_NEED, ORDER_RUNNING, ORDER_QUIET, ORDER_ENDED, ORDER_GROUP_COUNT };

struct order_row {
    uint64_t uid; /* of a job, or of a migration (fleet_migrating) */
    bool is_migration;
    enum order_group group;
};

struct order {
    struct order_row *rows;
    size_t count, capacity;
    size_t group_count[ORDER_GROUP_COUNT];
    bool held; /* the last update kept the old order */
};

void order_init(struct order *order);
void order_release(struct order *order);

/* Builds the rows anew from the fleet. With `hold`, rows that were there keep
 * their place and group, new ones are added at the end of their group, and only
 * jobs that are no longer kept disappear. */
void order_update(struct order *order, const struct fleet *fleet, bool hold, int64_t now_ms);

/* Where `uid` stands, or -1. */
int64_t order_find(const struct order *order, uint64_t uid);

/* "needs you", "running", "quiet", "ended". */
const char *order_group_title(enum order_group group);

#endif
