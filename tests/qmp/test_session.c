#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json_object.h>

#include "qmp/session.h"

#define GREETING                                                                       \
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, " \
    "\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n"

/* What a session told, one word after the other. */
struct witness {
    struct session session;
    char told[4096];
    void (*then)(struct witness *witness); /* done inside the next callback, once */
};

static void tell(struct witness *witness, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(struct witness *witness, const char *format, ...)
{
    void (*then)(struct witness *) = witness->then;
    size_t len = strlen(witness->told);
    va_list args;

    va_start(args, format);
    vsnprintf(witness->told + len, sizeof(witness->told) - len, format, args);
    va_end(args);
    witness->then = NULL;
    if (then != NULL)
        then(witness);
}

static void on_ready(void *ctx, const struct message *greeting)
{
    char version[MESSAGE_VERSION_SIZE] = "?";

    message_version(greeting, version);
    tell(ctx, "ready(%s) ", version);
    assert_true(message_version(greeting, version));
}

static void on_event(void *ctx, const struct message *event)
{
    tell(ctx, "event(%s) ", event->event);
    assert_int_equal(event->kind, MESSAGE_EVENT);
}

static void on_failed(void *ctx)
{
    tell(ctx, "failed ");
}

static void on_reply(void *ctx, const struct message *message)
{
    if (message == NULL)
        tell(ctx, "reply(none) ");
    else if (message->kind == MESSAGE_ERROR)
        tell(ctx, "reply(error %s) ", message->error_desc);
    else
        tell(ctx, "reply(%s) ", json_object_to_json_string(message->value));
}

/* The same, told apart. */
static void on_other_reply(void *ctx, const struct message *message)
{
    tell(ctx, "other(%s) ", message == NULL ? "none" : "some");
}

static const struct session_events events = {on_ready, on_event, on_failed};

static void start(struct witness *witness)
{
    *witness = (struct witness){.then = NULL};
    session_init(&witness->session, &events, witness);
    session_start(&witness->session, 0);
}

static void input(struct witness *witness, const char *bytes)
{
    session_input(&witness->session, bytes, strlen(bytes), 0);
}

static void assert_told(struct witness *witness, const char *expected)
{
    assert_string_equal(witness->told, expected);
    witness->told[0] = '\0';
}

static void assert_output(struct witness *witness, const char *expected)
{
    size_t len;
    const char *bytes = session_output(&witness->session, &len);

    assert_int_equal(len, strlen(expected));
    assert_memory_equal(bytes, expected, len);
    session_sent(&witness->session, len);
}

/* Up to READY; the next call has id 2. */
static void start_ready(struct witness *witness)
{
    start(witness);
    input(witness, GREETING "{\"return\": {}, \"id\": 1}\r\n");
    assert_output(witness, "{\"execute\":\"qmp_capabilities\",\"id\":1}\r\n");
    assert_told(witness, "ready(7.2.22) ");
    assert_int_equal(witness->session.state, SESSION_READY);
}

static bool ask(struct witness *witness)
{
    return session_call(&witness->session, COMMAND_QUERY_JOBS, NULL, on_reply, witness, 0);
}

static void assert_failed(struct witness *witness, enum session_error error,
                          const char *sentence)
{
    assert_int_equal(witness->session.state, SESSION_FAILED);
    assert_int_equal(witness->session.error, error);
    assert_string_equal(witness->session.error_text, sentence);
    assert_output(witness, "");
}

/* ---- the good way ----------------------------------------------------------------------- */

static void test_nothing_is_sent_before_the_greeting(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    assert_output(&witness, "");
    assert_false(ask(&witness));
    input(&witness, GREETING);
    assert_int_equal(witness.session.state, SESSION_NEGOTIATING);
    assert_output(&witness, "{\"execute\":\"qmp_capabilities\",\"id\":1}\r\n");
    assert_false(ask(&witness));
    assert_told(&witness, "");
    session_release(&witness.session);
    assert_told(&witness, "");
}

static void test_replies_find_their_calls(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(ask(&witness));
    assert_true(session_call(&witness.session, COMMAND_JOB_PAUSE,
                             &(struct command_args){.job = "j"}, on_reply, &witness, 0));
    assert_output(&witness,
                  "{\"execute\":\"query-jobs\",\"id\":2}\r\n"
                  "{\"execute\":\"job-pause\",\"arguments\":{\"id\":\"j\"},\"id\":3}\r\n");
    input(&witness, "{\"return\": [1], \"id\": 2}\r\n");
    assert_told(&witness, "reply([ 1 ]) ");
    input(&witness, "{\"id\": 3, \"error\": {\"class\": \"GenericError\", \"desc\": "
                    "\"Job not found\"}}\r\n");
    assert_told(&witness, "reply(error Job not found) ");
    assert_int_equal(witness.session.foreign, 0);
    session_release(&witness.session);
    assert_told(&witness, "");
}

static void test_replies_out_of_order_find_their_calls(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    for (int i = 0; i < 3; i++)
        assert_true(ask(&witness));
    input(&witness, "{\"return\": 3, \"id\": 3}{\"return\": 4, \"id\": 4}"
                    "{\"return\": 2, \"id\": 2}");
    assert_told(&witness, "reply(3) reply(4) reply(2) ");
    session_release(&witness.session);
    assert_told(&witness, "");
}

static void test_a_call_may_have_no_callback(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(session_call(&witness.session, COMMAND_QUERY_JOBS, NULL, NULL, NULL, 0));
    assert_true(session_call(&witness.session, COMMAND_QUERY_JOBS, NULL, NULL, NULL, 0));
    input(&witness, "{\"return\": [], \"id\": 2}");
    session_release(&witness.session);
    assert_told(&witness, "");
}

static void test_events_before_ready_are_dropped(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    input(&witness, "{\"event\": \"EARLY\"}\r\n" GREETING "{\"event\": \"STILL_EARLY\"}\r\n");
    assert_told(&witness, "");
    assert_int_equal(witness.session.state, SESSION_NEGOTIATING);
    input(&witness, "{\"return\": {}, \"id\": 1}\r\n{\"event\": \"STOP\"}\r\n");
    assert_told(&witness, "ready(7.2.22) event(STOP) ");
    assert_int_equal(witness.session.foreign, 0);
    session_release(&witness.session);
}

/* A whole dialogue gives the same whatever pieces it comes in. */
static void test_every_chunking_tells_the_same(void **state)
{
    static const char dialogue[] =
        "{\"event\": \"EARLY\"}\r\n" GREETING "{\"return\": {}, \"id\": 1}\r\n"
        "{\r\n    \"event\": \"A\"\r\n}\r\n{\"return\": {}, \"id\": 77}{\"event\": \"B\"}\r\n";

    (void)state;
    for (size_t size = 1; size < sizeof(dialogue); size++) {
        struct witness witness;

        start(&witness);
        for (size_t at = 0; at < strlen(dialogue); at += size) {
            size_t left = strlen(dialogue) - at;

            session_input(&witness.session, dialogue + at, left < size ? left : size, 0);
        }
        assert_told(&witness, "ready(7.2.22) event(A) event(B) ");
        assert_int_equal(witness.session.foreign, 1);
        session_release(&witness.session);
    }
}

static void test_input_of_any_size_is_taken(void **state)
{
    static const char event[] = "{\"event\": \"FLOOD\"}\r\n";
    const size_t count = 20000, len = strlen(event);
    char *flood = malloc(count * len);
    struct witness witness;

    (void)state;
    assert_non_null(flood);
    for (size_t i = 0; i < count; i++)
        memcpy(flood + i * len, event, len);
    start_ready(&witness);
    assert_true(ask(&witness));
    session_input(&witness.session, flood, count * len, 0);
    input(&witness, "{\"return\": \"still here\", \"id\": 2}");
    assert_int_equal(witness.session.state, SESSION_READY);
    assert_int_equal(witness.session.call_count, 0);
    session_release(&witness.session);
    free(flood);
}

/* ---- foreign answers -------------------------------------------------------------------- */

static void test_foreign_replies_are_counted_and_dropped(void **state)
{
    static const char *const foreign[] = {
        "{\"return\": {}, \"id\": 3}",
        "{\"return\": {}, \"id\": 1}",
        "{\"return\": {}, \"id\": \"2\"}",
        "{\"return\": {}, \"id\": 2.0}",
        "{\"return\": {}, \"id\": -2}",
        "{\"return\": {}, \"id\": null}",
        "{\"return\": {}}",
        "{\"return\": {}, \"id\": \"libvirt-2\"}",
        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}",
        "{\"error\": {}, \"id\": 9}",
        "{\"something\": \"new\"}",
    };
    const uint32_t count = sizeof(foreign) / sizeof(foreign[0]);
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(ask(&witness));
    for (uint32_t i = 0; i < count; i++) {
        input(&witness, foreign[i]);
        assert_told(&witness, "");
        assert_int_equal(witness.session.foreign, i + 1);
    }
    input(&witness, "{\"return\": {}, \"id\": 2}");
    assert_told(&witness, "reply({ }) ");
    input(&witness, "{\"return\": {}, \"id\": 2}");
    assert_told(&witness, "");
    assert_int_equal(witness.session.foreign, count + 1);
    assert_int_equal(witness.session.state, SESSION_READY);
    session_release(&witness.session);
}

