#include "core/motion.h"

#include "core/ending.h"
#include "core/target.h"

/* 0/1 under way; 1/1 of a plain job that failed, or all the bytes of one that was
 * cancelled when it had them, would look like success. */
static bool means_nothing(const struct job *job)
{
    enum job_ending outcome = ending_outcome(job);

    if (job->current < job->total)
        return job_is_plain(job);
    return outcome != JOB_NOT_ENDED && !ending_is_good(outcome);
}

int motion_permille(const struct job *job)
{
    if (!job->has_progress || job->total == 0 || means_nothing(job) || job_is_ready(job))
        return -1;
    if (job->current >= job->total)
        return 1000;
    return (int)((long double)job->current / (long double)job->total * 1000);
}

static bool moves_in_sight(const struct target *target, const struct job *job)
{
    bool moves = job->status == JOB_STATUS_RUNNING || job->status == JOB_STATUS_READY;

    return moves && job->ending == JOB_NOT_ENDED && target_is_fresh(target);
}

bool motion_rate(const struct target *target, const struct job *job, int64_t now_ms,
                 uint64_t *per_second)
{
    if (!moves_in_sight(target, job) || !job_is_block(job) ||
        !rate_per_second(&job->rate, now_ms, per_second))
        return false;
    if (job_is_ready(job) && rate_flat_ms(&job->rate, now_ms) > RATE_WINDOW_MS)
        *per_second = 0;
    return true;
}

bool motion_eta(const struct target *target, const struct job *job, int64_t now_ms,
                int64_t *eta_ms)
{
    return moves_in_sight(target, job) && !job_is_ready(job) &&
           rate_eta(&job->rate, now_ms, eta_ms);
}
