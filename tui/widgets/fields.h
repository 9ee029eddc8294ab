#ifndef QMPTOP_TUI_FIELDS_H
#define QMPTOP_TUI_FIELDS_H

/*
 * fields: a page of labelled values that may be longer than its area and can be
 * scrolled. Short values stand side by side where there is room, long ones are
 * wrapped. It does not know what the values mean.
 */

#include "tui/draw.h"

#define FIELDS_LABEL 10 /* columns of a label, with the blanks around it */

struct fields {
    struct draw_area area;
    int y;      /* of the line under way; beyond the area nothing is drawn */
    int first;  /* lines that are scrolled off */
    int column; /* where the next short value goes: 0 or 1 */
};

/* A page whose first `first` lines are scrolled off. */
void fields_begin(struct fields *fields, struct draw_area area, int first);

/* A value; printf-made, raw text allowed. "" as text leaves the field out. */
void fields_add(struct fields *fields, const char *label, enum theme_role role,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same on lines of its own. */
void fields_long(struct fields *fields, const char *label, enum theme_role role,
                 const char *text);

/* A text with a label of another kind, the text from column `indent` on. */
void fields_item(struct fields *fields, enum theme_role label_role, const char *label,
                 int indent, enum theme_role role, const char *text);

/* A line across with a title in it. */
void fields_heading(struct fields *fields, const char *title);

/* Ends the line under way and leaves `height` lines to the owner, who draws into the
 * area from the line returned on: it may be outside. */
int fields_room(struct fields *fields, int height);

/* Ends the page: how many lines it has. */
int fields_end(struct fields *fields);

#endif
