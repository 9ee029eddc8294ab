#ifndef QMPTOP_TUI_BULK_H
#define QMPTOP_TUI_BULK_H

/*
 * bulk: one verb on all tagged jobs. A box lists exactly what will be done and what
 * will not, and why; the rows are those of the moment it was opened. A job may fall out
 * of it while it is open (it ends, changes, has more at stake, its link drops), but none
 * ever comes in: what was left out at first stays left out. When nothing is left to do,
 * the box closes itself and says so. It sends nothing: core/errand.h does, each job
 * checked once more.
 *
 * It is answered as in answer.h: with `y`; by typing the count on more than
 * BULK_ASK_MOST jobs, or where finished work is at stake. The count is that of the jobs
 * that are still in.
 */

#include <stdint.h>

#include "core/verb.h"

#define BULK_ASK_MOST 5

struct app;
struct tags;

/* Opens the box, or says why there is none; `argument` is the speed for VERB_LIMIT. */
void bulk_open(struct app *app, const struct tags *tags, enum verb verb, uint64_t argument,
               int64_t now_ms);

#endif
