#include "tests/support/qemu.h"

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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/guest.h"
#include "tests/support/qemu_binary.h"

#define QEMU_MAX      8
#define ARGUMENTS_MAX 48
#define TEXT_SIZE     256
#define PAUSE_MS      5
#define END_MS        5000 /* it takes some milliseconds */

static struct qemu *qemus[QEMU_MAX];
static int qemu_count;

/* A command line in the making; the texts are kept beside the pointers. */
struct command_line {
    char *argv[ARGUMENTS_MAX];
    char texts[ARGUMENTS_MAX][TEXT_SIZE];
    int count;
};

static void add(struct command_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct command_line *line, const char *format, ...)
{
    assert_true(line->count < ARGUMENTS_MAX - 1);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line->texts[line->count], TEXT_SIZE, format, arguments);
    va_end(arguments);
    line->argv[line->count] = line->texts[line->count];
    line->count++;
}

static void add_monitor(struct command_line *line, const struct qemu *qemu, const char *id,
                        const char *where, const char *mode)
{
    bool daemon = qemu->options.kind == QEMU_STORAGE_DAEMON;
    add(line, daemon ? "--chardev" : "-chardev");
    add(line, "socket,id=%s,%s,server=on,wait=off", id, where);
    add(line, daemon ? "--monitor" : "-mon");
    add(line, "chardev=%s%s", id, mode);
}

static void add_unix_monitor(struct command_line *line, const struct qemu *qemu, const char *id,
                             const char *path, const char *mode)
{
    char where[TEXT_SIZE / 2];
    snprintf(where, sizeof where, "path=%s", path);
    add_monitor(line, qemu, id, where, mode);
}

/* The listening socket is made here and inherited: its port is free by construction. */
static int add_tcp_monitor(struct command_line *line, struct qemu *qemu, const char *mode)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    qemu->port = ntohs(address.sin_port);

    char where[TEXT_SIZE / 2];
    snprintf(where, sizeof where, "fd=%d", fd);
    add_monitor(line, qemu, "t", where, mode);
    return fd;
}

static void add_program(struct command_line *line, const struct qemu *qemu)
{
    static const char *const names[QEMU_KIND_COUNT] = {"qemu-system-x86_64",
                                                       "qemu-storage-daemon"};
    char path[QEMU_BINARY_SIZE];
    add(line, "%s", qemu_binary(path, names[qemu->options.kind]));
}

static void add_words(struct command_line *line, const char *const *words)
{
    for (; words != NULL && *words != NULL; words++)
        add(line, "%s", *words);
}

static void add_machine(struct command_line *line, const struct qemu *qemu)
{
    static const char *const screenless[] = {"-display", "none", "-nodefaults", NULL};
    static const char *const bare[] = {"-machine", "none", NULL};
    static const char *const computer[] = {
        "-machine", "pc", "-accel", "tcg", "-m", "32", "-device", "ide-hd,drive=boot", NULL};
    add_words(line, screenless);
    if (qemu->options.guest) {
        add(line, "-drive");
        add(line, "if=none,id=boot,format=raw,file=%s/" GUEST_DISK, qemu->folder);
    }
    if (qemu->options.full) {
        add(line, "-device");
        add(line, "loader,file=%s/data,addr=0x800000,force-raw=on", qemu->folder);
    }
    add_words(line, qemu->options.guest ? computer : bare);
    if (qemu->options.name != NULL) {
        add(line, "-name");
        add(line, "%s", qemu->options.name);
    }
}

/* In the child: nothing of the test is left to it, and it ends with the test. */
static void become(const struct command_line *line, const char *folder, pid_t parent)
{
    char log[TEXT_SIZE];
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    snprintf(log, sizeof log, "%s/log", folder);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), in = open("/dev/null", O_RDONLY);
    if (out < 0 || in < 0)
        _exit(1);
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    execvp(line->argv[0], line->argv);
    dprintf(2, "%s: %s\n", line->argv[0], strerror(errno));
    _exit(127);
}

static void show_log(const struct qemu *qemu)
{
    char path[TEXT_SIZE], text[1024];
    snprintf(path, sizeof path, "%s/log", qemu->folder);
    FILE *log = fopen(path, "r");
    if (log == NULL)
        return;
    while (fgets(text, sizeof text, log) != NULL)
        print_error("qemu: %s", text);
    fclose(log);
}

