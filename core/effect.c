#include "core/effect.h"

#include "core/ending.h"

/* Done, or concluded so that it will be. */
static bool ended_well(const struct job *job)
{
    return ending_is_good(ending_outcome(job));
}

static bool ended_at_all(const struct job *job)
{
    return job->ending != JOB_NOT_ENDED || job->status == JOB_STATUS_CONCLUDED;
}

static bool is_finishing(const struct job *job)
{
    return job->status == JOB_STATUS_WAITING || job->status == JOB_STATUS_PENDING;
}

static enum effect of_pause(const struct job *job)
{
    if (ended_at_all(job) || is_finishing(job) || job->status == JOB_STATUS_ABORTING)
        return EFFECT_OVERTAKEN;
    return job_is_paused(job) ? EFFECT_SEEN : EFFECT_OPEN;
}

static enum effect of_resume(const struct job *job)
{
    if (ended_well(job) || is_finishing(job))
        return EFFECT_SEEN;
    if (ended_at_all(job) || job->status == JOB_STATUS_ABORTING)
        return EFFECT_OVERTAKEN;
    return job_is_paused(job) || job_is_pausing(job) ? EFFECT_OPEN : EFFECT_SEEN;
}

/* Complete and stay. WAITING and PENDING are no proof: the pivot comes after
 * them and can fail; only a job that will not go on by itself has done its part. */
static enum effect of_finish(const struct job *job)
{
    if (ended_at_all(job))
        return ended_well(job) ? EFFECT_SEEN : EFFECT_OVERTAKEN;
    return job->status == JOB_STATUS_PENDING && job->auto_finalize == JOB_NO ? EFFECT_SEEN
                                                                             : EFFECT_OPEN;
}

static enum effect of_cancel(const struct job *job)
{
    if (job->forced_cancel || ending_is_cancel(ending_outcome(job)))
        return EFFECT_SEEN;
    if (ended_at_all(job))
        return EFFECT_OVERTAKEN;
    return job->status == JOB_STATUS_ABORTING ? EFFECT_SEEN : EFFECT_OPEN;
}

static enum effect of_finalize(const struct job *job)
{
    if (!ended_at_all(job))
        return EFFECT_OPEN;
    return ended_well(job) ? EFFECT_SEEN : EFFECT_OVERTAKEN;
}

static enum effect of_dismiss(const struct job *job)
{
    return job->ending == JOB_NOT_ENDED ? EFFECT_OPEN : EFFECT_SEEN;
}

/* QEMU sets a limit and a copy mode before it answers. */
static enum effect of_setting(const struct job *job)
{
    return job->ending == JOB_NOT_ENDED ? EFFECT_SEEN : EFFECT_OVERTAKEN;
}

static enum effect (*const effects[VERB_COUNT])(const struct job *job) = {
    [VERB_PAUSE] = of_pause,     [VERB_RESUME] = of_resume, [VERB_COMPLETE] = of_finish,
    [VERB_STAY] = of_finish,     [VERB_CANCEL] = of_cancel, [VERB_FINALIZE] = of_finalize,
    [VERB_DISMISS] = of_dismiss, [VERB_LIMIT] = of_setting, [VERB_CHANGE] = of_setting,
};

enum effect effect_of(enum verb verb, const struct job *job)
{
    return effects[verb](job);
}
