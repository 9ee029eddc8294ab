#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/bench/bench.h"

#define SETTLE_S  3.
#define PATIENCE  60.
#define WATCHED   40 /* jobs that keys go to */
#define OTHER_FDS 64

struct load {
    const char *name;
    size_t sockets, jobs;
    const char *idle;          /* sockets without jobs */
    double cpu, wakes, memory; /* goals: ms/s, a second, MiB; 0 = none */
    double under;              /* goal: so many times less CPU than qemu.qmp; 0 = none */
    bool floor, keys, events, flood;
};

static const struct load loads[] = {
    {.name = "10 x 10", .sockets = 10, .jobs = 10, .keys = true, .events = true},
    {.name = "1,000 x 10",
     .sockets = 1000,
     .jobs = 10,
     .cpu = 30.,
     .memory = 10.,
     .under = 7.,
     .floor = true,
     .keys = true,
     .flood = true},
    {.name = "1,000, 980 idle",
     .sockets = 1000,
     .jobs = 10,
     .idle = "980",
     .cpu = 2.,
     .wakes = 60.,
     .under = 50.,
     .floor = true},
    {.name = "5,000 x 10", .sockets = 5000, .jobs = 10, .cpu = 150., .floor = true},
    {.name = "5,000 x 100",
     .sockets = 5000,
     .jobs = 100,
     .cpu = 800.,
     .floor = true,
     .keys = true},
};

static bool has_descriptors(size_t sockets)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max >= sockets + OTHER_FDS;
}

static void print(struct bench *bench, const char *what, const char *load, const char *unit,
                  double ours, enum goal goal, double limit, const char *peer_name, double peer)
{
    char name[64];

    snprintf(name, sizeof(name), "%s, %s", what, load);
    table_row(bench, &(struct row){.name = name,
                                   .unit = unit,
                                   .ours = ours,
                                   .peer_name = peer_name,
                                   .peer = peer,
                                   .goal = goal,
                                   .limit = limit});
}

struct window {
    double cpu_ms, wakes, polls, rss_mib; /* a second, but for the last */
};

static struct window watch(const struct bench *bench, struct subject *subject,
                           struct field *field)
{
    struct proc before, after;
    int64_t begin_us = bench_now_us(), polls = field_tell(field, "polls");
    double seconds;

    proc_read(pty_pid(subject->pty), &before);
    subject_rest(subject, bench->seconds);
    proc_read(pty_pid(subject->pty), &after);
    polls = field_tell(field, "polls") - polls;
    seconds = (double)(bench_now_us() - begin_us) / 1e6;
    return (struct window){
        .cpu_ms = (double)(after.cpu_ns - before.cpu_ns) / 1e6 / seconds,
        .wakes = (double)(after.switches - before.switches) / seconds,
        .polls = (double)polls / seconds,
        .rss_mib = (double)after.rss_kib / 1024.,
    };
}

static void print_window(struct bench *bench, const struct load *load,
                         const struct window *window, const struct peer_figures *floor)
{
    bool all_move = load->idle == NULL;
    double wanted = .95 * (double)load->sockets;
    const char *peer = floor->known ? "least client" : NULL;

    if (load->cpu > 0.)
        print(bench, all_move ? "P1/P4 CPU a second" : "P3 CPU a second", load->name, "ms",
              window->cpu_ms, GOAL_AT_MOST, load->cpu, peer, floor->cpu_ms);
    if (load->cpu > 0. && all_move)
        print(bench, "P4 polls a second", load->name, "", window->polls, GOAL_AT_LEAST, wanted,
              peer, floor->polls);
    if (load->wakes > 0.)
        print(bench, "P3 wake-ups a second", load->name, "", window->wakes, GOAL_AT_MOST,
              load->wakes, NULL, -1.);
    if (load->memory > 0.)
        print(bench, "P5 resident", load->name, "MiB", window->rss_mib, GOAL_AT_MOST,
              load->memory, peer, floor->rss_mib);
}

/* QEMU's Python library polls all sockets, also those without jobs. */
static void print_python(struct bench *bench, const struct load *load,
                         const struct window *window, const struct peer_figures *python)
{
    const char *goal = load->idle ? "P3" : "P1";
    char name[64], figures[64];

    snprintf(name, sizeof(name), "%s times under qemu.qmp, %s", goal, load->name);
    if (!python->at_hand) {
        table_note(name, "not at hand: no python3 with qemu.qmp (BENCH_QEMU_QMP=its folder)");
        return;
    }
    snprintf(figures, sizeof(figures), "%.0f ms, %.0f MiB, %.0f/s", python->cpu_ms,
             python->rss_mib, python->polls);
    table_row(bench,
              &(struct row){.name = name,
                            .unit = "x",
                            .ours = python->known ? python->cpu_ms / window->cpu_ms : -1.,
                            .goal = GOAL_AT_LEAST,
                            .limit = load->under,
                            .note = figures});
    print(bench, "P5 resident", load->name, "MiB", window->rss_mib, GOAL_NONE, 0., "qemu.qmp",
          python->known ? python->rss_mib : -1.);
}

/* One socket floods, the others go on. */
static void flood(struct bench *bench, struct subject *subject, struct field *field,
                  struct field *watched)
{
    struct window calm = watch(bench, subject, field), window;

    field_tell(field, "fault flood@1");
    subject_rest(subject, 2.);
    window = watch(bench, subject, field);
    print(bench, "P10 polls a second of 999", "flood", "", window.polls, GOAL_AT_LEAST, 950.,
          "in calm", calm.polls);
    print(bench, "P10 memory a flood adds", "flood", "MiB",
          window.rss_mib > calm.rss_mib ? window.rss_mib - calm.rss_mib : 0., GOAL_AT_MOST, 4.,
          NULL, -1.);
    print(bench, "P10 CPU a second", "flood", "ms", window.cpu_ms, GOAL_NONE, 0., NULL, -1.);
    bench_latency(bench, "flood", subject, watched, false);
}

static void run(struct bench *bench, const struct load *load)
{
    const char *const options[] = {"--idle", load->idle ? load->idle : "0", NULL};
    struct field field, watched;
    const struct field *all[] = {&watched, &field};
    struct peer_figures floor = {.known = false}, python = {.known = false};
    struct subject subject;
    struct window window;

    if (!has_descriptors(load->sockets)) {
        table_note(load->name, "left out: the limit of open files is too low");
        return;
    }
    field_start(&watched, bench, 1, WATCHED, true, NULL);
    field_start(&field, bench, load->sockets, load->jobs, false, options);
    if (load->floor)
        floor = peer_floor(bench, &field, bench->seconds);
    if (load->under > 0.)
        python = peer_python(bench, &field, bench->seconds);
    subject_start(&subject, bench, 24, 80, all, 2);
    char shown[32];
    snprintf(shown, sizeof(shown), " %zu sockets", load->sockets + 1);
    subject_await(&subject, shown, PATIENCE);
    subject_rest(&subject, SETTLE_S + (double)load->sockets / 1000.);
    window = watch(bench, &subject, &field);
    print_window(bench, load, &window, &floor);
    if (load->under > 0.)
        print_python(bench, load, &window, &python);
    if (load->keys)
        bench_latency(bench, load->name, &subject, &watched, load->events);
    if (load->flood)
        flood(bench, &subject, &field, &watched);
    subject_stop(&subject);
    field_stop(&field);
    field_stop(&watched);
}

void bench_load(struct bench *bench)
{
    table_note("P1 times under go-qemu, 1,000 x 10",
               "not at hand: there is no Go client to run");
    for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
        run(bench, &loads[i]);
}
