#define _GNU_SOURCE /* memfd_create, dup3 */
#include "tui/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define RESTORE_SIZE      1024
#define CHUNK_SIZE        16384
#define STACK_SIZE        65536
#define LEAVE_PATIENCE_MS 1000
#define FATAL_PATIENCE_MS 300

/* All that would end the program and that nobody watches. The first are caught whoever
 * has a handler for them, the others only if they are not watched nor ignored. */
static const int fatal_signals[] = {SIGSEGV, SIGBUS,  SIGABRT,   SIGFPE,  SIGILL,  SIGQUIT,
                                    SIGTRAP, SIGSYS,  SIGXCPU,   SIGALRM, SIGUSR1, SIGUSR2,
                                    SIGPROF, SIGPOLL, SIGVTALRM, SIGPWR};

#define FAULTS 5

#define FATAL_SIGNALS (sizeof fatal_signals / sizeof fatal_signals[0])

static struct {
    pid_t owner; /* 0: closed */
    int out, spool;
    off_t sent; /* of the spool */
    struct termios shell, program;
    char restore[RESTORE_SIZE];
    size_t restore_size;
    bool catching;
    struct sigaction before[FATAL_SIGNALS];
} tty = {.out = -1, .spool = -1};

bool tty_is_ours(void)
{
    return tty.owner != 0 && tty.owner == getpid();
}

/* A description of our own can be non-blocking without the shell noticing. After
 * su(1) the device may not be ours to open by name; /dev/tty always is. When
 * neither can be had, writing may block, as it does for other programs. */
static int open_writer(void)
{
    const int flags = O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    char name[PATH_MAX];
    int fd = -1;

    if (tcgetsid(STDOUT_FILENO) == getsid(0))
        fd = open("/dev/tty", flags);
    if (fd < 0 && ttyname_r(STDOUT_FILENO, name, sizeof name) == 0)
        fd = open(name, flags);
    return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

bool tty_spool(int fd)
{
    return dup3(tty.spool, fd, O_CLOEXEC) >= 0;
}

void tty_set_restore(const char *bytes, size_t size)
{
    tty.restore_size = 0; /* a signal now finds all of it or nothing */
    memcpy(tty.restore, bytes, size < RESTORE_SIZE ? size : RESTORE_SIZE);
    tty.restore_size = size < RESTORE_SIZE ? size : RESTORE_SIZE;
}

void tty_keep_modes(void)
{
    tcgetattr(STDIN_FILENO, &tty.program);
    tty.program.c_cc[VMIN] = tty.program.c_cc[VTIME] = 0;
}

/* From here to on_fatal() all is async-signal-safe. */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_writable(int64_t deadline)
{
    struct pollfd fd = {.fd = tty.out, .events = POLLOUT};
    int64_t left = deadline - now_ms();
    int n = poll(&fd, 1, left > 0 ? (int)left : 0);

    return n > 0 || (n < 0 && errno == EINTR && left > 0);
}

/* Returns what the terminal took in time; one that is gone takes everything. */
static size_t write_until(const char *bytes, size_t size, int64_t deadline)
{
    size_t done = 0;

    while (done < size && wait_writable(deadline)) {
        ssize_t n = write(tty.out, bytes + done, size - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EAGAIN && errno != EINTR)
            return size;
    }
    return done;
}

static bool is_in_background(void)
{
    pid_t group = tcgetpgrp(tty.out);

    return group > 0 && group != getpgrp();
}

static void put_back(int patience_ms)
{
    if (is_in_background())
        return;
    /* TCOON alone only restarts what TCOOFF has stopped, not what ^S has. */
    tcflow(tty.out, TCOOFF);
    tcflow(tty.out, TCOON);
    /* A slow line would have the program's last frames first: they are for nobody now. */
    if (write_until(tty.restore, tty.restore_size, now_ms() + patience_ms) < tty.restore_size) {
        tcflush(tty.out, TCOFLUSH);
        write_until(tty.restore, tty.restore_size, now_ms() + patience_ms);
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &tty.shell);
}

/* Raised again, the signal does what it would have done without us. */
static void on_fatal(int signal)
{
    if (tty_is_ours())
        put_back(FATAL_PATIENCE_MS);
    for (size_t i = 0; i < FATAL_SIGNALS; i++) {
        if (fatal_signals[i] == signal)
            sigaction(signal, &tty.before[i], NULL);
    }
    raise(signal);
}

/* An overflown stack cannot run a handler. A stack that somebody else has set
 * up for his handlers serves ours as well. */
static void use_signal_stack(void)
{
    static char stack[STACK_SIZE];
    stack_t mine = {.ss_sp = stack, .ss_size = sizeof stack}, present;

    if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE))
        sigaltstack(&mine, NULL);
}

