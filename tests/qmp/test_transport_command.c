/*
 * Bytes from a command that has ended before they were read, and who closes meanwhile; and
 * from another host without a word.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <errno.h>
#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qmp/transport.h"
#include "qmp/transport_child.h"
#include "qmp/transport_ssh.h"
#include "tests/support/fake_qmp.h"
#include "tests/support/fake_ssh.h"

static struct {
    struct pump pump;
    struct ev_loop *loop;
    struct transport transport;
    struct transport_hosts hosts;
    struct fake_ssh ssh;
    struct address address;
    int connected, closed;
    size_t received;
    enum transport_failure failure;
    int error_number;
    char words[320];
    void (*in_connected)(void), (*in_input)(void);
} room;

static void on_connected(void *ctx)
{
    (void)ctx;
    room.connected++;
    if (room.in_connected != NULL)
        room.in_connected();
}

static void on_input(void *ctx, const char *bytes, size_t len)
{
    (void)ctx, (void)bytes;
    room.received += len;
    if (room.in_input != NULL)
        room.in_input();
}

static void on_closed(void *ctx, enum transport_failure failure, int error_number,
                      const char *during)
{
    (void)ctx;
    room.closed++;
    room.failure = failure;
    room.error_number = error_number;
    snprintf(room.words, sizeof(room.words), "%s", during);
}

static const struct transport_events events = {on_connected, on_input, on_closed};

static int setup(void **state)
{
    (void)state;
    memset(&room, 0, sizeof(room));
    room.loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&room.pump, room.loop);
    transport_init(&room.transport, room.loop, &events, NULL);
    transport_hosts_init(&room.hosts, room.loop);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    transport_release(&room.transport);
    transport_hosts_release(&room.hosts);
    address_release(&room.address);
    fake_ssh_end(&room.ssh);
    ev_loop_destroy(room.loop);
    return 0;
}

static void open_to(const char *endpoint)
{
    char error[ADDRESS_ERROR_SIZE];

    address_release(&room.address);
    assert_true(address_parse(&room.address, endpoint, error));
    transport_open(&room.transport, &room.address);
}

/* All it has to say is in the socket then, and its end is not taken yet. */
static void await_child(void)
{
    siginfo_t info;

    while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) != 0)
        assert_int_equal(errno, EINTR);
}

static bool is_closed(void *ctx)
{
    (void)ctx;
    return room.closed > 0;
}

static bool is_connected(void *ctx)
{
    (void)ctx;
    return room.connected > 0;
}

static bool has_received(void *ctx)
{
    (void)ctx;
    return room.received > 0;
}

static void expect_end(const char *words)
{
    assert_true(pump_until(&room.pump, is_closed, NULL, PUMP_MS));
    assert_int_equal(room.closed, 1);
    assert_int_equal(room.failure, TRANSPORT_TOLD);
    assert_string_equal(room.words, words);
}

/* ---- the last words ---- */

static void test_all_is_heard_before_the_end(void **state)
{
    (void)state;
    open_to("exec:echo hello; echo bye >&2");
    await_child();
    expect_end("bye");
    assert_int_equal(room.connected, 1);
    assert_int_equal(room.received, strlen("hello\n"));
}

static ev_check slow;

static void on_check(struct ev_loop *loop, ev_check *watcher, int revents)
{
    (void)watcher, (void)revents;
    while (ev_time() - ev_now(loop) < 0.004)
        continue;
}

/* Keys come first: in a turn that took long nothing is read. */
static void make_turns_long(void)
{
    ev_check_init(&slow, on_check);
    ev_set_priority(&slow, EV_MAXPRI);
    ev_check_start(room.loop, &slow);
}

static void test_all_is_heard_in_a_busy_turn(void **state)
{
    (void)state;
    open_to("exec:echo hello; echo bye >&2");
    await_child();
    make_turns_long();
    expect_end("bye");
    ev_check_stop(room.loop, &slow);
    assert_int_equal(room.connected, 1);
    assert_int_equal(room.received, strlen("hello\n"));
}

static void close_it(void)
{
    transport_close(&room.transport);
}

static void test_who_closes_hears_no_more(void **state)
{
    (void)state;
    make_turns_long();
    room.in_connected = close_it;
    open_to("exec:echo hello");
    await_child();
    pump_settle(&room.pump);
    assert_int_equal(room.connected, 1);
    assert_int_equal(room.received, 0);

    room.in_connected = NULL;
    room.in_input = close_it;
    open_to("exec:echo hello");
    await_child();
    pump_settle(&room.pump);
    assert_int_equal(room.received, strlen("hello\n"));
    ev_check_stop(room.loop, &slow);
    assert_int_equal(room.closed, 0);
}

/* What the old command said is not taken for the new one's. */
static void reopen(void)
{
    room.in_connected = room.in_input = NULL;
    transport_close(&room.transport);
    transport_open(&room.transport, &room.address);
}

