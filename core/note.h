#ifndef QMPTOP_CORE_NOTE_H
#define QMPTOP_CORE_NOTE_H

/*
 * note: the journal's words about a job: from which status to which, what it
 * means, how much was done. It does not decide what changed (change.h); it
 * writes a status once, and may be asked again.
 *
 * QEMU passes through created, waiting, pending, aborting and concluded within
 * milliseconds. Those are written only when somebody confirms that they last, so
 * that a normal end is one entry: "READY -> done  60.0 GiB in 14m".
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/job.h"
#include "core/target.h"

/* The job's status is one that QEMU may be passing through, or the job is new
 * and its type is not told yet. */
bool note_is_passing(const struct job *job);

/* The present status, unless it is written already. */
void note_status(struct target *target, struct job *job, int64_t now_ms);

/* The end of a job that has its `ending`. */
void note_end(struct target *target, struct job *job, int64_t now_ms);

/* A paused job turned out to be paused by an I/O error. */
void note_io(struct target *target, const struct job *job, int64_t now_ms);

/* A failed request of a job that goes on; QEMU sends one event for each, so only
 * the 1st, 10th, 100th, ... are written. */
void note_io_error(struct target *target, const struct job *job, const char *what,
                   const char *action, int64_t now_ms);

#endif
