#ifndef QMPTOP_TESTS_FUZZ_SIM_H
#define QMPTOP_TESTS_FUZZ_SIM_H

/*
 * sim: the QEMU of fuzz_session.c: its jobs and its migration, what it says of them and how
 * it answers, and what its client was told. It speaks over wire.h. To be included once.
 */

#include <stdbool.h>
#include <string.h>

#include "core/fleet.h"
#include "qmp/command.h"
#include "qmp/feed.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/wire.h"

#define JOBS     5
#define LINE_MAX 4096

static const char *const ids[JOBS] = {"a", "b", "\\u001b[2J", "drive-virtio-disk0", ""};
static const char *const types[JOBS] = {"backup", "create", "mirror", "teleport", "stream"};
static const char *const statuses[] = {"created", "running",  "paused",    "ready",   "standby",
                                       "pending", "aborting", "concluded", "hovering"};
#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

static const char *const phases[] = {"setup",           "active",          "device",
                                     "postcopy-active", "postcopy-paused", "failed",
                                     "cancelled",       "completed"};
#define PHASES (sizeof(phases) / sizeof(phases[0]))

struct sim_job {
    bool exists;
    const char *status;
    unsigned current;
    unsigned told_ends; /* how often this client was told that there is none */
    unsigned told;      /* bits of statuses since the last list of jobs, that one included */
};

static struct sim {
    struct sim_job jobs[JOBS];
    const char *phase; /* of the migration */
    struct address address;
    struct feed feed;
    struct fleet fleet;
    struct target *target;
    int64_t now_ms;
    struct plan {
        uint64_t uid; /* 0 = none */
        enum verb verb;
        size_t job;
        unsigned told_ends;
    } plan;         /* a box that waits for its answer */
    uint8_t chunk;  /* bytes given at a time; 0 = all */
    bool dishonest; /* it said in this connection what an honest QEMU never says */
} sim;

static int64_t clock_ms(void)
{
    return sim.now_ms;
}

static void say(const char *text)
{
    wire_say(text, strlen(text), sim.chunk);
}

static unsigned bit_of(const char *status)
{
    for (size_t i = 0; i < STATUSES; i++)
        if (strcmp(statuses[i], status) == 0)
            return 1u << i;
    return 0;
}

static bool is_heard(void)
{
    return wire_is_open() && sim.feed.client.session.state != SESSION_FAILED;
}

static void say_status(size_t job, const char *status)
{
    char line[LINE_MAX];

    snprintf(line, sizeof(line),
             "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": "
             "\"JOB_STATUS_CHANGE\", \"data\": {\"status\": \"%s\", \"id\": \"%s\"}}\r\n",
             status, ids[job]);
    sim.jobs[job].told |= bit_of(status);
    sim.jobs[job].told_ends += is_heard() && strcmp(status, "null") == 0;
    say(line);
}

static void say_phase(const char *phase)
{
    char line[LINE_MAX];

    sim.phase = phase;
    snprintf(line, sizeof(line),
             "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": "
             "\"MIGRATION\", \"data\": {\"status\": \"%s\"}}\r\n",
             phase);
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
        sim.jobs[i].told = 0;
        sim.jobs[i].told_ends += !sim.jobs[i].exists;
        if (!sim.jobs[i].exists)
            continue;
        sim.jobs[i].told = bit_of(sim.jobs[i].status);
        snprintf(job, sizeof(job),
                 "%s{\"current-progress\": %u, \"status\": \"%s\", \"total-progress\": 255, "
                 "\"type\": \"%s\", \"id\": \"%s\"}",
                 comma, sim.jobs[i].current, sim.jobs[i].status, types[i], ids[i]);
        append(line, job);
        comma = ", ";
    }
    append(line, "]");
}

/* All that this program knows. */
static void list_commands(char line[LINE_MAX])
{
    append(line, "[");
    for (enum command command = 0; command < COMMAND_COUNT; command++) {
        append(line, command > 0 ? ", {\"name\": \"" : "{\"name\": \"");
        append(line, command_name(command));
        append(line, "\"}");
    }
    append(line, "]");
}

static void put_value(char line[LINE_MAX], const char *command)
{
    if (strcmp(command, "query-jobs") == 0) {
        list_jobs(line);
    } else if (strcmp(command, "query-commands") == 0) {
        list_commands(line);
    } else if (strcmp(command, "query-status") == 0) {
        append(line, "{\"running\": true, \"status\": \"running\"}");
    } else if (strcmp(command, "query-block-jobs") == 0) {
        append(line, "[]");
    } else if (strcmp(command, "query-migrate") == 0 && sim.phase != NULL) {
        append(line, "{\"status\": \"");
        append(line, sim.phase);
        append(line, "\"}");
    } else if (strcmp(command, "query-migrate-capabilities") == 0) {
        append(line, "[{\"capability\": \"postcopy-ram\", \"state\": true}]");
    } else {
        append(line, "{}");
    }
}

/* "NAME" with its quotes, of a command of ours; "" when it is not there. */
static void text_behind(const char *line, const char *key, char text[256])
{
    const char *at = strstr(line, key);

    text[0] = '\0';
    if (at != NULL)
        (void)sscanf(at + strlen(key), "%255[^,}]", text);
}

/* Answers the oldest command, `times` times. */
static bool answer(int times, unsigned long long wrong_by, const char *error)
{
    char line[LINE_MAX], reply[LINE_MAX] = "{\"return\": ", name[64], tail[64];
    unsigned long long id;

    if (!wire_take(line, sizeof(line)))
        return false;
    const char *at = strstr(line, "\"id\":");
    for (const char *next = at; next != NULL; next = strstr(next + 1, "\"id\":"))
        at = next; /* the command's own stands behind its arguments */
    FUZZ_CHECK(sscanf(line, "{\"execute\":\"%63[^\"]\"", name) == 1);
    FUZZ_CHECK(command_by_name(name) != COMMAND_COUNT);
    FUZZ_CHECK(at != NULL && sscanf(at + 5, "%llu", &id) == 1);
    if (error != NULL) /* what everybody may ask is never refused */
        sim.dishonest = sim.dishonest || strncmp(name, "q", 1) == 0;
    if (error != NULL)
        snprintf(reply, sizeof(reply),
                 "{\"error\": {\"class\": \"GenericError\", "
                 "\"desc\": \"%s\"}",
                 error);
    else
        put_value(reply, name);
    snprintf(tail, sizeof(tail), ", \"id\": %llu}\r\n", id + wrong_by);
    append(reply, tail);
    for (int i = 0; i < times; i++)
        say(reply);
    return true;
}

#endif
