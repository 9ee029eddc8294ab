#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

#define NO_LIBRARY 3 /* qemu_qmp.py's exit status */
#define NO_PROGRAM 127

static void execute(char **arguments, int out)
{
    const char *folder = getenv("BENCH_QEMU_QMP");

    if (folder)
        setenv("PYTHONPATH", folder, 1);
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
    dup2(out, STDOUT_FILENO);
    execvp(arguments[0], arguments);
    _exit(NO_PROGRAM);
}

/* Frees the command line. */
static struct peer_figures run(char **arguments)
{
    struct peer_figures figures = {.at_hand = true};
    char line[128] = "";
    int pipes[2], status = 0;

    if (pipe2(pipes, O_CLOEXEC) != 0)
        return figures;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        execute(arguments, pipes[1]);
    close(pipes[1]);
    FILE *out = fdopen(pipes[0], "r");
    figures.known = out && fgets(line, sizeof(line), out) &&
                    sscanf(line, "%lf %lf %lf %lf", &figures.cpu_ms, &figures.first_ms,
                           &figures.rss_mib, &figures.polls) == 4;
    if (out)
        fclose(out);
    if (pid > 0)
        waitpid(pid, &status, 0);
    figures.at_hand = !WIFEXITED(status) ||
                      (WEXITSTATUS(status) != NO_LIBRARY && WEXITSTATUS(status) != NO_PROGRAM);
    command_line_free(arguments);
    return figures;
}

struct peer_figures peer_floor(const struct bench *bench, const struct field *field,
                               double seconds)
{
    char text[32];
    const char *more[] = {text};

    snprintf(text, sizeof(text), "%g", seconds);
    return run(command_line(bench_path(bench, "tests/bench/floor"), more, 1, "", &field, 1));
}

struct peer_figures peer_python(const struct bench *bench, const struct field *field,
                                double seconds)
{
    char text[32];
    const char *more[] = {"tests/bench/qemu_qmp.py", text};
    char *program = strdup("python3");

    (void)bench;
    snprintf(text, sizeof(text), "%g", seconds);
    return run(command_line(program, more, 2, "", &field, 1));
}
