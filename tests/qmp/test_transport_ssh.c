/*
 * One ssh connection a host, and what becomes of those it carries when ssh fails, is slow or
 * refuses: with a command in ssh's place that does so when it is wanted.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qmp/ssh.h"
#include "qmp/transport.h"
#include "qmp/transport_child.h"
#include "qmp/transport_host.h"
#include "qmp/transport_ssh.h"
#include "tests/support/fake_qmp.h"
#include "tests/support/fake_ssh.h"

#define LINKS_MAX (SSH_FORWARDS_MAX + 2)
#define CANNOT    "echo 'channel 3: open failed: administratively prohibited: x' >&2; "
#define STAYS     "echo connected; exec sleep 1000"

struct link {
    struct address address;
    struct transport_ssh *link; /* NULL: given up */
    int ready, failed;
    char path[SOCKET_PATH_SIZE], words[320];
};

static struct {
    struct pump pump;
    struct ev_loop *loop;
    struct transport_hosts hosts;
    struct fake_ssh ssh;
    struct link links[LINKS_MAX];
    size_t count;
} room;

static void on_ready(void *ctx, const char *path)
{
    struct link *link = ctx;

    link->ready++;
    snprintf(link->path, sizeof(link->path), "%s", path);
}

static void on_failed(void *ctx, const char *words)
{
    struct link *link = ctx;

    link->failed++;
    link->link = NULL;
    snprintf(link->words, sizeof(link->words), "%s", words);
}

static const struct transport_ssh_events events = {on_ready, on_failed};

static int setup(void **state)
{
    (void)state;
    memset(&room, 0, sizeof(room));
    room.loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&room.pump, room.loop);
    transport_hosts_init(&room.hosts, room.loop);
    fake_ssh_start(&room.ssh);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < room.count; i++) {
        transport_ssh_leave(room.links[i].link);
        address_release(&room.links[i].address);
    }
    transport_hosts_release(&room.hosts);
    fake_ssh_end(&room.ssh);
    ev_loop_destroy(room.loop);
    return 0;
}

static void parse(struct address *address, const char *endpoint)
{
    char error[ADDRESS_ERROR_SIZE];

    if (address_is_host(endpoint))
        assert_true(address_parse_host(address, endpoint, error));
    else
        assert_true(address_parse(address, endpoint, error));
}

static struct link *join(const char *endpoint)
{
    assert_true(room.count < LINKS_MAX);
    struct link *link = &room.links[room.count++];

    parse(&link->address, endpoint);
    link->link = transport_ssh_join(&room.hosts, &link->address, &events, link);
    assert_non_null(link->link);
    assert_int_equal(link->ready + link->failed, 0); /* told by the loop only */
    return link;
}

static bool are_told(void *ctx)
{
    (void)ctx;
    for (size_t i = 0; i < room.count; i++)
        if (room.links[i].ready + room.links[i].failed == 0)
            return false;
    return true;
}

static void await_all(void)
{
    assert_true(pump_until(&room.pump, are_told, NULL, PUMP_MS));
}

static void expect_failed(const struct link *link, const char *words)
{
    assert_int_equal(link->failed, 1);
    assert_non_null(strstr(link->words, words));
}

/* ---- hosts ---- */

static void test_users_and_ports_are_connections_of_their_own(void **state)
{
    static const char *const hosts[] = {"ssh://n",    "ssh://a@n",    "ssh://b@n",
                                        "ssh://n:22", "ssh://a@n:22", "ssh://m"};
    size_t count = sizeof(hosts) / sizeof(hosts[0]);

    (void)state;
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < count; i++)
            (void)join(hosts[i]);
    await_all();
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), count);
    for (size_t i = 0; i < 2 * count; i++) {
        assert_int_equal(room.links[i].ready, 1);
        assert_string_equal(room.links[i].path, room.links[i % count].path);
    }
    assert_string_not_equal(room.links[0].path, room.links[1].path);
}

/* Who asks while a host rests hears the same, without another try; a person's hurry ends
 * the rest. */
