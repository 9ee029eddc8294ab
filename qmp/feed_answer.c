#include "qmp/feed_answer.h"

#include <stdlib.h>
#include <string.h>

#include "core/merge.h"
#include "core/target_link.h"
#include "qmp/message_migration.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/* ---- what QEMU offers ---- */

static const enum command verb_commands[VERB_COUNT] = {
    [VERB_PAUSE] = COMMAND_JOB_PAUSE,         [VERB_RESUME] = COMMAND_JOB_RESUME,
    [VERB_COMPLETE] = COMMAND_JOB_COMPLETE,   [VERB_STAY] = COMMAND_BLOCK_JOB_CANCEL,
    [VERB_CANCEL] = COMMAND_JOB_CANCEL,       [VERB_FINALIZE] = COMMAND_JOB_FINALIZE,
    [VERB_DISMISS] = COMMAND_JOB_DISMISS,     [VERB_LIMIT] = COMMAND_BLOCK_JOB_SET_SPEED,
    [VERB_CHANGE] = COMMAND_BLOCK_JOB_CHANGE,
};

/* A broken postcopy is mended by `migrate` on the source, which every QEMU that
 * migrates has; the destination's own command is the one to look for. */
static const enum command lever_commands[LEVER_COUNT] = {
    [LEVER_BANDWIDTH] = COMMAND_MIGRATE_BANDWIDTH,
    [LEVER_DOWNTIME] = COMMAND_MIGRATE_DOWNTIME,
    [LEVER_POSTCOPY_BANDWIDTH] = COMMAND_MIGRATE_POSTCOPY_BANDWIDTH,
    [LEVER_POSTCOPY] = COMMAND_MIGRATE_START_POSTCOPY,
    [LEVER_CONTINUE] = COMMAND_MIGRATE_CONTINUE,
    [LEVER_CANCEL] = COMMAND_MIGRATE_CANCEL,
    [LEVER_PAUSE] = COMMAND_MIGRATE_PAUSE,
    [LEVER_RECOVER] = COMMAND_MIGRATE_RECOVER,
};

static const enum command query_commands[TARGET_ASK_COUNT] = {
    [TARGET_ASK_COMMANDS] = COMMAND_QUERY_COMMANDS,
    [TARGET_ASK_NAME] = COMMAND_QUERY_NAME,
    [TARGET_ASK_STATUS] = COMMAND_QUERY_STATUS,
    [TARGET_ASK_JOBS] = COMMAND_QUERY_JOBS,
    [TARGET_ASK_BLOCK] = COMMAND_QUERY_BLOCK_JOBS,
    [TARGET_ASK_MIGRATE] = COMMAND_QUERY_MIGRATE,
    [TARGET_ASK_LIMITS] = COMMAND_QUERY_MIGRATE_PARAMETERS,
    [TARGET_ASK_CAPABILITIES] = COMMAND_QUERY_MIGRATE_CAPABILITIES,
};

enum command feed_query_command(enum target_query query)
{
    return query_commands[query];
}

enum command feed_verb_command(enum verb verb)
{
    return verb_commands[verb];
}

enum command feed_lever_command(enum lever lever, bool incoming)
{
    if (lever == LEVER_RECOVER && !incoming)
        return COMMAND_MIGRATE_RESUME;
    return lever_commands[lever];
}

/* The rows of `table` whose command has that wire name. */
static uint32_t bits_of(const enum command *table, size_t count, const char *name)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < count; i++)
        if (strcmp(command_name(table[i]), name) == 0)
            bits |= 1u << i;
    return bits;
}

/* What this QEMU has no command for, it cannot have told: not in this life. */
static void tell_offered(struct target *target, uint32_t verbs, uint32_t queries,
                         int64_t now_ms)
{
    target_set_offered(target, verbs, queries);
    if ((queries & 1u << TARGET_ASK_NAME) == 0)
        target_set_vm_name(target, NULL);
    if ((queries & 1u << TARGET_ASK_STATUS) == 0)
        target_set_run_state(target, NULL, now_ms);
}

