#ifndef QMPTOP_TUI_SCREEN_JOBS_H
#define QMPTOP_TUI_SCREEN_JOBS_H

/*
 * screen_jobs: the main list: every job of every target, what needs a person on
 * top. The cursor holds a job's uid: a row that moves takes it along, and when
 * its job leaves the list it rests on nothing until a key moves it.
 */

#include "tui/screen.h"

/* For app_push(). */
struct screen *screen_jobs_new(void);

#endif
