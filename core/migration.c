#include "core/migration.h"

#include <stdlib.h>
#include <string.h>

#include "core/converge.h"
#include "core/mem.h"

/* How a status counts: one row each, in the order of the enum. */
enum phase { PHASE_IDLE, PHASE_RUNNING, PHASE_ENDED };

/* Statuses in which the side that sends always has figures. */
static bool source_has_figures(enum migration_status status)
{
    return status == MIGRATION_ACTIVE || status == MIGRATION_PRE_SWITCHOVER ||
           status == MIGRATION_DEVICE || status == MIGRATION_COMPLETED ||
           migration_is_postcopy(status);
}

static const struct {
    const char *wire;
    enum phase phase;
    bool postcopy;
    enum migration_verdict verdict;
} statuses[MIGRATION_STATUS_COUNT] = {
    [MIGRATION_UNKNOWN] = {"?", PHASE_RUNNING, false, MIGRATION_UNTOLD},
    [MIGRATION_NONE] = {"none", PHASE_IDLE, false, MIGRATION_IDLE},
    [MIGRATION_SETUP] = {"setup", PHASE_RUNNING, false, MIGRATION_STARTING},
    [MIGRATION_WAIT_UNPLUG] = {"wait-unplug", PHASE_RUNNING, false, MIGRATION_STARTING},
    [MIGRATION_ACTIVE] = {"active", PHASE_RUNNING, false, MIGRATION_FIRST_PASS},
    [MIGRATION_PRE_SWITCHOVER] = {"pre-switchover", PHASE_RUNNING, false,
                                  MIGRATION_GUEST_STOPPED},
    [MIGRATION_DEVICE] = {"device", PHASE_RUNNING, false, MIGRATION_SWITCHING},
    [MIGRATION_POSTCOPY_DEVICE] = {"postcopy-device", PHASE_RUNNING, true, MIGRATION_SWITCHING},
    [MIGRATION_POSTCOPY_ACTIVE] = {"postcopy-active", PHASE_RUNNING, true, MIGRATION_POSTCOPY},
    [MIGRATION_POSTCOPY_PAUSED] = {"postcopy-paused", PHASE_RUNNING, true, MIGRATION_BROKEN},
    [MIGRATION_POSTCOPY_RECOVER_SETUP] = {"postcopy-recover-setup", PHASE_RUNNING, true,
                                          MIGRATION_RECOVERING},
    [MIGRATION_POSTCOPY_RECOVER] = {"postcopy-recover", PHASE_RUNNING, true,
                                    MIGRATION_RECOVERING},
    [MIGRATION_COLO] = {"colo", PHASE_RUNNING, false, MIGRATION_FOLLOWED},
    [MIGRATION_CANCELLING] = {"cancelling", PHASE_RUNNING, false, MIGRATION_ENDING},
    [MIGRATION_CANCELLED] = {"cancelled", PHASE_ENDED, false, MIGRATION_ENDED_CANCELLED},
    [MIGRATION_FAILING] = {"failing", PHASE_RUNNING, false, MIGRATION_ENDING},
    [MIGRATION_FAILED] = {"failed", PHASE_ENDED, false, MIGRATION_ENDED_FAILED},
    [MIGRATION_COMPLETED] = {"completed", PHASE_ENDED, false, MIGRATION_ENDED_DONE},
};

