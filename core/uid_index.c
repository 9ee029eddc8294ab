#include "core/uid_index.h"

#include <stdlib.h>

#include "core/mem.h"

void uid_index_release(struct uid_index *index)
{
    free(index->entries);
    *index = (struct uid_index){0};
}

typedef bool keeper(const struct target *target, uint64_t uid);

static void forget_gone(struct uid_index *index, keeper *keeps)
{
    size_t kept = 0;

    for (size_t i = 0; i < index->count; i++) {
        const struct uid_entry *entry = &index->entries[i];

        if (keeps(entry->target, entry->uid))
            index->entries[kept++] = *entry;
    }
    index->count = kept;
}

/* It grows when a quarter or less is of the past, so that looking for that costs
 * constant time an entry. */
static void make_room(struct uid_index *index, keeper *keeps)
{
    if (index->count < index->capacity)
        return;
    forget_gone(index, keeps);
    if (index->count < index->capacity - index->capacity / 4)
        return;
    index->capacity = mem_capacity(index->capacity, index->capacity + 1);
    index->entries = mem_resize(index->entries, index->capacity, sizeof(*index->entries));
}

void uid_index_add(struct uid_index *index, uint64_t uid, struct target *target, keeper *keeps)
{
    make_room(index, keeps);
    index->entries[index->count++] = (struct uid_entry){uid, target};
}

struct target *uid_index_find(const struct uid_index *index, uint64_t uid)
{
    size_t low = 0, high = index->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (index->entries[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < index->count && index->entries[low].uid == uid ? index->entries[low].target
                                                                : NULL;
}
