#ifndef QMPTOP_TUI_SUMMON_H
#define QMPTOP_TUI_SUMMON_H

/*
 * summon: a person wants to act on jobs whose QEMUs are only visited (core/visit.h), which
 * have to be connected to first. It does not know the verb.
 */

#include <stdbool.h>
#include <stdint.h>

struct app;
struct tags;

/* Connects to the QEMU of the job or migration `uid`, to stay so for a while. Returns
 * whether that has begun now; false: nothing is to be waited for. */
bool summon(struct app *app, uint64_t uid, int64_t now_ms);

/* The same for all that are tagged. */
bool summon_all(struct app *app, const struct tags *tags, int64_t now_ms);

/* That it has begun, and that the key of the verb or lever called `name` waits for it. */
void summon_say(struct app *app, const char *name, int64_t now_ms);

#endif
