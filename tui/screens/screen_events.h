#ifndef QMPTOP_TUI_SCREEN_EVENTS_H
#define QMPTOP_TUI_SCREEN_EVENTS_H

/*
 * screen_events: the journal, newest at the bottom: following or frozen, of all jobs
 * or of one, searched, written to a file (events_file.h). It holds serials of
 * entries, so that new ones do not move what is being read.
 */

#include <stdint.h>

#include "tui/screen.h"

struct fleet;

/* For app_push(); the filter is about the job `uid`, 0 = none. It starts
 * with all entries and follows. */
struct screen *screen_events_new(const struct fleet *fleet, uint64_t uid);

#endif
