#ifndef QMPTOP_TUI_DRAW_H
#define QMPTOP_TUI_DRAW_H

/*
 * draw: clipped drawing into a rectangle of the screen by role. Everything is
 * cleaned (core/text.h) here, whatever it is, so that no byte of the wire can
 * reach the terminal raw. It does not know what is drawn, nor when: term.h
 * begins and ends a frame. Coordinates are relative to the area; what lies
 * outside is cut off, and an area of no size draws nothing.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tui/theme.h"

struct draw_area {
    int y, x;          /* on the screen */
    int height, width; /* >= 0 */
};

/* A part of an area, clipped to it. */
struct draw_area draw_sub(struct draw_area area, int y, int x, int height, int width);

/* Draws raw text in at most `width` columns (width < 0: to the area's end), cut
 * with '~' when it does not fit. Returns the columns used. Cells after it are
 * left as they are. */
int draw_text(struct draw_area area, int y, int x, int width, enum theme_role role,
              const char *raw);

/* The same, cut in the middle (core/text.h): for names. */
int draw_middle(struct draw_area area, int y, int x, int width, enum theme_role role,
                const char *raw);

/* printf-made text, otherwise like draw_text(). */
int draw_format(struct draw_area area, int y, int x, int width, enum theme_role role,
                const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same, flush right in `width` columns (no cut mark: the left part is lost). */
void draw_right(struct draw_area area, int y, int x, int width, enum theme_role role,
                const char *raw);

/* `count` cells of an ASCII character. */
void draw_fill(struct draw_area area, int y, int x, int count, enum theme_role role, char c);

/* Gives cells that are already drawn another role, keeping the text (cursor row). */
void draw_recolour(struct draw_area area, int y, int x, int count, enum theme_role role);

/* Blanks the area and draws a frame with a title around it; returns the inside. */
struct draw_area draw_box(struct draw_area area, enum theme_role role, const char *title);

/* A progress bar "[####----]" of `width` >= 3 columns, `permille` of 0..1000
 * done; -1 draws an empty bar of dots (unknown). Blocks are used where the
 * terminal can show them, ASCII else. */
void draw_bar(struct draw_area area, int y, int x, int width, int permille);

/* Columns that raw text takes once cleaned; text wider than any screen counts as
 * DRAW_WIDTH_MAX. */
#define DRAW_WIDTH_MAX 1024
int draw_width(const char *raw);

/* Raw text cleaned, and cut in the middle to `columns` columns. Returns dst. */
char *draw_shorten(const char *raw, int columns, char *dst, size_t size);

/* Shows the terminal's cursor there when the frame ends; hidden by default. */
void draw_cursor(struct draw_area area, int y, int x);

/* Whether the terminal shows UTF-8 (false: --ascii or the locale). */
bool draw_is_utf8(void);

/* For term.c alone: how text and roles are shown from now on (`colours`: as in
 * palette.h, curses has started) ... */
void draw_set_utf8(bool utf8);
void draw_set_theme(const struct theme *theme, int colours);

/* ... an erased screen, and the place of the cursor if this frame set one. */
struct draw_area draw_begin(void);
bool draw_wants_cursor(int *y, int *x);

#endif
