#ifndef QMPTOP_TUI_SCREEN_JOBS_H
#define QMPTOP_TUI_SCREEN_JOBS_H

/*
 * screen_jobs: the main list: every job of every target, what needs a person on
 * top. The cursor holds a job's uid: a row that moves takes it along, and when
 * its job leaves the list it rests on nothing until a key moves it.
 */

#include "core/order.h"
#include "tui/screen.h"
#include "tui/screens/jobs_columns.h"

/* How the list is looked at in the beginning. Zeroed: by need, the usual columns. */
struct screen_jobs_look {
    enum order_key sort;
    struct jobs_columns columns;
};

/* For app_push(); `look` is copied, NULL is the usual one. */
struct screen *screen_jobs_new(const struct screen_jobs_look *look);

#endif
