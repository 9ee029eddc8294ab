#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/witness.h"

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
        {"\x7fgr\xc3\xbc\xc3\x9f\n", SESSION_ERROR_NOT_QMP, "no QMP here; it says \".gr....\""},
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

        witness_start(&witness);
        witness_input(&witness, samples[i].bytes);
        witness_failed(&witness, samples[i].error, samples[i].sentence);
        witness_told(&witness, "failed ");
        session_release(&witness.session);
        witness_told(&witness, "");
    }
}

static void test_nul_bytes_are_quoted(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    session_input(&witness.session, "a\0b\n", 4, 0);
    witness_failed(&witness, SESSION_ERROR_NOT_QMP, "no QMP here; it says \"a.b\"");
    session_release(&witness.session);
}

static void test_garbage_after_ready_ends_it(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    witness_input(&witness, "{\"event\": \"A\"}QEMU {\"event\": \"B\"}");
    witness_failed(&witness, SESSION_ERROR_STREAM, "what it sends is not JSON");
    witness_told(&witness, "event(A) failed ");
    witness_input(&witness, "{\"event\": \"C\"}{\"return\": {}, \"id\": 2}");
    assert_false(witness_ask(&witness));
    witness_sent(&witness, "");
    witness_told(&witness, "");
    session_end(&witness.session);
    witness_told(&witness, "reply(none) ");
    assert_string_equal(session_error_text(&witness.session), "what it sends is not JSON");
    session_release(&witness.session);
}

static void test_a_reply_over_the_limit_ends_it(void **state)
{
    static char zeros[STREAM_DOCUMENT_MAX];
    struct witness witness;

    (void)state;
    memset(zeros, '0', sizeof(zeros));
    witness_start_ready(&witness);
    witness_input(&witness, "{\"return\": ");
    session_input(&witness.session, zeros, sizeof(zeros), 0);
    witness_failed(&witness, SESSION_ERROR_STREAM, "a reply is longer than 1 MiB");
    session_release(&witness.session);
}

/* Seen of QEMUs in their first milliseconds; what such a connection says later is
 * not to be trusted. */
static void test_a_second_greeting_ends_it(void **state)
{
    static const char sentence[] = "it greeted twice, as a QEMU may that is just starting";
    struct witness witness;

    (void)state;
    witness_start(&witness);
    witness_input(&witness, WITNESS_GREETING WITNESS_GREETING "{\"return\": {}, \"id\": 1}");
    witness_failed(&witness, SESSION_ERROR_TWICE, sentence);
    session_release(&witness.session);

    witness_start_ready(&witness);
    witness_input(&witness, WITNESS_GREETING "{\"event\": \"A\"}");
    witness_failed(&witness, SESSION_ERROR_TWICE, sentence);
    session_release(&witness.session);
}

static void test_refused_capabilities_end_it(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    witness_input(&witness, WITNESS_GREETING
                  "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}, "
                  "\"id\": 1}{\"return\": {}, \"id\": 1}");
    witness_failed(&witness, SESSION_ERROR_REFUSED, "QEMU refuses qmp_capabilities: no");
    witness_told(&witness, "failed ");
    session_release(&witness.session);
    witness_told(&witness, "");
}

static void test_a_long_refusal_fits(void **state)
{
    char document[3000];
    struct witness witness;

    (void)state;
    snprintf(document, sizeof(document), "{\"error\": {\"desc\": \"%02000d\"}, \"id\": 1}", 7);
    witness_start(&witness);
    witness_input(&witness, WITNESS_GREETING);
    witness_input(&witness, document);
    assert_int_equal(witness.session.error, SESSION_ERROR_REFUSED);
    assert_int_equal(strlen(session_error_text(&witness.session)), SESSION_ERROR_SIZE - 1);
    session_release(&witness.session);
}

static void test_a_start_forgets_the_failure(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    witness_input(&witness, "garbage");
    witness_told(&witness, "failed ");
    session_start(&witness.session, 0);
    assert_int_equal(witness.session.error, SESSION_ERROR_NONE);
    assert_string_equal(session_error_text(&witness.session), "");
    witness_input(&witness, WITNESS_GREETING "{\"return\": {}, \"id\": 1}");
    witness_told(&witness, "ready(7.2.22) ");
    session_release(&witness.session);
}

/* ---- each callback exactly once --------------------------------------------------------- */

/* A second kind of answer, to tell them apart. */
static void on_other_reply(void *ctx, const struct message *message)
{
    witness_note(ctx, "other(%s) ", message == NULL ? "none" : "some");
}

