/*
 * The line mode as a program: on a terminal that can do no more, into a pipe that is
 * not read, to a reader that goes, and its end.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/program.h"
#include "tests/support/rig.h"

#define JOBS 200
#define WIDE 120

static const struct fake_job job = {
    .id = "mir", .type = "mirror", .status = "running", .current = 4, .total = 9};

static struct fake_qmp *fake;

static void follow_on(const char *term, bool asked)
{
    fake = rig_fake("alpha");
    fake_qmp_job(fake, &job);
    rig_start(&(struct console_options){.columns = WIDE, .term = term},
              asked ? (const char *[]){"--follow", NULL} : NULL);
    console_await(rig.console, "alpha mir found mirror, running", NULL);
}

static void assert_plain(void)
{
    assert_null(strchr(pty_bytes(console_pty(rig.console)), '\033'));
    assert_null(pty_not_put_back(console_pty(rig.console)));
}

static void test_changes_are_lines(void **state)
{
    (void)state;
    follow_on(NULL, true);
    fake_qmp_job_status(fake, "mir", "ready");
    console_await(rig.console, " * alpha mir running -> READY", NULL);
    fake_qmp_die(fake);
    console_await(rig.console, " ! alpha ", "closed");
    assert_plain();
    console_press(rig.console, "\x03");
    assert_int_equal(console_await_end(rig.console), 0);
    assert_plain();
}

/* What cannot place a cursor, or is not known, is told line by line, and told so. */
static void test_terminals_that_can_do_no_more(void **state)
{
    static const struct {
        const char *term, *said;
    } kinds[] = {
        {"dumb", "\"dumb\" cannot place the cursor: a line is printed"},
        {"no-such-terminal", "unknown terminal type \"no-such-terminal\" (from TERM): a"},
        {"", "TERM is not set: it must name the type of this terminal: a line"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        follow_on(kinds[i].term, false);
        assert_true(console_find(rig.console, kinds[i].said, NULL) >= 0);
        assert_plain();
        pty_signal(console_pty(rig.console), SIGTERM);
        assert_int_equal(console_await_end(rig.console), 128 + SIGTERM);
        rig_clear(state);
    }
}

static void test_keys_mean_nothing(void **state)
{
    (void)state;
    follow_on(NULL, true);
    console_press(rig.console, "cycqop\r");
    fake_qmp_job_status(fake, "mir", "ready");
    console_await(rig.console, "mir running -> READY", NULL);
    assert_int_equal(fake_qmp_count(fake, "job-cancel"), 0);
    assert_int_equal(fake_qmp_count(fake, "job-pause"), 0);
}

/* ^C is how a person ends it, a signal from elsewhere is not. */
/* Lines are as long as they are: nothing is written anew, and it goes on. */
static void test_another_size_changes_nothing(void **state)
{
    (void)state;
    follow_on(NULL, true);
    size_t traffic = pty_traffic(console_pty(rig.console));
    pty_resize(console_pty(rig.console), 10, WIDE - 20);
    pump_settle(&rig.pump);
    assert_int_equal(pty_traffic(console_pty(rig.console)), traffic);
    fake_qmp_job_status(fake, "mir", "ready");
    console_await(rig.console, " * alpha mir running -> READY", NULL);
    assert_plain();
}

static void test_interrupts(void **state)
{
    (void)state;
    follow_on(NULL, true);
    console_press(rig.console, "\003");
    assert_int_equal(console_await_end(rig.console), 0);
    rig_clear(state);
    follow_on(NULL, true);
    pty_signal(console_pty(rig.console), SIGINT);
    assert_int_equal(console_await_end(rig.console), 128 + SIGINT);
}

/* Stopped it gives its sockets back; on it goes with a gap. Here no shell could ever
 * continue it, so that it does not stop for long. */
static void test_stop_and_go(void **state)
{
    (void)state;
    follow_on(NULL, true);
    pty_signal(console_pty(rig.console), SIGTSTP);
    console_await(rig.console, "was not connected, events may be missing", NULL);
    assert_true(fake_qmp_clients(fake) >= 2);
    pty_hang_up(console_pty(rig.console));
    console_await_end(rig.console);
}

/* A shell line with the program as $QMPTOP and the fake's endpoint as $1. */
static void shell(const char *line)
{
    static char names[512];
    fake = rig_fake(NULL);
    fake_qmp_job(fake, &job);
    snprintf(names, sizeof names, "QMPTOP=%s", program_path());
    const char *arguments[] = {"-c", line, "sh", fake_qmp_endpoint(fake), NULL};
    rig.console = console_start(
        &rig.pump,
        &(struct console_options){.columns = WIDE, .program = "sh", .environment = names},
        arguments);
}

static void test_a_reader_that_goes_ends_it(void **state)
{
    (void)state;
    shell("{ { \"$QMPTOP\" --follow \"x=$1\"; echo status $? >&2; } | head -n 2; } 2>&1");
    console_await(rig.console, "x connected (QEMU 7.2.22)", NULL);
    console_await(rig.console, "status 0", NULL);
    assert_int_equal(console_find(rig.console, "cannot write", NULL), -1);
    console_await_end(rig.console);
}

static void test_a_full_disk_is_said(void **state)
{
    (void)state;
    shell("\"$QMPTOP\" --follow \"x=$1\" >/dev/full; echo status $?");
    console_await(rig.console, "qmptop: cannot write: No space left on device", NULL);
    console_await(rig.console, "status 2", NULL);
}

/* Nobody reads the pipe, and the journal overflows it many times: the socket is
 * drained all the same. */
/* A line for each: in sum more than a pipe holds, and less than may wait beside it. */
static void tell_much(void)
{
    char id[240];
    assert_true(fake_qmp_await(fake, "query-jobs", 1));
    for (int i = 0; i < JOBS; i++) {
        snprintf(id, sizeof id, "job-%0200d", i);
        fake_qmp_job(
            fake,
            &(struct fake_job){
                .id = id, .type = "backup", .status = "running", .current = 1, .total = 9});
        fake_qmp_job_status(fake, id, "paused");
    }
    size_t asked = fake_qmp_count(fake, "query-jobs");
    assert_true(fake_qmp_await(fake, "query-jobs", asked + 3));
}

static void test_a_sleeping_reader_stops_no_socket(void **state)
{
    (void)state;
    shell("\"$QMPTOP\" --follow \"x=$1\" | sleep 1000");
    tell_much();
}

/* All of it, to the last. */
static void test_a_reader_that_wakes_gets_what_waited(void **state)
{
    char last[16];
    (void)state;
    shell("\"$QMPTOP\" --follow \"x=$1\" | { read -r go </dev/tty; cut -c1-40,200-; }");
    tell_much();
    console_press(rig.console, "\r");
    snprintf(last, sizeof last, "00%d ", JOBS - 1);
    console_await(rig.console, last, NULL);
    fake_qmp_job_status(fake, "mir", "ready");
    console_await(rig.console, "x mir running -> READY", NULL);
}

static char folder[FOLDER_SIZE];

static int clear_with_folder(void **state)
{
    folder_remove(folder);
    return rig_clear(state);
}

/* As nohup(1) leaves it: the terminal goes, the program stays. */
static void test_an_ignored_hang_up(void **state)
{
    char line[256];
    (void)state;
    folder_make(folder);
    snprintf(line, sizeof line, "trap '' HUP; exec \"$QMPTOP\" --follow \"x=$1\" >%s/out",
             folder);
    shell(line);
    assert_true(fake_qmp_await(fake, "query-jobs", 1));
    pty_signal(console_pty(rig.console), SIGHUP);
    assert_true(fake_qmp_await(fake, "query-jobs", fake_qmp_count(fake, "query-jobs") + 2));
    pty_signal(console_pty(rig.console), SIGTERM);
    assert_int_equal(console_await_end(rig.console), 128 + SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_changes_are_lines, rig_clear),
        cmocka_unit_test_teardown(test_terminals_that_can_do_no_more, rig_clear),
        cmocka_unit_test_teardown(test_keys_mean_nothing, rig_clear),
        cmocka_unit_test_teardown(test_another_size_changes_nothing, rig_clear),
        cmocka_unit_test_teardown(test_interrupts, rig_clear),
        cmocka_unit_test_teardown(test_stop_and_go, rig_clear),
        cmocka_unit_test_teardown(test_a_reader_that_goes_ends_it, rig_clear),
        cmocka_unit_test_teardown(test_a_full_disk_is_said, rig_clear),
        cmocka_unit_test_teardown(test_a_sleeping_reader_stops_no_socket, rig_clear),
        cmocka_unit_test_teardown(test_a_reader_that_wakes_gets_what_waited, rig_clear),
        cmocka_unit_test_teardown(test_an_ignored_hang_up, clear_with_folder),
    };
    return cmocka_run_group_tests_name("screen_follow", tests, NULL, NULL);
}
