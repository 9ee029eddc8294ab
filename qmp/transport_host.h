#ifndef QMPTOP_QMP_TRANSPORT_HOST_H
#define QMPTOP_QMP_TRANSPORT_HOST_H

/*
 * transport_host: one OpenSSH connection to one host: started, up, down. It does not know
 * which sockets it carries, nor does it try again.
 */

#include <ev.h>
#include <stdbool.h>

#include "qmp/socket_folder.h"
#include "qmp/ssh.h"

#define TRANSPORT_HOST_START_S 20.

struct transport_child;

/* Called from the loop. */
struct transport_host_events {
    void (*up)(void *ctx);
    void (*down)(void *ctx, const char *words); /* it is closed already */
};

enum transport_host_state { TRANSPORT_HOST_DOWN, TRANSPORT_HOST_STARTING, TRANSPORT_HOST_UP };

struct transport_host {
    struct ev_loop *loop; /* borrowed */
    const struct transport_host_events *events;
    void *ctx;
    struct ssh_place place; /* borrowed texts */
    enum transport_host_state state;
    char control[SOCKET_PATH_SIZE];
    bool prohibits; /* it said that it does not lead to sockets */
    struct transport_child *child;
    int fd; /* its stdin and stdout; -1 = none */
    ev_io output;
    ev_timer deadline;
};

void transport_host_init(struct transport_host *host, struct ev_loop *loop,
                         const struct ssh_place *place,
                         const struct transport_host_events *events, void *ctx);

/* Connects, with its control socket at `control`, which is free; the outcome comes as an
 * event. It must be down. */
void transport_host_start(struct transport_host *host, const char *control);

/* Closes without an event; idempotent. */
void transport_host_stop(struct transport_host *host);

#endif
