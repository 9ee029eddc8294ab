#include "tui/term.h"

#include "core/text.h" /* before <term.h>, which takes the name `columns` */

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
#include "tui/term_keys.h"
#include "tui/tty.h"

#define FRAME_PATIENCE_MS 20
#define ROWS_MAX          512
#define COLUMNS_MAX       DRAW_WIDTH_MAX

/* What xterm understands, where terminfo does not say. */
#define MOUSE_OFF  "\033[?1000l"
#define PASTE_ON   "\033[?2004h"
#define PASTE_OFF  "\033[?2004l"
#define TITLE_KEEP "\033[22;0t"
#define TITLE_BACK "\033[23;0t"

#define TITLE_SIZE 256

static struct {
    SCREEN *screen; /* NULL: not running */
    FILE *out;      /* curses writes here: the spool */
    int colours;
    bool suspended, mouse, frame_due;
    char title[TITLE_SIZE]; /* that we gave the window; "" = none */
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

/* ---- the bytes that put the screen back ---- */

static struct {
    char bytes[1024];
    size_t size;
} restore;

static int restore_byte(int byte)
{
    if (restore.size < sizeof restore.bytes)
        restore.bytes[restore.size++] = (char)byte;
    return byte;
}

static void restore_add(const char *sequence)
{
    if (sequence != NULL)
        tputs(sequence, 1, restore_byte);
}

static char *capability(const char *name)
{
    char *value = tigetstr(name);

    return value == (char *)-1 ? NULL : value;
}

/* A terminal of the family that all others have learnt from. */
static bool is_ansi(void)
{
    const char *clear = capability("clear");

    return clear != NULL && strstr(clear, "\033[") != NULL;
}

static void restore_pen(void)
{
    restore_add(capability("sgr0"));
    restore_add(capability("op"));
}

/* Expanded beforehand: a signal handler may write, but not compute. The pen is made plain
 * twice: for el, and after rmcup, which brings back what smcup saved. That one may never
 * have gone out. */
static void prepare_restore(void)
{
    char *cup = capability("cup"), *mouse = capability("XM");

    restore.size = 0;
    if (term.mouse)
        restore_add(mouse != NULL ? tiparm(mouse, 0) : MOUSE_OFF);
    if (is_ansi())
        restore_add(PASTE_OFF);
    if (term.title[0] != '\0')
        restore_add(TITLE_BACK);
    restore_pen();
    restore_add(capability("rmkx"));
    restore_add(tiparm(cup, LINES - 1, 0));
    restore_add(capability("el"));
    restore_add(capability("rmcup"));
    restore_pen();
    restore_add(capability("cnorm"));
    tty_set_restore(restore.bytes, restore.size);
}

/* ---- what curses does not do ---- */

/* Goes out with the next frame. */
static void send(const char *sequence)
{
    fputs(sequence, term.out);
    fflush(term.out);
}

/* Pasted text comes in brackets; a terminal that cannot do that ignores it. */
static void bracket_pastes(void)
{
    if (is_ansi())
        send(PASTE_ON);
}

/* What begins and ends a title; false when the terminal has none. */
static bool title_marks(const char **begin, const char **end)
{
    char *tsl = capability("tsl");

    *end = capability("fsl");
    *begin = tsl != NULL ? tiparm(tsl, 0) : NULL;
    if (*begin != NULL && *end != NULL)
        return true;
    *begin = "\033]0;";
    *end = "\007";
    return tigetflag("XT") > 0;
}

static void send_title(void)
{
    const char *begin, *end;

    if (title_marks(&begin, &end)) {
        send(begin);
        send(term.title);
        send(end);
    }
}

void term_set_title(const char *text)
{
    const char *begin, *end;

    if (!term_is_running() || !title_marks(&begin, &end))
        return;
    bool had_one = term.title[0] != '\0';
    text_clean(term.title, sizeof term.title, text, strlen(text), TEXT_ASCII);
    if (term.suspended)
        return;
    if (!had_one)
        send(TITLE_KEEP);
    prepare_restore();
    send_title();
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
    bool usable = capability("cup") != NULL;
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
    bracket_pastes();
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
    bracket_pastes();
    if (term.title[0] != '\0') {
        send(TITLE_KEEP);
        send_title();
    }
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
    if (!term_is_running() || (!on && !term.mouse))
        return;
    term.mouse = true;
    prepare_restore();
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
    prepare_restore();
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

/* ---- keys ---- */

int term_key(void)
{
    return term_is_running() && !term.suspended ? term_keys_next() : KEY_CODE_NONE;
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
