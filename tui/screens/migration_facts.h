#ifndef QMPTOP_TUI_MIGRATION_FACTS_H
#define QMPTOP_TUI_MIGRATION_FACTS_H

/*
 * migration_facts: every known fact of a live migration as labelled values; where
 * one is not known, why. It does not know the page that they stand on.
 */

#include <stdint.h>

#include "core/fleet.h"
#include "tui/widgets/fields.h"

struct migration_facts {
    const struct target *target;
    int64_t (*wall_s)(int64_t at_ms); /* as in app.h */
    int64_t now_ms;
};

/* How it goes: state, verdict, passes, speeds, downtime. */
void migration_facts_course(const struct migration_facts *facts, struct fields *fields);

/* What it is: side, capabilities, times, QEMU. */
void migration_facts_rest(const struct migration_facts *facts, struct fields *fields);

#endif
