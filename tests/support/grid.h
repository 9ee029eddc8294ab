#ifndef QMPTOP_TESTS_SUPPORT_GRID_H
#define QMPTOP_TESTS_SUPPORT_GRID_H

/*
 * grid: a terminal without glass (libvterm): bytes in, cells out as text and as
 * attributes. It does not know where the bytes come from (pty.h). libvterm knows
 * no "dim"; look at the bytes (pty_bytes) for that.
 */

#include <stdbool.h>
#include <stddef.h>

struct grid;

#define GRID_COLOUR_DEFAULT (-1)
#define GRID_COLOUR_RGB     (-2)

struct grid_cell {
    bool bold, underline, reverse;
    int fg, bg; /* 0..255, or one of GRID_COLOUR_* */
};

struct grid_modes {
    bool alternate; /* screen */
    bool cursor;    /* shown */
    bool mouse;
    bool brackets; /* around pastes */
    int bells;     /* rung so far */
};

/* Both abort when there is no memory. */
struct grid *grid_new(int rows, int cols);
void grid_free(struct grid *grid);

void grid_feed(struct grid *grid, const char *bytes, size_t size);
/* What the terminal answers to questions of the program; 0 = nothing. */
size_t grid_answer(struct grid *grid, char *bytes, size_t size);
void grid_resize(struct grid *grid, int rows, int cols);

int grid_rows(const struct grid *grid);
int grid_cols(const struct grid *grid);

/* One line in UTF-8 without blanks at its end; all lines, each with "\n". Owned by
 * the grid, valid until the next call of the same function. */
const char *grid_line(struct grid *grid, int row);
const char *grid_text(struct grid *grid);

/* One character a column: '.' plain, 'b' bold, 'u' underline, 'r' reverse, their
 * capitals when bold comes with 'u' or 'r', '*' for anything else. */
const char *grid_attributes(struct grid *grid, int row);

/* What is written next would be plain: no colour, no attribute. */
bool grid_pen_is_plain(const struct grid *grid);

/* The first place of `needle` (never over a line's end), in rows and columns; the
 * column counts cells, also behind wide characters. NULL places are allowed. */
bool grid_find(struct grid *grid, const char *needle, int *row, int *col);

struct grid_cell grid_cell(struct grid *grid, int row, int col);
void grid_cursor(struct grid *grid, int *row, int *col);
const struct grid_modes *grid_modes(const struct grid *grid);

#endif
