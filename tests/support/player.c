#include "tests/support/player.h"

#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/key.h"
#include "tui/term.h"

static volatile sig_atomic_t winch;

static void on_winch(int signal)
{
    (void)signal;
    winch = 1;
}

static int overflow(int depth)
{
    volatile char page[4096];

    page[0] = (char)depth;
    return depth < 0 ? 0 : overflow(depth + 1) + page[0];
}

/* What a letter does; the others are only shown. False ends the program. */
static bool obey(int key, struct term_mouse *mouse)
{
    switch (key) {
    case 'q':
    case KEY_CODE_LOST:
        return false;
    case 'S':
        raise(SIGSEGV);
        break;
    case 'A':
        abort();
    case 'O':
        overflow(1);
        break;
    case 'Q':
        raise(SIGQUIT);
        break;
    case 'X':
        exit(7);
    case 'Z':
        term_suspend();
        raise(SIGSTOP);
        term_resume();
        break;
    case 'L':
        term_redraw();
        break;
    case 'B':
        term_bell();
        break;
    case 'M':
        term_set_mouse(true);
        break;
    case 'm':
        term_set_mouse(false);
        break;
    case KEY_CODE_MOUSE:
        term_mouse(mouse);
        break;
    default:
        break;
    }
    return true;
}

static void show(int key, int presses, const struct term_mouse *mouse)
{
    char name[KEY_NAME_SIZE];
    struct draw_area area = term_begin();

    draw_format(area, 0, 0, -1, THEME_NORMAL, "%dx%d", area.height, area.width);
    draw_format(area, 1, 0, -1, THEME_NEED, "%d: %s %x", presses, key_label(key, name), key);
    if (key == KEY_CODE_MOUSE)
        draw_format(area, 2, 0, -1, THEME_NORMAL, "mouse %d %d,%d", mouse->action, mouse->y,
                    mouse->x);
    if (key == 'c')
        draw_cursor(area, 1, 2);
    term_end();
}

/* SIGWINCH is heard only here, so that none comes between a look and a wait. */
static void wait_for_news(void)
{
    struct timespec limit = {.tv_sec = 10};
    sigset_t none;
    fd_set in, out;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(STDIN_FILENO, &in);
    if (term_is_blocked())
        FD_SET(term_fd(), &out);
    sigemptyset(&none);
    pselect(FD_SETSIZE, &in, &out, NULL, &limit, &none);
    term_flush();
    if (winch)
        term_resize();
    winch = 0;
}

static void hear_winch(void)
{
    struct sigaction action = {.sa_handler = on_winch};
    sigset_t mask;

    sigemptyset(&mask);
    sigaddset(&mask, SIGWINCH);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    sigaction(SIGWINCH, &action, NULL);
}

int player_run(void *options)
{
    struct term_mouse mouse = {0};
    char error[TERM_ERROR_SIZE];
    int key = KEY_CODE_NONE, presses = 0;
    bool going = true;

    setlocale(LC_ALL, "");
    hear_winch();
    if (!term_start(options, error)) {
        printf("%s\n", error);
        return 2;
    }
    while (going) {
        show(key, presses, &mouse);
        wait_for_news();
        for (int next; going && (next = term_key()) != KEY_CODE_NONE; presses++) {
            key = next;
            going = obey(key, &mouse);
        }
    }
    term_stop();
    printf("bye\n");
    return 0;
}

struct pty *player_start(const struct pty_options *options)
{
    static struct term_options plain = {.colour = true};
    struct pty *pty = pty_fork(player_run, &plain, options);

    assert_true(pty_wait_text(pty, "0: ", PTY_WITHIN_MS));
    return pty;
}

void player_press(struct pty *pty, const char *keys, const char *then)
{
    pty_send(pty, keys);
    assert_true(pty_wait_text(pty, then, PTY_WITHIN_MS));
}