static bool answer_commands(struct target *target, const struct message *reply, int64_t now_ms)
{
    int64_t count = message_count(reply);
    uint32_t verbs = 0, levers = 0, queries = 0;

    for (int64_t i = 0; i < count; i++) {
        const char *name = message_command(reply, (size_t)i);

        if (name == NULL || command_by_name(name) == COMMAND_COUNT)
            continue;
        verbs |= bits_of(verb_commands, VERB_COUNT, name);
        levers |= bits_of(lever_commands, LEVER_COUNT, name);
        queries |= bits_of(query_commands, TARGET_ASK_COUNT, name);
    }
    if (count < 0)
        return false;
    target_set_levers(target, levers);
    tell_offered(target, verbs, queries, now_ms);
    return true;
}

/* ---- the virtual machine ---- */

static bool answer_name(struct target *target, const struct message *reply, int64_t now_ms)
{
    (void)now_ms;
    target_set_vm_name(target, message_string(reply, "name"));
    return true;
}

static bool answer_status(struct target *target, const struct message *reply, int64_t now_ms)
{
    const char *status = message_string(reply, "status");

    if (status != NULL)
        target_set_run_state(target, status, now_ms);
    return status != NULL;
}

/* ---- jobs ---- */

static struct job_report job_report(const struct message_job *job)
{
    return (struct job_report){
        .id = job->id,
        .type = job->type,
        .status = job->status,
        .current = job->has_progress ? job->current : MERGE_UNREAD,
        .total = job->has_progress ? job->total : MERGE_UNREAD,
        .error = job->error,
    };
}

/* Which job an element without an id was nobody knows: the list lacks it then. */
static bool answer_jobs(struct target *target, const struct message *reply, int64_t now_ms)
{
    int64_t count = message_count(reply);
    struct job_report *reports;
    size_t good = 0;

    if (count < 0)
        return false;
    reports = calloc((size_t)count + 1, sizeof(*reports));
    if (reports == NULL)
        return false;
    for (int64_t i = 0; i < count; i++) {
        struct message_job job;

        if (message_job(reply, (size_t)i, &job))
            reports[good++] = job_report(&job);
    }
    if (good == (size_t)count)
        merge_jobs(target, reports, good, now_ms);
    else if (good > 0)
        merge_some_jobs(target, reports, good, now_ms);
    free(reports);
    return good > 0 || count == 0;
}

static enum job_tristate tristate(int flag)
{
    return flag < 0 ? JOB_UNTOLD : flag == 0 ? JOB_NO : JOB_YES;
}

static enum job_io io_status(const char *wire)
{
    static const char *const names[] = {
        [JOB_IO_OK] = "ok", [JOB_IO_FAILED] = "failed", [JOB_IO_NOSPACE] = "nospace"};

    for (size_t i = JOB_IO_OK; wire != NULL && i < COUNT_OF(names); i++)
        if (strcmp(wire, names[i]) == 0)
            return (enum job_io)i;
    return JOB_IO_UNKNOWN;
}

static struct block_job_report block_report(const struct message_block_job *job)
{
    return (struct block_job_report){
        .device = job->device,
        .type = job->type,
        .offset = job->offset,
        .len = job->len,
        .speed = job->speed,
        .io = io_status(job->io_status),
        .busy = job->busy,
        .paused = job->paused,
        .auto_finalize = tristate(job->auto_finalize),
        .auto_dismiss = tristate(job->auto_dismiss),
        .actively_synced = tristate(job->actively_synced),
    };
}

/* This list only adds to jobs that are known: the good elements are good. */
static bool answer_block_jobs(struct target *target, const struct message *reply,
                              int64_t now_ms)
{
    int64_t count = message_count(reply);
    struct block_job_report *reports;
    size_t good = 0;

    if (count < 0)
        return false;
    reports = calloc((size_t)count + 1, sizeof(*reports));
    if (reports == NULL)
        return false;
    for (int64_t i = 0; i < count; i++) {
        struct message_block_job job;

        if (message_block_job(reply, (size_t)i, &job))
            reports[good++] = block_report(&job);
    }
    merge_block_jobs(target, reports, good, now_ms);
    free(reports);
    return good == (size_t)count;
}

