/*
 * A QEMU of a few jobs, kept here in a handful of lines, speaks to a session and a target:
 * states change, events and answers come in pieces, late, twice, to nobody, with any bytes
 * in between, and connections end. Once it is quiet and the connection is an honest one,
 * the target shows exactly the jobs this QEMU has.
 *
 * Input: a program, one act a byte, its arguments behind it.
 */

#include <stdbool.h>
#include <string.h>

#include "core/fleet.h"
#include "core/job.h"
#include "qmp/feed_answer.h"
#include "qmp/feed_event.h"
#include "qmp/session.h"
#include "tests/fuzz/fuzz.h"

#define JOBS     5
#define QUIET_MS 45000 /* longer than every poll and hold */
#define TURN_MS  1000
#define LINE_MAX 4096

/* ---- the QEMU ---- */

static const char *const ids[JOBS] = {"a", "b", "\\u001b[2J", "drive-virtio-disk0", ""};
static const char *const types[JOBS] = {"backup", "create", "mirror", "teleport", "stream"};
static const char *const statuses[] = {"created", "running",  "paused",    "ready",   "standby",
                                       "pending", "aborting", "concluded", "hovering"};
#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

struct sim_job {
    bool exists;
    const char *status;
    unsigned current;
};

static struct sim {
    struct sim_job jobs[JOBS];
    struct session session;
    struct fleet fleet;
    struct target *target;
    enum target_query asked;
    int64_t now_ms;
    uint8_t chunk;  /* bytes given at a time; 0 = all */
    bool dishonest; /* it said in this connection what an honest QEMU never says */
} sim;

static void deliver(const char *bytes, size_t len)
{
    while (len > 0) {
        size_t piece = sim.chunk > 0 && sim.chunk < len ? sim.chunk : len;

        session_input(&sim.session, bytes, piece, sim.now_ms);
        bytes += piece;
        len -= piece;
    }
}

static void say(const char *text)
{
    deliver(text, strlen(text));
}

static void say_status(size_t job, const char *status)
{
    char line[LINE_MAX];

    snprintf(line, sizeof(line),
             "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": "
             "\"JOB_STATUS_CHANGE\", \"data\": {\"status\": \"%s\", \"id\": \"%s\"}}\r\n",
             status, ids[job]);
    say(line);
}

static void append(char line[LINE_MAX], const char *text)
{
    strncat(line, text, LINE_MAX - strlen(line) - 1);
}

static void list_jobs(char line[LINE_MAX])
{
    char job[256];
    const char *comma = "";

    append(line, "[");
    for (size_t i = 0; i < JOBS; i++) {
        if (!sim.jobs[i].exists)
            continue;
        snprintf(job, sizeof(job),
                 "%s{\"current-progress\": %u, \"status\": \"%s\", \"total-progress\": 255, "
                 "\"type\": \"%s\", \"id\": \"%s\"}",
                 comma, sim.jobs[i].current, sim.jobs[i].status, types[i], ids[i]);
        append(line, job);
        comma = ", ";
    }
    append(line, "]");
}

static const char commands[] =
    "[{\"name\": \"query-jobs\"}, {\"name\": \"query-block-jobs\"}, {\"name\": \"query-name\"},"
    " {\"name\": \"query-status\"}, {\"name\": \"job-pause\"}, {\"name\": \"query-migrate\"}]";

static void put_value(char line[LINE_MAX], const char *command)
{
    if (strcmp(command, "query-jobs") == 0)
        list_jobs(line);
    else if (strcmp(command, "query-commands") == 0)
        append(line, commands);
    else if (strcmp(command, "query-status") == 0)
        append(line, "{\"running\": true, \"status\": \"running\"}");
    else if (strcmp(command, "query-block-jobs") == 0)
        append(line, "[]");
    else
        append(line, "{}");
}

/* Takes the oldest command out of what the session sends; false when there is none. */
static bool take_command(char name[64], unsigned long long *id)
{
    char line[LINE_MAX];
    size_t len;
    const char *out = session_output(&sim.session, &len);
    const char *end = len > 0 ? memchr(out, '\n', len) : NULL;
    const char *at;

    if (end == NULL)
        return false;
    len = (size_t)(end + 1 - out);
    FUZZ_CHECK(len < sizeof(line));
    memcpy(line, out, len);
    line[len] = '\0';
    session_sent(&sim.session, len);
    FUZZ_CHECK(sscanf(line, "{\"execute\":\"%63[^\"]\"", name) == 1);
    at = strstr(line, "\"id\":");
    FUZZ_CHECK(at != NULL && sscanf(at + 5, "%llu", id) == 1);
    return true;
}

/* Answers the oldest command as asked, `times` times. */
static bool answer(int times, unsigned long long wrong_by)
{
    char line[LINE_MAX] = "{\"return\": ", name[64], tail[64];
    unsigned long long id;

    if (!take_command(name, &id))
        return false;
    put_value(line, name);
    snprintf(tail, sizeof(tail), ", \"id\": %llu}\r\n", id + wrong_by);
    append(line, tail);
    for (int i = 0; i < times; i++)
        say(line);
    return true;
}

/* ---- the feed's part, without a socket ---- */

static void ask(void);

static void on_answer(void *ctx, const struct message *reply)
{
    bool usable;

    (void)ctx;
    if (reply == NULL)
        return;
    usable = feed_answer(sim.target, sim.asked, reply, sim.now_ms);
    target_answered(sim.target, sim.asked, usable, sim.now_ms);
    ask();
}

