/*
 * The nth send() fails, or takes less than it was given: what can be said later is said
 * later and in order, byte for byte; what cannot ends the connection once, with words.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <ev.h>

#include "qmp/reason.h"
#include "qmp/transport.h"
#include "tests/support/files.h"
#include "tests/torture/peer.h"
#include "tests/torture/torture.h"

#define PIECES     40
#define PIECE_SIZE 1000
#define FOR_EVER   1000000

static struct peer peer;
static struct ev_loop *loop;
static struct transport transport;
static struct address address;
static char sent[PIECES * PIECE_SIZE], heard[4096];
static size_t sent_len, heard_len, closed;
static enum transport_failure failure;
static char reason[256];

static void on_connected(void *ctx)
{
    (void)ctx;
}

static void on_input(void *ctx, const char *bytes, size_t len)
{
    (void)ctx;
    assert_true(heard_len + len <= sizeof heard);
    memcpy(heard + heard_len, bytes, len);
    heard_len += len;
}

static void on_closed(void *ctx, enum transport_failure how, int error_number,
                      const char *during)
{
    (void)ctx;
    failure = how;
    reason_of_failure(reason, sizeof reason, &address, how, error_number, during);
    closed++;
}

static const struct transport_events events = {on_connected, on_input, on_closed};

static int set_up(void **state)
{
    char error[ADDRESS_ERROR_SIZE];
    (void)state;
    peer_open(&peer, "torture.qmp");
    loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    assert_true(address_parse(&address, peer.path, error));
    assert_true(address_resolve(&address, error));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    torture_sends(TORTURE_SEND_NONE, 0, 0);
    address_release(&address);
    ev_loop_destroy(loop);
    peer_close(&peer);
    return 0;
}

static void turn(void)
{
    ev_run(loop, EVRUN_NOWAIT);
    peer_turn(&peer);
}

static void open_it(void)
{
    heard_len = sent_len = closed = 0;
    transport_init(&transport, loop, &events, NULL);
    transport_open(&transport, &address);
    for (int i = 0; (transport.connecting || peer.fd < 0) && i < 1000; i++)
        turn();
    assert_false(transport.connecting);
}

static void close_it(void)
{
    torture_sends(TORTURE_SEND_NONE, 0, 0);
    transport_release(&transport);
    peer_drop(&peer);
    peer.len = peer.done = 0;
}

/* Pieces that differ, a turn of everybody after each. */
static void send_pieces(void)
{
    for (int i = 0; i < PIECES && closed == 0; i++) {
        char *piece = sent + sent_len;
        for (int k = 0; k < PIECE_SIZE; k++)
            piece[k] = (char)(' ' + (i * 7 + k) % 90);
        transport_send(&transport, piece, PIECE_SIZE);
        sent_len += PIECE_SIZE;
        turn();
    }
}

static void assert_all_arrives(void)
{
    int64_t turns = 0;
    while (peer.len < sent_len && turns++ < 200000)
        turn();
    assert_int_equal(peer.len, sent_len);
    assert_memory_equal(peer.bytes, sent, sent_len);
    assert_int_equal(closed, 0);
}

static void test_said_later(void **state)
{
    static const enum torture_send ways[] = {TORTURE_SEND_EAGAIN, TORTURE_SEND_EINTR,
                                             TORTURE_SEND_SHORT};
    static const unsigned long times[] = {1, 3, 50};
    (void)state;
    for (size_t way = 0; way < 3; way++)
        for (size_t i = 0; i < 3; i++)
            for (unsigned long n = 1; n <= PIECES; n += 3) {
                open_it();
                torture_sends(ways[way], n, times[i]);
                send_pieces();
                assert_all_arrives();
                assert_true(torture_send_count() >= n);
                close_it();
            }
}

/* One byte at a time, for ever. */
static void test_byte_by_byte(void **state)
{
    (void)state;
    open_it();
    torture_sends(TORTURE_SEND_SHORT, 1, FOR_EVER);
    send_pieces();
    assert_all_arrives();
    close_it();
}

/* A socket that takes nothing: the queue is bounded, and then it is given up. */
static void test_nothing_is_ever_taken(void **state)
{
    static char piece[PIECE_SIZE];
    size_t held;
    (void)state;
    open_it();
    torture_sends(TORTURE_SEND_EAGAIN, 1, FOR_EVER);
    for (int i = 0; i < 2 * TRANSPORT_OUTPUT_MAX / PIECE_SIZE && closed == 0; i++) {
        transport_send(&transport, piece, sizeof piece);
        (void)buffer_bytes(&transport.output, &held);
        assert_in_range(held, 0, TRANSPORT_OUTPUT_MAX);
        turn();
    }
    assert_int_equal(closed, 1);
    assert_int_equal(failure, TRANSPORT_NOT_READING);
    assert_string_equal(reason, "the other side does not read what is sent to it");
    assert_int_equal(transport.fd, -1);
    close_it();
}

static void test_gone(void **state)
{
    static const struct {
        enum torture_send how;
        enum transport_failure failure;
        const char *words;
    } ways[] = {
        {TORTURE_SEND_EPIPE, TRANSPORT_CLOSED_BY_PEER, "closed by the other side"},
        {TORTURE_SEND_ECONNRESET, TRANSPORT_CLOSED_BY_PEER, "closed by the other side"},
        {TORTURE_SEND_ENOBUFS, TRANSPORT_SYSTEM, "out of memory"},
    };
    static const char words[] = "last words";
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        for (unsigned long n = 1; n <= PIECES; n += 3) {
            open_it();
            torture_sends(ways[i].how, n, FOR_EVER);
            send_pieces();
            for (int k = 0; closed == 0 && k < 1000; k++)
                turn();
            assert_int_equal(closed, 1);
            assert_int_equal(failure, ways[i].failure);
            assert_string_equal(reason, ways[i].words);
            assert_int_equal(transport.fd, -1);
            assert_true(peer.len <= sent_len);
            assert_memory_equal(peer.bytes, sent, peer.len);
            transport_send(&transport, words, sizeof words);
            turn();
            assert_int_equal(closed, 1);
            close_it();
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_said_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_byte_by_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_is_ever_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gone, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("send", tests, NULL, NULL);
}
