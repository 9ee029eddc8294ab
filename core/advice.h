#ifndef QMPTOP_CORE_ADVICE_H
#define QMPTOP_CORE_ADVICE_H

/*
 * advice: what a person should know before ending a READY mirror of a QEMU that
 * migrates. It decides nothing and holds nothing back.
 *
 * Managers move a VM together with its local disks by mirrors to the destination,
 * which are ended with `stay` (block-job-cancel) when the guest is stopped for the
 * switchover. Completing one would make the source go on with the copy that the
 * destination is about to own. Which mirror belongs to the migration QEMU does not
 * tell.
 */

#include "core/job.h"
#include "core/verb.h"

struct target;

enum advice {
    ADVICE_NONE,
    ADVICE_MIGRATION_RUNS,
    ADVICE_MIGRATION_DONE, /* it completed: the guest runs at the destination */
    ADVICE_COUNT
};

/* Only of a mirror in READY or STANDBY, and not on the destination's side, which has
 * no mirrors of its own migration. */
enum advice advice_of(const struct target *target, const struct job *job);

/* One line for a list or a detail view: what is usual. "" for ADVICE_NONE. Static. */
const char *advice_text(enum advice advice);

/* One line for the box that asks whether to do `verb`: what that would mean. "" for
 * ADVICE_NONE and for verbs that do not end a READY mirror. Static. */
const char *advice_on(enum advice advice, enum verb verb);

#endif
