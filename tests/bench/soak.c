/*
 * soak: the console on a farm that never rests: jobs end and begin, sockets flap, drip,
 * flood, fall silent. It finds them in their folder, and has some more through commands
 * (socat, where it is at hand), one of which ends again and again. It watches memory,
 * descriptors and CPU, and presses keys.
 *
 *   soak BUILD_FOLDER MINUTES
 *
 * A line a minute. The first part of the time is warm-up: the lists of ended jobs fill up.
 * After it, memory must not tend upwards by more than GROWTH_KIB over the whole rest, nor
 * may more descriptors be open than sockets need; else the exit status is 1.
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

#define SOCKETS    64
#define JOBS       10
#define SAMPLE_S   2.
#define GROWTH_KIB 1024.
#define CARRIED    4                  /* sockets behind commands */
#define SPARE_FDS  (24 + 3 * CARRIED) /* besides one a socket */
#define DRIFT      5.                 /* percent of CPU, P11 */
#define DRIFT_S    600.               /* in less time it is noise */
#define WARM_SHARE .5                 /* of the time, at most WARM_S */
#define WARM_S     600.

static const char *const options[] = {
    "--idle",  "40",         "--event-rate", "100",         "--churn", "50",
    "--fault", "flap@0-5",   "--fault",      "drip@6-7",    "--fault", "flood@8",
    "--fault", "eofmid@9",   "--fault",      "slow@10",     "--fault", "reorder@11",
    "--fault", "silent@60",  "--fault",      "eofgreet@61", "--fault", "nogreet@62",
    "--fault", "flap:30@63", NULL,
};

/* Of the sockets behind commands. */
static const char *const carried_options[] = {"--churn", "5", "--fault", "flap:700@0", NULL};

struct look {
    double at_s, rss_kib, cpu_s;
    long fds;
};

struct soak {
    struct bench bench;
    struct field field, carried;
    struct subject subject;
    struct look *looks; /* owned */
    size_t count, capacity;
    struct samples echoes;
    int64_t begin_us;
    long most_fds;
};

static double seconds_since(int64_t begin_us)
{
    return (double)(bench_now_us() - begin_us) / 1e6;
}

/* Through screens and rows; none of these asks for a verb. */
static void press(struct soak *soak)
{
    static const char *const keys[] = {"i", "\033", "e", "\033", "v", "\033",
                                       "?", "\033", ">", "<",    "g", "G"};
    size_t bytes, at = soak->count % (sizeof(keys) / sizeof(keys[0]));

    pty_send(soak->subject.pty, keys[at]);
    subject_rest(&soak->subject, SAMPLE_S / 2.);
    if (at % 2 == 1)
        samples_add(&soak->echoes,
                    latency_echo(&soak->subject, at % 4 == 1 ? "j" : "k", &bytes));
    subject_rest(&soak->subject, SAMPLE_S / 2.);
}

static bool look(struct soak *soak)
{
    struct proc proc;

    if (soak->count == soak->capacity) {
        soak->capacity = soak->capacity * 2 + 256;
        soak->looks = realloc(soak->looks, soak->capacity * sizeof(*soak->looks));
        if (!soak->looks)
            abort();
    }
    if (!proc_read(pty_pid(soak->subject.pty), &proc) || proc.rss_kib == 0)
        return false;
    soak->looks[soak->count++] = (struct look){
        .at_s = seconds_since(soak->begin_us),
        .rss_kib = (double)proc.rss_kib,
        .cpu_s = (double)proc.cpu_ns / 1e9,
        .fds = proc.fds,
    };
    if (proc.fds > soak->most_fds)
        soak->most_fds = proc.fds;
    return true;
}

static double cpu_between(const struct look *from, const struct look *to)
{
    return to->at_s > from->at_s ? (to->cpu_s - from->cpu_s) / (to->at_s - from->at_s) : 0.;
}

static void print_minute(struct soak *soak, size_t since)
{
    const struct look *now = &soak->looks[soak->count - 1], *then = &soak->looks[since];

    printf("%6.1f min  %8.0f KiB  %3ld fds  %6.1f ms/s  echo %.1f ms, worst %.1f ms\n",
           now->at_s / 60., now->rss_kib, now->fds, cpu_between(then, now) * 1000.,
           samples_at(&soak->echoes, .5), samples_at(&soak->echoes, 1.));
    fflush(stdout);
    samples_release(&soak->echoes);
}

