/*
 * qmp-farm: N unix sockets that speak QMP, each with J jobs, for tests and measurements.
 *
 *   qmp-farm --dir DIR [--sockets N] [--jobs J] [--idle K] [--event-rate R] [--churn C]
 *            [--size MIB --speed MIB] [--fault NAME[:NUMBER][@FIRST[-LAST]]]...
 *            [--split BYTES[@FIRST[-LAST]]]... [--log FILE]
 *
 * The sockets are DIR/vm-0000.qmp and so on. The last K have no jobs. R events (pause and
 * resume in turn) and C ends of jobs (a new one follows each) come a second over the whole
 * farm. With a size jobs have that many MiB to do at about --speed MiB a second. A fault is for
 * socket 0 unless @ names others; --list-faults tells them. With a split all sockets, or those
 * that @ names, send pieces of 1 to BYTES bytes, each once the one before was read.
 *
 * "ready" on stdout says that all listen. It ends when stdin ends, so that it outlives no
 * test; until then a line on stdin changes it: "fault NAME...", "event-rate R", "churn C",
 * each answered by "ok" or "no"; "renew SOCKET JOB" ends that job and begins its next, and is
 * answered by "ok" and the microseconds (CLOCK_MONOTONIC) of that; "polls" by "ok" and how many
 * query-jobs came so far.
 *
 * A line of the log: microseconds (CLOCK_MONOTONIC), number of the socket, commands
 * without an answer (this one included), command, job's id. Clients come and go as +accept
 * and -close. A command that nothing told its client was for is there twice, the second time
 * as !COMMAND (judge.c).
 */

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/farm/farm.h"

#define TICK_MS    5
#define EVENTS_MAX 256
#define LINE_SIZE  256

static const struct option long_options[] = {
    {"sockets", required_argument, NULL, 's'},
    {"jobs", required_argument, NULL, 'j'},
    {"dir", required_argument, NULL, 'd'},
    {"idle", required_argument, NULL, 'i'},
    {"event-rate", required_argument, NULL, 'e'},
    {"churn", required_argument, NULL, 'c'},
    {"fault", required_argument, NULL, 'f'},
    {"log", required_argument, NULL, 'l'},
    {"size", required_argument, NULL, 'S'},
    {"speed", required_argument, NULL, 'p'},
    {"list-faults", no_argument, NULL, 'L'},
    {"split", required_argument, NULL, 'x'},
    {NULL, 0, NULL, 0},
};

static void die(const char *what, const char *text)
{
    fprintf(stderr, "qmp-farm: %s%s%s\n", what, text ? ": " : "", text ? text : "");
    exit(2);
}

static void make_sockets(struct farm *farm)
{
    farm->sockets = calloc(farm->count, sizeof(struct socket));
    if (!farm->sockets || farm->idle > farm->count)
        die("so many sockets are impossible", NULL);
    for (size_t i = 0; i < farm->count; i++) {
        farm->sockets[i].index = (unsigned)i;
        jobs_init(farm, &farm->sockets[i]);
    }
}

/* Faults name sockets, whose number may be told after them. */
static void take_options(struct farm *farm, int argc, char **argv)
{
    uint64_t size = 0, speed = 1;
    int option;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option == 's')
            farm->count = strtoul(optarg, NULL, 10);
        else if (option == 'j')
            farm->job_count = strtoul(optarg, NULL, 10);
        else if (option == 'i')
            farm->idle = strtoul(optarg, NULL, 10);
        else if (option == 'd')
            farm->folder = optarg;
        else if (option == 'e')
            farm->event_rate = strtod(optarg, NULL);
        else if (option == 'c')
            farm->churn = strtod(optarg, NULL);
        else if (option == 'l')
            farm->log = fopen(optarg, "we");
        else if (option == 'S')
            size = strtoull(optarg, NULL, 10);
        else if (option == 'p')
            speed = strtoull(optarg, NULL, 10);
        else if (option == 'L')
            fault_list(stdout);
        else if (option != 'f' && option != 'x')
            exit(2);
        if (option == 'L')
            exit(0);
    }
    if (!farm->folder)
        die("--dir is needed", NULL);
    if (size > 0)
        jobs_pace(size, speed);
    make_sockets(farm);
    optind = 1;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        if ((option == 'f' && !fault_set(farm, optarg)) ||
            (option == 'x' && !fault_split(farm, optarg)))
            die("not understood", optarg);
}

