/*
 * One job in full: on its own screen, and beside the list where there is room.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define GIB (1024ull * 1024 * 1024)

static const struct fake_job mirror = {
    .id = "mirror0", .type = "mirror", .status = "running", .current = GIB, .total = 4 * GIB};
static const struct fake_job full = {.id = "mirror0",
                                     .type = "mirror",
                                     .status = "paused",
                                     .current = GIB,
                                     .total = 4 * GIB,
                                     .io_status = "nospace",
                                     .block_paused = true,
                                     .speed = 8 << 20,
                                     .waits = true};

static struct fake_qmp *fake;

static void open_job(const struct fake_job *job, int rows, int columns, const char *locale)
{
    fake = rig_fake("web-01");
    fake_qmp_job(fake, job);
    rig_start(&(struct console_options){.rows = rows, .columns = columns, .locale = locale},
              NULL);
    console_await(rig.console, job->id, NULL);
    assert_true(fake_qmp_await(fake, "query-block-jobs", 1));
    if (columns < 140)
        console_press(rig.console, "i");
}

static void quit(void)
{
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
}

static void every_fact_is_there(void **state)
{
    (void)state;
    open_job(&full, 50, 80, NULL);
    console_await(rig.console, "web-01  mirror0", "PAUSED !");
    console_await(rig.console, "state", "no space left");
    console_await(rig.console, "done", "1.0 GiB of 4.0 GiB");
    console_await(rig.console, "left", "3.0 GiB");
    console_await(rig.console, "rate", "- it does not move");
    console_await(rig.console, "ETA", "- it does not move");
    console_await(rig.console, "limit", "8.0M/s");
    console_await(rig.console, "io", "io-status nospace");
    console_await(rig.console, "finalize", "auto-finalize off");
    console_await(rig.console, "dismiss", "auto-dismiss on");
    console_await(rig.console, "type", "mirror");
    console_await(rig.console, "VM", "web-01, running");
    console_await(rig.console, "QEMU", "7.2.22");
    console_await(rig.console, "socket", fake_qmp_endpoint(fake));
    quit();
}

static void verbs_tell_what_they_do_or_why_not(void **state)
{
    (void)state;
    open_job(&full, 50, 80, NULL);
    console_await(rig.console, "what you can do", NULL);
    console_await(rig.console, "r  resume", NULL);
    console_await(rig.console, "c  cancel", NULL);
    console_await(rig.console, "- ", "complete: only a ready or standby job");
    console_await(rig.console, "its last events", NULL);
    console_await(rig.console, "!", "PAUSED");
    console_await(rig.console, "r resume", "q back"); /* the footer */
    quit();
}

static void verbs_act_on_this_job(void **state)
{
    (void)state;
    open_job(&mirror, 24, 80, NULL);
    console_await(rig.console, "p  pause", NULL);
    console_press(rig.console, "p");
    assert_true(fake_qmp_await(fake, "job-pause", 1));
    assert_string_equal(fake_qmp_argument(fake, "job-pause", "id"), "\"mirror0\"");
    quit();
}

static void it_lives(void **state)
{
    (void)state;
    open_job(&mirror, 24, 80, NULL);
    console_await(rig.console, "state", "running, 25.0 %");
    fake_qmp_job_progress(fake, "mirror0", 4 * GIB, 4 * GIB);
    fake_qmp_job_status(fake, "mirror0", "ready");
    console_await(rig.console, "web-01  mirror0", "READY *");
    console_await(rig.console, "ETA", "- goes on until you decide");
    quit();
}

static void an_ended_one_stays_and_closes_when_it_is_cleared(void **state)
{
    (void)state;
    open_job(&mirror, 24, 80, NULL);
    console_await(rig.console, "state", "running");
    fake_qmp_job_status(fake, "mirror0", "null");
    console_await(rig.console, "ended", NULL);
    console_await(rig.console, "x  clear", "QEMU has it no longer");
    fake_qmp_job(fake, &full); /* another one under the same id */
    fake_qmp_job_status(fake, "mirror0", "created");
    console_await(rig.console, "x  clear", "QEMU has it no longer");
    console_press(rig.console, "x");
    console_await(rig.console, "qmptop", "1 job");
    console_await_gone(rig.console, "what you can do", NULL);
    quit();
}

static void it_says_when_its_qemu_is_away(void **state)
{
    (void)state;
    open_job(&mirror, 24, 80, NULL);
    console_await(rig.console, "state", "running");
    fake_qmp_die(fake);
    console_await(rig.console, "~ out of date", NULL);
    console_await(rig.console, "rate", "- its QEMU is not connected");
    quit();
}

