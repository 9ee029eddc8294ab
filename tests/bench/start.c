#include <stdlib.h>

#include "tests/bench/bench.h"

/* From exec to a screen that says what it has to. */

#define FRAMES   15
#define PATIENCE 20.

/* The last word of the frame; nothing is drawn below it. */
static double first_frame(const struct bench *bench, const struct field *field, int rows,
                          int cols)
{
    struct samples samples = {0};
    double median;

    for (int i = 0; i < FRAMES; i++) {
        struct subject subject;

        subject_start(&subject, bench, rows, cols, &field, 1);
        samples_add(&samples, (double)subject_await(&subject, "quit", PATIENCE) / 1000.);
        subject_stop(&subject);
    }
    median = samples_at(&samples, .5);
    samples_release(&samples);
    return median;
}

static double peer_frame(const char *name, const char *last_word, int rows, int cols)
{
    struct pty_options options = {.rows = rows, .cols = cols};
    char *arguments[] = {(char *)(uintptr_t)name, NULL};
    struct samples samples = {0};
    double median;

    for (int i = 0; i < 3; i++) {
        struct subject subject = {.started_us = bench_now_us()};

        subject.pty = pty_spawn(arguments, &options);
        samples_add(&samples, (double)subject_await(&subject, last_word, 2.) / 1000.);
        subject_stop(&subject);
    }
    median = samples_at(&samples, .5);
    samples_release(&samples);
    return median;
}

static void no_answer(struct bench *bench, const char *name, int rows, int cols, double limit)
{
    static const char *const mute[] = {"--fault", "nogreet@0-4", NULL};
    struct field field;

    field_start(&field, bench, 5, 1, false, mute);
    table_row(bench, &(struct row){.name = name,
                                   .unit = "ms",
                                   .ours = first_frame(bench, &field, rows, cols),
                                   .peer_name = "htop",
                                   .peer = peer_frame("htop", "Quit", rows, cols),
                                   .goal = GOAL_AT_MOST,
                                   .limit = limit});
    field_stop(&field);
}

static void with_data(struct bench *bench, const char *name, size_t sockets, int times,
                      double limit)
{
    struct field field;
    const struct field *all = &field;
    struct samples samples = {0};
    struct peer_figures floor;

    field_start(&field, bench, sockets, 10, false, NULL);
    for (int i = 0; i < times; i++) {
        struct subject subject;

        subject_start(&subject, bench, 24, 80, &all, 1);
        samples_add(&samples, (double)subject_await_all(&subject, &all, 1, PATIENCE) / 1000.);
        subject_stop(&subject);
    }
    floor = peer_floor(bench, &field, .1);
    table_row(bench, &(struct row){.name = name,
                                   .unit = "ms",
                                   .ours = samples_at(&samples, .5),
                                   .peer_name = "least client",
                                   .peer = floor.known ? floor.first_ms : -1.,
                                   .goal = GOAL_AT_MOST,
                                   .limit = limit});
    samples_release(&samples);
    field_stop(&field);
}

void bench_start(struct bench *bench)
{
    no_answer(bench, "P9 first frame, nobody answers, 80x24", 24, 80, 15.);
    no_answer(bench, "P9 first frame, nobody answers, 200x50", 50, 200, 25.);
    with_data(bench, "P9 100 sockets shown with data", 100, 5, 50.);
    with_data(bench, "P9 1,000 sockets shown with data", 1000, 3, 250.);
}
