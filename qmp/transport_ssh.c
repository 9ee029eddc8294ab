#include "qmp/transport_ssh.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qmp/ssh_forwards.h"
#include "qmp/transport_child.h"
#include "qmp/transport_host.h"

#define WORDS_SIZE 320

enum link_state {
    LINK_WAITS,
    LINK_READY,
    LINK_LATE,  /* asked while the host rests */
    LINK_FAILED /* is to be told */
};

struct transport_ssh {
    struct ssh_host *host;
    const struct address *address;
    const struct transport_ssh_events *events;
    void *ctx;
    enum link_state state;
    struct transport_ssh *next;
};

struct ssh_host {
    struct transport_hosts *hosts;
    char *user, *name, *port; /* as in an address */
    struct transport_host connection;
    struct transport_child *helper; /* asks for forwards; NULL = none does */
    struct ssh_forwards forwards;
    struct transport_ssh *links;
    ev_timer soon;   /* work that no caller may be told of at once */
    ev_timer linger; /* nobody needs it */
    ev_timer rest;   /* after a failure */
    double rest_s;
    char words[WORDS_SIZE]; /* of the last failure */
    struct ssh_host *next;
};

static void work_soon(struct ssh_host *host)
{
    if (!ev_is_active(&host->soon)) {
        ev_timer_set(&host->soon, 0., 0.);
        ev_timer_start(host->hosts->loop, &host->soon);
    }
}

/* ---- forwards ---- */

static void fail_links(struct ssh_host *host, enum link_state state, const char *words);

static void on_helper_ended(void *ctx, const char *words)
{
    struct ssh_host *host = ctx;

    host->helper = NULL;
    work_soon(host);
    if (!ssh_forwards_answered(&host->forwards))
        fail_links(host, LINK_WAITS, words);
}

static const struct transport_child_events helper_events = {.said = NULL,
                                                            .ended = on_helper_ended};

static void ask_for_forwards(struct ssh_host *host)
{
    char *texts[SSH_FORWARDS_MAX];
    size_t count = ssh_forwards_ask(&host->forwards, &host->hosts->folder, texts);
    struct ssh_arguments arguments;

    if (count == 0) {
        if (!ssh_forwards_answered(&host->forwards))
            fail_links(host, LINK_WAITS, "ssh cannot be asked for the socket: out of memory");
        return;
    }
    ssh_forward(&arguments, host->name, host->connection.control, (const char *const *)texts,
                count);
    host->helper = transport_child_start(host->hosts->loop, arguments.list, NULL, "ssh",
                                         &helper_events, host);
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    if (host->helper == NULL)
        on_helper_ended(host, "ssh cannot be started: no memory or processes");
}

/* ---- links ---- */

static struct transport_ssh *find_link(const struct ssh_host *host, enum link_state state)
{
    struct transport_ssh *link = host->links;

    while (link != NULL && link->state != state)
        link = link->next;
    return link;
}

/* Out of the host's list. */
static void take_out(struct ssh_host *host, struct transport_ssh *link)
{
    struct transport_ssh **at = &host->links;

    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    if (host->links == NULL) {
        ev_timer_set(&host->linger, TRANSPORT_SSH_LINGER_S, 0.);
        ev_timer_start(host->hosts->loop, &host->linger);
    }
}

/* Tells all that are in this state now: those told may ask anew at once. */
static void fail_links(struct ssh_host *host, enum link_state state, const char *words)
{
    char copy[WORDS_SIZE];
    struct transport_ssh *link;

    snprintf(copy, sizeof(copy), "%s", words);
    for (link = host->links; link != NULL; link = link->next)
        if (link->state == state)
            link->state = LINK_FAILED;
    while ((link = find_link(host, LINK_FAILED)) != NULL) {
        const struct transport_ssh_events *events = link->events;
        void *ctx = link->ctx;

        take_out(host, link);
        free(link);
        events->failed(ctx, copy);
    }
}

