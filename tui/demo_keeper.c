#include "tui/demo_keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

void demo_keeper_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir != NULL) {
        for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                unlinkat(dirfd(dir), entry->d_name, 0);
        closedir(dir);
    }
    rmdir(folder);
}

static void ignore_terminal(void)
{
    static const int signals[] = {SIGINT,  SIGQUIT, SIGTERM, SIGHUP,  SIGTSTP,
                                  SIGTTIN, SIGTTOU, SIGPIPE, SIGUSR1, SIGUSR2};
    setsid();
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        signal(signals[i], SIG_IGN);
}

/* The daemon's output goes to a file, and nobody waits for the end of a pipe
 * that the keeper would hold open. */
static void redirect(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int log = open(DEMO_LOG, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(null, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
}

static void die_with_parent(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(1);
}

static void become_daemon(const struct demo_keeper *keeper, pid_t parent)
{
    char script[48];
    die_with_parent(parent);
    fcntl(keeper->script_fd, F_SETFD, 0);
    snprintf(script, sizeof(script), "socket,id=script,fd=%d", keeper->script_fd);
    execl(keeper->program, "qemu-storage-daemon", "--chardev",
          "socket,id=console,path=" DEMO_SOCKET ",server=on,wait=off", "--monitor",
          "chardev=console", "--chardev", script, "--monitor", "chardev=script", (char *)NULL);
    fprintf(stderr, "qemu-storage-daemon: %s: %s\n", keeper->program, strerror(errno));
    _exit(127);
}

static void wait_for_end(int life_fd)
{
    char byte;
    ssize_t n;
    do
        n = read(life_fd, &byte, 1);
    while (n > 0 || (n < 0 && errno == EINTR));
}

static void end_daemon(pid_t daemon)
{
    kill(daemon, SIGKILL);
    while (waitpid(daemon, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void demo_keeper_run(const struct demo_keeper *keeper)
{
    ignore_terminal();
    umask(077);
    pid_t daemon = -1;
    if (chdir(keeper->folder) == 0) {
        redirect();
        pid_t self = getpid();
        daemon = fork();
        if (daemon == 0)
            become_daemon(keeper, self);
    }
    close(keeper->script_fd);
    if (daemon > 0) {
        wait_for_end(keeper->life_fd);
        end_daemon(daemon);
    }
    demo_keeper_remove(keeper->folder);
    _exit(0);
}
