#include "tests/support/monitor.h"

#include <errno.h>
#include <json-c/json.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define STATUS_SIZE  32
#define COMMAND_SIZE 4096
#define RETRY_MS     20
#define PROMPT_MS    2000 /* an answer of a QEMU that has nothing else to do */

struct monitor {
    int fd;
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    char input[65536]; /* read but not yet parsed: input[start..end) */
    size_t start, end;
    struct json_tokener *tokener;
    struct json_object *events; /* array */
    char status[STATUS_SIZE];
};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_ms(int ms)
{
    poll(NULL, 0, ms);
}

static const char *text_of(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    return json_object_object_get_ex(object, key, &value) ? json_object_get_string(value) : "";
}

/* The next complete document that has come by `deadline`; NULL when none has. */
static struct json_object *next_document(struct monitor *monitor, int64_t deadline)
{
    for (;;) {
        if (monitor->start < monitor->end) {
            struct json_object *document =
                json_tokener_parse_ex(monitor->tokener, monitor->input + monitor->start,
                                      (int)(monitor->end - monitor->start));
            monitor->start += json_tokener_get_parse_end(monitor->tokener);
            if (document != NULL)
                return document;
            if (json_tokener_get_error(monitor->tokener) != json_tokener_continue)
                fail_msg("%s: not JSON", monitor->path);
        }
        int64_t left = deadline - clock_ms();
        struct pollfd poller = {.fd = monitor->fd, .events = POLLIN};
        if (poll(&poller, 1, left > 0 ? (int)left : 0) <= 0)
            return NULL;
        ssize_t got = read(monitor->fd, monitor->input, sizeof monitor->input);
        if (got <= 0)
            fail_msg("%s: the connection ended", monitor->path);
        monitor->start = 0;
        monitor->end = (size_t)got;
    }
}

/* Takes a document that is no event, NULL when none comes in time; events are put
 * aside. */
static struct json_object *answer_within(struct monitor *monitor, int ms)
{
    int64_t deadline = clock_ms() + ms;
    for (;;) {
        struct json_object *document = next_document(monitor, deadline);
        if (document == NULL || !json_object_object_get_ex(document, "event", NULL))
            return document;
        json_object_array_add(monitor->events, document);
    }
}

static struct json_object *next_answer(struct monitor *monitor)
{
    struct json_object *answer = answer_within(monitor, MONITOR_DEADLINE_MS);
    if (answer == NULL)
        fail_msg("%s: no answer in time", monitor->path);
    return answer;
}

static void tell(struct monitor *monitor, const char *text)
{
    size_t len = strlen(text);
    assert_int_equal(send(monitor->fd, text, len, MSG_NOSIGNAL), len);
}

/* The whole answer to one command. */
static struct json_object *ask(struct monitor *monitor, const char *text)
{
    tell(monitor, text);
    return next_answer(monitor);
}

static int connect_once(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static int connect_until(const char *path, int64_t deadline)
{
    int fd;
    while ((fd = connect_once(path)) < 0) {
        if (clock_ms() > deadline)
            fail_msg("%s: cannot connect: %s", path, strerror(errno));
        pause_ms(RETRY_MS);
    }
    return fd;
}

struct monitor *monitor_connect(const char *path)
{
    struct monitor *monitor = calloc(1, sizeof *monitor);
    assert_non_null(monitor);
    monitor->fd = connect_until(path, clock_ms() + MONITOR_DEADLINE_MS);
    snprintf(monitor->path, sizeof monitor->path, "%s", path);
    monitor->tokener = json_tokener_new();
    monitor->events = json_object_new_array();
    return monitor;
}

static bool is_answered(struct monitor *monitor, const char *command)
{
    tell(monitor, command);
    struct json_object *answer = answer_within(monitor, PROMPT_MS);
    bool good = answer != NULL && json_object_object_get_ex(answer, "return", NULL);
    json_object_put(answer);
    return good;
}

/* A QEMU met in its first milliseconds may read a connection with two threads: it
 * greets twice, forgets the negotiation and loses bytes. */
static bool negotiate_once(struct monitor *monitor)
{
    struct json_object *greeting = next_answer(monitor);
    if (!json_object_object_get_ex(greeting, "QMP", NULL))
        fail_msg("%s: no greeting but %s", monitor->path, json_object_to_json_string(greeting));
    json_object_put(greeting);
    return is_answered(monitor, "{\"execute\":\"qmp_capabilities\"}") &&
           is_answered(monitor, "{\"execute\":\"query-version\"}");
}

void monitor_negotiate(struct monitor *monitor)
{
    int64_t deadline = clock_ms() + MONITOR_DEADLINE_MS;
    while (!negotiate_once(monitor)) {
        if (clock_ms() > deadline)
            fail_msg("%s: no negotiation in time", monitor->path);
        close(monitor->fd);
        json_tokener_reset(monitor->tokener);
        monitor->start = monitor->end = 0;
        monitor->fd = connect_until(monitor->path, deadline);
    }
}

struct monitor *monitor_open(const char *path)
{
    struct monitor *monitor = monitor_connect(path);
    monitor_negotiate(monitor);
    return monitor;
}

void monitor_close(struct monitor *monitor)
{
    if (monitor == NULL)
        return;
    close(monitor->fd);
    json_tokener_free(monitor->tokener);
    json_object_put(monitor->events);
    free(monitor);
}

/* The "return" of an answer, which is used up; `text` is what was asked. */
static struct json_object *returned(struct json_object *answer, const char *text)
{
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(answer, "return", &value))
        fail_msg("%s\n  was answered %s", text, json_object_to_json_string(answer));
    value = json_object_get(value);
    json_object_put(answer);
    return value;
}

