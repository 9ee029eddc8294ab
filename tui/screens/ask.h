#ifndef QMPTOP_TUI_ASK_H
#define QMPTOP_TUI_ASK_H

/*
 * ask: the boxes that ask for what a verb or a lever takes: a speed, a time, an
 * address. The present value stands in the line to be edited, a text that cannot be
 * taken says why. Each is bound to the uid of its job or migration and closes with
 * it, or as soon as the verb or lever is no longer lit.
 */

#include <stdint.h>

#include "core/lever.h"
#include "tui/screen.h"

/* The speed limit of the job `uid`, which must exist; for app_push(). */
struct screen *ask_limit_new(struct app *app, uint64_t uid);

/* The value of `lever`, which must take one, of the shown migration `uid`. */
struct screen *ask_lever_new(struct app *app, uint64_t uid, enum lever lever);

#endif
