#include "qmp/feed_event.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/merge.h"
#include "qmp/feed_guest.h"

/* One kind of event: who takes it, and what its name alone tells. */
struct event_row {
    const char *name;
    bool (*take)(struct target *target, const struct message *event,
                 const struct event_row *row, int64_t now_ms);
    enum merge_block_event block;
};

static bool take_status(struct target *target, const struct message *event,
                        const struct event_row *row, int64_t now_ms)
{
    const char *id = message_string(event, "id"), *status = message_string(event, "status");

    (void)row;
    if (id == NULL || status == NULL)
        return false;
    merge_status_event(target, id, status, now_ms);
    return true;
}

static bool take_block(struct target *target, const struct message *event,
                       const struct event_row *row, int64_t now_ms)
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
    merge_block_event(target, &report, now_ms);
    return true;
}

static bool take_migration(struct target *target, const struct message *event,
                           const struct event_row *row, int64_t now_ms)
{
    const char *status = message_string(event, "status");

    (void)row;
    if (status != NULL)
        merge_migration_event(target, status, now_ms);
    return status != NULL;
}

/* The figures of the pass are in query-migrate; passes may come in bursts. */
static bool take_pass(struct target *target, const struct message *event,
                      const struct event_row *row, int64_t now_ms)
{
    (void)event, (void)row;
    target->answer_ms = now_ms;
    target_want(target, TARGET_ASK_MIGRATE);
    return true;
}

/* Sorted by name; events that are neither here nor in feed_guest.c say nothing. */
static const struct event_row events[] = {
    {"BLOCK_JOB_CANCELLED", take_block, MERGE_BLOCK_CANCELLED},
    {"BLOCK_JOB_COMPLETED", take_block, MERGE_BLOCK_COMPLETED},
    {"BLOCK_JOB_ERROR", take_block, MERGE_BLOCK_ERROR},
    {"BLOCK_JOB_PENDING", take_block, MERGE_BLOCK_PENDING},
    {"BLOCK_JOB_READY", take_block, MERGE_BLOCK_READY},
    {"JOB_STATUS_CHANGE", .take = take_status},
    {"MIGRATION", .take = take_migration},
    {"MIGRATION_PASS", .take = take_pass},
};

static int compare_event(const void *name, const void *row)
{
    return strcmp(name, ((const struct event_row *)row)->name);
}

void feed_event(struct target *target, const struct message *event, int64_t now_ms)
{
    const struct event_row *row = bsearch(
        event->event, events, sizeof(events) / sizeof(*events), sizeof(*events), compare_event);

    if (row == NULL) {
        feed_guest(target, event, now_ms);
    } else if (!row->take(target, event, row, now_ms)) {
        target->malformed++;
        target_want(target, TARGET_ASK_JOBS);
    }
}
