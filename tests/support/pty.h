#ifndef QMPTOP_TESTS_SUPPORT_PTY_H
#define QMPTOP_TESTS_SUPPORT_PTY_H

/*
 * pty: runs a program in a terminal of its own, presses its keys and sees its
 * screen (grid.h). It does not know what the program is.
 *
 * Nothing is read from the program but inside a pty_wait_*() or pty_pump(): a test
 * that calls neither is a terminal that takes no bytes. Every wait ends as soon as
 * its condition holds, and at the latest after `within_ms`; then it prints the
 * screen to stderr and returns false. Where nothing can be opened or allocated,
 * the test program ends.
 *
 * An Esc that is followed by another key at once is one unknown key, as with a real
 * terminal: wait for what Esc did before the next key.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tests/support/grid.h"

#define PTY_WITHIN_MS 20000 /* long enough for a loaded machine under a sanitizer */

/* The environment is the test's own, but for: TERM, LC_ALL and TZ=UTC set, and
 * LINES, COLUMNS, ESCDELAY, NO_COLOR, LANG, LANGUAGE and LC_* unset. */
struct pty_options {
    int rows, cols;         /* 0 = 24, 80 */
    const char *term;       /* NULL = xterm-256color, "" = unset */
    const char *locale;     /* NULL = C.UTF-8 */
    const char *const *env; /* "NAME=VALUE" ..., NULL; wins over all else */
};

struct pty;

/* Starts a program (execvp), or a function whose result becomes the exit status.
 * `options` may be NULL. A program inherits stdin, stdout, stderr only, a function
 * everything. The child leads a session; it has default signals and no mask. */
struct pty *pty_spawn(char *const argv[], const struct pty_options *options);
struct pty *pty_fork(int (*child)(void *argument), void *argument,
                     const struct pty_options *options);

/* Ends the child (SIGKILL) if it still lives, and frees all. NULL is allowed. */
void pty_close(struct pty *pty);

/* The same for a child that ends itself by the key "q", and is let do so. */
void pty_quit(struct pty *pty);

struct grid *pty_grid(struct pty *pty);
pid_t pty_pid(const struct pty *pty);

/* What the program has written so far: how much, and the bytes (owned by pty). */
size_t pty_traffic(const struct pty *pty);
const char *pty_bytes(const struct pty *pty);

/* Key presses: bytes as the terminal would send them ("\033[A", "\r", "\x03"). */
void pty_send(struct pty *pty, const char *keys);
void pty_send_bytes(struct pty *pty, const char *keys, size_t size);

/* As a terminal pastes: in brackets if the program has asked for them. */
void pty_paste(struct pty *pty, const char *text);

/* Also sends SIGWINCH, as a terminal does. */
void pty_resize(struct pty *pty, int rows, int cols);
void pty_signal(struct pty *pty, int signal);

/* Takes the terminal away: SIGHUP, and end of input. */
void pty_hang_up(struct pty *pty);

/* Whether the child's read() of the terminal waits when nothing is there. */
bool pty_reads_wait(struct pty *pty);

/* Reads and feeds the screen what comes within `ms`; false when nothing came. */
bool pty_pump(struct pty *pty, int ms);

/* From now on the terminal takes so many bytes a second, as a serial line does; 0 = as
 * many as come. */
void pty_slow(struct pty *pty, int bytes_per_second);

/* The text stands somewhere / nowhere on the screen; a line is exactly `text`; the
 * screen is exactly `text` (as grid_text() gives it); `holds` says so. */
bool pty_wait_text(struct pty *pty, const char *needle, int within_ms);
bool pty_wait_gone(struct pty *pty, const char *needle, int within_ms);
bool pty_wait_line(struct pty *pty, int row, const char *text, int within_ms);
bool pty_wait_grid(struct pty *pty, const char *text, int within_ms);
bool pty_wait_until(struct pty *pty, bool (*holds)(struct pty *pty, void *argument),
                    void *argument, int within_ms);

/* The child has ended: *status as from waitpid() and all its output on the grid; has
 * been stopped by a signal (SIGSTOP, SIGTSTP). */
bool pty_wait_exit(struct pty *pty, int *status, int within_ms);
bool pty_wait_stopped(struct pty *pty, int within_ms);

/* What of the terminal is not as it was before the program: "modes", "alternate
 * screen", "cursor", "mouse", "brackets" around pastes, "colours"; NULL = it was put
 * back. */
const char *pty_not_put_back(struct pty *pty);

#endif
