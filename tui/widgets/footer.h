#ifndef QMPTOP_TUI_FOOTER_H
#define QMPTOP_TUI_FOOTER_H

/*
 * footer: the line of keys at the bottom, made from the keymap: the verbs that
 * can take effect now on the job under the cursor, and the ways around. What a key
 * would do it asks the console's commands; it does not know which screens there are.
 */

#include "tui/draw.h"

struct app;

/* Draws one line; what does not fit is left out, but for help and the way out. What has
 * nothing to act on now is grey. */
void footer_draw(const struct app *app, struct draw_area area);

#endif
