#ifndef QMPTOP_TUI_BULK_VERB_H
#define QMPTOP_TUI_BULK_VERB_H

/*
 * bulk_verb: a verb was asked for with jobs tagged. A limit is asked for first, one speed for
 * all of them; then comes the box that lists them (bulk.h). It sends nothing.
 */

#include <stdint.h>

#include "core/verb.h"

struct app;
struct tags;

/* There is at least one tag; they are copied. */
void bulk_verb(struct app *app, const struct tags *tags, enum verb verb, int64_t now_ms);

#endif
