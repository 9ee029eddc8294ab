#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "qmp/client.h"
#include "tests/support/fake_qmp.h"
#include "tests/support/files.h"

#define NOBODY    65534
#define REPLY_MAX 16

/* A client under test with everything it told. Its clock moves only by pass(). */
struct probe {
    struct pump pump;
    struct ev_loop *loop;
    struct client client;
    struct address address;
    enum client_link links[64]; /* in order of being told */
    size_t link_count;
    char version[MESSAGE_VERSION_SIZE]; /* of the greeting that came with READY */
    size_t events;
    char last_event[64];
    int replies[REPLY_MAX], nothings[REPLY_MAX]; /* by call */
    size_t fds;
};

static int64_t clock_ms;

static int64_t fake_clock(void)
{
    return clock_ms;
}

static int64_t real_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_link(void *ctx, const struct message *greeting)
{
    struct probe *probe = ctx;

    assert_int_equal(greeting != NULL, probe->client.link == CLIENT_READY);
    assert_true(probe->link_count < 64);
    probe->links[probe->link_count++] = probe->client.link;
    if (greeting != NULL)
        assert_true(message_version(greeting, probe->version));
}

static void on_event(void *ctx, const struct message *event)
{
    struct probe *probe = ctx;

    probe->events++;
    snprintf(probe->last_event, sizeof(probe->last_event), "%s", event->event);
}

static const struct client_events events = {.link = on_link, .event = on_event};

static void on_reply(void *ctx, const struct message *reply)
{
    (*(int *)ctx)++;
    assert_non_null(reply);
}

static void on_nothing(void *ctx, const struct message *reply)
{
    (*(int *)ctx)++;
    assert_null(reply);
}

static int setup(void **state)
{
    struct probe *probe = calloc(1, sizeof(*probe));

    clock_ms = 1000000;
    probe->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&probe->pump, probe->loop);
    ev_run(probe->loop, EVRUN_NOWAIT);
    probe->fds = files_open_count();
    *state = probe;
    return 0;
}

static int teardown(void **state)
{
    struct probe *probe = *state;

    assert_int_equal(files_open_count(), probe->fds);
    address_release(&probe->address);
    ev_loop_destroy(probe->loop);
    free(probe);
    return 0;
}

static void begin(struct probe *probe, const char *endpoint)
{
    char error[ADDRESS_ERROR_SIZE];

    address_release(&probe->address);
    assert_true(address_parse(&probe->address, endpoint, error));
    assert_true(address_resolve(&probe->address, error));
    probe->link_count = 0;
    client_init(&probe->client, &probe->address, probe->loop, fake_clock, &events, probe);
    client_start(&probe->client);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
}

/* Time passes; a timer that is due by then fires. */
static void pass(struct probe *probe, int64_t ms)
{
    ev_timer *timer = &probe->client.timer;

    clock_ms += ms;
    if (!ev_is_active(timer))
        return;
    ev_timer_stop(probe->loop, timer);
    ev_invoke(probe->loop, timer, EV_TIMER);
}

struct link_wait {
    const struct client *client;
    enum client_link link;
};

static bool has_link(void *ctx)
{
    const struct link_wait *wait = ctx;

    return wait->client->link == wait->link;
}

static void await(struct probe *probe, enum client_link link)
{
    struct link_wait wait = {&probe->client, link};

    if (!pump_until(&probe->pump, has_link, &wait, PUMP_MS))
        fail_msg("link is %d, not %d: %s", probe->client.link, link, probe->client.reason);
}

static bool is_deserted(void *ctx)
{
    return !fake_qmp_has_client(ctx);
}

static void await_deserted(struct probe *probe, struct fake_qmp *fake)
{
    assert_true(pump_until(&probe->pump, is_deserted, fake, PUMP_MS));
}

static bool is_visited(void *ctx)
{
    return fake_qmp_has_client(ctx);
}

