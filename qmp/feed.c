#include "qmp/feed.h"

#include <stdlib.h>
#include <string.h>

#include "core/merge.h"

/* Least rest between two looks at the target's questions. */
#define REST_MS 10

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static int64_t now_of(const struct feed *feed)
{
    return feed->client.now_ms();
}

/* ---- what QEMU offers ---- */

static const enum command verb_commands[VERB_COUNT] = {
    [VERB_PAUSE] = COMMAND_JOB_PAUSE,         [VERB_RESUME] = COMMAND_JOB_RESUME,
    [VERB_COMPLETE] = COMMAND_JOB_COMPLETE,   [VERB_STAY] = COMMAND_BLOCK_JOB_CANCEL,
    [VERB_CANCEL] = COMMAND_JOB_CANCEL,       [VERB_FINALIZE] = COMMAND_JOB_FINALIZE,
    [VERB_DISMISS] = COMMAND_JOB_DISMISS,     [VERB_LIMIT] = COMMAND_BLOCK_JOB_SET_SPEED,
    [VERB_CHANGE] = COMMAND_BLOCK_JOB_CHANGE,
};

static const enum command query_commands[TARGET_ASK_COUNT] = {
    [TARGET_ASK_COMMANDS] = COMMAND_QUERY_COMMANDS, [TARGET_ASK_NAME] = COMMAND_QUERY_NAME,
    [TARGET_ASK_STATUS] = COMMAND_QUERY_STATUS,     [TARGET_ASK_JOBS] = COMMAND_QUERY_JOBS,
    [TARGET_ASK_BLOCK] = COMMAND_QUERY_BLOCK_JOBS,
};

static uint32_t bits_of(const enum command *table, size_t count, enum command command)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < count; i++)
        if (table[i] == command)
            bits |= 1u << i;
    return bits;
}

/* ---- answers: each says whether its reply could be used ---- */

/* What this QEMU has no command for, it cannot have told: not in this life. */
static void tell_offered(struct feed *feed, uint32_t verbs, uint32_t queries)
{
    target_set_offered(feed->target, verbs, queries);
    if ((queries & 1u << TARGET_ASK_NAME) == 0)
        target_set_vm_name(feed->target, NULL);
    if ((queries & 1u << TARGET_ASK_STATUS) == 0)
        target_set_run_state(feed->target, NULL, now_of(feed));
}

static bool answer_commands(struct feed *feed, const struct message *reply)
{
    int64_t count = message_count(reply);
    uint32_t verbs = 0, queries = 0;

    for (int64_t i = 0; i < count; i++) {
        const char *name = message_command(reply, (size_t)i);
        enum command command = name ? command_by_name(name) : COMMAND_COUNT;

        verbs |= bits_of(verb_commands, VERB_COUNT, command);
        queries |= bits_of(query_commands, TARGET_ASK_COUNT, command);
    }
    if (count < 0)
        return false;
    tell_offered(feed, verbs, queries);
    return true;
}

static bool answer_name(struct feed *feed, const struct message *reply)
{
    target_set_vm_name(feed->target, message_string(reply, "name"));
    return true;
}

static bool answer_status(struct feed *feed, const struct message *reply)
{
    const char *status = message_string(reply, "status");

    if (status != NULL)
        target_set_run_state(feed->target, status, now_of(feed));
    return status != NULL;
}

/* A list with an unusable element is not used at all: merge_jobs() takes a job
 * that is not listed as ended, and nobody knows which one the element was. */
static bool answer_jobs(struct feed *feed, const struct message *reply)
{
    int64_t count = message_count(reply);
    struct job_report *reports;
    bool usable = count >= 0;

    if (!usable)
        return false;
    reports = calloc((size_t)count + 1, sizeof(*reports));
    if (reports == NULL)
        return false;
    for (int64_t i = 0; i < count && usable; i++) {
        struct message_job job;

        usable = message_job(reply, (size_t)i, &job);
        if (usable)
            reports[i] = (struct job_report){.id = job.id,
                                             .type = job.type,
                                             .status = job.status,
                                             .current = job.current,
                                             .total = job.total,
                                             .error = job.error};
    }
    if (usable)
        merge_jobs(feed->target, reports, (size_t)count, now_of(feed));
    free(reports);
    return usable;
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
static bool answer_block_jobs(struct feed *feed, const struct message *reply)
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
    merge_block_jobs(feed->target, reports, good, now_of(feed));
    free(reports);
    return good == (size_t)count;
}

