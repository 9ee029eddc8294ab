#ifndef QMPTOP_TUI_TERM_H
#define QMPTOP_TUI_TERM_H

/*
 * term: the terminal's life: start, frames, keys, suspend, and putting
 * everything back on every way out. It does not know what is drawn (draw.h).
 *
 * term_stop() may be called at any time and twice. Fatal signals (SEGV, BUS,
 * ABRT, FPE, ILL) put the terminal back with async-signal-safe calls only, then
 * kill the process as they would have; so do QUIT, USR1, ALRM and all others that
 * nobody watches or ignores. INT, TERM, HUP, TSTP, CONT, WINCH are the loop's; ncurses
 * is kept from catching them.
 *
 * A terminal that takes no more bytes (^S, a frozen ssh) never stops the program:
 * frames are left out while earlier output waits, and the newest one is drawn
 * when the terminal takes bytes again. So the loop watches term_fd() for
 * writability while term_is_blocked() and then calls term_flush().
 */

#include <stdbool.h>

#include "tui/draw.h"
#include "tui/theme.h"

struct term_options {
    bool ascii;  /* --ascii */
    bool colour; /* false: --no-color; NO_COLOR is looked at here */
    bool mouse;
};

#define TERM_ERROR_SIZE 256

/* Whether the terminal that TERM names can place the cursor; else a clause in `error`
 * says why not. */
bool term_is_fit(char *error);

/* Starts full-screen mode on stdin/stdout with the mono theme. False with a
 * sentence in `error`: not a terminal, or TERM (named) unknown or unable to place
 * the cursor. Nothing is changed then. LC_CTYPE must be set (setlocale). */
bool term_start(const struct term_options *options, char *error);

/* Puts the terminal back; also drops what a frame left unfinished. */
void term_stop(void);
bool term_is_running(void);

/* ^Z: put back, and after fg take over again and redraw all. */
void term_suspend(void);
void term_resume(void);

/* Both count from now on, and do nothing while the terminal is not running. */
void term_set_theme(const struct theme *theme);
void term_set_mouse(bool on);

/* Reads the terminal's size anew (after SIGWINCH). */
void term_resize(void);

/* The next frame: an erased area as large as the screen ... */
struct draw_area term_begin(void);
/* ... and what changed goes out in one write. Nothing changed: nothing is written. */
void term_end(void);

/* Whether output waits for a slow terminal. Frames may still be begun and ended,
 * but are not shown until it has gone out. */
bool term_is_blocked(void);
int term_fd(void); /* -1 when not running */
/* Goes on with output that waits, without blocking; safe at any time. */
void term_flush(void);

/* ^L: the next frame writes every cell. */
void term_redraw(void);

/* The next key waiting (key.h), KEY_CODE_NONE when there is none: call it until
 * then, curses may hold more keys than the terminal. Does not block, save for the
 * 25 ms that tell Esc from the start of a sequence. A sequence that terminfo does
 * not know, Alt with a letter included, is one KEY_CODE_OTHER: none of its bytes
 * may act as a key. Between KEY_CODE_PASTE and KEY_CODE_PASTE_END, KEY_CODE_BURST and
 * KEY_CODE_BURST_END stands what nobody has typed. */
int term_key(void);

/* Whether term_key() has read keys already that nobody has taken yet. */
bool term_has_keys(void);

/* The keys that were read at once with the one that term_key() gave last, that one and those
 * to come included: the first is 0. KEY_CODE_NONE behind the last. */
int term_key_of_go(size_t i);

/* What the mouse did, after KEY_CODE_MOUSE; screen coordinates. */
enum term_mouse_action { TERM_MOUSE_PRESS, TERM_MOUSE_WHEEL_UP, TERM_MOUSE_WHEEL_DOWN };
struct term_mouse {
    enum term_mouse_action action;
    int y, x;
};
bool term_mouse(struct term_mouse *mouse);

/* Throws away what was typed ahead (before a box listens). */
void term_flush_keys(void);

void term_bell(void);

/* The window's title, raw text; goes out with the next frame. The old one comes back
 * when the terminal is put back, if the terminal has kept it. Does nothing on a
 * terminal without titles. */
void term_set_title(const char *text);

#endif
