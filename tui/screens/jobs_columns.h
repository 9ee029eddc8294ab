#ifndef QMPTOP_TUI_JOBS_COLUMNS_H
#define QMPTOP_TUI_JOBS_COLUMNS_H

/*
 * jobs_columns: which columns the list of jobs has, in which order, and where they
 * stand on a line of some width. It does not know what is in their cells (jobs_row.h).
 *
 * VM, JOB and STATUS are always there. What a job waits for is told in words where the
 * figures of the others stand (PROGRESS to ETA): in the widest stretch of the line that
 * has nothing but figures.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tui/widgets/table.h"

#define JOBS_NARROW 60 /* below: one phrase a job instead of columns */
#define JOBS_MARKS  4  /* columns of the terminal before the first one */

enum jobs_column {
    JOBS_VM,
    JOBS_JOB,
    JOBS_GROUP, /* only while some jobs may end together */
    JOBS_TYPE,
    JOBS_STATUS,
    JOBS_PROGRESS,
    JOBS_PERCENT,
    JOBS_DONE,
    JOBS_TOTAL,
    JOBS_RATE,
    JOBS_ETA,
    JOBS_AGE, /* while the rows are sorted by it, or where it was chosen */
    JOBS_VERDICT,
    JOBS_COLUMN_COUNT /* also: no column */
};

/* What a person wants to see. Zeroed: the usual columns. */
struct jobs_columns {
    bool chosen;
    enum jobs_column items[JOBS_COLUMN_COUNT]; /* from the left */
    size_t count;
};

/* The widest cells of the columns whose width depends on them; and what else asks for a
 * column. */
struct jobs_widths {
    int vm, job, type, status;
    bool grouped; /* there is a group */
    bool aged;    /* the rows are sorted by their age */
};

struct jobs_layout {
    struct table_span spans[JOBS_COLUMN_COUNT]; /* x from the line's begin */
    struct table_span words;                    /* where there is room for a reason */
    bool narrow;
    bool aged; /* the age is told, however narrow it is */
};

const char *jobs_column_title(enum jobs_column column);

/* PROGRESS to ETA; and those that stand flush right. */
bool jobs_column_is_figure(enum jobs_column column);
bool jobs_column_is_right(enum jobs_column column);

/* The column of that title; JOBS_COLUMN_COUNT when none has it. */
enum jobs_column jobs_column_find(const char *title);

/* The column stands right of those chosen so far. False when it is among them. */
bool jobs_columns_choose(struct jobs_columns *columns, enum jobs_column column);

/* Gives the columns their places on a line of `width` columns of the terminal. Of those
 * that are always there, the ones not chosen stand left. */
void jobs_columns_layout(const struct jobs_columns *columns, int width,
                         const struct jobs_widths *widest, struct jobs_layout *layout);

#endif
