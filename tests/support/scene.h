#ifndef QMPTOP_TESTS_SUPPORT_SCENE_H
#define QMPTOP_TESTS_SUPPORT_SCENE_H

/*
 * scene: one frame of tui/draw.h, drawn by a child of the test in a terminal.
 */

#include "tests/support/pty.h"
#include "tui/draw.h"
#include "tui/term.h"

struct scene {
    void (*draw)(struct draw_area area);
    const char *until;           /* the frame is complete when this is seen */
    struct pty_options terminal; /* 8 x 30 unless given */
    struct term_options options;
    void (*theme)(struct theme *theme); /* changes the mono theme; may be NULL */
};

/* Starts it and waits; the child stays until the pty is closed. */
struct pty *scene_show(struct scene *scene);

#endif
