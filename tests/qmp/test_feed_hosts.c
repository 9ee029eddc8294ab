/*
 * Hosts that are looked at again and again: what they find, that they fail in many ways and
 * say which, and when the next look is; with a command in ssh's place and a clock that moves
 * when the test says so.
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

#include "qmp/feed_discover.h"
#include "tests/support/fake_ssh.h"
#include "tests/support/pump.h"

#define HEAD "echo; echo 'qmptop survey 1'; "
#define TAIL "echo 'qmptop survey ends'"
#define ONE  "echo s/run/qemu-server/104.qmp; "
#define KVM  "printf 'p17\\n=kvm\\n=-name\\n=web\\n=-qmp\\n=unix:/run/a.qmp,server=on\\n"
#define PAIR KVM "=-qmp\\n=unix:/run/b.qmp,server=on\\n\\nc/\\n'; "

static struct {
    struct pump pump;
    struct ev_loop *loop;
    struct fleet fleet;
    struct feed_links links;
    struct feed_discover discover;
    struct fake_ssh ssh;
} room;

static int64_t now_ms;

static int64_t the_clock(void)
{
    return now_ms;
}

static int setup(void **state)
{
    (void)state;
    memset(&room, 0, sizeof(room));
    now_ms = 1000000;
    room.loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&room.pump, room.loop);
    fake_ssh_start(&room.ssh);
    fleet_init(&room.fleet);
    feed_links_init(&room.links, &room.fleet, room.loop, the_clock);
    feed_discover_init(&room.discover, &room.links);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    feed_discover_release(&room.discover);
    feed_links_release(&room.links);
    fleet_release(&room.fleet);
    fake_ssh_end(&room.ssh);
    ev_loop_destroy(room.loop);
    return 0;
}

static const struct target *host(size_t i)
{
    return feed_hosts_target(&room.discover.hosts, i);
}

static void begin(const char *const *endpoints, size_t count)
{
    char error[ADDRESS_ERROR_SIZE];

    assert_true(feed_discover_begin(&room.discover, endpoints, count, now_ms, error));
    assert_false(feed_hosts_are_known(&room.discover.hosts));
}

static bool are_known(void *ctx)
{
    (void)ctx;
    return feed_hosts_are_known(&room.discover.hosts);
}

static void begin_one(const char *endpoint)
{
    begin(&endpoint, 1);
    feed_hosts_open(&room.discover.hosts);
    feed_hosts_open(&room.discover.hosts);
    assert_int_equal(host(0)->link, TARGET_CONNECTING);
    assert_true(pump_until(&room.pump, are_known, NULL, PUMP_MS));
}

/* ---- reasons ---- */

static void expect_reason(const char *shell, const char *reason)
{
    fake_ssh_plays(&room.ssh, "shell", shell);
    begin_one("ssh://n");
    assert_int_equal(host(0)->link, TARGET_FAILED);
    assert_string_equal(host(0)->reason, reason);
    assert_int_equal(room.links.count, 0);
}

static void test_a_login_that_is_no_shell(void **state)
{
    (void)state;
    expect_reason("echo; echo; printf 'Welcome to \\033[1mjuniper\\n> '",
                  "no shell there tells its sockets; it says: Welcome to \\x1b[1mjuniper");
}

static void test_a_login_that_says_one_word(void **state)
{
    (void)state;
    expect_reason("printf no", "no shell there tells its sockets; it says: no");
}

static void test_a_login_that_says_nothing(void **state)
{
    (void)state;
    expect_reason("echo 'this account is closed' >&2; exit 1",
                  "no shell there tells its sockets: this account is closed");
}

static void test_a_host_without_sockets(void **state)
{
    (void)state;
    expect_reason(HEAD TAIL, "no QMP socket found there, by the command lines of QEMUs or "
                             "where managers keep theirs");
}

/* ---- again and again ---- */

static bool is_looked_at(void *ctx)
{
    (void)ctx;
    return host(0)->link == TARGET_UP || host(0)->retry_ms > 0;
}

/* The next look begins then, and not before. */
static void expect_look_after(int64_t ms)
{
    now_ms += ms - 1;
    feed_discover_tick(&room.discover, now_ms);
    assert_int_equal(host(0)->link, TARGET_FAILED);
    assert_int_equal(host(0)->retry_ms, now_ms + 1);
    now_ms++;
    feed_discover_tick(&room.discover, now_ms);
    assert_int_equal(host(0)->retry_ms, 0);
    assert_true(pump_until(&room.pump, is_looked_at, NULL, PUMP_MS));
}

static void test_failures_are_tried_ever_less_often(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell", "exit 1");
    begin_one("ssh://n");
    for (int64_t ms = FEED_HOSTS_RETRY_MS; ms < FEED_HOSTS_MS; ms *= 2)
        expect_look_after(ms);
    expect_look_after(FEED_HOSTS_MS);
    expect_look_after(FEED_HOSTS_MS);
    fake_ssh_plays(&room.ssh, "shell", HEAD ONE TAIL);
    expect_look_after(FEED_HOSTS_MS);
    assert_int_equal(host(0)->link, TARGET_UP);
    assert_int_equal(room.links.count, 1);
}

static bool has_failed(void *ctx)
{
    (void)ctx;
    return host(0)->link == TARGET_FAILED;
}