static void test_a_host_that_failed_rests(void **state)
{
    struct address other = {.text = NULL};

    (void)state;
    fake_ssh_plays(&room.ssh, "master", "echo 'no route to n' >&2; exit 255");
    const struct link *first = join("ssh://n");
    await_all();
    expect_failed(first, "no route to n");
    const struct link *second = join("ssh://n/run/a.qmp");
    await_all();
    expect_failed(second, "no route to n");
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), 1);

    parse(&other, "ssh://m");
    transport_ssh_hurry(&room.hosts, &other); /* nobody has asked for that one */
    address_release(&other);
    transport_ssh_hurry(&room.hosts, &first->address);
    fake_ssh_plays(&room.ssh, "master", STAYS);
    const struct link *third = join("ssh://n");
    await_all();
    assert_int_equal(third->ready, 1);
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), 2);
}

/* ---- forwards ---- */

static void test_what_cannot_be_forwarded_is_told_to_those_alone(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "forward", "echo 'forwarding request failed' >&2; exit 255");
    const struct link *host = join("ssh://n"), *socket = join("ssh://n/run/a.qmp");
    await_all();
    assert_int_equal(host->ready, 1);
    assert_int_equal(host->failed, 0);
    expect_failed(socket, "forwarding request failed");
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), 1);
}

static bool is_asked(void *ctx)
{
    (void)ctx;
    return fake_ssh_count(&room.ssh, "forward") > 0;
}

static struct fake_qmp *serve(void)
{
    return fake_qmp_unix(&room.pump, fake_ssh_path(&room.ssh, "server"));
}

static void test_who_asks_while_ssh_is_asked_comes_next(void **state)
{
    struct fake_qmp *fake = serve();

    (void)state;
    fake_ssh_plays(&room.ssh, "forward",
                   "while [ ! -e go ]; do sleep 0.01; done\n"
                   "for word; do case $word in /*:*) ln server \"${word%%:*}\"; esac; done");
    const struct link *one = join("ssh://n/run/a.qmp");
    assert_true(pump_until(&room.pump, is_asked, NULL, PUMP_MS));
    const struct link *other = join("ssh://n/run/b.qmp"), *same = join("ssh://n/run/a.qmp");
    pump_turns(&room.pump, 10);
    assert_int_equal(fake_ssh_count(&room.ssh, "forward"), 1);
    folder_write(fake_ssh_path(&room.ssh, "go"), "", 0);
    await_all();
    assert_int_equal(one->ready + other->ready + same->ready, 3);
    assert_string_equal(one->path, same->path);
    assert_string_not_equal(one->path, other->path);
    assert_int_equal(fake_ssh_count(&room.ssh, "forward"), 2);
    fake_qmp_free(fake);
}

static void test_more_sockets_than_fit_one_command(void **state)
{
    struct fake_qmp *fake = serve();
    char endpoint[32];

    (void)state;
    for (int i = 0; i <= SSH_FORWARDS_MAX; i++) {
        snprintf(endpoint, sizeof(endpoint), "ssh://n/run/%d.qmp", i);
        (void)join(endpoint);
    }
    await_all();
    for (size_t i = 0; i < room.count; i++)
        assert_int_equal(room.links[i].ready, 1);
    assert_int_equal(fake_ssh_count(&room.ssh, "forward"), 2);
    fake_qmp_free(fake);
}

/* ---- silence ---- */

static void test_the_reason_of_silence(void **state)
{
    struct fake_qmp *fake = serve();

    (void)state;
    const struct link *socket = join("ssh://n/run/a.qmp"), *port = join("ssh://n/tcp:h:1");
    await_all();
    assert_non_null(strstr(transport_ssh_silence(socket->link), "it is missing, dead"));
    assert_non_null(strstr(transport_ssh_silence(port->link), "nothing listens on that port"));
    fake_qmp_free(fake);
}

static bool is_prohibited(void *ctx)
{
    return strstr(transport_ssh_silence(((struct link *)ctx)->link), "leads to no") != NULL;
}