static void then_ask(struct witness *witness)
{
    witness_note(witness, "[%s] ", witness_ask(witness) ? "asked" : "not asked");
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
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    assert_true(
        session_call(&witness.session, COMMAND_QUERY_NAME, NULL, on_other_reply, &witness, 0));
    assert_true(witness_ask(&witness));
    session_end(&witness.session);
    witness_told(&witness, "reply(none) other(none) reply(none) ");
    session_end(&witness.session);
    witness_input(&witness, "{\"return\": {}, \"id\": 2}");
    session_release(&witness.session);
    witness_told(&witness, "");
}

static void test_a_reply_may_call_again(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    witness.then = then_ask;
    witness_input(&witness, "{\"return\": 2, \"id\": 2}{\"return\": 3, \"id\": 3}");
    witness_told(&witness, "reply(2) [asked] reply(3) ");
    session_release(&witness.session);
    witness_told(&witness, "");
}

static void test_ready_and_events_may_call(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    witness.then = then_ask;
    witness_input(&witness, WITNESS_GREETING "{\"return\": {}, \"id\": 1}");
    witness_told(&witness, "ready(7.2.22) [asked] ");
    witness.then = then_ask;
    witness_input(&witness, "{\"event\": \"A\"}");
    witness_told(&witness, "event(A) [asked] ");
    session_release(&witness.session);
    witness_told(&witness, "reply(none) reply(none) ");
}

/* Any callback may end the session: what is pending is answered, the rest of the
 * input is nobody's. */
static void test_every_callback_may_end_it(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    assert_true(witness_ask(&witness));
    witness.then = then_end;
    witness_input(&witness,
                  "{\"return\": 2, \"id\": 2}{\"return\": 3, \"id\": 3}{\"event\": \"A\"}");
    witness_told(&witness, "reply(2) reply(none) ");
    assert_int_equal(witness.session.state, SESSION_IDLE);
    session_release(&witness.session);

    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    witness.then = then_end;
    witness_input(&witness, "{\"event\": \"A\"}{\"event\": \"B\"}");
    witness_told(&witness, "event(A) reply(none) ");
    session_release(&witness.session);

    witness_start(&witness);
    witness.then = then_end;
    witness_input(&witness, WITNESS_GREETING "{\"return\": {}, \"id\": 1}{\"event\": \"B\"}");
    witness_told(&witness, "ready(7.2.22) ");
    session_release(&witness.session);

    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    witness.then = then_end;
    witness_input(&witness, "garbage");
    witness_told(&witness, "failed reply(none) ");
    assert_int_equal(witness.session.state, SESSION_IDLE);
    session_release(&witness.session);
    witness_told(&witness, "");
}

static void test_the_answer_of_an_end_may_end_or_call(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    for (int i = 0; i < 3; i++)
        assert_true(witness_ask(&witness));
    witness.then = then_end;
    session_end(&witness.session);
    witness_told(&witness, "reply(none) reply(none) reply(none) ");
    session_release(&witness.session);

    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    assert_true(witness_ask(&witness));
    witness.then = then_ask;
    session_end(&witness.session);
    witness_told(&witness, "reply(none) [not asked] reply(none) ");
    session_release(&witness.session);
}

/* Nor what is so long that it is taken in several slices. */
static void restart_in_long_input(struct witness *witness)
{
    size_t len = 2 * STREAM_FEED_MAX;
    char *bytes = malloc(len + 1);

    assert_non_null(bytes);
    memset(bytes, ' ', len);
    witness_input(witness, WITNESS_GREETING "{\"return\": {}, \"id\": 4}");
    witness_told(witness, "ready(7.2.22) ");
    assert_true(witness_ask(witness));
    memcpy(bytes, "{\"return\": 2, \"id\": 5}", strlen("{\"return\": 2, \"id\": 5}"));
    memcpy(bytes + len - strlen("garbage"), "garbage", strlen("garbage"));
    bytes[len] = '\0';
    witness->then = then_restart;
    witness_input(witness, bytes);
    witness_told(witness, "reply(2) ");
    assert_int_equal(witness->session.state, SESSION_AWAIT_GREETING);
    free(bytes);
}

/* Restarted inside a callback, the rest of the old input must not reach the new
 * connection. */
static void test_a_restart_inside_a_callback(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    assert_true(witness_ask(&witness));
    witness.then = then_restart;
    witness_input(&witness, "{\"return\": 2, \"id\": 2}" WITNESS_GREETING "garbage");
    witness_told(&witness, "reply(2) reply(none) ");
    assert_int_equal(witness.session.state, SESSION_AWAIT_GREETING);
    restart_in_long_input(&witness);

    witness_input(&witness, WITNESS_GREETING "{\"return\": {}, \"id\": 6}");
    witness_told(&witness, "ready(7.2.22) ");
    assert_true(witness_ask(&witness));
    assert_true(witness_ask(&witness));
    witness.then = then_restart;
    session_end(&witness.session);
    witness_told(&witness, "reply(none) reply(none) ");
    assert_int_equal(witness.session.state, SESSION_AWAIT_GREETING);
    session_release(&witness.session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
