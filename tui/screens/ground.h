#ifndef QMPTOP_TUI_GROUND_H
#define QMPTOP_TUI_GROUND_H

/*
 * ground: whether the job that a box or a menu is about is still the one it was
 * opened for. It does not know what is asked of it.
 */

#include <stdint.h>

#include "core/verb.h"

struct fleet;

/* Why nothing can be done to the job `uid` any more: it is gone, was replaced under
 * its id, has ended, or its QEMU cannot be reached. NULL while something can. Static. */
const char *ground_lost(const struct fleet *fleet, uint64_t uid);

/* The same, or why not this verb, or because more is at stake than `tier` by now. */
const char *ground_lost_for(const struct fleet *fleet, uint64_t uid, enum verb verb,
                            enum verb_tier tier);

/* Why a box gives up that was opened for less. Static. */
extern const char ground_more_at_stake[];

#endif
