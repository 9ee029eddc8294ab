#include "core/verb.h"

#include "core/ending.h"

/* clang-format off */
/* JobVerbTable of QEMU's job.c; the columns are our JobStatus:
 * (u)nknown, (U)ndefined, (C)reated, (R)unning, (P)aused, read(Y), (S)tandby,
 * (W)aiting, pen(D)ing, (X) aborting, conclud(E)d, (N)ull */
static const bool verb_table[VERB_COUNT][JOB_STATUS_COUNT] = {
    /*                    u  U  C  R  P  Y  S  W  D  X  E  N */
    [VERB_PAUSE]      = { 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0 },
    [VERB_RESUME]     = { 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0 },
    [VERB_COMPLETE]   = { 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0 },
    [VERB_STAY]       = { 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0 },
    [VERB_CANCEL]     = { 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0 },
    [VERB_FINALIZE]   = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0 },
    [VERB_DISMISS]    = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0 },
    [VERB_LIMIT]      = { 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0 },
    [VERB_CHANGE]     = { 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0 },
};
/* clang-format on */

bool verb_status_accepts(enum verb verb, enum job_status status)
{
    return verb_table[verb][status];
}

/* What has nothing to do with the job's type or status. */
static enum verb_answer check_surroundings(const struct job *job, enum verb verb,
                                           const struct verb_context *context)
{
    if (context->read_only)
        return VERB_READ_ONLY;
    if (job->ending != JOB_NOT_ENDED)
        return VERB_ENDED;
    if (!context->link_up && context->silent)
        return VERB_SILENT;
    if (!context->link_up)
        return context->unasked ? VERB_NOT_ASKED : VERB_LINK_DOWN;
    if (!context->offered_known)
        return VERB_NOT_TOLD;
    return context->offered & VERB_BIT(verb) ? VERB_LIT : VERB_NOT_OFFERED;
}

/* What this type of job can never do. Of a type that is not known only those
 * verbs are held back that would do something else than they say. */
static enum verb_answer check_type(const struct job *job, enum verb verb)
{
    bool plain = job_is_plain(job);
    bool pivots = job->type == JOB_TYPE_MIRROR || job->type == JOB_TYPE_COMMIT;

    switch (verb) {
    case VERB_PAUSE:
        return plain ? VERB_CANNOT_PAUSE : VERB_LIT;
    case VERB_COMPLETE:
        return pivots || job->type == JOB_TYPE_UNKNOWN ? VERB_LIT : VERB_NO_PIVOT;
    case VERB_STAY:
        if (plain)
            return VERB_NOT_BLOCK_JOB;
        return pivots ? VERB_LIT : VERB_NO_PIVOT;
    case VERB_LIMIT:
        return job_is_block(job) ? VERB_LIT : VERB_NOT_BLOCK_JOB;
    case VERB_CHANGE:
        return job->type == JOB_TYPE_MIRROR ? VERB_LIT : VERB_NOT_MIRROR;
    case VERB_RESUME:
    case VERB_CANCEL:
    case VERB_FINALIZE:
    case VERB_DISMISS:
    case VERB_COUNT:
        break;
    }
    return VERB_LIT;
}

/* Pause state: job.c counts a pause that is asked for but not reached as one. */
static enum verb_answer check_pause(const struct job *job, enum verb verb)
{
    bool paused = job_is_paused(job) || job_is_pausing(job);

    if (verb == VERB_PAUSE && paused)
        return VERB_ALREADY_PAUSED;
    if (verb == VERB_STAY && paused && job_is_ready(job))
        return VERB_NEEDS_RESUME;
    if (verb != VERB_RESUME || job->status == JOB_STATUS_UNKNOWN)
        return VERB_LIT;
    if (!paused)
        return VERB_NOT_PAUSED;
    /* Nobody can pause a plain job, so this pause is QEMU's own. */
    return job_is_plain(job) ? VERB_HELD_BY_QEMU : VERB_LIT;
}

static enum verb_answer check_status(const struct job *job, enum verb verb)
{
    if (!verb_status_accepts(verb, job->status))
        return VERB_WRONG_STATUS;
    if (verb != VERB_STAY || job_is_ready(job))
        return VERB_LIT;
    return job_holds_work(job) ? VERB_WRONG_STATUS : VERB_NOT_READY;
}

/* Endings that were accepted: a cancel overtakes the two others, nothing can
 * overtake a cancel. After a stay job.c refuses to complete; after a complete a
 * stay is accepted, but mirror.c still switches over. */
static enum verb_answer check_endings(const struct job *job, enum verb verb)
{
    if (verb == VERB_DISMISS)
        return VERB_LIT;
    if (job->cancelling)
        return verb == VERB_CANCEL ? VERB_IN_FLIGHT : VERB_ENDING;
    if ((verb == VERB_COMPLETE && job->completing) || (verb == VERB_STAY && job->staying))
        return VERB_IN_FLIGHT;
    if ((verb == VERB_COMPLETE && job->staying) || (verb == VERB_STAY && job->completing))
        return VERB_ENDING;
    return VERB_LIT;
}

enum verb_answer verb_check(const struct job *job, enum verb verb,
                            const struct verb_context *context)
{
    enum verb_answer answer = check_surroundings(job, verb, context);

    if (answer == VERB_LIT)
        answer = check_type(job, verb);
    if (answer == VERB_LIT)
        answer = check_pause(job, verb);
    if (answer == VERB_LIT)
        answer = check_status(job, verb);
    if (answer == VERB_LIT)
        answer = check_endings(job, verb);
    return answer;
}

uint32_t verb_lit(const struct job *job, const struct verb_context *context)
{
    uint32_t lit = 0;

    for (enum verb verb = 0; verb < VERB_COUNT; verb++)
        if (verb_check(job, verb, context) == VERB_LIT)
            lit |= VERB_BIT(verb);
    return lit;
}

enum verb_tier verb_tier(const struct job *job, enum verb verb)
{
    switch (verb) {
    case VERB_COMPLETE:
    case VERB_STAY:
    case VERB_FINALIZE:
    case VERB_CHANGE:
        return VERB_TIER_ASK;
    case VERB_CANCEL:
        return job_holds_work(job) ? VERB_TIER_TYPE : VERB_TIER_ASK;
    case VERB_DISMISS:
        return ending_outcome(job) == JOB_ENDED_FAILED ? VERB_TIER_ASK : VERB_TIER_AT_ONCE;
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_LIMIT:
    case VERB_COUNT:
        break;
    }
    return VERB_TIER_AT_ONCE;
}