static void test_foreign_replies_before_ready_do_not_confuse(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    input(&witness, "{\"return\": {}, \"id\": 1}" GREETING "{\"return\": {}, \"id\": 4}"
                    "{\"error\": {}, \"id\": \"x\"}");
    assert_told(&witness, "");
    assert_int_equal(witness.session.state, SESSION_NEGOTIATING);
    assert_int_equal(witness.session.foreign, 3);
    input(&witness, "{\"return\": {}, \"id\": 1}");
    assert_told(&witness, "ready(7.2.22) ");
    session_release(&witness.session);
}

/* The next connection must not take an answer meant for the one before. */
static void test_ids_never_start_anew(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(ask(&witness));
    session_end(&witness.session);
    assert_told(&witness, "reply(none) ");
    session_start(&witness.session, 0);
    input(&witness, GREETING "{\"return\": [], \"id\": 2}");
    assert_int_equal(witness.session.state, SESSION_NEGOTIATING);
    assert_int_equal(witness.session.foreign, 1);
    assert_output(&witness, "{\"execute\":\"qmp_capabilities\",\"id\":3}\r\n");
    input(&witness, "{\"return\": {}, \"id\": 3}");
    assert_told(&witness, "ready(7.2.22) ");
    session_release(&witness.session);
}

/* Nor one meant for the program's last run. */
static void test_ids_begin_with_the_time(void **state)
{
    struct witness early, late;

    (void)state;
    start(&early);
    start(&late);
    session_start(&early.session, 5000);
    session_start(&late.session, 5001);
    input(&early, GREETING);
    input(&late, GREETING);
    assert_output(&early, "{\"execute\":\"qmp_capabilities\",\"id\":5120001}\r\n");
    assert_output(&late, "{\"execute\":\"qmp_capabilities\",\"id\":5121025}\r\n");
    session_release(&early.session);
    session_release(&late.session);
}

