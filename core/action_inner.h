#ifndef QMPTOP_CORE_ACTION_INNER_H
#define QMPTOP_CORE_ACTION_INNER_H

/*
 * action_inner: what action.c (verbs on jobs), action_lever.c (levers of a
 * migration) and action_text.c (their words) share. Nobody else includes it.
 */

#include "core/action.h"
#include "core/effect.h"
#include "core/journal.h"

/* Sent or accepted: neither refused nor settled. */
bool action_waits(const struct action *action);

/* A new action in state SENT, given to the sink and put on the list; NULL when it
 * could not be queued. `uid`, `id`, `verb` or `lever`, `argument` and `text` are
 * taken from `wish` and copied. */
struct action *action_launch(struct fleet *fleet, const struct action *wish, int64_t now_ms);

/* The action is now in `state`, with an explanation or NULL. */
void action_enter(struct fleet *fleet, struct action *action, enum action_state state,
                  const char *answer, int64_t now_ms);

/* One journal entry: "you: pause  refused: Job is already paused". */
void action_say(struct fleet *fleet, const struct action *action, enum journal_mark mark,
                const char *what, const char *detail, int64_t now_ms);

/* Settles an accepted lever as far as the migration allows it. */
void action_settle_lever(struct fleet *fleet, struct action *action, int64_t now_ms);

#endif
