#define _GNU_SOURCE /* struct ucred */
#include "qmp/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "qmp/descriptors.h"
#include "qmp/transport_child.h"
#include "qmp/transport_ssh.h"
#include "qmp/transport_tcp.h"

#define CONNECT_MS   5000
#define SSH_MS       25000 /* names, keys and agents included; ssh has its own, shorter patience */
#define LAST_WORDS_S 0.3 /* for a command that closed its stdout to say why it ends */
#define LAST_READS   8   /* of what a command said before it ended */

static void wake_in(struct transport *transport, double seconds)
{
    ev_timer_stop(transport->loop, &transport->later);
    ev_timer_set(&transport->later, seconds, 0.);
    ev_timer_start(transport->loop, &transport->later);
}

/* Reads again after a rest. */
static void go_on(struct transport *transport)
{
    transport->resting = false;
    ev_io_start(transport->loop, &transport->read_watcher);
}

/* So much was read: more of it perhaps not at once. */
static void pace(struct transport *transport, size_t len)
{
    double rest_s =
        transport_pace_rest(&transport->pace, len, TRANSPORT_RATE_MAX, transport_pace_now());

    if (rest_s == 0 || transport->failing)
        return;
    transport->resting = true;
    ev_io_stop(transport->loop, &transport->read_watcher);
    wake_in(transport, rest_s);
}

/* Failures go through the loop, so that no caller of open or send is called
 * back in the middle of its work. */
static void fail_in(struct transport *transport, double seconds, enum transport_failure failure,
                    int error_number, const char *during)
{
    if (transport->failing)
        return;
    if (transport->resting)
        go_on(transport);
    transport->failing = true;
    transport->failure = failure;
    transport->error_number = error_number;
    transport->during = during;
    wake_in(transport, seconds);
}

static void fail_later(struct transport *transport, enum transport_failure failure,
                       int error_number, const char *during)
{
    fail_in(transport, 0., failure, error_number, during);
}

/* A command or ssh may be about to say why. */
static void fail_with_words(struct transport *transport, enum transport_failure failure,
                            int error_number, const char *during)
{
    bool is_told = transport->child != NULL || transport->ssh != NULL;

    fail_in(transport, is_told ? LAST_WORDS_S : 0., failure, error_number, during);
}

static void report(struct transport *transport, enum transport_failure failure,
                   int error_number, const char *during)
{
    transport_close(transport);
    transport->events->closed(transport->ctx, failure, error_number, during);
}

/* The bytes have come to an end. */
static void lose(struct transport *transport, enum transport_failure failure, int error_number,
                 const char *during)
{
    if (transport->child == NULL && transport->ssh == NULL) {
        report(transport, failure, error_number, during);
        return;
    }
    ev_io_stop(transport->loop, &transport->read_watcher);
    ev_io_stop(transport->loop, &transport->write_watcher);
    fail_with_words(transport, failure, error_number, during);
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
        } else if (errno == EAGAIN) {
            ev_io_start(transport->loop, &transport->write_watcher);
            return;
        } else if (errno != EINTR) {
            ev_io_stop(transport->loop, &transport->write_watcher);
            fail_with_words(transport, failure_of(errno), errno, "write");
            return;
        }
    }
    ev_io_stop(transport->loop, &transport->write_watcher);
}

/* One read a turn: the loop comes back for the rest, after the others. The pace comes first,
 * since the input may be the end of this connection. */
static void take_input(struct transport *transport)
{
    char bytes[TRANSPORT_READ_MAX];
    ssize_t len = recv(transport->fd, bytes, sizeof(bytes), 0);

    if (len > 0) {
        transport->heard = true;
        pace(transport, (size_t)len);
        transport->events->input(transport->ctx, bytes, (size_t)len);
    } else if (len == 0) {
        lose(transport, TRANSPORT_CLOSED_BY_PEER, 0, "read");
    } else if (errno != EAGAIN && errno != EINTR) {
        lose(transport, failure_of(errno), errno, "read");
    }
}

static void begin(struct transport *transport)
{
    transport->connecting = false;
    ev_io_start(transport->loop, &transport->read_watcher);
    flush(transport);
    transport->events->connected(transport->ctx);
}

