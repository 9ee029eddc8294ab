#ifndef QMPTOP_TESTS_SUPPORT_PLAYER_H
#define QMPTOP_TESTS_SUPPORT_PLAYER_H

/*
 * player: a small program on tui/term.h that shows the size of its screen (line 0)
 * and the last key as "COUNT: NAME CODE" (line 1), and has keys to misbehave. It
 * runs inside a pty, in a child of the test.
 *
 * q ends it; S SEGV, A abort, O stack overflow, Q SIGQUIT, X exit(7) without
 * term_stop(); Z suspends and stops itself, L redraws all, B rings the bell, M and
 * m turn the mouse on and off, c puts the cursor on the key line.
 */

#include "tests/support/pty.h"

struct term_options;

/* For pty_fork(); the argument is a struct term_options. Exits with 2 and prints the
 * sentence when the terminal cannot be used. */
int player_run(void *options);

/* Starts it in colour and waits for its first frame. */
struct pty *player_start(const struct pty_options *options);

/* Sends `keys` and waits for the text `then`. */
void player_press(struct pty *pty, const char *keys, const char *then);

#endif
