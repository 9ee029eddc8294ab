#include "tui/term_extra.h"

#include "core/text.h" /* before <term.h>, which takes the name `columns` */

#include <curses.h>
#include <string.h>
#include <term.h>

#include "tui/tty.h"

/* What xterm understands, where terminfo does not say. */
#define MOUSE_OFF  "\033[?1000l"
#define PASTE_ON   "\033[?2004h"
#define PASTE_OFF  "\033[?2004l"
#define TITLE_KEEP "\033[22;0t"
#define TITLE_BACK "\033[23;0t"

#define TITLE_SIZE 256

static struct {
    FILE *out;              /* borrowed */
    bool mouse;             /* it was taken at least once */
    char title[TITLE_SIZE]; /* that we gave the window; "" = none */
} extra;

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

char *term_extra_capability(const char *name)
{
    char *value = tigetstr(name);

    return value == (char *)-1 ? NULL : value;
}

/* A terminal of the family that all others have learnt from. */
static bool is_ansi(void)
{
    const char *clear = term_extra_capability("clear");

    return clear != NULL && strstr(clear, "\033[") != NULL;
}

static void restore_pen(void)
{
    restore_add(term_extra_capability("sgr0"));
    restore_add(term_extra_capability("op"));
}

/* The pen is made plain twice: for el, and after rmcup, which brings back what smcup saved.
 * That one may never have gone out. */
void term_extra_prepare(void)
{
    char *cup = term_extra_capability("cup"), *mouse = term_extra_capability("XM");

    restore.size = 0;
    if (extra.mouse)
        restore_add(mouse != NULL ? tiparm(mouse, 0) : MOUSE_OFF);
    if (is_ansi())
        restore_add(PASTE_OFF);
    if (extra.title[0] != '\0')
        restore_add(TITLE_BACK);
    restore_pen();
    restore_add(term_extra_capability("rmkx"));
    restore_add(tiparm(cup, LINES - 1, 0));
    restore_add(term_extra_capability("el"));
    restore_add(term_extra_capability("rmcup"));
    restore_pen();
    restore_add(term_extra_capability("cnorm"));
    tty_set_restore(restore.bytes, restore.size);
}

/* ---- what curses does not do ---- */

/* Goes out with the next frame. */
static void send(const char *sequence)
{
    fputs(sequence, extra.out);
    fflush(extra.out);
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
    char *tsl = term_extra_capability("tsl");

    *end = term_extra_capability("fsl");
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
        send(extra.title);
        send(end);
    }
}

void term_extra_set_title(const char *text, bool shown)
{
    const char *begin, *end;

    if (!title_marks(&begin, &end))
        return;
    bool had_one = extra.title[0] != '\0';
    text_clean(extra.title, sizeof extra.title, text, strlen(text), TEXT_ASCII);
    if (!shown)
        return;
    if (!had_one)
        send(TITLE_KEEP);
    term_extra_prepare();
    send_title();
}

void term_extra_enter(void)
{
    bracket_pastes();
    if (extra.title[0] == '\0')
        return;
    send(TITLE_KEEP);
    send_title();
}

/* ---- start and stop ---- */

void term_extra_start(FILE *out)
{
    memset(&extra, 0, sizeof extra);
    extra.out = out;
}

void term_extra_stop(void)
{
    memset(&extra, 0, sizeof extra);
}

bool term_extra_take_mouse(bool on)
{
    if (!on && !extra.mouse)
        return false;
    extra.mouse = true;
    term_extra_prepare();
    return true;
}
