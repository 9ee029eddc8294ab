#ifndef QMPTOP_TUI_DETAIL_EVENTS_H
#define QMPTOP_TUI_DETAIL_EVENTS_H

/*
 * detail_events: the last events of one job or migration as a part of a page. It does
 * not know the rest of the page.
 */

#include <stdint.h>

#include "tui/app.h"
#include "tui/widgets/fields.h"

#define DETAIL_EVENTS 8

/* Those of `uid`, oldest first, with a heading; nothing when there are none. */
void detail_events(const struct app *app, uint64_t uid, struct fields *fields);

#endif
