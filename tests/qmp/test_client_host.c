#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <string.h>

#include "tests/support/probe.h"

static void test_a_host_name_is_looked_up_each_time(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);
    char endpoint[64];

    fake_qmp_model(fake);
    snprintf(endpoint, sizeof(endpoint), "localhost%s", strrchr(fake_qmp_endpoint(fake), ':'));
    probe_begin(probe, endpoint);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    probe_await(probe, CLIENT_READY);
    assert_null(probe->client.lookup);
    fake_qmp_die(fake);
    probe_expect_reason(probe, CLIENT_FAILED, "closed by the other side");
    fake_qmp_revive(fake);
    probe_pass(probe, 2 * CLIENT_BACKOFF_MIN_MS);
    probe_await(probe, CLIENT_READY);
    probe_end(probe, fake);
}

/* A label of 64 letters is no host name. */
static void test_an_unknown_host_is_tried_again(void **state)
{
    struct probe *probe = *state;
    char endpoint[80];

    snprintf(endpoint, sizeof(endpoint), "tcp:x%063d.y:1", 0);
    probe_begin(probe, endpoint);
    probe_expect_reason(probe, CLIENT_FAILED, "host \"x000000");
    probe_pass(probe, 2 * CLIENT_BACKOFF_MIN_MS);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    client_stop(&probe->client);
    assert_null(probe->client.lookup);
    client_release(&probe->client);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, probe_setup, probe_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_host_name_is_looked_up_each_time),
        TEST(test_an_unknown_host_is_tried_again),
    };

    return cmocka_run_group_tests_name("client host", tests, NULL, NULL);
}
