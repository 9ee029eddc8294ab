/*
 * Calls of the terminal outside their time: before the start, twice, while suspended, after
 * the end. They do nothing; and what was said meanwhile counts when it is shown again.
 */

#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/pty.h"
#include "tui/key.h"
#include "tui/term.h"

#define OLD_HANDLER 5 /* how a child ends by a handler that was there before ours */

/* In a child, since it is a failure there: its number is how the child ends. */
#define EXPECT(holds)  \
    do {               \
        if (!(holds))  \
            exit(100); \
    } while (0)

static const struct term_options plain = {.colour = true};

static void start(void)
{
    char error[TERM_ERROR_SIZE];

    setlocale(LC_ALL, "");
    EXPECT(term_start(&plain, error));
}

/* All that a console calls while there is a terminal. */
static void call_all(void)
{
    struct term_mouse mouse;

    term_suspend();
    term_redraw();
    term_bell();
    term_set_title("meanwhile");
    term_flush();
    EXPECT(term_key() == KEY_CODE_NONE);
    EXPECT(!term_has_keys());
    EXPECT(!term_mouse(&mouse));
}

static int without_a_start(void *unused)
{
    (void)unused;
    call_all();
    term_resume();
    term_resize();
    term_set_mouse(true);
    term_flush_keys();
    EXPECT(term_begin().height == 0);
    term_end();
    term_stop();
    EXPECT(term_fd() == -1);
    return term_is_running() ? 1 : 0;
}

static void end_well(struct pty *pty, int wanted)
{
    int status;

    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), wanted);
    assert_null(pty_not_put_back(pty));
}

static void test_before_the_start_nothing_happens(void **state)
{
    struct pty *pty = pty_fork(without_a_start, NULL, NULL);

    (void)state;
    end_well(pty, 0);
    assert_int_equal(pty_traffic(pty), 0);
    pty_close(pty);
}

static void frame(const char *text)
{
    draw_text(term_begin(), 0, 0, -1, THEME_NORMAL, text);
    term_end();
}

static int twice(void *unused)
{
    (void)unused;
    start();
    start();
    term_resume(); /* it is not suspended */
    frame("first");
    term_suspend();
    call_all();
    frame("never shown");
    term_resume();
    term_resume();
    frame("second");
    term_suspend();
    term_stop(); /* as a signal would while the program is stopped */
    term_stop();
    start();
    frame("third");
    term_stop();
    return 0;
}

static size_t count(struct pty *pty, const char *needle)
{
    size_t found = 0;

    for (const char *at = pty_bytes(pty); (at = strstr(at, needle)) != NULL; at++)
        found++;
    return found;
}

static void test_twice_is_once(void **state)
{
    struct pty *pty = pty_fork(twice, NULL, NULL);

    (void)state;
    end_well(pty, 0);
    assert_int_equal(count(pty, "first"), 1);
    assert_int_equal(count(pty, "never shown"), 0);
    assert_int_equal(count(pty, "\033]0;meanwhile\007"), 1); /* with the second frame */
    assert_true(strstr(pty_bytes(pty), "first") < strstr(pty_bytes(pty), "meanwhile"));
    assert_int_equal(count(pty, "\033[?1049h"), 3);
    assert_int_equal(count(pty, "\007") - count(pty, "\033]"), 0); /* ends of titles: no bell */
    pty_close(pty);
}

/* ---- terminals of another kind ---- */

