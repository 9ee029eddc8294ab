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

#include "tests/support/folder.h"
#include "tests/support/program.h"
#include "tests/support/rig.h"

static const struct fake_job job = {
    .id = "mir", .type = "mirror", .status = "ready", .current = 9, .total = 9};

static void set_up(void)
{
    fake_qmp_job(rig_fake("alpha"), &job);
}

/* A sanitizer would take them for itself. */
#define SIGNALS_ARE_OURS                                                          \
    "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:" \
    "handle_abort=0:handle_sigtrap=0"

static void show(void)
{
    rig_start(&(struct console_options){.environment = SIGNALS_ARE_OURS}, NULL);
    console_await(rig.console, "mir", "READY");
    assert_non_null(pty_not_put_back(console_pty(rig.console)));
}

static void assert_put_back(void)
{
    const char *wrong = pty_not_put_back(console_pty(rig.console));
    if (wrong != NULL)
        fail_msg("not put back: %s", wrong);
}

/* The same with all that can be on: mouse, title, colours, a box. */
static void show_all(void)
{
    static const char *const more[] = {"--mouse", NULL};
    rig_start(&(struct console_options){.environment = SIGNALS_ARE_OURS}, more);
    console_await(rig.console, "mir", "READY");
    console_press(rig.console, "o");
    console_await(rig.console, "COMPLETE mir", " ?");
    assert_true(grid_modes(pty_grid(console_pty(rig.console)))->mouse);
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

/* The other key that makes a signal is no way to quit. */
static void test_quit_key(void **state)
{
    (void)state;
    set_up();
    show();
    console_press(rig.console, "\x1c");
    assert_int_equal(console_await_end(rig.console), 128 + SIGQUIT);
    assert_put_back();
}

/* Whoever sends them: it leaves, or dies as it would have, with the terminal put back. */
static void test_signals(void **state)
{
    (void)state;
    static const int leave[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
    static const int die[] = {SIGSEGV, SIGABRT, SIGBUS,  SIGFPE,  SIGILL,
                              SIGTRAP, SIGSYS,  SIGXCPU, SIGALRM, SIGVTALRM,
                              SIGPROF, SIGUSR1, SIGUSR2, SIGPOLL, SIGPWR};
    set_up();
    for (size_t i = 0; i < sizeof leave / sizeof leave[0]; i++) {
        show_all();
        pty_signal(console_pty(rig.console), leave[i]);
        assert_int_equal(console_await_end(rig.console), 128 + leave[i]);
        assert_put_back();
    }
    for (size_t i = 0; i < sizeof die / sizeof die[0]; i++) {
        show_all();
        pty_signal(console_pty(rig.console), die[i]);
        assert_int_equal(console_await_end(rig.console), 128 + die[i]);
        assert_put_back();
    }
    assert_int_equal(fake_qmp_count(rig.fakes[0], "job-complete"), 0);
}

/* Between the news of a key and its reading ^C can have emptied the terminal's queue. Who
 * waits for the key then hears the ^C no more. */
static void test_reading_never_waits(void **state)
{
    (void)state;
    set_up();
    show();
    assert_false(pty_reads_wait(console_pty(rig.console)));
    console_press(rig.console, "?");
    console_await(rig.console, "HELP", NULL);
    assert_false(pty_reads_wait(console_pty(rig.console)));
}

static void test_terminal_lost(void **state)
{
    (void)state;
    set_up();
    show();
    pty_hang_up(console_pty(rig.console));
    assert_int_equal(console_await_end(rig.console), 128 + SIGHUP);
}

/* Nobody tells it then but the terminal itself. */
static void test_terminal_lost_with_hang_ups_ignored(void **state)
{
    static char names[512];
    (void)state;
    set_up();
    snprintf(names, sizeof names, "QMPTOP=%s", program_path());
    rig.console = console_start(
        &rig.pump,
        &(struct console_options){.columns = 160, .program = "sh", .environment = names},
        (const char *[]){"-c", "trap '' HUP; exec \"$QMPTOP\" \"$1\"", "sh",
                         fake_qmp_endpoint(rig.fakes[0]), NULL});
    console_await(rig.console, "mir", "READY");
    pty_signal(console_pty(rig.console), SIGHUP);
    console_press(rig.console, "?");
    console_await(rig.console, "HELP", NULL);
    pty_hang_up(console_pty(rig.console));
    assert_int_equal(console_await_end(rig.console), 128 + SIGHUP);
}

/* What is wrong from the start is said on a terminal that nobody has touched. */
static void test_errors_at_the_start(void **state)
{
    static const char *const wrong[][4] = {
        {"--theme", "no-such-theme", "/nowhere.qmp", NULL},
        {"--config", "/nowhere/config.json", "/nowhere.qmp", NULL},
        {"--log", "/nowhere/log", "/nowhere.qmp", NULL},
        {"--frobnicate", NULL},
        {"x=tcp:host:nothing", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        rig_start(&(struct console_options){.rows = 24}, wrong[i]);
        assert_int_equal(console_await_end(rig.console), 2);
        assert_true(console_find(rig.console, "qmptop: ", NULL) >= 0);
        assert_null(strchr(pty_bytes(console_pty(rig.console)), '\033'));
        assert_put_back();
    }
}

/* A window that is dragged: a storm of sizes, of which the last one counts. */
static void test_a_storm_of_sizes(void **state)
{
    (void)state;
    set_up();
    show();
    for (int i = 0; i < 300; i++)
        pty_resize(console_pty(rig.console), 1 + i * 7 % 60, 1 + i * 13 % 200);
    pty_resize(console_pty(rig.console), 24, 80);
    console_await(rig.console, "Enter actions", "q quit");
    console_await(rig.console, "mir", "READY");
    console_press(rig.console, "q");
    assert_int_equal(console_await_end(rig.console), 0);
    assert_put_back();
}

static char folder[FOLDER_SIZE];

static int clear_with_folder(void **state)
{
    folder_remove(folder);
    return rig_clear(state);
}

/* A log that may not grow any more is given up, and said; the console stays. */
static void test_a_log_beyond_its_limit(void **state)
{
    static char names[512];
    (void)state;
    set_up();
    folder_make(folder);
    folder_fill(folder, "log", 51200);
    snprintf(names, sizeof names, "QMPTOP=%s", program_path());
    rig.console = console_start(
        &rig.pump,
        &(struct console_options){.columns = 200, .program = "sh", .environment = names},
        (const char *[]){"-c", "ulimit -f 100; exec \"$QMPTOP\" --log \"$2/log\" \"$1\"", "sh",
                         fake_qmp_endpoint(rig.fakes[0]), folder, NULL});
    console_await(rig.console, "mir", "READY");
    console_press(rig.console, "e");
    console_await(rig.console, "File too large", NULL);
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
        cmocka_unit_test_teardown(test_quit_key, rig_clear),
        cmocka_unit_test_teardown(test_signals, rig_clear),
        cmocka_unit_test_teardown(test_reading_never_waits, rig_clear),
        cmocka_unit_test_teardown(test_terminal_lost, rig_clear),
        cmocka_unit_test_teardown(test_terminal_lost_with_hang_ups_ignored, rig_clear),
        cmocka_unit_test_teardown(test_errors_at_the_start, rig_clear),
        cmocka_unit_test_teardown(test_a_storm_of_sizes, rig_clear),
        cmocka_unit_test_teardown(test_a_log_beyond_its_limit, clear_with_folder),
        cmocka_unit_test_teardown(test_suspend, rig_clear),
        cmocka_unit_test_teardown(test_redraw, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_terminal", tests, NULL, NULL);
}