/* ssh says so on its stderr, and stays. */
static void test_what_the_server_prohibits_is_the_reason(void **state)
{
    struct fake_qmp *fake = serve();

    (void)state;
    fake_ssh_plays(&room.ssh, "master", CANNOT STAYS);
    struct link *socket = join("ssh://n/run/a.qmp"), *port = join("ssh://n/tcp:h:1");
    await_all();
    assert_true(pump_until(&room.pump, is_prohibited, socket, PUMP_MS));
    assert_non_null(strstr(transport_ssh_silence(socket->link),
                           "leads to no sockets (AllowStreamLocalForwarding)"));
    assert_non_null(
        strstr(transport_ssh_silence(port->link), "leads to no such port (AllowTcpForwarding"));
    fake_qmp_free(fake);
}

/* ---- one connection ---- */

static void on_up(void *ctx)
{
    ((struct link *)ctx)->ready++;
}

static const struct transport_host_events host_events = {.up = on_up, .down = on_failed};

static bool is_over(void *ctx)
{
    return ((struct link *)ctx)->failed > 0;
}

/* Its deadline is 20 s: the loop is told that they are over. */
static void expect_patience_to_end(const char *script, const char *words)
{
    struct link told = {.ready = 0};
    struct transport_host host;

    fake_ssh_plays(&room.ssh, "master", script);
    transport_host_init(&host, room.loop, &(struct ssh_place){.host = "n"}, &host_events,
                        &told);
    transport_host_start(&host, fake_ssh_path(&room.ssh, "control"));
    assert_true(ev_is_active(&host.deadline));
    ev_feed_event(room.loop, &host.deadline, EV_TIMER);
    assert_true(pump_until(&room.pump, is_over, &told, PUMP_MS));
    expect_failed(&told, words);
    assert_int_equal(host.state, TRANSPORT_HOST_DOWN);
    assert_null(host.child);
    transport_child_finish();
}

static void test_a_host_that_is_not_reached_in_time(void **state)
{
    (void)state;
    expect_patience_to_end("exec sleep 1000", "ssh does not get through to the host");
}

static bool hears_no_more(void *ctx)
{
    return !ev_is_active(&((struct transport_host *)ctx)->output);
}

/* That it has connected is what it says; an end of its output is not. */
static void test_a_command_that_closes_its_output(void **state)
{
    struct link told = {.ready = 0};
    struct transport_host host;

    (void)state;
    fake_ssh_plays(&room.ssh, "master",
                   "exec >&- <&-; while [ ! -e go ]; do sleep 0.01; done; echo tired >&2");
    transport_host_init(&host, room.loop, &(struct ssh_place){.host = "n"}, &host_events,
                        &told);
    transport_host_start(&host, fake_ssh_path(&room.ssh, "control"));
    ev_feed_event(room.loop, &host.output, EV_READ); /* a false alarm */
    assert_true(pump_until(&room.pump, hears_no_more, &host, PUMP_MS));
    assert_int_equal(host.state, TRANSPORT_HOST_STARTING);
    folder_write(fake_ssh_path(&room.ssh, "go"), "", 0);
    assert_true(pump_until(&room.pump, is_over, &told, PUMP_MS));
    expect_failed(&told, "tired");
    assert_int_equal(told.ready, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_users_and_ports_are_connections_of_their_own),
        TEST(test_a_host_that_failed_rests),
        TEST(test_what_cannot_be_forwarded_is_told_to_those_alone),
        TEST(test_who_asks_while_ssh_is_asked_comes_next),
        TEST(test_more_sockets_than_fit_one_command),
        TEST(test_the_reason_of_silence),
        TEST(test_what_the_server_prohibits_is_the_reason),
        TEST(test_a_host_that_is_not_reached_in_time),
        TEST(test_a_command_that_closes_its_output),
    };

    return cmocka_run_group_tests_name("transport_ssh", tests, NULL, NULL);
}
