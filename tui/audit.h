#ifndef QMPTOP_TUI_AUDIT_H
#define QMPTOP_TUI_AUDIT_H

/*
 * audit: the journal as a file (--log FILE), one line an entry, cleaned to plain
 * ASCII. It does not decide what is worth an entry; the journal does:
 *
 *   2026-01-31T14:02:26+0100 you   web-01/mirror0 pause: sent
 *
 * The time is the wall clock's at the moment of writing (the journal's own
 * times are monotonic and say nothing to a reader of the file).
 */

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

struct journal;
struct journal_entry;

#define AUDIT_ERROR_SIZE 512

struct audit {
    FILE *file;       /* NULL = not open, or given up after a write error */
    const char *path; /* borrowed */
    struct journal *journal;
};

/* Opens `path` for appending (a new file is its owner's alone) and writes a line
 * for each entry of `journal` from now on. False with a sentence in `error`. Both
 * `journal` and `path` must live until audit_close(). */
bool audit_open(struct audit *audit, const char *path, struct journal *journal, char *error);

/* One line, for something that happened at `at`. Errors stay with the stream. */
void audit_write(FILE *file, time_t at, const struct journal_entry *entry);

/* Idempotent; also for an audit that was never opened but is zeroed. */
void audit_close(struct audit *audit);

#endif