/* ---- failures --------------------------------------------------------------------------- */

static void test_what_answers_instead_of_qmp_is_named(void **state)
{
    static const struct {
        const char *bytes;
        enum session_error error;
        const char *sentence;
    } samples[] = {
        {"QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ", SESSION_ERROR_HMP,
         "a human monitor (HMP) answers here, not QMP"},
        {"QEM", SESSION_ERROR_HMP, "a human monitor (HMP) answers here, not QMP"},
        {"\r\n(qemu) ", SESSION_ERROR_HMP, "a human monitor (HMP) answers here, not QMP"},
        {"\x1b[K\x1b[D(qemu) \x1b[D", SESSION_ERROR_HMP,
         "a human monitor (HMP) answers here, not QMP"},
        {"\xff\xfb\x01\xff\xfb\x03", SESSION_ERROR_NOT_QMP,
         "the monitor speaks telnet here, not plain QMP"},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", SESSION_ERROR_NOT_QMP,
         "an HTTP server answers here, not QMP"},
        {"SSH-2.0-OpenSSH_9.2p1\r\n", SESSION_ERROR_NOT_QMP,
         "an ssh server answers here, not QMP"},
        {"RFB 003.008\n", SESSION_ERROR_NOT_QMP, "a VNC server answers here, not QMP"},
        {"220 mail \x1b[2J\x07ready\r\nx", SESSION_ERROR_NOT_QMP,
         "no QMP here; it says \"220 mail .[2J.ready\""},
        {"0123456789012345678901234567890123456789012345678901234567890123456789",
         SESSION_ERROR_NOT_QMP,
         "no QMP here; it says \"012345678901234567890123456789012345678901234567\""},
        {"[]", SESSION_ERROR_NOT_QMP, "no QMP here; it says \"[]\""},
        {"{}", SESSION_ERROR_NOT_QMP, "it sends JSON, but no QMP greeting"},
        {"{\"hello\": 1}", SESSION_ERROR_NOT_QMP, "it sends JSON, but no QMP greeting"},
        {"{'QMP': 1}", SESSION_ERROR_STREAM, "what it sends is not JSON"},
        {"{\"QMP\"}", SESSION_ERROR_STREAM, "what it sends is not JSON"},
        {"{\"QMP\": \"\xff\"}", SESSION_ERROR_STREAM, "what it sends is not JSON"},
        {"{\"a\":[[[[[[[[[[[[[[[[", SESSION_ERROR_STREAM,
         "a reply is nested deeper than 16 levels"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct witness witness;

        start(&witness);
        input(&witness, samples[i].bytes);
        assert_failed(&witness, samples[i].error, samples[i].sentence);
        assert_told(&witness, "failed ");
        session_release(&witness.session);
        assert_told(&witness, "");
    }
}

