/* A connection once it is there: what it carries, how it ends, and calls from callbacks. */
#include "tests/qmp/carrier.h"

#include <errno.h>

/* ---- ends ---- */

static void test_last_words_then_eof(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);

    fake_qmp_greets(fake, false);
    carrier_connect(carrier, fake);
    fake_qmp_say(fake, "bye");
    fake_qmp_hang_up(fake);
    assert_true(carrier_await(carrier, carrier_is_closed));
    assert_string_equal(carrier->input, "bye");
    assert_int_equal(carrier->failure, TRANSPORT_CLOSED_BY_PEER);
    assert_int_equal(carrier->closed, 1);
    fake_qmp_free(fake);
}

static void test_reset_is_like_eof(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&carrier->pump);

    carrier_connect(carrier, fake);
    fake_qmp_reset(fake);
    assert_true(carrier_await(carrier, carrier_is_closed));
    assert_int_equal(carrier->failure, TRANSPORT_CLOSED_BY_PEER);
    assert_int_equal(carrier->closed, 1);
    fake_qmp_free(fake);
}

static void test_writing_to_the_dead_hears_their_last_words(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);

    fake_qmp_greets(fake, false);
    carrier_connect(carrier, fake);
    fake_qmp_say(fake, "shutting down");
    fake_qmp_hang_up(fake);
    transport_send(&carrier->transport, "{}", 2); /* EPIPE, and no SIGPIPE */
    transport_send(&carrier->transport, "{}", 2);
    assert_int_equal(carrier->closed, 0); /* told by the loop only */
    assert_true(carrier_await(carrier, carrier_is_closed));
    assert_string_equal(carrier->input, "shutting down");
    assert_int_equal(carrier->failure, TRANSPORT_CLOSED_BY_PEER);
    assert_int_equal(carrier->closed, 1);
    fake_qmp_free(fake);
}

static void test_peer_that_does_not_read(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);
    static char lump[TRANSPORT_OUTPUT_MAX / 2];

    carrier_connect(carrier, fake);
    fake_qmp_reads(fake, false);
    for (int i = 0; i < 100 && !carrier->transport.failing; i++)
        transport_send(&carrier->transport, lump, sizeof(lump));
    assert_int_equal(carrier->closed, 0);
    assert_true(carrier_await(carrier, carrier_is_closed));
    assert_int_equal(carrier->failure, TRANSPORT_NOT_READING);
    assert_string_equal(carrier->during, "write");
    fake_qmp_free(fake);
}

static void test_close_tells_nothing(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);

    carrier_connect(carrier, fake);
    transport_close(&carrier->transport);
    transport_close(&carrier->transport);
    transport_send(&carrier->transport, "{}", 2);
    pump_settle(&carrier->pump);
    assert_int_equal(carrier->closed, 0);
    assert_false(fake_qmp_has_client(fake));
    fake_qmp_free(fake);
}

/* ---- much and little ---- */

static void test_much_input_comes_whole_and_in_slices(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);
    size_t len = 1024 * 1024;
    char *bytes = malloc(len);

    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)('a' + i * 7 % 26);
    fake_qmp_greets(fake, false);
    carrier_connect(carrier, fake);
    fake_qmp_send(fake, bytes, len);
    fake_qmp_hang_up(fake);
    assert_true(carrier_await(carrier, carrier_is_closed));
    assert_int_equal(carrier->input_len, len);
    assert_memory_equal(carrier->input, bytes, len);
    assert_in_range(carrier->largest, 1, TRANSPORT_READ_MAX);
    free(bytes);
    fake_qmp_free(fake);
}

static void test_much_output_waits_for_a_slow_reader(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);
    size_t len = TRANSPORT_OUTPUT_MAX - 100;
    char *filler = malloc(len + 1);
    static const char head[] = "{\"execute\": \"long\", \"arguments\": {\"text\": \"";

    memset(filler, 'x', len);
    filler[len] = '\0';
    carrier_connect(carrier, fake);
    fake_qmp_reads(fake, false);
    transport_send(&carrier->transport, head, strlen(head));
    transport_send(&carrier->transport, filler, len);
    pump_settle(&carrier->pump);
    fake_qmp_reads(fake, true);
    transport_send(&carrier->transport, "\"}}", 3);
    assert_true(fake_qmp_await(fake, "long", 1));
    assert_int_equal(strlen(fake_qmp_argument(fake, "long", "text")), len + 2);
    assert_int_equal(carrier->closed, 0);
    free(filler);
    transport_close(&carrier->transport);
    fake_qmp_free(fake);
}

static void test_bytes_sent_while_connecting_wait(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);
    static const char command[] = "{\"execute\": \"early\"}";

    carrier_open(carrier, fake_qmp_endpoint(fake));
    transport_send(&carrier->transport, command, strlen(command));
    assert_true(fake_qmp_await(fake, "early", 1));
    transport_close(&carrier->transport);
    fake_qmp_free(fake);
}

/* ---- calls from callbacks ---- */

static void test_close_in_connected(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);

    carrier->closes_in_connected = true;
    carrier_open(carrier, fake_qmp_endpoint(fake));
    assert_true(carrier_await(carrier, carrier_is_connected));
    pump_settle(&carrier->pump);
    assert_int_equal(carrier->inputs + carrier->closed, 0);
    assert_int_equal(carrier->transport.fd, -1);
    fake_qmp_free(fake);
}

static void test_close_in_input(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);

    fake_qmp_greets(fake, false);
    carrier->closes_in_input = true;
    carrier_connect(carrier, fake);
    fake_qmp_say(fake, "more");
    pump_settle(&carrier->pump);
    assert_int_equal(carrier->inputs, 1);
    assert_int_equal(carrier->closed, 0);
    fake_qmp_free(fake);
}

static bool is_connected_twice(void *ctx)
{
    return ((struct carrier *)ctx)->connected == 2;
}

static void test_reopen_in_closed(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);

    carrier->reopens_in_closed = true;
    carrier_connect(carrier, fake);
    fake_qmp_hang_up(fake);
    assert_true(carrier_await(carrier, is_connected_twice));
    assert_int_equal(carrier->closed, 1);
    transport_close(&carrier->transport);
    fake_qmp_free(fake);
}

static void test_reopen_that_fails_is_told_as_well(void **state)
{
    struct carrier *carrier = *state;
    char path[256];

    carrier->reopens_in_closed = true;
    carrier_open(carrier, files_path(path, sizeof(path), "nothing-here"));
    assert_true(carrier_await(carrier, carrier_is_closed));
    pump_settle(&carrier->pump);
    assert_int_equal(carrier->closed, 2);
    assert_int_equal(carrier->connected, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CARRIER_TEST(test_last_words_then_eof),
        CARRIER_TEST(test_reset_is_like_eof),
        CARRIER_TEST(test_writing_to_the_dead_hears_their_last_words),
        CARRIER_TEST(test_peer_that_does_not_read),
        CARRIER_TEST(test_close_tells_nothing),
        CARRIER_TEST(test_much_input_comes_whole_and_in_slices),
        CARRIER_TEST(test_much_output_waits_for_a_slow_reader),
        CARRIER_TEST(test_bytes_sent_while_connecting_wait),
        CARRIER_TEST(test_close_in_connected),
        CARRIER_TEST(test_close_in_input),
        CARRIER_TEST(test_reopen_in_closed),
        CARRIER_TEST(test_reopen_that_fails_is_told_as_well),
    };

    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
