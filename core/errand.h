#ifndef QMPTOP_CORE_ERRAND_H
#define QMPTOP_CORE_ERRAND_H

/*
 * errand: one verb that was confirmed for many jobs, and how far it has got. Jobs
 * are asked one after the other, so that no QEMU ever has more than ERRAND_ABREAST
 * of its requests unanswered, and right before each one everything is checked once
 * more: a job that is gone, that no longer takes the verb or has more at stake than
 * was confirmed is left out. It does not know who confirmed it, nor QMP.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/verb.h"

#define ERRAND_ABREAST 16 /* unanswered requests to one QEMU */

struct fleet;

enum errand_state {
    ERRAND_WAITING, /* not sent yet */
    ERRAND_SENT,
    ERRAND_ACCEPTED,
    ERRAND_DONE, /* in effect */
    ERRAND_OVERTAKEN,
    ERRAND_UNKNOWN, /* the link was lost before the outcome was known */
    ERRAND_REFUSED,
    ERRAND_LEFT, /* never sent */
    ERRAND_STATE_COUNT
};

struct errand_item {
    uint64_t uid;
    enum verb_tier tier; /* what was at stake when it was confirmed */
    uint64_t serial;     /* of its action, once sent */
    enum errand_state state;
};

struct errand {
    enum verb verb;
    uint64_t argument;         /* bytes/s for VERB_LIMIT */
    struct errand_item *items; /* owned; in the order of sending */
    size_t count;
    size_t next; /* the first that is WAITING */
    size_t tally[ERRAND_STATE_COUNT];
    const char *left_why; /* of the last one left out; static */
    char *refusal;        /* QEMU's words of the last one refused; owned */
    int64_t settled_ms;   /* when the last one was settled; 0 = not yet */
};

/* Zeroed, it is an errand on no job. */
void errand_release(struct errand *errand);

/* Some are still to be sent: nothing new may begin. */
bool errand_is_under_way(const struct errand *errand);

/* Begins, in place of one that is not under way; `items` (uid and tier) are copied.
 * Sends nothing yet. */
void errand_begin(struct errand *errand, enum verb verb, uint64_t argument,
                  const struct errand_item *items, size_t count);

/* Looks how those that were sent have fared and sends what may be sent now. Dismissing
 * an ended job only takes it off the list. Returns whether something changed. */
bool errand_run(struct errand *errand, struct fleet *fleet, int64_t now_ms);

/* "complete 7 jobs: 2 to send, 4 in effect, 1 refused (Job is busy)". Raw text, always
 * NUL-terminated. */
void errand_sentence(const struct errand *errand, char *dst, size_t size);

#endif