static const char *const verdicts[MIGRATION_VERDICT_COUNT] = {
    [MIGRATION_IDLE] = "none",
    [MIGRATION_STARTING] = "starting",
    [MIGRATION_FIRST_PASS] = "first pass",
    [MIGRATION_UNJUDGED] = "not judged yet",
    [MIGRATION_CONVERGING] = "converging",
    [MIGRATION_SLOWLY] = "converging slowly",
    [MIGRATION_NOT_CONVERGING] = "will not converge",
    [MIGRATION_LIMITED] = "held by the downtime limit",
    [MIGRATION_GUEST_STOPPED] = "GUEST STOPPED, waits for continue",
    [MIGRATION_SWITCHING] = "switching over",
    [MIGRATION_POSTCOPY] = "postcopy: the destination runs",
    [MIGRATION_BROKEN] = "postcopy broken: recover it",
    [MIGRATION_RECOVERING] = "recovering",
    [MIGRATION_ENDING] = "ending",
    [MIGRATION_ENDED_CANCELLED] = "cancelled",
    [MIGRATION_ENDED_FAILED] = "failed",
    [MIGRATION_ENDED_DONE] = "done",
    [MIGRATION_ENDED_UNKNOWN] = "gone, nobody saw how",
    [MIGRATION_INCOMING] = "incoming",
    [MIGRATION_FOLLOWED] = "colo: the destination follows",
    [MIGRATION_UNTOLD] = "unknown",
};

void migration_init(struct migration *migration)
{
    *migration = (struct migration){.status = MIGRATION_NONE};
}

static void forget_run(struct migration *migration)
{
    free(migration->status_name);
    free(migration->error);
    free(migration->blocked);
    free(migration->course);
}

void migration_release(struct migration *migration)
{
    forget_run(migration);
    migration_init(migration);
}

enum migration_status migration_status_parse(const char *wire)
{
    for (int i = MIGRATION_NONE; i < MIGRATION_STATUS_COUNT; i++)
        if (strcmp(wire, statuses[i].wire) == 0)
            return (enum migration_status)i;
    return MIGRATION_UNKNOWN;
}

const char *migration_status_wire(enum migration_status status)
{
    return statuses[status].wire;
}

const char *migration_status_text(const struct migration *migration)
{
    if (migration->gone)
        return "gone";
    return migration->status_name ? migration->status_name : statuses[migration->status].wire;
}

bool migration_is_shown(const struct migration *migration)
{
    return migration->uid != 0 && !migration->dismissed;
}

bool migration_is_moving(const struct migration *migration)
{
    return statuses[migration->status].phase == PHASE_RUNNING && !migration->gone;
}

bool migration_is_ended(const struct migration *migration)
{
    return statuses[migration->status].phase == PHASE_ENDED || migration->gone;
}

bool migration_is_sending(const struct migration *migration)
{
    if (migration->gone)
        return false;
    switch (migration->status) {
    case MIGRATION_ACTIVE:
    case MIGRATION_DEVICE:
    case MIGRATION_POSTCOPY_DEVICE:
    case MIGRATION_POSTCOPY_ACTIVE:
    case MIGRATION_UNKNOWN:
        return migration->has_ram;
    case MIGRATION_NONE:
    case MIGRATION_SETUP:
    case MIGRATION_WAIT_UNPLUG:
    case MIGRATION_PRE_SWITCHOVER:
    case MIGRATION_POSTCOPY_PAUSED:
    case MIGRATION_POSTCOPY_RECOVER_SETUP:
    case MIGRATION_POSTCOPY_RECOVER:
    case MIGRATION_COLO:
    case MIGRATION_CANCELLING:
    case MIGRATION_CANCELLED:
    case MIGRATION_FAILING:
    case MIGRATION_FAILED:
    case MIGRATION_COMPLETED:
    case MIGRATION_STATUS_COUNT:
        break;
    }
    return false;
}

bool migration_is_postcopy(enum migration_status status)
{
    return statuses[status].postcopy;
}

/* A run begins when something moves (or is first seen at its end) after nothing
 * did. What the owner set up (limits, capabilities) outlives the run. */
static void begin_run(struct migration *migration, uint64_t uid, int64_t now_ms)
{
    struct migration_limits limits = migration->limits;
    struct migration_capabilities capabilities = migration->capabilities;

    migration_release(migration);
    migration->limits = limits;
    migration->capabilities = capabilities;
    migration->uid = uid;
    migration->started_ms = now_ms;
}

