#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "qmp/unix_peers.h"
#include "tests/support/files.h"
#include "tests/support/probe.h"

static void on_reply(void *ctx, const struct message *reply)
{
    (*(int *)ctx)++;
    assert_non_null(reply);
}

static void on_nothing(void *ctx, const struct message *reply)
{
    (*(int *)ctx)++;
    assert_null(reply);
}

/* ---- a good QEMU ---- */

static void test_ready(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await(probe, CLIENT_READY);
    assert_int_equal(probe->link_count, 2);
    assert_string_equal(probe->version, "7.2.22");
    assert_string_equal(client_reason(&probe->client), "");
    assert_int_equal(probe->client.retry_ms, 0);
    assert_int_equal(probe->client.peer, getpid());
    assert_int_equal(fake_qmp_count(fake, NULL), 1);
    assert_int_equal(fake_qmp_early_bytes(fake), 0);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_ready_byte_by_byte_and_pretty(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    fake_qmp_model(fake);
    fake_qmp_pretty(fake, true);
    fake_qmp_drips(fake, 1);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await(probe, CLIENT_READY);
    assert_string_equal(probe->version, "7.2.22");
    assert_int_equal(probe->client.peer, -1);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static bool has_event(void *ctx)
{
    return ((struct probe *)ctx)->events > 0;
}

static void test_events_count_only_while_ready(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await_visit(probe, fake);
    fake_qmp_event(fake, "STOP", NULL);
    fake_qmp_greet(fake);
    fake_qmp_event(fake, "SHUTDOWN", "{\"guest\": false}");
    assert_true(fake_qmp_negotiate(fake));
    fake_qmp_event(fake, "RESUME", NULL);
    assert_true(pump_until(&probe->pump, has_event, probe, PUMP_MS));
    assert_int_equal(probe->events, 1);
    assert_string_equal(probe->last_event, "RESUME");
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static bool all_replied(void *ctx)
{
    const struct probe *probe = ctx;

    return probe->answered[0] + probe->answered[1] == 2;
}

static void test_calls(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    fake_qmp_refuses(fake, "query-jobs", "GenericError", "no");
    probe_begin(probe, fake_qmp_endpoint(fake));
    assert_false(client_call(&probe->client, COMMAND_QUERY_JOBS, NULL, on_reply, NULL));
    probe_await(probe, CLIENT_READY);
    assert_true(
        client_call(&probe->client, COMMAND_QUERY_NAME, NULL, on_reply, &probe->answered[0]));
    assert_true(
        client_call(&probe->client, COMMAND_QUERY_JOBS, NULL, on_reply, &probe->answered[1]));
    assert_true(pump_until(&probe->pump, all_replied, probe, PUMP_MS));
    client_release(&probe->client);
    assert_int_equal(probe->answered[0], 1);
    assert_int_equal(probe->answered[1], 1);
    fake_qmp_free(fake);
}

/* ---- a QEMU met in its first milliseconds ---- */

struct visits {
    struct fake_qmp *fake;
    size_t count;
};

static bool was_visited(void *ctx)
{
    const struct visits *visits = ctx;

    return fake_qmp_clients(visits->fake) >= visits->count;
}

static void test_two_greetings_connect_anew_at_once(void **state)
{
    struct probe *probe = *state;
    struct visits visits = {fake_qmp_unix(&probe->pump, NULL), 1};

    fake_qmp_greets(visits.fake, false);
    probe_begin(probe, fake_qmp_endpoint(visits.fake));
    probe_await_visit(probe, visits.fake);
    fake_qmp_model(visits.fake);
    fake_qmp_greets(visits.fake, true);
    fake_qmp_greet(visits.fake);
    fake_qmp_greet(visits.fake);
    probe_await(probe, CLIENT_READY);
    assert_int_equal(fake_qmp_clients(visits.fake), 2);
    client_release(&probe->client);
    fake_qmp_free(visits.fake);
}

static void test_endless_greetings_are_given_up(void **state)
{
    struct probe *probe = *state;
    struct visits visits = {fake_qmp_unix(&probe->pump, NULL), 1};

    fake_qmp_greets(visits.fake, false);
    probe_begin(probe, fake_qmp_endpoint(visits.fake));
    for (; visits.count <= CLIENT_AGAIN_MAX + 1; visits.count++) {
        assert_true(pump_until(&probe->pump, was_visited, &visits, PUMP_MS));
        fake_qmp_greet(visits.fake);
        fake_qmp_greet(visits.fake);
    }
    probe_expect_reason(probe, CLIENT_FAILED, "greeted twice");
    client_release(&probe->client);
    fake_qmp_free(visits.fake);
}

/* ---- a monitor that another client holds ---- */

static void test_busy_gives_the_place_back(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await_visit(probe, fake);
    probe_pass(probe, SESSION_GREETING_MS - 1);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    probe_pass(probe, 1);
    probe_expect_reason(probe, CLIENT_BUSY, "another client holds this monitor");
    probe_await_deserted(probe, fake);
    assert_int_equal(fake_qmp_bytes(fake), 0);
    assert_in_range(probe->client.retry_ms - probe_clock(), CLIENT_BUSY_MIN_MS * 3 / 4,
                    CLIENT_BUSY_MIN_MS * 5 / 4);

    fake_qmp_model(fake);
    fake_qmp_greets(fake, true);
    probe_pass(probe, CLIENT_BUSY_MIN_MS * 5 / 4);
    probe_await(probe, CLIENT_READY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_busy_behind_a_real_client(void **state)
{
    struct probe *holder = *state;
    struct fake_qmp *fake = fake_qmp_unix(&holder->pump, NULL);
    struct probe second = {.loop = holder->loop};

    fake_qmp_model(fake);
    probe_begin(holder, fake_qmp_endpoint(fake));
    probe_await(holder, CLIENT_READY);
    probe_begin(&second, fake_qmp_endpoint(fake));
    pump_settle(&holder->pump);
    assert_int_equal(second.client.session.state, SESSION_AWAIT_GREETING);
    probe_pass(&second, SESSION_GREETING_MS);
    assert_int_equal(second.client.link, CLIENT_BUSY);

    client_stop(&holder->client);
    pump_settle(&holder->pump);
    probe_pass(&second, CLIENT_BUSY_MIN_MS * 5 / 4);
    second.pump = holder->pump;
    probe_await(&second, CLIENT_READY);
    client_release(&second.client);
    address_release(&second.address);
    client_release(&holder->client);
    fake_qmp_free(fake);
}

/* A place in the queue cannot be given back. */
static void test_seen_held_is_not_connected_to(void **state)
{
    struct probe *holder = *state;
    struct fake_qmp *fake = fake_qmp_unix(&holder->pump, NULL);
    struct probe second = {.loop = holder->loop};

    fake_qmp_model(fake);
    probe_begin(holder, fake_qmp_endpoint(fake));
    probe_await(holder, CLIENT_READY);
    probe_pass(holder, UNIX_PEERS_AGE_MS + 1);
    probe_init(&second, fake_qmp_endpoint(fake));
    client_start(&second.client);
    probe_pass(&second, CLIENT_PARTING_MS);
    probe_expect_reason(&second, CLIENT_BUSY, "another client holds this monitor");
    probe_pass(&second, CLIENT_BUSY_MIN_MS * 5 / 4);
    probe_expect_reason(&second, CLIENT_BUSY, "another client holds this monitor");

    client_stop(&holder->client);
    pump_settle(&holder->pump);
    assert_false(fake_qmp_has_client(fake));
    assert_int_equal(fake_qmp_clients(fake), 1);
    probe_pass(&second, CLIENT_BACKOFF_MAX_MS);
    second.pump = holder->pump;
    probe_await(&second, CLIENT_READY);
    client_release(&second.client);
    address_release(&second.address);
    client_release(&holder->client);
    fake_qmp_free(fake);
}

/* Another program has just left: QEMU notices that before we say that it holds. */
static void test_the_last_of_another_does_not_hold(void **state)
{
    struct probe *holder = *state;
    struct fake_qmp *fake = fake_qmp_unix(&holder->pump, NULL);
    struct probe second = {.loop = holder->loop};

    fake_qmp_model(fake);
    probe_begin(holder, fake_qmp_endpoint(fake));
    probe_await(holder, CLIENT_READY);
    probe_pass(holder, UNIX_PEERS_AGE_MS + 1);
    probe_init(&second, fake_qmp_endpoint(fake));
    client_start(&second.client);
    assert_int_not_equal(second.client.link, CLIENT_BUSY);
    client_stop(&holder->client);
    pump_settle(&holder->pump);
    probe_pass(&second, CLIENT_PARTING_MS);
    second.pump = holder->pump;
    probe_await(&second, CLIENT_READY);
    client_release(&second.client);
    address_release(&second.address);
    client_release(&holder->client);
    fake_qmp_free(fake);
}

/* QEMU has not noticed yet that we left. */
static void test_our_own_last_connection_does_not_hold(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await(probe, CLIENT_READY);
    probe_pass(probe, UNIX_PEERS_AGE_MS + 1);
    client_stop(&probe->client);
    client_start(&probe->client);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    probe_await(probe, CLIENT_READY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_backlog_full_is_busy(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    struct probe waiting[2] = {{.loop = probe->loop}, {.loop = probe->loop}};

    fake_qmp_accepts(fake, false);
    probe_begin(&waiting[0], fake_qmp_endpoint(fake));
    probe_begin(&waiting[1], fake_qmp_endpoint(fake));
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_expect_reason(probe, CLIENT_BUSY, "queue is full");
    for (size_t i = 0; i < 2; i++) {
        client_release(&waiting[i].client);
        address_release(&waiting[i].address);
    }
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_an_event_is_no_greeting(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await_visit(probe, fake);
    fake_qmp_event(fake, "STOP", NULL);
    pump_settle(&probe->pump);
    probe_pass(probe, SESSION_GREETING_MS);
    assert_int_equal(probe->client.link, CLIENT_BUSY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_blocked_monitor_is_kept(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    probe_begin(probe, fake_qmp_endpoint(fake));
    assert_true(fake_qmp_expect(fake, "qmp_capabilities"));
    probe_pass(probe, SESSION_GREETING_MS);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    assert_non_null(strstr(client_reason(&probe->client), "does not answer"));
    probe_pass(probe, 60000);
    assert_true(fake_qmp_has_client(fake));
    fake_qmp_return(fake, "{}");
    probe_await(probe, CLIENT_READY);
    assert_string_equal(client_reason(&probe->client), "");
    client_release(&probe->client);
    fake_qmp_free(fake);
}

/* ---- slow and odd ones ---- */

static void begin_to_greet(struct probe *probe, struct fake_qmp *fake)
{
    fake_qmp_greets(fake, false);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await_visit(probe, fake);
    fake_qmp_say(fake, "{\"QMP\": {\"version\": {\"qemu\": ");
    pump_settle(&probe->pump);
    probe_pass(probe, SESSION_GREETING_MS);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    assert_string_equal(client_reason(&probe->client), "its greeting comes very slowly");
}

/* Nobody else holds a monitor that has begun to greet. */
static void test_a_slow_greeting_is_awaited(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    begin_to_greet(probe, fake);
    probe_pass(probe, CLIENT_GREETING_MS - SESSION_GREETING_MS - 1);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    fake_qmp_say(fake, "{\"major\": 7, \"minor\": 2, \"micro\": 22}, \"package\": \"\"}, "
                       "\"capabilities\": []}}\r\n");
    assert_true(fake_qmp_negotiate(fake));
    probe_await(probe, CLIENT_READY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_an_endless_greeting_is_given_up(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    begin_to_greet(probe, fake);
    probe_pass(probe, CLIENT_GREETING_MS - SESSION_GREETING_MS);
    probe_expect_reason(probe, CLIENT_FAILED, "its greeting does not come to an end");
    probe_await_deserted(probe, fake);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_answers_to_others_are_told(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    probe_begin(probe, fake_qmp_endpoint(fake));
    assert_true(fake_qmp_expect(fake, "qmp_capabilities"));
    fake_qmp_say(fake, "{\"return\": {}, \"id\": \"another\"}\r\n");
    pump_settle(&probe->pump);
    probe_pass(probe, SESSION_GREETING_MS);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    assert_string_equal(client_reason(&probe->client), "its answers are not to our questions");
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_gone_in_the_middle_of_an_answer(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await(probe, CLIENT_READY);
    fake_qmp_say(fake, "{\"return\": [");
    fake_qmp_hang_up(fake);
    probe_expect_reason(probe, CLIENT_FAILED, "in the middle of an answer");
    client_release(&probe->client);
    fake_qmp_free(fake);
}

/* ---- trying again ---- */

static void expect_wait(const struct probe *probe, int64_t ms)
{
    assert_in_range(probe->client.retry_ms - probe_clock(), ms * 3 / 4, ms * 5 / 4);
}

static void fail_again(struct probe *probe, int64_t ms)
{
    probe_pass(probe, probe->client.retry_ms - probe_clock() - 1);
    assert_int_equal(probe->client.link, CLIENT_FAILED);
    probe_pass(probe, 1);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    assert_string_not_equal(client_reason(&probe->client), ""); /* of the last try */
    probe_await(probe, CLIENT_FAILED);
    expect_wait(probe, ms);
}

static void test_backoff_doubles_and_ready_resets_it(void **state)
{
    static const int64_t waits[] = {2000, 4000, 8000, 16000, 30000, 30000};
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_die(fake);
    fake_qmp_model(fake);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await(probe, CLIENT_FAILED);
    expect_wait(probe, 1000);
    for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++)
        fail_again(probe, waits[i]);

    fake_qmp_revive(fake);
    probe_pass(probe, 40000);
    probe_await(probe, CLIENT_READY);
    probe_pass(probe, CLIENT_SETTLED_MS);
    fake_qmp_die(fake);
    probe_expect_reason(probe, CLIENT_FAILED, "closed by the other side");
    expect_wait(probe, 1000);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

/* One that comes and goes is asked ever more rarely. */
static void test_a_short_life_resets_nothing(void **state)
{
    static const int64_t waits[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    probe_begin(probe, fake_qmp_endpoint(fake));
    for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
        probe_await(probe, CLIENT_READY);
        probe_pass(probe, CLIENT_SETTLED_MS - 1);
        fake_qmp_hang_up(fake);
        probe_expect_reason(probe, CLIENT_FAILED, "closed by the other side");
        expect_wait(probe, waits[i]);
        probe_pass(probe, 40000);
    }
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_waits_differ_by_chance(void **state)
{
    struct probe *probe = *state;
    char path[256];
    bool differs = false;
    int64_t first = 0;

    files_path(path, sizeof(path), "nothing-here");
    for (int i = 0; i < 50; i++) {
        probe_begin(probe, path);
        probe_await(probe, CLIENT_FAILED);
        if (i == 0)
            first = probe->client.retry_ms - probe_clock();
        differs |= probe->client.retry_ms - probe_clock() != first;
        client_release(&probe->client);
        probe_pass(probe, 1);
    }
    assert_true(differs);
}

static void test_stop_and_start(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    fake_qmp_mutes(fake, "query-name");
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await(probe, CLIENT_READY);
    client_start(&probe->client); /* changes nothing */
    assert_int_equal(probe->link_count, 2);
    assert_true(
        client_call(&probe->client, COMMAND_QUERY_NAME, NULL, on_nothing, &probe->answered[0]));
    client_stop(&probe->client);
    client_stop(&probe->client);
    assert_int_equal(probe->answered[0], 1);
    assert_int_equal(probe->client.link, CLIENT_CLOSED);
    assert_int_equal(probe->link_count, 3);
    probe_await_deserted(probe, fake);
    assert_false(ev_is_active(&probe->client.timer));
    client_start(&probe->client);
    probe_await(probe, CLIENT_READY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_stop_while_waiting(void **state)
{
    struct probe *probe = *state;
    char path[256];

    probe_begin(probe, files_path(path, sizeof(path), "nothing-here"));
    probe_await(probe, CLIENT_FAILED);
    client_stop(&probe->client);
    probe_pass(probe, 100000);
    assert_int_equal(probe->client.link, CLIENT_CLOSED);
    assert_int_equal(probe->client.retry_ms, 0);
    client_release(&probe->client);
}

static void test_hopeless_address(void **state)
{
    struct probe *probe = *state;

    client_init(&probe->client, &probe->address, probe->loop, probe_clock, &probe_events,
                probe);
    client_fail(&probe->client, "unknown host");
    client_start(&probe->client);
    client_stop(&probe->client);
    probe_pass(probe, 100000);
    assert_int_equal(probe->client.link, CLIENT_FAILED);
    assert_string_equal(client_reason(&probe->client), "unknown host");
    assert_int_equal(probe->link_count, 1);
    client_release(&probe->client);
}

/* ---- the peer goes, wherever the conversation is ---- */

static bool has_reply(void *ctx)
{
    return ((struct probe *)ctx)->answered[0] == 1;
}

/* The whole conversation; the peer vanishes after `steps` of it. */
static void converse(struct probe *probe, struct fake_qmp *fake, int steps)
{
    if (steps-- == 0)
        return;
    probe_await_visit(probe, fake);
    if (steps-- == 0)
        return;
    fake_qmp_say(fake, "{\"QMP\": {\"version\": {\"qe");
    pump_settle(&probe->pump);
    if (steps-- == 0)
        return;
    fake_qmp_say(fake, "mu\": {\"micro\": 1, \"minor\": 2, \"major\": 9}, \"package\": \"\"},"
                       " \"capabilities\": []}}\r\n");
    assert_true(fake_qmp_expect(fake, "qmp_capabilities"));
    if (steps-- == 0)
        return;
    fake_qmp_return(fake, "{}");
    probe_await(probe, CLIENT_READY);
    for (size_t i = 0; i < PROBE_CALLS; i++)
        assert_true(client_call(&probe->client, COMMAND_QUERY_JOBS, NULL,
                                i == 0 && steps > 2 ? on_reply : on_nothing,
                                &probe->answered[i]));
    if (steps-- == 0)
        return;
    assert_true(fake_qmp_expect(fake, "query-jobs"));
    if (steps-- == 0)
        return;
    fake_qmp_say(fake, "{\"return\": [], \"i");
    pump_settle(&probe->pump);
    if (steps-- == 0)
        return;
    fake_qmp_say(fake, "gnored\": 1}\r\n");
    assert_true(fake_qmp_await(fake, "query-jobs", PROBE_CALLS));
    assert_int_equal(fake_qmp_most_unanswered(fake), PROBE_CALLS);
    fake_qmp_return(fake, "[]");
    assert_true(pump_until(&probe->pump, has_reply, probe, PUMP_MS));
}

static void vanish(struct fake_qmp *fake, int way)
{
    if (way == 0)
        fake_qmp_hang_up(fake);
    else if (way == 1)
        fake_qmp_reset(fake);
    else
        fake_qmp_die(fake);
}

static void test_peer_vanishes_at_every_step(void **state)
{
    struct probe *probe = *state;

    for (int round = 0; round < 8 * 3 * 2; round++) {
        int steps = round / 6, way = round % 3;
        struct fake_qmp *fake =
            round % 2 ? fake_qmp_tcp(&probe->pump) : fake_qmp_unix(&probe->pump, NULL);

        memset(probe->answered, 0, sizeof(probe->answered));
        fake_qmp_greets(fake, false);
        probe_begin(probe, fake_qmp_endpoint(fake));
        converse(probe, fake, steps);
        if (steps == 0)
            probe_await_visit(probe, fake);
        vanish(fake, way);
        probe_await(probe, CLIENT_FAILED);
        assert_int_equal(probe->link_count, steps < 4 ? 2 : 3);
        for (size_t i = 0; i < PROBE_CALLS; i++)
            assert_int_equal(probe->answered[i], steps < 4 ? 0 : 1);
        assert_true(ev_is_active(&probe->client.timer));
        assert_int_equal(probe->client.transport.fd, -1);
        client_release(&probe->client);
        fake_qmp_free(fake);
        assert_int_equal(files_open_count(), probe->fds);
    }
}

/* ---- with the real clock ---- */

static int64_t real_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void test_timers_run(void **state)
{
    struct probe *probe = *state, second = {.loop = probe->loop};
    struct fake_qmp *silent = fake_qmp_unix(&probe->pump, NULL);
    struct fake_qmp *late = fake_qmp_unix(&probe->pump, NULL);
    int64_t begun = real_clock();

    fake_qmp_greets(silent, false);
    fake_qmp_model(late);
    fake_qmp_die(late);
    probe_begin(probe, fake_qmp_endpoint(silent));
    client_stop(&probe->client);
    pump_settle(&probe->pump);
    probe->client.now_ms = real_clock;
    client_start(&probe->client);
    probe_begin(&second, fake_qmp_endpoint(late));
    client_stop(&second.client);
    second.client.now_ms = real_clock;
    second.pump = probe->pump;
    client_start(&second.client);
    probe_await(&second, CLIENT_FAILED);

    fake_qmp_revive(late);
    second.pump = probe->pump;
    probe_await(&second, CLIENT_READY);
    probe_await(probe, CLIENT_BUSY);
    assert_true(real_clock() - begun >= SESSION_GREETING_MS);
    probe_await_deserted(probe, silent);
    client_release(&second.client);
    address_release(&second.address);
    client_release(&probe->client);
    fake_qmp_free(silent);
    fake_qmp_free(late);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, probe_setup, probe_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ready),
        TEST(test_ready_byte_by_byte_and_pretty),
        TEST(test_events_count_only_while_ready),
        TEST(test_calls),
        TEST(test_two_greetings_connect_anew_at_once),
        TEST(test_endless_greetings_are_given_up),
        TEST(test_busy_gives_the_place_back),
        TEST(test_busy_behind_a_real_client),
        TEST(test_seen_held_is_not_connected_to),
        TEST(test_the_last_of_another_does_not_hold),
        TEST(test_our_own_last_connection_does_not_hold),
        TEST(test_backlog_full_is_busy),
        TEST(test_an_event_is_no_greeting),
        TEST(test_blocked_monitor_is_kept),
        TEST(test_a_slow_greeting_is_awaited),
        TEST(test_an_endless_greeting_is_given_up),
        TEST(test_answers_to_others_are_told),
        TEST(test_gone_in_the_middle_of_an_answer),
        TEST(test_backoff_doubles_and_ready_resets_it),
        TEST(test_a_short_life_resets_nothing),
        TEST(test_waits_differ_by_chance),
        TEST(test_stop_and_start),
        TEST(test_stop_while_waiting),
        TEST(test_hopeless_address),
        TEST(test_peer_vanishes_at_every_step),
        TEST(test_timers_run),
    };

    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