static void catch_fatal(void)
{
    struct sigaction action = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK};

    if (tty.catching)
        return;
    use_signal_stack();
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < FATAL_SIGNALS; i++) {
        sigaction(fatal_signals[i], NULL, &tty.before[i]);
        if (i < FAULTS || tty.before[i].sa_handler == SIG_DFL)
            sigaction(fatal_signals[i], &action, NULL);
    }
    tty.catching = true;
}

static void release_fatal(void)
{
    for (size_t i = 0; tty.catching && i < FATAL_SIGNALS; i++)
        sigaction(fatal_signals[i], &tty.before[i], NULL);
    tty.catching = false;
}

bool tty_open(void)
{
    if (!isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &tty.shell) != 0) {
        errno = ENOTTY;
        return false;
    }
    tty.program = tty.shell;
    tty.sent = 0;
    tty.restore_size = 0;
    tty.spool = memfd_create("qmptop-screen", MFD_CLOEXEC);
    tty.out = open_writer();
    tty.owner = getpid();
    if (tty.spool < 0 || tty.out < 0) {
        int reason = errno;
        tty_close();
        errno = reason;
        return false;
    }
    catch_fatal(); /* curses changes modes from its start on */
    return true;
}

void tty_enter(void)
{
    if (!tty_is_ours())
        return;
    catch_fatal();
    tcsetattr(STDIN_FILENO, TCSANOW, &tty.program);
}

static void forget_spool(void)
{
    if (ftruncate(tty.spool, 0) == 0)
        lseek(tty.spool, 0, SEEK_SET);
    tty.sent = lseek(tty.spool, 0, SEEK_CUR);
}

void tty_leave(void)
{
    if (!tty_is_ours())
        return;
    forget_spool();
    put_back(LEAVE_PATIENCE_MS);
    release_fatal();
}

bool tty_is_waiting(void)
{
    return tty_is_ours() && lseek(tty.spool, 0, SEEK_CUR) > tty.sent;
}

bool tty_flush(int patience_ms)
{
    static char chunk[CHUNK_SIZE];
    int64_t deadline = now_ms() + patience_ms;

    if (!tty_is_waiting())
        return true;
    while (tty_is_waiting()) {
        ssize_t size = pread(tty.spool, chunk, sizeof chunk, tty.sent);
        if (size <= 0)
            break;
        size_t done = write_until(chunk, (size_t)size, deadline);
        tty.sent += (off_t)done;
        if (done < (size_t)size)
            return false;
    }
    forget_spool();
    return true;
}

int tty_fd(void)
{
    return tty.out;
}

bool tty_size(int *rows, int *cols)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    *rows = size.ws_row;
    *cols = size.ws_col;
    return true;
}

/* Input that was ready and has no byte now is no end: ^Z, too, empties the queue. */
bool tty_is_lost(void)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR | POLLNVAL));
}

void tty_drop_input(void)
{
    tcflush(STDIN_FILENO, TCIFLUSH);
}

void tty_close(void)
{
    release_fatal();
    if (tty.spool >= 0)
        close(tty.spool);
    if (tty.out >= 0)
        close(tty.out);
    tty.spool = tty.out = -1;
    tty.owner = 0;
}
