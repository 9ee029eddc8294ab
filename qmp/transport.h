#ifndef QMPTOP_QMP_TRANSPORT_H
#define QMPTOP_QMP_TRANSPORT_H

/*
 * transport: a non-blocking byte pipe to an address, driven by libev: a socket, the
 * stdin and stdout of a command, or a socket of another host that ssh carries. It does
 * not know QMP: bytes come in and go out. It never blocks and never retries;
 * the client does (client.h).
 *
 * A command counts as connected when it says something: that it runs tells nothing. When
 * a command or ssh ends, what it said on stderr is the reason.
 */

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "qmp/address.h"
#include "qmp/buffer.h"
#include "qmp/transport_pace.h"

#define TRANSPORT_READ_MAX   65536     /* bytes taken per loop turn: others get theirs */
#define TRANSPORT_RATE_MAX   (4 << 20) /* bytes/s taken of a peer that never stops */
#define TRANSPORT_OUTPUT_MAX 262144    /* unsent bytes; a peer that does not read is closed */

enum transport_failure {
    TRANSPORT_CLOSED_BY_PEER, /* orderly EOF */
    TRANSPORT_QUEUE_FULL,     /* EAGAIN from connect(): the listen backlog is full */
    TRANSPORT_SYSTEM,         /* `error_number` tells */
    TRANSPORT_NOT_READING,    /* TRANSPORT_OUTPUT_MAX bytes are unsent */
    TRANSPORT_TOLD, /* `during` is the whole reason, in words that came from outside */
    TRANSPORT_CONNECT_TIMEOUT /* no answer in time (told by the client) */
};

/* Called from the loop. After `closed` nothing more is called; the transport is
 * closed already. The callee may call transport_close(), transport_open() and
 * transport_send() in any of them, but not transport_release(). A reset by the
 * peer counts as TRANSPORT_CLOSED_BY_PEER. */
struct transport_events {
    void (*connected)(void *ctx);
    void (*input)(void *ctx, const char *bytes, size_t len);
    void (*closed)(void *ctx, enum transport_failure failure, int error_number,
                   const char *during); /* "connect", "read", "write" */
};

struct transport_child;
struct transport_hosts;
struct transport_ssh;

struct transport {
    struct ev_loop *loop; /* borrowed */
    const struct transport_events *events;
    void *ctx;
    int fd; /* -1 = closed */
    bool connecting;
    ev_io read_watcher, write_watcher;
    ev_timer later; /* delivers a failure from the loop, never from open or send */
    bool failing;   /* `later` is armed for that: nothing is sent any more */
    bool resting;   /* it is armed to go on reading */
    struct transport_pace pace;
    enum transport_failure failure;
    int error_number;
    const char *during;
    struct buffer output;
    bool heard;                    /* something came */
    struct transport_child *child; /* the command; NULL = none, or ended */
    struct transport_hosts *hosts; /* borrowed; who carries to other hosts; NULL = nobody */
    struct transport_ssh *ssh;     /* carried by ssh; NULL = not, or no more */
};

void transport_init(struct transport *transport, struct ev_loop *loop,
                    const struct transport_events *events, void *ctx);

/* From now on ssh addresses can be opened. */
void transport_use(struct transport *transport, struct transport_hosts *hosts);

/* How long to wait for `connected` at most. */
int transport_patience_ms(const struct address *address);

/* The person wants a connection now: what rests after a failure is tried at once. */
void transport_hurry(struct transport *transport, const struct address *address);

/* Starts connecting to a resolved address; the outcome comes as an event, also
 * when it is known at once. The transport must be closed. */
void transport_open(struct transport *transport, const struct address *address);

/* Queues bytes and sends what the socket takes. Closed or full: the bytes are
 * dropped and, when full, `closed` will be called from the loop. */
void transport_send(struct transport *transport, const char *bytes, size_t len);

/* Closes without an event; idempotent. */
void transport_close(struct transport *transport);

void transport_release(struct transport *transport);

/* What its command complained of last, cleaned of control characters only; "" = nothing, or
 * it is no command. Valid until the loop turns. */
const char *transport_words(const struct transport *transport);

/* The pid behind a connected local socket (SO_PEERCRED: the listener, that is
 * QEMU), or -1. Of what a command or ssh leads to it is not known. */
pid_t transport_peer_pid(const struct transport *transport);

#endif
