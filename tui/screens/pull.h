#ifndef QMPTOP_TUI_PULL_H
#define QMPTOP_TUI_PULL_H

/*
 * pull: a lever of a live migration is pulled, or why it cannot be: the counterpart of
 * action_check() and app_act(). A migration is named by its uid, so that nothing meant for
 * one reaches the next. It does not know what was asked before.
 */

#include <stdint.h>

#include "core/action.h"

struct app;

/* Whether `lever` can be pulled on the shown migration `uid` now (action.h). */
struct lever_check pull_check(const struct fleet *fleet, uint64_t uid, enum lever lever);

/* Why not: a clause, static; NULL when it can. */
const char *pull_why_not(const struct fleet *fleet, uint64_t uid, enum lever lever);

/* Sends it, all checks made once more; the status line tells its fate. `text` is the
 * address for LEVER_RECOVER, else NULL. */
void pull_lever(struct app *app, uint64_t uid, enum lever lever, uint64_t value,
                const char *text, int64_t now_ms);

#endif
