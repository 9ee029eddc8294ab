#ifndef QMPTOP_TUI_SEARCH_LINE_H
#define QMPTOP_TUI_SEARCH_LINE_H

/*
 * search_line: one line at the bottom of the screen in which a person types what
 * to look for, while the rows above already follow. It does not know what is
 * looked for nor where. Enter keeps what was found, Esc puts back what was there;
 * neither does anything else. An Enter that came amid other keys may have been
 * pasted: the line asks for another, and what is behind it is typed into the line.
 */

#include <stddef.h>
#include <stdint.h>

#include "tui/screen.h"

struct search_line_ops {
    /* The text is now this one. Returns a remark on it ("nothing has that"), "" for
     * none; static. */
    const char *(*changed)(void *ctx, struct app *app, const char *text);

    /* Esc: as it was before the line was opened. */
    void (*given_up)(void *ctx, struct app *app);
};

/* For app_push(). `label` and `ops` are static, `ctx` must outlive the screen;
 * `initial` (may be NULL) is copied, `max` is the most bytes to type. */
struct screen *search_line_new(const struct search_line_ops *ops, void *ctx, const char *label,
                               const char *initial, size_t max);

#endif
