#ifndef QMPTOP_TUI_JOB_DETAIL_H
#define QMPTOP_TUI_JOB_DETAIL_H

/*
 * job_detail: one job in full: its facts, its speed over the last ten minutes, what
 * can be done to it and what that means, its last events. Drawn as a screen of its
 * own (screen_job.h) and beside the list on wide terminals. It holds nothing.
 */

#include <stdint.h>

#include "tui/app.h"

#define JOB_DETAIL_BESIDE 140 /* columns from which on it stands beside the list */

/* Draws the job `uid`, or that there is none: a title line, and below it the page
 * without its first `first` lines. Returns how many lines the page has. */
int job_detail_draw(struct app *app, uint64_t uid, struct draw_area area, int first,
                    int64_t now_ms);

/* Columns that it takes of a screen so wide, 0 = it has no room there; and it, or the
 * migration of that uid (migration_detail.h), in that place, with a line at its left. */
int job_detail_width(int width);
void job_detail_beside(struct app *app, uint64_t uid, struct draw_area area, int64_t now_ms);

#endif
