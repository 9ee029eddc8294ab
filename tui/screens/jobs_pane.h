#ifndef QMPTOP_TUI_JOBS_PANE_H
#define QMPTOP_TUI_JOBS_PANE_H

/*
 * jobs_pane: the page of the row under the cursor, beside the list on wide terminals, and
 * whether the keys that move go to it. It knows neither the list nor what is on the page.
 */

#include <stdbool.h>
#include <stdint.h>

#include "tui/draw.h"
#include "tui/keymap.h"
#include "tui/widgets/scroll.h"

struct app;

struct jobs_pane {
    uint64_t uid;          /* of the row whose page was drawn last; 0 = none */
    struct draw_area area; /* where; no width: there is no room for it */
    struct scroll scroll;
    bool focused;
};

/* Columns that it takes of a screen so wide; 0 = it has no room there. */
int jobs_pane_width(int width);

/* Draws the page of the job or migration `uid` with a line at its left. Another row's page
 * begins at its top; where there is none the focus goes back to the list. */
void jobs_pane_draw(struct jobs_pane *pane, struct app *app, uint64_t uid,
                    struct draw_area area, int64_t now_ms);

/* Whether the focus can go there. */
bool jobs_pane_can_scroll(const struct jobs_pane *pane);

/* Gives or takes the focus, and with it scrolls; false: the request is for the list. */
bool jobs_pane_request(struct jobs_pane *pane, struct app *app, enum request request,
                       int64_t now_ms);

/* The mouse was pressed there, in coordinates of the screen: that moves the focus. Whether
 * it was in the pane. */
bool jobs_pane_click(struct jobs_pane *pane, struct app *app, int y, int x);

#endif
