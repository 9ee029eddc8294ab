#ifndef QMPTOP_QMP_TRANSPORT_LOOKUP_H
#define QMPTOP_QMP_TRANSPORT_LOOKUP_H

/*
 * transport_lookup: the addresses of a host name, asked of the system's resolver by a
 * child process: the resolver blocks, for half a minute where a name server is dead. It
 * does not know what the addresses are for.
 */

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "qmp/address.h"

#define LOOKUP_ADDRESSES_MAX 8
#define LOOKUP_ERROR_SIZE    160
#define LOOKUP_CHILD_S       30 /* the child ends itself: nobody waits for ever */

/* Comes through a pipe from the same program: what it holds is as it was written. */
struct lookup_answer {
    size_t count;                                     /* 0: `error` tells why */
    union address_ip addresses[LOOKUP_ADDRESSES_MAX]; /* IPv4 first: "localhost" is ::1 first
                    on many hosts, while monitors mostly listen on 127.0.0.1 */
    char error[LOOKUP_ERROR_SIZE];
};

struct lookup {
    struct ev_loop *loop; /* borrowed */
    void (*done)(void *ctx);
    void *ctx;
    pid_t child;
    int fd; /* -1: done */
    ev_io watcher;
    struct lookup_answer answer;
};

/* Begins to look for host and port (a number). `done` is called from the loop, once; then
 * `answer` is complete. NULL, with errno, when no child can be had. */
struct lookup *lookup_new(struct ev_loop *loop, const char *host, const char *port,
                          void (*done)(void *ctx), void *ctx);

/* Done or not, also from `done`; NULL is allowed. */
void lookup_free(struct lookup *lookup);

#endif
