#ifndef QMPTOP_CORE_MOTION_H
#define QMPTOP_CORE_MOTION_H

/*
 * motion: the figures of a job that say something now: how far it is, how fast,
 * how long yet. Where a figure would mislead there is none: a job that waits has
 * no speed, one out of sight none that could be known. It does not measure
 * (rate.h) and does not format.
 */

#include <stdbool.h>
#include <stdint.h>

struct job;
struct target;

/* Permille done, 0..1000; -1 where that says nothing (READY, a plain job under
 * way, nothing told yet) or something false (1000 of one that did not end well). */
int motion_permille(const struct job *job);

/* Bytes per second of a block job of `target` that moves in sight. */
bool motion_rate(const struct target *target, const struct job *job, int64_t now_ms,
                 uint64_t *per_second);

/* Milliseconds until it is through; none for a READY job. */
bool motion_eta(const struct target *target, const struct job *job, int64_t now_ms,
                int64_t *eta_ms);

#endif