/* What it says is read in the next turn. */
static void hear_command(struct transport *transport)
{
    char byte;
    ssize_t len = recv(transport->fd, &byte, 1, MSG_PEEK);

    if (len > 0)
        begin(transport);
    else if (len == 0 || (errno != EAGAIN && errno != EINTR))
        lose(transport, TRANSPORT_CLOSED_BY_PEER, 0, "read");
}

static void conclude_connect(struct transport *transport)
{
    int error_number = 0;
    socklen_t size = sizeof(error_number);

    (void)getsockopt(transport->fd, SOL_SOCKET, SO_ERROR, &error_number, &size);
    if (error_number != 0) {
        report(transport, TRANSPORT_SYSTEM, error_number, "connect");
        return;
    }
    begin(transport);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int revents)
{
    struct transport *transport = watcher->data;

    (void)revents;
    if (transport_pace_turn_is_over(loop))
        return;
    if (transport->connecting)
        hear_command(transport);
    else
        take_input(transport);
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

static void on_later(struct ev_loop *loop, ev_timer *watcher, int revents)
{
    struct transport *transport = watcher->data;

    (void)loop, (void)revents;
    if (transport->resting) {
        go_on(transport);
        return;
    }
    /* A peer that went away may have said why: its last words first. */
    if (ev_is_active(&transport->read_watcher))
        take_input(transport);
    if (!transport->failing)
        return;
    if (transport->ssh != NULL && !transport->heard && !transport->connecting)
        report(transport, TRANSPORT_TOLD, 0, transport_ssh_silence(transport->ssh));
    else
        report(transport, transport->failure, transport->error_number, transport->during);
}

void transport_init(struct transport *transport, struct ev_loop *loop,
                    const struct transport_events *events, void *ctx)
{
    *transport = (struct transport){.loop = loop, .events = events, .ctx = ctx, .fd = -1};
    ev_init(&transport->read_watcher, on_readable);
    ev_init(&transport->write_watcher, on_writable);
    ev_init(&transport->later, on_later);
    /* After a stop both a deadline and the answer may be there: the answer first. */
    ev_set_priority(&transport->read_watcher, 1);
    ev_set_priority(&transport->write_watcher, 1);
    transport->read_watcher.data = transport;
    transport->write_watcher.data = transport;
    transport->later.data = transport;
    buffer_init(&transport->output, TRANSPORT_OUTPUT_MAX);
}

static void connect_socket(struct transport *transport, const struct sockaddr *address,
                           socklen_t len)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0 || !descriptors_take(fd)) {
        fail_later(transport, TRANSPORT_SYSTEM, errno, "connect");
        return;
    }
    if (address->sa_family != AF_UNIX)
        transport_tcp_tune(fd);
    transport->fd = fd;
    ev_io_set(&transport->read_watcher, fd, EV_READ);
    ev_io_set(&transport->write_watcher, fd, EV_WRITE);

    /* An immediate success is told by the first writability, like a late one. */
    if (connect(fd, address, len) == 0 || errno == EINPROGRESS || errno == EINTR)
        ev_io_start(transport->loop, &transport->write_watcher);
    else if (errno == EAGAIN && address->sa_family == AF_UNIX)
        fail_later(transport, TRANSPORT_QUEUE_FULL, errno, "connect");
    else
        fail_later(transport, TRANSPORT_SYSTEM, errno, "connect");
}

/* A path that is too long was refused before (address.h). */
static void connect_path(struct transport *transport, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    connect_socket(transport, (const struct sockaddr *)&address, (socklen_t)sizeof(address));
}

static void connect_ip(struct transport *transport, const union address_ip *ip)
{
    connect_socket(
        transport, &ip->any,
        (socklen_t)(ip->any.sa_family == AF_INET ? sizeof(ip->in) : sizeof(ip->in6)));
}

/* ---- commands ---- */

