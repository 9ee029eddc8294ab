#include "qmp/socket_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "qmptop-ssh."

static void empty(int folder_fd)
{
    int fd = dup(folder_fd);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
}

/* Locked, or -1. */
static int lock_at(int place, const char *name)
{
    int fd = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    return -1;
}

static void remove_if_dead(int place, const char *name)
{
    struct stat status;
    int fd = lock_at(place, name);

    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
        time(NULL) - status.st_mtime > SOCKET_FOLDER_S) {
        empty(fd);
        (void)unlinkat(place, name, AT_REMOVEDIR);
    }
    close(fd);
}

static void remove_dead(const char *place)
{
    DIR *dir = opendir(place);

    if (dir == NULL)
        return;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (strncmp(entry->d_name, PREFIX, sizeof(PREFIX) - 1) == 0)
            remove_if_dead(dirfd(dir), entry->d_name);
    closedir(dir);
}

static bool make_below(struct socket_folder *folder, const char *place)
{
    int len = -1;

    errno = ENAMETOOLONG;
    if (place != NULL && *place == '/')
        len = snprintf(folder->path, sizeof(folder->path), "%s/" PREFIX "XXXXXX", place);
    if (len <= 0 || (size_t)len >= sizeof(folder->path) || mkdtemp(folder->path) == NULL)
        return false;
    folder->lock = lock_at(AT_FDCWD, folder->path);
    remove_dead(place);
    return true;
}

bool socket_folder_make(struct socket_folder *folder)
{
    if (folder->path[0] != '\0' || make_below(folder, getenv("XDG_RUNTIME_DIR")) ||
        make_below(folder, getenv("TMPDIR")) || make_below(folder, "/tmp"))
        return true;
    folder->path[0] = '\0';
    return false;
}

void socket_folder_path(struct socket_folder *folder, char *path)
{
    snprintf(path, SOCKET_PATH_SIZE, "%s/%u", folder->path, folder->made++);
}

void socket_folder_remove(struct socket_folder *folder)
{
    if (folder->path[0] == '\0')
        return;
    if (folder->lock >= 0) {
        empty(folder->lock);
        close(folder->lock);
    }
    (void)rmdir(folder->path);
    folder->path[0] = '\0';
}
