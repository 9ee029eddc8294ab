#include "qmp/transport_survey.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qmp/ssh.h"
#include "qmp/transport_child.h"

#define READ_SIZE 16384 /* a turn: keys are waiting */

static const char too_much[] = "the host says more of its sockets than can be true";

static void end_shell(struct transport_survey *survey)
{
    struct ev_loop *loop = survey->hosts->loop;

    ev_io_stop(loop, &survey->output);
    ev_timer_stop(loop, &survey->deadline);
    if (survey->fd >= 0)
        close(survey->fd);
    survey->fd = -1;
    transport_child_drop(survey->child);
    survey->child = NULL;
}

void transport_survey_stop(struct transport_survey *survey)
{
    end_shell(survey);
    ev_timer_stop(survey->hosts->loop, &survey->soon);
    transport_ssh_leave(survey->link);
    survey->link = NULL;
    survey->control[0] = '\0';
    buffer_release(&survey->answer);
}

static void fail(struct transport_survey *survey, const char *words)
{
    transport_survey_stop(survey);
    survey->events->failed(survey->ctx, words);
}

/* ---- the shell -------------------------------------------------------------------------- */

enum took { TOOK_SOME, TOOK_ALL, TOOK_TOO_MUCH };

/* TOOK_ALL: there is no more for now. */
static enum took take_output(struct transport_survey *survey)
{
    char bytes[READ_SIZE];
    ssize_t len = recv(survey->fd, bytes, sizeof(bytes), 0);

    if (len < 0)
        return errno == EINTR ? TOOK_SOME : TOOK_ALL;
    if (len == 0)
        ev_io_stop(survey->hosts->loop, &survey->output);
    if (!buffer_append(&survey->answer, bytes, (size_t)len))
        return TOOK_TOO_MUCH;
    return len > 0 ? TOOK_SOME : TOOK_ALL;
}

static void on_output(struct ev_loop *loop, ev_io *watcher, int revents)
{
    (void)loop, (void)revents;
    if (take_output(watcher->data) == TOOK_TOO_MUCH)
        fail(watcher->data, too_much);
}

static void on_ended(void *ctx, const char *words)
{
    struct transport_survey *survey = ctx;
    enum took took;
    const char *bytes;
    size_t len;

    survey->child = NULL;
    while ((took = take_output(survey)) == TOOK_SOME)
        continue;
    if (took == TOOK_TOO_MUCH) {
        fail(survey, too_much);
        return;
    }
    end_shell(survey);
    bytes = buffer_bytes(&survey->answer, &len);
    survey->events->told(survey->ctx, bytes, len, words);
    buffer_release(&survey->answer);
}

/* What ssh says when it finds no connection that is there any more tells nobody why. */
static bool on_said(void *ctx, const char *line)
{
    (void)ctx;
    return strstr(line, "UNKNOWN port") == NULL && strstr(line, "kex_exchange") == NULL;
}

static const struct transport_child_events child_events = {.said = on_said, .ended = on_ended};

static void on_deadline(struct ev_loop *loop, ev_timer *watcher, int revents)
{
    (void)loop, (void)revents;
    fail(watcher->data, "the host does not come to an end with telling its sockets");
}

static void on_soon(struct ev_loop *loop, ev_timer *watcher, int revents)
{
    (void)loop, (void)revents;
    fail(watcher->data, "ssh cannot be started: no memory or processes");
}

static void fail_soon(struct transport_survey *survey)
{
    ev_timer_set(&survey->soon, 0., 0.);
    ev_timer_start(survey->hosts->loop, &survey->soon);
}

/* The script is far shorter than what a socket takes at once; half of it would do nothing. */
static void begin_shell(struct transport_survey *survey)
{
    struct ev_loop *loop = survey->hosts->loop;
    struct ssh_arguments arguments;
    size_t len = strlen(survey->script);

    ssh_shell(&arguments, survey->address->host, survey->control);
    survey->child =
        transport_child_start(loop, arguments.list, &survey->fd, "ssh", &child_events, survey);
    if (survey->child == NULL) {
        fail_soon(survey);
        return;
    }
    (void)send(survey->fd, survey->script, len, MSG_NOSIGNAL);
    (void)shutdown(survey->fd, SHUT_WR);
    ev_io_set(&survey->output, survey->fd, EV_READ);
    ev_io_start(loop, &survey->output);
    ev_timer_set(&survey->deadline, TRANSPORT_SURVEY_S, 0.);
    ev_timer_start(loop, &survey->deadline);
}

/* ---- the connection --------------------------------------------------------------------- */

static void on_ready(void *ctx, const char *path)
{
    struct transport_survey *survey = ctx;

    snprintf(survey->control, sizeof(survey->control), "%s", path);
    begin_shell(survey);
}

static void on_failed(void *ctx, const char *words)
{
    struct transport_survey *survey = ctx;

    survey->link = NULL; /* given up already */
    fail(survey, words);
}

static const struct transport_ssh_events ssh_events = {.ready = on_ready, .failed = on_failed};

void transport_survey_ask(struct transport_survey *survey)
{
    if (survey->child != NULL || ev_is_active(&survey->soon) ||
        (survey->link != NULL && survey->control[0] == '\0'))
        return;
    if (survey->link != NULL) {
        begin_shell(survey);
        return;
    }
    survey->link = transport_ssh_join(survey->hosts, survey->address, &ssh_events, survey);
    if (survey->link == NULL)
        fail_soon(survey);
}

void transport_survey_init(struct transport_survey *survey, struct transport_hosts *hosts,
                           const struct address *address, const char *script,
                           const struct transport_survey_events *events, void *ctx)
{
    *survey = (struct transport_survey){.hosts = hosts,
                                        .address = address,
                                        .script = script,
                                        .events = events,
                                        .ctx = ctx,
                                        .fd = -1};
    buffer_init(&survey->answer, TRANSPORT_SURVEY_MAX);
    ev_init(&survey->output, on_output);
    ev_init(&survey->deadline, on_deadline);
    ev_init(&survey->soon, on_soon);
    survey->output.data = survey->deadline.data = survey->soon.data = survey;
}

void transport_survey_release(struct transport_survey *survey)
{
    transport_survey_stop(survey);
    buffer_release(&survey->answer);
}
