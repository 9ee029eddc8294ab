#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qmp/transport.h"
#include "tests/support/fake_qmp.h"
#include "tests/support/files.h"

#define NOBODY 65534

/* A transport under test with everything it told. */
struct probe {
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

static void on_connected(void *ctx)
{
    struct probe *probe = ctx;

    probe->connected++;
    if (probe->closes_in_connected)
        transport_close(&probe->transport);
}

static void on_input(void *ctx, const char *bytes, size_t len)
{
    struct probe *probe = ctx;

    probe->inputs++;
    probe->largest = len > probe->largest ? len : probe->largest;
    probe->input = realloc(probe->input, probe->input_len + len + 1);
    memcpy(probe->input + probe->input_len, bytes, len);
    probe->input_len += len;
    probe->input[probe->input_len] = '\0';
    if (probe->closes_in_input)
        transport_close(&probe->transport);
}

static void on_closed(void *ctx, enum transport_failure failure, int error_number,
                      const char *during)
{
    struct probe *probe = ctx;

    probe->closed++;
    probe->failure = failure;
    probe->error_number = error_number;
    probe->during = during;
    assert_int_equal(probe->transport.fd, -1);
    if (probe->reopens_in_closed) {
        probe->reopens_in_closed = false;
        transport_open(&probe->transport, &probe->address);
    }
}

static const struct transport_events events = {on_connected, on_input, on_closed};

static int setup(void **state)
{
    struct probe *probe = calloc(1, sizeof(*probe));

    probe->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&probe->pump, probe->loop);
    transport_init(&probe->transport, probe->loop, &events, probe);
    ev_run(probe->loop, EVRUN_NOWAIT); /* whatever libev opens late is open now */
    probe->fds = files_open_count();
    *state = probe;
    return 0;
}

static int teardown(void **state)
{
    struct probe *probe = *state;

    transport_release(&probe->transport);
    assert_int_equal(files_open_count(), probe->fds);
    address_release(&probe->address);
    ev_loop_destroy(probe->loop);
    free(probe->input);
    free(probe);
    return 0;
}

static void open_to(struct probe *probe, const char *endpoint)
{
    char error[ADDRESS_ERROR_SIZE];

    address_release(&probe->address);
    assert_true(address_parse(&probe->address, endpoint, error));
    assert_true(address_resolve(&probe->address, error));
    transport_open(&probe->transport, &probe->address);
    assert_int_equal(probe->connected + probe->closed, 0);
}

static bool is_connected(void *ctx)
{
    return ((struct probe *)ctx)->connected > 0;
}

static bool is_closed(void *ctx)
{
    return ((struct probe *)ctx)->closed > 0;
}

static bool has_input(void *ctx)
{
    return ((struct probe *)ctx)->input_len > 0;
}

static bool await(struct probe *probe, pump_condition *met)
{
    return pump_until(&probe->pump, met, probe, PUMP_MS);
}

static void connect_to(struct probe *probe, struct fake_qmp *fake)
{
    open_to(probe, fake_qmp_endpoint(fake));
    assert_true(await(probe, is_connected));
    pump_settle(&probe->pump);
    assert_true(fake_qmp_has_client(fake));
}

static void expect_failure(struct probe *probe, const char *endpoint,
                           enum transport_failure failure, int error_number)
{
    open_to(probe, endpoint);
    assert_true(await(probe, is_closed));
    assert_int_equal(probe->connected, 0);
    assert_int_equal(probe->closed, 1);
    assert_int_equal(probe->failure, failure);
    assert_int_equal(probe->error_number, error_number);
    assert_string_equal(probe->during, "connect");
}

/* ---- connecting ---- */

static void both_ways(struct probe *probe, struct fake_qmp *fake)
{
    static const char command[] = "{\"execute\": \"ping\"}\r\n";

    fake_qmp_greets(fake, false);
    connect_to(probe, fake);
    transport_send(&probe->transport, command, strlen(command));
    assert_true(fake_qmp_await(fake, "ping", 1));
    assert_int_equal(fake_qmp_early_bytes(fake), strlen(command));
    fake_qmp_say(fake, "pong");
    assert_true(await(probe, has_input));
    assert_string_equal(probe->input, "pong");
    assert_int_equal(probe->connected, 1);
    assert_int_equal(probe->closed, 0);
}

static void test_unix_carries_bytes_both_ways(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    both_ways(probe, fake);
    assert_int_equal(transport_peer_pid(&probe->transport), getpid());
    transport_close(&probe->transport);
    assert_int_equal(transport_peer_pid(&probe->transport), -1);
    fake_qmp_free(fake);
}

static void test_tcp_carries_bytes_both_ways(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    both_ways(probe, fake);
    assert_int_equal(transport_peer_pid(&probe->transport), -1);
    transport_close(&probe->transport);
    fake_qmp_free(fake);
}

