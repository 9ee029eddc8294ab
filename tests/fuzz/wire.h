#ifndef QMPTOP_TESTS_FUZZ_WIRE_H
#define QMPTOP_TESTS_FUZZ_WIRE_H

/*
 * wire: the transport (qmp/transport.h) of a fuzz target, in place of the real one: no
 * socket, no watcher. What the client sends is kept, what it shall hear or suffer the target
 * says. To be included once, by a target with one client.
 */

#include <string.h>

#include "qmp/transport.h"
#include "tests/fuzz/fuzz.h"

#define WIRE_MAX 65536

static struct wire {
    struct transport *transport; /* the client's */
    char sent[WIRE_MAX + 1];     /* not taken yet; ends with NUL */
    size_t len;
} wire;

void transport_init(struct transport *transport, struct ev_loop *loop,
                    const struct transport_events *events, void *ctx)
{
    *transport = (struct transport){.loop = loop, .events = events, .ctx = ctx, .fd = -1};
    wire.transport = transport;
}

int transport_patience_ms(const struct address *address)
{
    (void)address;
    return 5000;
}

void transport_hurry(struct transport *transport, const struct address *address)
{
    (void)transport, (void)address;
}

void transport_open(struct transport *transport, const struct address *address)
{
    (void)address;
    FUZZ_CHECK(transport->fd < 0);
    transport->fd = 0;
    transport->connecting = true;
}

void transport_send(struct transport *transport, const char *bytes, size_t len)
{
    if (transport->fd < 0)
        return;
    FUZZ_CHECK(!transport->connecting && wire.len + len <= WIRE_MAX);
    memcpy(wire.sent + wire.len, bytes, len);
    wire.len += len;
    wire.sent[wire.len] = '\0';
}

void transport_close(struct transport *transport)
{
    transport->fd = -1;
    transport->connecting = false;
    wire.len = 0;
    wire.sent[0] = '\0';
}

void transport_release(struct transport *transport)
{
    transport_close(transport);
}

const char *transport_words(const struct transport *transport)
{
    (void)transport;
    return "";
}

pid_t transport_peer_pid(const struct transport *transport)
{
    (void)transport;
    return -1;
}

/* ---- the other side ---- */

static inline bool wire_is_connecting(void)
{
    return wire.transport->fd >= 0 && wire.transport->connecting;
}

static inline bool wire_is_open(void)
{
    return wire.transport->fd >= 0 && !wire.transport->connecting;
}

static inline void wire_accept(void)
{
    wire.transport->connecting = false;
    wire.transport->events->connected(wire.transport->ctx);
}

/* In pieces of `chunk` bytes, 0 = in one. What comes after the client has closed is lost. */
static inline void wire_say(const char *bytes, size_t len, size_t chunk)
{
    while (len > 0 && wire_is_open()) {
        size_t piece = chunk > 0 && chunk < len ? chunk : len;
        char *lent = fuzz_lend(bytes, piece);

        wire.transport->events->input(wire.transport->ctx, lent, piece);
        free(lent);
        bytes += piece;
        len -= piece;
    }
}

/* Refused while it connects, else ended. */
static inline void wire_end(enum transport_failure failure)
{
    bool connecting = wire.transport->connecting;

    if (wire.transport->fd < 0)
        return;
    transport_close(wire.transport);
    wire.transport->events->closed(wire.transport->ctx, failure, 0,
                                   connecting ? "connect" : "read");
}

/* The oldest line that was sent, into `line`; false when there is none. */
static inline bool wire_take(char *line, size_t size)
{
    const char *end = strchr(wire.sent, '\n');
    size_t len = end != NULL ? (size_t)(end + 1 - wire.sent) : 0;

    if (len == 0)
        return false;
    FUZZ_CHECK(len < size);
    memcpy(line, wire.sent, len);
    line[len] = '\0';
    wire.len -= len;
    memmove(wire.sent, wire.sent + len, wire.len + 1);
    return true;
}

#endif
