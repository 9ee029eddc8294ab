#ifndef QMPTOP_CORE_UID_INDEX_H
#define QMPTOP_CORE_UID_INDEX_H

/*
 * uid_index: which target has the job or the migration of a uid, so that nobody looks
 * through thousands of targets for one row. It does not own them, and what ended long
 * ago may still be in it: whoever finds a target asks that whether the uid is kept.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target;

struct uid_entry {
    uint64_t uid;
    struct target *target; /* borrowed */
};

struct uid_index {
    struct uid_entry *entries; /* owned; uids rise */
    size_t count, capacity;
};

/* Zeroed memory is an empty one. */
void uid_index_release(struct uid_index *index);

/* `uid` is above all uids here. Those that their targets no longer keep, as `keeps` tells,
 * make room. */
void uid_index_add(struct uid_index *index, uint64_t uid, struct target *target,
                   bool (*keeps)(const struct target *target, uint64_t uid));

/* The target that was added with it; NULL when none was or it was forgotten. */
struct target *uid_index_find(const struct uid_index *index, uint64_t uid);

#endif
