/*
 * The nth allocation of qmp/ fails, for every n until a scenario passes untouched: what
 * returns false says so, every question that was taken gets one answer or the news that
 * there is none, and nothing is left over.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <ev.h>

#include "qmp/address.h"
#include "qmp/buffer.h"
#include "qmp/client.h"
#include "qmp/command.h"
#include "qmp/session.h"
#include "qmp/stream.h"
#include "tests/support/files.h"
#include "tests/torture/peer.h"
#include "tests/torture/torture.h"

#define GREETING                                                                       \
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, " \
    "\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n"

#define N_MAX 500 /* no scenario has as many allocations */

/* Runs it with the first, second, ... allocation failing, once and for ever, until none
 * fails any more; nothing may be held afterwards. */
static void torture(void (*scenario)(void))
{
    for (int for_ever = 0; for_ever < 2; for_ever++) {
        unsigned long n = 1;
        for (; n < N_MAX; n++) {
            torture_allocations(n, for_ever == 1);
            scenario();
            bool failed = torture_end();
            if (torture_held() != 0)
                fail_msg("allocation %lu of a scenario: %zu pieces are left over", n,
                         torture_held());
            if (!failed)
                break;
        }
        assert_in_range(n, 2, N_MAX - 1);
    }
}

/* ---- buffer and stream ---- */

static void queue_bytes(void)
{
    static char bytes[1000];
    struct buffer buffer;
    size_t held, wanted = 0;
    buffer_init(&buffer, 4000);
    for (int i = 0; i < 6; i++) {
        memset(bytes, 'a' + i, sizeof bytes);
        wanted += buffer_append(&buffer, bytes, sizeof bytes) ? sizeof bytes : 0;
        (void)buffer_bytes(&buffer, &held);
        assert_int_equal(held, wanted);
    }
    if (wanted > 0)
        assert_in_range(buffer_bytes(&buffer, &held)[0], 'a', 'f');
    buffer_take(&buffer, held);
    buffer_release(&buffer);
}

static void test_buffer(void **state)
{
    (void)state;
    torture(queue_bytes);
}

/* What comes out is what went in, or an error; each feed ends in the middle of a document. */
static void cut_documents(void)
{
    static const char input[] = "1, 2, \"}\"]}\r\n{\"b\": {}}{\"c\": null}\n{\"a\": [";
    struct stream stream;
    const char *document;
    size_t len, count = 0;
    stream_init(&stream);
    stream_feed(&stream, "{\"a\": [", 7);
    (void)stream_next(&stream, &document, &len);
    for (int i = 0; i < 40; i++) {
        stream_feed(&stream, input, sizeof input - 1);
        enum stream_result result;
        while ((result = stream_next(&stream, &document, &len)) == STREAM_DOCUMENT) {
            assert_int_equal(document[2], "abc"[count % 3]);
            count++;
        }
        if (result == STREAM_BAD)
            break;
    }
    assert_true(stream.error == STREAM_NO_MEMORY || count == 120);
    stream_release(&stream);
}

static void test_stream(void **state)
{
    (void)state;
    torture(cut_documents);
}

/* ---- session ---- */

#define QUESTIONS 12

static struct {
    struct session session;
    size_t ready, failed, events, asked, answered;
    char reply[65536];
} told;

static void on_ready(void *ctx, const char *version)
{
    (void)ctx, (void)version;
    told.ready++;
}

static void on_event(void *ctx, const struct message *event)
{
    (void)ctx, (void)event;
    told.events++;
}

static void on_failed(void *ctx)
{
    (void)ctx;
    told.failed++;
}

static void on_reply(void *ctx, const struct message *reply)
{
    (void)ctx, (void)reply;
    told.answered++;
}

static const struct session_events events = {on_ready, on_event, on_failed};

static void hear(const char *text)
{
    session_input(&told.session, text, strlen(text), 0);
}

static void take_output(void)
{
    size_t len;
    (void)session_output(&told.session, &len);
    session_sent(&told.session, len);
}

/* A reply large enough for the stream to grow. */
static void hear_long_reply(unsigned id)
{
    size_t used = (size_t)snprintf(told.reply, sizeof told.reply, "{\"return\": [");
    for (int i = 0; i < 300; i++)
        used += (size_t)snprintf(told.reply + used, sizeof told.reply - used,
                                 "%s{\"id\": \"job-%d\", \"status\": \"running\"}",
                                 i > 0 ? ", " : "", i);
    snprintf(told.reply + used, sizeof told.reply - used, "], \"id\": %u}\r\n", id);
    hear(told.reply);
}

