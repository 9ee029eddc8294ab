#ifndef QMPTOP_TUI_VIEW_H
#define QMPTOP_TUI_VIEW_H

/*
 * view: what a person changes about the terminal while the program runs: the theme
 * and whether the mouse is taken. It does not know what is on the screen.
 */

#include <stdbool.h>
#include <stdint.h>

#include "tui/keymap.h"

struct app;

/* Does the request if it is one of these; the status line tells what came of it. */
bool view_request(struct app *app, enum request request, int64_t now_ms);

#endif
