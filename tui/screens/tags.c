#include "tui/screens/tags.h"

#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/mem.h"

void tags_init(struct tags *tags)
{
    *tags = (struct tags){0};
}

void tags_release(struct tags *tags)
{
    free(tags->uids);
}

void tags_clear(struct tags *tags)
{
    tags->count = 0;
}

void tags_copy(struct tags *tags, const struct tags *from)
{
    *tags = (struct tags){.count = from->count, .capacity = from->count};
    tags->uids = mem_alloc(from->count, sizeof(*tags->uids));
    if (from->count > 0)
        memcpy(tags->uids, from->uids, from->count * sizeof(*tags->uids));
}

/* Where `uid` is, or belongs. */
static size_t place_of(const struct tags *tags, uint64_t uid)
{
    size_t from = 0, to = tags->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (tags->uids[middle] < uid)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

bool tags_has(const struct tags *tags, uint64_t uid)
{
    size_t at = place_of(tags, uid);
    return at < tags->count && tags->uids[at] == uid;
}

static void insert(struct tags *tags, size_t at, uint64_t uid)
{
    if (tags->count == tags->capacity) {
        tags->capacity = mem_capacity(tags->capacity, tags->count + 1);
        tags->uids = mem_resize(tags->uids, tags->capacity, sizeof(*tags->uids));
    }
    memmove(&tags->uids[at + 1], &tags->uids[at], (tags->count - at) * sizeof(*tags->uids));
    tags->uids[at] = uid;
    tags->count++;
}

void tags_toggle(struct tags *tags, uint64_t uid)
{
    size_t at = place_of(tags, uid);
    if (at == tags->count || tags->uids[at] != uid) {
        insert(tags, at, uid);
        return;
    }
    tags->count--;
    memmove(&tags->uids[at], &tags->uids[at + 1], (tags->count - at) * sizeof(*tags->uids));
}

void tags_prune(struct tags *tags, const struct fleet *fleet)
{
    size_t kept = 0;
    for (size_t i = 0; i < tags->count; i++)
        if (fleet_job(fleet, tags->uids[i], NULL))
            tags->uids[kept++] = tags->uids[i];
    tags->count = kept;
}
