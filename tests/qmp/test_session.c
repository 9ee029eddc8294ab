#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/witness.h"

/* ---- the good way ----------------------------------------------------------------------- */

static void test_nothing_is_sent_before_the_greeting(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    witness_sent(&witness, "");
    assert_false(witness_ask(&witness));
    witness_input(&witness, WITNESS_GREETING);
    assert_int_equal(witness.session.state, SESSION_NEGOTIATING);
    witness_sent(&witness, "{\"execute\":\"qmp_capabilities\",\"id\":1}\r\n");
    assert_false(witness_ask(&witness));
    witness_told(&witness, "");
    session_release(&witness.session);
    witness_told(&witness, "");
}

static void test_replies_find_their_calls(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    assert_true(session_call(&witness.session, COMMAND_JOB_PAUSE,
                             &(struct command_args){.job = "j"}, witness_reply, &witness, 0));
    witness_sent(&witness,
                 "{\"execute\":\"query-jobs\",\"id\":2}\r\n"
                 "{\"execute\":\"job-pause\",\"arguments\":{\"id\":\"j\"},\"id\":3}\r\n");
    witness_input(&witness, "{\"return\": [1], \"id\": 2}\r\n");
    witness_told(&witness, "reply([ 1 ]) ");
    witness_input(&witness, "{\"id\": 3, \"error\": {\"class\": \"GenericError\", \"desc\": "
                            "\"Job not found\"}}\r\n");
    witness_told(&witness, "reply(error Job not found) ");
    assert_int_equal(witness.session.foreign, 0);
    session_release(&witness.session);
    witness_told(&witness, "");
}

static void test_replies_out_of_order_find_their_calls(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    for (int i = 0; i < 3; i++)
        assert_true(witness_ask(&witness));
    witness_input(&witness, "{\"return\": 3, \"id\": 3}{\"return\": 4, \"id\": 4}"
                            "{\"return\": 2, \"id\": 2}");
    witness_told(&witness, "reply(3) reply(4) reply(2) ");
    session_release(&witness.session);
    witness_told(&witness, "");
}

static void test_a_call_may_have_no_callback(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    assert_true(session_call(&witness.session, COMMAND_QUERY_JOBS, NULL, NULL, NULL, 0));
    assert_true(session_call(&witness.session, COMMAND_QUERY_JOBS, NULL, NULL, NULL, 0));
    witness_input(&witness, "{\"return\": [], \"id\": 2}");
    session_release(&witness.session);
    witness_told(&witness, "");
}

static void test_events_before_ready_are_dropped(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    witness_input(&witness, "{\"event\": \"EARLY\"}\r\n" WITNESS_GREETING
                            "{\"event\": \"STILL_EARLY\"}\r\n");
    witness_told(&witness, "");
    assert_int_equal(witness.session.state, SESSION_NEGOTIATING);
    witness_input(&witness, "{\"return\": {}, \"id\": 1}\r\n{\"event\": \"STOP\"}\r\n");
    witness_told(&witness, "ready(7.2.22) event(STOP) ");
    assert_int_equal(witness.session.foreign, 0);
    session_release(&witness.session);
}

