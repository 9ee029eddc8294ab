/*
 * enfile: preloaded, makes the machine have too many files open, for one program: while
 * the file named by QMPTOP_TEST_ENFILE is there, it gets no socket and no pipe.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_full(void)
{
    const char *path = getenv("QMPTOP_TEST_ENFILE");
    if (!path || access(path, F_OK) != 0)
        return false;
    errno = ENFILE;
    return true;
}

int socket(int domain, int type, int protocol)
{
    static int (*real)(int, int, int);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "socket");
    return is_full() ? -1 : real(domain, type, protocol);
}

int pipe2(int ends[2], int flags)
{
    static int (*real)(int *, int);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pipe2");
    return is_full() ? -1 : real(ends, flags);
}
