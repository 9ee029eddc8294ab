/*
 * A terminal at the end of a thin line: it takes 100 bytes a second, or none at all.
 * The sockets are drained all the same, keys are heard, and the way out is short.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define BAUD   100
#define EVENTS 3000

static const struct fake_job mirror = {
    .id = "mir", .type = "mirror", .status = "ready", .current = 9, .total = 9};
static const struct fake_job backup = {
    .id = "bac", .type = "backup", .status = "running", .current = 1, .total = 9};

static struct fake_qmp *fake;

static void show(int pace)
{
    fake = rig_fake("alpha");
    fake_qmp_job(fake, &mirror);
    fake_qmp_job(fake, &backup);
    rig_start(&(struct console_options){.rows = 50, .columns = 160},
              (const char *[]){"--delay", "0.2", NULL});
    console_await(rig.console, "bac", "running");
    pty_slow(console_pty(rig.console), pace);
}

/* Changes, and frames in full, far more than what the kernel keeps for a terminal. An
 * answer stands behind all that was sent before it: when the program has asked twice more,
 * it has read all. */
static void flood(void)
{
    for (int i = 0; i < EVENTS; i++) {
        fake_qmp_job_status(fake, "bac", i % 2 == 0 ? "paused" : "running");
        if (i % (EVENTS / 15) != 0)
            continue;
        console_press(rig.console, "\x0c");
        console_settle(rig.console);
    }
    assert_true(fake_qmp_await(fake, "query-jobs", fake_qmp_count(fake, "query-jobs") + 2));
}

static void leave(void)
{
    console_press(rig.console, "q");
    assert_int_equal(console_await_end(rig.console), 0);
}

static void test_a_slow_terminal(void **state)
{
    (void)state;
    show(BAUD);
    flood();
    console_press(rig.console, "p");
    assert_true(fake_qmp_await(fake, "job-pause", 1));
    leave();
    pty_slow(console_pty(rig.console), 0);
    pty_wait_exit(console_pty(rig.console), NULL, PTY_WITHIN_MS);
    assert_null(pty_not_put_back(console_pty(rig.console)));
}

/* When it takes bytes again, it gets the newest frame. */
static void test_a_terminal_that_takes_next_to_nothing(void **state)
{
    (void)state;
    show(1);
    flood();
    pty_slow(console_pty(rig.console), 0);
    console_await(rig.console, "Enter actions", "q quit");
    leave();
    assert_null(pty_not_put_back(console_pty(rig.console)));
}

/* Two names change their colours, not two rows. An answer may come in between, so it is
 * the cheapest of some that counts. */
static void test_a_key_is_echoed_in_few_bytes(void **state)
{
    struct fake_job moving = {.type = "backup", .status = "running", .total = 1 << 30};
    size_t cheapest = SIZE_MAX;
    (void)state;
    fake = rig_fake("alpha");
    for (int i = 0; i < 9; i++) {
        moving.id = (const char *[]){"a", "b", "c", "d", "e", "f", "g", "h", "i"}[i];
        fake_qmp_job(fake, &moving);
    }
    rig_start(&(struct console_options){.rows = 24, .columns = 80}, NULL);
    console_await(rig.console, ">   alpha", "running");
    for (uint64_t done = 1 << 20; done <= 3 << 20; done += 1 << 20) {
        for (const char *id = "abcdefghi"; *id != '\0'; id++)
            fake_qmp_job_progress(fake, (char[]){*id, '\0'}, done << 4, 1 << 30);
        assert_true(fake_qmp_await(fake, "query-jobs", fake_qmp_count(fake, "query-jobs") + 2));
    }
    console_await(rig.console, "alpha", "M/s");
    for (int i = 0; i < 8; i++) {
        int row = console_cursor(rig.console);
        size_t before = pty_traffic(console_pty(rig.console)), bytes;
        console_press(rig.console, "j");
        while (console_cursor(rig.console) == row)
            console_settle(rig.console);
        bytes = pty_traffic(console_pty(rig.console)) - before;
        cheapest = bytes < cheapest ? bytes : cheapest;
    }
    assert_in_range(cheapest, 1, 200);
    leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_slow_terminal, rig_clear),
        cmocka_unit_test_teardown(test_a_key_is_echoed_in_few_bytes, rig_clear),
        cmocka_unit_test_teardown(test_a_terminal_that_takes_next_to_nothing, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_slow", tests, NULL, NULL);
}
