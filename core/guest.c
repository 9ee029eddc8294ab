#include "core/guest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet_base.h"
#include "core/format.h"
#include "core/mem.h"
#include "core/target.h"

#define SENTENCE_SIZE 400

/* ---- sentences -----------------------------------------------------------------------------
 */

static const char *or_unnamed(const char *text)
{
    return text ? text : "without a name";
}

/* " (guest-reset)", or nothing. */
static void add_detail(const struct guest_report *report, char *dst, size_t size)
{
    size_t used = strlen(dst);

    if (report->detail)
        snprintf(dst + used, size - used, " (%.160s)", report->detail);
}

static void write_plain(const char *text, const struct guest_report *report, char *dst,
                        size_t size)
{
    snprintf(dst, size, "%s%s%.120s", text, report->subject ? " " : "",
             report->subject ? report->subject : "");
    add_detail(report, dst, size);
}

static void write_state(const struct guest_report *report, char *dst, size_t size)
{
    snprintf(dst, size, "guest is %.120s", or_unnamed(report->subject));
}

static void write_shutdown(const struct guest_report *report, char *dst, size_t size)
{
    snprintf(dst, size, "%s", report->by_guest ? "guest shut itself down" : "shut down");
    add_detail(report, dst, size);
}

static void write_reset(const struct guest_report *report, char *dst, size_t size)
{
    snprintf(dst, size, "%s", report->by_guest ? "guest reset itself" : "guest was reset");
    add_detail(report, dst, size);
}

static void write_io_error(const struct guest_report *report, char *dst, size_t size)
{
    bool reading = report->operation && strcmp(report->operation, "read") == 0;

    snprintf(dst, size, "guest disk %.120s: %s error%s%s%.60s", or_unnamed(report->subject),
             reading ? "read" : "write", report->nospace ? ", no space" : "",
             report->detail ? ", action " : "", report->detail ? report->detail : "");
}

static void write_corruption(const struct guest_report *report, char *dst, size_t size)
{
    snprintf(dst, size, "image of %.120s is CORRUPT%s%s%.200s", or_unnamed(report->subject),
             report->fatal ? " and used no more" : "", report->detail ? ": " : "",
             report->detail ? report->detail : "");
}

static void write_threshold(const struct guest_report *report, char *dst, size_t size)
{
    char exceeded[FORMAT_SIZE], threshold[FORMAT_SIZE];
    const char *node = or_unnamed(report->subject);

    if (report->threshold == 0)
        snprintf(dst, size, "node %.120s: a write went beyond its threshold", node);
    else
        snprintf(dst, size, "node %.120s: a write went %s beyond its threshold of %s", node,
                 format_bytes_long(exceeded, report->exceeded),
                 format_bytes_long(threshold, report->threshold));
}

/* ---- kinds ---- */

/* What a kind of event means. Those without a writer say `text`, the subject, and the
 * detail in brackets. */