/* Not the one that controls the session: as under setsid(1), or as stdout of another. */
static int elsewhere(void *unused)
{
    int status;
    pid_t pid = fork();

    (void)unused;
    if (pid == 0) {
        setsid();
        start();
        frame("from another session");
        term_stop();
        exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    return WEXITSTATUS(status);
}

static void test_a_terminal_that_is_not_our_session_s(void **state)
{
    struct pty *pty = pty_fork(elsewhere, NULL, NULL);

    (void)state;
    end_well(pty, 0);
    assert_int_equal(count(pty, "from another session"), 1);
    pty_close(pty);
}

/* A serial line tells no size, or half of one: terminfo's stays. */
static int without_a_size(void *unused)
{
    static const struct winsize sizes[] = {{0, 0, 0, 0}, {7, 0, 0, 0}, {0, 7, 0, 0}};

    (void)unused;
    start();
    for (size_t i = 0; i < 3; i++) {
        EXPECT(ioctl(STDOUT_FILENO, TIOCSWINSZ, &sizes[i]) == 0);
        term_resize();
        EXPECT(term_begin().height == 24 && term_begin().width == 80);
    }
    term_stop();
    return 0;
}

static void test_a_terminal_without_a_size(void **state)
{
    struct pty *pty = pty_fork(without_a_size, NULL, NULL);

    (void)state;
    end_well(pty, 0);
    pty_close(pty);
}

/* ---- titles, colours, mice ---- */

static int name_it(void *unused)
{
    (void)unused;
    start();
    term_set_title("one");
    term_set_title("two \033[1m");
    frame("done");
    term_set_mouse(false); /* it never was on */
    term_stop();
    return 0;
}

/* One with its own words for titles, one with xterm's, one with none. */
static void test_titles_of_terminals(void **state)
{
    static const struct {
        const char *term, *title;
    } kinds[] = {
        {"tmux-256color", "\033]0;two \\x1b[1m\007"},
        {"xterm", "\033]0;two \\x1b[1m\007"},
        {"vt100", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct pty *pty = pty_fork(name_it, NULL, &(struct pty_options){.term = kinds[i].term});

        end_well(pty, 0);
        assert_int_equal(count(pty, "two"), kinds[i].title != NULL);
        if (kinds[i].title != NULL)
            assert_int_equal(count(pty, kinds[i].title), 1);
        assert_int_equal(count(pty, "\033[?1006"), 0);
        pty_close(pty);
    }
}

static int paint(void *unused)
{
    struct theme theme;

    (void)unused;
    start();
    theme_mono(&theme);
    theme.styles[THEME_ERROR].fg = 1;
    term_set_theme(&theme);
    draw_text(term_begin(), 0, 0, -1, THEME_ERROR, "red");
    term_end();
    term_stop();
    return 0;
}

/* NO_COLOR counts when it says something, whatever that is. */
static void test_no_colour(void **state)
{
    static const char *const settings[] = {"NO_COLOR=", "NO_COLOR=0", "NO_COLOR=1"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const char *env[] = {settings[i], NULL};
        struct pty *pty = pty_fork(paint, NULL, &(struct pty_options){.env = env});

        end_well(pty, 0);
        assert_int_equal(count(pty, "\033[31mred"), i == 0);
        pty_close(pty);
    }
}

/* ---- handlers of others ---- */

static void on_fault(int number)
{
    (void)number;
    _exit(OLD_HANDLER);
}

static int be_hit(void *number)
{
    signal(*(const int *)number, on_fault);
    start();
    frame("here");
    term_set_mouse(true);
    raise(*(const int *)number);
    return 1;
}

/* A fault is theirs once the terminal is put back; what they watch else is theirs alone. */
static void test_faults_of_those_who_watch_them(void **state)
{
    int numbers[] = {SIGSEGV, SIGFPE, SIGABRT};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct pty *pty = pty_fork(be_hit, &numbers[i], NULL);

        end_well(pty, OLD_HANDLER);
        pty_close(pty);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_the_start_nothing_happens),
        cmocka_unit_test(test_twice_is_once),
        cmocka_unit_test(test_a_terminal_that_is_not_our_session_s),
        cmocka_unit_test(test_a_terminal_without_a_size),
        cmocka_unit_test(test_titles_of_terminals),
        cmocka_unit_test(test_no_colour),
        cmocka_unit_test(test_faults_of_those_who_watch_them),
    };

    return cmocka_run_group_tests_name("term_calls", tests, NULL, NULL);
}
