#ifndef QMPTOP_TESTS_SUPPORT_PROGRAM_H
#define QMPTOP_TESTS_SUPPORT_PROGRAM_H

/*
 * program: runs the program under test without a terminal and takes what it
 * prints. It does not know what that means. (With a terminal: console.h.)
 */

#include <stdbool.h>

#include "tests/support/pump.h"

struct program_run {
    bool mortal;         /* in: without root's right to override permissions */
    int limit_ms;        /* in: it must have ended by then; 0 = 20 s */
    struct pump *pump;   /* in: takes turns meanwhile; NULL = none */
    const char *program; /* in: what to run instead of the program under test */
    int status;          /* out: exit status; -1 when a signal ended it */
    char *out, *err;     /* out: what it printed; program_release() */
};

/* The path of the program, from the root: $QMPTOP, else build/qmptop. */
const char *program_path(void);

/* It was built, as this test was, with what watches its memory. */
bool program_is_sanitized(void);

/* What this process executes next has no right to override file permissions, root or
 * not. For the child of a fork. */
void program_be_mortal(void);

/* It is built with a sanitizer, which wants more memory and rights than a program does. */
bool program_is_sanitized(void);

/* Runs it with these arguments (NULL-terminated, without the program's name). Fails the
 * test when it does not end in time. */
void program_run(struct program_run *run, const char *const *arguments);
void program_release(struct program_run *run);

/* How often `what` is in what it printed. */
size_t program_count(const struct program_run *run, const char *what);

#endif
