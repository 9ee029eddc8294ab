#ifndef QMPTOP_TUI_EXIT_STATUS_H
#define QMPTOP_TUI_EXIT_STATUS_H

/*
 * exit_status: what the program tells whoever started it, once it has seen the fleet. It
 * does not know what was printed.
 */

#include <stdint.h>

struct fleet;

enum {
    EXIT_STATUS_FINE = 0,
    EXIT_STATUS_NOT_REACHED = 1,     /* an endpoint */
    EXIT_STATUS_NEEDS_YOU = 1,       /* with --check: a job, a migration or an endpoint */
    EXIT_STATUS_WRONG = 2,           /* usage, terminal or configuration */
    EXIT_STATUS_NOTHING_REACHED = 3, /* with --check: no endpoint at all */
    EXIT_STATUS_SIGNAL = 128         /* and its number, as shells say it */
};

/* Of a console that `signal` has ended, or with 0 a person: NOT_REACHED then when it never
 * had a connection, though there was time for one. */
int exit_status_of_console(const struct fleet *fleet, int signal);

/* Of a snapshot: NOT_REACHED when a target could not be asked. */
int exit_status_of_snapshot(const struct fleet *fleet);

/* Of a check: NEEDS_YOU when somebody should have a look, be it at a target that could not be
 * asked; NOTHING_REACHED when none could, or there is none. */
int exit_status_of_check(const struct fleet *fleet, int64_t now_ms);

#endif
