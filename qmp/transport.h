#ifndef QMPTOP_QMP_TRANSPORT_H
#define QMPTOP_QMP_TRANSPORT_H

/*
 * transport: a non-blocking byte pipe to an address, driven by libev. It does
 * not know QMP: bytes come in and go out. It never blocks and never retries;
 * the client does (client.h).
 */

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "qmp/address.h"
#include "qmp/buffer.h"

#define TRANSPORT_READ_MAX    65536   /* bytes taken per loop turn: others get theirs */
#define TRANSPORT_OUTPUT_MAX  262144  /* unsent bytes; a peer that does not read is closed */

enum transport_failure {
    TRANSPORT_CLOSED_BY_PEER, /* orderly EOF */
    TRANSPORT_QUEUE_FULL,     /* EAGAIN from connect(): the listen backlog is full */
    TRANSPORT_SYSTEM,         /* `error_number` tells */
    TRANSPORT_NOT_READING,    /* TRANSPORT_OUTPUT_MAX bytes are unsent */
    TRANSPORT_CONNECT_TIMEOUT /* TCP did not answer in time (told by the client) */
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

struct transport {
    struct ev_loop *loop; /* borrowed */
    const struct transport_events *events;
    void *ctx;
    int fd; /* -1 = closed */
    bool connecting;
    ev_io read_watcher, write_watcher;
    ev_timer failed; /* delivers a failure of connect() from the loop, never from open */
    bool failing; /* `failed` is armed: nothing is sent any more */
    enum transport_failure failure;
    int error_number;
    const char *during;
    struct buffer output;
};

void transport_init(struct transport *transport, struct ev_loop *loop,
                    const struct transport_events *events, void *ctx);

/* Starts connecting to a resolved address; the outcome comes as an event, also
 * when it is known at once. The transport must be closed. */
void transport_open(struct transport *transport, const struct address *address);

/* Queues bytes and sends what the socket takes. Closed or full: the bytes are
 * dropped and, when full, `closed` will be called from the loop. */
void transport_send(struct transport *transport, const char *bytes, size_t len);

/* Closes without an event; idempotent. */
void transport_close(struct transport *transport);

void transport_release(struct transport *transport);

/* The pid behind a connected local socket (SO_PEERCRED: the listener, that is
 * QEMU), or -1. */
pid_t transport_peer_pid(const struct transport *transport);

#endif
