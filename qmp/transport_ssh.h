#ifndef QMPTOP_QMP_TRANSPORT_SSH_H
#define QMPTOP_QMP_TRANSPORT_SSH_H

/*
 * transport_ssh: the sockets of other hosts, carried by one OpenSSH connection a host.
 * It gives each a socket on this side, in a private folder; it does not know what is said
 * there.
 *
 * A host is connected to when the first asks for it, and let go a while after the last
 * has left. After a failure it rests a moment, and who asks meanwhile hears the same
 * reason: twenty sockets behind one host are one try, not twenty. The rests grow to 15 s.
 */

#include <ev.h>

#include "qmp/address.h"
#include "qmp/socket_folder.h"

#define TRANSPORT_SSH_LINGER_S   30.
#define TRANSPORT_SSH_REST_MIN_S 0.5 /* always less than half of what the client waits */
#define TRANSPORT_SSH_REST_MAX_S 15.

struct ssh_host;
struct transport_ssh;

struct transport_hosts {
    struct ev_loop *loop;   /* borrowed */
    struct ssh_host *first; /* owned */
    struct socket_folder folder;
};

void transport_hosts_init(struct transport_hosts *hosts, struct ev_loop *loop);

/* Closes all connections, waits a moment until they are closed, and removes the folder.
 * Nobody is told: who was carried has left before. All may be opened again. */
void transport_hosts_close(struct transport_hosts *hosts);
void transport_hosts_release(struct transport_hosts *hosts);

/* Called from the loop. */
struct transport_ssh_events {
    /* The unix socket at `path` leads there; to the ssh connection itself where the address
     * has no path (ssh_shell()). */
    void (*ready)(void *ctx, const char *path);
    /* It does not, or no longer; the place is given up already. */
    void (*failed)(void *ctx, const char *words);
};

/* Asks for the socket of an ssh address, which outlives the place; without a path, for the
 * connection alone. NULL without memory. */
struct transport_ssh *transport_ssh_join(struct transport_hosts *hosts,
                                         const struct address *address,
                                         const struct transport_ssh_events *events, void *ctx);

/* Gives the place up; NULL is allowed. */
void transport_ssh_leave(struct transport_ssh *link);

/* Why a socket that was ready is closed before it said anything: static
 * text. */
const char *transport_ssh_silence(const struct transport_ssh *link);

/* The host of the address rests no longer. */
void transport_ssh_hurry(struct transport_hosts *hosts, const struct address *address);

#endif
