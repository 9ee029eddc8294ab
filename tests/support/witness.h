#ifndef QMPTOP_TESTS_SUPPORT_WITNESS_H
#define QMPTOP_TESTS_SUPPORT_WITNESS_H

/*
 * witness: a session whose callbacks write down what they were told, so that a
 * test can compare a whole dialogue at once. Time stands still at 0, so ids
 * begin with 1 (qmp_capabilities).
 */

#include <stdbool.h>

#include "qmp/session.h"

#define WITNESS_GREETING                                                               \
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, " \
    "\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n"

struct witness {
    struct session session;
    char told[4096];                       /* "ready(7.2.22) event(STOP) reply(none) " */
    void (*then)(struct witness *witness); /* done inside the next callback, once */
};

/* A session that awaits its greeting; session_release() ends it. */
void witness_start(struct witness *witness);

/* The same, taken up to READY; the next call has id 2. */
void witness_start_ready(struct witness *witness);

void witness_input(struct witness *witness, const char *bytes);

/* Asks query-jobs; the answer is witness_reply(). */
bool witness_ask(struct witness *witness);

/* A session_reply: writes down "reply(VALUE) ", "reply(error DESC) " or
 * "reply(none) ". */
void witness_reply(void *ctx, const struct message *message);

/* Writes down something else, and does what `then` says. */
void witness_note(struct witness *witness, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fails the test unless exactly this was told since the last time. */
void witness_told(struct witness *witness, const char *expected);

/* Fails the test unless exactly these bytes want to be sent; takes them. */
void witness_sent(struct witness *witness, const char *expected);

/* Fails the test unless the session failed like this. */
void witness_failed(struct witness *witness, enum session_error error, const char *sentence);

#endif
