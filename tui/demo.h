#ifndef QMPTOP_TUI_DEMO_H
#define QMPTOP_TUI_DEMO_H

/*
 * demo: a real qemu-storage-daemon in a private temporary folder, with jobs in
 * every interesting state. It does not know the console: it gives an endpoint.
 *
 * A supervisor process owns the daemon and the folder. It notices the end of
 * this program by the end of a pipe, so that both are gone however the program
 * ends, SIGKILL included.
 */

#include <stdbool.h>

#define DEMO_ERROR_SIZE 512

struct demo {
    int pipe_fd; /* its closing ends the supervisor; -1 = not running */
    int supervisor; /* pid */
    char endpoint[160]; /* "demo=unix:/tmp/.../qmp.sock" */
};

/* Starts it and waits (a few seconds at most) until the jobs are there. Call
 * before the terminal starts. False with a sentence in `error` that says what is
 * missing (the package's name, for qemu-storage-daemon) or what QEMU said. */
bool demo_start(struct demo *demo, char *error);

/* Ends it and waits until all is gone. Idempotent. */
void demo_stop(struct demo *demo);

#endif