static void test_who_opens_anew_hears_the_new_one(void **state)
{
    (void)state;
    make_turns_long();
    room.in_connected = reopen;
    open_to("exec:echo hello");
    await_child();
    expect_end("the command ended");
    assert_int_equal(room.connected, 2);
    assert_int_equal(room.received, strlen("hello\n"));

    room.closed = room.connected = 0;
    room.received = 0;
    room.in_input = reopen;
    open_to("exec:echo hello");
    await_child();
    expect_end("the command ended");
    ev_check_stop(room.loop, &slow);
    assert_int_equal(room.connected, 2);
    assert_int_equal(room.received, 2 * strlen("hello\n"));
}

/* A line of its stderr that is longer than any row is cut, and odd bytes are blanks. */
static void test_an_endless_complaint(void **state)
{
    char wanted[TRANSPORT_CHILD_WORDS];

    (void)state;
    open_to("exec:printf 'a\\177\\001b' >&2; head -c 20000 /dev/zero | tr '\\0' x >&2; exit 1");
    memset(wanted, 'x', sizeof(wanted) - 1);
    memcpy(wanted, "a  b", 4);
    wanted[sizeof(wanted) - 1] = '\0';
    expect_end(wanted);
}

/* Woken without a byte it waits on; and it is gone once, however many ends it comes to. */
static void test_false_alarms_and_two_ends(void **state)
{
    (void)state;
    open_to("exec:exec sleep 1000");
    ev_feed_event(room.loop, &room.transport.read_watcher, EV_READ);
    ev_run(room.loop, EVRUN_NOWAIT);
    assert_true(room.transport.connecting);
    assert_int_equal(room.connected + room.closed, 0);
    transport_close(&room.transport);

    open_to("exec:exec <&-; echo hello; exec >&-; sleep 1000");
    assert_true(pump_until(&room.pump, is_connected, NULL, PUMP_MS));
    transport_send(&room.transport, "{}", 2); /* nobody reads it */
    assert_true(room.transport.failing);
    assert_true(pump_until(&room.pump, is_closed, NULL, PUMP_MS));
    assert_int_equal(room.closed, 1);
    assert_int_equal(room.failure, TRANSPORT_CLOSED_BY_PEER);
    assert_int_equal(room.received, strlen("hello\n"));
}

/* ---- another host ---- */

static void test_a_host_for_one_that_knows_none(void **state)
{
    (void)state;
    open_to("ssh://n/run/a.qmp");
    transport_hurry(&room.transport, &room.address); /* nothing to hurry */
    assert_true(pump_until(&room.pump, is_closed, NULL, PUMP_MS));
    assert_int_equal(room.failure, TRANSPORT_SYSTEM);
    assert_int_equal(room.error_number, ENOTSUP);
}

/* Carried to a socket that ends at once; a person's hurry has it tried anew. */
static void test_a_carried_socket_without_a_word(void **state)
{
    (void)state;
    fake_ssh_start(&room.ssh);
    struct fake_qmp *fake = fake_qmp_unix(&room.pump, fake_ssh_path(&room.ssh, "server"));
    fake_qmp_greets(fake, false);
    transport_use(&room.transport, &room.hosts);
    fake_ssh_plays(&room.ssh, "master", "echo 'no route' >&2; exit 255");
    open_to("ssh://n/run/a.qmp");
    expect_end("no route");
    fake_ssh_plays(&room.ssh, "master", "echo connected; exec sleep 1000");
    transport_hurry(&room.transport, &room.address);
    room.closed = 0;
    transport_open(&room.transport, &room.address);
    assert_true(pump_until(&room.pump, is_connected, NULL, PUMP_MS));
    assert_int_equal(transport_peer_pid(&room.transport), -1); /* ssh's, not QEMU's */
    pump_settle(&room.pump);
    fake_qmp_hang_up(fake);
    assert_true(pump_until(&room.pump, is_closed, NULL, PUMP_MS));
    assert_int_equal(room.failure, TRANSPORT_TOLD);
    assert_non_null(strstr(room.words, "ssh reaches the host, but not the socket"));
    fake_qmp_free(fake);
}

/* One that has spoken is only gone. */
static void test_a_carried_socket_after_its_words(void **state)
{
    (void)state;
    fake_ssh_start(&room.ssh);
    struct fake_qmp *fake = fake_qmp_unix(&room.pump, fake_ssh_path(&room.ssh, "server"));
    transport_use(&room.transport, &room.hosts);
    open_to("ssh://n/run/a.qmp");
    assert_true(pump_until(&room.pump, has_received, NULL, PUMP_MS));
    fake_qmp_hang_up(fake);
    assert_true(pump_until(&room.pump, is_closed, NULL, PUMP_MS));
    assert_int_equal(room.failure, TRANSPORT_CLOSED_BY_PEER);
    fake_qmp_free(fake);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_all_is_heard_before_the_end),
        TEST(test_all_is_heard_in_a_busy_turn),
        TEST(test_who_closes_hears_no_more),
        TEST(test_who_opens_anew_hears_the_new_one),
        TEST(test_an_endless_complaint),
        TEST(test_false_alarms_and_two_ends),
        TEST(test_a_host_for_one_that_knows_none),
        TEST(test_a_carried_socket_without_a_word),
        TEST(test_a_carried_socket_after_its_words),
    };

    return cmocka_run_group_tests_name("transport_command", tests, NULL, NULL);
}
