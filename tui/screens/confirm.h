#ifndef QMPTOP_TUI_CONFIRM_H
#define QMPTOP_TUI_CONFIRM_H

/*
 * confirm: the box that asks before a verb on a job or a lever of a migration. Its
 * title is the identity as it was when the key was pressed; below stand the state
 * of now and what will happen. It does not send anything itself (app_act() and
 * pull_lever() do, with all checks made anew).
 *
 * How it is answered stands in answer.h: with `y`, or by typing the VM's name as it is
 * shown where finished work is at stake. What was typed ahead is thrown away. The box
 * closes itself, with the reason in the status line, when the job ended, was replaced
 * under its id, no longer takes the verb, has more to lose than the box says, or its
 * link dropped; whatever happens, it is never carried over to another job or migration.
 */

#include <stdint.h>

#include "core/lever.h"
#include "core/verb.h"
#include "tui/screen.h"
#include "tui/widgets/answer.h"

#define CONFIRM_DEAF_MS ANSWER_DEAF_MS

/* How loud to ask: one step louder than `tier` when the person wants it so, never less. */
enum verb_tier confirm_tier(const struct app *app, enum verb_tier tier);

/* A box about `verb` on the job `uid`, which must exist; for app_push(). `argument` is
 * the speed for VERB_LIMIT, which is told beside the present one. */
struct screen *confirm_new(struct app *app, uint64_t uid, enum verb verb, uint64_t argument,
                           int64_t now_ms);

/* Sends a verb that can be undone, and opens a box for the others. */
void confirm_take(struct app *app, uint64_t uid, enum verb verb, uint64_t argument,
                  int64_t now_ms);

/* The same for a lever of the shown migration `uid`; `value` or `text` (copied, or NULL) is
 * what the lever takes. */
void confirm_take_lever(struct app *app, uint64_t uid, enum lever lever, uint64_t value,
                        const char *text, int64_t now_ms);

#endif
