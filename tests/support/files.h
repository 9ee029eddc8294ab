#ifndef QMPTOP_TESTS_FILES_H
#define QMPTOP_TESTS_FILES_H

/*
 * files: the temporary files and open descriptors of a test. It does not know
 * what is in them.
 */

#include <stddef.h>

/* "$TMPDIR/NAME" in `path` of `size` bytes; aborts when it does not fit. */
char *files_path(char *path, size_t size, const char *name);

/* An empty plain file there. */
void files_touch(const char *path);

/* Descriptors this process has open. */
size_t files_open_count(void);

#endif