/* A whole dialogue gives the same whatever pieces it comes in. */
static void test_every_chunking_tells_the_same(void **state)
{
    static const char dialogue[] =
        "{\"event\": \"EARLY\"}\r\n" WITNESS_GREETING "{\"return\": {}, \"id\": 1}\r\n"
        "{\r\n    \"event\": \"A\"\r\n}\r\n{\"return\": {}, \"id\": 77}{\"event\": \"B\"}\r\n";

    (void)state;
    for (size_t size = 1; size < sizeof(dialogue); size++) {
        struct witness witness;

        witness_start(&witness);
        for (size_t at = 0; at < strlen(dialogue); at += size) {
            size_t left = strlen(dialogue) - at;

            session_input(&witness.session, dialogue + at, left < size ? left : size, 0);
        }
        witness_told(&witness, "ready(7.2.22) event(A) event(B) ");
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
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    session_input(&witness.session, flood, count * len, 0);
    witness_input(&witness, "{\"return\": \"still here\", \"id\": 2}");
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
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    for (uint32_t i = 0; i < count; i++) {
        witness_input(&witness, foreign[i]);
        witness_told(&witness, "");
        assert_int_equal(witness.session.foreign, i + 1);
    }
    witness_input(&witness, "{\"return\": {}, \"id\": 2}");
    witness_told(&witness, "reply({ }) ");
    witness_input(&witness, "{\"return\": {}, \"id\": 2}");
    witness_told(&witness, "");
    assert_int_equal(witness.session.foreign, count + 1);
    assert_int_equal(witness.session.state, SESSION_READY);
    session_release(&witness.session);
}

static void test_foreign_replies_before_ready_do_not_confuse(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    witness_input(&witness,
                  "{\"return\": {}, \"id\": 1}" WITNESS_GREETING "{\"return\": {}, \"id\": 4}"
                  "{\"error\": {}, \"id\": \"x\"}");
    witness_told(&witness, "");
    assert_int_equal(witness.session.state, SESSION_NEGOTIATING);
    assert_int_equal(witness.session.foreign, 3);
    witness_input(&witness, "{\"return\": {}, \"id\": 1}");
    witness_told(&witness, "ready(7.2.22) ");
    session_release(&witness.session);
}

/* The next connection must not take an answer meant for the one before. */
static void test_ids_never_start_anew(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    session_end(&witness.session);
    witness_told(&witness, "reply(none) ");
    session_start(&witness.session, 0);
    witness_input(&witness, WITNESS_GREETING "{\"return\": [], \"id\": 2}");
    assert_int_equal(witness.session.state, SESSION_NEGOTIATING);
    assert_int_equal(witness.session.foreign, 1);
    witness_sent(&witness, "{\"execute\":\"qmp_capabilities\",\"id\":3}\r\n");
    witness_input(&witness, "{\"return\": {}, \"id\": 3}");
    witness_told(&witness, "ready(7.2.22) ");
    session_release(&witness.session);
}

/* Nor one meant for the program's last run. */
static void test_ids_begin_with_the_time(void **state)
{
    struct witness early, late;

    (void)state;
    witness_start(&early);
    witness_start(&late);
    session_start(&early.session, 5000);
    session_start(&late.session, 5001);
    witness_input(&early, WITNESS_GREETING);
    witness_input(&late, WITNESS_GREETING);
    witness_sent(&early, "{\"execute\":\"qmp_capabilities\",\"id\":5120001}\r\n");
    witness_sent(&late, "{\"execute\":\"qmp_capabilities\",\"id\":5121025}\r\n");
    session_release(&early.session);
    session_release(&late.session);
}

/* ---- limits and times ------------------------------------------------------------------- */

static void test_unanswered_calls_are_limited(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    for (int i = 0; i < SESSION_CALLS_MAX; i++)
        assert_true(witness_ask(&witness));
    assert_false(witness_ask(&witness));
    witness_input(&witness, "{\"return\": 2, \"id\": 2}");
    witness_told(&witness, "reply(2) ");
    assert_true(witness_ask(&witness));
    assert_false(witness_ask(&witness));
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
    witness_start_ready(&witness);
    assert_true(
        session_call(&witness.session, COMMAND_JOB_PAUSE, &args, witness_reply, &witness, 0));
    assert_false(
        session_call(&witness.session, COMMAND_JOB_PAUSE, &args, witness_reply, &witness, 0));
    assert_true(witness_ask(&witness));
    session_output(&witness.session, &len);
    session_sent(&witness.session, len);
    assert_true(
        session_call(&witness.session, COMMAND_JOB_PAUSE, &args, witness_reply, &witness, 0));
    session_release(&witness.session);
    witness_told(&witness, "reply(none) reply(none) reply(none) ");
}

static void test_output_may_be_sent_in_pieces(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    witness_input(&witness, WITNESS_GREETING);
    session_sent(&witness.session, strlen("{\"execute\":"));
    witness_sent(&witness, "\"qmp_capabilities\",\"id\":1}\r\n");
    session_sent(&witness.session, 10);
    witness_sent(&witness, "");
    session_release(&witness.session);
}

static void test_silence_is_told_by_time(void **state)
{
    struct witness witness;

    (void)state;
    witness_start(&witness);
    session_start(&witness.session, 1000);
    assert_false(session_is_silent(&witness.session, 1000));
    assert_false(session_is_silent(&witness.session, 1000 + SESSION_GREETING_MS - 1));
    assert_true(session_is_silent(&witness.session, 1000 + SESSION_GREETING_MS));
    witness_input(&witness, "{\"event\": \"STOP\"}");
    assert_true(session_is_silent(&witness.session, 1000 + SESSION_GREETING_MS));
    witness_input(&witness, WITNESS_GREETING);
    assert_false(session_is_silent(&witness.session, 100000));
    session_end(&witness.session);
    assert_false(session_is_silent(&witness.session, 100000));
    session_release(&witness.session);
}

static void test_waiting_is_that_of_the_oldest_call(void **state)
{
    struct witness witness;

    (void)state;
    witness_start_ready(&witness);
    assert_int_equal(session_waiting_ms(&witness.session, 500), 0);
    assert_true(session_call(&witness.session, COMMAND_QUERY_JOBS, NULL, NULL, NULL, 1000));
    assert_true(session_call(&witness.session, COMMAND_QUERY_JOBS, NULL, NULL, NULL, 1300));
    assert_int_equal(session_waiting_ms(&witness.session, 1500), 500);
    assert_int_equal(session_waiting_ms(&witness.session, 900), 0);
    witness_input(&witness, "{\"return\": 2, \"id\": 2}");
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
    witness_start_ready(&witness);
    assert_true(witness_ask(&witness));
    session_input(&witness.session, document, 900000, 0);
    witness_told(&witness, "reply({ }) ");
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
        cmocka_unit_test(test_unanswered_calls_are_limited),
        cmocka_unit_test(test_unsent_output_is_limited),
        cmocka_unit_test(test_output_may_be_sent_in_pieces),
        cmocka_unit_test(test_silence_is_told_by_time),
        cmocka_unit_test(test_waiting_is_that_of_the_oldest_call),
        cmocka_unit_test(test_memory_is_given_back_after_a_large_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