static void print_command(char text[COMMAND_SIZE], const char *format, va_list arguments)
{
    int len = vsnprintf(text, COMMAND_SIZE, format, arguments);
    assert_true(len > 0 && (size_t)len < COMMAND_SIZE);
}

static struct json_object *call(struct monitor *monitor, const char *format, va_list arguments)
{
    char text[COMMAND_SIZE];
    print_command(text, format, arguments);
    return returned(ask(monitor, text), text);
}

struct json_object *monitor_call(struct monitor *monitor, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct json_object *value = call(monitor, format, arguments);
    va_end(arguments);
    return value;
}

void monitor_do(struct monitor *monitor, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    json_object_put(call(monitor, format, arguments));
    va_end(arguments);
}

void monitor_refused(struct monitor *monitor, const char *command)
{
    char text[COMMAND_SIZE];
    snprintf(text, sizeof text, "{\"execute\":\"%s\"}", command);
    struct json_object *answer = ask(monitor, text);
    if (!json_object_object_get_ex(answer, "error", NULL))
        fail_msg("%s\n  was answered %s", text, json_object_to_json_string(answer));
    json_object_put(answer);
}

void monitor_send(struct monitor *monitor, const char *format, ...)
{
    char text[COMMAND_SIZE];
    va_list arguments;
    va_start(arguments, format);
    print_command(text, format, arguments);
    va_end(arguments);
    tell(monitor, text);
}

void monitor_await_answer(struct monitor *monitor)
{
    json_object_put(returned(next_answer(monitor), "what was sent"));
}

/* The JobInfo of `id` within `jobs`, or NULL. */
static struct json_object *find_job(struct json_object *jobs, const char *id)
{
    for (size_t i = 0; i < json_object_array_length(jobs); i++) {
        struct json_object *job = json_object_array_get_idx(jobs, i);
        if (strcmp(text_of(job, "id"), id) == 0)
            return job;
    }
    return NULL;
}

const char *monitor_status(struct monitor *monitor, const char *id)
{
    struct json_object *jobs = monitor_call(monitor, "{\"execute\":\"query-jobs\"}");
    struct json_object *job = find_job(jobs, id);
    snprintf(monitor->status, sizeof monitor->status, "%s",
             job != NULL ? text_of(job, "status") : "none");
    json_object_put(jobs);
    return monitor->status;
}

long long monitor_progress(struct monitor *monitor, const char *id)
{
    struct json_object *jobs = monitor_call(monitor, "{\"execute\":\"query-jobs\"}");
    struct json_object *job = find_job(jobs, id), *current = NULL;
    long long progress = -1;
    if (job != NULL && json_object_object_get_ex(job, "current-progress", &current))
        progress = json_object_get_int64(current);
    json_object_put(jobs);
    return progress;
}

void monitor_await_status(struct monitor *monitor, const char *id, const char *status)
{
    int64_t deadline = clock_ms() + MONITOR_DEADLINE_MS;
    while (strcmp(monitor_status(monitor, id), status) != 0) {
        if (clock_ms() > deadline)
            fail_msg("job %s is %s, never %s", id, monitor->status, status);
        pause_ms(RETRY_MS);
    }
}

static bool event_matches(struct json_object *document, const char *event, const char *id,
                          const char *status)
{
    struct json_object *data = NULL;
    if (strcmp(text_of(document, "event"), event) != 0)
        return false;
    if (!json_object_object_get_ex(document, "data", &data))
        return false;
    if (strcmp(text_of(data, "id"), id) != 0 && strcmp(text_of(data, "device"), id) != 0)
        return false;
    return status == NULL || strcmp(text_of(data, "status"), status) == 0;
}

static struct json_object *find_event(struct monitor *monitor, const char *event,
                                      const char *id, const char *status)
{
    for (size_t i = 0; i < json_object_array_length(monitor->events); i++) {
        struct json_object *document = json_object_array_get_idx(monitor->events, i);
        if (event_matches(document, event, id, status))
            return json_object_object_get(document, "data");
    }
    return NULL;
}

/* Puts aside what comes until `deadline`; false when nothing did. */
static bool take_event(struct monitor *monitor, int64_t deadline)
{
    struct json_object *document = next_document(monitor, deadline);
    if (document == NULL)
        return false;
    json_object_array_add(monitor->events, document);
    return true;
}

size_t monitor_event_count(struct monitor *monitor)
{
    while (take_event(monitor, 0)) {
    }
    return json_object_array_length(monitor->events);
}

bool monitor_saw(struct monitor *monitor, const char *event, const char *id, const char *status)
{
    monitor_event_count(monitor);
    return find_event(monitor, event, id, status) != NULL;
}

struct json_object *monitor_await_event(struct monitor *monitor, const char *event,
                                        const char *id, const char *status)
{
    int64_t deadline = clock_ms() + MONITOR_DEADLINE_MS;
    struct json_object *data;
    while ((data = find_event(monitor, event, id, status)) == NULL) {
        if (!take_event(monitor, deadline))
            fail_msg("no event %s %s of job %s", event, status != NULL ? status : "", id);
    }
    return data;
}