static void test_nul_bytes_are_quoted(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    session_input(&witness.session, "a\0b\n", 4, 0);
    assert_failed(&witness, SESSION_ERROR_NOT_QMP, "no QMP here; it says \"a.b\"");
    session_release(&witness.session);
}

static void test_garbage_after_ready_ends_it(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(ask(&witness));
    input(&witness, "{\"event\": \"A\"}QEMU {\"event\": \"B\"}");
    assert_failed(&witness, SESSION_ERROR_STREAM, "what it sends is not JSON");
    assert_told(&witness, "event(A) failed ");
    input(&witness, "{\"event\": \"C\"}{\"return\": {}, \"id\": 2}");
    assert_false(ask(&witness));
    assert_output(&witness, "");
    assert_told(&witness, "");
    session_end(&witness.session);
    assert_told(&witness, "reply(none) ");
    assert_string_equal(witness.session.error_text, "what it sends is not JSON");
    session_release(&witness.session);
}

static void test_a_reply_over_the_limit_ends_it(void **state)
{
    static char zeros[STREAM_DOCUMENT_MAX];
    struct witness witness;

    (void)state;
    memset(zeros, '0', sizeof(zeros));
    start_ready(&witness);
    input(&witness, "{\"return\": ");
    session_input(&witness.session, zeros, sizeof(zeros), 0);
    assert_failed(&witness, SESSION_ERROR_STREAM, "a reply is longer than 1 MiB");
    session_release(&witness.session);
}

static void test_a_second_greeting_ends_it(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    input(&witness, GREETING GREETING);
    assert_failed(&witness, SESSION_ERROR_NOT_QMP,
                  "it greets twice: no single QEMU answers here");
    session_release(&witness.session);

    start_ready(&witness);
    input(&witness, GREETING "{\"event\": \"A\"}");
    assert_failed(&witness, SESSION_ERROR_NOT_QMP,
                  "it greets twice: no single QEMU answers here");
    assert_told(&witness, "failed ");
    session_release(&witness.session);
}

