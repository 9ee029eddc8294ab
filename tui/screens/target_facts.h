#ifndef QMPTOP_TUI_TARGET_FACTS_H
#define QMPTOP_TUI_TARGET_FACTS_H

/*
 * target_facts: what is known of one QEMU and of the link to it: in cells of a table,
 * and in full as labelled values. It does not know the screen.
 */

#include <stdint.h>

#include "core/fleet.h"
#include "core/format.h"
#include "tui/screens/link_look.h"
#include "tui/widgets/fields.h"

/* One line's cells; raw text. */
struct target_cells {
    const char *name, *guest, *qemu; /* borrowed */
    char link[LINK_LOOK_SIZE];
    char why[320]; /* "retry 8s: no such file"; "" = nothing to say */
    char jobs[16], pid[16], age[FORMAT_SIZE];
    enum theme_role role; /* of the link */
    char mark;            /* '!', '~' or ' ' */
};

void target_facts_cells(struct target_cells *cells, const struct target *target,
                        int64_t now_ms);

/* Everything; `wall_s` as in app.h. */
void target_facts_add(const struct target *target, int64_t (*wall_s)(int64_t at_ms),
                      struct fields *fields, int64_t now_ms);

#endif
