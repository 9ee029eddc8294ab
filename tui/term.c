#include "tui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "tui/key.h"
#include "tui/term_extra.h"
#include "tui/term_keys.h"
#include "tui/tty.h"

#define FRAME_PATIENCE_MS 20
#define ROWS_MAX          512
#define COLUMNS_MAX       DRAW_WIDTH_MAX

static struct {
    SCREEN *screen; /* NULL: not running */
    FILE *out;      /* curses writes here: the spool */
    int colours;
    bool suspended, frame_due;
} term;

static bool fail(char *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(char *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error, TERM_ERROR_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- start and stop ---- */

static void ignore_signal(int signal)
{
    (void)signal;
}

/* newterm() takes over these signals where they have no handler; so they get one
 * for that while. Blocked meanwhile, none is lost. */
static SCREEN *newterm_without_signals(FILE *out)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    enum { COUNT = sizeof signals / sizeof signals[0] };
    struct sigaction guard = {.sa_handler = ignore_signal}, before[COUNT];
    sigset_t blocked, mask;

    sigemptyset(&blocked);
    for (int i = 0; i < COUNT; i++)
        sigaddset(&blocked, signals[i]);
    sigprocmask(SIG_BLOCK, &blocked, &mask);
    for (int i = 0; i < COUNT; i++)
        sigaction(signals[i], &guard, &before[i]);
    SCREEN *screen = newterm(NULL, out, stdin);
    for (int i = 0; i < COUNT; i++)
        sigaction(signals[i], &before[i], NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    return screen;
}

/* newterm() would tell neither why it fails nor give back its memory then. */
bool term_is_fit(char *error)
{
    const char *name = getenv("TERM");
    int found;

    if (name == NULL || *name == '\0')
        return fail(error, "TERM is not set: it must name the type of this terminal");
    if (setupterm(NULL, STDOUT_FILENO, &found) != OK)
        return fail(error, "unknown terminal type \"%s\" (from TERM)", name);
    bool usable = term_extra_capability("cup") != NULL;
    del_curterm(cur_term);
    return usable || fail(error, "terminal type \"%s\" cannot place the cursor", name);
}

static bool open_screen(char *error)
{
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

    term.out = fd < 0 ? NULL : fdopen(fd, "w");
    if (term.out != NULL)
        term.screen = newterm_without_signals(term.out);
    return term.screen != NULL || fail(error, "cannot use the terminal: %s", strerror(errno));
}

static void close_screen(void)
{
    term_keys_stop();
    term_extra_stop();
    if (term.screen != NULL)
        delscreen(term.screen);
    if (term.out != NULL)
        fclose(term.out);
    memset(&term, 0, sizeof term);
    tty_close();
}

/* curses knows the terminal until its modes are set, then only the spool. */
static void start_modes(void)
{
    cbreak();
    noecho();
    nonl();
    tty_keep_modes();
    tty_spool(fileno(term.out));
}

static int start_colours(bool wanted)
{
    const char *no_colour = getenv("NO_COLOR");

    if (!wanted || (no_colour != NULL && *no_colour != '\0'))
        return 0;
    if (!has_colors() || start_color() != OK || use_default_colors() != OK)
        return 0;
    return COLORS;
}

bool term_start(const struct term_options *options, char *error)
{
    static bool registered;
    struct theme mono;

    if (term.screen != NULL)
        return true;
    if (!tty_open())
        return fail(error, errno == ENOTTY
                               ? "not a terminal; use --once or --follow without one"
                               : "cannot use the terminal: no memory for it");
    if (!term_is_fit(error) || !open_screen(error)) {
        close_screen();
        return false;
    }
    start_modes();
    tty_enter();
    term_keys_start();
    term_extra_start(term.out);
    term_extra_enter();
    if (!registered)
        atexit(term_stop);
    registered = true;
    term.colours = start_colours(options->colour);
    draw_set_utf8(!options->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
    theme_mono(&mono);
    term_set_theme(&mono);
    term_resize();
    term_set_mouse(options->mouse);
    return true;
}

bool term_is_running(void)
{
    return term.screen != NULL && tty_is_ours();
}

void term_stop(void)
{
    if (!term_is_running())
        return;
    if (!term.suspended) {
        endwin();
        tty_leave();
    }
    close_screen();
}

void term_suspend(void)
{
    if (!term_is_running() || term.suspended)
        return;
    endwin();
    tty_leave();
    term.suspended = true;
    term.frame_due = false;
}

/* curses starts full-screen mode again by itself, with the next frame. */
void term_resume(void)
{
    if (!term_is_running() || !term.suspended)
        return;
    term.suspended = false;
    tty_enter();
    term_extra_enter();
    term_resize();
    term_redraw();
}

void term_set_theme(const struct theme *theme)
{
    if (term.screen != NULL)
        draw_set_theme(theme, term.colours);
}

/* A mouse interval of 0 reports presses at once instead of waiting for a click. */
void term_set_mouse(bool on)
{
    if (!term_is_running() || !term_extra_take_mouse(on))
        return;
    term_keys_expect_mouse(on);
    mouseinterval(0);
    mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

static int clamp(int value, int max)
{
    return value < 1 ? 1 : value > max ? max : value;
}

void term_resize(void)
{
    int rows, cols;

    if (!term_is_running())
        return;
    if (tty_size(&rows, &cols))
        resizeterm(clamp(rows, ROWS_MAX), clamp(cols, COLUMNS_MAX));
    term_extra_prepare();
}

/* ---- frames ---- */

struct draw_area term_begin(void)
{
    if (!term_is_running())
        return (struct draw_area){0};
    return draw_begin();
}

static void place_cursor(void)
{
    int y, x;
    bool shown = draw_wants_cursor(&y, &x);

    leaveok(stdscr, !shown);
    if (shown)
        move(y, x);
    curs_set(shown);
}

static void show_frame(void)
{
    place_cursor();
    wnoutrefresh(stdscr);
    doupdate();
    term.frame_due = false;
    tty_flush(FRAME_PATIENCE_MS);
}

void term_end(void)
{
    if (!term_is_running() || term.suspended)
        return;
    term.frame_due = true;
    term_flush();
}

bool term_is_blocked(void)
{
    return tty_is_waiting();
}

int term_fd(void)
{
    return tty_fd();
}

void term_flush(void)
{
    if (tty_flush(0) && term.frame_due)
        show_frame();
}

void term_redraw(void)
{
    if (term_is_running())
        clearok(curscr, TRUE);
}

void term_bell(void)
{
    if (!term_is_running() || term.suspended || tty_is_waiting())
        return;
    beep();
    tty_flush(0);
}

void term_set_title(const char *text)
{
    if (term_is_running())
        term_extra_set_title(text, !term.suspended);
}

/* ---- keys ---- */

int term_key(void)
{
    return term_is_running() && !term.suspended ? term_keys_next() : KEY_CODE_NONE;
}

int term_key_of_go(size_t i)
{
    return term_is_running() ? term_keys_of_go(i) : KEY_CODE_NONE;
}

bool term_has_keys(void)
{
    return term_is_running() && !term.suspended && term_keys_wait();
}

bool term_mouse(struct term_mouse *mouse)
{
    return term_is_running() && term_keys_mouse(mouse);
}

void term_flush_keys(void)
{
    if (!term_is_running())
        return;
    term_keys_drop();
    tty_drop_input();
}
