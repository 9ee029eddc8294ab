#include "tests/support/folder.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

void folder_make(char path[FOLDER_SIZE])
{
    const char *base = getenv("TMPDIR");
    int len = snprintf(path, FOLDER_SIZE, "%s/q.XXXXXX", base != NULL ? base : "/tmp");
    if (len >= FOLDER_SIZE || mkdtemp(path) == NULL)
        fail_msg("cannot make a folder below %s: %s", base, strerror(errno));
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    if (dir != NULL) {
        for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
            char inner[512];
            snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
            if (entry->d_type == DT_DIR && strspn(entry->d_name, ".") != strlen(entry->d_name))
                remove_tree(inner);
            else
                unlink(inner);
        }
        closedir(dir);
    }
    rmdir(path);
}

void folder_remove(char path[FOLDER_SIZE])
{
    if (path[0] != '\0')
        remove_tree(path);
    path[0] = '\0';
}

void folder_fill(const char *path, const char *name, long size)
{
    char file[256], block[65536];
    snprintf(file, sizeof file, "%s/%s", path, name);
    FILE *out = fopen(file, "wb");
    assert_non_null(out);
    memset(block, 0xa5, sizeof block);
    for (long done = 0; done < size; done += (long)sizeof block)
        assert_int_equal(fwrite(block, sizeof block, 1, out), 1);
    assert_int_equal(fclose(out), 0);
}

void folder_write(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void folder_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_true(strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}
