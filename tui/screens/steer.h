#ifndef QMPTOP_TUI_STEER_H
#define QMPTOP_TUI_STEER_H

/*
 * steer: what a person asks of a live migration, from key to action: the
 * counterpart of app_verb(). A migration is named by its uid, so that nothing meant for one
 * reaches the next; it does not know screens.
 */

#include <stdint.h>

#include "core/fleet.h"
#include "tui/keymap.h"

struct app;

/* The request that pulls a lever, and the lever a request pulls (LEVER_COUNT: none). */
enum request steer_request(enum lever lever);
enum lever steer_lever_of(enum request request);

/* A verb of jobs was asked for on the row of the shown migration `uid`: cancel and
 * limit are its levers, dismiss clears one that ended, of the others it says that
 * they are not for migrations. */
void steer_verb(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms);

/* Does it (pull.h), asks for a value or in a box, or says why not. */
void steer_lever(struct app *app, uint64_t uid, enum lever lever, int64_t now_ms);

#endif
