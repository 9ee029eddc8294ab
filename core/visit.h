#ifndef QMPTOP_CORE_VISIT_H
#define QMPTOP_CORE_VISIT_H

/*
 * visit: a polite target is not held: it is connected to, asked, and left again, so that
 * its monitor is free for the manager that needs it. Here stands when a visit may end and
 * when the next one begins; others carry it out (qmp/feed). It does not know sockets.
 *
 * Between two visits the target is TARGET_AWAY: what it shows is as old as the last answer
 * and counts as the truth (target_is_fresh), but nothing can be sent. What happens between
 * visits nobody sees: a job that is gone at the next one ended without a known outcome, and
 * all of them did when the next one meets another QEMU (target_set_pid). A visit that finds
 * another client there is no news; so many of them that the answer is VISIT_PATIENCE_MS old
 * are.
 *
 * A person who wants to act summons the target: it is connected to at once and stays so
 * for VISIT_SUMMON_MS after the last summons.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/target.h"

#define VISIT_MOVING_MS   2000  /* from one visit to the next while something moves */
#define VISIT_IDLE_MS     10000 /* else; the fleet's delay where that is longer */
#define VISIT_SUMMON_MS   30000
#define VISIT_MOST_MS     500 /* events that raise questions do not make a visit longer */
#define VISIT_PATIENCE_MS 30000

/* It stays connected for a person. */
bool visit_is_summoned(const struct target *target, int64_t now_ms);

/* A person wants to act on it. Returns whether it has to be connected to for that: it is
 * polite and away. Others are not changed. */
bool visit_summon(struct target *target, int64_t now_ms);

/* The same person is still at it: a target that is summoned stays so for longer. */
void visit_keep(struct target *target, int64_t now_ms);

/* Everything was asked and answered, nobody needs it connected: it may be left. Pure. */
bool visit_may_end(const struct target *target, int64_t now_ms);

/* When visit_may_end() says yes though nothing else happens: a time, or -1 when only an
 * answer can change it. Pure. */
int64_t visit_ends_at(const struct target *target);

/* When the next visit begins after one that ends now. Pure. */
int64_t visit_next_ms(const struct target *target, int64_t now_ms);

/* A new visit asks these (bits of target_query); what a QEMU never changes, only the first
 * one does. Pure. */
uint32_t visit_questions(const struct target *target);

/* Another client was met instead of the monitor: that is no news yet. Pure. */
bool visit_is_patient(const struct target *target, int64_t now_ms);

#endif
