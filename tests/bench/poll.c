/*
 * poll: polls of jobs without a socket and without a clock, to count instructions
 * under callgrind.
 *
 *   poll ours|floor TIMES JOBS
 *
 * ours: command, stream, message, merge and what to ask next; floor: json-c alone, five
 * members of each job read. The difference of two runs with unlike TIMES is the price of a
 * poll.
 */

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "qmp/feed_answer.h"
#include "qmp/session.h"

#define REPLY_SIZE 65536

static const char greeting[] =
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
    "\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n";

struct poll {
    struct session session;
    struct target *target;
    int64_t now_ms;
    unsigned long answers;
};

/* As QEMU writes it: all of them move, each poll a little further. */
static size_t write_reply(char *text, unsigned turn, unsigned jobs, uint64_t id)
{
    size_t len = (size_t)snprintf(text, REPLY_SIZE, "{\"return\": [");

    for (unsigned i = 0; i < jobs; i++)
        len += (size_t)snprintf(text + len, REPLY_SIZE - len,
                                "%s{\"current-progress\": %llu, \"status\": \"running\", "
                                "\"total-progress\": 1099511627776, \"type\": \"mirror\", "
                                "\"id\": \"drive-virtio-disk%u\"}",
                                i ? ", " : "", 1000000000ull + turn * 65536ull * (i + 1), i);
    return len + (size_t)snprintf(text + len, REPLY_SIZE - len, "], \"id\": %llu}\r\n",
                                  (unsigned long long)id);
}

/* ---- ours ---- */

static void on_ready(void *ctx, const char *version)
{
    (void)ctx, (void)version;
}

static void on_event(void *ctx, const struct message *event)
{
    (void)ctx, (void)event;
}

static void on_failed(void *ctx)
{
    (void)ctx;
    abort();
}

static const struct session_events events = {on_ready, on_event, on_failed};

static void on_answer(void *ctx, const struct message *reply)
{
    struct poll *poll = ctx;

    if (!reply || !feed_answer(poll->target, TARGET_ASK_JOBS, reply, poll->now_ms))
        return;
    target_answered(poll->target, TARGET_ASK_JOBS, true, poll->now_ms);
    poll->answers++;
}

static void drop_output(struct session *session)
{
    size_t len;

    session_output(session, &len);
    session_sent(session, len);
}

static void connect_to(struct poll *poll)
{
    char reply[64];

    session_init(&poll->session, &events, poll);
    session_start(&poll->session, poll->now_ms);
    session_input(&poll->session, greeting, sizeof(greeting) - 1, poll->now_ms);
    drop_output(&poll->session);
    int len = snprintf(reply, sizeof(reply), "{\"return\": {}, \"id\": %llu}\r\n",
                       (unsigned long long)poll->session.last_id);
    session_input(&poll->session, reply, (size_t)len, poll->now_ms);
    target_set_link(poll->target, TARGET_UP, NULL, 0, poll->now_ms);
    poll->target->wanted = 1u << TARGET_ASK_JOBS;
    poll->target->offered_known = true;
    poll->target->queries = 1u << TARGET_ASK_JOBS;
}

static unsigned long run_ours(unsigned times, unsigned jobs, char *reply)
{
    struct fleet fleet;
    struct poll poll = {.now_ms = 1000};
    enum target_query query;

    fleet_init(&fleet);
    poll.target = fleet_add(&fleet, "vm", true, "unix:/vm", poll.now_ms);
    connect_to(&poll);
    for (unsigned i = 0; i < times; i++) {
        poll.now_ms += 1000;
        if (!target_ask(poll.target, poll.now_ms, &query) ||
            !session_call(&poll.session, COMMAND_QUERY_JOBS, NULL, on_answer, &poll,
                          poll.now_ms))
            abort();
        target_asked(poll.target, query, poll.now_ms);
        drop_output(&poll.session);
        size_t len = write_reply(reply, i, jobs, poll.session.last_id);
        session_input(&poll.session, reply, len, poll.now_ms);
        (void)target_ask_at(poll.target);
        poll.target->wanted = 0;
    }
    session_release(&poll.session);
    fleet_release(&fleet);
    return poll.answers;
}

/* ---- the floor ---- */

static unsigned long run_floor(unsigned times, unsigned jobs, char *reply)
{
    static const char *const members[] = {"id", "type", "status", "current-progress",
                                          "total-progress"};
    unsigned long found = 0;

    for (unsigned i = 0; i < times; i++) {
        size_t len = write_reply(reply, i, jobs, i);
        struct json_tokener *tokener = json_tokener_new();
        struct json_object *root = json_tokener_parse_ex(tokener, reply, (int)len);
        struct json_object *list = json_object_object_get(root, "return");

        for (size_t k = 0; k < json_object_array_length(list); k++)
            for (size_t m = 0; m < 5; m++)
                found += json_object_object_get(json_object_array_get_idx(list, k),
                                                members[m]) != NULL;
        json_object_put(root);
        json_tokener_free(tokener);
    }
    return found;
}

/* What the making of the reply costs, to be taken off both. */
static unsigned long run_nothing(unsigned times, unsigned jobs, char *reply)
{
    unsigned long sum = 0;

    for (unsigned i = 0; i < times; i++)
        sum += write_reply(reply, i, jobs, i);
    return sum;
}

int main(int argc, char **argv)
{
    static char reply[REPLY_SIZE];
    unsigned times = argc == 4 ? (unsigned)atoi(argv[2]) : 0;
    unsigned jobs = argc == 4 ? (unsigned)atoi(argv[3]) : 0;

    if (times == 0)
        return 2;
    if (strcmp(argv[1], "ours") == 0)
        return run_ours(times, jobs, reply) != times;
    if (strcmp(argv[1], "floor") == 0)
        return run_floor(times, jobs, reply) != 5ul * times * jobs;
    return run_nothing(times, jobs, reply) == 0;
}
