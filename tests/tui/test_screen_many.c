/*
 * Many rows and the safe hand, on the real screen: what is looked at, tagged, listed and
 * confirmed, while the world moves. What reaches QEMU is counted.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define JOBS_MAX 30

static struct fake_qmp *fake;
static struct console *console;
static char ids[JOBS_MAX][32];

static struct fake_job job_of(size_t i, const char *type, const char *status)
{
    snprintf(ids[i], sizeof ids[i], "job-%02zu", i);
    return (struct fake_job){
        .id = ids[i], .type = type, .status = status, .current = 5, .total = 9, .keeps = true};
}

/* `count` jobs job-00, job-01, ... of "alpha" on a screen of that size. */
static void play(size_t count, const char *type, const char *status, int rows, int columns)
{
    fake = rig_fake("alpha");
    for (size_t i = 0; i < count; i++) {
        struct fake_job job = job_of(i, type, status);
        fake_qmp_job(fake, &job);
    }
    console = rig_start(&(struct console_options){.rows = rows, .columns = columns}, NULL);
    console_await(console, columns < 40 ? "0 " : "job-", NULL);
    console_await_cursor(console);
}

static void tag(size_t count)
{
    char tagged[32];
    console_press(console, "g");
    for (size_t i = 0; i < count; i++)
        console_press(console, " ");
    snprintf(tagged, sizeof tagged, "%zu tagged", count);
    console_await(console, tagged, NULL);
}

/* ---- looking ---- */

static void test_sorted_and_filtered(void **state)
{
    (void)state;
    play(12, "backup", "running", 24, 80);
    fake_qmp_job_status(fake, "job-07", "paused");
    console_press(console, ">>");
    console_await(console, "by job", NULL);
    console_await_gone(console, "-- running", NULL);
    console_press(console, "I");
    console_await(console, "by job reversed", NULL);
    console_await(console, "sorted by job, the other way round", NULL);
    assert_true(console_find(console, "job-11", "backup") <
                console_find(console, "job-00", "backup"));
    console_press(console, "\\!running");
    console_await(console, "filter: !running (11 hidden)", NULL);
    console_await(console, "job-07", "paused");
    console_await_gone(console, "job-08", "backup");
    console_press(console, "\r");
    console_await(console, "? help", NULL);
    console_await(console, "filter: !running (11 hidden)", NULL);
    console_press(console, "\\\x15nothing\r");
    console_await(console, "No row has the words of the filter", NULL);
    console_press(console, "\\\033");
    console_await(console, "No row has the words of the filter", NULL);
    console_press(console, "\\\x15\r");
    console_await_gone(console, "filter:", NULL);
    console_await(console, "job-08", "backup");
}

