#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

/* Keys go to the jobs of the first farm, which has one socket and a log of its own, so that
 * the farm under load does not delay what is measured. */

#define PATIENCE_US 1000000
#define REST_S      .012
#define SETTLE_S    .8
#define HOLD_S      2.3 /* after a key rows stand, and a new one may be below the screen */
#define NAME_SIZE   64
#define LATE_MAX    8

struct latencies {
    struct samples command, echo, bytes, event;
};

static void clear_spare(struct subject *subject)
{
    while (pty_pump(subject->pty, 0))
        ;
}

/* ---- a key that sends a command ---- */

static void press_for_command(struct subject *subject, struct field *watched, const char *key,
                              const char *command, struct samples *samples)
{
    int64_t begin_us = bench_now_us(), at_us;

    pty_send(subject->pty, key);
    while ((at_us = field_logged(watched, command)) < 0 &&
           bench_now_us() - begin_us < PATIENCE_US)
        pty_pump(subject->pty, 1);
    samples_add(samples, at_us < 0 ? PATIENCE_US / 1e3 : (double)(at_us - begin_us) / 1e3);
}

/* ---- a key that moves the cursor ---- */

/* VM and job under the cursor. */
static void read_cursor(struct subject *subject, char name[NAME_SIZE])
{
    struct grid *grid = pty_grid(subject->pty);

    name[0] = '\0';
    for (int row = 0; row < grid_rows(grid); row++) {
        const char *line = grid_line(grid, row);

        if (line[0] == '>')
            snprintf(name, NAME_SIZE, "%.30s", line);
    }
}

double latency_echo(struct subject *subject, const char *key, size_t *bytes)
{
    char before[NAME_SIZE], after[NAME_SIZE];
    size_t traffic;
    int64_t begin_us, at_us;

    clear_spare(subject);
    read_cursor(subject, before);
    traffic = pty_traffic(subject->pty);
    begin_us = bench_now_us();
    pty_send(subject->pty, key);
    do {
        pty_pump(subject->pty, 1);
        at_us = bench_now_us();
        read_cursor(subject, after);
    } while (strcmp(before, after) == 0 && at_us - begin_us < PATIENCE_US);
    *bytes = pty_traffic(subject->pty) - traffic;
    return (double)(at_us - begin_us) / 1e3;
}

/* No key gets through any more: to wait for each of them would tell nothing. */
static bool is_hopeless(const struct samples *samples)
{
    size_t late = 0;

    for (size_t i = 0; i < samples->count; i++)
        late += samples->values[i] >= PATIENCE_US / 1e3;
    return late >= LATE_MAX;
}

static void press_both(struct subject *subject, struct field *watched, const char *verb,
                       const char *command, const char *move, struct latencies *latencies)
{
    for (size_t i = 0; i < watched->jobs && !is_hopeless(&latencies->command); i++) {
        size_t unused;

        press_for_command(subject, watched, verb, command, &latencies->command);
        subject_rest(subject, REST_S + (double)(i % 7) / 1000.);
        if (i + 1 == watched->jobs)
            break;
        samples_add(&latencies->echo, latency_echo(subject, move, &unused));
        subject_rest(subject, REST_S + (double)(i % 5) / 1000.);
    }
    subject_rest(subject, SETTLE_S);
}

/* Down and up again, nothing else. */
static void move_about(struct subject *subject, size_t rows, struct latencies *latencies)
{
    for (size_t i = 0; i < 2 * (rows - 1); i++) {
        size_t bytes;

        samples_add(&latencies->echo, latency_echo(subject, i < rows - 1 ? "j" : "k", &bytes));
        samples_add(&latencies->bytes, (double)bytes);
        subject_rest(subject, REST_S + (double)(i % 5) / 1000.);
    }
}

static void press_keys(struct subject *subject, struct field *watched,
                       struct latencies *latencies)
{
    pty_send(subject->pty, "/");
    subject_rest(subject, .1);
    pty_send(subject->pty, "watched\r");
    subject_rest(subject, .2);
    move_about(subject, watched->jobs, latencies);
    press_both(subject, watched, "p", "job-pause", "j", latencies);
    press_both(subject, watched, "r", "job-resume", "k", latencies);
}

/* ---- an event ---- */

static void await_event(struct subject *subject, struct field *watched, unsigned generation,
                        size_t job, struct samples *samples)
{
    char line[48], id[48];
    int64_t begin_us, end_us = bench_now_us() + PATIENCE_US, at_us;
    bool shown = false;

    snprintf(line, sizeof(line), "renew 0 %zu", job);
    snprintf(id, sizeof(id), "job-0-%zu-%u", job, generation);
    begin_us = field_tell(watched, line);
    if (begin_us < 0)
        return;
    do {
        bool news = pty_pump(subject->pty, 1);
        at_us = bench_now_us();
        shown = news && grid_find(pty_grid(subject->pty), id, NULL, NULL);
    } while (!shown && at_us < end_us);
    samples_add(samples, (double)(at_us - begin_us) / 1e3);
}

static void send_events(struct subject *subject, struct field *watched, struct samples *samples)
{
    subject_rest(subject, HOLD_S);
    for (unsigned generation = 1; generation <= 3; generation++)
        for (size_t job = 0; job < watched->jobs; job++) {
            await_event(subject, watched, generation, job, samples);
            subject_rest(subject, .03 + (double)(job % 11) / 1000.);
        }
}

/* ---- rows ---- */

static void print_one(struct bench *bench, const char *name, const char *what,
                      struct samples *samples, double median, double most)
{
    char text[NAME_SIZE];

    snprintf(text, sizeof(text), "%s, median, %s", what, name);
    table_row(bench, &(struct row){.name = text,
                                   .unit = "ms",
                                   .ours = samples_at(samples, .5),
                                   .goal = GOAL_AT_MOST,
                                   .limit = median});
    snprintf(text, sizeof(text), "%s, p99, %s", what, name);
    table_row(bench, &(struct row){.name = text,
                                   .unit = "ms",
                                   .ours = samples_at(samples, .99),
                                   .goal = GOAL_AT_MOST,
                                   .limit = most});
}

void bench_latency(struct bench *bench, const char *name, struct subject *subject,
                   struct field *watched, bool with_events)
{
    struct latencies latencies = {0};

    press_keys(subject, watched, &latencies);
    if (with_events)
        send_events(subject, watched, &latencies.event);
    if (with_events)
        print_one(bench, name, "P6 event to screen", &latencies.event, .5, 5.);
    print_one(bench, name, "P7 key to command", &latencies.command, .3, 10.);
    print_one(bench, name, "P7 key to echo", &latencies.echo, .3, 10.);
    if (with_events)
        table_row(bench, &(struct row){.name = "P8 bytes of a key's echo, median",
                                       .unit = "B",
                                       .ours = samples_at(&latencies.bytes, .5),
                                       .goal = GOAL_AT_MOST,
                                       .limit = 200.});
    samples_release(&latencies.command);
    samples_release(&latencies.echo);
    samples_release(&latencies.bytes);
    samples_release(&latencies.event);
}
