/* Connecting: to whom, with which options, and why not. */
#include "tests/qmp/carrier.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

static void expect_failure(struct carrier *carrier, const char *endpoint,
                           enum transport_failure failure, int error_number)
{
    carrier_open(carrier, endpoint);
    assert_true(carrier_await(carrier, carrier_is_closed));
    assert_int_equal(carrier->connected, 0);
    assert_int_equal(carrier->closed, 1);
    assert_int_equal(carrier->failure, failure);
    assert_int_equal(carrier->error_number, error_number);
    assert_string_equal(carrier->during, "connect");
}

static void both_ways(struct carrier *carrier, struct fake_qmp *fake)
{
    static const char command[] = "{\"execute\": \"ping\"}\r\n";

    fake_qmp_greets(fake, false);
    carrier_connect(carrier, fake);
    transport_send(&carrier->transport, command, strlen(command));
    assert_true(fake_qmp_await(fake, "ping", 1));
    assert_int_equal(fake_qmp_early_bytes(fake), strlen(command));
    fake_qmp_say(fake, "pong");
    assert_true(carrier_await(carrier, carrier_has_input));
    assert_string_equal(carrier->input, "pong");
    assert_int_equal(carrier->connected, 1);
    assert_int_equal(carrier->closed, 0);
}

static void test_unix_carries_bytes_both_ways(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);

    both_ways(carrier, fake);
    assert_int_equal(transport_peer_pid(&carrier->transport), getpid());
    transport_close(&carrier->transport);
    assert_int_equal(transport_peer_pid(&carrier->transport), -1);
    fake_qmp_free(fake);
}

static void test_tcp_carries_bytes_both_ways(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&carrier->pump);

    both_ways(carrier, fake);
    assert_int_equal(transport_peer_pid(&carrier->transport), -1);
    transport_close(&carrier->transport);
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
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&carrier->pump);
    int fd;

    carrier_connect(carrier, fake);
    fd = carrier->transport.fd;
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_int_not_equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
    assert_int_not_equal(option(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
    assert_in_range(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 1, 60000);
    transport_close(&carrier->transport);
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
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);

    fake_qmp_die(fake);
    expect_failure(carrier, fake_qmp_endpoint(fake), TRANSPORT_SYSTEM, ECONNREFUSED);
    fake_qmp_free(fake);
}

static void test_no_permission(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);
    bool is_root = geteuid() == 0;

    chmod(fake_qmp_endpoint(fake), 0);
    if (is_root) /* may connect to everything */
        assert_int_equal(seteuid(NOBODY), 0);
    expect_failure(carrier, fake_qmp_endpoint(fake), TRANSPORT_SYSTEM, EACCES);
    if (is_root)
        assert_int_equal(seteuid(0), 0);
    fake_qmp_free(fake);
}

static void test_tcp_refused(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&carrier->pump);

    fake_qmp_die(fake);
    expect_failure(carrier, fake_qmp_endpoint(fake), TRANSPORT_SYSTEM, ECONNREFUSED);
    fake_qmp_free(fake);
}

static void test_backlog_full(void **state)
{
    struct carrier *carrier = *state;
    struct fake_qmp *fake = fake_qmp_unix(&carrier->pump, NULL);
    struct carrier waiting[2] = {0}; /* a backlog of 1 holds two */

    fake_qmp_accepts(fake, false);
    for (size_t i = 0; i < 2; i++) {
        transport_init(&waiting[i].transport, carrier->loop, &carrier_events, &waiting[i]);
        carrier_open(&waiting[i], fake_qmp_endpoint(fake));
    }
    expect_failure(carrier, fake_qmp_endpoint(fake), TRANSPORT_QUEUE_FULL, EAGAIN);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(waiting[i].connected, 1);
        transport_release(&waiting[i].transport);
        address_release(&waiting[i].address);
    }
    fake_qmp_free(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CARRIER_TEST(test_unix_carries_bytes_both_ways),
        CARRIER_TEST(test_tcp_carries_bytes_both_ways),
        CARRIER_TEST(test_socket_options),
        CARRIER_TEST(test_missing_path),
        CARRIER_TEST(test_plain_file),
        CARRIER_TEST(test_dead_socket_file),
        CARRIER_TEST(test_no_permission),
        CARRIER_TEST(test_tcp_refused),
        CARRIER_TEST(test_backlog_full),
    };

    return cmocka_run_group_tests_name("transport_connect", tests, NULL, NULL);
}
