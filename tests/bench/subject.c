#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"

#define PATH_SIZE 96
#define SLICE_MS  20

int64_t bench_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void *bench_alloc(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    if (!memory)
        abort();
    return memory;
}

char *bench_path(const struct bench *bench, const char *name)
{
    size_t size = strlen(bench->folder) + strlen(name) + 2;
    char *path = bench_alloc(size, 1);

    snprintf(path, size, "%s/%s", bench->folder, name);
    return path;
}

char **command_line(char *program, const char *const *more, size_t fixed, const char *name,
                    const struct field *const *fields, size_t count)
{
    size_t total = fixed + 2, at = 0;

    for (size_t i = 0; i < count; i++)
        total += fields[i]->sockets;
    char **arguments = bench_alloc(total, sizeof(*arguments));
    arguments[at++] = program;
    for (size_t i = 0; i < fixed; i++)
        arguments[at++] = strdup(more[i]);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < fields[i]->sockets; k++) {
            char path[PATH_SIZE];

            snprintf(path, sizeof(path), "%s%s%s/vm-%04zu.qmp", i == 0 ? name : "",
                     i == 0 && *name ? "=" : "", fields[i]->folder, k);
            arguments[at++] = strdup(path);
        }
    return arguments;
}

void command_line_free(char **arguments)
{
    for (size_t i = 0; arguments[i]; i++)
        free(arguments[i]);
    free(arguments);
}

static void run(struct subject *subject, int rows, int cols, char **arguments)
{
    static const char *const env[] = {"HOME=/nonexistent", "XDG_CONFIG_HOME=/nonexistent",
                                      NULL};
    struct pty_options options = {.rows = rows, .cols = cols, .env = env};

    subject->started_us = bench_now_us();
    subject->pty = pty_spawn(arguments, &options);
    command_line_free(arguments);
}

void subject_start(struct subject *subject, const struct bench *bench, int rows, int cols,
                   const struct field *const *fields, size_t count)
{
    run(subject, rows, cols,
        command_line(bench_path(bench, "qmptop"), NULL, 0, count > 1 ? "watched" : "", fields,
                     count));
}

void subject_start_on(struct subject *subject, const struct bench *bench, int rows, int cols,
                      const char *const *endpoints)
{
    size_t count = 0;

    while (endpoints[count])
        count++;
    run(subject, rows, cols,
        command_line(bench_path(bench, "qmptop"), endpoints, count, "", NULL, 0));
}

void subject_stop(struct subject *subject)
{
    pty_close(subject->pty);
    subject->pty = NULL;
}

void subject_rest(struct subject *subject, double seconds)
{
    int64_t end_us = bench_now_us() + (int64_t)(seconds * 1e6);

    for (int64_t left_us; (left_us = end_us - bench_now_us()) > 0;)
        pty_pump(subject->pty,
                 (int)(left_us / 1000 < SLICE_MS ? left_us / 1000 + 1 : SLICE_MS));
}

int64_t subject_await(struct subject *subject, const char *text, double seconds)
{
    int64_t end_us = bench_now_us() + (int64_t)(seconds * 1e6);
    bool news = true;

    while (bench_now_us() < end_us) {
        int64_t at_us = bench_now_us();

        if (news && grid_find(pty_grid(subject->pty), text, NULL, NULL))
            return at_us - subject->started_us;
        news = pty_pump(subject->pty, SLICE_MS);
    }
    return -1;
}

int64_t subject_await_all(struct subject *subject, const struct field *const *fields,
                          size_t count, double seconds)
{
    size_t sockets = 0, jobs = 0;
    char text[64];

    for (size_t i = 0; i < count; i++) {
        sockets += fields[i]->sockets;
        jobs += fields[i]->sockets * fields[i]->jobs;
    }
    snprintf(text, sizeof(text), " %zu job%s %zu socket%s", jobs, jobs == 1 ? "" : "s", sockets,
             sockets == 1 ? "" : "s");
    return subject_await(subject, text, seconds);
}
