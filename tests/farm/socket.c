#define _GNU_SOURCE
#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/farm/farm.h"

#define READ_SIZE 16384
#define FLOW_SIZE 65536
#define STUFFING  64

static const char greeting[] =
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
    "\"package\": \"farm\"}, \"capabilities\": [\"oob\"]}}\r\n";

void farm_note(struct farm *farm, const struct socket *socket, const char *text,
               const char *more)
{
    if (farm->log)
        fprintf(farm->log, "%lld %u %u %s %s\n", (long long)farm_now_us(), socket->index,
                socket->unanswered, text, more);
}

void farm_note_unmeant(struct farm *farm, const struct socket *socket, const char *command,
                       const char *id)
{
    char text[64];

    snprintf(text, sizeof(text), "!%s", command);
    farm_note(farm, socket, text, id);
}

/* The listener is looked at while there is no client, the client while there is one:
 * the next ones wait in the backlog in silence, as with QEMU. */
static void watch(struct farm *farm, struct socket *socket, int fd, uint32_t events, int op)
{
    struct epoll_event event = {.events = events, .data.ptr = socket};

    socket->interest = events;
    epoll_ctl(farm->epoll, op, fd, &event);
}

static void address_of(const struct farm *farm, const struct socket *socket,
                       struct sockaddr_un *address)
{
    address->sun_family = AF_UNIX;
    snprintf(address->sun_path, sizeof(address->sun_path), "%s/vm-%04u.qmp", farm->folder,
             socket->index);
}

/* Connections of our own, never accepted, until there is no place left. */
static void stuff(const struct sockaddr_un *address)
{
    for (int i = 0; i < STUFFING; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

        if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0) {
            close(fd);
            return;
        }
    }
}

bool socket_listen(struct farm *farm, struct socket *s)
{
    struct sockaddr_un address = {0};
    bool stuffed = s->fault == FAULT_NOACCEPT;

    address_of(farm, s, &address);
    unlink(address.sun_path);
    s->client = -1;
    s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->listener < 0 ||
        bind(s->listener, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(s->listener, 1) != 0)
        return false;
    if (stuffed)
        stuff(&address);
    else
        watch(farm, s, s->listener, EPOLLIN, EPOLL_CTL_ADD);
    s->stuffed = stuffed;
    return true;
}

void socket_drop(struct farm *farm, struct socket *socket)
{
    farm_note(farm, socket, "-close", "");
    close(socket->client);
    socket->client = -1;
    bytes_take(&socket->in, socket->in.len);
    bytes_take(&socket->out, socket->out.len);
    bytes_take(&socket->held, socket->held.len);
    socket->flow = (struct flow){0};
    socket->hang_up = false;
    socket->unanswered = 0;
    socket->due_ms = 0;
    watch(farm, socket, socket->listener, EPOLLIN, EPOLL_CTL_ADD);
}

void socket_accept(struct farm *farm, struct socket *socket)
{
    size_t len = sizeof(greeting) - 1;
    const char *banner = fault_banner(socket->fault, &len);
    int fd = accept4(socket->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return;
    socket->client = fd;
    socket->accepted_ms = farm_now_ms();
    farm_note(farm, socket, "+accept", "");
    judge_begin(socket);
    epoll_ctl(farm->epoll, EPOLL_CTL_DEL, socket->listener, NULL);
    watch(farm, socket, fd, EPOLLIN, EPOLL_CTL_ADD);
    if (socket->fault == FAULT_EOFGREET) {
        socket_drop(farm, socket);
        return;
    }
    if (socket->fault != FAULT_NOGREET)
        bytes_add(&socket->out, banner ? banner : greeting, len);
    socket_write(farm, socket);
}

void socket_read(struct farm *farm, struct socket *socket)
{
    char data[READ_SIZE];
    ssize_t got = recv(socket->client, data, sizeof(data), 0);
    bool deaf = socket->fault == FAULT_NOGREET;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        socket_drop(farm, socket);
        return;
    }
    if (deaf)
        return;
    bytes_add(&socket->in, data, (size_t)got);
    command_take(farm, socket);
    socket_write(farm, socket);
}

