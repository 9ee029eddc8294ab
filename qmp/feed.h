#ifndef QMPTOP_QMP_FEED_H
#define QMPTOP_QMP_FEED_H

/*
 * feed: the only bridge between what QEMU says (qmp/) and what it means (core/):
 * link states, replies and events become inputs of a target; the target's
 * questions and the person's actions become commands. It decides nothing.
 *
 * Of a job in a list what is usable is used. A list with elements that name no job ends
 * none, since any of them could be the one that seems to be missing. An event that cannot be used is counted as
 * malformed and the jobs are asked for.
 */

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/fleet.h"
#include "qmp/client.h"

struct feed {
    struct client client;
    struct target *target;   /* borrowed */
    ev_timer timer;          /* the target's next question */
    enum target_query asked; /* of the query on its way */
};

/* Joins an address to a target of the fleet; nothing is opened yet. The fleet
 * outlives the feed: released before it, actions on their way end as unknown. */
void feed_init(struct feed *feed, struct address *address, struct target *target,
               struct ev_loop *loop, int64_t (*now_ms)(void));
void feed_release(struct feed *feed);

/* Connects, or closes and stays closed. */
void feed_start(struct feed *feed);
void feed_stop(struct feed *feed);

/* The person wants it now: no waiting for the next try, and a connection whose QEMU
 * has fallen silent is made anew. One that answers is left alone. */
void feed_retry(struct feed *feed);

/* Asks now what the target wants to know. Called by the feed itself after every
 * input and when its timer fires; harmless at any time. Whoever lets time pass
 * (fleet_tick) or sends an action calls it too: both raise questions. */
void feed_pump(struct feed *feed);

/* Sends the action's command; the reply goes to action_replied(). False when it
 * could not be queued. The action's target must be this feed's. */
bool feed_send(struct feed *feed, const struct action *action);

#endif
