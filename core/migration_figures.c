#include <inttypes.h>
#include <stdio.h>

#include "core/format.h"
#include "core/migration.h"

/* What the figures of a migration come to: reasons, progress, times. */

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
    enum migration_verdict verdict = migration->noted;

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
    const struct migration_course *course = migration->course;
    int64_t by_pace_ms;
    double seconds;

    if (!migration_is_sending(migration) || migration->bytes_per_second == 0 ||
        migration->remaining == 0)
        return false;
    seconds = (double)migration->remaining / (double)migration->bytes_per_second;
    if (seconds > 1e12)
        return false;
    *eta_ms = (int64_t)(seconds * 1000.0);
    if (course && rate_eta(&course->pace, migration->seen_ms, &by_pace_ms) &&
        by_pace_ms < *eta_ms)
        *eta_ms = by_pace_ms;
    return true;
}
