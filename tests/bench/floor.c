/*
 * floor: the least client that still does the work, to measure ours against: libev, one
 * query-jobs a second on each socket, each reply parsed by json-c and five members of each
 * job read. It shows nothing and keeps nothing.
 *
 *   floor SECONDS SOCKET...
 *
 * Prints CPU milliseconds a second, milliseconds until each socket had answered once,
 * resident MiB, and answers a second.
 */

#include <ev.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE 65536
#define SETTLE_S  2.

static const char hello[] = "{\"execute\": \"qmp_capabilities\"}\r\n";
static const char query[] = "{\"execute\": \"query-jobs\", \"id\": 1}\r\n";

struct peer {
    ev_io readable;
    ev_timer next;
    int fd;
    char *held; /* owned; the beginning of a line */
    size_t len;
    unsigned lines;
};

static struct {
    size_t count, answered;
    double began, first;
    unsigned long answers;
    unsigned long long sum; /* of what is read, so that it is read */
} all;

static double clock_s(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void say(struct peer *peer, const char *text, size_t len)
{
    if (send(peer->fd, text, len, MSG_NOSIGNAL) != (ssize_t)len)
        exit(1);
}

static unsigned long long number(struct json_object *job, const char *name)
{
    return json_object_get_uint64(json_object_object_get(job, name));
}

static size_t text(struct json_object *job, const char *name)
{
    return (size_t)json_object_get_string_len(json_object_object_get(job, name));
}

static void take_jobs(const char *line, size_t len)
{
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *root = json_tokener_parse_ex(tokener, line, (int)len);
    struct json_object *jobs = json_object_object_get(root, "return");
    size_t count =
        json_object_is_type(jobs, json_type_array) ? json_object_array_length(jobs) : 0;

    for (size_t i = 0; i < count; i++) {
        struct json_object *job = json_object_array_get_idx(jobs, i);

        all.sum += number(job, "current-progress") + number(job, "total-progress") +
                   text(job, "id") + text(job, "type") + text(job, "status");
    }
    json_object_put(root);
    json_tokener_free(tokener);
    all.answers++;
}

/* Greeting, answer to qmp_capabilities, answers to query-jobs. */
static void take_line(struct ev_loop *loop, struct peer *peer, const char *line, size_t len)
{
    if (peer->lines == 0)
        say(peer, hello, sizeof(hello) - 1);
    else if (peer->lines == 1)
        say(peer, query, sizeof(query) - 1);
    else
        take_jobs(line, len);
    if (peer->lines++ != 2)
        return;
    if (++all.answered == all.count)
        all.first = clock_s(CLOCK_MONOTONIC) - all.began;
    ev_timer_start(loop, &peer->next);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int revents)
{
    struct peer *peer = watcher->data;
    static char bytes[READ_SIZE];
    ssize_t got = recv(peer->fd, bytes, sizeof(bytes), 0);
    char *at, *end;

    (void)revents;
    if (got <= 0)
        exit(1);
    peer->held = realloc(peer->held, peer->len + (size_t)got);
    memcpy(peer->held + peer->len, bytes, (size_t)got);
    peer->len += (size_t)got;
    for (at = peer->held;
         (end = memchr(at, '\n', peer->len - (size_t)(at - peer->held))) != NULL; at = end + 1)
        take_line(loop, peer, at, (size_t)(end - at));
    peer->len -= (size_t)(at - peer->held);
    memmove(peer->held, at, peer->len);
    if (peer->len == 0) {
        free(peer->held);
        peer->held = NULL;
    }
}

static void on_next(struct ev_loop *loop, ev_timer *timer, int revents)
{
    (void)loop, (void)revents;
    say(timer->data, query, sizeof(query) - 1);
}

static void join(struct ev_loop *loop, struct peer *peer, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(peer->fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        perror(path);
        exit(1);
    }
    ev_io_init(&peer->readable, on_readable, peer->fd, EV_READ);
    ev_timer_init(&peer->next, on_next, 1., 1.);
    peer->readable.data = peer->next.data = peer;
    ev_io_start(loop, &peer->readable);
}

static void on_time(struct ev_loop *loop, ev_timer *timer, int revents)
{
    (void)timer, (void)revents;
    ev_break(loop, EVBREAK_ALL);
}

static void run_for(struct ev_loop *loop, double seconds)
{
    ev_timer timer;

    ev_now_update(loop);
    ev_timer_init(&timer, on_time, seconds, 0.);
    ev_timer_start(loop, &timer);
    ev_run(loop, 0);
}

int main(int argc, char **argv)
{
    struct ev_loop *loop = ev_default_loop(EVFLAG_NOENV);
    double seconds = argc > 2 ? strtod(argv[1], NULL) : 0.;
    struct rlimit limit;
    struct rusage usage;
    struct peer *peers;

    if (seconds <= 0.)
        return 2;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    all.count = (size_t)argc - 2;
    peers = calloc(all.count, sizeof(*peers));
    if (!peers)
        return 1;
    all.began = clock_s(CLOCK_MONOTONIC);
    for (size_t i = 0; i < all.count; i++)
        join(loop, &peers[i], argv[i + 2]);
    run_for(loop, SETTLE_S);
    unsigned long answers = all.answers;
    double cpu = clock_s(CLOCK_PROCESS_CPUTIME_ID), wall = clock_s(CLOCK_MONOTONIC);
    run_for(loop, seconds);
    cpu = clock_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = clock_s(CLOCK_MONOTONIC) - wall;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.3f %.3f %.3f %.1f\n", cpu * 1000. / wall, all.first * 1000.,
           (double)usage.ru_maxrss / 1024., (double)(all.answers - answers) / wall);
    free(peers);
    return all.sum == 0 && all.answers == 0;
}
