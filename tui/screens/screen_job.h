#ifndef QMPTOP_TUI_SCREEN_JOB_H
#define QMPTOP_TUI_SCREEN_JOB_H

/*
 * screen_job: one job in full (job_detail.h) on the whole screen; the keys of the
 * verbs act on it. It holds the job's uid: another job under the same id is not
 * shown. It closes itself when the job leaves the list.
 */

#include <stdint.h>

#include "tui/screen.h"

/* For app_push(); `uid` 0 or of no job closes at once. */
struct screen *screen_job_new(uint64_t uid);

#endif
