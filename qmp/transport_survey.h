#ifndef QMPTOP_QMP_TRANSPORT_SURVEY_H
#define QMPTOP_QMP_TRANSPORT_SURVEY_H

/*
 * transport_survey: has a shell of another host run a script, over the one ssh connection
 * that also carries its sockets (transport_ssh.h), and takes what it prints. It does not
 * know what that means, nor when to ask again.
 *
 * It keeps the connection from the first question till it is stopped or lost. What the
 * host prints has a limit, and so has the time it takes.
 */

#include <ev.h>

#include "qmp/address.h"
#include "qmp/buffer.h"
#include "qmp/transport_ssh.h"

#define TRANSPORT_SURVEY_MAX (4 * 1024 * 1024) /* bytes of an answer */
#define TRANSPORT_SURVEY_S   20.

struct transport_child;

/* Called from the loop. */
struct transport_survey_events {
    /* All that it printed, valid in the call; `words` say how ssh or the shell ended. */
    void (*told)(void *ctx, const char *bytes, size_t len, const char *words);
    /* No answer, or the connection is lost though nothing was asked. It is stopped. */
    void (*failed)(void *ctx, const char *words);
};

struct transport_survey {
    struct transport_hosts *hosts; /* borrowed */
    const struct address *address; /* of the host, without path */
    const char *script;
    const struct transport_survey_events *events;
    void *ctx;
    struct transport_ssh *link;     /* NULL = not asked for */
    struct transport_child *child;  /* the shell; NULL = none runs */
    char control[SOCKET_PATH_SIZE]; /* of the connection; "" = not there yet */
    int fd;                         /* stdin and stdout of the shell; -1 = none */
    struct buffer answer;
    ev_io output;
    ev_timer deadline;
    ev_timer soon; /* a failure that no caller may be told of at once */
};

/* The texts, the events and the context outlive it. */
void transport_survey_init(struct transport_survey *survey, struct transport_hosts *hosts,
                           const struct address *address, const char *script,
                           const struct transport_survey_events *events, void *ctx);

/* Asks; one event comes. Nothing while a question is under way. */
void transport_survey_ask(struct transport_survey *survey);

/* Gives all up, without an event; idempotent. */
void transport_survey_stop(struct transport_survey *survey);
void transport_survey_release(struct transport_survey *survey);

#endif
