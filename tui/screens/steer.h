#ifndef QMPTOP_TUI_STEER_H
#define QMPTOP_TUI_STEER_H

/*
 * steer: what a person asks of a live migration, from key to action: the
 * counterpart of app_verb() and app_act(). A migration is named by its uid, so that
 * nothing meant for one reaches the next; it does not know screens.
 */

#include <stdint.h>

#include "core/fleet.h"
#include "tui/keymap.h"

struct app;

/* Why `lever` cannot be pulled on the migration `uid` now: a clause, static; NULL
 * when it can. */
const char *steer_why_not(const struct fleet *fleet, uint64_t uid, enum lever lever);

/* The request that pulls a lever, and the lever a request pulls (LEVER_COUNT: none). */
enum request steer_request(enum lever lever);
enum lever steer_lever_of(enum request request);

/* A verb of jobs was asked for on the row of the shown migration `uid`: cancel and
 * limit are its levers, dismiss clears one that ended, of the others it says that
 * they are not for migrations. */
void steer_verb(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms);

/* Does it, asks for a value or in a box, or says why not. */
void steer_lever(struct app *app, uint64_t uid, enum lever lever, int64_t now_ms);

/* `text` is the address for LEVER_RECOVER. A lever with a value or a text goes on
 * here: asks in a box or sends. */
void steer_take(struct app *app, uint64_t uid, enum lever lever, uint64_t value,
                const char *text, int64_t now_ms);

/* Sends it, all checks made once more; the status line tells its fate. */
void steer_pull(struct app *app, uint64_t uid, enum lever lever, uint64_t value,
                const char *text, int64_t now_ms);

#endif
