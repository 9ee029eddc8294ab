#ifndef QMPTOP_TUI_FOOTER_H
#define QMPTOP_TUI_FOOTER_H

/*
 * footer: the line of keys at the bottom, made from the keymap: the verbs that
 * can take effect now on the job under the cursor, and the ways around. It does
 * not know which screens there are.
 */

#include <stdbool.h>
#include <stdint.h>

#include "tui/draw.h"
#include "tui/keymap.h"

struct fleet;
struct screen;
struct tags;

struct footer {
    const struct keymap *keymap;
    const struct fleet *fleet;
    uint64_t subject;            /* uid of the job or migration that verbs act on, or 0 */
    const struct tags *tags;     /* jobs that they act on instead, if any; may be NULL */
    const struct screen *screen; /* what it offers now */
    bool is_root;                /* leaving it leaves the program */
};

/* Draws one line; what does not fit is left out, but for help and the way out. What has
 * nothing to act on now is grey. */
void footer_draw(const struct footer *footer, struct draw_area area);

#endif
