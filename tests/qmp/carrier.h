#ifndef QMPTOP_TESTS_QMP_CARRIER_H
#define QMPTOP_TESTS_QMP_CARRIER_H

/*
 * carrier: a transport under test with everything it told, and its loop. It does not know
 * what is carried.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdlib.h>
#include <string.h>

#include "qmp/transport.h"
#include "tests/support/fake_qmp.h"
#include "tests/support/files.h"

struct carrier {
    struct pump pump;
    struct ev_loop *loop;
    struct transport transport;
    struct address address;
    int connected, closed, inputs;
    enum transport_failure failure;
    int error_number;
    const char *during;
    char *input;
    size_t input_len, largest;
    bool closes_in_connected, closes_in_input, reopens_in_closed;
    size_t fds;
};

static inline void carrier_on_connected(void *ctx)
{
    struct carrier *carrier = ctx;

    carrier->connected++;
    if (carrier->closes_in_connected)
        transport_close(&carrier->transport);
}

static inline void carrier_on_input(void *ctx, const char *bytes, size_t len)
{
    struct carrier *carrier = ctx;

    carrier->inputs++;
    carrier->largest = len > carrier->largest ? len : carrier->largest;
    carrier->input = realloc(carrier->input, carrier->input_len + len + 1);
    memcpy(carrier->input + carrier->input_len, bytes, len);
    carrier->input_len += len;
    carrier->input[carrier->input_len] = '\0';
    if (carrier->closes_in_input)
        transport_close(&carrier->transport);
}

static inline void carrier_on_closed(void *ctx, enum transport_failure failure,
                                     int error_number, const char *during)
{
    struct carrier *carrier = ctx;

    carrier->closed++;
    carrier->failure = failure;
    carrier->error_number = error_number;
    carrier->during = during;
    assert_int_equal(carrier->transport.fd, -1);
    if (carrier->reopens_in_closed) {
        carrier->reopens_in_closed = false;
        transport_open(&carrier->transport, &carrier->address);
    }
}

static const struct transport_events carrier_events = {carrier_on_connected, carrier_on_input,
                                                       carrier_on_closed};

static inline int carrier_setup(void **state)
{
    struct carrier *carrier = calloc(1, sizeof(*carrier));

    carrier->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&carrier->pump, carrier->loop);
    transport_init(&carrier->transport, carrier->loop, &carrier_events, carrier);
    ev_run(carrier->loop, EVRUN_NOWAIT); /* whatever libev opens late is open now */
    carrier->fds = files_open_count();
    *state = carrier;
    return 0;
}

static inline int carrier_teardown(void **state)
{
    struct carrier *carrier = *state;

    transport_release(&carrier->transport);
    assert_int_equal(files_open_count(), carrier->fds);
    address_release(&carrier->address);
    ev_loop_destroy(carrier->loop);
    free(carrier->input);
    free(carrier);
    return 0;
}

/* Begins to connect. */
static inline void carrier_open(struct carrier *carrier, const char *endpoint)
{
    char error[ADDRESS_ERROR_SIZE];

    address_release(&carrier->address);
    assert_true(address_parse(&carrier->address, endpoint, error));
    assert_true(address_resolve(&carrier->address, error));
    transport_open(&carrier->transport, &carrier->address);
    assert_int_equal(carrier->connected + carrier->closed, 0);
}

static inline bool carrier_is_connected(void *ctx)
{
    return ((struct carrier *)ctx)->connected > 0;
}

static inline bool carrier_is_closed(void *ctx)
{
    return ((struct carrier *)ctx)->closed > 0;
}

static inline bool carrier_has_input(void *ctx)
{
    return ((struct carrier *)ctx)->input_len > 0;
}

/* Waits for one of these three. */
static inline bool carrier_await(struct carrier *carrier, pump_condition *met)
{
    return pump_until(&carrier->pump, met, carrier, PUMP_MS);
}

/* Connects, and the fake has it for a client. */
static inline void carrier_connect(struct carrier *carrier, struct fake_qmp *fake)
{
    carrier_open(carrier, fake_qmp_endpoint(fake));
    assert_true(carrier_await(carrier, carrier_is_connected));
    pump_settle(&carrier->pump);
    assert_true(fake_qmp_has_client(fake));
}

#define CARRIER_TEST(name) \
    cmocka_unit_test_setup_teardown(name, carrier_setup, carrier_teardown)

#endif