/* ---- sending ---- */

static void feed_flow(struct socket *socket)
{
    struct flow *flow = &socket->flow;

    while (flow->left > 0 && socket->out.len < FLOW_SIZE) {
        if (flow->piece)
            bytes_add(&socket->out, flow->piece, strlen(flow->piece));
        else
            bytes_print(&socket->out,
                        "%s{\"current-progress\": 1, \"status\": \"running\", "
                        "\"total-progress\": 9, \"type\": \"mirror\", \"id\": \"many-%llu\"}",
                        flow->done ? ", " : "", (unsigned long long)flow->done);
        flow->done++;
        flow->left--;
    }
    if (flow->left > 0 || socket->out.len >= FLOW_SIZE)
        return;
    bytes_print(&socket->out, flow->id[0] ? "%s, \"id\": %s}\r\n" : "%s%s}\r\n", flow->end,
                flow->id);
    *flow = (struct flow){0};
}

static void refill(struct socket *socket)
{
    if (socket->flow.end)
        feed_flow(socket);
    while (socket->fault == FAULT_FLOOD && socket->out.len < FLOW_SIZE && socket->in.len == 0 &&
           socket->accepted_ms > 0 && socket->hang_up == false)
        jobs_event(socket);
}

/* Pieces that lie in the socket together would be read as one. */
static bool is_taken(const struct socket *socket)
{
    int left = 0;

    return ioctl(socket->client, SIOCOUTQ, &left) == 0 && left == 0;
}

static size_t piece_of(const struct socket *socket)
{
    size_t most = socket->out.len;

    if (socket->fault == FAULT_DRIP)
        return 1;
    if (socket->split > 0 && most > socket->split)
        most = socket->split;
    return socket->split > 0 ? 1 + (size_t)random() % most : most;
}

/* Returns whether all that may go now has gone. */
static bool send_some(struct socket *socket)
{
    size_t len = piece_of(socket), all = socket->out.len;
    ssize_t sent = send(socket->client, socket->out.data + socket->out.start, len,
                        MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent <= 0)
        return false;
    bytes_take(&socket->out, (size_t)sent);
    if (socket->fault == FAULT_DRIP)
        socket->due_ms = farm_now_ms() + (int64_t)socket->argument;
    return (size_t)sent == all && socket->fault != FAULT_DRIP;
}

void socket_write(struct farm *farm, struct socket *socket)
{
    bool flood = socket->fault == FAULT_FLOOD, late;

    refill(socket);
    late = (fault_needs_clock(socket) && socket->due_ms > farm_now_ms()) ||
           (socket->split > 0 && !is_taken(socket));
    if (!late && socket->out.len > 0 && send_some(socket) && !flood)
        socket->unanswered = socket->held.len > 0 ? socket->unanswered : 0;
    if (socket->out.len == 0 && socket->hang_up) {
        socket_drop(farm, socket);
        return;
    }
    bool more = !late && socket->fault != FAULT_DRIP && socket->split == 0 &&
                (socket->out.len > 0 || socket->flow.end || flood);
    uint32_t events = more ? EPOLLIN | EPOLLOUT : EPOLLIN;
    if (events != socket->interest)
        watch(farm, socket, socket->client, events, EPOLL_CTL_MOD);
}

void socket_tick(struct farm *farm, struct socket *socket, int64_t now_ms)
{
    if (socket->client < 0)
        return;
    if (socket->fault == FAULT_FLAP &&
        now_ms - socket->accepted_ms >= (int64_t)socket->argument) {
        socket_drop(farm, socket);
        return;
    }
    if (socket->due_ms > now_ms)
        return;
    if (socket->held.len > 0) {
        bytes_add(&socket->out, socket->held.data + socket->held.start, socket->held.len);
        bytes_take(&socket->held, socket->held.len);
    }
    socket_write(farm, socket);
}
