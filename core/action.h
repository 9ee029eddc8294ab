#ifndef QMPTOP_CORE_ACTION_H
#define QMPTOP_CORE_ACTION_H

/*
 * action: the life of one request of the person to one job:
 *
 *   proposed -> sent -> accepted -> in effect
 *        \          \-> refused (QEMU's own words)
 *         \-> void   \-> outcome unknown (the link dropped)
 *
 * An action holds the job's uid. Between proposal and sending the world may
 * move: action_send() checks everything again and sends nothing unless the very
 * same job (same incarnation) still takes the verb. It does not know QMP: the
 * sink turns it into bytes.
 *
 * "Accepted" is not "done": job-pause, job-complete and job-cancel only mark
 * an intent (job.c). Only the status that follows settles it; it may come
 * before the reply (QEMU emits events first), so both orders are handled.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lever.h"
#include "core/verb.h"

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

/* What the person sees when a verb is pressed or confirmed. */
struct action_check {
    enum verb_answer answer;
    const char *why;  /* a clause for the status line; static; NULL when lit */
    int64_t since_ms; /* of VERB_SILENT: since when it has not answered; else 0 */
};

/* May `verb` be sent to the job `uid` now? A uid no job has any more gives
 * VERB_ENDED; so does an ended job, dismissing included: QEMU has it no longer,
 * merge_clear() takes it off the list. The same verb on its way gives
 * VERB_IN_FLIGHT until it is settled or overdue. Pure. */
struct action_check action_check(const struct fleet *fleet, uint64_t uid, enum verb verb);

/* Checks again and sends. Returns the action, valid until the list drops it
 * (look it up by serial later), or NULL with the reason in *check. */
const struct action *action_send(struct fleet *fleet, uint64_t uid, enum verb verb,
                                 uint64_t argument, int64_t now_ms, struct action_check *check);

/* The same for a lever of the migration `uid` (migration.h) of `target`: a later
 * migration has another uid. `text` is copied. */
struct lever_check {
    enum lever_answer answer;
    bool in_flight;   /* the same lever is being pulled */
    const char *why;  /* a clause; static; NULL when lit */
    int64_t since_ms; /* of LEVER_SILENT, as above */
};
struct lever_check action_check_lever(const struct fleet *fleet, const struct target *target,
                                      uint64_t uid, enum lever lever);
const struct action *action_pull(struct fleet *fleet, struct target *target, uint64_t uid,
                                 enum lever lever, uint64_t argument, const char *text,
                                 int64_t now_ms, struct lever_check *check);

/* The migration of `target` changed its status. */
void action_observe_migration(struct fleet *fleet, const struct target *target, int64_t now_ms);

/* QEMU's answer to `serial`: error NULL = accepted. `gone` means the link ended
 * before an answer: outcome unknown. Unknown serials are ignored. */
void action_replied(struct fleet *fleet, uint64_t serial, const char *error, int64_t now_ms);
void action_gone(struct fleet *fleet, uint64_t serial, int64_t now_ms);

/* The job changed (called by merge after each change): settles what waits for
 * it. */
void action_observe(struct fleet *fleet, const struct job *job, int64_t now_ms);

/* An action with that verb on that job waits for its answer or its effect. */
bool action_is_open(const struct fleet *fleet, uint64_t uid, enum verb verb);

/* An action on that target waits for its answer. */
bool action_is_unanswered(const struct fleet *fleet, const struct target *target);

/* The link of `target` was lost: what is open on it ends as ACTION_UNKNOWN. */
void action_lost(struct fleet *fleet, const struct target *target, int64_t now_ms);

/* Accepted actions without effect become overdue (journal, status line).
 * Returns whether something changed. */
bool action_tick(struct fleet *fleet, int64_t now_ms);

/* The newest action, of any state; NULL when there was none. */
const struct action *action_newest(const struct action_list *list);
const struct action *action_by_serial(const struct action_list *list, uint64_t serial);

/* Its parts: what was asked for, "limit 50 MiB/s"; and what became of it, with QEMU's words
 * as they came, "refused: Not in this state". */
#define ACTION_PHRASE_SIZE 64
const char *action_phrase(const struct action *action, char dst[ACTION_PHRASE_SIZE]);
void action_outcome(const struct action *action, int64_t now_ms, char *dst, size_t size);

/* A sentence for the status line: "pause web-01/mirror0: accepted, waiting for
 * the effect". Raw text: clean before drawing. Always NUL-terminated. */
void action_sentence(const struct action *action, int64_t now_ms, char *dst, size_t size);

#endif
