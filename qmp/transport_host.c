#include "qmp/transport_host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qmp/transport_child.h"

static void on_ended(void *ctx, const char *words)
{
    struct transport_host *host = ctx;

    host->child = NULL;
    transport_host_stop(host);
    host->events->down(host->ctx, words);
}

/* What it says of one socket ("channel 3: open failed: ...") is no reason for its end. */
static bool on_said(void *ctx, const char *line)
{
    struct transport_host *host = ctx;

    if (strncmp(line, "channel ", strlen("channel ")) != 0)
        return true;
    if (strstr(line, "administratively prohibited") != NULL)
        host->prohibits = true;
    return false;
}

static const struct transport_child_events child_events = {.said = on_said, .ended = on_ended};

static void on_output(struct ev_loop *loop, ev_io *watcher, int revents)
{
    struct transport_host *host = watcher->data;
    char bytes[64];
    ssize_t len = recv(host->fd, bytes, sizeof(bytes), 0);

    (void)revents;
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    ev_io_stop(loop, &host->output);
    if (len <= 0)
        return;
    ev_timer_stop(loop, &host->deadline);
    host->state = TRANSPORT_HOST_UP;
    transport_child_forget(host->child);
    host->events->up(host->ctx);
}

static void on_deadline(struct ev_loop *loop, ev_timer *watcher, int revents)
{
    struct transport_host *host = watcher->data;
    bool had_child = host->child != NULL;

    (void)loop, (void)revents;
    transport_host_stop(host);
    host->events->down(host->ctx, had_child ? "ssh does not get through to the host"
                                            : "ssh cannot be started: no memory or processes");
}

void transport_host_init(struct transport_host *host, struct ev_loop *loop,
                         const struct ssh_place *place,
                         const struct transport_host_events *events, void *ctx)
{
    *host = (struct transport_host){.loop = loop,
                                    .events = events,
                                    .ctx = ctx,
                                    .place = *place,
                                    .state = TRANSPORT_HOST_DOWN,
                                    .fd = -1};
    ev_init(&host->output, on_output);
    ev_init(&host->deadline, on_deadline);
    host->output.data = host->deadline.data = host;
}

void transport_host_start(struct transport_host *host, const char *control)
{
    struct ssh_arguments arguments;

    snprintf(host->control, sizeof(host->control), "%s", control);
    ssh_connect(&arguments, &host->place, host->control);
    host->state = TRANSPORT_HOST_STARTING;
    host->prohibits = false;
    host->child = transport_child_start(host->loop, arguments.list, &host->fd, "ssh",
                                        &child_events, host);
    ev_timer_set(&host->deadline, host->child != NULL ? TRANSPORT_HOST_START_S : 0., 0.);
    ev_timer_start(host->loop, &host->deadline);
    if (host->child == NULL)
        return;
    ev_io_set(&host->output, host->fd, EV_READ);
    ev_io_start(host->loop, &host->output);
}

void transport_host_stop(struct transport_host *host)
{
    ev_io_stop(host->loop, &host->output);
    ev_timer_stop(host->loop, &host->deadline);
    if (host->fd >= 0)
        close(host->fd);
    host->fd = -1;
    transport_child_drop(host->child);
    host->child = NULL;
    if (host->state != TRANSPORT_HOST_DOWN)
        (void)unlink(host->control);
    host->state = TRANSPORT_HOST_DOWN;
}
