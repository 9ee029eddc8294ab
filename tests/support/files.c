#include "tests/support/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char *files_path(char *path, size_t size, const char *name)
{
    const char *folder = getenv("TMPDIR");
    int len = snprintf(path, size, "%s/%s", folder ? folder : "/tmp", name);

    if (len < 0 || (size_t)len >= size)
        abort();
    return path;
}

void files_touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        abort();
    close(fd);
}

size_t files_open_count(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    if (folder == NULL)
        abort();
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}