static bool (*const answers[TARGET_ASK_COUNT])(struct feed *, const struct message *) = {
    [TARGET_ASK_COMMANDS] = answer_commands, [TARGET_ASK_NAME] = answer_name,
    [TARGET_ASK_STATUS] = answer_status,     [TARGET_ASK_JOBS] = answer_jobs,
    [TARGET_ASK_BLOCK] = answer_block_jobs,
};

/* A query this QEMU does not have is absent, not failed: it is not asked again. */
static bool take_absence(struct feed *feed, const struct message *error)
{
    struct target *target = feed->target;

    if (strcmp(error->error_class, "CommandNotFound") != 0)
        return false;
    if (target->offered_known)
        tell_offered(feed, target->offered, target->queries & ~(1u << feed->asked));
    return true;
}

static void on_answer(void *ctx, const struct message *reply)
{
    struct feed *feed = ctx;
    bool usable;

    if (reply == NULL) /* the link ended; what is told of that voids the question */
        return;
    if (reply->kind == MESSAGE_RETURN)
        usable = answers[feed->asked](feed, reply);
    else
        usable = take_absence(feed, reply);
    target_answered(feed->target, feed->asked, usable, now_of(feed));
    feed_pump(feed);
}

/* ---- events ---- */

struct event_row {
    const char *name;
    bool (*take)(struct feed *feed, const struct message *event, const struct event_row *row);
    const char *text; /* of a run state */
    enum merge_block_event block;
};

static bool take_status(struct feed *feed, const struct message *event,
                        const struct event_row *row)
{
    const char *id = message_string(event, "id"), *status = message_string(event, "status");

    (void)row;
    if (id == NULL || status == NULL)
        return false;
    merge_status_event(feed->target, id, status, now_of(feed));
    return true;
}

static bool take_block(struct feed *feed, const struct message *event,
                       const struct event_row *row)
{
    struct block_event_report report = {
        .event = row->block,
        .id = message_string(event, row->block == MERGE_BLOCK_PENDING ? "id" : "device"),
        .type = message_string(event, "type"),
        .error = message_string(event, "error"),
        .operation = message_string(event, "operation"),
        .action = message_string(event, "action"),
    };

    if (report.id == NULL)
        return false;
    report.has_progress = message_uint(event, "offset", &report.offset) &&
                          message_uint(event, "len", &report.len) &&
                          message_uint(event, "speed", &report.speed);
    merge_block_event(feed->target, &report, now_of(feed));
    return true;
}

/* The event tells that the guest runs or stopped, query-status tells why. */
static bool take_run_state(struct feed *feed, const struct message *event,
                           const struct event_row *row)
{
    (void)event;
    if (row->text != NULL)
        target_set_run_state(feed->target, row->text, now_of(feed));
    target_want(feed->target, TARGET_ASK_STATUS);
    return true;
}

/* Sorted by name; events that are not here say nothing about jobs. */
static const struct event_row events[] = {
    {"BLOCK_JOB_CANCELLED", take_block, NULL, MERGE_BLOCK_CANCELLED},
    {"BLOCK_JOB_COMPLETED", take_block, NULL, MERGE_BLOCK_COMPLETED},
    {"BLOCK_JOB_ERROR", take_block, NULL, MERGE_BLOCK_ERROR},
    {"BLOCK_JOB_PENDING", take_block, NULL, MERGE_BLOCK_PENDING},
    {"BLOCK_JOB_READY", take_block, NULL, MERGE_BLOCK_READY},
    {"GUEST_PANICKED", .take = take_run_state},
    {"JOB_STATUS_CHANGE", .take = take_status},
    {"RESUME", .take = take_run_state, .text = "running"},
    {"SHUTDOWN", .take = take_run_state, .text = "shutdown"},
    {"STOP", .take = take_run_state, .text = "paused"},
    {"SUSPEND", .take = take_run_state, .text = "suspended"},
    {"WAKEUP", .take = take_run_state, .text = "running"},
};

static int compare_event(const void *name, const void *row)
{
    return strcmp(name, ((const struct event_row *)row)->name);
}

