#include "tests/support/scene.h"

#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/key.h"

static int paint(void *argument)
{
    const struct scene *scene = argument;
    char error[TERM_ERROR_SIZE];
    struct theme theme;

    setlocale(LC_ALL, "");
    if (!term_start(&scene->options, error))
        return 2;
    theme_mono(&theme);
    if (scene->theme != NULL)
        scene->theme(&theme);
    term_set_theme(&theme);
    scene->draw(term_begin());
    term_end();
    for (int key = KEY_CODE_NONE; key != 'q' && key != KEY_CODE_LOST; key = term_key())
        poll(&(struct pollfd){.fd = STDIN_FILENO, .events = POLLIN}, 1, 10000);
    term_stop();
    return 0;
}

struct pty *scene_show(struct scene *scene)
{
    if (scene->terminal.rows == 0) {
        scene->terminal.rows = 8;
        scene->terminal.cols = 30;
    }
    struct pty *pty = pty_fork(paint, scene, &scene->terminal);
    assert_true(pty_wait_text(pty, scene->until, PTY_WITHIN_MS));
    return pty;
}