/* One that waits for what is there: a socket, or only the connection. */
static struct transport_ssh *find_served(const struct ssh_host *host, const char **path)
{
    for (struct transport_ssh *link = host->links; link != NULL; link = link->next) {
        const struct ssh_forward *forward;

        if (link->state != LINK_WAITS)
            continue;
        *path = host->connection.control;
        if (link->address->path == NULL)
            return link;
        forward = ssh_forwards_find(&host->forwards, link->address->path);
        if (forward == NULL || forward->state != SSH_FORWARD_OPEN)
            continue;
        *path = forward->local;
        return link;
    }
    return NULL;
}

static void serve_links(struct ssh_host *host)
{
    struct transport_ssh *link;
    const char *path;

    while ((link = find_served(host, &path)) != NULL) {
        link->state = LINK_READY;
        link->events->ready(link->ctx, path);
    }
}

/* ---- the connection ---- */

static void begin_rest(struct ssh_host *host)
{
    host->rest_s = host->rest_s > 0. ? host->rest_s * 2 : TRANSPORT_SSH_REST_MIN_S;
    if (host->rest_s > TRANSPORT_SSH_REST_MAX_S)
        host->rest_s = TRANSPORT_SSH_REST_MAX_S;
    ev_timer_set(&host->rest, host->rest_s, 0.);
    ev_timer_start(host->hosts->loop, &host->rest);
}

static void disconnect(struct ssh_host *host)
{
    transport_child_drop(host->helper);
    host->helper = NULL;
    transport_host_stop(&host->connection);
    ssh_forwards_clear(&host->forwards);
}

static void on_up(void *ctx)
{
    struct ssh_host *host = ctx;

    host->rest_s = 0.;
    work_soon(host);
}

static void on_down(void *ctx, const char *words)
{
    struct ssh_host *host = ctx;

    snprintf(host->words, sizeof(host->words), "%s", words);
    disconnect(host);
    begin_rest(host);
    fail_links(host, LINK_READY, host->words);
    fail_links(host, LINK_WAITS, host->words);
}

static const struct transport_host_events host_events = {.up = on_up, .down = on_down};

static void connect_host(struct ssh_host *host)
{
    char control[SOCKET_PATH_SIZE];

    if (socket_folder_make(&host->hosts->folder)) {
        socket_folder_path(&host->hosts->folder, control);
        transport_host_start(&host->connection, control);
        return;
    }
    snprintf(control, sizeof(control), "no folder for ssh's sockets: %s", strerror(errno));
    on_down(host, control);
}

static void on_soon(struct ev_loop *loop, ev_timer *timer, int revents)
{
    struct ssh_host *host = timer->data;

    (void)loop, (void)revents;
    fail_links(host, LINK_LATE, host->words);
    if (find_link(host, LINK_WAITS) == NULL)
        return;
    if (host->connection.state == TRANSPORT_HOST_DOWN)
        connect_host(host);
    if (host->connection.state != TRANSPORT_HOST_UP)
        return;
    serve_links(host);
    if (host->helper == NULL)
        ask_for_forwards(host);
}

static void on_rested(struct ev_loop *loop, ev_timer *timer, int revents)
{
    (void)loop, (void)timer, (void)revents;
}

static void on_lingered(struct ev_loop *loop, ev_timer *timer, int revents)
{
    (void)loop, (void)revents;
    disconnect(timer->data);
}

/* ---- hosts ---- */