static void on_event(void *ctx, const struct message *event)
{
    struct feed *feed = ctx;
    const struct event_row *row =
        bsearch(event->event, events, COUNT_OF(events), sizeof(*events), compare_event);

    if (row == NULL)
        return;
    if (!row->take(feed, event, row)) {
        feed->target->malformed++;
        target_want(feed->target, TARGET_ASK_JOBS);
    }
    feed_pump(feed);
}

/* ---- the link ---- */

static const enum target_link links[] = {
    [CLIENT_CLOSED] = TARGET_CLOSED, [CLIENT_CONNECTING] = TARGET_CONNECTING,
    [CLIENT_READY] = TARGET_UP,      [CLIENT_BUSY] = TARGET_BUSY,
    [CLIENT_FAILED] = TARGET_FAILED,
};

static void on_link(void *ctx, const struct message *greeting)
{
    struct feed *feed = ctx;
    const struct client *client = &feed->client;
    char version[MESSAGE_VERSION_SIZE];

    if (greeting != NULL)
        target_set_version(feed->target, message_version(greeting, version) ? version : NULL);
    target_set_link(feed->target, links[client->link],
                    client->reason[0] != '\0' ? client->reason : NULL, client->retry_ms,
                    now_of(feed));
    feed_pump(feed);
}

static const struct client_events client_events = {.link = on_link, .event = on_event};

/* ---- questions ---- */

static void ask(struct feed *feed)
{
    enum target_query query;
    int64_t now_ms = now_of(feed);

    if (feed->client.link != CLIENT_READY || !target_ask(feed->target, now_ms, &query))
        return;
    if (!client_call(&feed->client, query_commands[query], NULL, on_answer, feed))
        return;
    feed->asked = query;
    target_asked(feed->target, query, now_ms);
}

void feed_pump(struct feed *feed)
{
    int64_t at_ms, left_ms;

    ask(feed);
    ev_timer_stop(feed->client.loop, &feed->timer);
    at_ms = feed->client.link == CLIENT_READY ? target_ask_at(feed->target) : -1;
    if (at_ms < 0)
        return;
    left_ms = at_ms - now_of(feed);
    if (left_ms < REST_MS)
        left_ms = REST_MS;
    ev_timer_set(&feed->timer, (double)left_ms / 1000., 0.);
    ev_timer_start(feed->client.loop, &feed->timer);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int revents)
{
    (void)loop, (void)revents;
    feed_pump(timer->data);
}

/* ---- actions ---- */

/* Waits for the reply to one action; owned by the session's callback. */
struct ticket {
    struct feed *feed;
    uint64_t serial;
};

static void on_reply(void *ctx, const struct message *reply)
{
    struct ticket *ticket = ctx;
    struct feed *feed = ticket->feed;
    struct fleet *fleet = feed->target->fleet;

    if (reply == NULL)
        action_gone(fleet, ticket->serial, now_of(feed));
    else if (reply->kind == MESSAGE_RETURN)
        action_replied(fleet, ticket->serial, NULL, now_of(feed));
    else
        action_replied(fleet, ticket->serial,
                       reply->error_desc[0] != '\0' ? reply->error_desc : "no reason given",
                       now_of(feed));
    free(ticket);
    if (reply != NULL)
        feed_pump(feed);
}

bool feed_send(struct feed *feed, const struct action *action)
{
    struct command_args args = {.job = action->job_id, .number = action->argument};
    struct ticket *ticket = malloc(sizeof(*ticket));

    if (ticket == NULL)
        return false;
    *ticket = (struct ticket){.feed = feed, .serial = action->serial};
    if (client_call(&feed->client, verb_commands[action->verb], &args, on_reply, ticket))
        return true;
    free(ticket);
    return false;
}

/* ---- the public face ---- */

void feed_init(struct feed *feed, struct address *address, struct target *target,
               struct ev_loop *loop, int64_t (*now_ms)(void))
{
    client_init(&feed->client, address, loop, now_ms, &client_events, feed);
    feed->target = target;
    feed->asked = TARGET_ASK_COMMANDS;
    ev_init(&feed->timer, on_timer);
    feed->timer.data = feed;
}

void feed_release(struct feed *feed)
{
    ev_timer_stop(feed->client.loop, &feed->timer);
    client_release(&feed->client);
}

void feed_start(struct feed *feed)
{
    client_start(&feed->client);
}

void feed_stop(struct feed *feed)
{
    client_stop(&feed->client);
}
