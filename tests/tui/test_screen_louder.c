/*
 * "confirm": "more" on the screen: everything asks one step louder, what asks for a number
 * too, in a box behind it with the old value and the new one.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/rig.h"

static struct fake_qmp *fake;

static const struct fake_job jobs[] = {
    {.id = "two", .type = "mirror", .status = "ready", .current = 9, .total = 9},
    {.id = "three", .type = "backup", .status = "running", .current = 2, .total = 9},
};

static void play(void)
{
    rig_start(&(struct console_options){.rows = 30, .columns = 100},
              (const char *[]){"--config", rig_config("{\"confirm\": \"more\"}"), NULL});
}

static void play_jobs(void)
{
    fake = rig_fake("alpha");
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        fake_qmp_job(fake, &jobs[i]);
    play();
    console_await(rig.console, "two", "READY");
    console_await(rig.console, "three", "running");
}

static void play_migration(void)
{
    fake = rig_fake("ci-11");
    fake_qmp_answers(fake, "query-migrate-parameters",
                     "{\"max-bandwidth\": 134217728, \"max-postcopy-bandwidth\": 0, "
                     "\"downtime-limit\": 300}");
    fake_qmp_answers(fake, "migrate-set-parameters", "{}");
    fake_qmp_migrates(fake);
    play();
    console_await(rig.console, "ci-11", "migration");
    console_press(rig.console, "i");
    console_await(rig.console, "what you can do", NULL);
}

static void type_number(const char *number)
{
    console_await(rig.console, "Enter takes it", NULL);
    console_enter(rig.console, number);
}

/* ---- jobs ---- */

static void what_is_done_at_once_takes_y(void **state)
{
    (void)state;
    play_jobs();
    console_select(rig.console, "three", "running");
    console_press(rig.console, "p");
    console_await_box(rig.console, "PAUSE three");
    assert_int_equal(fake_qmp_count(fake, "job-pause"), 0);
    console_confirm(rig.console, "PAUSE three");
    assert_true(fake_qmp_await(fake, "job-pause", 1));
}

static void what_takes_y_takes_the_name(void **state)
{
    (void)state;
    play_jobs();
    console_select(rig.console, "two", "READY");
    console_press(rig.console, "o");
    console_await_typing(rig.console, "COMPLETE two", "alpha");
    assert_int_equal(fake_qmp_count(fake, "job-complete"), 0);
}

static void a_limit_takes_y(void **state)
{
    (void)state;
    play_jobs();
    console_select(rig.console, "three", "running");
    console_press(rig.console, "l");
    type_number("80M");
    console_await_box(rig.console, "LIMIT three on alpha ?");
    console_await(rig.console, "from none to 80 MiB/s", NULL);
    console_await(rig.console, "y  limit it", "n, Esc  nothing");
    assert_int_equal(fake_qmp_count(fake, "block-job-set-speed"), 0);
    console_press(rig.console, "n");
    console_await(rig.console, "limit alpha/three: nothing was sent", NULL);
    console_press(rig.console, "l");
    type_number("90M");
    console_await(rig.console, "from none to 90 MiB/s", NULL);
    console_confirm(rig.console, "LIMIT three on alpha ?");
    assert_true(fake_qmp_await(fake, "block-job-set-speed", 1));
    assert_string_equal(fake_qmp_argument(fake, "block-job-set-speed", "speed"), "94371840");
}

static void the_menu_says_so(void **state)
{
    (void)state;
    play_jobs();
    console_select(rig.console, "three", "running");
    console_press(rig.console, "\r");
    console_await(rig.console, "pause  ", " asks");
    console_await(rig.console, "limit  ", "number, y");
}

/* The box is about the job it was opened for, as any other. */
static void a_limit_is_void_when_its_job_ends(void **state)
{
    (void)state;
    play_jobs();
    console_select(rig.console, "three", "running");
    console_press(rig.console, "l");
    type_number("80M");
    console_await_box(rig.console, "LIMIT three on alpha ?");
    fake_qmp_job_status(fake, "three", "null");
    console_await(rig.console, "limit alpha/three: nothing was sent: the job has ended", NULL);
    console_press(rig.console, "y");
    console_settle(rig.console);
    assert_int_equal(fake_qmp_count(fake, "block-job-set-speed"), 0);
}

/* ---- migrations ---- */

static void levers_with_a_number_take_y(void **state)
{
    static const struct {
        const char *key, *text, *title, *change, *member, *value;
    } rows[] = {
        {"b", "1.5GiB/s", "BANDWIDTH migration on ci-11 ?", "from 128 MiB/s to 1.5 GiB/s",
         "max-bandwidth", "1610612736"},
        {"d", "1.5s", "DOWNTIME migration on ci-11 ?", "from 300 ms to 1500 ms",
         "downtime-limit", "1500"},
        {"u", "50M", "POSTCOPY-BANDWIDTH migration on ci-11 ?", "from unlimited to 50 MiB/s",
         "max-postcopy-bandwidth", "52428800"},
    };

    (void)state;
    play_migration();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        console_press(rig.console, rows[i].key);
        type_number(rows[i].text);
        console_await(rig.console, rows[i].change, NULL);
        console_await(rig.console, "y  set it", "n, Esc  nothing");
        assert_int_equal(fake_qmp_count(fake, "migrate-set-parameters"), i);
        console_confirm(rig.console, rows[i].title);
        assert_true(fake_qmp_await(fake, "migrate-set-parameters", i + 1));
        assert_string_equal(fake_qmp_argument(fake, "migrate-set-parameters", rows[i].member),
                            rows[i].value);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, rig_make_folder, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_done_at_once_takes_y),
        TEST(what_takes_y_takes_the_name),
        TEST(a_limit_takes_y),
        TEST(the_menu_says_so),
        TEST(a_limit_is_void_when_its_job_ends),
        TEST(levers_with_a_number_take_y),
    };
    return cmocka_run_group_tests_name("screen_louder", tests, NULL, NULL);
}
