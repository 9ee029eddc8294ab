#include "tui/term.h"

#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/player.h"
#include "tui/key.h"

/* ---- what is written ---- */

/* The same key again changes one digit, so that little is written; the sizes of the
 * answers tell how much. */
static void test_only_changes_are_written(void **state)
{
    struct pty *pty = player_start(NULL);

    (void)state;
    player_press(pty, "x", "1: x");
    size_t before = pty_traffic(pty);
    player_press(pty, "x", "2: x");
    assert_in_range(pty_traffic(pty) - before, 1, 40);
    pty_quit(pty);
}

static void test_redraw_writes_all(void **state)
{
    struct pty *pty = player_start(NULL);

    (void)state;
    player_press(pty, "L", "1: L");
    /* The screen was overwritten by others; the grid is told so by hand. */
    grid_feed(pty_grid(pty), "\033[H\033[2Jmess", 11);
    assert_true(pty_wait_text(pty, "mess", 0));
    player_press(pty, "L", "2: L");
    assert_true(pty_wait_line(pty, 0, "24x80", PTY_WITHIN_MS));
    assert_false(grid_find(pty_grid(pty), "mess", NULL, NULL));
    pty_quit(pty);
}

static bool cursor_is(struct pty *pty, void *shown)
{
    return grid_modes(pty_grid(pty))->cursor == *(bool *)shown;
}

static void test_cursor(void **state)
{
    struct pty *pty = player_start(NULL);
    bool shown = true, hidden = false;
    int row, col;

    (void)state;
    player_press(pty, "c", "1: c");
    assert_true(pty_wait_until(pty, cursor_is, &shown, PTY_WITHIN_MS));
    grid_cursor(pty_grid(pty), &row, &col);
    assert_int_equal(row, 1);
    assert_int_equal(col, 2);
    player_press(pty, "x", "2: x");
    assert_true(pty_wait_until(pty, cursor_is, &hidden, PTY_WITHIN_MS));
    pty_quit(pty);
}

static void test_bell(void **state)
{
    struct pty *pty = player_start(NULL);

    (void)state;
    player_press(pty, "B", "1: B");
    assert_int_equal(grid_modes(pty_grid(pty))->bells, 1);
    pty_quit(pty);
}

/* Draws the same again and again until the test ends it. */
static int idler(void *tell)
{
    struct term_options options = {.colour = true};
    char error[TERM_ERROR_SIZE];

    setlocale(LC_ALL, "");
    if (!term_start(&options, error))
        return 2;
    for (int frame = 0; frame < 50; frame++) {
        draw_text(term_begin(), 0, 0, -1, THEME_NEED, "always the same");
        term_end();
        if (frame == 0 && write(*(int *)tell, "1", 1) != 1)
            return 3;
        while (frame == 0 && term_key() != 'g')
            poll(&(struct pollfd){.fd = STDIN_FILENO, .events = POLLIN}, 1, 10000);
    }
    term_stop();
    return 0;
}

/* After 49 more frames of the same, only what puts the screen back was written. */
static void test_nothing_changed_nothing_written(void **state)
{
    int ends[2], status;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct pty *pty = pty_fork(idler, &ends[1], NULL);
    assert_true(pty_wait_text(pty, "always the same", PTY_WITHIN_MS));
    pty_send(pty, "g");
    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    assert_int_equal(status, 0);
    const char *text = strstr(pty_bytes(pty), "always the same");
    assert_non_null(text);
    assert_in_range(strlen(text), 1, 120);
    pty_close(pty);
    close(ends[0]);
    close(ends[1]);
}

/* ---- a terminal that takes no bytes ---- */

#define FRAMES 200

static void fill(int frame)
{
    struct draw_area area = term_begin();

    for (int y = 0; y < area.height; y++)
        draw_fill(area, y, 0, area.width, THEME_NORMAL, (char)('a' + (frame + y) % 26));
    draw_format(area, 0, 0, -1, THEME_NORMAL, "frame %d ", frame);
    term_end();
}

/* Draws far more than a terminal holds, tells by one byte that it got there, and
 * then only goes on with what waits. */
static int flooder(void *tell)
{
    struct term_options options = {.colour = true};
    char error[TERM_ERROR_SIZE];
    int key = KEY_CODE_NONE;

    setlocale(LC_ALL, "");
    if (!term_start(&options, error))
        return 2;
    for (int frame = 1; frame <= FRAMES; frame++)
        fill(frame);
    if (write(*(int *)tell, term_is_blocked() ? "b" : "-", 1) != 1)
        return 3;
    while (key != 'q' && key != KEY_CODE_LOST) {
        struct pollfd fds[] = {
            {.fd = STDIN_FILENO, .events = POLLIN},
            {.fd = term_is_blocked() ? term_fd() : -1, .events = POLLOUT},
        };
        poll(fds, 2, 10000);
        term_flush();
        key = term_key();
    }
    term_stop();
    return 0;
}

static struct pty *flood(void)
{
    struct pollfd told = {.events = POLLIN};
    char byte = 0;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    struct pty *pty = pty_fork(flooder, &ends[1], NULL);
    told.fd = ends[0];
    assert_int_equal(poll(&told, 1, PTY_WITHIN_MS), 1);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(byte, 'b');
    close(ends[0]);
    close(ends[1]);
    return pty;
}

/* Nothing is read while the program draws 200 frames: it does not wait for us, and
 * what we see then is the last frame, with those between left out. */
static void test_blocked_terminal(void **state)
{
    struct pty *pty = flood();

    (void)state;
    assert_true(pty_wait_text(pty, "frame 200 ", PTY_WITHIN_MS));
    assert_in_range(pty_traffic(pty), 1, 64 * 1024);
    pty_send(pty, "q");
    assert_true(pty_wait_exit(pty, NULL, PTY_WITHIN_MS));
    assert_null(pty_not_put_back(pty));
    pty_close(pty);
}

/* The way out does not wait for ever either; what it could not write is lost. */
static void test_leaving_a_blocked_terminal(void **state)
{
    struct pty *pty = flood();
    int status;

    (void)state;
    pty_send(pty, "q");
    assert_int_equal(waitpid(pty_pid(pty), &status, WNOHANG), 0);
    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    assert_int_equal(status, 0);
    assert_null(pty_not_put_back(pty));
    pty_close(pty);
}

/* ^S stops the terminal, not the program: it hears q, restarts the output and puts
 * everything back. */
static void test_stopped_by_control_s(void **state)
{
    struct pty *pty = player_start(NULL);
    int status;

    (void)state;
    player_press(pty, "x", "1: x");
    pty_send(pty, "\x13");
    pty_send(pty, "yyyy");
    pty_send(pty, "\x11");
    assert_true(pty_wait_text(pty, "5: y", PTY_WITHIN_MS));
    pty_send(pty, "\x13");
    pty_send(pty, "zq");
    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    assert_int_equal(status, 0);
    assert_null(pty_not_put_back(pty));
    pty_close(pty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_changes_are_written),
        cmocka_unit_test(test_redraw_writes_all),
        cmocka_unit_test(test_cursor),
        cmocka_unit_test(test_bell),
        cmocka_unit_test(test_nothing_changed_nothing_written),
        cmocka_unit_test(test_blocked_terminal),
        cmocka_unit_test(test_leaving_a_blocked_terminal),
        cmocka_unit_test(test_stopped_by_control_s),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
