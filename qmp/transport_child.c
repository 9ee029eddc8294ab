#define _GNU_SOURCE /* pipe2() */
#include "qmp/transport_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "qmp/descriptors.h"
#include "qmp/transport_pace.h"

#define READ_SIZE   4096   /* a turn: others get theirs */
#define LAST_READS  16     /* of what a child said before it ended */
#define WORDS_RATE  65536. /* bytes/s of stderr */
#define STEP_MS     5
#define GRACE_STEPS 60
#define DEATH_STEPS 200

struct transport_child {
    struct ev_loop *loop;
    const char *what;
    const struct transport_child_events *events; /* NULL: dropped */
    void *ctx;
    pid_t pid;
    int error_fd; /* our end of its stderr; -1 = closed */
    ev_io complaint;
    struct transport_pace pace;
    ev_timer rest; /* from one that complains without end */
    ev_signal ended;
    ev_timer patience; /* of a dropped one */
    char line[TRANSPORT_CHILD_WORDS], last[TRANSPORT_CHILD_WORDS];
    size_t line_len;
    struct transport_child *next;
};

/* The processes of this process are a thing of all of it. */
static struct transport_child *children;

/* ---- what it says ---- */

static void end_line(struct transport_child *child)
{
    bool is_reason = child->line_len > 0;

    child->line[child->line_len] = '\0';
    child->line_len = 0;
    if (is_reason && child->events->said != NULL)
        is_reason = child->events->said(child->ctx, child->line);
    if (is_reason)
        memcpy(child->last, child->line, sizeof(child->last));
}

static void take_complaint(struct transport_child *child, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte == '\n' || byte == '\r')
            end_line(child);
        else if (child->line_len < sizeof(child->line) - 1)
            child->line[child->line_len++] = byte < ' ' || byte == 127 ? ' ' : (char)byte;
    }
}

static void rest_if_due(struct transport_child *child, size_t len)
{
    double rest_s = transport_pace_rest(&child->pace, len, WORDS_RATE, transport_pace_now());

    if (rest_s == 0)
        return;
    ev_io_stop(child->loop, &child->complaint);
    ev_timer_stop(child->loop, &child->rest);
    ev_timer_set(&child->rest, rest_s, 0.);
    ev_timer_start(child->loop, &child->rest);
}

/* False when there is no more for now. */
static bool read_complaint(struct transport_child *child)
{
    char bytes[READ_SIZE];
    ssize_t len = child->error_fd >= 0 ? read(child->error_fd, bytes, sizeof(bytes)) : -1;

    if (len > 0) {
        take_complaint(child, bytes, (size_t)len);
        rest_if_due(child, (size_t)len);
    } else if (len == 0) {
        ev_io_stop(child->loop, &child->complaint);
    }
    return len > 0 || (len < 0 && errno == EINTR && child->error_fd >= 0);
}

static void on_complaint(struct ev_loop *loop, ev_io *watcher, int revents)
{
    (void)loop, (void)revents;
    (void)read_complaint(watcher->data);
}

static void on_rested(struct ev_loop *loop, ev_timer *watcher, int revents)
{
    struct transport_child *child = watcher->data;

    (void)revents;
    ev_io_start(loop, &child->complaint);
}

/* ---- its end ---- */

static void describe(const struct transport_child *child, int status, char *words, size_t size)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    bool not_run = code == 126 || code == 127; /* a shell's way to say so */

    if (child->last[0] != '\0' && !not_run)
        snprintf(words, size, "%s", child->last);
    else if (WIFSIGNALED(status))
        snprintf(words, size, "%s was killed by signal %d (%s)", child->what, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (code == 0)
        snprintf(words, size, "%s ended", child->what);
    else
        snprintf(words, size, "%s exited with status %d%s%.200s", child->what, code,
                 child->last[0] != '\0' ? ": " : "", child->last);
}

static void silence(struct transport_child *child)
{
    ev_io_stop(child->loop, &child->complaint);
    ev_timer_stop(child->loop, &child->rest);
    if (child->error_fd >= 0)
        close(child->error_fd);
    child->error_fd = -1;
}

static void forget(struct transport_child *child)
{
    struct transport_child **at = &children;

    while (*at != child)
        at = &(*at)->next;
    *at = child->next;
    silence(child);
    ev_signal_stop(child->loop, &child->ended);
    ev_timer_stop(child->loop, &child->patience);
    free(child);
}

