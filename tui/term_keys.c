#include "tui/term_keys.h"

#include <curses.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/key.h"
#include "tui/term.h"
#include "tui/tty.h"
#include "tui/typeahead.h"

#define ESC_WAIT_MS  25
#define SEQUENCE_MAX 64 /* bytes of an unknown sequence */

/* Codes that curses has no key for. */
#define CODE_PASTE     (KEY_MAX - 1)
#define CODE_PASTE_END (KEY_MAX - 2)

static struct {
    WINDOW *pad; /* reading from it never draws */
    struct key_utf8 utf8;
    struct typeahead typeahead;
    struct typed taken; /* the last one */
} keys;

void term_keys_start(void)
{
    if (getenv("ESCDELAY") == NULL)
        set_escdelay(ESC_WAIT_MS);
    typeahead(-1);
    keys.pad = newpad(1, 1);
    keypad(keys.pad, TRUE);
    nodelay(keys.pad, TRUE);
    define_key("\033[200~", CODE_PASTE);
    define_key("\033[201~", CODE_PASTE_END);
    term_keys_expect_mouse(false);
}

/* Curses takes the beginning of a report for a key also where nobody asked for the
 * mouse, and the rest of it for keys. */
void term_keys_expect_mouse(bool expected)
{
    char *begin = tigetstr("kmous");

    define_key(NULL, KEY_MOUSE);
    if (expected && begin != NULL && begin != (char *)-1)
        define_key(begin, KEY_MOUSE);
}

void term_keys_stop(void)
{
    if (keys.pad != NULL)
        delwin(keys.pad);
    memset(&keys, 0, sizeof keys);
}

/* ---- codes to keys ---- */

static const struct {
    int code, key;
} named_keys[] = {
    {KEY_UP, KEY_CODE_UP},
    {KEY_DOWN, KEY_CODE_DOWN},
    {KEY_LEFT, KEY_CODE_LEFT},
    {KEY_RIGHT, KEY_CODE_RIGHT},
    {KEY_PPAGE, KEY_CODE_PAGE_UP},
    {KEY_NPAGE, KEY_CODE_PAGE_DOWN},
    {KEY_HOME, KEY_CODE_HOME},
    {KEY_A1, KEY_CODE_HOME},
    {KEY_END, KEY_CODE_END},
    {KEY_C1, KEY_CODE_END},
    {KEY_A3, KEY_CODE_PAGE_UP},
    {KEY_C3, KEY_CODE_PAGE_DOWN},
    {KEY_IC, KEY_CODE_INSERT},
    {KEY_DC, KEY_CODE_DELETE},
    {KEY_BTAB, KEY_CODE_BACKTAB},
    {KEY_BACKSPACE, KEY_CODE_BACKSPACE},
    {KEY_ENTER, KEY_CODE_ENTER},
    {KEY_MOUSE, KEY_CODE_MOUSE},
    {KEY_RESIZE, KEY_CODE_NONE},
    {CODE_PASTE, KEY_CODE_PASTE},
    {CODE_PASTE_END, KEY_CODE_PASTE_END},
    {'\n', KEY_CODE_ENTER},
    {'\b', KEY_CODE_BACKSPACE},
};

/* A key of its own behind half a sequence: the end of a paste must not get lost. */
static bool put_back(int code)
{
    return code > 0xff && ungetch(code) != ERR;
}

/* "\033[" up to its last byte; of an old mouse's, three more follow. */
static void control_sequence(void)
{
    for (int i = 0; i < SEQUENCE_MAX; i++) {
        int byte = wgetch(keys.pad);
        if (i == 0 && byte == 'M')
            for (int k = 0; k < 3; k++)
                put_back(wgetch(keys.pad));
        if (byte == ERR || (byte >= '@' && byte <= '~') || put_back(byte))
            return;
    }
}

/* The rest of a sequence that curses does not know; it comes at once. */
static int escape(void)
{
    int next = wgetch(keys.pad);

    if (next == ERR || next == KEY_CODE_ESCAPE) {
        if (next != ERR)
            ungetch(next);
        return KEY_CODE_ESCAPE;
    }
    if (next == CODE_PASTE || next == CODE_PASTE_END) {
        put_back(next);
        return KEY_CODE_OTHER;
    }
    wtimeout(keys.pad, ESC_WAIT_MS);
    if (next == 'O')
        put_back(wgetch(keys.pad));
    if (next == '[')
        control_sequence();
    nodelay(keys.pad, TRUE);
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
    return key_utf8_feed(&keys.utf8, (unsigned char)code);
}

/* ---- from the terminal to whoever takes them ---- */

/* Curses keeps few mouse events: each is asked for as it comes. */
static void read_mouse(struct typed *typed)
{
    MEVENT event;

    if (getmouse(&event) != OK) {
        typed->key = KEY_CODE_OTHER;
        return;
    }
    typed->y = event.y;
    typed->x = event.x;
    typed->action = event.bstate & BUTTON4_PRESSED   ? TERM_MOUSE_WHEEL_UP
                    : event.bstate & BUTTON5_PRESSED ? TERM_MOUSE_WHEEL_DOWN
                                                     : TERM_MOUSE_PRESS;
}

/* False when no key waits. */
static bool read_key(struct typed *typed)
{
    *typed = (struct typed){.key = KEY_CODE_NONE};
    while (typed->key == KEY_CODE_NONE) {
        errno = 0;
        int code = wgetch(keys.pad);
        if (code != ERR)
            typed->key = translate(code);
        else if (errno == EIO || tty_is_lost())
            typed->key = KEY_CODE_LOST;
        else
            return false;
    }
    if (typed->key == KEY_CODE_MOUSE)
        read_mouse(typed);
    return true;
}

/* Takes in all that waits, so that a burst is known before its first key acts. */
static void read_keys(void)
{
    struct typed typed;

    typeahead_begin(&keys.typeahead);
    while (read_key(&typed) && typeahead_add(&keys.typeahead, &typed) &&
           typed.key != KEY_CODE_LOST) {
    }
    typeahead_end(&keys.typeahead);
}

int term_keys_next(void)
{
    if (typeahead_take(&keys.typeahead, &keys.taken))
        return keys.taken.key;
    read_keys();
    return typeahead_take(&keys.typeahead, &keys.taken) ? keys.taken.key : KEY_CODE_NONE;
}

bool term_keys_wait(void)
{
    return keys.typeahead.first < keys.typeahead.count;
}

int term_keys_of_go(size_t i)
{
    return typeahead_key(&keys.typeahead, i);
}

bool term_keys_mouse(struct term_mouse *mouse)
{
    if (keys.taken.key != KEY_CODE_MOUSE)
        return false;
    *mouse = (struct term_mouse){
        .action = (enum term_mouse_action)keys.taken.action,
        .y = keys.taken.y,
        .x = keys.taken.x,
    };
    return true;
}

void term_keys_drop(void)
{
    flushinp();
    typeahead_drop(&keys.typeahead);
    memset(&keys.utf8, 0, sizeof keys.utf8);
}
