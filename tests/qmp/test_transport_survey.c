/*
 * A shell on another host that says nothing, too much, or never comes to an end; with a
 * command in ssh's place.
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

#include "qmp/transport_survey.h"
#include "tests/support/fake_ssh.h"
#include "tests/support/pump.h"

static struct {
    struct pump pump;
    struct ev_loop *loop;
    struct transport_hosts hosts;
    struct fake_ssh ssh;
    struct address address;
    struct transport_survey survey;
    int told, failed;
    char answer[256], words[320];
} room;

static void on_told(void *ctx, const char *bytes, size_t len, const char *words)
{
    (void)ctx;
    room.told++;
    snprintf(room.answer, sizeof(room.answer), "%.*s", (int)len, bytes);
    snprintf(room.words, sizeof(room.words), "%s", words);
}

static void on_failed(void *ctx, const char *words)
{
    (void)ctx;
    room.failed++;
    snprintf(room.words, sizeof(room.words), "%s", words);
}

static const struct transport_survey_events events = {on_told, on_failed};

static int setup(void **state)
{
    char error[ADDRESS_ERROR_SIZE];

    (void)state;
    memset(&room, 0, sizeof(room));
    room.loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&room.pump, room.loop);
    transport_hosts_init(&room.hosts, room.loop);
    fake_ssh_start(&room.ssh);
    assert_true(address_parse_host(&room.address, "ssh://n", error));
    transport_survey_init(&room.survey, &room.hosts, &room.address, "echo here I am\n", &events,
                          NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    transport_survey_release(&room.survey);
    transport_hosts_release(&room.hosts);
    address_release(&room.address);
    fake_ssh_end(&room.ssh);
    ev_loop_destroy(room.loop);
    return 0;
}

static bool is_over(void *ctx)
{
    (void)ctx;
    return room.told + room.failed > 0;
}

static void await_end(void)
{
    assert_true(pump_until(&room.pump, is_over, NULL, PUMP_MS));
    pump_settle(&room.pump);
    assert_int_equal(room.told + room.failed, 1);
    room.told = room.failed = 0;
}

static void expect_failure(const char *words)
{
    transport_survey_ask(&room.survey);
    assert_true(pump_until(&room.pump, is_over, NULL, PUMP_MS));
    assert_int_equal(room.failed, 1);
    assert_non_null(strstr(room.words, words));
    assert_null(room.survey.child);
    assert_null(room.survey.link);
    assert_int_equal(room.survey.fd, -1);
    await_end();
}

static bool runs(void *ctx)
{
    (void)ctx;
    return fake_ssh_count(&room.ssh, "shell") > 0;
}

static void ask_and_await_shell(void)
{
    transport_survey_ask(&room.survey);
    assert_true(pump_until(&room.pump, runs, NULL, PUMP_MS));
}

/* Asked before ssh has connected, and while the shell runs. */
static void test_one_question_at_a_time(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell", "while [ ! -e go ]; do sleep 0.01; done; exec sh -s");
    transport_survey_ask(&room.survey);
    ask_and_await_shell();
    transport_survey_ask(&room.survey);
    folder_write(fake_ssh_path(&room.ssh, "go"), "", 0);
    await_end();
    assert_string_equal(room.answer, "here I am\n");
    assert_int_equal(fake_ssh_count(&room.ssh, "shell"), 1);

    transport_survey_ask(&room.survey); /* over the same connection */
    await_end();
    assert_string_equal(room.answer, "here I am\n");
    assert_int_equal(fake_ssh_count(&room.ssh, "shell"), 2);
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), 1);
}

/* A host that goes on for ever, and one that is done at once. */
static void test_an_answer_has_an_end(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell", "exec yes");
    expect_failure("the host says more of its sockets than can be true");
    fake_ssh_plays(&room.ssh, "shell", "head -c 5000000 /dev/zero");
    expect_failure("the host says more of its sockets than can be true");
}

/* What was said when the process ends is read then. */
static void test_much_is_heard_to_its_end(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell",
                   "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678; i=$((i+1)); done");
    transport_survey_ask(&room.survey);
    assert_true(pump_until(&room.pump, is_over, NULL, PUMP_MS));
    assert_int_equal(room.told, 1);
    assert_int_equal(strncmp(room.answer, "01234567890", 11), 0);
}

/* Its deadline is 20 s: the loop is told that they are over. */
static void test_a_shell_without_an_end(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell", "exec sleep 1000");
    ask_and_await_shell();
    assert_true(ev_is_active(&room.survey.deadline));
    ev_feed_event(room.loop, &room.survey.deadline, EV_TIMER);
    expect_failure("the host does not come to an end");
}

/* What ssh says of a connection that is gone is no reason, nor is it of one that breaks. */
static void test_the_words_of_the_end(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell",
                   "echo 'permission denied for node' >&2\n"
                   "echo 'kex_exchange_identification: closed' >&2\n"
                   "echo 'Connection closed by UNKNOWN port 65535' >&2; exit 255");
    transport_survey_ask(&room.survey);
    await_end();
    assert_string_equal(room.answer, "");
    assert_string_equal(room.words, "permission denied for node");
}

static void test_a_connection_that_is_lost_later(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "master",
                   "echo connected; while [ ! -e go ]; do sleep 0.01; done\n"
                   "echo 'Timeout, server n not responding.' >&2; exit 255");
    transport_survey_ask(&room.survey);
    await_end();
    folder_write(fake_ssh_path(&room.ssh, "go"), "", 0);
    assert_true(pump_until(&room.pump, is_over, NULL, PUMP_MS));
    assert_int_equal(room.failed, 1);
    assert_non_null(strstr(room.words, "Timeout, server n not responding."));
}

static void test_who_stops_is_told_nothing(void **state)
{
    (void)state;
    fake_ssh_plays(&room.ssh, "shell", "exec sleep 1000");
    ask_and_await_shell();
    transport_survey_stop(&room.survey);
    transport_survey_stop(&room.survey);
    pump_settle(&room.pump);
    assert_false(is_over(NULL));
    assert_int_equal(room.survey.fd, -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_one_question_at_a_time),    TEST(test_an_answer_has_an_end),
        TEST(test_much_is_heard_to_its_end),  TEST(test_a_shell_without_an_end),
        TEST(test_the_words_of_the_end),      TEST(test_a_connection_that_is_lost_later),
        TEST(test_who_stops_is_told_nothing),
    };

    return cmocka_run_group_tests_name("transport_survey", tests, NULL, NULL);
}
