#ifndef QMPTOP_TUI_PROMPT_H
#define QMPTOP_TUI_PROMPT_H

/*
 * prompt: one line of text under the fingers: editing by characters (UTF-8) and
 * drawing with a cursor. It does not know what the text means nor what happens
 * when it is done: its owner asks (prompt_box.h is one that lies over a screen).
 *
 * Keys: Left Right Home End ^A ^E move; Backspace Del ^W (a word) ^U (all before
 * the cursor) delete; Enter is done, Esc gives up.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tui/draw.h"

#define PROMPT_SIZE   1024                  /* bytes, with the NUL */
#define PROMPT_PASTED "pasted: press Enter" /* what an Enter is told that does not count */

struct prompt {
    char text[PROMPT_SIZE]; /* NUL-terminated, as typed */
    size_t len, cursor;     /* bytes; the cursor stands before a character */
    size_t max;             /* bytes that the text may have */
};

enum prompt_result {
    PROMPT_IGNORED, /* no key of a prompt */
    PROMPT_EDIT,    /* taken: text or cursor may have changed */
    PROMPT_DONE,
    PROMPT_CANCEL
};

/* Starts with `initial` (NULL: empty), the cursor behind it. The text never gets
 * longer than `max` bytes, nor than PROMPT_SIZE - 1; 0 = only that. */
void prompt_init(struct prompt *prompt, const char *initial, size_t max);

/* A key (key.h). The text stays as it is when done or given up. */
enum prompt_result prompt_key(struct prompt *prompt, int key);

/* Draws "label text" in line `y` of the area, scrolled so that the terminal's
 * cursor, which is shown, is in sight. Cells behind the text are left alone. */
void prompt_draw(const struct prompt *prompt, struct draw_area area, int y, const char *label);

#endif
