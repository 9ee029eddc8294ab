/*
 * The console is stopped by a signal and goes on later: it does not catch up on the polls
 * it has missed, nor take its own absence for a silence of the others.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define DELAY_S  "0.1"
#define DELAY_MS 100
#define STOP_MS  1500 /* fifteen polls that are missed */
#define SPARE    4    /* polls beside those of the time that has passed */
#define MORE     5    /* polls to see afterwards */

static const struct fake_job job = {.id = "mir",
                                    .type = "mirror",
                                    .status = "running",
                                    .current = 10,
                                    .total = 1000,
                                    .keeps = true};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool has_passed(void *end_ms)
{
    return now_ms() >= *(int64_t *)end_ms;
}

struct after {
    int64_t from_ms;
    size_t polls; /* there were by then */
};

/* More than time allows is a burst. */
static bool goes_on_evenly(void *ctx)
{
    const struct after *after = ctx;
    size_t polls = fake_qmp_count(rig.fakes[0], "query-jobs") - after->polls;
    int64_t passed_ms = now_ms() - after->from_ms;
    if ((int64_t)polls > passed_ms / DELAY_MS + SPARE)
        fail_msg("%zu polls in %lld ms", polls, (long long)passed_ms);
    return polls >= MORE;
}

static void stop_and_go_on(void)
{
    struct pty *pty = console_pty(rig.console);
    int64_t end_ms = now_ms() + STOP_MS;
    pty_signal(pty, SIGSTOP);
    assert_true(pty_wait_stopped(pty, PTY_WITHIN_MS));
    console_await_that(rig.console, has_passed, &end_ms, "time to pass");
    struct after after = {now_ms(), fake_qmp_count(rig.fakes[0], "query-jobs")};
    pty_signal(pty, SIGCONT);
    console_await_that(rig.console, goes_on_evenly, &after, "more polls");
}

static void test_stopped_and_continued(void **state)
{
    (void)state;
    fake_qmp_job(rig_fake("alpha"), &job);
    rig_start(&(struct console_options){.rows = 24, .columns = 120},
              (const char *[]){"--delay", DELAY_S, NULL});
    console_await(rig.console, "mir", "running");
    for (int i = 0; i < 2; i++) {
        stop_and_go_on();
        fake_qmp_job_progress(rig.fakes[0], "mir", 500 + 100 * (uint64_t)i, 1000);
        console_await(rig.console, "mir", i == 0 ? "50" : "60");
    }
    assert_int_equal(fake_qmp_most_unanswered(rig.fakes[0]), 1);
    console_press(rig.console, "e");
    console_await(rig.console, "EVENTS", NULL);
    assert_int_equal(console_find(rig.console, "does not answer", NULL), -1);
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
    assert_null(pty_not_put_back(console_pty(rig.console)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_stopped_and_continued, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_clock", tests, NULL, NULL);
}
