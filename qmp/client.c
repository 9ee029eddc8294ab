#include "qmp/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qmp/client_reason.h"
#include "qmp/reason.h"
#include "qmp/transport_lookup.h"
#include "qmp/unix_peers.h"

static void tell(struct client *client, enum client_link link, const char *version)
{
    if (link == CLIENT_READY || link == CLIENT_FAILED)
        client->holder = (struct holder){.pid = 0};
    client->link = link;
    client->events->link(client->ctx, version);
}

/* The loop's idea of now may be old, so the timer can fire early: on_timer()
 * looks at due_ms. */
static void arm(struct client *client, int64_t due_ms)
{
    int64_t left_ms = due_ms - client->now_ms();

    client->due_ms = due_ms;
    ev_timer_stop(client->loop, &client->timer);
    ev_timer_set(&client->timer, left_ms > 0 ? (double)left_ms / 1000. : 0., 0.);
    ev_timer_start(client->loop, &client->timer);
}

static int64_t next_wait_ms(struct client *client, enum client_link link)
{
    int64_t least = link == CLIENT_BUSY ? CLIENT_BUSY_MIN_MS : CLIENT_BACKOFF_MIN_MS;
    bool settled =
        client->was_ready && client->now_ms() - client->ready_ms >= CLIENT_SETTLED_MS;
    int64_t wait = settled ? 0 : client->backoff_ms * 2;

    if (wait < least)
        wait = least;
    if (wait > CLIENT_BACKOFF_MAX_MS)
        wait = CLIENT_BACKOFF_MAX_MS;
    client->backoff_ms = wait;
    return wait * (750 + nrand48(client->chance) % 501) / 1000;
}

static void forget_addresses(struct client *client)
{
    lookup_free(client->lookup);
    client->lookup = NULL;
}

static void leave(struct client *client)
{
    if (client->transport.fd >= 0)
        client->left_ms = client->now_ms();
    transport_close(&client->transport);
}

/* The reason is set. */
static void give_up(struct client *client, enum client_link link)
{
    forget_addresses(client);
    leave(client);
    session_end(&client->session);
    client->retry_ms = client->now_ms() + next_wait_ms(client, link);
    client->was_ready = false;
    client->again = 0;
    arm(client, client->retry_ms);
    tell(client, link, NULL);
}

/* ---- where it is ---- */

static bool is_looking_up(const struct client *client)
{
    return client->lookup != NULL && client->lookup->fd >= 0;
}

/* A host may have several addresses, of which only one has a listener. */
static bool open_next_address(struct client *client)
{
    const struct lookup *lookup = client->lookup;

    if (lookup == NULL || client->tried == lookup->answer.count)
        return false;
    client->address->ip = lookup->answer.addresses[client->tried++];
    arm(client, client->now_ms() + CLIENT_CONNECT_MS);
    transport_close(&client->transport);
    transport_open(&client->transport, client->address);
    return true;
}

static void on_looked_up(void *ctx)
{
    struct client *client = ctx;

    if (open_next_address(client))
        return;
    client_say(client, "%s", client->lookup->answer.error);
    give_up(client, CLIENT_FAILED);
}

/* Anew each time: the name of a host that moves leads elsewhere. */
static void look_up(struct client *client)
{
    client->tried = 0;
    client->lookup = lookup_new(client->loop, client->address->host, client->address->port,
                                on_looked_up, client);
    arm(client, client->now_ms() + CLIENT_LOOKUP_MS);
    if (client->lookup != NULL) {
        tell(client, CLIENT_CONNECTING, NULL);
        return;
    }
    client_say(client, "host \"%.80s\" cannot be looked up: %s", client->address->host,
               strerror(errno));
    give_up(client, CLIENT_FAILED);
}

