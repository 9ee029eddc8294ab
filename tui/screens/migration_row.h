#ifndef QMPTOP_TUI_MIGRATION_ROW_H
#define QMPTOP_TUI_MIGRATION_ROW_H

/*
 * migration_row: a live migration as one line of the list of jobs: its cells. It
 * does not draw them (jobs_row.h does).
 */

#include "tui/screens/jobs_row.h"

/* Says what the target's migration, which must be shown, looks like now. The bar
 * is that of the present pass; the destination has none. */
void migration_row_describe(struct jobs_row *row, const struct target *target,
                            const struct keymap *keymap, int64_t now_ms);

#endif
