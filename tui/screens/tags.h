#ifndef QMPTOP_TUI_TAGS_H
#define QMPTOP_TUI_TAGS_H

/*
 * tags: the set of jobs that a person has marked, by uid: a tag never passes to
 * another job. It does not know what is done to them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fleet;

struct tags {
    uint64_t *uids; /* owned, ascending */
    size_t count, capacity;
};

void tags_init(struct tags *tags);
void tags_release(struct tags *tags);
void tags_clear(struct tags *tags);

/* `tags` (not initialized) becomes a copy. */
void tags_copy(struct tags *tags, const struct tags *from);

bool tags_has(const struct tags *tags, uint64_t uid);

/* Marks the job, or takes its mark away. `uid` is not 0. */
void tags_toggle(struct tags *tags, uint64_t uid);

/* Forgets jobs that are no longer kept. */
void tags_prune(struct tags *tags, const struct fleet *fleet);

#endif
