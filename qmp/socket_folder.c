#include "qmp/socket_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool make_below(struct socket_folder *folder, const char *place)
{
    int len = -1;

    errno = ENAMETOOLONG;
    if (place != NULL && *place == '/')
        len = snprintf(folder->path, sizeof(folder->path), "%s/qmptop-ssh.XXXXXX", place);
    return len > 0 && (size_t)len < sizeof(folder->path) && mkdtemp(folder->path) != NULL;
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
    DIR *dir = opendir(folder->path);
    if (dir != NULL) {
        for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
            if (entry->d_name[0] != '.')
                (void)unlinkat(dirfd(dir), entry->d_name, 0);
        closedir(dir);
    }
    (void)rmdir(folder->path);
    folder->path[0] = '\0';
}
