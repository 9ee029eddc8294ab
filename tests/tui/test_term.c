#include "tui/term.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/player.h"
#include "tests/support/program.h"
#include "tui/key.h"

/* ---- every way out ---- */

static void leave(const char *key, int *status)
{
    struct pty *pty = player_start(NULL);

    assert_true(grid_modes(pty_grid(pty))->alternate);
    assert_false(grid_modes(pty_grid(pty))->cursor);
    player_press(pty, "M", "1: M");
    assert_true(grid_modes(pty_grid(pty))->mouse);
    assert_string_equal(pty_not_put_back(pty), "modes");
    pty_send(pty, key);
    assert_true(pty_wait_exit(pty, status, PTY_WITHIN_MS));
    assert_null(pty_not_put_back(pty));
    pty_close(pty);
}

static void test_stop(void **state)
{
    int status;

    (void)state;
    leave("q", &status);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_exit_without_stop(void **state)
{
    int status;

    (void)state;
    leave("X", &status);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static void test_fatal_signals(void **state)
{
    static const struct {
        const char *key;
        int signal;
    } rows[] = {{"S", SIGSEGV}, {"A", SIGABRT}, {"Q", SIGQUIT}, {"O", SIGSEGV}};
    int status;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        leave(rows[i].key, &status);
        /* Under a sanitizer the handler before ours ends the program with a report. */
        if (program_is_sanitized())
            assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        else
            assert_true(WIFSIGNALED(status) && WTERMSIG(status) == rows[i].signal);
    }
}

/* The text before the program is there again, and its last words come after it. */
static void test_main_screen_comes_back(void **state)
{
    struct pty *pty = player_start(NULL);

    (void)state;
    pty_send(pty, "q");
    assert_true(pty_wait_exit(pty, NULL, PTY_WITHIN_MS));
    assert_true(pty_wait_grid(pty, "bye\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", 0));
    pty_close(pty);
}

static void test_suspend(void **state)
{
    struct pty *pty = player_start(NULL);

    (void)state;
    player_press(pty, "M", "1: M");
    assert_false(pty_reads_wait(pty));
    pty_send(pty, "Z");
    assert_true(pty_wait_stopped(pty, PTY_WITHIN_MS));
    assert_null(pty_not_put_back(pty));
    pty_resize(pty, 10, 40);
    pty_signal(pty, SIGCONT);
    assert_true(pty_wait_text(pty, "10x40", PTY_WITHIN_MS));
    assert_true(pty_wait_text(pty, "2: Z", PTY_WITHIN_MS));
    assert_true(grid_modes(pty_grid(pty))->alternate);
    assert_true(grid_modes(pty_grid(pty))->mouse);
    assert_string_equal(pty_not_put_back(pty), "modes");
    assert_false(pty_reads_wait(pty));
    player_press(pty, "m", "3: m");
    assert_false(grid_modes(pty_grid(pty))->mouse);
    pty_send(pty, "q");
    assert_true(pty_wait_exit(pty, NULL, PTY_WITHIN_MS));
    assert_null(pty_not_put_back(pty));
    pty_close(pty);
}

/* A child of the program that calls exit() is not the terminal's owner. */
static int forker(void *unused)
{
    struct term_options options = {.colour = true};
    char error[TERM_ERROR_SIZE];
    int status;

    (void)unused;
    setlocale(LC_ALL, "");
    if (!term_start(&options, error))
        return 2;
    draw_text(term_begin(), 0, 0, -1, THEME_NORMAL, "parent");
    term_end();
    pid_t child = fork();
    if (child == 0)
        exit(3);
    waitpid(child, &status, 0);
    draw_text(term_begin(), 0, 0, -1, THEME_NORMAL, "child is gone");
    term_end();
    while (term_key() != 'q')
        poll(&(struct pollfd){.fd = STDIN_FILENO, .events = POLLIN}, 1, 10000);
    return WEXITSTATUS(status);
}

static void test_child_leaves_terminal_alone(void **state)
{
    struct pty *pty = pty_fork(forker, NULL, NULL);
    int status;

    (void)state;
    assert_true(pty_wait_text(pty, "child is gone", PTY_WITHIN_MS));
    assert_true(grid_modes(pty_grid(pty))->alternate);
    assert_string_equal(pty_not_put_back(pty), "modes");
    pty_send(pty, "q");
    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_null(pty_not_put_back(pty));
    pty_close(pty);
}

static void test_hang_up(void **state)
{
    struct pty *pty = player_start(NULL);
    int status;

    (void)state;
    pty_hang_up(pty);
    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    pty_close(pty);
}

static int survivor(void *argument)
{
    signal(SIGHUP, SIG_IGN);
    return player_run(argument);
}

/* Where SIGHUP is not heard, reading tells that the terminal is gone. */
static void test_lost_terminal_is_a_key(void **state)
{
    struct term_options options = {.colour = true};
    struct pty *pty = pty_fork(survivor, &options, NULL);
    int status;

    (void)state;
    assert_true(pty_wait_text(pty, "0: ", PTY_WITHIN_MS));
    pty_hang_up(pty);
    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    pty_close(pty);
}

/* ---- refusals ---- */

static void refuse(const char *term, const char *sentence)
{
    struct term_options options = {.colour = true};
    struct pty *pty =
        pty_fork(player_run, &options, &(struct pty_options){.cols = 100, .term = term});
    int status;

    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_true(pty_wait_line(pty, 0, sentence, 0));
    assert_null(pty_not_put_back(pty));
    assert_null(strchr(pty_bytes(pty), '\033'));
    pty_close(pty);
}

static void test_unusable_terminals(void **state)
{
    (void)state;
    refuse("no-such-type", "unknown terminal type \"no-such-type\" (from TERM)");
    refuse("", "TERM is not set: it must name the type of this terminal");
    refuse("dumb", "terminal type \"dumb\" cannot place the cursor");
}

static int without_terminal(void *unused)
{
    struct term_options options = {.colour = true};
    char error[TERM_ERROR_SIZE];
    int null = open("/dev/null", O_RDWR);

    (void)unused;
    dup2(null, STDIN_FILENO);
    close(null);
    if (term_start(&options, error))
        return 0;
    printf("%s\n", error);
    return 2;
}

static void test_no_terminal(void **state)
{
    struct pty *pty = pty_fork(without_terminal, NULL, NULL);

    (void)state;
    assert_true(pty_wait_exit(pty, NULL, PTY_WITHIN_MS));
    assert_true(pty_wait_line(pty, 0, "not a terminal; use --once or --follow without one", 0));
    pty_close(pty);
}

/* ---- terminals and sizes ---- */

static void test_kinds_of_terminals(void **state)
{
    static const char *const terms[] = {"xterm-256color", "xterm",  "vt100",
                                        "linux",          "screen", "tmux-256color"};

    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct pty *pty = player_start(&(struct pty_options){.term = terms[i]});
        assert_true(pty_wait_line(pty, 0, "24x80", 0));
        player_press(pty, "x", "1: x");
        pty_send(pty, "q");
        assert_true(pty_wait_exit(pty, NULL, PTY_WITHIN_MS));
        assert_null(pty_not_put_back(pty));
        pty_close(pty);
    }
}

