#ifndef QMPTOP_CORE_ACTION_H
#define QMPTOP_CORE_ACTION_H

/*
 * action: the life of one request of the person to one job:
 *
 *   proposed -> sent -> accepted -> in effect
 *        \          \-> refused (QEMU's own words)
 *         \-> void   \-> outcome unknown (the link dropped)
 *
 * An action holds the job's uid. Between proposal and sending the world may
 * move: action_send() checks everything again and sends nothing unless the very
 * same job (same incarnation) still takes the verb. It does not know QMP: the
 * sink turns it into bytes.
 *
 * "Accepted" is not "done": job-pause, job-complete and job-cancel only mark
 * an intent (job.c). Only the status that follows settles it; it may come
 * before the reply (QEMU emits events first), so both orders are handled.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/action_lever.h"
#include "core/action_list.h"
#include "core/action_text.h"
#include "core/verb.h"

/* What the person sees when a verb is pressed or confirmed. */
struct action_check {
    enum verb_answer answer;
    const char *why;  /* a clause for the status line; static; NULL when lit */
    int64_t since_ms; /* of VERB_SILENT: since when it has not answered; else 0 */
};

/* May `verb` be sent to the job `uid` now? A uid no job has any more gives
 * VERB_ENDED; so does an ended job, dismissing included: QEMU has it no longer,
 * merge_clear() takes it off the list. The same verb on its way gives
 * VERB_IN_FLIGHT until it is settled or overdue. Pure. */
struct action_check action_check(const struct fleet *fleet, uint64_t uid, enum verb verb);

/* Checks again and sends. Returns the action, valid until the list drops it
 * (look it up by serial later), or NULL with the reason in *check. */
const struct action *action_send(struct fleet *fleet, uint64_t uid, enum verb verb,
                                 uint64_t argument, int64_t now_ms, struct action_check *check);

/* QEMU's answer to `serial`: error NULL = accepted. `gone` means the link ended
 * before an answer: outcome unknown. Unknown serials are ignored. */
void action_replied(struct fleet *fleet, uint64_t serial, const char *error, int64_t now_ms);
void action_gone(struct fleet *fleet, uint64_t serial, int64_t now_ms);

/* The job changed (called by merge after each change): settles what waits for
 * it. */
void action_observe(struct fleet *fleet, const struct job *job, int64_t now_ms);

/* The link of `target` was lost: what is open on it ends as ACTION_UNKNOWN. */
void action_lost(struct fleet *fleet, const struct target *target, int64_t now_ms);

/* Accepted actions without effect become overdue (journal, status line).
 * Returns whether something changed. */
bool action_tick(struct fleet *fleet, int64_t now_ms);

#endif
