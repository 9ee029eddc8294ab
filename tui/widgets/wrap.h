#ifndef QMPTOP_TUI_WRAP_H
#define QMPTOP_TUI_WRAP_H

/*
 * wrap: breaks raw text into lines that fit a width once they are drawn, at blanks
 * where there are some. It does not draw.
 */

#include <stdbool.h>

#define WRAP_SIZE 1024 /* bytes of a line at most */

struct wrap {
    const char *rest; /* borrowed */
    int width;
    char line[WRAP_SIZE]; /* the present line, raw */
};

/* `width` >= 1; less counts as 1. */
void wrap_begin(struct wrap *wrap, const char *text, int width);

/* The next line into wrap->line, without blanks around it; false when there is none.
 * A text of blanks has no line. */
bool wrap_next(struct wrap *wrap);

/* How many lines the text takes. */
int wrap_count(const char *text, int width);

#endif