static void ask(void)
{
    enum target_query query;

    if (sim.session.state != SESSION_READY || !target_ask(sim.target, sim.now_ms, &query) ||
        !session_call(&sim.session, feed_query_command(query), NULL, on_answer, NULL,
                      sim.now_ms))
        return;
    sim.asked = query;
    target_asked(sim.target, query, sim.now_ms);
}

static void on_ready(void *ctx, const struct message *greeting)
{
    char version[MESSAGE_VERSION_SIZE];

    (void)ctx;
    target_set_version(sim.target, message_version(greeting, version) ? version : NULL);
    target_set_link(sim.target, TARGET_UP, NULL, 0, sim.now_ms);
    ask();
}

static void on_event(void *ctx, const struct message *event)
{
    (void)ctx;
    feed_event(sim.target, event, sim.now_ms);
    ask();
}

static void on_failed(void *ctx)
{
    (void)ctx;
    FUZZ_CHECK(sim.session.error != SESSION_ERROR_NONE);
    FUZZ_CHECK(sim.session.error_text[0] != '\0');
    FUZZ_CHECK(sim.dishonest);
}

static const struct session_events events = {on_ready, on_event, on_failed};

static void connect_anew(void)
{
    session_end(&sim.session);
    target_set_link(sim.target, TARGET_FAILED, "gone", 0, sim.now_ms);
    sim.dishonest = false;
    session_start(&sim.session, sim.now_ms);
    say("{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
        "\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n");
}

static void pass(int64_t ms)
{
    sim.now_ms += ms;
    fleet_tick(&sim.fleet, sim.now_ms);
    ask();
}

/* ---- the acts ---- */

static void change_status(struct fuzz_input *input)
{
    size_t i = fuzz_byte(input) % JOBS;
    struct sim_job *job = &sim.jobs[i];

    if (!job->exists) {
        *job = (struct sim_job){.exists = true, .status = "created"};
    } else {
        size_t next = fuzz_byte(input) % (STATUSES + 1);

        if (next == STATUSES || next == 0) {
            job->exists = false;
            say_status(i, "null");
            return;
        }
        job->status = statuses[next];
    }
    say_status(i, job->status);
}

static void say_anything(struct fuzz_input *input)
{
    size_t len = fuzz_byte(input);

    len = len < input->len ? len : input->len;
    sim.dishonest = true;
    deliver((const char *)input->bytes, len);
    input->bytes += len;
    input->len -= len;
}

static void act(struct fuzz_input *input)
{
    switch (fuzz_byte(input) % 10) {
    case 0:
    case 1:
        change_status(input);
        break;
    case 2:
        sim.jobs[fuzz_byte(input) % JOBS].current = fuzz_byte(input);
        break;
    case 3:
        answer(1, 0);
        break;
    case 4:
        pass(fuzz_byte(input) * (int64_t)20);
        break;
    case 5:
        connect_anew();
        break;
    case 6:
        say_anything(input);
        break;
    case 7:
        answer(2, 0);
        break;
    case 8: /* an answer to nobody: the one asked for never comes */
        sim.dishonest = true;
        answer(1, 1000);
        break;
    case 9:
        sim.chunk = fuzz_byte(input);
        break;
    }
}

/* ---- what must hold ---- */

static void check_lists(void)
{
    const struct target *target = sim.target;

    FUZZ_CHECK(target->job_count == target->living_count + target->ended_count);
    FUZZ_CHECK(target->ended_count <= TARGET_ENDED_MAX);
    FUZZ_CHECK(sim.session.call_count <= 2);
    for (size_t i = 1; i < target->living_count; i++)
        FUZZ_CHECK(strcmp(target->living[i - 1]->id, target->living[i]->id) < 0);
}

static void check_truth(void)
{
    size_t count = 0;

    for (size_t i = 0; i < JOBS; i++) {
        const char *id = i == 2 ? "\033[2J" : ids[i];
        const struct job *job = target_find(sim.target, id);

        FUZZ_CHECK((job != NULL) == sim.jobs[i].exists);
        if (job == NULL)
            continue;
        count++;
        FUZZ_CHECK(strcmp(job_status_text(job), sim.jobs[i].status) == 0);
        FUZZ_CHECK(strcmp(job_type_text(job), types[i]) == 0);
        FUZZ_CHECK(job->current == sim.jobs[i].current && job->total == 255);
    }
    FUZZ_CHECK(sim.target->living_count == count);
}

static void come_to_rest(void)
{
    if (sim.dishonest || sim.session.state == SESSION_FAILED)
        connect_anew();
    for (int64_t waited = 0; waited < QUIET_MS; waited += TURN_MS) {
        pass(TURN_MS);
        while (answer(1, 0))
            ;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};

    memset(&sim, 0, sizeof(sim));
    sim.now_ms = 1000000;
    fleet_init(&sim.fleet);
    sim.fleet.delay_ms = 1000;
    sim.target = fleet_add(&sim.fleet, "vm", true, "/vm", sim.now_ms);
    session_init(&sim.session, &events, NULL);
    connect_anew();
    while (input.len > 0) {
        act(&input);
        check_lists();
    }
    come_to_rest();
    check_truth();
    session_release(&sim.session);
    fleet_release(&sim.fleet);
    return 0;
}
