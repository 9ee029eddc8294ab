#ifndef QMPTOP_QMP_CLIENT_H
#define QMPTOP_QMP_CLIENT_H

/*
 * client: keeps one endpoint connected: address, transport and session, with
 * reconnecting. It does not know what is asked or answered; it tells the link's
 * state in words a person understands.
 *
 * A monitor serves one client at a time and lets the next ones wait in
 * silence. A client left waiting there would take the place that libvirt or
 * Proxmox reconnects to, and its closing gives nothing back. So a local socket that is
 * seen to have a client (unix_peers.h) is not connected to at all; where that is not seen,
 * the connection is closed without a greeting in SESSION_GREETING_MS. Both are the state
 * BUSY, tried again slowly.
 *
 * A monitor that greets but does not answer is kept: a long command blocks it,
 * and a second connection would only wait behind it. `reason` says so. A greeting
 * that has begun gets CLIENT_GREETING_MS to come to its end.
 *
 * A host name is looked up for each try, and its addresses are tried one by one.
 *
 * Backoff: 1 s doubling to 30 s, each +-25 % by chance; BUSY waits 5 s doubling
 * to 30 s. A connection that was READY for CLIENT_SETTLED_MS resets it: one that
 * comes and goes does not. A QEMU that greets twice
 * (session.h) is connected to anew at once, CLIENT_AGAIN_MAX times.
 */

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "qmp/address.h"
#include "qmp/holder.h"
#include "qmp/session.h"
#include "qmp/transport.h"

#define CLIENT_BACKOFF_MIN_MS 1000
#define CLIENT_BACKOFF_MAX_MS 30000
#define CLIENT_BUSY_MIN_MS    5000
#define CLIENT_CONNECT_MS     5000  /* TCP connect deadline */
#define CLIENT_LOOKUP_MS      15000 /* a name server is asked twice by then */
#define CLIENT_GREETING_MS    30000
#define CLIENT_SETTLED_MS     10000
#define CLIENT_PARTING_MS     250 /* QEMU has noticed by then that we are gone */
#define CLIENT_AGAIN_MAX      5
#define CLIENT_REASON_SIZE    320 /* a longer one is cut */

enum client_link {
    CLIENT_CLOSED, /* not started, or stopped by client_stop() */
    CLIENT_CONNECTING,
    CLIENT_READY,
    CLIENT_LEFT,  /* by client_leave(): waiting to come back */
    CLIENT_BUSY,  /* another client holds the monitor; waiting to retry */
    CLIENT_FAILED /* waiting to retry; `reason` says why it failed */
};

/* Called from the loop and from client_start(), client_stop() and client_fail().
 * `link`: the state or its reason changed; look into the client. `version` is QEMU's
 * when READY is told and the greeting tells one, else NULL. `event`: only while
 * READY; what a monitor says earlier is asked for anyway.
 *
 * Callbacks, and the replies of calls, may call client_call(), but must not
 * start, stop or release the client. */
struct client_events {
    void (*link)(void *ctx, const char *version);
    void (*event)(void *ctx, const struct message *event);
};

struct lookup;

struct client {
    struct address *address; /* borrowed */
    struct ev_loop *loop;    /* borrowed */
    int64_t (*now_ms)(void); /* the program's clock */
    const struct client_events *events;
    void *ctx;
    struct transport transport;
    struct session session;
    enum client_link link;
    char *reason;     /* owned; see client_reason() */
    int64_t retry_ms; /* when the next try starts; 0 when none is planned */
    int64_t backoff_ms;
    ev_timer timer; /* deadline while connecting, retry while waiting */
    int64_t due_ms; /* when the timer has to act */
    unsigned short chance[3];
    bool was_ready;        /* in this connection */
    int64_t ready_ms;      /* since when */
    int64_t left_ms;       /* when we closed the last connection, or saw another one there */
    bool doubted;          /* it was seen held once, and is looked at again */
    uint32_t strays;       /* the session's foreign replies before this connection */
    int again;             /* connections made anew at once since the last wait */
    pid_t peer;            /* pid of the QEMU behind a local socket, or -1 */
    struct holder holder;  /* who had the monitor when it was last BUSY */
    struct lookup *lookup; /* owned; of the host name while connecting, else NULL */
    size_t tried;          /* of its addresses */
};

/* `address` outlives the client; one that can never be connected to is told to the
 * client with client_fail(). */
void client_init(struct client *client, struct address *address, struct ev_loop *loop,
                 int64_t (*now_ms)(void), const struct client_events *events, void *ctx);

/* Closes; pending replies fire with NULL, the link is not told. */
void client_release(struct client *client);

/* Closes a connection that is READY and comes back at `retry_ms`: nothing went wrong, so
 * the next failure waits no longer for that. Else nothing happens. */
void client_leave(struct client *client, int64_t retry_ms);

/* Connects, and keeps at it. */
void client_start(struct client *client);

/* Tries now instead of at retry_ms, and soon again. A try under way and a connection
 * that stands go on, a permanent failure stays one. */
void client_retry(struct client *client);

/* Closes and stays closed (^Z, quitting). Pending replies fire with NULL. */
void client_stop(struct client *client);

/* A permanent failure known before any try (a path that is too long):
 * FAILED for ever, starting and stopping change nothing any more. */
void client_fail(struct client *client, const char *reason);

/* Why it is not READY, as a clause; while CONNECTING, of the last try; "" when READY. Valid
 * until the link changes. It may hold wire bytes: clean it before it is shown. */
const char *client_reason(const struct client *client);

/* Sends a command; as session_call(). */
bool client_call(struct client *client, enum command command, const struct command_args *args,
                 session_reply *reply, void *ctx);

#endif