static void test_refused_capabilities_end_it(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    input(&witness, GREETING "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}, "
                             "\"id\": 1}{\"return\": {}, \"id\": 1}");
    assert_failed(&witness, SESSION_ERROR_REFUSED, "QEMU refuses qmp_capabilities: no");
    assert_told(&witness, "failed ");
    session_release(&witness.session);
    assert_told(&witness, "");
}

static void test_a_long_refusal_fits(void **state)
{
    char document[3000];
    struct witness witness;

    (void)state;
    snprintf(document, sizeof(document), "{\"error\": {\"desc\": \"%02000d\"}, \"id\": 1}", 7);
    start(&witness);
    input(&witness, GREETING);
    input(&witness, document);
    assert_int_equal(witness.session.error, SESSION_ERROR_REFUSED);
    assert_int_equal(strlen(witness.session.error_text), SESSION_ERROR_SIZE - 1);
    session_release(&witness.session);
}

static void test_a_start_forgets_the_failure(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    input(&witness, "garbage");
    assert_told(&witness, "failed ");
    session_start(&witness.session, 0);
    assert_int_equal(witness.session.error, SESSION_ERROR_NONE);
    assert_string_equal(witness.session.error_text, "");
    input(&witness, GREETING "{\"return\": {}, \"id\": 1}");
    assert_told(&witness, "ready(7.2.22) ");
    session_release(&witness.session);
}

/* ---- each callback exactly once --------------------------------------------------------- */

static void then_ask(struct witness *witness)
{
    tell(witness, "[%s] ", ask(witness) ? "asked" : "not asked");
}

static void then_end(struct witness *witness)
{
    session_end(&witness->session);
}

static void then_restart(struct witness *witness)
{
    session_start(&witness->session, 0);
}

static void test_the_end_answers_all_in_order(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(ask(&witness));
    assert_true(
        session_call(&witness.session, COMMAND_QUERY_NAME, NULL, on_other_reply, &witness, 0));
    assert_true(ask(&witness));
    session_end(&witness.session);
    assert_told(&witness, "reply(none) other(none) reply(none) ");
    session_end(&witness.session);
    input(&witness, "{\"return\": {}, \"id\": 2}");
    session_release(&witness.session);
    assert_told(&witness, "");
}

static void test_a_reply_may_call_again(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(ask(&witness));
    witness.then = then_ask;
    input(&witness, "{\"return\": 2, \"id\": 2}{\"return\": 3, \"id\": 3}");
    assert_told(&witness, "reply(2) [asked] reply(3) ");
    session_release(&witness.session);
    assert_told(&witness, "");
}

static void test_ready_and_events_may_call(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    witness.then = then_ask;
    input(&witness, GREETING "{\"return\": {}, \"id\": 1}");
    assert_told(&witness, "ready(7.2.22) [asked] ");
    witness.then = then_ask;
    input(&witness, "{\"event\": \"A\"}");
    assert_told(&witness, "event(A) [asked] ");
    session_release(&witness.session);
    assert_told(&witness, "reply(none) reply(none) ");
}

/* Any callback may end the session: what is pending is answered, the rest of the
 * input is nobody's. */
static void test_every_callback_may_end_it(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(ask(&witness));
    assert_true(ask(&witness));
    witness.then = then_end;
    input(&witness, "{\"return\": 2, \"id\": 2}{\"return\": 3, \"id\": 3}{\"event\": \"A\"}");
    assert_told(&witness, "reply(2) reply(none) ");
    assert_int_equal(witness.session.state, SESSION_IDLE);
    session_release(&witness.session);

    start_ready(&witness);
    assert_true(ask(&witness));
    witness.then = then_end;
    input(&witness, "{\"event\": \"A\"}{\"event\": \"B\"}");
    assert_told(&witness, "event(A) reply(none) ");
    session_release(&witness.session);

    start(&witness);
    witness.then = then_end;
    input(&witness, GREETING "{\"return\": {}, \"id\": 1}{\"event\": \"B\"}");
    assert_told(&witness, "ready(7.2.22) ");
    session_release(&witness.session);

    start_ready(&witness);
    assert_true(ask(&witness));
    witness.then = then_end;
    input(&witness, "garbage");
    assert_told(&witness, "failed reply(none) ");
    assert_int_equal(witness.session.state, SESSION_IDLE);
    session_release(&witness.session);
    assert_told(&witness, "");
}

