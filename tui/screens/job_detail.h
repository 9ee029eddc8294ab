#ifndef QMPTOP_TUI_JOB_DETAIL_H
#define QMPTOP_TUI_JOB_DETAIL_H

/*
 * job_detail: one job in full: its facts, its speed over the last ten minutes, what
 * can be done to it and what that means, its last events. Drawn as a screen of its
 * own (screen_job.h) and beside the list (jobs_pane.h). It holds nothing.
 */

#include <stdint.h>

#include "tui/app.h"

/* Draws the job `uid`, or that there is none: a title line, and below it the page
 * without its first `first` lines. Returns how many lines the page has. */
int job_detail_draw(struct app *app, uint64_t uid, struct draw_area area, int first,
                    int64_t now_ms);

/* The same for the job or the migration (migration_detail.h) `uid` beside the list. What
 * can be done comes first where the facts would push it off the page. */
int job_detail_beside(struct app *app, uint64_t uid, struct draw_area area, int first,
                      int64_t now_ms);

#endif
