#ifndef QMPTOP_TUI_BOX_LINES_H
#define QMPTOP_TUI_BOX_LINES_H

/*
 * box_lines: a few lines of text in a box at the bottom of the screen. Where there
 * is no room for all, the less important ones go first. It does not know what they
 * say.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/draw.h"

#define BOX_WIDTH     80
#define BOX_LINE_SIZE 512
#define BOX_LINES_MAX 24

struct target;

struct box_line {
    char text[BOX_LINE_SIZE], right[64]; /* raw; `right` is shown where there is room */
    enum theme_role role;
    int rank; /* which one goes first: the highest; 0 stays */
};

/* {.count = 0} has none. */
struct box_lines {
    struct box_line line[BOX_LINES_MAX];
    int count;
};

/* A new last line without text; never more than BOX_LINES_MAX. */
struct box_line *box_lines_add(struct box_lines *lines, enum theme_role role, int rank);

/* Raw text, in as many lines as it takes in a box as wide as `area` allows, though
 * never in the last BOX_LINES_SPARE: those are for what comes after it. */
#define BOX_LINES_SPARE 8
void box_lines_wrap(struct box_lines *lines, enum theme_role role, struct draw_area area,
                    const char *text);

/* "VM  web-01": a raw name in full behind its label, in as many lines as it takes; one
 * that would take more than a few is cut in its middle. */
void box_lines_name(struct box_lines *lines, struct draw_area area, const char *label,
                    const char *name);

/* Columns that a line has in such a box. */
int box_lines_room(struct draw_area area);

/* "as of 0.4 s ago" on the right; nothing when `target` never answered. */
void box_lines_age(struct box_line *line, const struct target *target, int64_t now_ms);

/* Draws what fits into a frame; false, and nothing drawn, when there is no room for a
 * frame around what must stay. *inside (may be NULL) is what is in the frame. */
bool box_lines_draw(struct box_lines *lines, struct draw_area area, enum theme_role role,
                    const char *title, struct draw_area *inside);

/* Draws all lines at the bottom of an area that has no room for a frame; false, and
 * nothing drawn, when it has none for them either. *inside as above. */
bool box_lines_bare(const struct box_lines *lines, struct draw_area area,
                    struct draw_area *inside);

/* The same lines from the top of an area that has its frame; returns how many. */
int box_lines_put(const struct box_lines *lines, struct draw_area inside);

/* Takes lines out until `room` is enough, or only those that stay are left. */
void box_lines_fit(struct box_lines *lines, int room);

/* Capitals for a title: "cancel" -> "CANCEL". */
void box_lines_capitals(const char *word, char *text, size_t size);

#endif
