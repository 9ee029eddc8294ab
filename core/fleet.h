#ifndef QMPTOP_CORE_FLEET_H
#define QMPTOP_CORE_FLEET_H

/*
 * fleet: all targets, with what they share: uids, the journal, the actions and
 * the settings that the rules need. It does not know how inputs arrive nor in
 * which order rows are shown (order.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/action.h"
#include "core/errand.h"
#include "core/journal.h"
#include "core/need.h"
#include "core/target.h"
#include "core/uid_index.h"

struct fleet {
    struct target **targets; /* owned, in the order given */
    size_t target_count, target_capacity;
    struct target **curious; /* borrowed; room for all; raised a question, not yet looked at */
    size_t curious_count;
    uint64_t last_uid;
    struct uid_index uids; /* of jobs and migrations */
    struct journal journal;
    struct action_list actions;
    struct errand errand; /* the last one confirmed for many jobs */
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

void fleet_init(struct fleet *fleet);
void fleet_release(struct fleet *fleet);

/* Adds a target; owned by the fleet, pointer valid until fleet_release(). */
struct target *fleet_add(struct fleet *fleet, const char *name, bool name_given,
                         const char *endpoint, int64_t now_ms);

/* The target raised a question; and one of those that did since they were last taken, or
 * NULL. */
void fleet_note_curious(struct target *target);
struct target *fleet_take_curious(struct fleet *fleet);

/* A new uid, never 0, never given twice. */
uint64_t fleet_uid(struct fleet *fleet);

/* Something visible changed. */
void fleet_touch(struct fleet *fleet);

/* Only how far a job has got: with a thousand jobs one of them has at any moment. */
void fleet_moved(struct fleet *fleet);

/* The job `uid`, ended ones included, and its target (may be NULL to skip);
 * NULL when no such job is kept. */
struct job *fleet_job(const struct fleet *fleet, uint64_t uid, struct target **target);

/* The need of a job, its target's link considered: one that we closed ourselves is
 * not lost. */
struct need fleet_need(const struct target *target, const struct job *job, int64_t now_ms);

/* The target whose shown migration (migration_is_shown) has that uid, or NULL. */
struct target *fleet_migrating(const struct fleet *fleet, uint64_t uid);

/* The target of a job that QEMU still has, or of a shown migration: what acting on that uid
 * would reach. NULL when there is none. */
struct target *fleet_actable(const struct fleet *fleet, uint64_t uid);

/* The need of a target's migration. */
struct need fleet_migration_need(const struct target *target);

/* Takes an ended migration off the list; a running one stays. Returns whether it
 * did. */
bool fleet_clear_migration(struct target *target);

/* Time passes for all targets and actions, and the errand goes on. */
bool fleet_tick(struct fleet *fleet, int64_t now_ms);

/* Nobody has looked for a while (the program was stopped, say): that no progress was seen
 * and no answer taken since then is our own doing. To be called before fleet_tick(). */
void fleet_wake(struct fleet *fleet, int64_t now_ms);

/* Figures for the top line. A migration counts as a row that runs, needs or ended,
 * not as a job. */
struct fleet_counts {
    size_t targets, up, busy, down; /* down: failed or stale; connecting is none of them;
                                       none of all: a host that leads to others, and what is
                                       gone */
    size_t closed;                  /* by us */
    size_t jobs;                    /* living */
    size_t need, alarm;             /* of all rows: any need; the ALARM ones among them */
    size_t running, ready, waiting, paused, ended;
    size_t migrations; /* moving */
};
struct fleet_counts fleet_count(const struct fleet *fleet, int64_t now_ms);

#endif
