/*
 * bench: the numbers of the program in one table, beside the least client that does the
 * work, htop and top, measured in the same run.
 *
 *   bench BUILD_FOLDER [SECONDS [PART...]]
 *
 * SECONDS is how long one thing is watched (5). Parts: instructions, traffic, start, memory,
 * load; all of them if none is named. The exit status tells nothing about the goals.
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/bench/bench.h"

static const struct {
    const char *name;
    void (*run)(struct bench *bench);
} parts[] = {
    {"instructions", bench_instructions}, {"start", bench_start}, {"memory", bench_memory},
    {"traffic", bench_traffic},           {"load", bench_load},
};

static bool is_wanted(const char *name, char **wanted)
{
    if (!*wanted)
        return true;
    while (*wanted && strcmp(*wanted, name) != 0)
        wanted++;
    return *wanted != NULL;
}

int main(int argc, char **argv)
{
    static char *everything[] = {NULL};
    struct bench bench = {.seconds = 5.};

    if (argc < 2) {
        fprintf(stderr, "usage: bench BUILD_FOLDER [SECONDS [PART...]]\n");
        return 2;
    }
    bench.folder = argv[1];
    if (argc > 2)
        bench.seconds = strtod(argv[2], NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    table_head();
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (is_wanted(parts[i].name, argc > 3 ? argv + 3 : everything))
            parts[i].run(&bench);
    printf("%zu goal%s missed\n", bench.missed, bench.missed == 1 ? "" : "s");
    return 0;
}