static void await_visit(struct probe *probe, struct fake_qmp *fake)
{
    assert_true(pump_until(&probe->pump, is_visited, fake, PUMP_MS));
    pump_settle(&probe->pump);
}

static void expect_reason(struct probe *probe, enum client_link link, const char *part)
{
    await(probe, link);
    if (strstr(probe->client.reason, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", probe->client.reason, part);
    assert_true(probe->client.retry_ms > clock_ms);
}

/* ---- a good QEMU ---- */

static void test_ready(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    begin(probe, fake_qmp_endpoint(fake));
    await(probe, CLIENT_READY);
    assert_int_equal(probe->link_count, 2);
    assert_string_equal(probe->version, "7.2.22");
    assert_string_equal(probe->client.reason, "");
    assert_int_equal(probe->client.retry_ms, 0);
    assert_int_equal(probe->client.peer, getpid());
    assert_int_equal(fake_qmp_count(fake, NULL), 1);
    assert_int_equal(fake_qmp_early_bytes(fake), 0);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_ready_byte_by_byte_and_pretty(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    fake_qmp_model(fake);
    fake_qmp_pretty(fake, true);
    fake_qmp_drips(fake, 1);
    begin(probe, fake_qmp_endpoint(fake));
    await(probe, CLIENT_READY);
    assert_string_equal(probe->version, "7.2.22");
    assert_int_equal(probe->client.peer, -1);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static bool has_event(void *ctx)
{
    return ((struct probe *)ctx)->events > 0;
}

static void test_events_count_only_while_ready(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    begin(probe, fake_qmp_endpoint(fake));
    await_visit(probe, fake);
    fake_qmp_event(fake, "STOP", NULL);
    fake_qmp_greet(fake);
    fake_qmp_event(fake, "SHUTDOWN", "{\"guest\": false}");
    assert_true(fake_qmp_negotiate(fake));
    fake_qmp_event(fake, "RESUME", NULL);
    assert_true(pump_until(&probe->pump, has_event, probe, PUMP_MS));
    assert_int_equal(probe->events, 1);
    assert_string_equal(probe->last_event, "RESUME");
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static bool all_replied(void *ctx)
{
    const struct probe *probe = ctx;

    return probe->replies[0] + probe->replies[1] == 2;
}

static void test_calls(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    fake_qmp_refuses(fake, "query-jobs", "GenericError", "no");
    begin(probe, fake_qmp_endpoint(fake));
    assert_false(client_call(&probe->client, COMMAND_QUERY_JOBS, NULL, on_reply, NULL));
    await(probe, CLIENT_READY);
    assert_true(
        client_call(&probe->client, COMMAND_QUERY_NAME, NULL, on_reply, &probe->replies[0]));
    assert_true(
        client_call(&probe->client, COMMAND_QUERY_JOBS, NULL, on_reply, &probe->replies[1]));
    assert_true(pump_until(&probe->pump, all_replied, probe, PUMP_MS));
    client_release(&probe->client);
    assert_int_equal(probe->replies[0], 1);
    assert_int_equal(probe->replies[1], 1);
    fake_qmp_free(fake);
}

/* ---- nobody there ---- */

static void expect_no_connection(struct probe *probe, const char *endpoint, const char *reason)
{
    begin(probe, endpoint);
    expect_reason(probe, CLIENT_FAILED, reason);
    client_release(&probe->client);
}

static void test_paths_that_are_no_monitor(void **state)
{
    struct probe *probe = *state;
    char path[256], below[270];

    files_path(path, sizeof(path), "odd");
    expect_no_connection(probe, path, "no such file");
    files_touch(path);
    expect_no_connection(probe, path, "is not a socket");
    snprintf(below, sizeof(below), "%s/qmp", path);
    expect_no_connection(probe, below, "not a folder");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_no_connection(probe, path, "is a folder");
    rmdir(path);
}

static void test_dead_socket_file(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_die(fake);
    expect_no_connection(probe, fake_qmp_endpoint(fake), "left by a dead QEMU");
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
    expect_no_connection(probe, fake_qmp_endpoint(fake), "permission denied");
    if (is_root)
        assert_int_equal(seteuid(0), 0);
    fake_qmp_free(fake);
}

static void test_tcp_refused(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    fake_qmp_die(fake);
    expect_no_connection(probe, fake_qmp_endpoint(fake), "nobody listens on that port");
    fake_qmp_free(fake);
}

static void test_tcp_without_answer(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    begin(probe, fake_qmp_endpoint(fake));
    assert_true(probe->client.transport.connecting);
    pass(probe, CLIENT_CONNECT_MS - 1);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    pass(probe, 1);
    expect_reason(probe, CLIENT_FAILED, "does not answer");
    client_release(&probe->client);
    fake_qmp_free(fake);
}

/* ---- somebody else there ---- */

static void expect_not_qmp(struct probe *probe, const char *bytes, size_t len,
                           const char *reason)
{
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    begin(probe, fake_qmp_endpoint(fake));
    await_visit(probe, fake);
    fake_qmp_send(fake, bytes, len);
    expect_reason(probe, CLIENT_FAILED, reason);
    await_deserted(probe, fake);
    assert_int_equal(fake_qmp_bytes(fake), 0);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_not_qmp(void **state)
{
    static const char hmp[] =
        "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ";
    static const char http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    static const char json[] = "{\"hello\": \"world\"}\r\n";
    size_t len = 2 * 1024 * 1024;
    char *endless = malloc(len);
    char reasons[4][CLIENT_REASON_SIZE];

    memset(endless, 'x', len);
    memcpy(endless, "{\"", 2);
    expect_not_qmp(*state, hmp, strlen(hmp), "human monitor");
    strcpy(reasons[0], ((struct probe *)*state)->client.reason);
    expect_not_qmp(*state, http, strlen(http), "");
    strcpy(reasons[1], ((struct probe *)*state)->client.reason);
    expect_not_qmp(*state, json, strlen(json), "QMP");
    strcpy(reasons[2], ((struct probe *)*state)->client.reason);
    expect_not_qmp(*state, endless, len, "1 MiB");
    strcpy(reasons[3], ((struct probe *)*state)->client.reason);
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(reasons[i], reasons[j]);
    free(endless);
}

static void test_garbage_while_ready(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    size_t before;

    fake_qmp_model(fake);
    fake_qmp_mutes(fake, "query-jobs");
    begin(probe, fake_qmp_endpoint(fake));
    await(probe, CLIENT_READY);
    assert_true(
        client_call(&probe->client, COMMAND_QUERY_JOBS, NULL, on_nothing, &probe->nothings[0]));
    assert_true(fake_qmp_await(fake, "query-jobs", 1));
    before = fake_qmp_bytes(fake);
    fake_qmp_say(fake, "\x01garbage");
    await(probe, CLIENT_FAILED);
    await_deserted(probe, fake);
    assert_int_equal(probe->nothings[0], 1);
    assert_int_equal(fake_qmp_bytes(fake), before);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_capabilities_refused(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    begin(probe, fake_qmp_endpoint(fake));
    assert_true(fake_qmp_expect(fake, "qmp_capabilities"));
    fake_qmp_error(fake, "GenericError", "not today");
    expect_reason(probe, CLIENT_FAILED, "not today");
    await_deserted(probe, fake);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

/* ---- a monitor that another client holds ---- */

static void test_busy_gives_the_place_back(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    begin(probe, fake_qmp_endpoint(fake));
    await_visit(probe, fake);
    pass(probe, SESSION_GREETING_MS - 1);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    pass(probe, 1);
    expect_reason(probe, CLIENT_BUSY, "another client holds this monitor");
    await_deserted(probe, fake);
    assert_int_equal(fake_qmp_bytes(fake), 0);
    assert_in_range(probe->client.retry_ms - clock_ms, CLIENT_BUSY_MIN_MS * 3 / 4,
                    CLIENT_BUSY_MIN_MS * 5 / 4);

    fake_qmp_model(fake);
    fake_qmp_greets(fake, true);
    pass(probe, CLIENT_BUSY_MIN_MS * 5 / 4);
    await(probe, CLIENT_READY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_busy_behind_a_real_client(void **state)
{
    struct probe *holder = *state;
    struct fake_qmp *fake = fake_qmp_unix(&holder->pump, NULL);
    struct probe second = {.loop = holder->loop};

    fake_qmp_model(fake);
    begin(holder, fake_qmp_endpoint(fake));
    await(holder, CLIENT_READY);
    begin(&second, fake_qmp_endpoint(fake));
    pump_settle(&holder->pump);
    assert_int_equal(second.client.session.state, SESSION_AWAIT_GREETING);
    pass(&second, SESSION_GREETING_MS);
    assert_int_equal(second.client.link, CLIENT_BUSY);

    client_stop(&holder->client);
    pass(&second, CLIENT_BUSY_MIN_MS * 5 / 4);
    second.pump = holder->pump;
    await(&second, CLIENT_READY);
    client_release(&second.client);
    address_release(&second.address);
    client_release(&holder->client);
    fake_qmp_free(fake);
}

static void test_backlog_full_is_busy(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    struct probe waiting[2] = {{.loop = probe->loop}, {.loop = probe->loop}};

    fake_qmp_accepts(fake, false);
    begin(&waiting[0], fake_qmp_endpoint(fake));
    begin(&waiting[1], fake_qmp_endpoint(fake));
    begin(probe, fake_qmp_endpoint(fake));
    expect_reason(probe, CLIENT_BUSY, "more are waiting");
    for (size_t i = 0; i < 2; i++) {
        client_release(&waiting[i].client);
        address_release(&waiting[i].address);
    }
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_an_event_is_no_greeting(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    begin(probe, fake_qmp_endpoint(fake));
    await_visit(probe, fake);
    fake_qmp_event(fake, "STOP", NULL);
    pump_settle(&probe->pump);
    pass(probe, SESSION_GREETING_MS);
    assert_int_equal(probe->client.link, CLIENT_BUSY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_blocked_monitor_is_kept(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    begin(probe, fake_qmp_endpoint(fake));
    assert_true(fake_qmp_expect(fake, "qmp_capabilities"));
    pass(probe, SESSION_GREETING_MS);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    assert_non_null(strstr(probe->client.reason, "does not answer"));
    pass(probe, 60000);
    assert_true(fake_qmp_has_client(fake));
    fake_qmp_return(fake, "{}");
    await(probe, CLIENT_READY);
    assert_string_equal(probe->client.reason, "");
    client_release(&probe->client);
    fake_qmp_free(fake);
}

/* ---- trying again ---- */

static void expect_wait(const struct probe *probe, int64_t ms)
{
    assert_in_range(probe->client.retry_ms - clock_ms, ms * 3 / 4, ms * 5 / 4);
}

static void fail_again(struct probe *probe, int64_t ms)
{
    pass(probe, probe->client.retry_ms - clock_ms - 1);
    assert_int_equal(probe->client.link, CLIENT_FAILED);
    pass(probe, 1);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    assert_string_not_equal(probe->client.reason, ""); /* of the last try */
    await(probe, CLIENT_FAILED);
    expect_wait(probe, ms);
}

static void test_backoff_doubles_and_ready_resets_it(void **state)
{
    static const int64_t waits[] = {2000, 4000, 8000, 16000, 30000, 30000};
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_die(fake);
    fake_qmp_model(fake);
    begin(probe, fake_qmp_endpoint(fake));
    await(probe, CLIENT_FAILED);
    expect_wait(probe, 1000);
    for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++)
        fail_again(probe, waits[i]);

    fake_qmp_revive(fake);
    pass(probe, 40000);
    await(probe, CLIENT_READY);
    fake_qmp_die(fake);
    expect_reason(probe, CLIENT_FAILED, "closed by the other side");
    expect_wait(probe, 1000);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_waits_differ_by_chance(void **state)
{
    struct probe *probe = *state;
    char path[256];
    bool differs = false;
    int64_t first = 0;

    files_path(path, sizeof(path), "nothing-here");
    for (int i = 0; i < 50; i++) {
        begin(probe, path);
        await(probe, CLIENT_FAILED);
        if (i == 0)
            first = probe->client.retry_ms - clock_ms;
        differs |= probe->client.retry_ms - clock_ms != first;
        client_release(&probe->client);
        clock_ms++;
    }
    assert_true(differs);
}

static void test_stop_and_start(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    fake_qmp_mutes(fake, "query-name");
    begin(probe, fake_qmp_endpoint(fake));
    await(probe, CLIENT_READY);
    client_start(&probe->client); /* changes nothing */
    assert_int_equal(probe->link_count, 2);
    assert_true(
        client_call(&probe->client, COMMAND_QUERY_NAME, NULL, on_nothing, &probe->nothings[0]));
    client_stop(&probe->client);
    client_stop(&probe->client);
    assert_int_equal(probe->nothings[0], 1);
    assert_int_equal(probe->client.link, CLIENT_CLOSED);
    assert_int_equal(probe->link_count, 3);
    await_deserted(probe, fake);
    assert_false(ev_is_active(&probe->client.timer));
    client_start(&probe->client);
    await(probe, CLIENT_READY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_stop_while_waiting(void **state)
{
    struct probe *probe = *state;
    char path[256];

    begin(probe, files_path(path, sizeof(path), "nothing-here"));
    await(probe, CLIENT_FAILED);
    client_stop(&probe->client);
    pass(probe, 100000);
    assert_int_equal(probe->client.link, CLIENT_CLOSED);
    assert_int_equal(probe->client.retry_ms, 0);
    client_release(&probe->client);
}

static void test_hopeless_address(void **state)
{
    struct probe *probe = *state;

    client_init(&probe->client, &probe->address, probe->loop, fake_clock, &events, probe);
    client_fail(&probe->client, "unknown host");
    client_start(&probe->client);
    client_stop(&probe->client);
    pass(probe, 100000);
    assert_int_equal(probe->client.link, CLIENT_FAILED);
    assert_string_equal(probe->client.reason, "unknown host");
    assert_int_equal(probe->link_count, 1);
    client_release(&probe->client);
}

/* ---- the peer goes, wherever the conversation is ---- */

static bool has_reply(void *ctx)
{
    return ((struct probe *)ctx)->nothings[0] == 1;
}

/* The whole conversation; the peer vanishes after `steps` of it. */
static void converse(struct probe *probe, struct fake_qmp *fake, int steps)
{
    if (steps-- == 0)
        return;
    await_visit(probe, fake);
    if (steps-- == 0)
        return;
    fake_qmp_say(fake, "{\"QMP\": {\"version\": {\"qe");
    pump_settle(&probe->pump);
    if (steps-- == 0)
        return;
    fake_qmp_say(fake, "mu\": {\"micro\": 1, \"minor\": 2, \"major\": 9}, \"package\": \"\"},"
                       " \"capabilities\": []}}\r\n");
    assert_true(fake_qmp_expect(fake, "qmp_capabilities"));
    if (steps-- == 0)
        return;
    fake_qmp_return(fake, "{}");
    await(probe, CLIENT_READY);
    for (size_t i = 0; i < REPLY_MAX; i++)
        assert_true(client_call(&probe->client, COMMAND_QUERY_JOBS, NULL,
                                i == 0 && steps > 2 ? on_reply : on_nothing,
                                &probe->nothings[i]));
    if (steps-- == 0)
        return;
    assert_true(fake_qmp_expect(fake, "query-jobs"));
    if (steps-- == 0)
        return;
    fake_qmp_say(fake, "{\"return\": [], \"i");
    pump_settle(&probe->pump);
    if (steps-- == 0)
        return;
    fake_qmp_say(fake, "gnored\": 1}\r\n");
    fake_qmp_return(fake, "[]");
    assert_true(pump_until(&probe->pump, has_reply, probe, PUMP_MS));
}

static void vanish(struct fake_qmp *fake, int way)
{
    if (way == 0)
        fake_qmp_hang_up(fake);
    else if (way == 1)
        fake_qmp_reset(fake);
    else
        fake_qmp_die(fake);
}

static void test_peer_vanishes_at_every_step(void **state)
{
    struct probe *probe = *state;

    for (int round = 0; round < 8 * 3 * 2; round++) {
        int steps = round / 6, way = round % 3;
        struct fake_qmp *fake =
            round % 2 ? fake_qmp_tcp(&probe->pump) : fake_qmp_unix(&probe->pump, NULL);

        memset(probe->nothings, 0, sizeof(probe->nothings));
        fake_qmp_greets(fake, false);
        begin(probe, fake_qmp_endpoint(fake));
        converse(probe, fake, steps);
        if (steps == 0)
            await_visit(probe, fake);
        vanish(fake, way);
        await(probe, CLIENT_FAILED);
        assert_int_equal(probe->link_count, steps < 4 ? 2 : 3);
        for (size_t i = 0; i < REPLY_MAX; i++)
            assert_int_equal(probe->nothings[i], steps < 4 ? 0 : 1);
        assert_true(ev_is_active(&probe->client.timer));
        assert_int_equal(probe->client.transport.fd, -1);
        client_release(&probe->client);
        fake_qmp_free(fake);
        assert_int_equal(files_open_count(), probe->fds);
    }
}

/* ---- with the real clock ---- */

static void test_timers_run(void **state)
{
    struct probe *probe = *state, second = {.loop = probe->loop};
    struct fake_qmp *silent = fake_qmp_unix(&probe->pump, NULL);
    struct fake_qmp *late = fake_qmp_unix(&probe->pump, NULL);
    int64_t begun = real_clock();

    fake_qmp_greets(silent, false);
    fake_qmp_model(late);
    fake_qmp_die(late);
    begin(probe, fake_qmp_endpoint(silent));
    client_stop(&probe->client);
    probe->client.now_ms = real_clock;
    client_start(&probe->client);
    begin(&second, fake_qmp_endpoint(late));
    client_stop(&second.client);
    second.client.now_ms = real_clock;
    second.pump = probe->pump;
    client_start(&second.client);
    await(&second, CLIENT_FAILED);

    fake_qmp_revive(late);
    second.pump = probe->pump;
    await(&second, CLIENT_READY);
    await(probe, CLIENT_BUSY);
    assert_true(real_clock() - begun >= SESSION_GREETING_MS);
    await_deserted(probe, silent);
    client_release(&second.client);
    address_release(&second.address);
    client_release(&probe->client);
    fake_qmp_free(silent);
    fake_qmp_free(late);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ready),
        TEST(test_ready_byte_by_byte_and_pretty),
        TEST(test_events_count_only_while_ready),
        TEST(test_calls),
        TEST(test_paths_that_are_no_monitor),
        TEST(test_dead_socket_file),
        TEST(test_no_permission),
        TEST(test_tcp_refused),
        TEST(test_tcp_without_answer),
        TEST(test_not_qmp),
        TEST(test_garbage_while_ready),
        TEST(test_capabilities_refused),
        TEST(test_busy_gives_the_place_back),
        TEST(test_busy_behind_a_real_client),
        TEST(test_backlog_full_is_busy),
        TEST(test_an_event_is_no_greeting),
        TEST(test_blocked_monitor_is_kept),
        TEST(test_backoff_doubles_and_ready_resets_it),
        TEST(test_waits_differ_by_chance),
        TEST(test_stop_and_start),
        TEST(test_stop_while_waiting),
        TEST(test_hopeless_address),
        TEST(test_peer_vanishes_at_every_step),
        TEST(test_timers_run),
    };

    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
