#include "tui/once.h"

#include "core/fleet.h"

void once_init(struct once *once, struct fleet *fleet, int64_t now_ms)
{
    *once = (struct once){.begin_ms = now_ms};
    fleet->delay_ms = ONCE_DELAY_MS;
}

/* Its jobs were told, or told in vain, and the next question is a routine one, some time
 * off. */
static bool is_answered(const struct target *target, int64_t now_ms)
{
    int64_t at_ms = target_ask_at(target);
    bool told = target->jobs_known || target->unusable & 1u << TARGET_ASK_JOBS;
    return told && !target->asking && (at_ms < 0 || at_ms > now_ms + TARGET_EAGER_MS);
}

static bool target_is_settled(const struct target *target, int64_t now_ms)
{
    switch (target->link) {
    case TARGET_UP:
        return is_answered(target, now_ms);
    case TARGET_CONNECTING:
    case TARGET_STALE:
        return false;
    case TARGET_AWAY:
    case TARGET_BUSY:
    case TARGET_FAILED:
    case TARGET_CLOSED:
    case TARGET_LINK_COUNT:
        break;
    }
    return true;
}

static bool fleet_is_settled(const struct fleet *fleet, int64_t now_ms)
{
    for (size_t i = 0; i < fleet->target_count; i++)
        if (!target_is_settled(fleet->targets[i], now_ms))
            return false;
    return true;
}

/* A job whose rate can be told in a moment but is not known yet. */
static bool wants_rate(const struct target *target, const struct job *job, int64_t now_ms)
{
    uint64_t per_second;
    return target_is_at_hand(target) && job->ending == JOB_NOT_ENDED && job_is_moving(job) &&
           job_is_block(job) && !rate_per_second(&job->rate, now_ms, &per_second);
}

/* PENDING for too short a time to say that it waits for somebody. */
static bool may_pass(const struct job *job, int64_t now_ms)
{
    return job->ending == JOB_NOT_ENDED && job_may_want_finalize(job, now_ms);
}

static bool is_all_told(const struct once *once, const struct fleet *fleet, int64_t now_ms)
{
    for (size_t i = 0; i < fleet->target_count; i++) {
        const struct target *target = fleet->targets[i];
        for (size_t k = 0; k < target->job_count; k++)
            if (may_pass(target->jobs[k], now_ms) ||
                (!once->still && wants_rate(target, target->jobs[k], now_ms)))
                return false;
    }
    return true;
}

bool once_is_done(struct once *once, struct fleet *fleet, int64_t now_ms)
{
    fleet_tick(fleet, now_ms);
    if (now_ms - once->begin_ms >= ONCE_PATIENCE_MS)
        return true;
    if (once->settled_ms == 0 && !fleet_is_settled(fleet, now_ms))
        return false;
    if (once->settled_ms == 0)
        once->settled_ms = now_ms;
    return now_ms - once->settled_ms >= ONCE_MOTION_MS || is_all_told(once, fleet, now_ms);
}