static void talk(void)
{
    char reply[64];
    memset(&told, 0, sizeof told);
    session_init(&told.session, &events, NULL);
    session_start(&told.session, 0);
    hear(GREETING);
    take_output();
    hear("{\"return\": {}, \"id\": 1}\r\n");
    for (int i = 0; i < QUESTIONS; i++)
        told.asked += session_call(&told.session, COMMAND_JOB_PAUSE,
                                   &(struct command_args){.job = "mirror0"}, on_reply, NULL, 0);
    take_output();
    for (unsigned i = 2; i < 2 + QUESTIONS / 2; i++) {
        snprintf(reply, sizeof reply, "{\"return\": {}, \"id\": %u}\r\n", i);
        hear(reply);
        hear("{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}}\n");
    }
    hear_long_reply(2 + QUESTIONS / 2);
    assert_true(told.failed == 0 || told.session.error == SESSION_ERROR_NO_MEMORY);
    assert_true(told.failed == 1 || told.ready == 1);
    session_end(&told.session);
    assert_int_equal(told.answered, told.asked);
    session_release(&told.session);
}

static void test_session(void **state)
{
    (void)state;
    torture(talk);
}

/* ---- commands ---- */

static char *whole[COMMAND_COUNT];
static const struct command_args arguments = {.job = "drive0", .number = 7, .uri = "tcp:h:1"};

/* Never half of one: block-job-cancel without its "force" would be another command. */
static void build_commands(void)
{
    for (enum command command = 0; command < COMMAND_COUNT; command++) {
        char *line = command_build(command, &arguments, 5);
        if (line != NULL)
            assert_string_equal(line, whole[command]);
        free(line);
    }
}

static void test_commands(void **state)
{
    (void)state;
    for (enum command command = 0; command < COMMAND_COUNT; command++)
        assert_non_null(whole[command] = command_build(command, &arguments, 5));
    torture(build_commands);
    for (enum command command = 0; command < COMMAND_COUNT; command++)
        free(whole[command]);
}

/* ---- address ---- */

static void take_apart(void)
{
    static const char *const endpoints[] = {"db-03=10.0.0.7:4444", "/run/vm/web-01.qmp",
                                            "tcp:[::1]:4444", "unix:./x.sock"};
    struct address address;
    char error[ADDRESS_ERROR_SIZE];
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++) {
        error[0] = '\0';
        if (!address_parse(&address, endpoints[i], error)) {
            assert_non_null(strstr(error, "memory"));
            continue;
        }
        assert_true(address_resolve(&address, error));
        assert_non_null(address.name);
        address_release(&address);
    }
}

static void test_address(void **state)
{
    (void)state;
    torture(take_apart);
}

/* ---- client ---- */

static const char *const answers[] = {"{\"return\": {}, \"id\": %s}\r\n",
                                      "{\"return\": [], \"id\": %s}\r\n", NULL};

static struct peer peer;
static struct ev_loop *loop;
static struct client client;
static int answered;

static int64_t now_ms(void)
{
    return (int64_t)(ev_time() * 1000);
}

static void on_answer(void *ctx, const struct message *reply)
{
    (void)ctx, (void)reply;
    answered++;
}

static void on_link(void *ctx, const char *version)
{
    (void)ctx, (void)version;
}

static const struct client_events client_events = {.link = on_link, .event = on_event};

static bool has_begun(void)
{
    return client.link == CLIENT_READY || client.link == CLIENT_FAILED;
}

static bool is_answered(void)
{
    return answered > 0 || client.link != CLIENT_READY;
}

/* The loop and the peer take turns until then; there is nothing to wait for in between. */
static void turn_until(bool (*met)(void))
{
    int64_t end_ms = now_ms() + 10000;
    while (!met()) {
        assert_true(now_ms() < end_ms);
        ev_run(loop, EVRUN_NOWAIT);
        peer_turn(&peer);
    }
}

static void connect_and_ask(void)
{
    struct address address;
    char error[ADDRESS_ERROR_SIZE];
    peer.next = 0;
    answered = 0;
    if (!address_parse(&address, peer.path, error))
        return;
    assert_true(address_resolve(&address, error));
    client_init(&client, &address, loop, now_ms, &client_events, NULL);
    client_start(&client);
    turn_until(has_begun);
    if (client.link == CLIENT_READY &&
        client_call(&client, COMMAND_QUERY_JOBS, NULL, on_answer, NULL)) {
        turn_until(is_answered);
        assert_int_equal(answered, 1);
    }
    if (client.link == CLIENT_FAILED)
        assert_non_null(strstr(client_reason(&client), "out of memory"));
    client_release(&client);
    address_release(&address);
    peer_drop(&peer);
}

static void test_client(void **state)
{
    (void)state;
    peer_open(&peer, "torture.qmp");
    peer.greeting = GREETING;
    peer.answers = answers;
    loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    connect_and_ask();
    assert_int_equal(answered, 1);
    size_t fds = files_open_count();
    torture(connect_and_ask);
    assert_int_equal(files_open_count(), fds);
    ev_loop_destroy(loop);
    peer_close(&peer);
}

int main(void)
{
    torture_json();

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer),  cmocka_unit_test(test_stream),
        cmocka_unit_test(test_session), cmocka_unit_test(test_commands),
        cmocka_unit_test(test_address), cmocka_unit_test(test_client),
    };
    return cmocka_run_group_tests_name("memory_qmp", tests, NULL, NULL);
}
