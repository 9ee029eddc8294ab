#ifndef QMPTOP_TUI_OUTLET_H
#define QMPTOP_TUI_OUTLET_H

/*
 * outlet: lines of text on their way out of the program, which never waits for their
 * reader. It does not know what they say, nor the loop.
 *
 * A pipe whose reader sleeps, or a serial line, would block write(2), and the monitors
 * would fill up meanwhile. So lines wait here, OUTLET_ROOM bytes of them; what comes
 * while there is no room is left out whole, and a line says how many were.
 */

#include <stdbool.h>
#include <stddef.h>

#define OUTLET_ROOM 65536

struct outlet {
    int fd;
    bool own;      /* fd is a description of our own, to be closed */
    bool gone;     /* nobody reads any more: all is swallowed */
    int error;     /* errno of a write that failed for another reason; 0 = none */
    size_t size;   /* bytes that wait */
    size_t missed; /* lines left out since the last that was taken */
    char text[OUTLET_ROOM];
};

/* Takes lines for `fd`, which must stay open until outlet_close(). */
void outlet_open(struct outlet *outlet, int fd);

/* One line, without its newline. */
void outlet_put(struct outlet *outlet, const char *line);

/* Writes what the reader takes at once. */
void outlet_flush(struct outlet *outlet);

/* To be watched for writability while lines wait; -1 = none do. */
int outlet_waiting_fd(const struct outlet *outlet);

/* Whether lines can still arrive; also looks for a reader that went in silence. */
bool outlet_is_open(struct outlet *outlet);

/* Writes what waits, for at most `patience_ms`. Idempotent. */
void outlet_close(struct outlet *outlet, int patience_ms);

#endif
