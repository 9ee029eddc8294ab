#include "tests/support/sshd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/kin.h"

#define PROGRAM   "/usr/sbin/sshd" /* it wants to be called by its whole path */
#define PATH_SIZE (FOLDER_SIZE + 24)
#define TRIES     5
#define TRY_MS    20000

/* ---- processes ---- */

static pid_t spawn(const char *const *argv, const char *log)
{
    pid_t parent = getpid(), pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    int in = open("/dev/null", O_RDONLY);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    perror(argv[0]);
    _exit(127);
}

static void show_log(const char *path)
{
    char line[512];
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        fputs(line, stderr);
    if (file != NULL)
        fclose(file);
}

static void run(const char *const *argv, const char *log)
{
    int status = 0;
    pid_t pid = spawn(argv, log);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0) {
        show_log(log);
        fail_msg("%s failed", argv[0]);
    }
}

static void pause_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

/* ---- keys and configurations ---- */

static const char *inner(const struct sshd *sshd, char path[PATH_SIZE], const char *name)
{
    snprintf(path, PATH_SIZE, "%s/%s", sshd->folder, name);
    return path;
}

static void make_key(const struct sshd *sshd, const char *name)
{
    char path[PATH_SIZE], log[PATH_SIZE];
    run((const char *[]){"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f",
                         inner(sshd, path, name), NULL},
        inner(sshd, log, "log"));
}

static FILE *create(const struct sshd *sshd, const char *name)
{
    char path[PATH_SIZE];
    FILE *file = fopen(inner(sshd, path, name), "w");
    assert_non_null(file);
    return file;
}

/* A file with `before` and the public half of a key. */
static void publish(const struct sshd *sshd, const char *name, const char *before,
                    const char *key)
{
    char path[PATH_SIZE], text[512];
    FILE *from = fopen(inner(sshd, path, key), "r"), *to = create(sshd, name);
    assert_non_null(from);
    assert_non_null(fgets(text, sizeof text, from));
    fprintf(to, "%s%s", before, text);
    fclose(from);
    assert_int_equal(fclose(to), 0);
}

static void configure_server(const struct sshd *sshd, const struct sshd_options *options)
{
    FILE *file = create(sshd, "sshd_config");
    fprintf(file, "%s\n", options->server != NULL ? options->server : "");
    fprintf(file,
            "ListenAddress 127.0.0.1:%d\n"
            "HostKey %s/host\n"
            "AuthorizedKeysFile %s/authorized\n"
            "PidFile none\n"
            "StrictModes no\n"
            "UsePAM no\n"
            "PasswordAuthentication no\n"
            "PermitRootLogin yes\n"
            "AllowStreamLocalForwarding yes\n",
            sshd->port, sshd->folder, sshd->folder);
    assert_int_equal(fclose(file), 0);
}

static void configure_client(const struct sshd *sshd)
{
    FILE *file = create(sshd, "config");
    fprintf(file,
            "Host node\n"
            "HostName 127.0.0.1\n"
            "Port %d\n"
            "HostKeyAlias node\n"
            "IdentityFile %s/user\n"
            "IdentitiesOnly yes\n"
            "IdentityAgent none\n"
            "UserKnownHostsFile %s/known\n"
            "GlobalKnownHostsFile /dev/null\n",
            sshd->port, sshd->folder, sshd->folder);
    assert_int_equal(fclose(file), 0);
}

/* ---- the server ---- */

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* Free a moment ago. */
static int free_port(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static bool greets(const struct sshd *sshd)
{
    struct sockaddr_in address = loopback(sshd->port);
    char bytes[4] = "";
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool well = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                recv(fd, bytes, sizeof bytes, MSG_WAITALL) == 4 &&
                memcmp(bytes, "SSH-", 4) == 0;
    close(fd);
    return well;
}

/* False when it ended, for its port is not free any more. */
static bool listen_there(struct sshd *sshd)
{
    char config[PATH_SIZE], log[PATH_SIZE];
    int status;
    sshd->pid = spawn(
        (const char *[]){PROGRAM, "-D", "-e", "-f", inner(sshd, config, "sshd_config"), NULL},
        inner(sshd, log, "log"));
    for (int i = 0; i < TRY_MS / 5; i++) {
        if (waitpid(sshd->pid, &status, WNOHANG) == sshd->pid) {
            sshd->pid = 0;
            return false;
        }
        if (greets(sshd))
            return true;
        pause_a_moment();
    }
    return false;
}

/* Where the daemon runs as root it wants this folder, as its service makes it. */
static void make_room_for_root(void)
{
    if (geteuid() == 0 && mkdir("/run/sshd", 0755) != 0)
        assert_int_equal(errno, EEXIST);
}

void sshd_start(struct sshd *sshd, const struct sshd_options *options)
{
    char command[PATH_SIZE + 16], path[PATH_SIZE];
    folder_make(sshd->folder);
    make_room_for_root();
    make_key(sshd, "host");
    make_key(sshd, "user");
    make_key(sshd, "other");
    publish(sshd, "authorized", "", options->stranger ? "other.pub" : "user.pub");
    publish(sshd, "known", "node ", options->strange ? "other.pub" : "host.pub");
    if (options->strange)
        unlink(inner(sshd, path, "known"));
    for (int i = 0; i < TRIES && sshd->pid == 0; i++) {
        sshd->port = free_port();
        configure_server(sshd, options);
        configure_client(sshd);
        (void)listen_there(sshd);
    }
    if (sshd->pid == 0) {
        show_log(inner(sshd, path, "log"));
        fail_msg("%s does not start", PROGRAM);
    }
    snprintf(command, sizeof command, "ssh -F %s/config", sshd->folder);
    assert_int_equal(setenv("QMPTOP_SSH", command, 1), 0);
}

size_t sshd_connections(const struct sshd *sshd)
{
    struct kin kin;
    kin_of(&kin, sshd->pid);
    return kin.count;
}

void sshd_cut(struct sshd *sshd)
{
    struct kin kin;
    kin_of(&kin, sshd->pid);
    for (size_t i = 0; i < kin.count; i++)
        kill(kin.pids[i], SIGTERM);
}

void sshd_stop(struct sshd *sshd)
{
    if (sshd->pid == 0)
        return;
    kill(sshd->pid, SIGSTOP); /* nobody new comes in between */
    sshd_cut(sshd);
    kill(sshd->pid, SIGTERM);
    kill(sshd->pid, SIGCONT);
    assert_int_equal(waitpid(sshd->pid, NULL, 0), sshd->pid);
    sshd->pid = 0;
}

void sshd_restart(struct sshd *sshd)
{
    for (int i = 0; i < TRIES && !listen_there(sshd); i++)
        pause_a_moment();
    assert_int_not_equal(sshd->pid, 0);
}

void sshd_release(struct sshd *sshd)
{
    if (sshd->folder[0] == '\0')
        return;
    sshd_stop(sshd);
    unsetenv("QMPTOP_SSH");
    folder_remove(sshd->folder);
    *sshd = (struct sshd){.port = 0};
}
