#include "qmp/feed_guest.h"

#include <stdlib.h>
#include <string.h>

#include "core/guest.h"

#define SUBJECTS 3

/* Which members tell what; of the subjects the first that is there and not empty: a
 * disk has a device name only with -drive, a device an id only if it was given one. */
struct guest_row {
    const char *name;
    enum guest_event event;
    const char *detail;
    const char *subjects[SUBJECTS];
};

/* Sorted by name. */
static const struct guest_row rows[] = {
    {"BLOCK_EXPORT_DELETED", GUEST_EXPORT_DELETED, NULL, {"id"}},
    {"BLOCK_IMAGE_CORRUPTED", GUEST_IMAGE_CORRUPTED, "msg", {"device", "node-name"}},
    {"BLOCK_IO_ERROR", GUEST_IO_ERROR, "action", {"device", "node-name", "qom-path"}},
    {"BLOCK_WRITE_THRESHOLD", GUEST_WRITE_THRESHOLD, NULL, {"node-name"}},
    {"DEVICE_DELETED", GUEST_DEVICE_DELETED, NULL, {"device", "path"}},
    {"DEVICE_UNPLUG_GUEST_ERROR", GUEST_UNPLUG_ERROR, NULL, {"device", "path"}},
    {"GUEST_CRASHLOADED", GUEST_CRASHLOADED, "action", {NULL}},
    {"GUEST_PANICKED", GUEST_PANICKED, "action", {NULL}},
    {"GUEST_PVSHUTDOWN", GUEST_PVSHUTDOWN, "action", {NULL}},
    {"MEMORY_FAILURE", GUEST_MEMORY_FAILURE, "action", {"recipient"}},
    {"POWERDOWN", GUEST_POWERDOWN, NULL, {NULL}},
    {"QUORUM_FAILURE", GUEST_QUORUM_FAILURE, NULL, {"reference"}},
    {"QUORUM_REPORT_BAD", GUEST_QUORUM_BAD, "error", {"node-name"}},
    {"RESET", GUEST_RESET, "reason", {NULL}},
    {"RESUME", GUEST_RESUME, NULL, {NULL}},
    {"SHUTDOWN", GUEST_SHUTDOWN, "reason", {NULL}},
    {"STOP", GUEST_STOP, NULL, {NULL}},
    {"SUSPEND", GUEST_SUSPEND, NULL, {NULL}},
    {"SUSPEND_DISK", GUEST_SUSPEND_DISK, NULL, {NULL}},
    {"UNPLUG_PRIMARY", GUEST_UNPLUG_PRIMARY, NULL, {"device-id"}},
    {"WAKEUP", GUEST_WAKEUP, NULL, {NULL}},
    {"WATCHDOG", GUEST_WATCHDOG, "action", {NULL}},
};

static int compare_row(const void *name, const void *row)
{
    return strcmp(name, ((const struct guest_row *)row)->name);
}

static const char *subject_of(const struct message *event, const struct guest_row *row)
{
    for (size_t i = 0; i < SUBJECTS && row->subjects[i] != NULL; i++) {
        const char *subject = message_string(event, row->subjects[i]);

        if (subject != NULL && subject[0] != '\0')
            return subject;
    }
    return NULL;
}

void feed_guest(struct target *target, const struct message *event, int64_t now_ms)
{
    const struct guest_row *row =
        bsearch(event->event, rows, sizeof(rows) / sizeof(*rows), sizeof(*rows), compare_row);
    struct guest_report report = {.operation = message_string(event, "operation"),
                                  .by_guest = message_is(event, "guest"),
                                  .nospace = message_is(event, "nospace"),
                                  .fatal = message_is(event, "fatal")};

    if (row == NULL)
        return;
    report.event = row->event;
    report.subject = subject_of(event, row);
    report.detail = row->detail != NULL ? message_string(event, row->detail) : NULL;
    message_uint(event, "amount-exceeded", &report.exceeded);
    message_uint(event, "write-threshold", &report.threshold);
    guest_event(target, &report, now_ms);
}
