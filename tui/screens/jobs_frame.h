#ifndef QMPTOP_TUI_JOBS_FRAME_H
#define QMPTOP_TUI_JOBS_FRAME_H

/*
 * jobs_frame: what stands around the list of jobs: the top line with the counts,
 * the line of sockets, the last events. It does not know the list.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fleet.h"
#include "core/order.h"
#include "tui/draw.h"

/* How the list is looked at. */
struct jobs_frame_view {
    const struct order *order;
    size_t tagged;
    bool held, pinned; /* rows keep their order: for now, until told otherwise */
    const char *theme; /* its name */
    const char *clock; /* the time of day, NULL: no room; with it everything is told that is
                          as it is by default, too */
};

/* The first line of the area. What does not fit goes in this order: the name,
 * counts of states, how rows are sorted, counts of jobs; what needs a person goes
 * last. */
void jobs_frame_top(const struct fleet *fleet, const struct fleet_counts *counts,
                    const struct jobs_frame_view *view, struct draw_area area);

/* One line: each target's state, troubled ones first. */
void jobs_frame_sockets(const struct fleet *fleet, struct draw_area area, int64_t now_ms);

/* The newest events, as many as fit; the newest comes first. */
void jobs_frame_events(const struct journal *journal, int64_t (*wall_s)(int64_t at_ms),
                       struct draw_area area);

#endif
