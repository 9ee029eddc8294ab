#ifndef QMPTOP_CORE_CHANGE_H
#define QMPTOP_CORE_CHANGE_H

/*
 * change: the one way a job begins, changes its status and ends. Each change is
 * journalled (note.h), asks what it leaves open, tells the actions that wait for
 * it and raises the fleet's generation. It does not know replies from events
 * (merge.h).
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/job.h"
#include "core/target.h"

/* A job never seen before. NULL, counted as malformed, when the target has no
 * room for one more. */
struct job *change_begin(struct target *target, const char *id, int64_t now_ms);

/* The status now holds, held ones included: whatever was held is dropped. */
void change_status(struct target *target, struct job *job, const char *wire, int64_t now_ms);

/* The status is what somebody is told who asks: it lasts, so it is journalled; PENDING
 * when it is known whether it waits for a person. */
void change_confirm(struct target *target, struct job *job, int64_t now_ms);

#define CHANGE_HOLD_MS 300

/* Keeps a paused or standby status back until CHANGE_HOLD_MS have passed. */
void change_hold(struct target *target, struct job *job, enum job_status status,
                 int64_t now_ms);

/* QEMU has the job no longer. The caller trims the roster afterwards. */
void change_end(struct target *target, struct job *job, int64_t now_ms);

/* The job's error text is `error` (cut to TARGET_ERROR_MAX), or none. Returns
 * whether that is new. */
bool change_error(struct job *job, const char *error);

/* Something else of the job changed. */
void change_seen(struct target *target, const struct job *job, int64_t now_ms);

/* It has got on, and nothing else (fleet_moved). */
void change_moved(struct target *target, const struct job *job, int64_t now_ms);

/* A job in status `before` can never be in `after`: it is another one. */
bool change_is_impossible(enum job_status before, enum job_status after);

/* The target has to look at its jobs again at `at_ms`. */
void change_settle_by(struct target *target, int64_t at_ms);

#endif
