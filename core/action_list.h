#ifndef QMPTOP_CORE_ACTION_LIST_H
#define QMPTOP_CORE_ACTION_LIST_H

/*
 * action_list: what was asked for from here, and how far each request has come: the list
 * itself. It does not know what a request needs to be sent, nor what settles it (action.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lever.h"
#include "core/verb_bit.h"

#define ACTION_KEEP        64   /* finished actions remembered */
#define ACTION_PATIENCE_MS 5000 /* after that an accepted one says "no effect yet" */

enum action_state {
    ACTION_SENT,
    ACTION_ACCEPTED,  /* QEMU said return: {} */
    ACTION_REFUSED,   /* QEMU said error; `answer` is its desc */
    ACTION_EFFECTIVE, /* the job did what was asked */
    ACTION_UNKNOWN,   /* the link dropped before the answer or the effect */
    ACTION_OVERTAKEN, /* the job ended or changed some other way before the effect */
    ACTION_STATE_COUNT
};

struct fleet;
struct target;

struct action {
    uint64_t serial; /* 1, 2, 3, ...; matches the reply to the request */
    uint64_t uid;
    struct target *target; /* borrowed; targets outlive actions */
    enum verb verb;        /* VERB_COUNT when a lever is pulled */
    enum lever lever;      /* LEVER_COUNT when a verb acts on a job */
    uint64_t argument;     /* VERB_LIMIT and levers: bytes/s or ms */
    uint64_t before;       /* what `argument` was until then, if `has_before` */
    bool has_before;
    char *text; /* LEVER_RECOVER: the address; else NULL */
    enum action_state state;
    bool effect_seen; /* the effect came before the reply */
    int64_t sent_ms, state_ms;
    char *job_id; /* raw, for the command and for messages */
    char *answer; /* QEMU's refusal, or why it was overtaken; NULL = none */
    bool overdue; /* accepted, but no effect for ACTION_PATIENCE_MS: said once */
};

/* Turns an action into a command on its way; false when it could not be queued. */
struct action_sink {
    bool (*send)(void *ctx, const struct action *action);
    void *ctx;
};

struct action_list {
    struct action **items; /* oldest first */
    size_t count, capacity;
    uint64_t serial;
    struct action_sink sink;
};

void action_list_init(struct action_list *list);
void action_list_release(struct action_list *list);

/* A new one, in state SENT and with the next serial; the rest is taken from `wish`, texts are
 * copied. Of more than ACTION_KEEP the oldest settled one goes. Owned by the list. */
struct action *action_list_add(struct action_list *list, const struct action *wish,
                               int64_t now_ms);

/* Takes the newest one back. */
void action_list_drop_newest(struct action_list *list);

/* Sent or accepted: neither refused nor settled. */
bool action_waits(const struct action *action);

/* The action is now in `state`, with an explanation or NULL. */
void action_enter(struct fleet *fleet, struct action *action, enum action_state state,
                  const char *answer, int64_t now_ms);

/* An action with that verb on that job waits for its answer or its effect. */
bool action_is_open(const struct fleet *fleet, uint64_t uid, enum verb verb);

/* The same verb on that job, or lever of that migration (the other one is VERB_COUNT or
 * LEVER_COUNT), is on its way. One without effect may be repeated once it is overdue. */
bool action_is_in_flight(const struct fleet *fleet, uint64_t uid, enum verb verb,
                         enum lever lever);

/* An action on that target waits for its answer. */
bool action_is_unanswered(const struct fleet *fleet, const struct target *target);

/* The one with that serial, or NULL. */
struct action *action_list_find(const struct action_list *list, uint64_t serial);

/* The newest action, of any state; NULL when there was none. */
const struct action *action_newest(const struct action_list *list);

#endif
