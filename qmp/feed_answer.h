#ifndef QMPTOP_QMP_FEED_ANSWER_H
#define QMPTOP_QMP_FEED_ANSWER_H

/*
 * feed_answer: what QEMU answers to the target's questions, turned into inputs
 * of the model. Part of the feed: it does not send anything and does not know the
 * link.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/target.h"
#include "qmp/command.h"
#include "qmp/message.h"

/* The command that asks `query`. */
enum command feed_query_command(enum target_query query);

/* The command that carries out `verb`. */
enum command feed_verb_command(enum verb verb);

/* The command that pulls `lever` on the source, or on the incoming side. */
enum command feed_lever_command(enum lever lever, bool incoming);

/* Takes the reply (a return or an error) to `query` at `now_ms`. False when it
 * could not be used: the target asks again later. */
bool feed_answer(struct target *target, enum target_query query, const struct message *reply,
                 int64_t now_ms);

#endif
