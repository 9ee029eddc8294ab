#ifndef QMPTOP_CORE_ACTION_TEXT_H
#define QMPTOP_CORE_ACTION_TEXT_H

/* action_text: the words for a request and for what became of it. It decides nothing. */

#include <stddef.h>
#include <stdint.h>

#include "core/action_list.h"
#include "core/journal.h"

/* Its parts: what was asked for, "limit 50 MiB/s"; and what became of it, with QEMU's words
 * as they came, "refused: Not in this state". */
#define ACTION_PHRASE_SIZE 64
const char *action_phrase(const struct action *action, char dst[ACTION_PHRASE_SIZE]);
void action_outcome(const struct action *action, int64_t now_ms, char *dst, size_t size);

/* A sentence for the status line: "pause web-01/mirror0: accepted, waiting for
 * the effect". Raw text: clean before drawing. Always NUL-terminated. */
void action_sentence(const struct action *action, int64_t now_ms, char *dst, size_t size);

/* One journal entry: "you: pause  refused: Job is already paused". */
void action_say(struct fleet *fleet, const struct action *action, enum journal_mark mark,
                const char *what, const char *detail, int64_t now_ms);

#endif
