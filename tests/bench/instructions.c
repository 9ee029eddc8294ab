#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

/* Counted by callgrind, so the same on every run and machine. */

#define FEW  50
#define MANY 150
#define JOBS 10

/* Instructions of one whole run, or -1 where callgrind is not at hand. */
static double count(const struct bench *bench, const char *what, int times)
{
    char command[512], line[256];
    double instructions = -1.;
    FILE *out;

    snprintf(command, sizeof(command),
             "valgrind --tool=callgrind --callgrind-out-file=/dev/null "
             "'%s/tests/bench/poll' %s %d %d 2>&1",
             bench->folder, what, times, JOBS);
    out = popen(command, "re");
    while (out && fgets(line, sizeof(line), out)) {
        const char *found = strstr(line, "Collected :");

        if (found)
            instructions = strtod(found + strlen("Collected :"), NULL);
    }
    if (out)
        pclose(out);
    return instructions;
}

static double per_poll(const struct bench *bench, const char *what)
{
    double few = count(bench, what, FEW), many = count(bench, what, MANY);

    return few < 0. || many < 0. ? -1. : (many - few) / (MANY - FEW);
}

void bench_instructions(struct bench *bench)
{
    double nothing = per_poll(bench, "nothing");

    if (nothing < 0.) {
        table_note("P2 instructions a poll of 10 jobs", "valgrind is not at hand");
        return;
    }
    table_row(bench, &(struct row){.name = "P2 instructions a poll of 10 jobs",
                                   .unit = "k",
                                   .ours = (per_poll(bench, "ours") - nothing) / 1000.,
                                   .peer_name = "json-c alone",
                                   .peer = (per_poll(bench, "floor") - nothing) / 1000.,
                                   .goal = GOAL_AT_MOST,
                                   .limit = 200.});
}