/* ---- the migration ---- */

static bool answer_migrate(struct target *target, const struct message *reply, int64_t now_ms)
{
    struct message_migration told;

    if (!message_migration(reply, &told))
        return false;
    merge_migration(target,
                    &(struct migration_report){
                        .status = told.status,
                        .has_ram = told.has_ram,
                        .total = told.total,
                        .transferred = told.transferred,
                        .remaining = told.remaining,
                        .mbps = told.mbps,
                        .dirty_pages_per_second = told.dirty_pages_rate,
                        .page_size = told.page_size,
                        .pass = told.dirty_sync_count,
                        .postcopy_requests = told.postcopy_requests,
                        .listens = told.has_socket_address,
                        .has_total_time = told.has_total_time,
                        .has_expected_downtime = told.has_expected_downtime,
                        .has_downtime = told.has_downtime,
                        .has_setup_time = told.has_setup_time,
                        .total_time = told.total_time,
                        .expected_downtime = told.expected_downtime,
                        .downtime = told.downtime,
                        .setup_time = told.setup_time,
                        .has_throttle = told.has_throttle,
                        .throttle_percent = told.throttle,
                        .error = told.error,
                        .blocked = told.blocked[0] != '\0' ? told.blocked : NULL,
                    },
                    now_ms);
    return true;
}

static bool answer_limits(struct target *target, const struct message *reply, int64_t now_ms)
{
    struct message_migration_parameters told;

    (void)now_ms;
    if (!message_migration_parameters(reply, &told))
        return false;
    merge_limits(target, &(struct migration_limits){
                             .known = true,
                             .max_bandwidth = told.max_bandwidth,
                             .max_postcopy_bandwidth = told.max_postcopy_bandwidth,
                             .downtime_limit = told.downtime_limit,
                         });
    return true;
}

static void note_capability(struct migration_capabilities *capabilities, const char *name,
                            bool on)
{
    if (strcmp(name, "postcopy-ram") == 0)
        capabilities->postcopy_ram = on;
    else if (strcmp(name, "pause-before-switchover") == 0)
        capabilities->pause_before_switchover = on;
    else if (strcmp(name, "auto-converge") == 0)
        capabilities->auto_converge = on;
    else if (strcmp(name, "events") == 0)
        capabilities->events = on;
}

static bool answer_capabilities(struct target *target, const struct message *reply,
                                int64_t now_ms)
{
    struct migration_capabilities capabilities = {.known = true};
    int64_t count = message_count(reply);

    (void)now_ms;
    for (int64_t i = 0; i < count; i++) {
        const char *name;
        bool on;

        if (!message_capability(reply, (size_t)i, &name, &on))
            return false;
        note_capability(&capabilities, name, on);
    }
    if (count >= 0)
        merge_capabilities(target, &capabilities);
    return count >= 0;
}

/* ---- the one door ---- */

static bool (*const answers[TARGET_ASK_COUNT])(struct target *, const struct message *,
                                               int64_t) = {
    [TARGET_ASK_COMMANDS] = answer_commands, [TARGET_ASK_NAME] = answer_name,
    [TARGET_ASK_STATUS] = answer_status,     [TARGET_ASK_JOBS] = answer_jobs,
    [TARGET_ASK_BLOCK] = answer_block_jobs,  [TARGET_ASK_MIGRATE] = answer_migrate,
    [TARGET_ASK_LIMITS] = answer_limits,     [TARGET_ASK_CAPABILITIES] = answer_capabilities,
};

/* A query this QEMU does not have is absent, not failed: it is not asked again. */
static bool take_absence(struct target *target, enum target_query query,
                         const struct message *error, int64_t now_ms)
{
    if (strcmp(error->error_class, "CommandNotFound") != 0)
        return false;
    if (target->offered_known)
        tell_offered(target, target->offered, target->queries & ~(1u << query), now_ms);
    return true;
}

bool feed_answer(struct target *target, enum target_query query, const struct message *reply,
                 int64_t now_ms)
{
    if (reply->kind == MESSAGE_RETURN)
        return answers[query](target, reply, now_ms);
    return take_absence(target, query, reply, now_ms);
}