/* KiB a second, by least squares. */
static double slope(const struct look *looks, size_t count)
{
    double n = (double)count, x = 0., y = 0., xx = 0., xy = 0.;

    for (size_t i = 0; i < count; i++) {
        x += looks[i].at_s;
        y += looks[i].rss_kib;
        xx += looks[i].at_s * looks[i].at_s;
        xy += looks[i].at_s * looks[i].rss_kib;
    }
    return count > 2 ? (n * xy - x * y) / (n * xx - x * x) : 0.;
}

static bool judge(const struct soak *soak, double minutes)
{
    double warm_s = minutes * 60. * WARM_SHARE;
    size_t first = 0;

    warm_s = warm_s < WARM_S ? warm_s : WARM_S;
    while (first < soak->count && soak->looks[first].at_s < warm_s)
        first++;
    if (soak->count - first < 4) {
        printf("too short to tell anything\n");
        return false;
    }
    const struct look *from = &soak->looks[first], *to = &soak->looks[soak->count - 1];
    const struct look *middle = &soak->looks[(first + soak->count) / 2];
    double growth = slope(from, soak->count - first) * (to->at_s - from->at_s);
    double early = cpu_between(from, middle), late = cpu_between(middle, to);
    bool grows = growth > GROWTH_KIB, leaks = soak->most_fds > SOCKETS + SPARE_FDS;

    printf("memory: %+.0f KiB in %.1f minutes after warm-up, by trend (<= %.0f)  %s\n", growth,
           (to->at_s - from->at_s) / 60., GROWTH_KIB, grows ? "FAILED" : "ok");
    printf("descriptors: at most %ld (<= %d)  %s\n", soak->most_fds, SOCKETS + SPARE_FDS,
           leaks ? "FAILED" : "ok");
    double drift = early > 0. ? (late / early - 1.) * 100. : 0.;
    bool is_long = to->at_s - from->at_s >= DRIFT_S;
    const char *mark = drift < DRIFT ? "ok" : "MISSED";
    /* A machine that others use too drifts by itself: no failure. */
    printf("CPU: %.1f ms/s, then %.1f ms/s, drift %+.1f %% (< %.0f)  %s\n", early * 1000.,
           late * 1000., drift, DRIFT, is_long ? mark : "(too short to judge)");
    return !grows && !leaks;
}

static bool has_socat(void)
{
    return system("command -v socat >/dev/null 2>&1") == 0;
}

static void start(struct soak *soak)
{
    char carried[CARRIED][128];
    const char *endpoints[CARRIED + 2] = {soak->field.folder};

    if (!has_socat())
        printf("socat is not at hand: nothing is carried by commands\n");
    for (int i = 0; i < CARRIED && has_socat(); i++) {
        snprintf(carried[i], sizeof(carried[i]),
                 "carried-%d=exec:exec socat - UNIX-CONNECT:%s/vm-%04d.qmp", i,
                 soak->carried.folder, i);
        endpoints[i + 1] = carried[i];
    }
    subject_start_on(&soak->subject, &soak->bench, 24, 80, endpoints);
    soak->begin_us = bench_now_us();
}

int main(int argc, char **argv)
{
    struct soak soak = {.bench.seconds = 1.};
    double minutes = argc == 3 ? strtod(argv[2], NULL) : 0.;
    size_t minute = 0;
    bool lives = true;

    if (minutes <= 0.) {
        fprintf(stderr, "usage: soak BUILD_FOLDER MINUTES\n");
        return 2;
    }
    soak.bench.folder = argv[1];
    signal(SIGPIPE, SIG_IGN);
    field_start(&soak.field, &soak.bench, SOCKETS, JOBS, false, options);
    field_start(&soak.carried, &soak.bench, CARRIED, 2, false, carried_options);
    start(&soak);
    while (lives && seconds_since(soak.begin_us) < minutes * 60.) {
        press(&soak);
        lives = look(&soak);
        if (lives && soak.looks[soak.count - 1].at_s - soak.looks[minute].at_s >= 60.) {
            print_minute(&soak, minute);
            minute = soak.count - 1;
        }
    }
    if (!lives)
        printf("the console ended\n");
    lives = lives && judge(&soak, minutes);
    subject_stop(&soak.subject);
    field_stop(&soak.field);
    field_stop(&soak.carried);
    samples_release(&soak.echoes);
    free(soak.looks);
    return lives ? 0 : 1;
}
