#ifndef QMPTOP_QMP_SOCKET_FOLDER_H
#define QMPTOP_QMP_SOCKET_FOLDER_H

/*
 * socket_folder: a private folder for sockets of this program. It does not know who
 * listens on them. It is locked as long as it is used: those of programs that were killed
 * are found by that, and removed by the next one of the same user.
 */

#include <stdbool.h>

#define SOCKET_FOLDER_SIZE 72  /* bytes: OpenSSH wants room for a longer name beside each */
#define SOCKET_PATH_SIZE   108 /* of a unix socket */
#define SOCKET_FOLDER_S    60  /* a younger one may be about to be locked */

struct socket_folder {
    char path[SOCKET_FOLDER_SIZE]; /* "" = none yet */
    unsigned made;                 /* numbers the sockets */
    int lock;                      /* of the folder; valid while there is one */
};

/* Makes it if it is not there: below $XDG_RUNTIME_DIR, $TMPDIR or /tmp, the first that
 * is short enough and allows it. False with errno. */
bool socket_folder_make(struct socket_folder *folder);

/* A path in the folder that was not given out before, SOCKET_PATH_SIZE bytes. */
void socket_folder_path(struct socket_folder *folder, char *path);

/* With all that is in it. Idempotent. */
void socket_folder_remove(struct socket_folder *folder);

#endif
