#ifndef QMPTOP_TESTS_SUPPORT_CONSOLE_H
#define QMPTOP_TESTS_SUPPORT_CONSOLE_H

/*
 * console: the program under test in a terminal of its own: keys in, screen out, and
 * waiting for what the screen shall show. It does not know what is behind the
 * endpoints. While it waits it lets the pump's partners (fake servers) take turns.
 * Whatever does not come in time fails the test and prints the screen.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/pty.h"
#include "tests/support/pump.h"

#define CONSOLE_MS 60000 /* more than the longest wait between two tries to connect */

struct console;
struct monitor;

struct console_options {
    int rows, columns;       /* 0 = 24x80 */
    const char *term;        /* NULL = xterm-256color */
    const char *locale;      /* NULL = C.UTF-8 */
    const char *environment; /* one more "NAME=VALUE"; NULL = none */
    const char *program;     /* what to run instead of the program under test */
    bool mortal;             /* without root's right to override permissions */
};

/* Starts the program with these arguments (NULL-terminated). console_end() ends it. */
struct console *console_start(struct pump *pump, const struct console_options *options,
                              const char *const *arguments);

/* What starts a shell with job control instead, at its prompt "$ ". */
extern const struct console_options console_shell;
extern const char *const console_shell_arguments[];

/* Ends it in any case and frees it: with SIGHUP at first, so that a sanitizer or a coverage
 * build has its say. NULL is fine. */
void console_end(struct console *console);

/* Waits until it has ended by itself: its exit status, or 128 + signal. */
int console_await_end(struct console *console);

void console_press(struct console *console, const char *keys);

/* Until all keys pressed so far have been worked off: the help page comes and goes. */
void console_work_off(struct console *console);

/* Types the text into a box that asks for one, in place of what it holds, waits until it is
 * there, and presses Enter by itself. */
void console_enter(struct console *console, const char *text);

/* Its terminal, for all that is not here (size, signals, modes, bytes). Of pty.h's
 * waits only those that need no partner of the pump. */
struct pty *console_pty(struct console *console);

/* The screen as text, rows ended by newlines, without trailing blanks. Valid until the
 * next call. */
const char *console_screen(struct console *console);

/* The first row with both texts (NULL: any); -1 when there is none. */
int console_find(struct console *console, const char *one, const char *other);

/* Wait until there is such a row, or none any more. */
void console_await(struct console *console, const char *one, const char *other);
void console_await_gone(struct console *console, const char *one, const char *other);

/* Waits until the cursor's row has both texts, moving it there with keys. */
void console_select(struct console *console, const char *one, const char *other);

/* The row with the cursor; -1. And waits until there is one. */
int console_cursor(struct console *console);
void console_await_cursor(struct console *console);

/* Waits for the box with that title, and until it takes an answer: a box is deaf at
 * first. And answers it with `y`. */
void console_await_box(struct console *console, const char *title);
void console_confirm(struct console *console, const char *title);

/* Waits until that text is there and not plain: so a menu shows that it listens. */
void console_await_lit(struct console *console, const char *text);

/* The same for a box that wants a word typed; without Enter. */
void console_await_typing(struct console *console, const char *title, const char *word);
void console_confirm_typed(struct console *console, const char *title, const char *word);

/* Waits for an arbitrary condition; `what` is said when it does not come true. */
void console_await_that(struct console *console, pump_condition *met, void *ctx,
                        const char *what);

/* Lets everything take turns until nothing moves. */
void console_settle(struct console *console);

/* Wait for a real QEMU, the terminal being served meanwhile; as in monitor.h. */
void console_await_status(struct console *console, struct monitor *monitor, const char *id,
                          const char *status);
void console_await_event(struct console *console, struct monitor *monitor, const char *event,
                         const char *id, const char *status);

#endif