static bool is_same(const char *one, const char *other)
{
    return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

static struct ssh_host *find_host(const struct transport_hosts *hosts,
                                  const struct address *address)
{
    struct ssh_host *host = hosts->first;

    while (host != NULL &&
           (!is_same(host->name, address->host) || !is_same(host->user, address->user) ||
            !is_same(host->port, address->port)))
        host = host->next;
    return host;
}

static void free_host(struct ssh_host *host)
{
    free(host->name);
    free(host->user);
    free(host->port);
    free(host);
}

static bool copy_place(struct ssh_host *host, const struct address *address)
{
    host->name = strdup(address->host);
    host->user = address->user != NULL ? strdup(address->user) : NULL;
    host->port = address->port != NULL ? strdup(address->port) : NULL;
    return host->name != NULL && (host->user != NULL) == (address->user != NULL) &&
           (host->port != NULL) == (address->port != NULL);
}

static struct ssh_host *new_host(struct transport_hosts *hosts, const struct address *address)
{
    struct ssh_host *host = calloc(1, sizeof(*host));

    if (host == NULL)
        return NULL;
    if (!copy_place(host, address)) {
        free_host(host);
        return NULL;
    }
    host->hosts = hosts;
    transport_host_init(&host->connection, hosts->loop,
                        &(struct ssh_place){host->user, host->name, host->port}, &host_events,
                        host);
    ev_init(&host->soon, on_soon);
    ev_init(&host->linger, on_lingered);
    ev_init(&host->rest, on_rested);
    host->soon.data = host->linger.data = host->rest.data = host;
    host->next = hosts->first;
    hosts->first = host;
    return host;
}

/* ---- the public face ---- */

void transport_hosts_init(struct transport_hosts *hosts, struct ev_loop *loop)
{
    *hosts = (struct transport_hosts){.loop = loop};
}

void transport_hosts_close(struct transport_hosts *hosts)
{
    for (struct ssh_host *host = hosts->first; host != NULL; host = host->next) {
        disconnect(host);
        ev_timer_stop(hosts->loop, &host->soon);
        ev_timer_stop(hosts->loop, &host->linger);
        ev_timer_stop(hosts->loop, &host->rest);
        host->rest_s = 0.;
    }
    transport_child_finish();
    socket_folder_remove(&hosts->folder);
}

void transport_hosts_release(struct transport_hosts *hosts)
{
    transport_hosts_close(hosts);
    for (struct ssh_host *host = hosts->first, *next; host != NULL; host = next) {
        next = host->next;
        free_host(host);
    }
    hosts->first = NULL;
}

struct transport_ssh *transport_ssh_join(struct transport_hosts *hosts,
                                         const struct address *address,
                                         const struct transport_ssh_events *events, void *ctx)
{
    struct ssh_host *host = find_host(hosts, address);
    struct transport_ssh *link = calloc(1, sizeof(*link));

    if (host == NULL)
        host = new_host(hosts, address);
    if (link == NULL || host == NULL ||
        (address->path != NULL && !ssh_forwards_want(&host->forwards, address->path))) {
        free(link);
        return NULL;
    }
    bool rests = host->connection.state == TRANSPORT_HOST_DOWN && ev_is_active(&host->rest);
    *link = (struct transport_ssh){.host = host,
                                   .address = address,
                                   .events = events,
                                   .ctx = ctx,
                                   .state = rests ? LINK_LATE : LINK_WAITS,
                                   .next = host->links};
    host->links = link;
    ev_timer_stop(hosts->loop, &host->linger);
    work_soon(host);
    return link;
}

void transport_ssh_leave(struct transport_ssh *link)
{
    if (link == NULL)
        return;
    take_out(link->host, link);
    free(link);
}

const char *transport_ssh_silence(const struct transport_ssh *link)
{
    if (*link->address->path != '/')
        return link->host->connection.prohibits
                   ? "the ssh server there leads to no such port (AllowTcpForwarding, "
                     "PermitOpen)"
                   : "ssh reaches the host, but nothing listens on that port there";
    if (link->host->connection.prohibits)
        return "the ssh server there leads to no sockets (AllowStreamLocalForwarding)";
    /* OpenSSH's server says "open failed" to all of these. */
    return "ssh reaches the host, but not the socket: it is missing, dead, held and full, "
           "forbidden to you, or AllowStreamLocalForwarding is off there";
}

void transport_ssh_hurry(struct transport_hosts *hosts, const struct address *address)
{
    struct ssh_host *host = find_host(hosts, address);

    if (host == NULL)
        return;
    ev_timer_stop(hosts->loop, &host->rest);
    host->rest_s = 0.;
}
