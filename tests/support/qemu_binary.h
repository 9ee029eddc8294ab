#ifndef QMPTOP_TESTS_SUPPORT_QEMU_BINARY_H
#define QMPTOP_TESTS_SUPPORT_QEMU_BINARY_H

/*
 * qemu_binary: which QEMU the tests run. It starts nothing.
 */

#define QEMU_BINARY_SIZE 256

/* What to execute for "qemu-img" and the like: the one in $QEMU_BIN_DIR, else, where
 * that is not set, the one in PATH. One that is missing there fails the test: no other
 * build may pass for it. Returns `path`. */
const char *qemu_binary(char path[QEMU_BINARY_SIZE], const char *name);

#endif