/* What we left ourselves a moment ago may still look served. */
static bool is_seen_held(const struct client *client)
{
    return client->address->kind == ADDRESS_UNIX &&
           !reason_is_forbidden(client->address->path) &&
           unix_peers_has_client(client->address->path, client->left_ms + CLIENT_PARTING_MS,
                                 client->now_ms());
}

/* Somebody else may have left a moment ago as well: what is seen once is looked at again
 * before it is said. */
static void doubt(struct client *client)
{
    client->doubted = true;
    client->left_ms = client->now_ms();
    client->retry_ms = client->left_ms + CLIENT_PARTING_MS;
    arm(client, client->retry_ms);
}

static void try_to_connect(struct client *client)
{
    client->retry_ms = 0;
    client->peer = -1;
    forget_addresses(client);
    if (client->address->is_name) {
        look_up(client);
        return;
    }
    if (is_seen_held(client)) {
        if (!client->doubted) {
            doubt(client);
            return;
        }
        give_up(client, client_say_held(client));
        return;
    }
    client->doubted = false;
    arm(client, client->now_ms() + transport_patience_ms(client->address));
    transport_open(&client->transport, client->address);
    tell(client, CLIENT_CONNECTING, NULL);
}

static void send_output(struct client *client)
{
    size_t len;
    const char *bytes = session_output(&client->session, &len);

    if (len == 0)
        return;
    transport_send(&client->transport, bytes, len);
    session_sent(&client->session, len);
}

/* ---- the transport's events ---- */

static void on_connected(void *ctx)
{
    struct client *client = ctx;
    int64_t now_ms = client->now_ms();

    forget_addresses(client);
    client->peer = transport_peer_pid(&client->transport);
    client->strays = client->session.foreign;
    session_start(&client->session, now_ms);
    arm(client, now_ms + SESSION_GREETING_MS);
}

static void on_input(void *ctx, const char *bytes, size_t len)
{
    struct client *client = ctx;

    session_input(&client->session, bytes, len, client->now_ms());
    send_output(client);
}

static void on_closed(void *ctx, enum transport_failure failure, int error_number,
                      const char *during)
{
    struct client *client = ctx;

    if (strcmp(during, "connect") == 0 && open_next_address(client))
        return;
    give_up(client, client_say_closed(client, failure, error_number, during));
}

static const struct transport_events transport_events = {
    .connected = on_connected,
    .input = on_input,
    .closed = on_closed,
};

/* ---- the session's events ---- */

static void on_ready(void *ctx, const char *version)
{
    struct client *client = ctx;

    ev_timer_stop(client->loop, &client->timer);
    client->was_ready = true;
    client->ready_ms = client->now_ms();
    client_say_nothing(client);
    tell(client, CLIENT_READY, version);
}

static void on_event(void *ctx, const struct message *event)
{
    struct client *client = ctx;

    client->events->event(client->ctx, event);
}

/* The session is in the middle of its work and cannot be ended here: the
 * timer does that next. */
static void on_failed(void *ctx)
{
    struct client *client = ctx;

    leave(client);
    arm(client, client->now_ms());
}

static const struct session_events session_events = {
    .ready = on_ready,
    .event = on_event,
    .failed = on_failed,
};

/* ---- time ---- */

static bool is_greeting(const struct client *client)
{
    return client->session.state == SESSION_AWAIT_GREETING;
}

static void on_deadline(struct client *client)
{
    int64_t end_ms = client->session.started_ms + CLIENT_GREETING_MS;

    if (is_looking_up(client)) {
        client_say(client, "the resolver of this host does not answer");
        give_up(client, CLIENT_FAILED);
    } else if (client->transport.connecting) {
        on_closed(client, TRANSPORT_CONNECT_TIMEOUT, 0, "connect");
    } else if (session_is_silent(&client->session, client->now_ms())) {
        give_up(client, client_say_held(client));
    } else if (is_greeting(client) && client->now_ms() >= end_ms) {
        client_say(client, "its greeting does not come to an end");
        give_up(client, CLIENT_FAILED);
    } else {
        if (is_greeting(client))
            arm(client, end_ms);
        client_say_late(client);
        tell(client, CLIENT_CONNECTING, NULL);
    }
}

