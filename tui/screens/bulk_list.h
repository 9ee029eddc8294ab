#ifndef QMPTOP_TUI_BULK_LIST_H
#define QMPTOP_TUI_BULK_LIST_H

/*
 * bulk_list: the jobs that one verb was asked for, each with what will be done to it
 * or why nothing will. It does not draw, ask or send.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/verb.h"

struct fleet;
struct tags;

struct bulk_row {
    uint64_t uid;
    char *vm, *job;      /* frozen; owned */
    const char *out;     /* why nothing will be done to it; static; NULL = it will */
    enum verb_tier tier; /* what was at stake at first */
};

struct bulk_list {
    enum verb verb;
    struct bulk_row *rows; /* owned; at first those that are in, then the others */
    size_t count;
    size_t in; /* how many are in */
};

/* The rows of the tagged jobs as they are now. */
void bulk_list_init(struct bulk_list *list, const struct fleet *fleet, const struct tags *tags,
                    enum verb verb);
void bulk_list_release(struct bulk_list *list);

/* Looks at all rows again: who falls out stays out. Returns whether one did. */
bool bulk_list_check(struct bulk_list *list, const struct fleet *fleet);

/* The loudest of those that are in. */
enum verb_tier bulk_list_tier(const struct bulk_list *list);

/* How many jobs that are not in would go the same way, since they share a transaction
 * with one that is. */
size_t bulk_list_dragged(const struct bulk_list *list, const struct fleet *fleet);

/* How many of those that are in belong to VMs that a manager runs (target.manager), and its
 * name: "managers" when it is not the same one for all, NULL when there is none. */
size_t bulk_list_managed(const struct bulk_list *list, const struct fleet *fleet,
                         const char **manager);

#endif
