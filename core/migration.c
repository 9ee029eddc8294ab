#include "core/migration.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
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
    [MIGRATION_COLO] = {"colo", PHASE_RUNNING, false, MIGRATION_UNTOLD},
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
    [MIGRATION_INCOMING] = "incoming",
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
    return migration->status_name ? migration->status_name : statuses[migration->status].wire;
}

bool migration_is_shown(const struct migration *migration)
{
    return migration->uid != 0 && !migration->dismissed;
}

bool migration_is_moving(const struct migration *migration)
{
    return statuses[migration->status].phase == PHASE_RUNNING;
}

bool migration_is_ended(const struct migration *migration)
{
    return statuses[migration->status].phase == PHASE_ENDED;
}

bool migration_is_sending(const struct migration *migration)
{
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

static bool enter_status(struct migration *migration, const char *wire, uint64_t uid,
                         int64_t now_ms)
{
    enum migration_status status = migration_status_parse(wire);

    if (status == migration->status &&
        (status != MIGRATION_UNKNOWN ||
         (migration->status_name && strcmp(migration->status_name, wire) == 0)))
        return false;
    if (statuses[status].phase != PHASE_IDLE && !migration_is_moving(migration) &&
        (migration->uid == 0 || statuses[status].phase == PHASE_RUNNING))
        begin_run(migration, uid, now_ms);
    migration->status = status;
    mem_set(&migration->status_name, status == MIGRATION_UNKNOWN ? wire : NULL);
    migration->status_ms = now_ms;
    if (statuses[status].phase == PHASE_ENDED)
        migration->ended_ms = now_ms;
    return true;
}

static void note_verdict(struct migration *migration, int64_t now_ms)
{
    enum migration_verdict verdict = migration_verdict(migration);

    if (verdict == migration->noted)
        return;
    migration->noted = verdict;
    migration->noted_ms = now_ms;
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
    size_t n = migration->pass_count;

    if (!migration->has_ram || migration->status != MIGRATION_ACTIVE)
        return;
    if (n > 0 && migration->passes[n - 1].pass == migration->pass)
        return;
    if (n == MIGRATION_PASSES) {
        memmove(migration->passes, migration->passes + 1,
                (MIGRATION_PASSES - 1) * sizeof(migration->passes[0]));
        n--;
    }
    migration->passes[n] = (struct migration_pass){
        .pass = migration->pass, .remaining = migration->remaining, .at_ms = now_ms};
    migration->pass_count = n + 1;
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
        migration->dirty_bytes_per_second =
            multiply(report->dirty_pages_per_second, report->page_size);
        migration->pass = report->pass;
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
    mem_set_cut(&migration->blocked, report->blocked, MIGRATION_TEXT_MAX);
    mem_set_cut(&migration->error, report->error, MIGRATION_TEXT_MAX);
    /* A failed or cancelled migration tells no figures any more; the last ones
     * say how far it came. */
    if (report->has_ram || !migration_is_ended(migration))
        take_figures(migration, report);
    /* Only the side that sends has a total time or memory figures. */
    if (report->has_ram || report->has_total_time)
        migration->incoming = false;
    else if (source_has_figures(migration->status))
        migration->incoming = true;
    /* What a QEMU once began with is no news. */
    if (first_look && migration->incoming && migration->status == MIGRATION_COMPLETED)
        migration->dismissed = true;
    note_pass(migration, now_ms);
    note_verdict(migration, now_ms);
    return changed;
}

/* From the third pass on what each pass has to send tells where it goes. */
static enum migration_verdict trend(const struct migration *migration)
{
    size_t n = migration->pass_count;
    const struct migration_pass *passes = migration->passes;

    if (migration->pass < 2 || n < 2)
        return MIGRATION_FIRST_PASS;
    if (migration->dirty_bytes_per_second > 0 &&
        migration->dirty_bytes_per_second >= migration->bytes_per_second)
        return MIGRATION_NOT_CONVERGING;
    if (n >= 4 && passes[n - 1].remaining >= passes[n - 4].remaining) {
        /* Small remainders every pass: it could switch over, were it allowed
         * to stop the guest for a little longer. */
        if (migration->has_expected_downtime && migration->limits.known &&
            migration->expected_downtime > migration->limits.downtime_limit)
            return MIGRATION_LIMITED;
        return MIGRATION_NOT_CONVERGING;
    }
    if (passes[n - 1].remaining > passes[n - 2].remaining / 10 * 9)
        return MIGRATION_SLOWLY;
    return MIGRATION_CONVERGING;
}

enum migration_verdict migration_verdict(const struct migration *migration)
{
    if (migration->incoming && migration->status == MIGRATION_ACTIVE)
        return MIGRATION_INCOMING;
    if (migration->status == MIGRATION_ACTIVE)
        return trend(migration);
    return statuses[migration->status].verdict;
}

const char *migration_verdict_text(enum migration_verdict verdict)
{
    return verdicts[verdict];
}

static void say_race(const struct migration *migration, char *dst, size_t size)
{
    char dirty[FORMAT_SIZE], sent[FORMAT_SIZE];

    snprintf(dst, size, "the guest dirties %s, %s are sent",
             format_rate(dirty, migration->dirty_bytes_per_second),
             format_rate(sent, migration->bytes_per_second));
}

static void say_downtime(const struct migration *migration, char *dst, size_t size)
{
    snprintf(dst, size,
             "switching over would stop the guest for %" PRIu64 " ms, the limit is %" PRIu64
             " ms",
             migration->expected_downtime, migration->limits.downtime_limit);
}

void migration_reason(const struct migration *migration, char *dst, size_t size)
{
    enum migration_verdict verdict = migration_verdict(migration);

    dst[0] = '\0';
    if (migration->error && (verdict == MIGRATION_ENDED_FAILED || verdict == MIGRATION_BROKEN ||
                             verdict == MIGRATION_ENDED_CANCELLED))
        snprintf(dst, size, "%s", migration->error);
    else if (verdict == MIGRATION_LIMITED)
        say_downtime(migration, dst, size);
    else if (verdict == MIGRATION_NOT_CONVERGING || verdict == MIGRATION_SLOWLY ||
             verdict == MIGRATION_CONVERGING)
        say_race(migration, dst, size);
    else if (verdict == MIGRATION_IDLE && migration->blocked)
        snprintf(dst, size, "blocked: %s", migration->blocked);
}

bool migration_duration(const struct migration *migration, int64_t now_ms, int64_t *ms)
{
    bool ended = migration_is_ended(migration);
    bool seen = !ended || migration->ended_ms > migration->started_ms;

    if (migration->total_time > 0 && migration->total_time <= INT64_MAX)
        *ms = (int64_t)migration->total_time;
    else
        *ms = (ended ? migration->ended_ms : now_ms) - migration->started_ms;
    return migration->total_time > 0 || seen;
}

int migration_permille(const struct migration *migration)
{
    if (migration->status == MIGRATION_COMPLETED)
        return 1000;
    if (!migration->has_ram || migration->total == 0)
        return -1;
    if (migration->remaining >= migration->total)
        return 0;
    return 1000 - (int)((double)migration->remaining / (double)migration->total * 1000.0);
}

bool migration_eta(const struct migration *migration, int64_t *eta_ms)
{
    double seconds;

    if (!migration_is_sending(migration) || migration->bytes_per_second == 0 ||
        migration->remaining == 0)
        return false;
    seconds = (double)migration->remaining / (double)migration->bytes_per_second;
    if (seconds > 1e12)
        return false;
    *eta_ms = (int64_t)(seconds * 1000.0);
    return true;
}