static bool is_status(const struct migration *migration, enum migration_status status,
                      const char *wire)
{
    return status == migration->status &&
           (status != MIGRATION_UNKNOWN ||
            (migration->status_name && strcmp(migration->status_name, wire) == 0));
}

static bool begins_anew(const struct migration *migration, enum migration_status status)
{
    return !migration_is_moving(migration) &&
           (migration->uid == 0 || migration->idle || statuses[status].phase == PHASE_RUNNING);
}

static bool lose(struct migration *migration, int64_t now_ms)
{
    bool moved = migration->uid != 0 && migration_is_moving(migration);

    if (moved) {
        migration->gone = true;
        migration->ended_ms = migration->status_ms = now_ms;
    }
    migration->idle = true;
    return moved;
}

/* QEMU tells of none. One that ended stays to be read; one that only an event told of
 * never was (7.2 says "setup" when the destination begins to listen). */
static bool enter_none(struct migration *migration, int64_t now_ms)
{
    if (migration->uid != 0 && migration_is_moving(migration) && !migration->told) {
        begin_run(migration, 0, now_ms);
        migration->status = MIGRATION_NONE;
        return true;
    }
    return lose(migration, now_ms);
}

static bool enter_status(struct migration *migration, const char *wire, uint64_t uid,
                         int64_t now_ms)
{
    enum migration_status status = migration_status_parse(wire);
    bool anew = begins_anew(migration, status);

    if (status == MIGRATION_NONE)
        return enter_none(migration, now_ms);
    if (is_status(migration, status, wire) && !anew)
        return false;
    if (anew)
        begin_run(migration, uid, now_ms);
    migration->status = status;
    mem_set(&migration->status_name, status == MIGRATION_UNKNOWN ? wire : NULL);
    migration->status_ms = now_ms;
    if (statuses[status].phase == PHASE_ENDED)
        migration->ended_ms = now_ms;
    return true;
}

/* Two readings in a row have to agree before a judgement of the trend makes way for
 * another. One that is hindered either way is so since it first was. */
static void note_verdict(struct migration *migration, int64_t now_ms)
{
    enum migration_verdict verdict = migration_verdict(migration), before = migration->noted;
    bool again = migration->candidate == verdict;

    migration->candidate = verdict;
    if (verdict == before ||
        (converge_is_judged(verdict) && converge_is_judged(before) && !again))
        return;
    migration->noted = verdict;
    if (!converge_is_hindered(verdict) || !converge_is_hindered(before))
        migration->noted_ms = now_ms;
}

bool migration_lose(struct migration *migration, int64_t now_ms)
{
    bool ended = lose(migration, now_ms);

    note_verdict(migration, now_ms);
    return ended;
}

bool migration_set_status(struct migration *migration, const char *wire, uint64_t uid,
                          int64_t now_ms)
{
    bool changed = enter_status(migration, wire, uid, now_ms);

    note_verdict(migration, now_ms);
    return changed;
}

/* A reading that QEMU took in a new pass. The first reading of a pass is what
 * the pass has to send; that is what tells convergence. */
static void note_pass(struct migration *migration, int64_t now_ms)
{
    struct migration_course *course = migration->course;

    if (!migration->has_ram || migration->status != MIGRATION_ACTIVE)
        return;
    size_t n = course->pass_count;
    if (n > 0 && course->passes[n - 1].pass == migration->pass)
        return;
    if (n == MIGRATION_PASSES) {
        memmove(course->passes, course->passes + 1,
                (MIGRATION_PASSES - 1) * sizeof(course->passes[0]));
        n--;
    }
    course->passes[n] = (struct migration_pass){
        .pass = migration->pass, .remaining = migration->remaining, .at_ms = now_ms};
    course->pass_count = n + 1;
}