static int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof(value);

    assert_int_equal(getsockopt(fd, level, name, &value, &size), 0);
    return value;
}

static void test_socket_options(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);
    int fd;

    connect_to(probe, fake);
    fd = probe->transport.fd;
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_int_not_equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
    assert_int_not_equal(option(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
    assert_in_range(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 1, 60000);
    transport_close(&probe->transport);
    fake_qmp_free(fake);
}

static void test_missing_path(void **state)
{
    char path[256];

    expect_failure(*state, files_path(path, sizeof(path), "nothing-here"), TRANSPORT_SYSTEM,
                   ENOENT);
}

static void test_plain_file(void **state)
{
    char path[256];

    files_touch(files_path(path, sizeof(path), "plain"));
    expect_failure(*state, path, TRANSPORT_SYSTEM, ECONNREFUSED);
    unlink(path);
}

static void test_dead_socket_file(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_die(fake);
    expect_failure(probe, fake_qmp_endpoint(fake), TRANSPORT_SYSTEM, ECONNREFUSED);
    fake_qmp_free(fake);
}

static void test_no_permission(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    bool is_root = geteuid() == 0;

    chmod(fake_qmp_endpoint(fake), 0);
    if (is_root) /* may connect to everything */
        assert_int_equal(seteuid(NOBODY), 0);
    expect_failure(probe, fake_qmp_endpoint(fake), TRANSPORT_SYSTEM, EACCES);
    if (is_root)
        assert_int_equal(seteuid(0), 0);
    fake_qmp_free(fake);
}

static void test_tcp_refused(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    fake_qmp_die(fake);
    expect_failure(probe, fake_qmp_endpoint(fake), TRANSPORT_SYSTEM, ECONNREFUSED);
    fake_qmp_free(fake);
}

static void test_backlog_full(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    struct probe waiting[2] = {0}; /* a backlog of 1 holds two */

    fake_qmp_accepts(fake, false);
    for (size_t i = 0; i < 2; i++) {
        transport_init(&waiting[i].transport, probe->loop, &events, &waiting[i]);
        open_to(&waiting[i], fake_qmp_endpoint(fake));
    }
    expect_failure(probe, fake_qmp_endpoint(fake), TRANSPORT_QUEUE_FULL, EAGAIN);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(waiting[i].connected, 1);
        transport_release(&waiting[i].transport);
        address_release(&waiting[i].address);
    }
    fake_qmp_free(fake);
}

/* ---- ends ---- */

static void test_last_words_then_eof(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    connect_to(probe, fake);
    fake_qmp_say(fake, "bye");
    fake_qmp_hang_up(fake);
    assert_true(await(probe, is_closed));
    assert_string_equal(probe->input, "bye");
    assert_int_equal(probe->failure, TRANSPORT_CLOSED_BY_PEER);
    assert_int_equal(probe->closed, 1);
    fake_qmp_free(fake);
}

static void test_reset_is_like_eof(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    connect_to(probe, fake);
    fake_qmp_reset(fake);
    assert_true(await(probe, is_closed));
    assert_int_equal(probe->failure, TRANSPORT_CLOSED_BY_PEER);
    assert_int_equal(probe->closed, 1);
    fake_qmp_free(fake);
}

static void test_writing_to_the_dead_hears_their_last_words(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    connect_to(probe, fake);
    fake_qmp_say(fake, "shutting down");
    fake_qmp_hang_up(fake);
    transport_send(&probe->transport, "{}", 2); /* EPIPE, and no SIGPIPE */
    transport_send(&probe->transport, "{}", 2);
    assert_int_equal(probe->closed, 0); /* told by the loop only */
    assert_true(await(probe, is_closed));
    assert_string_equal(probe->input, "shutting down");
    assert_int_equal(probe->failure, TRANSPORT_CLOSED_BY_PEER);
    assert_int_equal(probe->closed, 1);
    fake_qmp_free(fake);
}

static void test_peer_that_does_not_read(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    static char lump[TRANSPORT_OUTPUT_MAX / 2];

    connect_to(probe, fake);
    fake_qmp_reads(fake, false);
    for (int i = 0; i < 100 && !probe->transport.failing; i++)
        transport_send(&probe->transport, lump, sizeof(lump));
    assert_int_equal(probe->closed, 0);
    assert_true(await(probe, is_closed));
    assert_int_equal(probe->failure, TRANSPORT_NOT_READING);
    assert_string_equal(probe->during, "write");
    fake_qmp_free(fake);
}

