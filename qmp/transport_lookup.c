#define _GNU_SOURCE /* close_range() */
#include "qmp/transport_lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the child -------------------------------------------------------------------------- */

static void add(struct lookup_answer *answer, const struct addrinfo *info)
{
    union address_ip *address = &answer->addresses[answer->count];

    if (answer->count == LOOKUP_ADDRESSES_MAX || info->ai_addrlen > sizeof(*address))
        return;
    memcpy(address, info->ai_addr, info->ai_addrlen);
    answer->count++;
}

static void look_up(struct lookup_answer *answer, const char *host, const char *port)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_NUMERICSERV,
    };
    struct addrinfo *found = NULL;
    int code = getaddrinfo(host, port, &hints, &found);

    if (code != 0) {
        snprintf(answer->error, sizeof(answer->error), "host \"%.80s\": %s", host,
                 code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code));
        return;
    }
    for (const struct addrinfo *info = found; info != NULL; info = info->ai_next)
        if (info->ai_family == AF_INET)
            add(answer, info);
    for (const struct addrinfo *info = found; info != NULL; info = info->ai_next)
        if (info->ai_family != AF_INET)
            add(answer, info);
    freeaddrinfo(found);
}

/* A copy of this program holds its sockets and its handlers that give the terminal back:
 * both are for the parent alone. */
static void become_nobody(int *keep)
{
    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    *keep = dup2(*keep, STDERR_FILENO + 1);
    (void)close_range(STDERR_FILENO + 2, ~0u, 0);
    (void)alarm(LOOKUP_CHILD_S);
}

/* A pipe takes and gives such an answer whole or not at all. */
_Static_assert(sizeof(struct lookup_answer) <= PIPE_BUF, "an answer is for one write()");

static void be_child(int fd, const char *host, const char *port)
{
    struct lookup_answer answer = {.count = 0};

    become_nobody(&fd);
    look_up(&answer, host, port);
    _exit(write(fd, &answer, sizeof(answer)) < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* ---- the parent ------------------------------------------------------------------------- */

static void end_child(struct lookup *lookup)
{
    ev_io_stop(lookup->loop, &lookup->watcher);
    if (lookup->fd < 0)
        return;
    close(lookup->fd);
    lookup->fd = -1;
    (void)kill(lookup->child, SIGKILL);
    /* The loop may have taken it already. */
    while (waitpid(lookup->child, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int revents)
{
    struct lookup *lookup = watcher->data;
    ssize_t len = read(lookup->fd, &lookup->answer, sizeof(lookup->answer));

    (void)loop, (void)revents;
    if (len < 0)
        return;
    if (len == 0)
        snprintf(lookup->answer.error, sizeof(lookup->answer.error),
                 "the resolver of this host does not answer");
    end_child(lookup);
    lookup->done(lookup->ctx);
}

/* False, with errno. The child never returns. */
static bool begin(struct lookup *lookup, const char *host, const char *port)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    lookup->child = fork();
    if (lookup->child < 0) {
        int error_number = errno;

        close(ends[0]);
        close(ends[1]);
        errno = error_number;
        return false;
    }
    if (lookup->child == 0)
        be_child(ends[1], host, port);
    close(ends[1]);
    lookup->fd = ends[0];
    (void)fcntl(lookup->fd, F_SETFL, O_NONBLOCK);
    return true;
}

struct lookup *lookup_new(struct ev_loop *loop, const char *host, const char *port,
                          void (*done)(void *ctx), void *ctx)
{
    struct lookup *lookup = calloc(1, sizeof(*lookup));

    if (lookup == NULL)
        return NULL;
    lookup->loop = loop;
    lookup->done = done;
    lookup->ctx = ctx;
    lookup->fd = -1;
    ev_init(&lookup->watcher, on_readable);
    lookup->watcher.data = lookup;
    if (!begin(lookup, host, port)) {
        int error_number = errno;

        lookup_free(lookup);
        errno = error_number;
        return NULL;
    }
    ev_io_set(&lookup->watcher, lookup->fd, EV_READ);
    ev_io_start(loop, &lookup->watcher);
    return lookup;
}

void lookup_free(struct lookup *lookup)
{
    if (lookup == NULL)
        return;
    end_child(lookup);
    free(lookup);
}
