#ifndef QMPTOP_CORE_ENDING_H
#define QMPTOP_CORE_ENDING_H

/*
 * ending: how a job came to its end, and what its life comes to in figures. It
 * judges from what the job record holds; it does not know when a job ends
 * (change.h).
 *
 * QEMU tells less than a person wants to know. A mirror that was completed and one
 * that was told to stay end with the same events (block/mirror.c), so which it was
 * is known only when the request was ours. A cancel by another client is told like
 * our own. What was missed in a blind gap stays unknown.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/job.h"

/* What the facts say of a job that is CONCLUDED or gone; never JOB_NOT_ENDED. An
 * event alone decides too: PENDING is left for CONCLUDED only with success,
 * ABORTING only without. JOB_ENDED_UNKNOWN when neither was seen. */
enum job_ending ending_of(const struct job *job);

/* How the job came out: what `ending` says or, for one that QEMU still lists as
 * CONCLUDED, what it will say. JOB_NOT_ENDED before that. */
enum job_ending ending_outcome(const struct job *job);

/* It did its work: done, switched, stayed, or one of the two. */
bool ending_is_good(enum job_ending ending);

/* Somebody, or its group, cancelled it. */
bool ending_is_cancel(enum job_ending ending);

/* One word of at most 9 columns for a list: "done", "switched", "stayed", "failed",
 * "cancelled", "gone". Static, as the next three; "" for JOB_NOT_ENDED. */
const char *ending_word(enum job_ending ending);

/* What the word leaves out: "by another client", "switched or stayed"; "" when it
 * leaves out nothing. */
const char *ending_how(enum job_ending ending);

/* Both as a phrase: "cancelled by another client", "done: switched or stayed, QEMU
 * does not tell". */
const char *ending_text(enum job_ending ending);

/* The wire word for the JSON report: "done", "switched", "stayed",
 * "switched-or-stayed", "failed", "cancelled", "cancelled-by-us",
 * "cancelled-with-group", "unknown"; NULL for JOB_NOT_ENDED. */
const char *ending_wire(enum job_ending ending);

/* How long it lived until `now_ms`, or until its end if it has ended or is CONCLUDED:
 * from its start if that was seen (job.h from_start), else since it was first seen. Of
 * one whose end nobody saw, how long it was seen. */
int64_t ending_life_ms(const struct job *job, int64_t now_ms);

/* How much of that it worked, pauses included: until it was READY (after that a mirror only
 * follows what the guest writes), until its work was done (after that it waits for others),
 * until the link was lost. Negative or 0 when it was not seen to. */
int64_t ending_work_ms(const struct job *job, int64_t now_ms);

/* The mean speed in bytes a second over that time. Of what was done
 * before it was first seen nothing is counted. False for jobs whose progress
 * is no byte count and when nothing was done in sight. */
bool ending_mean_rate(const struct job *job, int64_t now_ms, uint64_t *per_second);

#endif
