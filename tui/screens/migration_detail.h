#ifndef QMPTOP_TUI_MIGRATION_DETAIL_H
#define QMPTOP_TUI_MIGRATION_DETAIL_H

/*
 * migration_detail: one live migration in full: how it goes, its levers with their
 * present values and what pulling them means, what it is, its last events. Drawn as a
 * screen of its own (screen_migration.h) and beside the list (jobs_pane.h). It holds
 * nothing.
 */

#include <stdint.h>

#include "tui/app.h"

/* Draws the shown migration `uid`, or that there is none: a title line, and below it
 * the page without its first `first` lines. Returns how many lines the page has. */
int migration_detail_draw(struct app *app, uint64_t uid, struct draw_area area, int first,
                          int64_t now_ms);

/* The same beside the list, where the keys of the levers mean something else: says
 * which key leads to them. Returns how many lines the page has. */
int migration_detail_beside(struct app *app, uint64_t uid, struct draw_area area, int first,
                            int64_t now_ms);

#endif
