/*
 * The terminal is put back on every way out, and given and taken again in between.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/program.h"
#include "tests/support/rig.h"

static const struct fake_job job = {
    .id = "mir", .type = "mirror", .status = "ready", .current = 9, .total = 9};

static void set_up(void)
{
    fake_qmp_job(rig_fake("alpha"), &job);
}

/* A sanitizer would take SIGSEGV for itself. */
static void show(void)
{
    rig_start(&(struct console_options){.environment = "ASAN_OPTIONS=handle_segv=0"}, NULL);
    console_await(rig.console, "mir", "READY");
    assert_non_null(pty_not_put_back(console_pty(rig.console)));
}

static void assert_put_back(void)
{
    const char *wrong = pty_not_put_back(console_pty(rig.console));
    if (wrong != NULL)
        fail_msg("not put back: %s", wrong);
}

static void test_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"q", "\x03", "\033[21~"};
    set_up();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        show();
        console_press(rig.console, keys[i]);
        assert_int_equal(console_await_end(rig.console), 0);
        assert_put_back();
    }
}

static void test_signals(void **state)
{
    (void)state;
    static const struct {
        int number, status;
    } signals[] = {{SIGTERM, 0},
                   {SIGHUP, 0},
                   {SIGINT, 0},
                   {SIGQUIT, 0},
                   {SIGSEGV, 128 + SIGSEGV},
                   {SIGABRT, 128 + SIGABRT}};
    set_up();
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        show();
        pty_signal(console_pty(rig.console), signals[i].number);
        assert_int_equal(console_await_end(rig.console), signals[i].status);
        assert_put_back();
    }
}

/* Out of a box and of the help as well. */
static void test_signal_with_a_box_open(void **state)
{
    (void)state;
    set_up();
    show();
    console_press(rig.console, "o");
    console_await_box(rig.console, "COMPLETE mir");
    pty_signal(console_pty(rig.console), SIGTERM);
    console_await_end(rig.console);
    assert_put_back();
    assert_int_equal(fake_qmp_count(rig.fakes[0], "job-complete"), 0);
}

static void test_terminal_lost(void **state)
{
    (void)state;
    set_up();
    show();
    pty_hang_up(console_pty(rig.console));
    console_await_end(rig.console);
}

/* ^Z gives the shell its terminal, fg takes it again, twice; `stty` tells. */
static void test_suspend(void **state)
{
    (void)state;
    char command[512];
    set_up();
    rig.console = console_start(&rig.pump, &console_shell, console_shell_arguments);
    console_await(rig.console, "$", NULL);
    console_press(rig.console, "stty -g >before\r");
    snprintf(command, sizeof command, "%s alpha=%s\r", program_path(),
             fake_qmp_endpoint(rig.fakes[0]));
    console_press(rig.console, command);
    for (int i = 0; i < 2; i++) {
        console_await(rig.console, "mir", "READY");
        assert_true(grid_modes(pty_grid(console_pty(rig.console)))->alternate);
        console_press(rig.console, "\x1a");
        console_await(rig.console, "Stopped", NULL);
        const struct grid_modes *modes = grid_modes(pty_grid(console_pty(rig.console)));
        assert_false(modes->alternate);
        assert_true(modes->cursor);
        assert_false(modes->mouse);
        console_press(rig.console, "clear; stty -g | cmp - before && echo same modes $?\r");
        console_await(rig.console, "same modes 0", NULL);
        console_press(rig.console, "clear; fg\r");
    }
    console_await(rig.console, "mir", "READY");
    console_press(rig.console, "q");
    console_await_gone(rig.console, "READY", NULL);
    console_press(rig.console, "rm before; echo status $?\r");
    console_await(rig.console, "status 0", NULL);
}

/* ^L draws everything anew over what somebody else wrote. */
static void test_redraw(void **state)
{
    (void)state;
    set_up();
    show();
    static const char wall[] = "\033[5;1Hwall: shutdown at noon";
    grid_feed(pty_grid(console_pty(rig.console)), wall, strlen(wall));
    assert_true(console_find(rig.console, "shutdown at noon", NULL) >= 0);
    console_press(rig.console, "\x0c");
    console_await_gone(rig.console, "shutdown at noon", NULL);
    console_await(rig.console, "mir", "READY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_keys, rig_clear),
        cmocka_unit_test_teardown(test_signals, rig_clear),
        cmocka_unit_test_teardown(test_signal_with_a_box_open, rig_clear),
        cmocka_unit_test_teardown(test_terminal_lost, rig_clear),
        cmocka_unit_test_teardown(test_suspend, rig_clear),
        cmocka_unit_test_teardown(test_redraw, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_terminal", tests, NULL, NULL);
}
