#define _GNU_SOURCE /* struct ucred */
#include "qmp/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* A silent TCP peer is asked after 10 s, three times, 5 s apart. */
#define KEEPALIVE_IDLE_S     10
#define KEEPALIVE_INTERVAL_S 5
#define KEEPALIVE_PROBES     3
#define TCP_UNACKED_MS       20000

/* A turn of the loop reads no more after that: keys are waiting. What is left comes first
 * thing in the next one. */
#define TURN_S 0.003

/* Failures go through the loop, so that no caller of open or send is called
 * back in the middle of its work. */
static void fail_later(struct transport *transport, enum transport_failure failure,
                       int error_number, const char *during)
{
    if (transport->failing)
        return;
    transport->failing = true;
    transport->failure = failure;
    transport->error_number = error_number;
    transport->during = during;
    ev_timer_set(&transport->failed, 0., 0.);
    ev_timer_start(transport->loop, &transport->failed);
}

static void report(struct transport *transport, enum transport_failure failure,
                   int error_number, const char *during)
{
    transport_close(transport);
    transport->events->closed(transport->ctx, failure, error_number, during);
}

static enum transport_failure failure_of(int error_number)
{
    if (error_number == ECONNRESET || error_number == EPIPE)
        return TRANSPORT_CLOSED_BY_PEER;
    return TRANSPORT_SYSTEM;
}

static void flush(struct transport *transport)
{
    size_t len;
    const char *bytes;

    while (bytes = buffer_bytes(&transport->output, &len), len > 0) {
        ssize_t sent = send(transport->fd, bytes, len, MSG_NOSIGNAL);

        if (sent >= 0) {
            buffer_take(&transport->output, (size_t)sent);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            ev_io_start(transport->loop, &transport->write_watcher);
            return;
        } else if (errno != EINTR) {
            ev_io_stop(transport->loop, &transport->write_watcher);
            fail_later(transport, failure_of(errno), errno, "write");
            return;
        }
    }
    ev_io_stop(transport->loop, &transport->write_watcher);
}

/* One read a turn: the loop comes back for the rest, after the others. */
static void take_input(struct transport *transport)
{
    char bytes[TRANSPORT_READ_MAX];
    ssize_t len = recv(transport->fd, bytes, sizeof(bytes), 0);

    if (len > 0)
        transport->events->input(transport->ctx, bytes, (size_t)len);
    else if (len == 0)
        report(transport, TRANSPORT_CLOSED_BY_PEER, 0, "read");
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        report(transport, failure_of(errno), errno, "read");
}

static void conclude_connect(struct transport *transport)
{
    int error_number = 0;
    socklen_t size = sizeof(error_number);

    if (getsockopt(transport->fd, SOL_SOCKET, SO_ERROR, &error_number, &size) != 0)
        error_number = errno;
    if (error_number != 0) {
        report(transport, TRANSPORT_SYSTEM, error_number, "connect");
        return;
    }
    transport->connecting = false;
    ev_io_start(transport->loop, &transport->read_watcher);
    flush(transport);
    transport->events->connected(transport->ctx);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int revents)
{
    (void)revents;
    if (ev_time() - ev_now(loop) < TURN_S)
        take_input(watcher->data);
}

static void on_writable(struct ev_loop *loop, ev_io *watcher, int revents)
{
    struct transport *transport = watcher->data;

    (void)loop, (void)revents;
    if (transport->connecting)
        conclude_connect(transport);
    else
        flush(transport);
}

static void on_failed(struct ev_loop *loop, ev_timer *watcher, int revents)
{
    struct transport *transport = watcher->data;

    (void)loop, (void)revents;
    /* A peer that went away may have said why: its last words first. */
    if (ev_is_active(&transport->read_watcher))
        take_input(transport);
    if (transport->failing)
        report(transport, transport->failure, transport->error_number, transport->during);
}

void transport_init(struct transport *transport, struct ev_loop *loop,
                    const struct transport_events *events, void *ctx)
{
    *transport = (struct transport){.loop = loop, .events = events, .ctx = ctx, .fd = -1};
    ev_init(&transport->read_watcher, on_readable);
    ev_init(&transport->write_watcher, on_writable);
    ev_init(&transport->failed, on_failed);
    transport->read_watcher.data = transport;
    transport->write_watcher.data = transport;
    transport->failed.data = transport;
    buffer_init(&transport->output, TRANSPORT_OUTPUT_MAX);
}

static void set_option(int fd, int level, int name, int value)
{
    /* Without one of them the link still works; it is only found dead later. */
    (void)setsockopt(fd, level, name, &value, sizeof(value));
}

static void tune_tcp(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, TCP_UNACKED_MS);
}

void transport_open(struct transport *transport, const struct address *address)
{
    int family = address->sockaddr.ss_family;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        fail_later(transport, TRANSPORT_SYSTEM, errno, "connect");
        return;
    }
    if (family != AF_UNIX)
        tune_tcp(fd);
    transport->fd = fd;
    transport->connecting = true;
    ev_io_set(&transport->read_watcher, fd, EV_READ);
    ev_io_set(&transport->write_watcher, fd, EV_WRITE);

    /* An immediate success is told by the first writability, like a late one. */
    if (connect(fd, (const struct sockaddr *)&address->sockaddr, address->sockaddr_len) == 0 ||
        errno == EINPROGRESS || errno == EINTR)
        ev_io_start(transport->loop, &transport->write_watcher);
    else if (errno == EAGAIN && family == AF_UNIX)
        fail_later(transport, TRANSPORT_QUEUE_FULL, errno, "connect");
    else
        fail_later(transport, TRANSPORT_SYSTEM, errno, "connect");
}

void transport_send(struct transport *transport, const char *bytes, size_t len)
{
    size_t held;

    if (transport->fd < 0 || transport->failing)
        return;
    (void)buffer_bytes(&transport->output, &held);
    if (len > TRANSPORT_OUTPUT_MAX - held)
        fail_later(transport, TRANSPORT_NOT_READING, 0, "write");
    else if (!buffer_append(&transport->output, bytes, len))
        fail_later(transport, TRANSPORT_SYSTEM, ENOMEM, "write");
    else if (!transport->connecting)
        flush(transport);
}

void transport_close(struct transport *transport)
{
    ev_timer_stop(transport->loop, &transport->failed);
    ev_io_stop(transport->loop, &transport->read_watcher);
    ev_io_stop(transport->loop, &transport->write_watcher);
    if (transport->fd >= 0)
        close(transport->fd);
    transport->fd = -1;
    transport->connecting = false;
    transport->failing = false;
    buffer_clear(&transport->output);
}

void transport_release(struct transport *transport)
{
    transport_close(transport);
    buffer_release(&transport->output);
}

pid_t transport_peer_pid(const struct transport *transport)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);

    if (transport->fd < 0 || transport->connecting)
        return -1;
    if (getsockopt(transport->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0)
        return -1;
    return peer.pid;
}
