/* A monitor that another client holds: it is given back, and not taken from who comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <string.h>

#include "qmp/unix_peers.h"
#include "tests/support/probe.h"

/* A fake that `holder` is connected to. */
static struct fake_qmp *hold(struct probe *holder)
{
    struct fake_qmp *fake = fake_qmp_unix(&holder->pump, NULL);

    fake_qmp_model(fake);
    probe_begin(holder, fake_qmp_endpoint(fake));
    probe_await(holder, CLIENT_READY);
    return fake;
}

/* It is let in at last; the end of all three. */
static void let_in(struct probe *second, struct probe *holder, struct fake_qmp *fake)
{
    second->pump = holder->pump;
    probe_await(second, CLIENT_READY);
    client_release(&second->client);
    address_release(&second->address);
    probe_end(holder, fake);
}

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
    probe_end(probe, fake);
}

static void test_busy_behind_a_real_client(void **state)
{
    struct probe *holder = *state;
    struct fake_qmp *fake = hold(holder);
    struct probe second = {.loop = holder->loop};

    probe_begin(&second, fake_qmp_endpoint(fake));
    pump_settle(&holder->pump);
    assert_int_equal(second.client.session.state, SESSION_AWAIT_GREETING);
    probe_pass(&second, SESSION_GREETING_MS);
    assert_int_equal(second.client.link, CLIENT_BUSY);

    client_stop(&holder->client);
    pump_settle(&holder->pump);
    probe_pass(&second, CLIENT_BUSY_MIN_MS * 5 / 4);
    let_in(&second, holder, fake);
}

/* A place in the queue cannot be given back. */
static void test_seen_held_is_not_connected_to(void **state)
{
    struct probe *holder = *state;
    struct fake_qmp *fake = hold(holder);
    struct probe second = {.loop = holder->loop};

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
    let_in(&second, holder, fake);
}

/* Another program has just left: QEMU notices that before we say that it holds. */
static void test_the_last_of_another_does_not_hold(void **state)
{
    struct probe *holder = *state;
    struct fake_qmp *fake = hold(holder);
    struct probe second = {.loop = holder->loop};

    probe_pass(holder, UNIX_PEERS_AGE_MS + 1);
    probe_init(&second, fake_qmp_endpoint(fake));
    client_start(&second.client);
    assert_int_not_equal(second.client.link, CLIENT_BUSY);
    client_stop(&holder->client);
    pump_settle(&holder->pump);
    probe_pass(&second, CLIENT_PARTING_MS);
    let_in(&second, holder, fake);
}

/* QEMU has not noticed yet that we left. */
static void test_our_own_last_connection_does_not_hold(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = hold(probe);

    probe_pass(probe, UNIX_PEERS_AGE_MS + 1);
    client_stop(&probe->client);
    client_start(&probe->client);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    probe_await(probe, CLIENT_READY);
    probe_end(probe, fake);
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
    probe_end(probe, fake);
}

/* Nobody is served there: a QEMU that is stopped, or whose main loop is stuck. */
static void test_who_lets_nobody_in_is_held_by_nobody(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_accepts(fake, false);
    probe_begin(probe, fake_qmp_endpoint(fake));
    pump_settle(&probe->pump);
    probe_pass(probe, SESSION_GREETING_MS);
    probe_expect_reason(probe, CLIENT_FAILED, "it lets nobody in");
    probe_pass(probe, CLIENT_BACKOFF_MIN_MS * 5 / 4);
    probe_pass(probe, CLIENT_PARTING_MS);
    probe_expect_reason(probe, CLIENT_FAILED, "it lets nobody in");
    probe_end(probe, fake);
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
    probe_end(probe, fake);
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
    probe_end(probe, fake);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, probe_setup, probe_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_busy_gives_the_place_back),
        TEST(test_busy_behind_a_real_client),
        TEST(test_seen_held_is_not_connected_to),
        TEST(test_the_last_of_another_does_not_hold),
        TEST(test_our_own_last_connection_does_not_hold),
        TEST(test_backlog_full_is_busy),
        TEST(test_who_lets_nobody_in_is_held_by_nobody),
        TEST(test_an_event_is_no_greeting),
        TEST(test_blocked_monitor_is_kept),
    };

    return cmocka_run_group_tests_name("client_busy", tests, NULL, NULL);
}
