#ifndef QMPTOP_QMP_TRANSPORT_PACE_H
#define QMPTOP_QMP_TRANSPORT_PACE_H

/*
 * transport_pace: for how long the loop reads before keys get their turn, and how fast a
 * peer is read that never stops talking. Reading is a duty (a monitor that nobody reads makes
 * its QEMU grow), but one peer must not have a processor of this machine for itself: its own
 * memory is the better place to wait. It does not read.
 *
 * All by a clock that nobody sets: ev_now() goes by the wall clock, and for half a second by
 * what that was before it was set.
 */

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

/* Seconds, of any beginning. */
double transport_pace_now(void);

/* This turn of the loop has read for some milliseconds: what is left comes first thing in the
 * next one. */
bool transport_pace_turn_is_over(struct ev_loop *loop);

/* Zeroed: nothing was read yet. */
struct transport_pace {
    double paid_s; /* what was read is worth the time until then */
};

/* `len` bytes were read at `now_s`: how many seconds to read no more, 0 for at once. Up to
 * half a second's worth of `rate` (bytes/s) goes by at full speed. */
double transport_pace_rest(struct transport_pace *pace, size_t len, double rate, double now_s);

#endif
