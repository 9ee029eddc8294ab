#include "tests/bench/bench.h"

#define SETTLE_S 1.5
#define PATIENCE 20.

/* What the program holds with so many sockets and jobs. */
static struct proc held(const struct bench *bench, size_t sockets, size_t jobs)
{
    struct field field;
    const struct field *all = &field;
    struct subject subject;
    struct proc proc = {0};

    field_start(&field, bench, sockets, jobs, false, NULL);
    subject_start(&subject, bench, 24, 80, &all, 1);
    if (subject_await_all(&subject, &all, 1, PATIENCE) >= 0) {
        subject_rest(&subject, SETTLE_S);
        proc_read(pty_pid(subject.pty), &proc);
    }
    subject_stop(&subject);
    field_stop(&field);
    return proc;
}

static double htop_mib(void)
{
    char *arguments[] = {"htop", NULL};
    struct subject subject = {.pty = pty_spawn(arguments, NULL)};
    struct proc proc = {0};

    subject_rest(&subject, SETTLE_S);
    proc_read(pty_pid(subject.pty), &proc);
    subject_stop(&subject);
    return (double)proc.rss_kib / 1024.;
}

static void print_share(struct bench *bench, const char *name, const struct proc *more,
                        const struct proc *less, double count, double limit)
{
    double bytes = (double)(more->own_kib - less->own_kib) * 1024. / count;

    table_row(bench, &(struct row){.name = name,
                                   .unit = "B",
                                   .ours = more->own_kib > 0 ? bytes : -1.,
                                   .goal = GOAL_AT_MOST,
                                   .limit = limit});
}

void bench_memory(struct bench *bench)
{
    struct proc five = held(bench, 5, 1), ten = held(bench, 10, 10);
    struct proc few = held(bench, 10, 0), quiet = held(bench, 1000, 0);
    struct proc jobs = held(bench, 10, 1000);
    double htop = htop_mib();

    table_row(bench, &(struct row){.name = "P5 resident, 5 sockets",
                                   .unit = "MiB",
                                   .ours = (double)five.rss_kib / 1024.,
                                   .peer_name = "htop",
                                   .peer = htop,
                                   .goal = GOAL_AT_MOST,
                                   .limit = 8.});
    table_row(bench, &(struct row){.name = "P5 resident, 10 x 10",
                                   .unit = "MiB",
                                   .ours = (double)ten.rss_kib / 1024.,
                                   .peer_name = "htop",
                                   .peer = htop,
                                   .goal = GOAL_AT_MOST,
                                   .limit = 6.});
    print_share(bench, "P5 a quiet socket", &quiet, &few, 990., 1024.);
    print_share(bench, "P5 a job", &jobs, &ten, 9900., 256.);
}
