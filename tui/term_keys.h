#ifndef QMPTOP_TUI_TERM_KEYS_H
#define QMPTOP_TUI_TERM_KEYS_H

/*
 * term_keys: the reading half of term.c: curses' codes become keys (key.h). For
 * term.c alone, which knows whether there is a terminal to read from.
 */

#include <stdbool.h>
#include <stddef.h>

struct term_mouse;

/* After newterm(); and before its end. Stopping is idempotent. */
void term_keys_start(void);
void term_keys_stop(void);

/* Whether the mouse may report; else what looks like a report is an unknown key. */
void term_keys_expect_mouse(bool expected);

/* As term_key(), term_has_keys(), term_key_of_go(), term_mouse() and term_flush_keys(). */
int term_keys_next(void);
bool term_keys_wait(void);
int term_keys_of_go(size_t i);
bool term_keys_mouse(struct term_mouse *mouse);
void term_keys_drop(void);

#endif
