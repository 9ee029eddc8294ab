#define _GNU_SOURCE /* environ, openpty */
#include "tests/support/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#define READ_SIZE 65536
#define PAUSE_MS  20 /* between two looks at a child that writes nothing */

struct pty {
    int master, slave; /* the slave stays open here, to read its modes */
    pid_t pid;
    bool ended;
    int status;
    struct grid *grid;
    struct termios before;
    char *bytes;
    size_t size, capacity;
    int pace;      /* bytes a second that are read; 0 = all */
    int64_t began; /* to be read at that pace, and where it began */
    size_t from;
};

static void must(bool done, const char *what)
{
    if (done)
        return;
    perror(what);
    abort();
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the child ---- */

static void set_environment(const struct pty_options *options)
{
    static const char *const unset[] = {"LINES",   "COLUMNS",    "ESCDELAY",  "NO_COLOR",
                                        "LANG",    "LANGUAGE",   "LC_CTYPE",  "LC_MESSAGES",
                                        "LC_TIME", "LC_NUMERIC", "COLORTERM", "TERM"};
    const char *term = options->term == NULL ? "xterm-256color" : options->term;

    for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
        unsetenv(unset[i]);
    if (*term != '\0')
        setenv("TERM", term, 1);
    setenv("LC_ALL", options->locale == NULL ? "C.UTF-8" : options->locale, 1);
    setenv("TZ", "UTC", 1);
    for (size_t i = 0; options->env != NULL && options->env[i] != NULL; i++)
        putenv((char *)(uintptr_t)options->env[i]);
}

static void reset_signals(void)
{
    sigset_t none;

    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Forks; the child comes back with 0 and the terminal as its own. */
static pid_t start(struct pty *pty, const struct pty_options *options)
{
    struct winsize size = {
        .ws_row = (unsigned short)grid_rows(pty->grid),
        .ws_col = (unsigned short)grid_cols(pty->grid),
    };

    must(openpty(&pty->master, &pty->slave, NULL, NULL, &size) == 0, "openpty");
    must(tcgetattr(pty->slave, &pty->before) == 0, "tcgetattr");
    fcntl(pty->master, F_SETFD, FD_CLOEXEC);
    fcntl(pty->slave, F_SETFD, FD_CLOEXEC);
    fcntl(pty->master, F_SETFL, O_NONBLOCK);
    fflush(NULL);
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before); /* no handler of ours shall run in the child */
    pty->pid = fork();
    must(pty->pid >= 0, "fork");
    if (pty->pid > 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        return pty->pid;
    }
    close(pty->master);
    must(login_tty(pty->slave) == 0, "login_tty");
    reset_signals();
    set_environment(options);
    return 0;
}

static void free_pty(struct pty *pty)
{
    grid_free(pty->grid);
    free(pty->bytes);
    free(pty);
}

static struct pty *new_pty(const struct pty_options *options)
{
    struct pty *pty = calloc(1, sizeof *pty);

    must(pty != NULL, "calloc");
    pty->grid = grid_new(options->rows == 0 ? 24 : options->rows,
                         options->cols == 0 ? 80 : options->cols);
    return pty;
}

struct pty *pty_spawn(char *const argv[], const struct pty_options *options)
{
    static const struct pty_options defaults;
    const struct pty_options *chosen = options == NULL ? &defaults : options;
    struct pty *pty = new_pty(chosen);

    if (start(pty, chosen) != 0)
        return pty;
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

struct pty *pty_fork(int (*child)(void *argument), void *argument,
                     const struct pty_options *options)
{
    static const struct pty_options defaults;
    const struct pty_options *chosen = options == NULL ? &defaults : options;
    struct pty *pty = new_pty(chosen);

    if (start(pty, chosen) != 0)
        return pty;
    free_pty(pty); /* or a leak checker finds it in the child */
    exit(child(argument));
}

/* ---- bytes ---- */

static void close_ends(struct pty *pty)
{
    if (pty->master >= 0)
        close(pty->master);
    if (pty->slave >= 0)
        close(pty->slave);
    pty->master = pty->slave = -1;
}

void pty_close(struct pty *pty)
{
    if (pty == NULL)
        return;
    if (!pty->ended) {
        kill(pty->pid, SIGKILL);
        while (waitpid(pty->pid, &pty->status, 0) < 0 && errno == EINTR)
            ;
    }
    close_ends(pty);
    free_pty(pty);
}

static void keep(struct pty *pty, const char *bytes, size_t size)
{
    if (pty->size + size + 1 > pty->capacity) {
        pty->capacity = 2 * (pty->size + size + 1);
        pty->bytes = realloc(pty->bytes, pty->capacity);
        must(pty->bytes != NULL, "realloc");
    }
    memcpy(pty->bytes + pty->size, bytes, size);
    pty->size += size;
    pty->bytes[pty->size] = '\0';
}

void pty_slow(struct pty *pty, int bytes_per_second)
{
    pty->pace = bytes_per_second;
    pty->began = now_ms();
    pty->from = pty->size;
}

static size_t allowance(const struct pty *pty)
{
    int64_t due = (now_ms() - pty->began) * pty->pace / 1000 - (int64_t)(pty->size - pty->from);

    if (pty->pace == 0 || due > READ_SIZE)
        return READ_SIZE;
    return due > 0 ? (size_t)due : 0;
}

bool pty_pump(struct pty *pty, int ms)
{
    static char bytes[READ_SIZE];
    struct pollfd fd = {.fd = pty->master, .events = POLLIN};
    size_t most = allowance(pty);

    if (poll(&fd, most > 0, ms) <= 0)
        return false;
    ssize_t size = read(pty->master, bytes, most);
    if (size <= 0)
        return false;
    keep(pty, bytes, (size_t)size);
    grid_feed(pty->grid, bytes, (size_t)size);
    size_t answer = grid_answer(pty->grid, bytes, sizeof bytes);
    if (answer > 0)
        pty_send_bytes(pty, bytes, answer);
    return true;
}

void pty_send_bytes(struct pty *pty, const char *keys, size_t size)
{
    int64_t end = now_ms() + PTY_WITHIN_MS;

    while (size > 0 && now_ms() < end) {
        ssize_t done = write(pty->master, keys, size);
        if (done > 0) {
            keys += done;
            size -= (size_t)done;
        } else if (done < 0 && errno != EAGAIN && errno != EINTR) {
            return;
        } else {
            pty_pump(pty, PAUSE_MS);
        }
    }
}

void pty_send(struct pty *pty, const char *keys)
{
    pty_send_bytes(pty, keys, strlen(keys));
}

void pty_paste(struct pty *pty, const char *text)
{
    bool brackets = grid_modes(pty->grid)->brackets;
    if (brackets)
        pty_send(pty, "\033[200~");
    pty_send(pty, text);
    if (brackets)
        pty_send(pty, "\033[201~");
}

struct grid *pty_grid(struct pty *pty)
{
    return pty->grid;
}

pid_t pty_pid(const struct pty *pty)
{
    return pty->pid;
}

size_t pty_traffic(const struct pty *pty)
{
    return pty->size;
}

const char *pty_bytes(const struct pty *pty)
{
    return pty->bytes == NULL ? "" : pty->bytes;
}

void pty_resize(struct pty *pty, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

    grid_resize(pty->grid, rows, cols);
    ioctl(pty->master, TIOCSWINSZ, &size);
}

void pty_signal(struct pty *pty, int signal)
{
    kill(pty->pid, signal);
}

bool pty_reads_wait(struct pty *pty)
{
    struct termios now;

    must(tcgetattr(pty->slave, &now) == 0, "tcgetattr");
    return (now.c_lflag & ICANON) || now.c_cc[VMIN] > 0;
}

void pty_hang_up(struct pty *pty)
{
    close_ends(pty);
}

/* ---- waiting ---- */

static bool look(struct pty *pty, bool (*holds)(struct pty *, void *), void *argument,
                 int within_ms)
{
    int64_t end = now_ms() + within_ms;

    while (!holds(pty, argument)) {
        if (now_ms() >= end)
            return false;
        pty_pump(pty, PAUSE_MS);
    }
    return true;
}

static bool complain(struct pty *pty, const char *what, const char *detail)
{
    fprintf(stderr, "pty: %s%s%s\n", what, detail == NULL ? "" : ": ",
            detail == NULL ? "" : detail);
    for (int row = 0; row < grid_rows(pty->grid); row++)
        fprintf(stderr, "  |%s\n", grid_line(pty->grid, row));
    return false;
}

static bool has_text(struct pty *pty, void *needle)
{
    return grid_find(pty->grid, needle, NULL, NULL);
}

static bool has_not_text(struct pty *pty, void *needle)
{
    return !has_text(pty, needle);
}

struct line {
    int row;
    const char *text;
};

static bool has_line(struct pty *pty, void *argument)
{
    const struct line *line = argument;
    return strcmp(grid_line(pty->grid, line->row), line->text) == 0;
}

static bool has_grid(struct pty *pty, void *text)
{
    return strcmp(grid_text(pty->grid), text) == 0;
}

static bool has_ended(struct pty *pty, void *unused)
{
    (void)unused;
    if (!pty->ended && waitpid(pty->pid, &pty->status, WNOHANG) == pty->pid)
        pty->ended = true;
    return pty->ended;
}

static bool has_stopped(struct pty *pty, void *unused)
{
    siginfo_t info = {0};
    (void)unused;
    return waitid(P_PID, (id_t)pty->pid, &info, WSTOPPED | WNOHANG) == 0 && info.si_pid != 0;
}

bool pty_wait_text(struct pty *pty, const char *needle, int within_ms)
{
    return look(pty, has_text, (void *)(uintptr_t)needle, within_ms) ||
           complain(pty, "text did not appear", needle);
}

bool pty_wait_gone(struct pty *pty, const char *needle, int within_ms)
{
    return look(pty, has_not_text, (void *)(uintptr_t)needle, within_ms) ||
           complain(pty, "text did not go away", needle);
}

bool pty_wait_line(struct pty *pty, int row, const char *text, int within_ms)
{
    struct line line = {.row = row, .text = text};
    return look(pty, has_line, &line, within_ms) || complain(pty, "line did not appear", text);
}

bool pty_wait_grid(struct pty *pty, const char *text, int within_ms)
{
    return look(pty, has_grid, (void *)(uintptr_t)text, within_ms) ||
           complain(pty, "screen did not become", text);
}

bool pty_wait_until(struct pty *pty, bool (*holds)(struct pty *pty, void *argument),
                    void *argument, int within_ms)
{
    return look(pty, holds, argument, within_ms) || complain(pty, "waited in vain", NULL);
}

bool pty_wait_exit(struct pty *pty, int *status, int within_ms)
{
    if (!look(pty, has_ended, NULL, within_ms))
        return complain(pty, "program did not end", NULL);
    while (pty->master >= 0 && pty_pump(pty, 0))
        ;
    if (status != NULL)
        *status = pty->status;
    return true;
}

void pty_quit(struct pty *pty)
{
    pty_send(pty, "q");
    must(pty_wait_exit(pty, NULL, PTY_WITHIN_MS), "pty_quit");
    pty_close(pty);
}

bool pty_wait_stopped(struct pty *pty, int within_ms)
{
    if (!look(pty, has_stopped, NULL, within_ms))
        return complain(pty, "program did not stop", NULL);
    while (pty_pump(pty, 0))
        ;
    return true;
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

const char *pty_not_put_back(struct pty *pty)
{
    const struct grid_modes *modes = grid_modes(pty->grid);
    struct termios now;

    if (tcgetattr(pty->slave, &now) != 0 || !same_modes(&now, &pty->before))
        return "modes";
    if (modes->alternate)
        return "alternate screen";
    if (!modes->cursor)
        return "cursor";
    if (modes->brackets)
        return "brackets";
    if (modes->mouse)
        return "mouse";
    return grid_pen_is_plain(pty->grid) ? NULL : "colours";
}