static void test_close_tells_nothing(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    connect_to(probe, fake);
    transport_close(&probe->transport);
    transport_close(&probe->transport);
    transport_send(&probe->transport, "{}", 2);
    pump_settle(&probe->pump);
    assert_int_equal(probe->closed, 0);
    assert_false(fake_qmp_has_client(fake));
    fake_qmp_free(fake);
}

/* ---- much and little ---- */

static void test_much_input_comes_whole_and_in_slices(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    size_t len = 1024 * 1024;
    char *bytes = malloc(len);

    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)('a' + i * 7 % 26);
    fake_qmp_greets(fake, false);
    connect_to(probe, fake);
    fake_qmp_send(fake, bytes, len);
    fake_qmp_hang_up(fake);
    assert_true(await(probe, is_closed));
    assert_int_equal(probe->input_len, len);
    assert_memory_equal(probe->input, bytes, len);
    assert_in_range(probe->largest, 1, TRANSPORT_READ_MAX);
    free(bytes);
    fake_qmp_free(fake);
}

static void test_much_output_waits_for_a_slow_reader(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    size_t len = TRANSPORT_OUTPUT_MAX - 100;
    char *filler = malloc(len + 1);
    static const char head[] = "{\"execute\": \"long\", \"arguments\": {\"text\": \"";

    memset(filler, 'x', len);
    filler[len] = '\0';
    connect_to(probe, fake);
    fake_qmp_reads(fake, false);
    transport_send(&probe->transport, head, strlen(head));
    transport_send(&probe->transport, filler, len);
    pump_settle(&probe->pump);
    fake_qmp_reads(fake, true);
    transport_send(&probe->transport, "\"}}", 3);
    assert_true(fake_qmp_await(fake, "long", 1));
    assert_int_equal(strlen(fake_qmp_argument(fake, "long", "text")), len + 2);
    assert_int_equal(probe->closed, 0);
    free(filler);
    transport_close(&probe->transport);
    fake_qmp_free(fake);
}

static void test_bytes_sent_while_connecting_wait(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    static const char command[] = "{\"execute\": \"early\"}";

    open_to(probe, fake_qmp_endpoint(fake));
    transport_send(&probe->transport, command, strlen(command));
    assert_true(fake_qmp_await(fake, "early", 1));
    transport_close(&probe->transport);
    fake_qmp_free(fake);
}

/* ---- calls from callbacks ---- */

static void test_close_in_connected(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    probe->closes_in_connected = true;
    open_to(probe, fake_qmp_endpoint(fake));
    assert_true(await(probe, is_connected));
    pump_settle(&probe->pump);
    assert_int_equal(probe->inputs + probe->closed, 0);
    assert_int_equal(probe->transport.fd, -1);
    fake_qmp_free(fake);
}

static void test_close_in_input(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    probe->closes_in_input = true;
    connect_to(probe, fake);
    fake_qmp_say(fake, "more");
    pump_settle(&probe->pump);
    assert_int_equal(probe->inputs, 1);
    assert_int_equal(probe->closed, 0);
    fake_qmp_free(fake);
}

static bool is_connected_twice(void *ctx)
{
    return ((struct probe *)ctx)->connected == 2;
}

static void test_reopen_in_closed(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    probe->reopens_in_closed = true;
    connect_to(probe, fake);
    fake_qmp_hang_up(fake);
    assert_true(await(probe, is_connected_twice));
    assert_int_equal(probe->closed, 1);
    transport_close(&probe->transport);
    fake_qmp_free(fake);
}

static void test_reopen_that_fails_is_told_as_well(void **state)
{
    struct probe *probe = *state;
    char path[256];

    probe->reopens_in_closed = true;
    open_to(probe, files_path(path, sizeof(path), "nothing-here"));
    assert_true(await(probe, is_closed));
    pump_settle(&probe->pump);
    assert_int_equal(probe->closed, 2);
    assert_int_equal(probe->connected, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_unix_carries_bytes_both_ways),
        TEST(test_tcp_carries_bytes_both_ways),
        TEST(test_socket_options),
        TEST(test_missing_path),
        TEST(test_plain_file),
        TEST(test_dead_socket_file),
        TEST(test_no_permission),
        TEST(test_tcp_refused),
        TEST(test_backlog_full),
        TEST(test_last_words_then_eof),
        TEST(test_reset_is_like_eof),
        TEST(test_writing_to_the_dead_hears_their_last_words),
        TEST(test_peer_that_does_not_read),
        TEST(test_close_tells_nothing),
        TEST(test_much_input_comes_whole_and_in_slices),
        TEST(test_much_output_waits_for_a_slow_reader),
        TEST(test_bytes_sent_while_connecting_wait),
        TEST(test_close_in_connected),
        TEST(test_close_in_input),
        TEST(test_reopen_in_closed),
        TEST(test_reopen_that_fails_is_told_as_well),
    };

    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
