#ifndef QMPTOP_TESTS_SUPPORT_FOLDER_H
#define QMPTOP_TESTS_SUPPORT_FOLDER_H

/*
 * folder: a private folder below $TMPDIR for what a test puts on disk. It does
 * not know what is put there.
 */

#include <stddef.h>

#define FOLDER_SIZE 80 /* short enough for unix sockets inside (107 bytes) */

/* Makes an empty folder; fails the test when it cannot. */
void folder_make(char path[FOLDER_SIZE]);

/* Removes it with all that is in it. An empty path is fine. */
void folder_remove(char path[FOLDER_SIZE]);

/* Writes `path`/`name`: `size` bytes that are never zero, so that no block layer
 * finds a hole in them. */
void folder_fill(const char *path, const char *name, long size);

/* A file with these bytes at `path`. */
void folder_write(const char *path, const char *bytes, size_t len);

/* A unix socket there that nobody listens on any more. */
void folder_socket(const char *path);

#endif
