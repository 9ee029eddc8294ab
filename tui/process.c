#include "tui/process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

void process_open_standard_fds(int status)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            _exit(status);
}

void process_make_room_for_sockets(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

bool process_is_privileged(void)
{
    return getuid() != geteuid() || getgid() != getegid();
}