/* What it said before it ended comes first. */
static void on_command_ended(void *ctx, const char *words)
{
    struct transport *transport = ctx;

    transport->child = NULL;
    for (int i = 0; i < LAST_READS && transport->fd >= 0; i++) {
        char bytes[TRANSPORT_READ_MAX];
        ssize_t len = recv(transport->fd, bytes, sizeof(bytes), 0);

        if (len <= 0)
            break;
        if (transport->connecting)
            begin(transport);
        if (transport->fd < 0 || transport->connecting || transport->child != NULL)
            return;
        transport->events->input(transport->ctx, bytes, (size_t)len);
        if (transport->connecting || transport->child != NULL)
            return;
    }
    if (transport->fd >= 0)
        report(transport, TRANSPORT_TOLD, 0, words);
}

static const struct transport_child_events command_events = {.said = NULL,
                                                             .ended = on_command_ended};

static void run_command(struct transport *transport, const char *command)
{
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    int fd = -1;

    transport->child = transport_child_start(transport->loop, argv, &fd, "the command",
                                             &command_events, transport);
    if (transport->child == NULL) {
        fail_later(transport, TRANSPORT_SYSTEM, errno, "connect");
        return;
    }
    transport->fd = fd;
    ev_io_set(&transport->read_watcher, fd, EV_READ);
    ev_io_set(&transport->write_watcher, fd, EV_WRITE);
    ev_io_start(transport->loop, &transport->read_watcher);
}

/* ---- other hosts ---- */

static void on_carried(void *ctx, const char *path)
{
    connect_path(ctx, path);
}

static void on_not_carried(void *ctx, const char *words)
{
    struct transport *transport = ctx;

    transport->ssh = NULL;
    report(transport, TRANSPORT_TOLD, 0, words);
}

static const struct transport_ssh_events ssh_events = {.ready = on_carried,
                                                       .failed = on_not_carried};

static void join_host(struct transport *transport, const struct address *address)
{
    if (transport->hosts != NULL)
        transport->ssh = transport_ssh_join(transport->hosts, address, &ssh_events, transport);
    if (transport->ssh == NULL)
        fail_later(transport, TRANSPORT_SYSTEM, transport->hosts != NULL ? ENOMEM : ENOTSUP,
                   "connect");
}

/* ---- the public face ---- */

void transport_use(struct transport *transport, struct transport_hosts *hosts)
{
    transport->hosts = hosts;
}

int transport_patience_ms(const struct address *address)
{
    return address->kind == ADDRESS_SSH ? SSH_MS : CONNECT_MS;
}

void transport_hurry(struct transport *transport, const struct address *address)
{
    if (address->kind == ADDRESS_SSH && transport->hosts != NULL)
        transport_ssh_hurry(transport->hosts, address);
}

void transport_open(struct transport *transport, const struct address *address)
{
    transport->connecting = true;
    transport->heard = false;
    switch (address->kind) {
    case ADDRESS_UNIX:
        connect_path(transport, address->path);
        break;
    case ADDRESS_TCP:
        connect_ip(transport, &address->ip);
        break;
    case ADDRESS_SSH:
        join_host(transport, address);
        break;
    case ADDRESS_EXEC:
        run_command(transport, address->command);
        break;
    }
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
    ev_timer_stop(transport->loop, &transport->later);
    ev_io_stop(transport->loop, &transport->read_watcher);
    ev_io_stop(transport->loop, &transport->write_watcher);
    if (transport->fd >= 0)
        close(transport->fd);
    transport->fd = -1;
    transport_child_drop(transport->child);
    transport->child = NULL;
    transport_ssh_leave(transport->ssh);
    transport->ssh = NULL;
    transport->connecting = false;
    transport->failing = false;
    transport->resting = false;
    transport->pace = (struct transport_pace){0};
    buffer_release(&transport->output);
}

void transport_release(struct transport *transport)
{
    transport_close(transport);
}

const char *transport_words(const struct transport *transport)
{
    return transport->child != NULL ? transport_child_words(transport->child) : "";
}

pid_t transport_peer_pid(const struct transport *transport)
{
    struct ucred peer = {.pid = 0};
    socklen_t size = sizeof(peer);

    if (transport->fd < 0 || transport->connecting || transport->child != NULL ||
        transport->ssh != NULL)
        return -1;
    (void)getsockopt(transport->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return peer.pid > 0 ? peer.pid : -1;
}
