#include "tests/support/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/files.h"

static int64_t clock_ms;

int64_t probe_clock(void)
{
    return clock_ms;
}

static void on_link(void *ctx, const char *version)
{
    struct probe *probe = ctx;

    assert_int_equal(version != NULL, probe->client.link == CLIENT_READY);
    assert_true(probe->link_count < 64);
    probe->links[probe->link_count++] = probe->client.link;
    if (version != NULL)
        snprintf(probe->version, sizeof(probe->version), "%s", version);
}

static void on_event(void *ctx, const struct message *event)
{
    struct probe *probe = ctx;

    probe->events++;
    snprintf(probe->last_event, sizeof(probe->last_event), "%s", event->event);
}

const struct client_events probe_events = {.link = on_link, .event = on_event};

int probe_setup(void **state)
{
    struct probe *probe = calloc(1, sizeof(*probe));

    clock_ms = 1000000;
    probe->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&probe->pump, probe->loop);
    ev_run(probe->loop, EVRUN_NOWAIT);
    probe->fds = files_open_count();
    *state = probe;
    return 0;
}

int probe_teardown(void **state)
{
    struct probe *probe = *state;

    assert_int_equal(files_open_count(), probe->fds);
    address_release(&probe->address);
    ev_loop_destroy(probe->loop);
    free(probe);
    return 0;
}

void probe_init(struct probe *probe, const char *endpoint)
{
    char error[ADDRESS_ERROR_SIZE];

    address_release(&probe->address);
    assert_true(address_parse(&probe->address, endpoint, error));
    assert_true(address_resolve(&probe->address, error));
    probe->link_count = 0;
    client_init(&probe->client, &probe->address, probe->loop, probe_clock, &probe_events,
                probe);
}

void probe_begin(struct probe *probe, const char *endpoint)
{
    probe_init(probe, endpoint);
    client_start(&probe->client);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
}

void probe_end(struct probe *probe, struct fake_qmp *fake)
{
    client_release(&probe->client);
    fake_qmp_free(fake);
}

void probe_on_reply(void *count, const struct message *reply)
{
    (*(int *)count)++;
    assert_non_null(reply);
}

void probe_on_nothing(void *count, const struct message *reply)
{
    (*(int *)count)++;
    assert_null(reply);
}

void probe_pass(struct probe *probe, int64_t ms)
{
    ev_timer *timer = &probe->client.timer;

    clock_ms += ms;
    if (!ev_is_active(timer))
        return;
    ev_timer_stop(probe->loop, timer);
    ev_invoke(probe->loop, timer, EV_TIMER);
}

struct link_wait {
    const struct client *client;
    enum client_link link;
};

static bool has_link(void *ctx)
{
    const struct link_wait *wait = ctx;

    return wait->client->link == wait->link;
}

void probe_await(struct probe *probe, enum client_link link)
{
    struct link_wait wait = {&probe->client, link};

    if (!pump_until(&probe->pump, has_link, &wait, PUMP_MS))
        fail_msg("link is %d, not %d: %s", probe->client.link, link,
                 client_reason(&probe->client));
}

static bool is_deserted(void *ctx)
{
    return !fake_qmp_has_client(ctx);
}

void probe_await_deserted(struct probe *probe, struct fake_qmp *fake)
{
    assert_true(pump_until(&probe->pump, is_deserted, fake, PUMP_MS));
}

static bool is_visited(void *ctx)
{
    return fake_qmp_has_client(ctx);
}

void probe_await_visit(struct probe *probe, struct fake_qmp *fake)
{
    assert_true(pump_until(&probe->pump, is_visited, fake, PUMP_MS));
    pump_settle(&probe->pump);
}

void probe_expect_reason(struct probe *probe, enum client_link link, const char *part)
{
    probe_await(probe, link);
    if (strstr(client_reason(&probe->client), part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", client_reason(&probe->client), part);
    assert_true(probe->client.retry_ms > clock_ms);
}
