#ifndef QMPTOP_TUI_JOBS_LINES_H
#define QMPTOP_TUI_JOBS_LINES_H

/*
 * jobs_lines: the list as lines from top to bottom: group headings, rows, the
 * sockets that are not up with their reasons, and, where there is no job at
 * all, why. It does not draw.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/order.h"

struct fleet;
struct target;

enum jobs_line_kind {
    JOBS_LINE_GROUP,  /* heading of `group` */
    JOBS_LINE_JOB,    /* the job or migration `uid` */
    JOBS_LINE_LINKS,  /* heading of the sockets that are not up */
    JOBS_LINE_TARGET, /* one of them */
    JOBS_LINE_NOTE    /* a sentence */
};

struct jobs_line {
    enum jobs_line_kind kind;
    union { /* what a line of that kind is about */
        enum order_group group;
        uint64_t uid;
        const struct target *target;
        const char *note; /* static */
    };
};

struct jobs_lines {
    struct jobs_line *items; /* owned */
    size_t count, capacity;
    size_t troubled;  /* sockets that are not up */
    uint64_t updates; /* of the order, when they were built; 0 = never */
    bool headings;
};

void jobs_lines_init(struct jobs_lines *lines);
void jobs_lines_release(struct jobs_lines *lines);

/* Builds all lines anew if the order was updated since. */
void jobs_lines_build(struct jobs_lines *lines, const struct fleet *fleet,
                      const struct order *order, bool headings);

/* The index of the line of that job or migration, which is row `row` of the order; -1 when
 * it has none. */
int64_t jobs_lines_find(const struct jobs_lines *lines, uint64_t uid, size_t row);

#endif
