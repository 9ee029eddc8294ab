#include <stdlib.h>
#include <string.h>

#include "tests/farm/farm.h"

/* Jobs are computed from the time since they began: 16 MiB a second of 1 TiB, or as
 * jobs_pace() was told. */

#define MIB       ((uint64_t)1 << 20)
#define ID_FORMAT "job-%u-%zu-%u"

static struct {
    uint64_t total, per_ms;
    bool lively;
} pace = {.total = MIB << 20, .per_ms = 16 << 10};

static const char *const types[] = {"mirror", "backup", "stream", "commit"};

void jobs_pace(uint64_t mib, uint64_t mib_per_second)
{
    pace.total = mib * MIB;
    pace.per_ms = mib_per_second * MIB / 1000;
    pace.lively = true;
}

void jobs_init(struct farm *farm, struct socket *socket)
{
    if (socket->index >= farm->count - farm->idle || farm->job_count == 0)
        return;
    socket->job_count = farm->job_count;
    socket->jobs = calloc(farm->job_count, sizeof(struct job));
    if (!socket->jobs)
        abort();
    for (size_t i = 0; i < farm->job_count; i++)
        socket->jobs[i].born_ms = farm_now_ms() - (int64_t)(socket->index % 60 * 1000 + i);
}

static const char *status_of(const struct job *job)
{
    return job->paused ? "paused" : "running";
}

/* What comes early at the beginning of a second: up to half a second's work. */
static int64_t early_ms(const struct job *job, int64_t second)
{
    uint32_t chance = ((uint32_t)second ^ (uint32_t)job->born_ms) * 2654435761u;

    return chance >> 23;
}

/* Real ones differ in speed, and none is steady; but none goes back. */
static uint64_t progress_of(const struct job *job, int64_t now_ms)
{
    uint64_t age_ms = (uint64_t)(now_ms - job->born_ms), done;
    int64_t here_ms = early_ms(job, now_ms / 1000), next_ms = early_ms(job, now_ms / 1000 + 1);

    here_ms += (next_ms - here_ms) * (now_ms % 1000) / 1000;
    if (pace.lively)
        age_ms = (age_ms + (uint64_t)here_ms) * (4 + (uint64_t)job->born_ms % 5) / 6;
    done = age_ms * pace.per_ms;
    return done < pace.total ? done : pace.total;
}

void jobs_list(struct socket *socket, struct bytes *out)
{
    const char *odd = fault_job(socket->fault), *comma = "";
    int64_t now_ms = farm_now_ms();

    bytes_add(out, "[", 1);
    if (odd) {
        bytes_print(out, "%s", odd);
        comma = ", ";
    }
    socket->was_odd = socket->was_odd || odd;
    if (odd && socket->job_count > 0)
        judge_replied(&socket->jobs[0], NULL);
    for (size_t i = socket->job_count; i-- > (odd ? 1u : 0u);) {
        struct job *job = &socket->jobs[i];

        judge_replied(job, status_of(job));
        bytes_print(out,
                    "%s{\"current-progress\": %llu, \"status\": \"%s\", "
                    "\"total-progress\": %llu, \"type\": \"%s\", \"id\": \"" ID_FORMAT "\"}",
                    comma, (unsigned long long)progress_of(job, now_ms), status_of(job),
                    (unsigned long long)pace.total, types[i % 4], socket->index, i,
                    job->generation);
        comma = ", ";
    }
    bytes_add(out, "]", 1);
}

void jobs_list_block(struct socket *socket, struct bytes *out)
{
    int64_t now_ms = farm_now_ms();

    bytes_add(out, "[", 1);
    for (size_t i = socket->job_count; i-- > 0;) {
        struct job *job = &socket->jobs[i];

        judge_told(job, status_of(job));
        bytes_print(
            out,
            "%s{\"auto-finalize\": true, \"io-status\": \"ok\", \"device\": \"" ID_FORMAT
            "\", \"auto-dismiss\": true, \"busy\": %s, \"len\": %llu, \"offset\": %llu, "
            "\"status\": \"%s\", \"paused\": %s, \"speed\": 0, \"ready\": false, "
            "\"type\": \"%s\"}",
            i + 1 == socket->job_count ? "" : ", ", socket->index, i, job->generation,
            job->paused ? "false" : "true", (unsigned long long)pace.total,
            (unsigned long long)progress_of(job, now_ms), status_of(job),
            job->paused ? "true" : "false", types[i % 4]);
    }
    bytes_add(out, "]", 1);
}

static void tell(struct socket *socket, size_t job, const char *status)
{
    int64_t now_us = farm_now_us();

    judge_told(&socket->jobs[job], status);
    bytes_print(&socket->out,
                "{\"timestamp\": {\"seconds\": %lld, \"microseconds\": %lld}, \"event\": "
                "\"JOB_STATUS_CHANGE\", \"data\": {\"status\": \"%s\", \"id\": \"" ID_FORMAT
                "\"}}\r\n",
                (long long)(now_us / 1000000), (long long)(now_us % 1000000), status,
                socket->index, job, socket->jobs[job].generation);
}

void jobs_pause(struct socket *socket, size_t job, bool pause)
{
    socket->jobs[job].paused = pause;
    tell(socket, job, status_of(&socket->jobs[job]));
}

void jobs_renew(struct socket *socket, size_t job)
{
    static const char *const last[] = {"waiting", "pending", "concluded", "null"};

    for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++)
        tell(socket, job, last[i]);
    judge_renewed(&socket->jobs[job]);
    socket->jobs[job].generation++;
    socket->jobs[job].paused = false;
    socket->jobs[job].born_ms = farm_now_ms();
    tell(socket, job, "created");
    tell(socket, job, "running");
}

size_t jobs_slot(const struct socket *socket, const char *id, uint32_t *generation)
{
    char whole[64];
    unsigned index;
    size_t job;

    if (sscanf(id, ID_FORMAT, &index, &job, generation) != 3 || index != socket->index ||
        job >= socket->job_count)
        return socket->job_count;
    snprintf(whole, sizeof(whole), ID_FORMAT, index, job, *generation);
    return strcmp(whole, id) == 0 ? job : socket->job_count;
}

size_t jobs_find(const struct socket *socket, const char *id)
{
    uint32_t generation;
    size_t job = jobs_slot(socket, id, &generation);

    return job < socket->job_count && generation == socket->jobs[job].generation
               ? job
               : socket->job_count;
}

void jobs_event(struct socket *socket)
{
    if (socket->job_count > 0)
        tell(socket, 0, status_of(&socket->jobs[0]));
    else
        bytes_print(&socket->out, "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 1}, "
                                  "\"event\": \"RTC_CHANGE\", \"data\": {\"offset\": 1}}\r\n");
}
