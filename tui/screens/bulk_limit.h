#ifndef QMPTOP_TUI_BULK_LIMIT_H
#define QMPTOP_TUI_BULK_LIMIT_H

/*
 * bulk_limit: the box that asks for one speed limit for all tagged jobs; the box that
 * lists them (bulk.h) comes next. It sends nothing.
 */

struct screen;
struct tags;

/* For app_push(); the tags are copied, there is at least one. */
struct screen *bulk_limit_new(const struct tags *tags);

#endif