static const struct {
    const char *text;
    void (*write)(const struct guest_report *report, char *dst, size_t size);
    enum journal_mark mark;
    const char *run_state; /* what it tells at once */
    bool asks;             /* query-status and query-migrate tell more */
} kinds[GUEST_EVENT_COUNT] = {
    [GUEST_STATE] = {.write = write_state},
    [GUEST_STOP] = {.text = "guest stopped", .run_state = "paused", .asks = true},
    [GUEST_RESUME] = {.text = "guest runs", .run_state = "running", .asks = true},
    [GUEST_SUSPEND] = {.text = "guest suspended to memory",
                       .run_state = "suspended",
                       .asks = true},
    [GUEST_SUSPEND_DISK] = {.text = "guest suspended to disk", .asks = true},
    [GUEST_WAKEUP] = {.text = "guest woke up", .run_state = "running", .asks = true},
    [GUEST_SHUTDOWN] = {.write = write_shutdown, .run_state = "shutdown", .asks = true},
    [GUEST_RESET] = {.write = write_reset, .asks = true},
    [GUEST_POWERDOWN] = {.text = "guest was asked to power down"},
    [GUEST_WATCHDOG] = {.text = "watchdog fired", .mark = JOURNAL_ERROR, .asks = true},
    [GUEST_PANICKED] = {.text = "guest panicked", .mark = JOURNAL_ERROR, .asks = true},
    [GUEST_CRASHLOADED] = {.text = "guest crashed and runs its crash kernel",
                           .mark = JOURNAL_ERROR},
    [GUEST_PVSHUTDOWN] = {.text = "guest shut itself down", .asks = true},
    [GUEST_MEMORY_FAILURE] = {.text = "memory failure:", .mark = JOURNAL_ERROR},
    [GUEST_IO_ERROR] = {.write = write_io_error, .mark = JOURNAL_ERROR},
    [GUEST_IMAGE_CORRUPTED] = {.write = write_corruption, .mark = JOURNAL_ERROR},
    [GUEST_WRITE_THRESHOLD] = {.write = write_threshold, .mark = JOURNAL_NEED},
    [GUEST_QUORUM_BAD] = {.text = "quorum outvoted", .mark = JOURNAL_ERROR},
    [GUEST_QUORUM_FAILURE] = {.text = "quorum failed on", .mark = JOURNAL_ERROR},
    [GUEST_EXPORT_DELETED] = {.text = "export is gone:"},
    [GUEST_DEVICE_DELETED] = {.text = "device is gone:"},
    [GUEST_UNPLUG_ERROR] = {.text = "guest does not let go of device", .mark = JOURNAL_ERROR},
    [GUEST_UNPLUG_PRIMARY] = {.text = "migration waits for the guest to let go of device",
                              .asks = true},
};

static enum journal_mark mark_of(const struct guest_report *report)
{
    if (report->event == GUEST_STATE && guest_state_is_bad(report->subject))
        return JOURNAL_ERROR;
    return kinds[report->event].mark;
}

/* ---- floods --------------------------------------------------------------------------------
 */

/* Counts it; whether it is to be written, and how many before it were not. */
static bool take_turn(struct target *target, enum guest_event event, uint32_t *unsaid,
                      int64_t now_ms)
{
    if (!target->guest_tallies)
        target->guest_tallies = mem_alloc(GUEST_EVENT_COUNT, sizeof(*target->guest_tallies));
    struct guest_tally *tally = &target->guest_tallies[event];

    if (tally->count < UINT32_MAX)
        tally->count++;
    tally->last_ms = now_ms;
    if (tally->said == 0 || now_ms - tally->window_ms >= GUEST_WINDOW_MS) {
        tally->window_ms = now_ms;
        tally->said = 0;
    }
    if (tally->said >= GUEST_BURST) {
        tally->unsaid++;
        return false;
    }
    tally->said++;
    *unsaid = tally->unsaid;
    tally->unsaid = 0;
    return true;
}

static void write_down(struct target *target, const struct guest_report *report,
                       uint32_t unsaid, int64_t now_ms)
{
    char sentence[SENTENCE_SIZE], more[48] = "";

    if (kinds[report->event].write)
        kinds[report->event].write(report, sentence, sizeof(sentence));
    else
        write_plain(kinds[report->event].text, report, sentence, sizeof(sentence));
    if (unsaid > 0)
        snprintf(more, sizeof(more), "  (and %" PRIu32 " like it before)", unsaid);
    journal_add(&target->fleet->journal, now_ms, mark_of(report), target_label(target), NULL, 0,
                "%s%s", sentence, more);
}

void guest_event(struct target *target, const struct guest_report *report, int64_t now_ms)
{
    uint32_t unsaid;

    target->answer_ms = now_ms;
    if (take_turn(target, report->event, &unsaid, now_ms))
        write_down(target, report, unsaid, now_ms);
    if (kinds[report->event].run_state)
        mem_set(&target->run_state, kinds[report->event].run_state);
    if (kinds[report->event].asks) {
        target_want(target, TARGET_ASK_STATUS);
        target_want(target, TARGET_ASK_MIGRATE);
    }
    fleet_touch(target->fleet);
}

bool guest_state_is_bad(const char *run_state)
{
    static const char *const bad[] = {"io-error", "internal-error", "guest-panicked",
                                      "watchdog"};

    for (size_t i = 0; run_state && i < sizeof(bad) / sizeof(*bad); i++)
        if (strcmp(run_state, bad[i]) == 0)
            return true;
    return false;
}
