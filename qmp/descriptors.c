#include "qmp/descriptors.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

bool descriptors_take(int fd)
{
    struct rlimit limit;
    rlim_t spare = DESCRIPTORS_SPARE;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return true;
    if (spare > limit.rlim_cur / 4)
        spare = limit.rlim_cur / 4;
    if ((rlim_t)fd < limit.rlim_cur - spare)
        return true;
    close(fd);
    errno = EMFILE;
    return false;
}

bool descriptors_are_out(int error_number)
{
    return error_number == EMFILE || error_number == ENFILE;
}
