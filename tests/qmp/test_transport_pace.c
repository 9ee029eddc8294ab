/* How fast a peer is read that never stops: the reckoning with made-up times, and a real
 * socket that is drained all the same. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qmp/transport.h"
#include "tests/support/fake_qmp.h"

static void is_about(double value, double wanted)
{
    assert_true(value > wanted - 1e-6 && value < wanted + 1e-6);
}

static void half_a_second_goes_by_at_full_speed(void **state)
{
    struct transport_pace pace = {0};

    (void)state;
    for (int i = 0; i < 5; i++)
        is_about(transport_pace_rest(&pace, 100, 1000., 50.), 0.);
    is_about(transport_pace_rest(&pace, 100, 1000., 50.), 0.1);
    is_about(transport_pace_rest(&pace, 100, 1000., 50.1), 0.1); /* it has rested for that */
    is_about(transport_pace_rest(&pace, 100, 1000., 50.25), 0.05);
    is_about(transport_pace_rest(&pace, 100, 1000., 60.), 0.); /* long paid for */
    is_about(transport_pace_rest(&pace, 900, 1000., 60.), 0.5);
}

/* ---- a real one ---- */

struct probe {
    struct pump pump;
    struct ev_loop *loop;
    struct transport transport;
    struct address address;
    int connected, closed;
    enum transport_failure failure;
    size_t received, rests;
};

static void on_connected(void *ctx)
{
    ((struct probe *)ctx)->connected++;
}

static void on_input(void *ctx, const char *bytes, size_t len)
{
    struct probe *probe = ctx;

    (void)bytes;
    probe->received += len;
    probe->rests += probe->transport.resting;
}

static void on_closed(void *ctx, enum transport_failure failure, int error_number,
                      const char *during)
{
    struct probe *probe = ctx;

    (void)error_number, (void)during;
    probe->closed++;
    probe->failure = failure;
}

static const struct transport_events events = {on_connected, on_input, on_closed};

static bool is_connected(void *ctx)
{
    return ((struct probe *)ctx)->connected > 0;
}

static bool is_resting(void *ctx)
{
    return ((struct probe *)ctx)->transport.resting;
}

static bool is_closed(void *ctx)
{
    return ((struct probe *)ctx)->closed > 0;
}

static int setup(void **state)
{
    struct probe *probe = calloc(1, sizeof(*probe));

    probe->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&probe->pump, probe->loop);
    transport_init(&probe->transport, probe->loop, &events, probe);
    *state = probe;
    return 0;
}

static int teardown(void **state)
{
    struct probe *probe = *state;

    transport_release(&probe->transport);
    address_release(&probe->address);
    ev_loop_destroy(probe->loop);
    free(probe);
    return 0;
}

/* A peer that says more than goes by at full speed, and then leaves. */
static struct fake_qmp *flood(struct probe *probe, size_t len)
{
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    char error[ADDRESS_ERROR_SIZE], *bytes = malloc(len);

    memset(bytes, 'x', len);
    fake_qmp_greets(fake, false);
    assert_true(address_parse(&probe->address, fake_qmp_endpoint(fake), error));
    transport_open(&probe->transport, &probe->address);
    assert_true(pump_until(&probe->pump, is_connected, probe, PUMP_MS));
    pump_settle(&probe->pump);
    fake_qmp_send(fake, bytes, len);
    free(bytes);
    return fake;
}

static void a_flood_is_rested_from_and_drained(void **state)
{
    struct probe *probe = *state;
    size_t len = TRANSPORT_RATE_MAX / 2 + 16 * TRANSPORT_READ_MAX;
    struct fake_qmp *fake = flood(probe, len);

    fake_qmp_hang_up(fake);
    assert_true(pump_until(&probe->pump, is_closed, probe, PUMP_MS));
    assert_int_equal(probe->failure, TRANSPORT_CLOSED_BY_PEER);
    assert_int_equal(probe->received, len);
    assert_true(probe->rests >= 10);
    fake_qmp_free(fake);
}

/* A failure does not wait for the rest to be over, and the socket is read until then. */
static void a_rest_ends_with_the_connection(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = flood(probe, TRANSPORT_RATE_MAX);
    char *much = calloc(1, TRANSPORT_OUTPUT_MAX + 1);

    assert_true(pump_until(&probe->pump, is_resting, probe, PUMP_MS));
    transport_send(&probe->transport, much, TRANSPORT_OUTPUT_MAX + 1);
    assert_false(probe->transport.resting);
    assert_true(pump_until(&probe->pump, is_closed, probe, PUMP_MS));
    assert_int_equal(probe->failure, TRANSPORT_NOT_READING);
    assert_true(probe->received < TRANSPORT_RATE_MAX);
    free(much);
    fake_qmp_free(fake);
}

static void a_close_ends_a_rest(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = flood(probe, TRANSPORT_RATE_MAX);
    size_t received;

    assert_true(pump_until(&probe->pump, is_resting, probe, PUMP_MS));
    received = probe->received;
    transport_close(&probe->transport);
    assert_false(probe->transport.resting);
    pump_settle(&probe->pump);
    assert_int_equal(probe->received, received);
    assert_int_equal(probe->closed, 0);
    fake_qmp_free(fake);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_a_second_goes_by_at_full_speed),
        TEST(a_flood_is_rested_from_and_drained),
        TEST(a_rest_ends_with_the_connection),
        TEST(a_close_ends_a_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
