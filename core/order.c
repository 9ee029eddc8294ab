#include "core/order.h"

#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/mem.h"

/* A row as it should stand, with what decides its place in the group. */
struct ranked {
    struct order_row row;
    int64_t since_ms;
};

static const enum order_group status_groups[JOB_STATUS_COUNT] = {
    [JOB_STATUS_UNKNOWN] = ORDER_QUIET,   [JOB_STATUS_UNDEFINED] = ORDER_QUIET,
    [JOB_STATUS_CREATED] = ORDER_RUNNING, [JOB_STATUS_RUNNING] = ORDER_RUNNING,
    [JOB_STATUS_PAUSED] = ORDER_QUIET,    [JOB_STATUS_READY] = ORDER_RUNNING,
    [JOB_STATUS_STANDBY] = ORDER_QUIET,   [JOB_STATUS_WAITING] = ORDER_QUIET,
    [JOB_STATUS_PENDING] = ORDER_QUIET,   [JOB_STATUS_ABORTING] = ORDER_RUNNING,
    [JOB_STATUS_CONCLUDED] = ORDER_QUIET, [JOB_STATUS_NULL] = ORDER_QUIET,
};

static const char *const group_titles[ORDER_GROUP_COUNT] = {
    [ORDER_NEED] = "needs you",
    [ORDER_RUNNING] = "running",
    [ORDER_QUIET] = "quiet",
    [ORDER_ENDED] = "ended",
};

void order_init(struct order *order)
{
    *order = (struct order){0};
}

void order_release(struct order *order)
{
    free(order->rows);
    *order = (struct order){0};
}

static struct ranked rank(const struct target *target, const struct job *job, int64_t now_ms)
{
    struct need need = fleet_need(target, job, now_ms);
    struct ranked ranked = {.row = {.uid = job->uid, .group = status_groups[job->status]}};

    if (need.kind != NEED_NONE) {
        ranked.row.group = ORDER_NEED;
        ranked.since_ms = need.since_ms;
    } else if (job->ending != JOB_NOT_ENDED) {
        ranked.row.group = ORDER_ENDED;
        ranked.since_ms = job->ended_ms;
    }
    return ranked;
}

static struct ranked rank_migration(const struct target *target)
{
    const struct migration *migration = &target->migration;
    struct need need = fleet_migration_need(target);
    struct ranked ranked = {
        .row = {.uid = migration->uid, .is_migration = true, .group = ORDER_RUNNING}};

    if (need.kind != NEED_NONE) {
        ranked.row.group = ORDER_NEED;
        ranked.since_ms = need.since_ms;
    } else if (migration_is_ended(migration)) {
        ranked.row.group = ORDER_ENDED;
        ranked.since_ms = migration->ended_ms;
    }
    return ranked;
}

static int by_uid(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;

    return (left->row.uid > right->row.uid) - (left->row.uid < right->row.uid);
}

static int by_place(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;

    if (left->row.group != right->row.group)
        return left->row.group < right->row.group ? -1 : 1;
    if (left->since_ms != right->since_ms)
        return left->since_ms < right->since_ms ? -1 : 1;
    return by_uid(a, b);
}

/* All rows kept; the caller frees the array. */
static struct ranked *rank_all(const struct fleet *fleet, size_t *count, int64_t now_ms)
{
    struct ranked *all;
    size_t total = 0;
    size_t n = 0;

    for (size_t i = 0; i < fleet->target_count; i++)
        total += fleet->targets[i]->job_count + 1;
    all = mem_alloc(total, sizeof(*all));
    for (size_t i = 0; i < fleet->target_count; i++) {
        const struct target *target = fleet->targets[i];

        for (size_t j = 0; j < target->job_count; j++)
            all[n++] = rank(target, target->jobs[j], now_ms);
        if (migration_is_shown(&target->migration))
            all[n++] = rank_migration(target);
    }
    *count = n;
    return all;
}

/* Under hold every row that was there gets its old place as `since_ms`, which
 * stands before all that are new. */
static void keep_places(const struct order *order, struct ranked *all, size_t count)
{
    qsort(all, count, sizeof(*all), by_uid);
    for (size_t i = 0; i < order->count; i++) {
        struct ranked key = {.row = order->rows[i]};
        struct ranked *found = bsearch(&key, all, count, sizeof(*all), by_uid);

        if (!found)
            continue;
        found->row.group = order->rows[i].group;
        found->since_ms = INT64_MIN + (int64_t)i;
    }
}

void order_update(struct order *order, const struct fleet *fleet, bool hold, int64_t now_ms)
{
    size_t count = 0;
    struct ranked *all = rank_all(fleet, &count, now_ms);

    if (hold)
        keep_places(order, all, count);
    qsort(all, count, sizeof(*all), by_place);
    if (count > order->capacity) {
        order->capacity = mem_capacity(order->capacity, count);
        order->rows = mem_resize(order->rows, order->capacity, sizeof(*order->rows));
    }
    memset(order->group_count, 0, sizeof(order->group_count));
    for (size_t i = 0; i < count; i++) {
        order->rows[i] = all[i].row;
        order->group_count[all[i].row.group]++;
    }
    order->count = count;
    order->held = hold;
    free(all);
}

int64_t order_find(const struct order *order, uint64_t uid)
{
    for (size_t i = 0; i < order->count; i++)
        if (order->rows[i].uid == uid)
            return (int64_t)i;
    return -1;
}

const char *order_group_title(enum order_group group)
{
    return group_titles[group];
}