static void on_failure(struct client *client)
{
    if (client->session.error == SESSION_ERROR_TWICE && client->again < CLIENT_AGAIN_MAX) {
        client->again++;
        session_end(&client->session);
        try_to_connect(client);
        return;
    }
    client_say(client, "%s", session_error_text(&client->session));
    give_up(client, CLIENT_FAILED);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int revents)
{
    struct client *client = timer->data;

    (void)loop, (void)revents;
    if (client->now_ms() < client->due_ms) {
        arm(client, client->due_ms);
    } else if (client->session.state == SESSION_FAILED) {
        on_failure(client);
    } else if (client->link == CLIENT_CONNECTING && client->retry_ms == 0) {
        on_deadline(client);
    } else {
        try_to_connect(client);
    }
}

/* ---- the public face ---- */

/* Two programs on one host must not retry in step. */
static void seed(struct client *client)
{
    uint64_t mix = (uint64_t)client->now_ms() * 2654435761u ^ (uint64_t)getpid() << 16 ^
                   (uint64_t)(uintptr_t)client;

    for (size_t i = 0; i < 3; i++)
        client->chance[i] = (unsigned short)(mix >> (16 * i));
}

void client_init(struct client *client, struct address *address, struct ev_loop *loop,
                 int64_t (*now_ms)(void), const struct client_events *events, void *ctx)
{
    *client = (struct client){.address = address,
                              .loop = loop,
                              .now_ms = now_ms,
                              .events = events,
                              .ctx = ctx,
                              .link = CLIENT_CLOSED,
                              .peer = -1};
    transport_init(&client->transport, loop, &transport_events, client);
    session_init(&client->session, &session_events, client);
    ev_init(&client->timer, on_timer);
    client->timer.data = client;
    seed(client);
}

void client_release(struct client *client)
{
    forget_addresses(client);
    ev_timer_stop(client->loop, &client->timer);
    transport_release(&client->transport);
    session_release(&client->session);
    client_say_nothing(client);
}

static bool is_hopeless(const struct client *client)
{
    return client->link == CLIENT_FAILED && client->retry_ms == 0;
}

void client_start(struct client *client)
{
    if (client->link == CLIENT_CLOSED)
        try_to_connect(client);
}

void client_retry(struct client *client)
{
    if (client->link != CLIENT_CLOSED && client->retry_ms == 0)
        return;
    client->backoff_ms = 0;
    transport_hurry(&client->transport, client->address);
    try_to_connect(client);
}

void client_stop(struct client *client)
{
    if (client->link == CLIENT_CLOSED || is_hopeless(client))
        return;
    forget_addresses(client);
    ev_timer_stop(client->loop, &client->timer);
    leave(client);
    session_end(&client->session);
    client->was_ready = false;
    client->backoff_ms = 0;
    client->retry_ms = 0;
    client_say_nothing(client);
    tell(client, CLIENT_CLOSED, NULL);
}

void client_leave(struct client *client, int64_t retry_ms)
{
    if (client->link != CLIENT_READY)
        return;
    leave(client);
    session_end(&client->session);
    client->was_ready = false;
    client->backoff_ms = 0;
    client->again = 0;
    client->retry_ms = retry_ms;
    arm(client, retry_ms);
    tell(client, CLIENT_LEFT, NULL);
}

void client_fail(struct client *client, const char *reason)
{
    client_stop(client);
    client_say(client, "%s", reason);
    tell(client, CLIENT_FAILED, NULL);
}

bool client_call(struct client *client, enum command command, const struct command_args *args,
                 session_reply *reply, void *ctx)
{
    if (!session_call(&client->session, command, args, reply, ctx, client->now_ms()))
        return false;
    send_output(client);
    return true;
}
