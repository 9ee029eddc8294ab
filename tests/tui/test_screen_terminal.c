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
#include "tests/support/scene.h"

static const struct fake_job job = {
    .id = "mir", .type = "mirror", .status = "ready", .current = 9, .total = 9};

static void set_the_scene(void)
{
    fake_qmp_job(scene_fake("alpha"), &job);
}

/* A sanitizer would take SIGSEGV for itself. */
static void show(void)
{
    scene_start(&(struct console_options){.environment = "ASAN_OPTIONS=handle_segv=0"}, NULL);
    console_await(scene.console, "mir", "READY");
    assert_non_null(pty_not_put_back(console_pty(scene.console)));
}

static void assert_put_back(void)
{
    const char *wrong = pty_not_put_back(console_pty(scene.console));
    if (wrong != NULL)
        fail_msg("not put back: %s", wrong);
}

static void test_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"q", "\x03", "\033[21~"};
    set_the_scene();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        show();
        console_press(scene.console, keys[i]);
        assert_int_equal(console_await_end(scene.console), 0);
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
    set_the_scene();
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        show();
        pty_signal(console_pty(scene.console), signals[i].number);
        assert_int_equal(console_await_end(scene.console), signals[i].status);
        assert_put_back();
    }
}

/* Out of a box and of the help as well. */
static void test_signal_with_a_box_open(void **state)
{
    (void)state;
    set_the_scene();
    show();
    console_press(scene.console, "o");
    console_await_box(scene.console, "COMPLETE mir");
    pty_signal(console_pty(scene.console), SIGTERM);
    console_await_end(scene.console);
    assert_put_back();
    assert_int_equal(fake_qmp_count(scene.fakes[0], "job-complete"), 0);
}

static void test_terminal_lost(void **state)
{
    (void)state;
    set_the_scene();
    show();
    pty_hang_up(console_pty(scene.console));
    console_await_end(scene.console);
}

/* ^Z gives the shell its terminal, fg takes it again, twice; `stty` tells. */
static void test_suspend(void **state)
{
    (void)state;
    char command[512];
    set_the_scene();
    scene.console = console_start(&scene.pump, &console_shell, console_shell_arguments);
    console_await(scene.console, "$", NULL);
    console_press(scene.console, "stty -g >before\r");
    snprintf(command, sizeof command, "%s alpha=%s\r", program_path(),
             fake_qmp_endpoint(scene.fakes[0]));
    console_press(scene.console, command);
    for (int i = 0; i < 2; i++) {
        console_await(scene.console, "mir", "READY");
        assert_true(grid_modes(pty_grid(console_pty(scene.console)))->alternate);
        console_press(scene.console, "\x1a");
        console_await(scene.console, "Stopped", NULL);
        const struct grid_modes *modes = grid_modes(pty_grid(console_pty(scene.console)));
        assert_false(modes->alternate);
        assert_true(modes->cursor);
        assert_false(modes->mouse);
        console_press(scene.console, "clear; stty -g | cmp - before && echo same modes $?\r");
        console_await(scene.console, "same modes 0", NULL);
        console_press(scene.console, "clear; fg\r");
    }
    console_await(scene.console, "mir", "READY");
    console_press(scene.console, "q");
    console_await_gone(scene.console, "READY", NULL);
    console_press(scene.console, "rm before; echo status $?\r");
    console_await(scene.console, "status 0", NULL);
}

/* A terminal that nobody knows is named, not guessed at. */
static void test_unknown_terminal(void **state)
{
    (void)state;
    static const char *const unknown[] = {"no-such-terminal", ""};
    set_the_scene();
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        scene_start(&(struct console_options){.term = unknown[i]}, NULL);
        assert_int_equal(console_await_end(scene.console), 2);
        assert_true(console_find(scene.console, "TERM", NULL) >= 0);
        assert_put_back();
    }
    scene_start(&(struct console_options){.term = "no-such-terminal"}, NULL);
    assert_int_equal(console_await_end(scene.console), 2);
    assert_true(console_find(scene.console, "no-such-terminal", NULL) >= 0);
}

/* ^L draws everything anew over what somebody else wrote. */
static void test_redraw(void **state)
{
    (void)state;
    set_the_scene();
    show();
    static const char wall[] = "\033[5;1Hwall: shutdown at noon";
    grid_feed(pty_grid(console_pty(scene.console)), wall, strlen(wall));
    assert_true(console_find(scene.console, "shutdown at noon", NULL) >= 0);
    console_press(scene.console, "\x0c");
    console_await_gone(scene.console, "shutdown at noon", NULL);
    console_await(scene.console, "mir", "READY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_keys, scene_clear),
        cmocka_unit_test_teardown(test_signals, scene_clear),
        cmocka_unit_test_teardown(test_signal_with_a_box_open, scene_clear),
        cmocka_unit_test_teardown(test_terminal_lost, scene_clear),
        cmocka_unit_test_teardown(test_suspend, scene_clear),
        cmocka_unit_test_teardown(test_unknown_terminal, scene_clear),
        cmocka_unit_test_teardown(test_redraw, scene_clear),
    };
    return cmocka_run_group_tests_name("screen_terminal", tests, NULL, NULL);
}
