/* An endpoint that is lost is tried again, ever more rarely, until it is told to stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <string.h>

#include "tests/support/files.h"
#include "tests/support/probe.h"

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
    probe_end(probe, fake);
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
    probe_end(probe, fake);
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
    assert_true(client_call(&probe->client, COMMAND_QUERY_NAME, NULL, probe_on_nothing,
                            &probe->answered[0]));
    client_stop(&probe->client);
    client_stop(&probe->client);
    assert_int_equal(probe->answered[0], 1);
    assert_int_equal(probe->client.link, CLIENT_CLOSED);
    assert_int_equal(probe->link_count, 3);
    probe_await_deserted(probe, fake);
    assert_false(ev_is_active(&probe->client.timer));
    client_start(&probe->client);
    probe_await(probe, CLIENT_READY);
    probe_end(probe, fake);
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
                                i == 0 && steps > 2 ? probe_on_reply : probe_on_nothing,
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, probe_setup, probe_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_backoff_doubles_and_ready_resets_it),
        TEST(test_a_short_life_resets_nothing),
        TEST(test_waits_differ_by_chance),
        TEST(test_stop_and_start),
        TEST(test_stop_while_waiting),
        TEST(test_hopeless_address),
        TEST(test_peer_vanishes_at_every_step),
    };

    return cmocka_run_group_tests_name("client_again", tests, NULL, NULL);
}
