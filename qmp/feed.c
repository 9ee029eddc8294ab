#include "qmp/feed.h"

#include <stdlib.h>
#include <string.h>

#include "core/visit.h"
#include "qmp/feed_answer.h"
#include "qmp/feed_event.h"

/* Least rest between two looks at the target's questions. */
#define REST_MS 10

static int64_t now_of(const struct feed *feed)
{
    return feed->client.now_ms();
}

/* ---- answers and events ---- */

static void on_answer(void *ctx, const struct message *reply)
{
    struct feed *feed = ctx;
    bool usable;

    if (reply == NULL) /* the link ended; what is told of that voids the question */
        return;
    usable = feed_answer(feed->target, feed->asked, reply, now_of(feed));
    target_answered(feed->target, feed->asked, usable, now_of(feed));
    feed_pump(feed);
}

static void on_event(void *ctx, const struct message *event)
{
    struct feed *feed = ctx;

    target_event(feed->target, now_of(feed));
    feed_event(feed->target, event, now_of(feed));
    feed_pump(feed);
}

/* ---- the link ---- */

static const enum target_link links[] = {
    [CLIENT_CLOSED] = TARGET_CLOSED, [CLIENT_CONNECTING] = TARGET_CONNECTING,
    [CLIENT_READY] = TARGET_UP,      [CLIENT_BUSY] = TARGET_BUSY,
    [CLIENT_FAILED] = TARGET_FAILED, [CLIENT_LEFT] = TARGET_AWAY,
};

static void on_link(void *ctx, const char *version)
{
    struct feed *feed = ctx;
    const struct client *client = &feed->client;

    bool held = client->link == CLIENT_BUSY && client->holder.pid > 0;
    target_set_holder(feed->target, held ? client->holder.pid : 0,
                      held ? client->holder.command : NULL);
    if (client->link == CLIENT_READY) {
        target_set_pid(feed->target, client->peer > 0 ? (int)client->peer : 0);
        target_set_version(feed->target, version);
    }
    const char *reason = client_reason(client);
    target_set_link(feed->target, links[client->link], *reason != '\0' ? reason : NULL,
                    client->retry_ms, now_of(feed));
    if (!target_is_connected(feed->target))
        target_set_pid(feed->target, 0);
    feed_pump(feed);
}

static const struct client_events client_events = {.link = on_link, .event = on_event};

/* ---- questions ---- */

static void ask(struct feed *feed)
{
    enum target_query query;
    int64_t now_ms = now_of(feed);

    if (feed->client.link != CLIENT_READY || !target_ask(feed->target, now_ms, &query))
        return;
    if (!client_call(&feed->client, feed_query_command(query), NULL, on_answer, feed))
        return;
    feed->asked = query;
    target_asked(feed->target, query, now_ms);
}

/* The next question, or the end of a visit. */
static int64_t next_step_ms(const struct feed *feed)
{
    int64_t ask_ms = target_ask_at(feed->target), end_ms = visit_ends_at(feed->target);

    if (feed->client.link != CLIENT_READY)
        return -1;
    return end_ms >= 0 && (ask_ms < 0 || end_ms < ask_ms) ? end_ms : ask_ms;
}

void feed_pump(struct feed *feed)
{
    int64_t at_ms, left_ms;

    target_set_strays(feed->target, feed->client.session.foreign - feed->client.strays);
    ask(feed);
    ev_timer_stop(feed->client.loop, &feed->timer);
    at_ms = next_step_ms(feed);
    if (at_ms < 0)
        return;
    left_ms = at_ms - now_of(feed);
    if (left_ms < REST_MS)
        left_ms = REST_MS;
    ev_timer_set(&feed->timer, (double)left_ms / 1000., 0.);
    ev_timer_start(feed->client.loop, &feed->timer);
}

/* Not in the callback of an answer: the client is in the middle of its work there. */
static void on_timer(struct ev_loop *loop, ev_timer *timer, int revents)
{
    struct feed *feed = timer->data;
    int64_t now_ms = now_of(feed);

    (void)loop, (void)revents;
    if (feed->client.link == CLIENT_READY && visit_may_end(feed->target, now_ms))
        client_leave(&feed->client, visit_next_ms(feed->target, now_ms));
    else
        feed_pump(feed);
}

/* ---- actions ---- */

/* Waits for the reply to one action; owned by the session's callback. */
struct ticket {
    struct feed *feed;
    uint64_t serial;
};

static void on_reply(void *ctx, const struct message *reply)
{
    struct ticket *ticket = ctx;
    struct feed *feed = ticket->feed;
    struct fleet *fleet = feed->target->fleet;

    if (reply == NULL)
        action_gone(fleet, ticket->serial, now_of(feed));
    else if (reply->kind == MESSAGE_RETURN)
        action_replied(fleet, ticket->serial, NULL, now_of(feed));
    else
        action_replied(fleet, ticket->serial,
                       reply->error_desc[0] != '\0' ? reply->error_desc : "no reason given",
                       now_of(feed));
    free(ticket);
    if (reply != NULL)
        feed_pump(feed);
}

bool feed_send(struct feed *feed, const struct action *action)
{
    struct command_args args = {
        .job = action->job_id, .number = action->argument, .uri = action->text};
    enum command command =
        action->lever == LEVER_COUNT
            ? feed_verb_command(action->verb)
            : feed_lever_command(action->lever, feed->target->migration.incoming);
    struct ticket *ticket = malloc(sizeof(*ticket));

    if (ticket == NULL)
        return false;
    *ticket = (struct ticket){.feed = feed, .serial = action->serial};
    if (client_call(&feed->client, command, &args, on_reply, ticket))
        return true;
    free(ticket);
    return false;
}

/* ---- the public face ---- */

void feed_init(struct feed *feed, struct address *address, struct target *target,
               struct ev_loop *loop, int64_t (*now_ms)(void))
{
    client_init(&feed->client, address, loop, now_ms, &client_events, feed);
    feed->target = target;
    feed->asked = TARGET_ASK_COMMANDS;
    ev_init(&feed->timer, on_timer);
    feed->timer.data = feed;
}

void feed_release(struct feed *feed)
{
    ev_timer_stop(feed->client.loop, &feed->timer);
    client_release(&feed->client);
}

void feed_start(struct feed *feed)
{
    client_start(&feed->client);
}

void feed_stop(struct feed *feed)
{
    client_stop(&feed->client);
}

void feed_retry(struct feed *feed)
{
    if (feed->target->link == TARGET_STALE)
        client_stop(&feed->client);
    client_retry(&feed->client);
}
