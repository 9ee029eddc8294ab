#ifndef QMPTOP_TUI_CONFIRM_H
#define QMPTOP_TUI_CONFIRM_H

/*
 * confirm: the box that asks before a verb on a job or a lever of a migration. Its
 * title is the identity as it was when the key was pressed; below stand the state
 * of now and what will happen. It does not send anything itself (app_act() and
 * steer_pull() do, with all checks made anew).
 *
 * The answer is no by default: only `y` confirms, n, Esc, q and Enter close the box,
 * every other key does nothing. What was typed ahead is thrown away, and keys are
 * ignored for CONFIRM_DEAF_MS: auto-repeat has confirmed destructive acts
 * elsewhere. The box closes itself, with the reason in the status line, when the
 * job ended, was replaced under its id, no longer takes the verb, or its link
 * dropped, or when a lever's stakes have changed; whatever happens, it is never
 * carried over to another job or migration.
 */

#include <stdint.h>

#include "core/lever.h"
#include "core/verb.h"
#include "tui/screen.h"

#define CONFIRM_DEAF_MS 300

/* A box about `verb` on the job `uid`, which must exist; for app_push(). */
struct screen *confirm_new(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms);

/* The same about `lever` of the shown migration `uid`; `text` (copied) is what the
 * lever takes, or NULL. */
struct screen *confirm_lever_new(struct app *app, uint64_t uid, enum lever lever,
                                 const char *text, int64_t now_ms);

#endif
