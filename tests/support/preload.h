#ifndef QMPTOP_TESTS_SUPPORT_PRELOAD_H
#define QMPTOP_TESTS_SUPPORT_PRELOAD_H

/*
 * preload: has the program under test run with one of tests/preload's libraries before the
 * system's. It does not know what they change; each reads that from a file, which a variable
 * of the environment names.
 */

#include <stddef.h>

#define PRELOAD_LINE 1024

/* A line of shell that becomes "$@" with the library ("clock") loaded and the variable set. */
void preload_line(char line[PRELOAD_LINE], const char *library, const char *variable,
                  const char *path);

#endif
