#ifndef QMPTOP_QMP_FEED_EVENT_H
#define QMPTOP_QMP_FEED_EVENT_H

/*
 * feed_event: QEMU's events turned into inputs of the model. Part of the feed: it
 * does not ask anything back itself, it lets the target want to know.
 */

#include <stdint.h>

#include "core/target.h"
#include "qmp/message.h"

/* Takes an event. Events that say nothing about jobs, the guest or a migration
 * are left alone; one that is unusable is counted and the jobs are asked anew. */
void feed_event(struct target *target, const struct message *event, int64_t now_ms);

#endif
