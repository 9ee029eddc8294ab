#ifndef QMPTOP_TUI_TABLE_H
#define QMPTOP_TUI_TABLE_H

/*
 * table: gives columns their places in a width that may be too small for all of
 * them. It does not know what the columns show and does not draw.
 */

#include <stdbool.h>
#include <stddef.h>

struct table_column {
    const char *title;
    int min, max; /* columns of the terminal */
    int rank;     /* who goes first when there is no room: the highest; 0 never goes */
    int from;     /* not shown at all in a narrower width */
    bool right;   /* flush right */
};

/* Where a column stands; width 0: it is not shown. */
struct table_span {
    int x, width;
};

/* Lays `count` columns out in `width`, one blank between two. Every column gets
 * its `min`; those of highest rank are left out until the rest fits. What is
 * left over goes to the columns in their order, up to wanted[i], never beyond
 * `max`. Columns of rank 0 that still do not fit are given their `min` beyond the
 * edge, where drawing clips them. */
void table_layout(const struct table_column *columns, const int *wanted, size_t count,
                  int width, struct table_span *spans);

#endif
