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
#include "core/fleet_base.h"
#include "core/fleet_find.h"
#include "core/need.h"
#include "core/target.h"
#include "core/target_link.h"

void fleet_init(struct fleet *fleet);
void fleet_release(struct fleet *fleet);

/* Adds a target; owned by the fleet, pointer valid until fleet_release(). */
struct target *fleet_add(struct fleet *fleet, const char *name, bool name_given,
                         const char *endpoint, int64_t now_ms);

/* One of the targets that raised a question since they were last taken, or NULL. */
struct target *fleet_take_curious(struct fleet *fleet);

/* The need of a job, its target's link considered: one that we closed ourselves is
 * not lost. */
struct need fleet_need(const struct target *target, const struct job *job, int64_t now_ms);

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