static void test_found(void **state)
{
    (void)state;
    play(30, "backup", "running", 16, 80);
    console_press(console, "/-2");
    console_await(console, ">", "job-2");
    console_press(console, "x");
    console_await(console, "no row has that", NULL);
    console_press(console, "\x7f\x7f"
                           "19\r");
    console_await(console, ">", "job-19");
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

/* ---- the menu ---- */

static void test_rows_move_under_the_menu(void **state)
{
    (void)state;
    play(3, "mirror", "running", 30, 100);
    console_select(console, "job-01", "running");
    console_press(console, "\r");
    console_await(console, "alpha  job-01  (mirror", NULL);
    fake_qmp_job_status(fake, "job-00", "ready");
    fake_qmp_job_status(fake, "job-01", "ready");
    console_await(console, "now: READY", NULL);
    console_await_lit(console, "Esc  back");
    console_press(console, "o");
    console_confirm(console, "COMPLETE job-01 on alpha");
    assert_true(fake_qmp_await(fake, "job-complete", 1));
    assert_string_equal(fake_qmp_argument(fake, "job-complete", "id"), "\"job-01\"");
    assert_int_equal(fake_qmp_count_verbs(fake), 1);
}

static void test_menu_closes_with_its_job(void **state)
{
    (void)state;
    play(2, "mirror", "running", 24, 80);
    console_select(console, "job-01", "running");
    console_press(console, "\r");
    console_await_lit(console, "Esc  back");
    fake_qmp_job_status(fake, "job-01", "aborting");
    fake_qmp_job_status(fake, "job-01", "concluded");
    fake_qmp_job_status(fake, "job-01", "null");
    console_await_gone(console, "Esc  back", NULL);
    console_await(console, "job-01", "the job has ended");
    console_press(console, "p");
    console_await(console, "pause: not now", NULL);
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

static void test_enter_twice_is_nothing(void **state)
{
    (void)state;
    play(1, "mirror", "ready", 24, 80);
    console_press(console, "\r");
    console_await_lit(console, "Esc  back");
    console_press(console, "\r");
    console_await_gone(console, "Esc  back", NULL);
    console_press(console, "\r\r\r");
    console_await_lit(console, "Esc  back");
    console_press(console, "\033");
    console_await_gone(console, "Esc  back", NULL);
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

/* Wherever it is drawn, something of it can be read, and it can be left. */
static void test_menu_on_small_screens(void **state)
{
    static const struct {
        int rows, columns;
        const char *until;
    } sizes[] = {{10, 40, "back"}, {5, 20, "back"}, {2, 18, "back"}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        play(1, "mirror", "ready", sizes[i].rows, sizes[i].columns);
        console_press(console, "\r");
        console_await_lit(console, sizes[i].until);
        console_press(console, "\033");
        console_await_gone(console, sizes[i].until, NULL);
        rig_clear(state);
    }
}

static void test_a_heading_tells_that_it_is_held(void **state)
{
    (void)state;
    play(2, "mirror", "running", 24, 80);
    console_await(console, "-- running (2) --", NULL);
    console_press(console, "Z");
    console_await(console, "-- running (2), held --", NULL);
    console_press(console, "Z");
    console_await(console, "-- running (2) --", NULL);
}

/* ---- the typed word ---- */

static void test_a_wrong_name_sends_nothing(void **state)
{
    (void)state;
    play(1, "mirror", "ready", 24, 80);
    console_press(console, "c");
    console_await_typing(console, "CANCEL job-00 on alpha", "alpha");
    console_press(console, "y\r");
    console_await(console, "that is another word", NULL);
    console_press(console, "\x15"
                           "beta\r");
    console_await(console, "that is another word", NULL);
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
    console_press(console, "\x15");
    console_enter(console, "alpha");
    console_await_gone(console, "CANCEL job-00", " ?");
    assert_true(fake_qmp_await(fake, "job-cancel", 1));
    assert_int_equal(fake_qmp_count_verbs(fake), 1);
}

/* What comes in one go with the key that opens a box is no answer to it. */
static void test_a_pasted_yes_is_none(void **state)
{
    static const struct {
        const char *keys, *opens;
    } pastes[] = {{"cy\n", "Type  alpha"},       {"calpha\n", "Type  alpha"},
                  {"oy\n", "y  complete it"},    {"y\n", "Esc  back"},
                  {"c\nalpha\nalpha\n", "Type"}, {"\ry\nalpha\n", "Esc  back"}};
    (void)state;
    play(1, "mirror", "ready", 24, 80);
    for (size_t i = 0; i < sizeof pastes / sizeof pastes[0]; i++) {
        console_press(console, pastes[i].keys);
        console_await_lit(console, pastes[i].opens);
        console_press(console, "\033");
        console_await(console, "Enter actions", NULL);
    }
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
    console_await(console, "job-00", "READY");
}

/* ---- many at once ---- */

static void test_the_list_is_what_is_sent(void **state)
{
    (void)state;
    play(4, "mirror", "running", 24, 80);
    fake_qmp_job_status(fake, "job-01", "paused");
    console_await(console, "job-01", "paused");
    tag(4);
    console_press(console, "p");
    console_await(console, "PAUSE 4 tagged jobs ?", NULL);
    console_await(console, "job-01", "left out: the job is already paused");
    console_await(console, "3 of 4 tagged jobs, 1 left out", NULL);
    console_confirm(console, "PAUSE 4 tagged jobs");
    assert_true(fake_qmp_await(fake, "job-pause", 3));
    console_await(console, "pause 3 jobs: 3 accepted", NULL);
    assert_int_equal(fake_qmp_count_verbs(fake), 3);
    for (size_t i = 0; i < 4; i++)
        fake_qmp_job_status(fake, ids[i], "paused");
    console_await(console, "pause 3 jobs: 3 in effect", NULL);
}

static void test_jobs_end_under_the_list(void **state)
{
    (void)state;
    play(3, "mirror", "ready", 24, 80);
    tag(3);
    console_press(console, "o");
    console_await_box(console, "COMPLETE 3 tagged jobs");
    fake_qmp_job_status(fake, "job-00", "aborting");
    console_await(console, "left out: only a ready or standby job can complete", NULL);
    console_await(console, "y  complete 2 jobs", NULL);
    fake_qmp_job_status(fake, "job-02", "aborting");
    fake_qmp_job_status(fake, "job-02", "concluded");
    fake_qmp_job_status(fake, "job-02", "null");
    console_await(console, "left out: the job has ended", NULL);
    console_confirm(console, "COMPLETE 3 tagged jobs");
    assert_true(fake_qmp_await(fake, "job-complete", 1));
    console_work_off(console);
    assert_int_equal(fake_qmp_count_verbs(fake), 1);
    assert_string_equal(fake_qmp_argument(fake, "job-complete", "id"), "\"job-01\"");
}

/* One limit for all tells of each what it had. */
static void test_old_limits_are_told(void **state)
{
    (void)state;
    fake = rig_fake("alpha");
    for (size_t i = 0; i < 2; i++) {
        struct fake_job job = job_of(i, "backup", "running");
        job.speed = i * (8 << 20);
        fake_qmp_job(fake, &job);
    }
    console = rig_start(&(struct console_options){.rows = 24, .columns = 80}, NULL);
    console_await(console, "job-01", "running");
    console_await(console, "l limit", NULL);
    tag(2);
    console_press(console, "l");
    console_await(console, "LIMIT 2 tagged jobs", NULL);
    console_enter(console, "5M");
    console_await_box(console, "LIMIT 2 tagged jobs");
    console_await(console, "job-00", "from none to 5.0 MiB/s");
    console_await(console, "job-01", "from 8.0 MiB/s to 5.0 MiB/s");
    console_confirm(console, "LIMIT 2 tagged jobs");
    assert_true(fake_qmp_await(fake, "block-job-set-speed", 2));
}

static void test_the_link_drops_under_the_list(void **state)
{
    (void)state;
    play(3, "mirror", "ready", 24, 80);
    tag(3);
    console_press(console, "o");
    console_await_box(console, "COMPLETE 3 tagged jobs");
    fake_qmp_die(fake);
    console_await(console, "complete: nothing was sent: no tagged job takes it", NULL);
    console_await_gone(console, "COMPLETE 3 tagged jobs", NULL);
    console_press(console, "y");
    console_work_off(console);
    fake_qmp_revive(fake);
    console_await_gone(console, "~", "job-00");
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

static void test_more_than_five_want_the_count(void **state)
{
    (void)state;
    play(7, "backup", "running", 24, 80);
    tag(7);
    console_press(console, "c");
    console_await_typing(console, "CANCEL 7 tagged jobs", "7");
    console_press(console, "y\r");
    console_await(console, "that is another word", NULL);
    fake_qmp_job_status(fake, "job-03", "aborting");
    console_await_typing(console, "CANCEL 7 tagged jobs", "6");
    console_press(console, "\x15"
                           "7\r");
    console_await(console, "that is another word", NULL);
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
    console_press(console, "\x15");
    console_enter(console, "6");
    console_await_gone(console, "CANCEL 7 tagged jobs", NULL);
    assert_true(fake_qmp_await(fake, "job-cancel", 6));
    console_work_off(console);
    assert_int_equal(fake_qmp_count_verbs(fake), 6);
}

/* More jobs than rows: all can be looked at before the answer, and all are asked,
 * though never too many at once. */
static void test_a_long_list_scrolls(void **state)
{
    (void)state;
    play(30, "backup", "running", 16, 80);
    tag(30);
    console_press(console, "p");
    console_await_typing(console, "PAUSE 30 tagged jobs", "30");
    console_await(console, "1-10 of 30", NULL);
    console_press(console, "\033[6~\033[6~");
    console_await(console, "21-30 of 30", NULL);
    console_await(console, "job-29", "hold it where it is");
    console_confirm_typed(console, "PAUSE 30 tagged jobs", "30");
    assert_true(fake_qmp_await(fake, "job-pause", 30));
    assert_int_equal(fake_qmp_count_verbs(fake), 30);
    console_await(console, "pause 30 jobs: 30 accepted", NULL);
}

static void test_a_refusal_among_many(void **state)
{
    (void)state;
    static const char words[] = "Job is otherwise engaged";
    play(3, "backup", "running", 24, 100);
    fake_qmp_refuses(fake, "job-pause", "GenericError", words);
    tag(2);
    console_press(console, "p");
    console_confirm(console, "PAUSE 2 tagged jobs");
    console_await(console, "pause 2 jobs: 2 refused", words);
    assert_int_equal(fake_qmp_count_verbs(fake), 2);
}

#define TEST(name) cmocka_unit_test_teardown(name, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sorted_and_filtered),
        TEST(test_found),
        TEST(test_rows_move_under_the_menu),
        TEST(test_menu_closes_with_its_job),
        TEST(test_a_heading_tells_that_it_is_held),
        TEST(test_enter_twice_is_nothing),
        TEST(test_menu_on_small_screens),
        TEST(test_a_wrong_name_sends_nothing),
        TEST(test_a_pasted_yes_is_none),
        TEST(test_the_list_is_what_is_sent),
        TEST(test_jobs_end_under_the_list),
        TEST(test_old_limits_are_told),
        TEST(test_the_link_drops_under_the_list),
        TEST(test_more_than_five_want_the_count),
        TEST(test_a_long_list_scrolls),
        TEST(test_a_refusal_among_many),
    };
    return cmocka_run_group_tests_name("screen_many", tests, NULL, NULL);
}
