#ifndef QMPTOP_CORE_GROUP_H
#define QMPTOP_CORE_GROUP_H

/*
 * group: which backups end together, since they share a transaction. No reply and
 * no event of QEMU names it, so everything here is inferred from what is seen; it
 * knows how sure that is, and nothing of how it is drawn.
 *
 * What is known of QEMU (job.c, blockdev.c; seen with 7.2):
 * - Only backups share a transaction.
 * - A `transaction` command creates all its jobs before it starts the first: their
 *   `created` events come before any `running` of them. A command that starts one
 *   job says created and running in one go. So jobs whose `created` came together
 *   were started by one command: LIKELY a group.
 * - Whether they end together too (completion-mode=grouped) shows later. WAITING is
 *   left at once by a job that has nobody to wait for; a reply that shows it, or a
 *   PENDING although the job finalizes itself, is proof. So is it when one waits
 *   and the next one comes to wait, or aborts and the next one aborts: PROVEN.
 *   A member that is over, or PENDING, while another still runs disproves it: they
 *   were individual jobs, and the group is dissolved.
 * - A job whose `created` nobody saw (found on connecting, or over a blind gap) may
 *   belong with any other such job. One that waits belongs with the only one it can
 *   wait for, or else POSSIBLY with each.
 * - Over a blind gap only what is proven is kept.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/group_watch.h"
#include "core/job.h"
#include "core/verb.h"

struct target;

enum group_certainty {
    GROUP_NONE,     /* nothing speaks for a group */
    GROUP_POSSIBLE, /* with some of the others that are POSSIBLE: job->group is 0 */
    GROUP_LIKELY,   /* created by one command; job->group is the same */
    GROUP_PROVEN,   /* they were seen to wait for, or to fall with each other */
    GROUP_CERTAINTY_COUNT
};

/* ---- told by merge ---- */

/* A status event came that the job is about to take; `null` is none of them. */
void group_event(struct target *target, struct job *job, enum job_status status);

/* An answer was taken in: all statuses are from one moment. */
void group_weigh(struct target *target);

/* The link was lost. */
void group_lost(struct target *target);

/* ---- asked by everybody ---- */

enum group_certainty group_certainty(const struct target *target, const struct job *job);

/* For the JSON report: "none", "possible", "likely", "proven". Static. */
const char *group_certainty_wire(enum group_certainty certainty);

/* The others it (possibly) ends with, as far as they are not over yet, in order of
 * first sighting. Writes at most `room` of them and returns how many there are. */
size_t group_siblings(const struct target *target, const struct job *job,
                      const struct job **siblings, size_t room);

/* What cancel or finalize of `job` does to more jobs than this one: "this ends 3 jobs:
 * a, b, c". False, with an empty text, for other verbs and where no sibling is known.
 * Raw ids, cut when they are long. Always NUL-terminated. */
bool group_warning(const struct target *target, const struct job *job, enum verb verb,
                   char *dst, size_t size);

#endif