/* A QEMU that cannot start ends at once; it is not waited for until a deadline. */
static void check_alive(struct qemu *qemu)
{
    if (waitpid(qemu->pid, NULL, WNOHANG) == 0)
        return;
    qemu->pid = 0;
    show_log(qemu);
    fail_msg("QEMU does not start");
}

static void launch(struct qemu *qemu)
{
    static struct command_line line;
    line = (struct command_line){.count = 0};
    bool daemon = qemu->options.kind == QEMU_STORAGE_DAEMON;
    const char *mode = daemon ? "" : ",mode=control";
    const char *pretty = daemon ? ",pretty=on" : ",mode=control,pretty=on";
    int listener = -1;

    add_program(&line, qemu);
    if (!daemon)
        add_machine(&line, qemu);
    add_words(&line, qemu->options.arguments);
    add_unix_monitor(&line, qemu, "s", qemu->socket, qemu->options.pretty ? pretty : mode);
    if (qemu->options.hmp)
        add_unix_monitor(&line, qemu, "h", qemu->human, ",mode=readline");
    if (qemu->options.tcp)
        listener = add_tcp_monitor(&line, qemu, mode);
    /* The last one to be there: when it answers, all do. */
    add_unix_monitor(&line, qemu, "c", qemu->control, mode);

    pid_t self = getpid(), pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become(&line, qemu->folder, self);
    qemu->pid = pid;
    if (listener >= 0)
        close(listener);
    while (access(qemu->control, F_OK) != 0) {
        check_alive(qemu);
        usleep(PAUSE_MS * 1000);
    }
    qemu->monitor = monitor_open(qemu->control);
}

struct qemu *qemu_start_with(const struct qemu_options *options)
{
    assert_true(qemu_count < QEMU_MAX);
    struct qemu *qemu = calloc(1, sizeof *qemu);
    assert_non_null(qemu);
    qemus[qemu_count++] = qemu;
    qemu->options = *options;
    folder_make(qemu->folder);
    snprintf(qemu->socket, sizeof qemu->socket, "%s/vm%d.qmp", qemu->folder, qemu_count);
    snprintf(qemu->control, sizeof qemu->control, "%s/control", qemu->folder);
    snprintf(qemu->human, sizeof qemu->human, "%s/human", qemu->folder);
    if (options->guest)
        guest_write_disk(qemu->folder);
    if (options->full)
        folder_fill(qemu->folder, "data", 16L << 20);
    launch(qemu);
    return qemu;
}

struct qemu *qemu_start(enum qemu_kind kind, const char *name)
{
    return qemu_start_with(&(struct qemu_options){.kind = kind, .name = name});
}

/* A QEMU 7.2 that is told to end while a monitor of it is in use may wait for ever for its
 * own monitor thread. */
static void await_end(pid_t pid)
{
    for (int i = 0; i < END_MS / PAUSE_MS; i++) {
        if (waitpid(pid, NULL, WNOHANG) == pid)
            return;
        usleep(PAUSE_MS * 1000);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void end(struct qemu *qemu, int signal_number)
{
    monitor_close(qemu->monitor);
    qemu->monitor = NULL;
    if (qemu->pid == 0)
        return;
    kill(qemu->pid, signal_number);
    await_end(qemu->pid);
    qemu->pid = 0;
}

void qemu_kill(struct qemu *qemu)
{
    end(qemu, SIGKILL);
}

void qemu_terminate(struct qemu *qemu)
{
    end(qemu, SIGTERM);
    unlink(qemu->socket);
    unlink(qemu->control);
    unlink(qemu->human);
}

void qemu_restart(struct qemu *qemu)
{
    assert_int_equal(qemu->pid, 0);
    unlink(qemu->control);
    launch(qemu);
}

void qemu_freeze(struct qemu *qemu)
{
    assert_int_equal(kill(qemu->pid, SIGSTOP), 0);
}

void qemu_thaw(struct qemu *qemu)
{
    assert_int_equal(kill(qemu->pid, SIGCONT), 0);
}

int qemu_end_all(void **state)
{
    (void)state;
    while (qemu_count > 0) {
        struct qemu *qemu = qemus[--qemu_count];
        end(qemu, SIGKILL);
        folder_remove(qemu->folder);
        free(qemu);
    }
    return 0;
}