static void test_the_answer_of_an_end_may_end_or_call(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    for (int i = 0; i < 3; i++)
        assert_true(ask(&witness));
    witness.then = then_end;
    session_end(&witness.session);
    assert_told(&witness, "reply(none) reply(none) reply(none) ");
    session_release(&witness.session);

    start_ready(&witness);
    assert_true(ask(&witness));
    assert_true(ask(&witness));
    witness.then = then_ask;
    session_end(&witness.session);
    assert_told(&witness, "reply(none) [not asked] reply(none) ");
    session_release(&witness.session);
}

/* Restarted inside a callback, the rest of the old input must not reach the new
 * connection. */
static void test_a_restart_inside_a_callback(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_true(ask(&witness));
    assert_true(ask(&witness));
    witness.then = then_restart;
    input(&witness, "{\"return\": 2, \"id\": 2}" GREETING "garbage");
    assert_told(&witness, "reply(2) reply(none) ");
    assert_int_equal(witness.session.state, SESSION_AWAIT_GREETING);

    input(&witness, GREETING "{\"return\": {}, \"id\": 4}");
    assert_told(&witness, "ready(7.2.22) ");
    assert_true(ask(&witness));
    assert_true(ask(&witness));
    witness.then = then_restart;
    session_end(&witness.session);
    assert_told(&witness, "reply(none) reply(none) ");
    assert_int_equal(witness.session.state, SESSION_AWAIT_GREETING);
    session_release(&witness.session);
}

/* ---- limits and times ------------------------------------------------------------------- */

static void test_unanswered_calls_are_limited(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    for (int i = 0; i < SESSION_CALLS_MAX; i++)
        assert_true(ask(&witness));
    assert_false(ask(&witness));
    input(&witness, "{\"return\": 2, \"id\": 2}");
    assert_told(&witness, "reply(2) ");
    assert_true(ask(&witness));
    assert_false(ask(&witness));
    session_release(&witness.session);
}

static void test_unsent_output_is_limited(void **state)
{
    static char id[40001];
    const struct command_args args = {.job = id};
    struct witness witness;
    size_t len;

    (void)state;
    memset(id, 'i', sizeof(id) - 1);
    start_ready(&witness);
    assert_true(
        session_call(&witness.session, COMMAND_JOB_PAUSE, &args, on_reply, &witness, 0));
    assert_false(
        session_call(&witness.session, COMMAND_JOB_PAUSE, &args, on_reply, &witness, 0));
    assert_true(ask(&witness));
    session_output(&witness.session, &len);
    session_sent(&witness.session, len);
    assert_true(
        session_call(&witness.session, COMMAND_JOB_PAUSE, &args, on_reply, &witness, 0));
    session_release(&witness.session);
    assert_told(&witness, "reply(none) reply(none) reply(none) ");
}

static void test_output_may_be_sent_in_pieces(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    input(&witness, GREETING);
    session_sent(&witness.session, strlen("{\"execute\":"));
    assert_output(&witness, "\"qmp_capabilities\",\"id\":1}\r\n");
    session_sent(&witness.session, 10);
    assert_output(&witness, "");
    session_release(&witness.session);
}

