#ifndef QMPTOP_TUI_JOB_FACTS_H
#define QMPTOP_TUI_JOB_FACTS_H

/*
 * job_facts: every known fact of a job as labelled values; where one is not known,
 * why. It does not know the page that they stand on.
 */

#include <stdint.h>

#include "core/fleet.h"
#include "tui/keymap.h"
#include "tui/widgets/fields.h"

struct job_facts {
    const struct target *target;
    const struct job *job;
    const struct keymap *keymap;
    int64_t (*wall_s)(int64_t at_ms); /* as in app.h */
    int64_t now_ms;
};

void job_facts_add(const struct job_facts *facts, struct fields *fields);

#endif
