#include "tests/support/qemu_binary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

const char *qemu_binary(char path[QEMU_BINARY_SIZE], const char *name)
{
    const char *folder = getenv("QEMU_BIN_DIR");
    if (folder == NULL || folder[0] == '\0') {
        snprintf(path, QEMU_BINARY_SIZE, "%s", name);
        return path;
    }
    int len = snprintf(path, QEMU_BINARY_SIZE, "%s/%s", folder, name);
    if (len >= QEMU_BINARY_SIZE || access(path, X_OK) != 0)
        fail_msg("QEMU_BIN_DIR has no %s", name);
    return path;
}
