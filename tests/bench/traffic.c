#include <signal.h>
#include <stdlib.h>

#include "tests/bench/bench.h"

/* What goes to the terminal a second, all meters in the same time. */

#define SETTLE_S 4.

struct meter {
    struct pty *pty;
    size_t before;
};

enum { IDLE, SMALL, WIDE, MANY, HTOP_SMALL, HTOP_WIDE, TOP_SMALL, TOP_WIDE, METERS };

static void pass(struct meter *meters, double seconds)
{
    int64_t end_us = bench_now_us() + (int64_t)(seconds * 1e6);

    while (bench_now_us() < end_us)
        for (int i = 0; i < METERS; i++)
            pty_pump(meters[i].pty, 2);
}

static struct pty *start_peer(const char *name, int rows, int cols)
{
    struct pty_options options = {.rows = rows, .cols = cols};
    char *htop[] = {"htop", "-d", "10", NULL}, *top[] = {"top", "-d", "1", NULL};

    return pty_spawn(*name == 'h' ? htop : top, &options);
}

static double rate(const struct meter *meter, double seconds)
{
    return (double)(pty_traffic(meter->pty) - meter->before) / seconds;
}

static void print_rows(struct bench *bench, const struct meter *meters, double seconds)
{
    static const struct {
        const char *name;
        int ours, peer;
        const char *peer_name;
        double limit;
    } rows[] = {
        {"P8 nothing moves, 80x24", IDLE, HTOP_SMALL, "htop", 0.},
        {"P8 20 jobs move, 80x24", SMALL, HTOP_SMALL, "htop", 600.},
        {"", SMALL, TOP_SMALL, "top", 600.},
        {"P8 20 jobs move, 200x50", WIDE, HTOP_WIDE, "htop", 900.},
        {"", WIDE, TOP_WIDE, "top", 900.},
        {"P8 40 jobs move, 200x50", MANY, HTOP_WIDE, "htop", 2500.},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        table_row(bench, &(struct row){.name = rows[i].name,
                                       .unit = "B/s",
                                       .ours = rate(&meters[rows[i].ours], seconds),
                                       .peer_name = rows[i].peer_name,
                                       .peer = rate(&meters[rows[i].peer], seconds),
                                       .goal = GOAL_AT_MOST,
                                       .limit = rows[i].limit});
}

void bench_traffic(struct bench *bench)
{
    static const char *const pace[] = {"--size", "65536", "--speed", "100", NULL};
    struct field fields[MANY + 1];
    struct subject subjects[MANY + 1];
    struct meter meters[METERS];
    const int jobs[MANY + 1] = {[IDLE] = 0, [SMALL] = 5, [WIDE] = 5, [MANY] = 10};

    for (int i = 0; i <= MANY; i++) {
        const struct field *field = &fields[i];
        bool wide = i >= WIDE;

        field_start(&fields[i], bench, 4, (size_t)jobs[i], false, pace);
        subject_start(&subjects[i], bench, wide ? 50 : 24, wide ? 200 : 80, &field, 1);
        meters[i].pty = subjects[i].pty;
    }
    meters[HTOP_SMALL].pty = start_peer("htop", 24, 80);
    meters[HTOP_WIDE].pty = start_peer("htop", 50, 200);
    meters[TOP_SMALL].pty = start_peer("top", 24, 80);
    meters[TOP_WIDE].pty = start_peer("top", 50, 200);
    pass(meters, SETTLE_S);
    for (int i = 0; i < METERS; i++)
        meters[i].before = pty_traffic(meters[i].pty);
    int64_t begin_us = bench_now_us();
    pass(meters, bench->seconds * 2.);
    print_rows(bench, meters, (double)(bench_now_us() - begin_us) / 1e6);
    for (int i = 0; i < METERS; i++)
        pty_close(meters[i].pty);
    for (int i = 0; i <= MANY; i++)
        field_stop(&fields[i]);
}