static void test_silence_is_told_by_time(void **state)
{
    struct witness witness;

    (void)state;
    start(&witness);
    session_start(&witness.session, 1000);
    assert_false(session_is_silent(&witness.session, 1000));
    assert_false(session_is_silent(&witness.session, 1000 + SESSION_GREETING_MS - 1));
    assert_true(session_is_silent(&witness.session, 1000 + SESSION_GREETING_MS));
    input(&witness, "{\"event\": \"STOP\"}");
    assert_true(session_is_silent(&witness.session, 1000 + SESSION_GREETING_MS));
    input(&witness, GREETING);
    assert_false(session_is_silent(&witness.session, 100000));
    session_end(&witness.session);
    assert_false(session_is_silent(&witness.session, 100000));
    session_release(&witness.session);
}

static void test_waiting_is_that_of_the_oldest_call(void **state)
{
    struct witness witness;

    (void)state;
    start_ready(&witness);
    assert_int_equal(session_waiting_ms(&witness.session, 500), 0);
    assert_true(session_call(&witness.session, COMMAND_QUERY_JOBS, NULL, NULL, NULL, 1000));
    assert_true(session_call(&witness.session, COMMAND_QUERY_JOBS, NULL, NULL, NULL, 1300));
    assert_int_equal(session_waiting_ms(&witness.session, 1500), 500);
    assert_int_equal(session_waiting_ms(&witness.session, 900), 0);
    input(&witness, "{\"return\": 2, \"id\": 2}");
    assert_int_equal(session_waiting_ms(&witness.session, 1500), 200);
    session_release(&witness.session);
}

static void test_memory_is_given_back_after_a_large_reply(void **state)
{
    char *document = malloc(900000);
    struct witness witness;

    (void)state;
    assert_non_null(document);
    memset(document, ' ', 900000);
    memcpy(document, "{\"return\": {}, \"id\": 2", 22);
    document[899999] = '}';
    start_ready(&witness);
    assert_true(ask(&witness));
    session_input(&witness.session, document, 900000, 0);
    assert_told(&witness, "reply({ }) ");
    assert_null(witness.session.stream.buffer.data);
    session_release(&witness.session);
    free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_sent_before_the_greeting),
        cmocka_unit_test(test_replies_find_their_calls),
        cmocka_unit_test(test_replies_out_of_order_find_their_calls),
        cmocka_unit_test(test_a_call_may_have_no_callback),
        cmocka_unit_test(test_events_before_ready_are_dropped),
        cmocka_unit_test(test_every_chunking_tells_the_same),
        cmocka_unit_test(test_input_of_any_size_is_taken),
        cmocka_unit_test(test_foreign_replies_are_counted_and_dropped),
        cmocka_unit_test(test_foreign_replies_before_ready_do_not_confuse),
        cmocka_unit_test(test_ids_never_start_anew),
        cmocka_unit_test(test_ids_begin_with_the_time),
        cmocka_unit_test(test_what_answers_instead_of_qmp_is_named),
        cmocka_unit_test(test_nul_bytes_are_quoted),
        cmocka_unit_test(test_garbage_after_ready_ends_it),
        cmocka_unit_test(test_a_reply_over_the_limit_ends_it),
        cmocka_unit_test(test_a_second_greeting_ends_it),
        cmocka_unit_test(test_refused_capabilities_end_it),
        cmocka_unit_test(test_a_long_refusal_fits),
        cmocka_unit_test(test_a_start_forgets_the_failure),
        cmocka_unit_test(test_the_end_answers_all_in_order),
        cmocka_unit_test(test_a_reply_may_call_again),
        cmocka_unit_test(test_ready_and_events_may_call),
        cmocka_unit_test(test_every_callback_may_end_it),
        cmocka_unit_test(test_the_answer_of_an_end_may_end_or_call),
        cmocka_unit_test(test_a_restart_inside_a_callback),
        cmocka_unit_test(test_unanswered_calls_are_limited),
        cmocka_unit_test(test_unsent_output_is_limited),
        cmocka_unit_test(test_output_may_be_sent_in_pieces),
        cmocka_unit_test(test_silence_is_told_by_time),
        cmocka_unit_test(test_waiting_is_that_of_the_oldest_call),
        cmocka_unit_test(test_memory_is_given_back_after_a_large_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
