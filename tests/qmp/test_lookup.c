#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "qmp/transport_lookup.h"
#include "tests/support/files.h"

/* A label of 64 letters is no host name: every resolver says so without a network. */
#define NO_HOST "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.y"

struct room {
    struct ev_loop *loop;
    struct lookup *lookup;
    int done;
    size_t fds;
};

static void on_done(void *ctx)
{
    struct room *room = ctx;

    room->done++;
    ev_break(room->loop, EVBREAK_ALL);
}

static int setup(void **state)
{
    struct room *room = calloc(1, sizeof(*room));

    if (room == NULL)
        return -1;
    room->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    room->fds = files_open_count();
    *state = room;
    return 0;
}

/* Neither a descriptor nor a child is left. */
static int teardown(void **state)
{
    struct room *room = *state;

    lookup_free(room->lookup);
    assert_int_equal(files_open_count(), room->fds);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    ev_loop_destroy(room->loop);
    free(room);
    return 0;
}

static void begin(struct room *room, const char *host)
{
    room->lookup = lookup_new(room->loop, host, "4444", on_done, room);
    assert_non_null(room->lookup);
    assert_int_equal(room->done, 0);
}

static const struct lookup_answer *answer_for(struct room *room, const char *host)
{
    begin(room, host);
    ev_run(room->loop, 0);
    assert_int_equal(room->done, 1);
    assert_int_equal(room->lookup->fd, -1);
    return &room->lookup->answer;
}

static void a_name_has_its_ipv4_address_first(void **state)
{
    const struct lookup_answer *answer = answer_for(*state, "localhost");
    const struct sockaddr_in *in = &answer->addresses[0].in;

    assert_true(answer->count >= 1);
    assert_int_equal(in->sin_family, AF_INET);
    assert_int_equal(in->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    assert_int_equal(ntohs(in->sin_port), 4444);
}

static void an_ipv6_address_is_one(void **state)
{
    const struct lookup_answer *answer = answer_for(*state, "::1");

    assert_int_equal(answer->count, 1);
    assert_int_equal(answer->addresses[0].any.sa_family, AF_INET6);
}

/* Woken without an answer it waits on. */
static void a_false_alarm_is_no_answer(void **state)
{
    struct room *room = *state;

    begin(room, "localhost");
    assert_int_equal(kill(room->lookup->child, SIGSTOP), 0);
    ev_feed_event(room->loop, &room->lookup->watcher, EV_READ);
    ev_run(room->loop, EVRUN_NOWAIT);
    assert_int_equal(kill(room->lookup->child, SIGCONT), 0);
    while (room->done == 0)
        ev_run(room->loop, EVRUN_ONCE);
    assert_true(room->lookup->answer.count >= 1);
}

static void an_unknown_name_says_why(void **state)
{
    const struct lookup_answer *answer = answer_for(*state, NO_HOST);

    assert_int_equal(answer->count, 0);
    assert_non_null(strstr(answer->error, "host \"xxxx"));
}

static void nobody_is_called_after_the_free(void **state)
{
    struct room *room = *state;

    begin(room, "localhost");
    lookup_free(room->lookup);
    room->lookup = NULL;
    ev_run(room->loop, EVRUN_NOWAIT);
    assert_int_equal(room->done, 0);
}

static void on_done_free(void *ctx)
{
    struct room *room = ctx;

    lookup_free(room->lookup);
    room->lookup = NULL;
    on_done(ctx);
}

static void it_may_be_freed_when_done(void **state)
{
    struct room *room = *state;

    room->lookup = lookup_new(room->loop, "localhost", "1", on_done_free, room);
    ev_run(room->loop, 0);
    assert_int_equal(room->done, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_name_has_its_ipv4_address_first), TEST(an_ipv6_address_is_one),
        TEST(a_false_alarm_is_no_answer),        TEST(an_unknown_name_says_why),
        TEST(nobody_is_called_after_the_free),   TEST(it_may_be_freed_when_done),
    };

    return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