static void raise_limit(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- time ---- */

static size_t moving(const struct farm *farm)
{
    return farm->job_count > 0 ? farm->count - farm->idle : 0;
}

static void spend(struct farm *farm, double *credit, size_t *next,
                  void (*change)(struct socket *, size_t))
{
    size_t sockets = moving(farm);

    for (; *credit >= 1. && sockets > 0; *credit -= 1., ++*next) {
        struct socket *socket = &farm->sockets[*next % sockets];

        if (socket->client < 0)
            continue;
        change(socket, *next / sockets % farm->job_count);
        socket_write(farm, socket);
    }
}

static void toggle(struct socket *socket, size_t job)
{
    jobs_pause(socket, job, !socket->jobs[job].paused);
}

static void pass_time(struct farm *farm)
{
    int64_t now_ms = farm_now_ms();
    double seconds = (double)(now_ms - farm->credit_ms) / 1000.;

    farm->credit_ms = now_ms;
    farm->event_credit += farm->event_rate * seconds;
    farm->churn_credit += farm->churn * seconds;
    spend(farm, &farm->event_credit, &farm->next_event, toggle);
    spend(farm, &farm->churn_credit, &farm->next_churn, jobs_renew);
    for (size_t i = 0; farm->timed > 0 && i < farm->count; i++)
        if (fault_needs_clock(&farm->sockets[i]))
            socket_tick(farm, &farm->sockets[i], now_ms);
}

/* ---- control ---- */

static bool renew(struct farm *farm, const char *text, int64_t *told)
{
    char *end;
    size_t socket = strtoul(text, &end, 10), job = strtoul(end, NULL, 10);

    if (socket >= farm->count || job >= farm->sockets[socket].job_count ||
        farm->sockets[socket].client < 0)
        return false;
    *told = farm_now_us();
    jobs_renew(&farm->sockets[socket], job);
    socket_write(farm, &farm->sockets[socket]);
    return true;
}

/* *told: a number to be answered with; -1 = none. */
static bool obey(struct farm *farm, const char *line, int64_t *told)
{
    if (strncmp(line, "fault ", 6) == 0)
        return fault_set(farm, line + 6);
    if (strncmp(line, "renew ", 6) == 0)
        return renew(farm, line + 6, told);
    if (strncmp(line, "event-rate ", 11) == 0)
        farm->event_rate = strtod(line + 11, NULL);
    else if (strncmp(line, "churn ", 6) == 0)
        farm->churn = strtod(line + 6, NULL);
    else if (strcmp(line, "polls") == 0)
        *told = (int64_t)farm->polls;
    else
        return false;
    return true;
}

static void answer(struct farm *farm, const char *line)
{
    int64_t told = -1;

    if (!obey(farm, line, &told))
        puts("no");
    else if (told < 0)
        puts("ok");
    else
        printf("ok %lld\n", (long long)told);
    fflush(stdout);
}

/* False at the end. */
static bool take_control(struct farm *farm, struct bytes *in)
{
    char data[LINE_SIZE], *end;
    ssize_t got = read(STDIN_FILENO, data, sizeof(data));

    if (got <= 0)
        return false;
    bytes_add(in, data, (size_t)got);
    while (in->len > 0 && (end = memchr(in->data + in->start, '\n', in->len)) != NULL) {
        size_t len = (size_t)(end - (in->data + in->start));

        *end = '\0';
        answer(farm, in->data + in->start);
        bytes_take(in, len + 1);
    }
    return true;
}

/* ---- life ---- */

static void serve(struct farm *farm, struct socket *socket, uint32_t events)
{
    if (socket->client < 0) {
        socket_accept(farm, socket);
        return;
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        socket_read(farm, socket);
    if (socket->client >= 0 && (events & EPOLLOUT))
        socket_write(farm, socket);
}

static void run(struct farm *farm)
{
    struct epoll_event events[EVENTS_MAX], control = {.events = EPOLLIN};
    struct bytes in = {0};
    bool alive = true;

    epoll_ctl(farm->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &control);
    while (alive) {
        bool timed = farm->timed > 0 || farm->event_rate > 0 || farm->churn > 0;
        int count = epoll_wait(farm->epoll, events, EVENTS_MAX, timed ? TICK_MS : -1);

        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr)
                serve(farm, events[i].data.ptr, events[i].events);
            else
                alive = take_control(farm, &in);
        }
        if (timed)
            pass_time(farm);
        if (farm->log)
            fflush(farm->log);
    }
    bytes_take(&in, in.len);
}

int main(int argc, char **argv)
{
    struct farm farm = {.count = 1, .job_count = 1, .credit_ms = farm_now_ms()};

    signal(SIGPIPE, SIG_IGN);
    raise_limit();
    take_options(&farm, argc, argv);
    farm.epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < farm.count; i++)
        if (!socket_listen(&farm, &farm.sockets[i]))
            die("cannot listen", farm.folder);
    puts("ready");
    fflush(stdout);
    run(&farm);
    for (size_t i = 0; i < farm.count; i++) {
        char path[LINE_SIZE];

        snprintf(path, sizeof(path), "%s/vm-%04zu.qmp", farm.folder, i);
        unlink(path);
        free(farm.sockets[i].jobs);
    }
    free(farm.sockets);
    return 0;
}
