#ifndef QMPTOP_TUI_TERM_H
#define QMPTOP_TUI_TERM_H

/*
 * term: the terminal's life: start, frames, keys, suspend, and putting
 * everything back on every way out. It does not know what is drawn (draw.h).
 *
 * term_stop() may be called at any time and twice. Fatal signals (SEGV, BUS,
 * ABRT, FPE, ILL) put the terminal back with async-signal-safe calls only, then
 * kill the process as they would have. INT, TERM, HUP, TSTP, CONT, WINCH are the
 * loop's: install its watchers before term_start(), ncurses then leaves those
 * signals alone.
 */

#include <stdbool.h>

#include "tui/draw.h"
#include "tui/theme.h"

struct term_options {
    bool ascii;    /* --ascii */
    bool colour;   /* false: --no-color, NO_COLOR */
    bool mouse;
    bool pretend_utf8; /* unused outside tests */
};

#define TERM_ERROR_SIZE 256

/* Starts full-screen mode on stdin/stdout. False with a sentence in `error`: not
 * a terminal, or TERM unknown (named). Nothing is changed then. */
bool term_start(const struct term_options *options, char *error);

/* Puts the terminal back; also drops what a frame left unfinished. */
void term_stop(void);
bool term_is_running(void);

/* ^Z: put back, and after fg take over again and redraw all. */
void term_suspend(void);
void term_resume(void);

void term_set_theme(const struct theme *theme);
void term_set_mouse(bool on);

/* Reads the terminal's size anew (after SIGWINCH). */
void term_resize(void);

/* The next frame: an erased area as large as the screen ... */
struct draw_area term_begin(void);
/* ... and what changed goes out in one write. Nothing changed: nothing is written. */
void term_end(void);

/* ^L: the next frame writes every cell. */
void term_redraw(void);

/* The next key waiting (key.h), KEY_CODE_NONE when there is none. Never blocks. */
int term_key(void);

/* Throws away what was typed ahead (before a box listens). */
void term_flush_keys(void);

void term_bell(void);

#endif
