#ifndef QMPTOP_TUI_SCREEN_H
#define QMPTOP_TUI_SCREEN_H

/*
 * screen: what the console shows and what keys mean there: a table of functions
 * and private data. Screens lie on a stack (app.h); a menu or a box is a screen
 * that lies over the one below and takes every key. It does not know which
 * screens there are.
 *
 * Adding one: embed struct screen as the first member, fill a const
 * screen_ops, and give it to app_push().
 */

#include <stdbool.h>
#include <stdint.h>

#include "tui/draw.h"
#include "tui/keymap.h"

struct app;
struct fleet;
struct screen;
struct tags;

/* What a key led to. */
enum screen_reaction {
    SCREEN_IGNORED, /* not for this screen: the console looks on */
    SCREEN_TAKEN,   /* done, draw anew */
    SCREEN_CLOSE    /* done, take this screen off the stack (it is freed) */
};

struct screen_ops {
    unsigned scope; /* KEYMAP_IN_...: which requests have a meaning here */
    bool overlay;   /* drawn over the screen below; that one holds still */
    bool typing;    /* an input line: pasted characters are typed into it */

    /* Draws into the area, the whole screen but for the footer. */
    void (*draw)(struct screen *screen, struct app *app, struct draw_area area, int64_t now_ms);

    /* A key before the keymap sees it (boxes, input lines); may be NULL. */
    enum screen_reaction (*key)(struct screen *screen, struct app *app, int key,
                                int64_t now_ms);

    /* A request of this screen's scope that the console does not do itself; may
     * be NULL. */
    enum screen_reaction (*request)(struct screen *screen, struct app *app,
                                    enum request request, int64_t now_ms);

    /* The fleet may have changed, called before every key and every frame: a box
     * whose ground is gone closes itself here. May be NULL. */
    enum screen_reaction (*watch)(struct screen *screen, struct app *app, int64_t now_ms);

    /* The mouse was pressed there, in coordinates of the area drawn last; whether
     * that selected something. May be NULL. */
    bool (*click)(struct screen *screen, struct app *app, int y, int x);

    /* The uid of the job that verbs act on, 0 for none; may be NULL. */
    uint64_t (*subject)(const struct screen *screen);

    /* The jobs that verbs act on instead, while there are any; may be NULL. */
    const struct tags *(*tags)(const struct screen *screen);

    /* Whether a request of this screen's scope, no verb, has anything to act on now; may be
     * NULL: it always has. */
    bool (*offers)(const struct screen *screen, const struct fleet *fleet,
                   enum request request);

    /* Frees the screen. */
    void (*free)(struct screen *screen);
};

struct screen {
    const struct screen_ops *ops;
};

#endif
