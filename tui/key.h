#ifndef QMPTOP_TUI_KEY_H
#define QMPTOP_TUI_KEY_H

/*
 * key: one key press as a number, and its name as people write it in a config
 * file. It does not know curses: term.c translates.
 *
 * Printable keys are their Unicode code point; control keys 1..31 are ^A..^_;
 * the others follow from KEY_BASE. Enter is KEY_CODE_ENTER whether CR or LF.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_BASE 0x200000 /* above every code point */

enum key_code {
    KEY_CODE_NONE = -1, /* no key waits */
    KEY_CODE_TAB = 9,
    KEY_CODE_ENTER = 13,
    KEY_CODE_ESCAPE = 27,
    KEY_CODE_BACKSPACE = 127,
    KEY_CODE_UP = KEY_BASE,
    KEY_CODE_DOWN,
    KEY_CODE_LEFT,
    KEY_CODE_RIGHT,
    KEY_CODE_PAGE_UP,
    KEY_CODE_PAGE_DOWN,
    KEY_CODE_HOME,
    KEY_CODE_END,
    KEY_CODE_INSERT,
    KEY_CODE_DELETE,
    KEY_CODE_BACKTAB,
    KEY_CODE_RESIZE, /* term never gives it: SIGWINCH is the loop's */
    KEY_CODE_MOUSE,
    KEY_CODE_PASTE, /* what follows was pasted, says the terminal ... */
    KEY_CODE_PASTE_END,
    KEY_CODE_BURST, /* ... or came too fast to be typed (typeahead.h) */
    KEY_CODE_BURST_END,
    KEY_CODE_LOST,                 /* the terminal is gone: end the program */
    KEY_CODE_OTHER,                /* a key nobody has a name for: ignored */
    KEY_CODE_F1 = KEY_BASE + 0x100 /* F1..F24 follow */
};

#define KEY_CONTROL(letter) ((letter)&0x1f)
#define KEY_NAME_SIZE       16

/* "q", "^L", "F9", "Up", "Space", "Enter", "Esc"; always NUL-terminated. */
char *key_label(int key, char name[KEY_NAME_SIZE]);

/* The reverse, case-insensitive for names longer than one character, "C-l" and
 * "Ctrl-l" allowed; KEY_CODE_NONE when it names no key. What a terminal cannot
 * tell apart is one key: "^M" and "^J" are Enter, "^I" is Tab, "^[" is Esc and
 * "^H" is Backspace. */
int key_parse(const char *name);

/* A UTF-8 character on its way, whose bytes may come in different reads. Zeroed
 * = none has begun. */
struct key_utf8 {
    uint32_t point, least;
    int missing; /* bytes */
};

/* Takes the next byte: the code point when it is complete, KEY_CODE_NONE when it
 * needs more, KEY_CODE_OTHER when the bytes are not UTF-8. */
int key_utf8_feed(struct key_utf8 *utf8, unsigned char byte);

#endif
