#ifndef QMPTOP_TUI_ONCE_H
#define QMPTOP_TUI_ONCE_H

/*
 * once: when a single snapshot is complete enough to be printed. It decides
 * from the fleet and the time alone; it neither waits nor prints.
 *
 * First every target has to settle: its jobs are known, or it is known why they
 * are not. If block jobs move then, a short look at their motion follows, so that
 * rates can be told; if one may only pass through a status in which it else waits for a
 * person, a short look at whether it stays there. ONCE_PATIENCE_MS ends it all, whatever the
 * sockets do.
 */

#include <stdbool.h>
#include <stdint.h>

#define ONCE_PATIENCE_MS 4500
#define ONCE_MOTION_MS   2300 /* at most, after everything settled; see RATE_LEAST_MS */
#define ONCE_DELAY_MS    500  /* poll interval meanwhile */

struct fleet;

struct once {
    int64_t begin_ms;
    int64_t settled_ms; /* 0 = not yet */
    bool still;         /* nobody asks for rates */
};

/* Begins now; the fleet is polled each ONCE_DELAY_MS from here on. */
void once_init(struct once *once, struct fleet *fleet, int64_t now_ms);

/* Print now? To be asked often; lets time pass for the fleet (fleet_tick()). */
bool once_is_done(struct once *once, struct fleet *fleet, int64_t now_ms);

#endif