static uint64_t megabits_to_bytes(double mbps)
{
    if (!(mbps > 0))
        return 0;
    if (mbps > 1e12)
        mbps = 1e12;
    return (uint64_t)(mbps * 125000.0);
}

static uint64_t multiply(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static void take_figures(struct migration *migration, const struct migration_report *report)
{
    migration->has_ram = report->has_ram;
    if (report->has_ram) {
        migration->total = report->total;
        migration->transferred = report->transferred;
        migration->remaining = report->remaining;
        migration->bytes_per_second = megabits_to_bytes(report->mbps);
        /* In postcopy the guest is elsewhere, and what QEMU tells is the last of pre-copy. */
        migration->dirty_bytes_per_second =
            migration_is_postcopy(migration->status)
                ? 0
                : multiply(report->dirty_pages_per_second, report->page_size);
        migration->pass = report->pass;
        if (!migration->course)
            migration->course = mem_alloc(1, sizeof(*migration->course));
        rate_add(&migration->course->pace, migration->seen_ms,
                 report->total > report->remaining ? report->total - report->remaining : 0,
                 report->total);
        migration->postcopy_requests = report->postcopy_requests;
    }
    migration->has_expected_downtime = report->has_expected_downtime;
    migration->expected_downtime = report->expected_downtime;
    migration->has_downtime = report->has_downtime;
    migration->downtime = report->downtime;
    migration->has_throttle = report->has_throttle;
    migration->throttle_percent = report->throttle_percent;
    if (report->has_total_time)
        migration->total_time = report->total_time;
    if (report->has_setup_time)
        migration->setup_time = report->setup_time;
}

bool migration_update(struct migration *migration, const struct migration_report *report,
                      uint64_t uid, int64_t now_ms)
{
    bool first_look = migration->seen_ms == 0;
    bool changed =
        enter_status(migration, report->status ? report->status : "none", uid, now_ms);

    migration->seen_ms = now_ms;
    migration->told |= report->status != NULL;
    migration->dismissed &= !migration_is_moving(migration);
    mem_set_cut(&migration->blocked, report->blocked, MIGRATION_TEXT_MAX);
    mem_set_cut(&migration->error, report->error, MIGRATION_TEXT_MAX);
    /* A failed or cancelled migration tells no figures any more; the last ones
     * say how far it came. */
    if (report->has_ram || !migration_is_ended(migration))
        take_figures(migration, report);
    /* Only the side that sends has a total time or memory figures. */
    if (report->has_ram || report->has_total_time)
        migration->incoming = false;
    else if (report->listens || source_has_figures(migration->status))
        migration->incoming = true;
    /* What a QEMU once began with is no news. */
    if (first_look && migration->incoming && migration->status == MIGRATION_COMPLETED)
        migration->dismissed = true;
    note_pass(migration, now_ms);
    note_verdict(migration, now_ms);
    return changed;
}

static enum migration_verdict trend(const struct migration *migration)
{
    const struct migration_course *course = migration->course;

    return converge_judge(&(struct converge){
        .pass = migration->pass,
        .passes = course ? course->passes : NULL,
        .count = course ? course->pass_count : 0,
        .dirty = migration->dirty_bytes_per_second,
        .sent = migration->bytes_per_second,
        .has_expected = migration->has_expected_downtime,
        .has_limit = migration->limits.known,
        .expected = migration->expected_downtime,
        .limit = migration->limits.downtime_limit,
    });
}

enum migration_verdict migration_verdict(const struct migration *migration)
{
    bool active = migration->status == MIGRATION_ACTIVE;

    if (migration->gone)
        return MIGRATION_ENDED_UNKNOWN;
    if (migration->incoming && (active || migration->status == MIGRATION_SETUP))
        return MIGRATION_INCOMING;
    return active ? trend(migration) : statuses[migration->status].verdict;
}

const char *migration_verdict_text(enum migration_verdict verdict)
{
    return verdicts[verdict];
}
