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
#include "tui/tty.h"

#define ESC_WAIT_MS       25
#define FRAME_PATIENCE_MS 20
#define SEQUENCE_MAX      64 /* bytes of an unknown sequence */
#define ROWS_MAX          512
#define COLUMNS_MAX       DRAW_WIDTH_MAX

/* What xterm's mouse reporting is where terminfo does not say. */
#define MOUSE_OFF "\033[?1000l"

static struct {
    SCREEN *screen; /* NULL: not running */
    FILE *out;      /* curses writes here: the spool */
    WINDOW *keys;   /* a pad: reading from it never draws */
    struct key_utf8 utf8;
    int colours;
    bool suspended, mouse, frame_due;
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

/* Expanded beforehand: a signal handler may write, but not compute. */
static void prepare_restore(void)
{
    char *cup = capability("cup"), *mouse = capability("XM");

    restore.size = 0;
    if (term.mouse)
        restore_add(mouse != NULL ? tiparm(mouse, 0) : MOUSE_OFF);
    restore_add(capability("sgr0"));
    restore_add(capability("op"));
    restore_add(capability("rmkx"));
    restore_add(tiparm(cup, LINES - 1, 0));
    restore_add(capability("el"));
    restore_add(capability("rmcup"));
    restore_add(capability("cnorm"));
    tty_set_restore(restore.bytes, restore.size);
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
static bool check_type(char *error)
{
    const char *name = getenv("TERM");
    int found;

    if (name == NULL || *name == '\0')
        return fail(error, "TERM is not set: it must name the type of this terminal");
    if (setupterm(NULL, STDOUT_FILENO, &found) != OK)
        return fail(error, "unknown terminal type \"%s\" (from TERM)", name);
    bool usable = capability("cup") != NULL;
    del_curterm(cur_term);
    return usable ||
           fail(error, "terminal type \"%s\" cannot place the cursor; use --once", name);
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
    if (term.keys != NULL)
        delwin(term.keys);
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

static void start_keys(void)
{
    if (getenv("ESCDELAY") == NULL)
        set_escdelay(ESC_WAIT_MS);
    typeahead(-1);
    term.keys = newpad(1, 1);
    keypad(term.keys, TRUE);
    nodelay(term.keys, TRUE);
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
        return fail(error, errno == ENOTTY ? "not a terminal; use --once without one"
                                           : "cannot use the terminal: no memory for it");
    if (!check_type(error) || !open_screen(error)) {
        close_screen();
        return false;
    }
    start_modes();
    tty_enter();
    start_keys();
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

static const struct {
    int code, key;
} named_keys[] = {
    {KEY_UP, KEY_CODE_UP},         {KEY_DOWN, KEY_CODE_DOWN},
    {KEY_LEFT, KEY_CODE_LEFT},     {KEY_RIGHT, KEY_CODE_RIGHT},
    {KEY_PPAGE, KEY_CODE_PAGE_UP}, {KEY_NPAGE, KEY_CODE_PAGE_DOWN},
    {KEY_HOME, KEY_CODE_HOME},     {KEY_A1, KEY_CODE_HOME},
    {KEY_END, KEY_CODE_END},       {KEY_C1, KEY_CODE_END},
    {KEY_A3, KEY_CODE_PAGE_UP},    {KEY_C3, KEY_CODE_PAGE_DOWN},
    {KEY_IC, KEY_CODE_INSERT},     {KEY_DC, KEY_CODE_DELETE},
    {KEY_BTAB, KEY_CODE_BACKTAB},  {KEY_BACKSPACE, KEY_CODE_BACKSPACE},
    {KEY_ENTER, KEY_CODE_ENTER},   {KEY_MOUSE, KEY_CODE_MOUSE},
    {KEY_RESIZE, KEY_CODE_NONE},   {'\n', KEY_CODE_ENTER},
    {'\b', KEY_CODE_BACKSPACE},
};

/* The rest of a sequence that curses does not know; it comes at once. */
static int escape(void)
{
    int next = wgetch(term.keys);

    if (next == ERR || next == KEY_CODE_ESCAPE) {
        if (next != ERR)
            ungetch(next);
        return KEY_CODE_ESCAPE;
    }
    wtimeout(term.keys, ESC_WAIT_MS);
    if (next == 'O')
        wgetch(term.keys);
    for (int i = 0; next == '[' && i < SEQUENCE_MAX; i++) {
        int byte = wgetch(term.keys);
        if (byte == ERR || (byte >= '@' && byte <= '~'))
            break;
    }
    nodelay(term.keys, TRUE);
    return KEY_CODE_OTHER;
}

static int translate(int code)
{
    for (size_t i = 0; i < sizeof named_keys / sizeof named_keys[0]; i++) {
        if (named_keys[i].code == code)
            return named_keys[i].key;
    }
    if (code >= KEY_F(1) && code <= KEY_F(24))
        return KEY_CODE_F1 + code - KEY_F(1);
    if (code > 0xff)
        return KEY_CODE_OTHER;
    if (code == KEY_CODE_ESCAPE)
        return escape();
    if (code >= 0x80 && !draw_is_utf8())
        return KEY_CODE_OTHER;
    return key_utf8_feed(&term.utf8, (unsigned char)code);
}

int term_key(void)
{
    int key = KEY_CODE_NONE;

    while (key == KEY_CODE_NONE && term_is_running() && !term.suspended) {
        errno = 0;
        int code = wgetch(term.keys);
        if (code == ERR)
            return errno == EIO || tty_is_lost() ? KEY_CODE_LOST : KEY_CODE_NONE;
        key = translate(code);
    }
    return key;
}

bool term_mouse(struct term_mouse *mouse)
{
    MEVENT event;

    if (!term_is_running() || getmouse(&event) != OK)
        return false;
    mouse->y = event.y;
    mouse->x = event.x;
    mouse->action = event.bstate & BUTTON4_PRESSED   ? TERM_MOUSE_WHEEL_UP
                    : event.bstate & BUTTON5_PRESSED ? TERM_MOUSE_WHEEL_DOWN
                                                     : TERM_MOUSE_PRESS;
    return true;
}

void term_flush_keys(void)
{
    if (!term_is_running())
        return;
    flushinp();
    tty_drop_input();
    memset(&term.utf8, 0, sizeof term.utf8);
}
