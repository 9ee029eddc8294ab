#ifndef QMPTOP_CORE_FLEET_BASE_H
#define QMPTOP_CORE_FLEET_BASE_H

/*
 * fleet_base: what the rooms of the model share of their fleet: uids, the journal, settings,
 * and whether anything visible changed. Targets, actions and the errand it knows by name
 * only; what becomes of them is fleet.h's.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/journal.h"
#include "core/uid_index.h"

struct action_list;
struct errand;
struct target;

struct fleet {
    struct target **targets; /* owned, in the order given */
    size_t target_count, target_capacity;
    struct target **curious; /* borrowed; room for all; raised a question, not yet looked at */
    size_t curious_count;
    uint64_t last_uid;
    struct uid_index uids; /* of jobs and migrations */
    struct journal journal;
    struct action_list *actions; /* owned (action_list.h) */
    struct errand *errand;       /* owned; the last one confirmed for many jobs */
    bool read_only;
    int64_t delay_ms;            /* poll interval while something moves */
    const char *const *searched; /* borrowed; where targets are looked for, for people; ends
                                    with NULL. NULL = all were named */
    uint64_t
        generation; /* raised by every visible change: the screen redraws when it moved ... */
    uint64_t news;  /* ... at once when this did: not only that a job has got on */
};

/* So many targets are asked in turns (target_ask.c): at any moment one of them has news. */
#define FLEET_MANY 32

/* A new uid, never 0, never given twice. */
uint64_t fleet_uid(struct fleet *fleet);

/* Something visible changed. */
void fleet_touch(struct fleet *fleet);

/* Only how far a job has got: with a thousand jobs one of them has at any moment. */
void fleet_moved(struct fleet *fleet);

#endif