/* Its row and its socket are there meanwhile. */
static void test_one_that_is_up_is_looked_at_in_passing(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell", HEAD ONE TAIL);
    begin_one("ssh://n");
    assert_int_equal(host(0)->link, TARGET_UP);
    assert_int_equal(host(0)->leads_count, 1);
    assert_string_equal(room.links.all[0]->address.text, "ssh://n/run/qemu-server/104.qmp");

    fake_ssh_plays(&room.ssh, "shell", HEAD TAIL);
    now_ms += FEED_HOSTS_MS;
    feed_discover_tick(&room.discover, now_ms);
    assert_int_equal(host(0)->link, TARGET_UP);
    assert_true(pump_until(&room.pump, has_failed, NULL, PUMP_MS));
    assert_int_equal(host(0)->leads_count, 0);
    assert_int_equal(room.links.count, 1);
}

static void test_a_person_hurries_one_of_them(void **state)
{
    static const char *const endpoints[] = {"ssh://n", "ssh://m"};

    (void)state;
    fake_ssh_plays(&room.ssh, "shell", "exit 1");
    begin(endpoints, 2);
    assert_true(feed_hosts_hurry(&room.discover.hosts, host(1))); /* once it is opened */
    pump_settle(&room.pump);
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), 0);
    feed_hosts_open(&room.discover.hosts);
    assert_true(pump_until(&room.pump, are_known, NULL, PUMP_MS));
    assert_true(feed_hosts_hurry(&room.discover.hosts, host(1)));
    assert_true(host(0)->retry_ms > 0);
    assert_int_equal(host(1)->retry_ms, 0);
    assert_null(host(2));
    assert_false(feed_hosts_hurry(&room.discover.hosts, host(2)));
}

static void test_closed_ones_are_not_looked_at(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell", "exit 1");
    begin_one("ssh://n");
    feed_hosts_close(&room.discover.hosts);
    feed_hosts_close(&room.discover.hosts);
    assert_int_equal(host(0)->link, TARGET_CLOSED);
    now_ms += 2 * FEED_HOSTS_MS;
    feed_discover_tick(&room.discover, now_ms);
    assert_int_equal(host(0)->link, TARGET_CLOSED);
}

static bool leads_to(void *ctx)
{
    return host(0)->leads_count == *(const size_t *)ctx;
}

/* A host may lie: what it names anew with each look comes to an end. */
static void test_a_host_that_names_new_sockets_for_ever(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell",
                   "n=$(wc -l <shell.log); " HEAD
                   "i=$((600+n)); while [ $i -gt 0 ]; do echo s/run/qemu-server/$n-$i.qmp; "
                   "i=$((i-1)); done; " TAIL);
    begin_one("ssh://n");
    for (size_t named = 602; named < 606; named++) {
        now_ms += FEED_HOSTS_MS;
        feed_discover_tick(&room.discover, now_ms);
        assert_true(pump_until(&room.pump, leads_to, &named, PUMP_MS));
    }
    assert_int_equal(room.links.count, 601 + 602); /* the first two looks: over SURVEY_MAX */
}

/* ---- telling ---- */

static char *text_of(void (*write)(FILE *out))
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    write(out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void complain(FILE *out)
{
    assert_int_equal(feed_hosts_complain(&room.discover.hosts, out), 1);
}

static void list(FILE *out)
{
    feed_discover_write(&room.discover, out, false);
}

static void expect_parts(char *text, const char *const *parts)
{
    for (; *parts != NULL; parts++)
        if (strstr(text, *parts) == NULL)
            fail_msg("no \"%s\" in:\n%s", *parts, text);
    free(text);
}

/* One of two monitors of a QEMU is connected to, a manager's is so called, and the host that
 * failed says why, in ASCII. */
static void test_the_lists(void **state)
{
    static const char *const endpoints[] = {"ssh://n", "ssh://m"};

    (void)state;
    fake_ssh_plays(&room.ssh, "master",
                   "for word; do :; done; [ \"$word\" = n ] || "
                   "{ echo 'kein Weg f\303\274r m' >&2; exit 255; }; "
                   "echo connected; exec sleep 1000");
    fake_ssh_plays(&room.ssh, "shell", HEAD PAIR ONE TAIL);
    begin(endpoints, 2);
    feed_hosts_open(&room.discover.hosts);
    assert_true(pump_until(&room.pump, are_known, NULL, PUMP_MS));
    expect_parts(text_of(complain), (const char *const[]){"qmptop: ssh://m: kein Weg f", NULL});
    expect_parts(
        text_of(list),
        (const char *const[]){"web                       17  ssh://n/run/a.qmp\n",
                              "ssh://n/run/b.qmp  (left alone: the same QEMU)",
                              "ssh://n/run/qemu-server/104.qmp  (Proxmox VE visits it)", NULL});
    expect_parts(feed_discover_json(&room.discover),
                 (const char *const[]){"\"endpoint\":\"ssh://n\"", "\"leads_to\":3",
                                       "\"leads_to\":0,\"reason\":\"kein Weg",
                                       "\"manager\":\"Proxmox VE\"", "\"left_alone\":true",
                                       NULL});
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_login_that_is_no_shell),
        TEST(test_a_login_that_says_one_word),
        TEST(test_a_login_that_says_nothing),
        TEST(test_a_host_without_sockets),
        TEST(test_failures_are_tried_ever_less_often),
        TEST(test_one_that_is_up_is_looked_at_in_passing),
        TEST(test_a_person_hurries_one_of_them),
        TEST(test_closed_ones_are_not_looked_at),
        TEST(test_a_host_that_names_new_sockets_for_ever),
        TEST(test_the_lists),
    };

    return cmocka_run_group_tests_name("feed_hosts", tests, NULL, NULL);
}