static bool has_ended(const struct transport_child *child)
{
    siginfo_t info = {0};

    /* Whoever took it from us ended it as well. */
    return waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

/* While it is not waited for, its number is nobody else's: the group is still its own. */
static int reap(const struct transport_child *child)
{
    int status = 0;

    (void)kill(-child->pid, SIGKILL);
    return waitpid(child->pid, &status, WNOHANG) == child->pid ? status : 0;
}

static void conclude(struct transport_child *child)
{
    const struct transport_child_events *events = child->events;
    char words[TRANSPORT_CHILD_WORDS];
    void *ctx = child->ctx;
    int status = reap(child);

    for (int i = 0; i < LAST_READS && events != NULL && read_complaint(child); i++)
        continue;
    if (events != NULL)
        end_line(child);
    describe(child, status, words, sizeof(words));
    forget(child);
    if (events != NULL)
        events->ended(ctx, words);
}

static void on_sigchld(struct ev_loop *loop, ev_signal *watcher, int revents)
{
    (void)loop, (void)revents;
    if (has_ended(watcher->data))
        conclude(watcher->data);
}

/* A child just made may have no group of its own yet. */
static void signal_group(const struct transport_child *child, int number)
{
    if (kill(-child->pid, number) != 0)
        (void)kill(child->pid, number);
}

static void on_impatient(struct ev_loop *loop, ev_timer *watcher, int revents)
{
    (void)loop, (void)revents;
    signal_group(watcher->data, SIGKILL);
}

void transport_child_drop(struct transport_child *child)
{
    if (child == NULL)
        return;
    child->events = NULL;
    silence(child);
    signal_group(child, SIGTERM);
    signal_group(child, SIGCONT); /* a stopped one would not hear the other */
    ev_timer_set(&child->patience, TRANSPORT_CHILD_GRACE_S, 0.);
    ev_timer_start(child->loop, &child->patience);
}

/* Whether one that was dropped is left. */
static bool reap_dropped(int number)
{
    bool left = false;

    for (struct transport_child *child = children, *next; child != NULL; child = next) {
        next = child->next;
        if (child->events != NULL)
            continue;
        if (has_ended(child)) {
            (void)reap(child);
            forget(child);
            continue;
        }
        if (number != 0)
            signal_group(child, number);
        left = true;
    }
    return left;
}

void transport_child_finish(void)
{
    for (int i = 0; i < GRACE_STEPS && reap_dropped(0); i++)
        (void)poll(NULL, 0, STEP_MS);
    for (int i = 0; i < DEATH_STEPS && reap_dropped(SIGKILL); i++)
        (void)poll(NULL, 0, STEP_MS);
}

/* ---- its beginning ---- */

/* Signals that are ignored stay so in the new program: it gets all as if just born. */
static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void die_with_parent(pid_t parent)
{
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    if (getppid() != parent)
        _exit(1);
}

static void become(const char *const *argv, int stdio, int error_fd, pid_t parent)
{
    (void)setsid();
    reset_signals();
    die_with_parent(parent);
    if (stdio < 0)
        stdio = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)dup2(stdio, STDIN_FILENO);
    (void)dup2(stdio, STDOUT_FILENO);
    (void)dup2(error_fd, STDERR_FILENO);
    (void)setenv("SSH_ASKPASS_REQUIRE", "never", 1); /* no window asks either */
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* Its number, or -1 with errno. No handler of ours runs in the child. */
static pid_t spawn(const char *const *argv, int stdio, int error_fd)
{
    pid_t parent = getpid();
    sigset_t all, before;

    sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        become(argv, stdio, error_fd, parent);
    int error_number = errno;
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error_number;
    return pid;
}

static void close_both(const int *ends)
{
    int error_number = errno;

    close(ends[0]);
    close(ends[1]);
    errno = error_number;
}

/* It lasts as long as a connection does; the rest is short-lived or one for many. */
static bool make_stdio(int *ends)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    if (descriptors_take(ends[0]))
        return true;
    close(ends[1]);
    errno = EMFILE;
    return false;
}

/* Our end of its stderr and, when wanted, of its stdin and stdout; its own ends block, as
 * programs expect. */
static bool make_ends(int *error_ends, int *stdio_ends)
{
    if (pipe2(error_ends, O_CLOEXEC) != 0)
        return false;
    if (stdio_ends != NULL && !make_stdio(stdio_ends)) {
        close_both(error_ends);
        return false;
    }
    (void)fcntl(error_ends[0], F_SETFL, O_NONBLOCK);
    if (stdio_ends != NULL)
        (void)fcntl(stdio_ends[0], F_SETFL, O_NONBLOCK);
    return true;
}

static bool start(struct transport_child *child, const char *const *argv, int *fd)
{
    int error_ends[2], stdio_ends[2] = {-1, -1};

    if (!make_ends(error_ends, fd != NULL ? stdio_ends : NULL))
        return false;
    child->pid = spawn(argv, stdio_ends[1], error_ends[1]);
    if (child->pid < 0) {
        close_both(error_ends);
        if (fd != NULL)
            close_both(stdio_ends);
        return false;
    }
    close(error_ends[1]);
    child->error_fd = error_ends[0];
    if (fd != NULL) {
        close(stdio_ends[1]);
        *fd = stdio_ends[0];
    }
    ev_io_set(&child->complaint, child->error_fd, EV_READ);
    ev_io_start(child->loop, &child->complaint);
    return true;
}

struct transport_child *transport_child_start(struct ev_loop *loop, const char *const *argv,
                                              int *fd, const char *what,
                                              const struct transport_child_events *events,
                                              void *ctx)
{
    struct transport_child *child = calloc(1, sizeof(*child));

    if (child == NULL)
        return NULL;
    child->loop = loop;
    child->what = what;
    child->events = events;
    child->ctx = ctx;
    child->error_fd = -1;
    ev_init(&child->complaint, on_complaint);
    ev_init(&child->rest, on_rested);
    ev_signal_init(&child->ended, on_sigchld, SIGCHLD);
    ev_init(&child->patience, on_impatient);
    child->complaint.data = child->ended.data = child;
    child->patience.data = child->rest.data = child;
    child->next = children;
    children = child;
    ev_signal_start(loop, &child->ended); /* before there is a child that could end */
    if (start(child, argv, fd))
        return child;
    int error_number = errno;
    forget(child);
    errno = error_number;
    return NULL;
}

const char *transport_child_words(const struct transport_child *child)
{
    return child->last;
}

void transport_child_forget(struct transport_child *child)
{
    child->last[0] = '\0';
}
