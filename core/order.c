#include "core/order.h"

#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "core/rank.h"
#include "core/roster.h"

static const char *const group_titles[ORDER_GROUP_COUNT] = {
    [ORDER_NEED] = "needs you",
    [ORDER_RUNNING] = "running",
    [ORDER_QUIET] = "quiet",
    [ORDER_ENDED] = "ended",
};

static const struct {
    const char *name;
    bool descends;
} keys[ORDER_KEY_COUNT] = {
    [ORDER_BY_NEED] = {"need", false},        [ORDER_BY_VM] = {"vm", false},
    [ORDER_BY_JOB] = {"job", false},          [ORDER_BY_STATUS] = {"status", false},
    [ORDER_BY_PROGRESS] = {"progress", true}, [ORDER_BY_RATE] = {"rate", true},
    [ORDER_BY_ETA] = {"eta", false},          [ORDER_BY_AGE] = {"age", true},
};

void order_init(struct order *order)
{
    *order = (struct order){0};
}

void order_release(struct order *order)
{
    free(order->rows);
    free(order->ranks);
    *order = (struct order){0};
}

void order_ask(struct order *order, const struct order_spec *spec)
{
    order->spec = *spec;
    filter_set(&order->filter, spec->filter);
    order->asked = true;
}

/* Room for every row there may be; the rows themselves are never more. */
static void make_room(struct order *order, const struct fleet *fleet)
{
    size_t most = fleet->uids.count;

    if (most > order->rank_capacity) {
        order->rank_capacity = mem_capacity(order->rank_capacity, most);
        order->ranks = mem_resize(order->ranks, order->rank_capacity, sizeof(*order->ranks));
    }
    if (most > order->capacity) {
        order->capacity = mem_capacity(order->capacity, most);
        order->rows = mem_resize(order->rows, order->capacity, sizeof(*order->rows));
    }
}

/* In the order of their uids, that is of the first sighting. */
static size_t rank_all(const struct order *order, const struct fleet *fleet, int64_t now_ms)
{
    size_t count = 0;

    for (size_t i = 0; i < fleet->uids.count; i++) {
        const struct uid_entry *entry = &fleet->uids.entries[i];
        const struct job *job = roster_find_uid(entry->target, entry->uid);

        if (job)
            order->ranks[count++] =
                rank_job(&order->spec, &order->filter, entry->target, job, now_ms);
        else if (fleet_migrating(fleet, entry->uid))
            order->ranks[count++] =
                rank_migration(&order->spec, &order->filter, entry->target, now_ms);
    }
    return count;
}

/* Every row that was there gets its old place and group back. */
static void keep_places(const struct order *order, size_t count)
{
    for (size_t i = 0; i < order->count; i++) {
        struct rank key = {.row = order->rows[i]};
        struct rank *found =
            bsearch(&key, order->ranks, count, sizeof(*order->ranks), rank_by_uid);

        if (!found)
            continue;
        found->row.group = order->rows[i].group;
        found->place = i;
    }
}

/* Leaves out what nobody wants to see; returns how many stay. */
static size_t drop_hidden(const struct order *order, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (order->ranks[i].taken || order->ranks[i].place != RANK_NEW)
            order->ranks[kept++] = order->ranks[i];
    return kept;
}

static void place_sorted(struct order *order, size_t shown)
{
    if (shown > 0)
        qsort(order->ranks, shown, sizeof(*order->ranks), rank_by_place);
    for (size_t i = 0; i < shown; i++)
        order->rows[i] = order->ranks[i].row;
}

static bool is_by_uid(enum order_group group)
{
    return group == ORDER_RUNNING || group == ORDER_QUIET;
}

/* Rows that neither need somebody nor have ended stand as they came, and of thousands most
 * are such: only the others are sorted. */
static void place_by_need(struct order *order, size_t shown)
{
    size_t next[ORDER_GROUP_COUNT] = {0}, others = 0;

    for (size_t group = 1; group < ORDER_GROUP_COUNT; group++)
        next[group] = next[group - 1] + order->group_count[group - 1];
    for (size_t i = 0; i < shown; i++) {
        const struct rank *rank = &order->ranks[i];

        if (is_by_uid(rank->row.group))
            order->rows[next[rank->row.group]++] = rank->row;
        else
            order->ranks[others++] = *rank;
    }
    if (others > 0)
        qsort(order->ranks, others, sizeof(*order->ranks), rank_by_place);
    for (size_t i = 0; i < others; i++)
        order->rows[next[order->ranks[i].row.group]++] = order->ranks[i].row;
}

void order_update(struct order *order, const struct fleet *fleet, bool hold, int64_t now_ms)
{
    bool held = hold && !order->asked;
    size_t all, shown;

    make_room(order, fleet);
    all = rank_all(order, fleet, now_ms);
    if (held && all > 0)
        keep_places(order, all);
    shown = drop_hidden(order, all);
    memset(order->group_count, 0, sizeof(order->group_count));
    for (size_t i = 0; i < shown; i++)
        order->group_count[order->ranks[i].row.group]++;
    if (held || order->spec.key != ORDER_BY_NEED)
        place_sorted(order, shown);
    else
        place_by_need(order, shown);
    order->count = shown;
    order->hidden = all - shown;
    order->held = held;
    order->asked = false;
    order->updates++;
}

void order_stand(struct order *order, bool hold)
{
    order->held = hold;
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

const char *order_key_name(enum order_key key)
{
    return keys[key].name;
}

enum order_key order_key_parse(const char *name)
{
    enum order_key key = 0;

    while (key < ORDER_KEY_COUNT && strcmp(keys[key].name, name) != 0)
        key++;
    return key;
}

bool order_key_descends(enum order_key key)
{
    return keys[key].descends;
}
