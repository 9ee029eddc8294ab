#ifndef QMPTOP_TUI_SCROLL_H
#define QMPTOP_TUI_SCROLL_H

/*
 * scroll: which line of a page is at the top of its area. It does not know what is
 * on the page.
 */

#include <stdbool.h>

#include "tui/keymap.h"

struct scroll {
    int first;  /* line at the top */
    int lines;  /* of the whole page, as last drawn */
    int height; /* of the area, as last drawn */
};

/* One of the requests that move; false for any other. */
bool scroll_request(struct scroll *scroll, enum request request);

/* A frame was drawn with so many lines in so many rows. When that leaves an empty
 * end, the page is moved down: true, draw again. */
bool scroll_drawn(struct scroll *scroll, int lines, int height);

#endif