static void test_resize(void **state)
{
    static const int sizes[][2] = {{5, 20}, {50, 160}, {3, 7}, {24, 80}};
    struct pty *pty = player_start(NULL);
    char text[32];

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        pty_resize(pty, sizes[i][0], sizes[i][1]);
        snprintf(text, sizeof text, "%dx%d", sizes[i][0], sizes[i][1]);
        assert_true(pty_wait_line(pty, 0, text, PTY_WITHIN_MS));
    }
    pty_resize(pty, 1, 1);
    assert_true(pty_wait_grid(pty, "~\n", PTY_WITHIN_MS));
    pty_resize(pty, 2, 30);
    assert_true(pty_wait_line(pty, 0, "2x30", PTY_WITHIN_MS));
    pty_close(pty);
}

/* LINES and COLUMNS are what some shell once knew; the device knows better. */
static void test_size_comes_from_the_device(void **state)
{
    static const char *const env[] = {"LINES=7", "COLUMNS=9", NULL};
    struct pty *pty = player_start(&(struct pty_options){.rows = 12, .cols = 34, .env = env});

    (void)state;
    assert_true(pty_wait_line(pty, 0, "12x34", 0));
    pty_close(pty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_exit_without_stop),
        cmocka_unit_test(test_fatal_signals),
        cmocka_unit_test(test_main_screen_comes_back),
        cmocka_unit_test(test_suspend),
        cmocka_unit_test(test_child_leaves_terminal_alone),
        cmocka_unit_test(test_hang_up),
        cmocka_unit_test(test_lost_terminal_is_a_key),
        cmocka_unit_test(test_unusable_terminals),
        cmocka_unit_test(test_no_terminal),
        cmocka_unit_test(test_kinds_of_terminals),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_size_comes_from_the_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
