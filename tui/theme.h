#ifndef QMPTOP_TUI_THEME_H
#define QMPTOP_TUI_THEME_H

/*
 * theme: which colour and attributes each role of the screen has, read from a
 * JSON file (theme_load.h). It does not know curses (draw.c turns roles into
 * attributes) nor which text has which role.
 *
 * A theme file is an object with "name", optional "extends" (another theme's
 * name) and "roles": role name -> {"fg": COLOUR, "bg": COLOUR, "bold": true,
 * "dim": true, "underline": true, "reverse": true}. COLOUR is "default", one of
 * the 16 ANSI names ("red", "bright-red"), a number 0..255 or "#rrggbb". json-c's
 * lax syntax is allowed (comments, trailing commas). Roles that are not named
 * keep what the extended theme, or else the mono theme, gives them; a role that is
 * named is written anew. "default" is the normal role's colour, and for the normal
 * role the terminal's. Where there is no colour (monochrome terminals, NO_COLOR),
 * a role that would have one gets the mono theme's attributes.
 */

#include <stdbool.h>
#include <stdint.h>

/* One row a role: enum suffix, name in files, meaning. */
#define THEME_ROLES(X)                                         \
    X(NORMAL, "normal", "plain text")                          \
    X(TITLE, "title", "the top line")                          \
    X(HEADING, "heading", "column heads and group headings")   \
    X(NEED, "need", "waits for a decision")                    \
    X(ERROR, "error", "an error, or stopped by one")           \
    X(OK, "ok", "moving, done, connected")                     \
    X(BUSY, "busy", "in progress, held, connecting")           \
    X(DIM, "dim", "quiet, stale, explanations")                \
    X(SELECT, "select", "the row under the cursor")            \
    X(TAG, "tag", "a tagged row")                              \
    X(BAR_DONE, "bar-done", "the done part of a progress bar") \
    X(BAR_LEFT, "bar-left", "the rest of a progress bar")      \
    X(KEY, "key", "a key in the footer, menus and help")       \
    X(BOX, "box", "frame of a menu or a box")                  \
    X(DANGER, "danger", "a box that can lose work")            \
    X(STATUS, "status", "the status line")

enum theme_role {
#define THEME_ENUM(symbol, name, meaning) THEME_##symbol,
    THEME_ROLES(THEME_ENUM)
#undef THEME_ENUM
        THEME_ROLE_COUNT
};

enum { THEME_BOLD = 1, THEME_DIM_ATTR = 2, THEME_UNDERLINE = 4, THEME_REVERSE = 8 };

#define THEME_COLOUR_DEFAULT (-1)
#define THEME_RGB(r, g, b)   (0x1000000 | (r) << 16 | (g) << 8 | (b)) /* quantised by draw */

struct theme_style {
    int32_t fg, bg; /* THEME_COLOUR_DEFAULT, 0..255, or THEME_RGB */
    uint32_t attributes;
};

struct theme {
    char name[64];
    struct theme_style styles[THEME_ROLE_COUNT];
};

/* Attributes only, no colour: the fallback that needs no file. */
void theme_mono(struct theme *theme);

/* As theme files call it. */
const char *theme_role_name(enum theme_role role);

#endif
