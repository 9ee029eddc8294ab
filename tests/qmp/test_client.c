/* One endpoint, from the connection to answers: good QEMUs, slow ones and odd ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/probe.h"

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
    probe_end(probe, fake);
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
    probe_end(probe, fake);
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
    probe_end(probe, fake);
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
    assert_false(client_call(&probe->client, COMMAND_QUERY_JOBS, NULL, probe_on_reply, NULL));
    probe_await(probe, CLIENT_READY);
    assert_true(client_call(&probe->client, COMMAND_QUERY_NAME, NULL, probe_on_reply,
                            &probe->answered[0]));
    assert_true(client_call(&probe->client, COMMAND_QUERY_JOBS, NULL, probe_on_reply,
                            &probe->answered[1]));
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
    probe_end(probe, visits.fake);
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
    probe_end(probe, visits.fake);
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
    probe_end(probe, fake);
}

static void test_an_endless_greeting_is_given_up(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    begin_to_greet(probe, fake);
    probe_pass(probe, CLIENT_GREETING_MS - SESSION_GREETING_MS);
    probe_expect_reason(probe, CLIENT_FAILED, "its greeting does not come to an end");
    probe_await_deserted(probe, fake);
    probe_end(probe, fake);
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
    probe_end(probe, fake);
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
    probe_end(probe, fake);
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
        TEST(test_a_slow_greeting_is_awaited),
        TEST(test_an_endless_greeting_is_given_up),
        TEST(test_answers_to_others_are_told),
        TEST(test_gone_in_the_middle_of_an_answer),
        TEST(test_timers_run),
    };

    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
