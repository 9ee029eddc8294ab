#ifndef QMPTOP_TUI_PROMPT_BOX_H
#define QMPTOP_TUI_PROMPT_BOX_H

/*
 * prompt_box: a box over the screen that asks for one line of text. Its owner's
 * functions say what is wrong with the text, take it when it is right, and close
 * the box when the question has lost its ground. It does not know what is asked.
 *
 * What was typed ahead is kept: it is text, and only Enter on a text that can be
 * taken does anything: one that came by itself. What comes in one go with other keys may
 * have been pasted, and the box asks for another. Esc always leaves with nothing done.
 */

#include <stdint.h>

#include "tui/screen.h"

struct prompt_box_ops {
    /* Why the text cannot be taken: one clause, shown in the box and valid until
     * the next call; NULL when it can, "" when it cannot yet and nothing need be
     * said. Asked after each key. May be NULL. */
    const char *(*why_not)(void *ctx, struct app *app, const char *text);

    /* Enter on a text that can be taken; the box closes next. It may push another
     * screen, which stays. */
    void (*done)(void *ctx, struct app *app, const char *text, int64_t now_ms);

    /* Why the question makes no sense any more ("the job has ended"); the box
     * closes and the status line says so. NULL while it does; may be NULL. */
    const char *(*lost)(void *ctx, struct app *app, int64_t now_ms);

    void (*free)(void *ctx); /* frees ctx with the box; may be NULL */
};

/* For app_push(); `title`, `hint` (one line that says what is asked for; may be "")
 * and `initial` (may be NULL) are copied, `ops` lives as long as the program. */
struct screen *prompt_box_new(const struct prompt_box_ops *ops, void *ctx, const char *title,
                              const char *hint, const char *initial);

/* The box is about that job (or "migration"): its title becomes "TITLE job on vm", the names
 * cut in their middle where there is no room; both are copied. */
void prompt_box_name(struct screen *screen, const char *vm, const char *job);

#endif
