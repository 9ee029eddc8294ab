#include "tests/support/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define DEFAULT_LIMIT_MS 20000
#define OUTPUT_MAX       (1 << 20)
#define ARGUMENTS_MAX    32

struct output {
    int fd; /* -1: ended */
    char *text;
    size_t len;
};

struct running {
    pid_t pid;
    struct output out, err;
};

const char *program_path(void)
{
    static char whole[PATH_MAX];
    const char *path = getenv("QMPTOP");
    if (path == NULL || path[0] == '\0')
        path = "build/qmptop";
    return realpath(path, whole) != NULL ? whole : path;
}

bool program_is_sanitized(void)
{
    return SANITIZED;
}

void program_be_mortal(void)
{
    prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
    prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH);
}

static void become(const struct program_run *run, const char *const *arguments, int out,
                   int err)
{
    const char *program = run->program != NULL ? run->program : program_path();
    const char *argv[ARGUMENTS_MAX + 2] = {run->program != NULL ? program : "qmptop"};
    for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    int in = open("/dev/null", O_RDONLY);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in, 0);
    dup2(out, 1);
    dup2(err, 2);
    if (run->mortal)
        program_be_mortal();
    execvp(program, (char *const *)argv);
    dprintf(2, "%s: %s\n", program, strerror(errno));
    _exit(127);
}

static void open_output(struct output *output, int *writer)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    output->fd = ends[0];
    output->text = calloc(1, OUTPUT_MAX + 1);
    assert_non_null(output->text);
    *writer = ends[1];
}

static bool take_output(struct output *output)
{
    if (output->fd < 0)
        return false;
    ssize_t got = read(output->fd, output->text + output->len, OUTPUT_MAX - output->len);
    if (got < 0)
        return false;
    if (got == 0) {
        close(output->fd);
        output->fd = -1;
    }
    output->len += (size_t)got;
    return true;
}

static bool take_turn(void *ctx)
{
    struct running *running = ctx;
    bool out = take_output(&running->out), err = take_output(&running->err);
    return out || err;
}

static bool has_ended(void *ctx)
{
    const struct running *running = ctx;
    return running->out.fd < 0 && running->err.fd < 0;
}

void program_run(struct program_run *run, const char *const *arguments)
{
    struct running running = {0};
    struct pump alone = {0}, *pump = run->pump != NULL ? run->pump : &alone;
    int out, err, status = 0;

    open_output(&running.out, &out);
    open_output(&running.err, &err);
    running.pid = fork();
    assert_true(running.pid >= 0);
    if (running.pid == 0)
        become(run, arguments, out, err);
    close(out);
    close(err);

    pump_add(pump, take_turn, &running);
    bool ended = pump_until(pump, has_ended, &running,
                            run->limit_ms != 0 ? run->limit_ms : DEFAULT_LIMIT_MS);
    pump_remove(pump, &running);
    if (!ended)
        kill(running.pid, SIGKILL);
    waitpid(running.pid, &status, 0);
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    run->out = running.out.text;
    run->err = running.err.text;
    if (!ended)
        fail_msg("%s %s did not end in time; it printed:\n%s%s", program_path(), arguments[0],
                 run->out, run->err);
}

void program_release(struct program_run *run)
{
    free(run->out);
    free(run->err);
    run->out = run->err = NULL;
}

size_t program_count(const struct program_run *run, const char *what)
{
    size_t count = 0;

    for (const char *at = strstr(run->out, what); at != NULL; at = strstr(at + 1, what))
        count++;
    return count;
}
