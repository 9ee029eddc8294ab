#ifndef QMPTOP_TUI_TERM_EXTRA_H
#define QMPTOP_TUI_TERM_EXTRA_H

/*
 * term_extra: what the terminal can do and curses does not ask for: brackets around pastes,
 * the window's title, and the bytes that put the screen back whatever happens, which tty.h
 * writes when the program dies. Nobody but term.c uses it; it does not know frames, keys or
 * modes.
 */

#include <stdbool.h>
#include <stdio.h>

/* The value of a string capability; NULL = the terminal has none. */
char *term_extra_capability(const char *name);

/* Curses writes to `out` from now on, which stays the caller's. */
void term_extra_start(FILE *out);
/* Forgets all, the title included. */
void term_extra_stop(void);

/* The terminal is ours (again): brackets, and the title that was set, if any. All that is
 * sent goes out with the next frame. */
void term_extra_enter(void);

/* Makes the bytes that put the screen back, expanded beforehand: a signal handler may write,
 * but not compute. To be called when the size has changed. */
void term_extra_prepare(void);

/* The mouse is taken or given back; false: it is given back, and was never taken. */
bool term_extra_take_mouse(bool on);

/* The window's title, raw text; with `shown` false it is only kept for term_extra_enter(). */
void term_extra_set_title(const char *text, bool shown);

#endif
