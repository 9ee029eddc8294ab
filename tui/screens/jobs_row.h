#ifndef QMPTOP_TUI_JOBS_ROW_H
#define QMPTOP_TUI_JOBS_ROW_H

/*
 * jobs_row: one job or migration as one line of the list: its cells as text, and as
 * they are drawn. It does not know which rows there are nor which is selected.
 *
 * In front of the columns stand four marks: the cursor '>', the need '!' or '*',
 * the tag '+', and '~' for a row that may be out of date.
 */

#include "core/fleet.h"
#include "tui/draw.h"
#include "tui/keymap.h"
#include "tui/screens/jobs_columns.h"

/* What a line says; raw text. */
struct jobs_row {
    const char *vm, *job, *type; /* borrowed from the fleet */
    char status[TARGET_NAME_MAX + 1];
    char reason[320]; /* instead of the bar; "" = draw the bar */
    char age[32];     /* instead of the ETA: since when it needs a person; "" = none */
    char percent[32], done[32], total[32], rate[32], eta[32];
    char since_seen[32]; /* its age, as core/order.h sorts by it */
    char verdict[64];
    char group[8]; /* "17", "17?" while it is likely, "?" possible; "" = ends alone */
    int permille;  /* of the bar; -1 = unknown */
    char mark;     /* '!', '*' or ' ' */
    bool stale, tagged;
    enum theme_role role; /* of mark, status and reason */
};

/* Says what the job looks like now. */
void jobs_row_describe(struct jobs_row *row, const struct target *target, const struct job *job,
                       const struct keymap *keymap, int64_t now_ms);

/* The same for the job or migration `uid`; false, and *row untouched, when the
 * fleet has none of that uid to show. */
bool jobs_row_of(struct jobs_row *row, const struct fleet *fleet, uint64_t uid,
                 const struct keymap *keymap, int64_t now_ms);

/* The column titles. */
void jobs_row_head(const struct jobs_layout *layout, struct draw_area area, int y);

void jobs_row_draw(const struct jobs_row *row, const struct jobs_layout *layout,
                   struct draw_area area, int y, bool selected);

#endif