static void the_rate_has_a_past(void **state)
{
    (void)state;
    open_job(&mirror, 24, 80, "C");
    console_await(rig.console, "state", "running");
    for (uint64_t i = 1; console_find(rig.console, "10 min", "|") < 0; i++) {
        assert_true(i < 4096);
        size_t polls = fake_qmp_count(fake, "query-jobs");
        fake_qmp_job_progress(fake, "mirror0", GIB + (i << 20), 4 * GIB);
        assert_true(fake_qmp_await(fake, "query-jobs", polls + 1));
        console_settle(rig.console);
    }
    console_await(rig.console, "0/s", "|");
    quit();
}

static void its_group_is_told_and_what_that_means(void **state)
{
    static const struct fake_job waiting = {
        .id = "disk0", .type = "backup", .status = "waiting", .current = 2, .total = 2};
    static const struct fake_job running = {
        .id = "disk1", .type = "backup", .status = "running", .current = 1, .total = 2};

    (void)state;
    fake = rig_fake("web-01");
    fake_qmp_job(fake, &waiting);
    fake_qmp_job(fake, &running);
    rig_start(&(struct console_options){.rows = 50}, NULL);
    console_select(rig.console, "disk0", NULL);
    console_press(rig.console, "i");
    console_await(rig.console, "group", "with disk1");
    console_await(rig.console, "end", "disk1"); /* what a cancel would do */
    quit();
}

static void hostile_words_are_plain(void **state)
{
    static const struct fake_job hostile = {.id = "j\033[2Jx",
                                            .type = "t\rype",
                                            .status = "concluded",
                                            .error = "line\nfeed \xe2\x80\xae end",
                                            .keeps = true};

    (void)state;
    fake = rig_fake("web-01");
    fake_qmp_job(fake, &hostile);
    rig_start(&(struct console_options){.rows = 50}, NULL);
    console_await(rig.console, "\\x1b[2Jx", NULL);
    console_press(rig.console, "i");
    console_await(rig.console, "error", "line\\nfeed \\u202e end");
    console_await(rig.console, "type", "t\\rype");
    console_await(rig.console, "job", "j\\x1b[2Jx");
    quit();
}

static void beside_the_list_it_follows_the_cursor(void **state)
{
    static const struct fake_job other = {
        .id = "backup9", .type = "backup", .status = "running", .current = 1, .total = 2};

    (void)state;
    open_job(&mirror, 50, 160, NULL);
    fake_qmp_job(fake, &other);
    fake_qmp_job_status(fake, "backup9", "created");
    console_await(rig.console, "PROGRESS", "web-01  mirror0");
    console_await(rig.console, "\u2502", "what you can do");
    console_await(rig.console, "backup9", NULL);
    console_press(rig.console, "G");
    console_await(rig.console, "\u2502 web-01  backup9", NULL);
    pty_resize(console_pty(rig.console), 50, 139);
    console_await_gone(rig.console, "what you can do", NULL);
    pty_resize(console_pty(rig.console), 50, 140);
    console_await(rig.console, "what you can do", NULL);
    quit();
}

static void small_screens_scroll(void **state)
{
    (void)state;
    open_job(&full, 10, 40, NULL);
    console_await(rig.console, "web-01  mirror0", "PAUSED !");
    console_press(rig.console, "G");
    console_await(rig.console, "PAUSED  I/O error", NULL);
    console_press(rig.console, "g");
    console_await(rig.console, "state", NULL);
    pty_resize(console_pty(rig.console), 1, 1);
    console_press(rig.console, "jkGg");
    pty_resize(console_pty(rig.console), 24, 80);
    console_await(rig.console, "state", "no space left");
    quit();
}

static void without_a_job_it_does_not_open(void **state)
{
    (void)state;
    fake = rig_fake("web-01");
    rig_start(&(struct console_options){.rows = 24}, NULL);
    console_await(rig.console, "No job", NULL);
    console_press(rig.console, "i");
    console_await(rig.console, "no job is selected", NULL);
    console_await(rig.console, "qmptop", "0 jobs");
    quit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_fact_is_there, rig_clear),
        cmocka_unit_test_teardown(verbs_tell_what_they_do_or_why_not, rig_clear),
        cmocka_unit_test_teardown(verbs_act_on_this_job, rig_clear),
        cmocka_unit_test_teardown(it_lives, rig_clear),
        cmocka_unit_test_teardown(an_ended_one_stays_and_closes_when_it_is_cleared, rig_clear),
        cmocka_unit_test_teardown(it_says_when_its_qemu_is_away, rig_clear),
        cmocka_unit_test_teardown(the_rate_has_a_past, rig_clear),
        cmocka_unit_test_teardown(its_group_is_told_and_what_that_means, rig_clear),
        cmocka_unit_test_teardown(hostile_words_are_plain, rig_clear),
        cmocka_unit_test_teardown(beside_the_list_it_follows_the_cursor, rig_clear),
        cmocka_unit_test_teardown(small_screens_scroll, rig_clear),
        cmocka_unit_test_teardown(without_a_job_it_does_not_open, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_job", tests, NULL, NULL);
}
