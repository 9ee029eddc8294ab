#include "core/ending.h"

#include <stddef.h>
#include <string.h>

#include "core/verb_bit.h"

/* strerror(ECANCELED), which job.c gives to every job that was cancelled: the only
 * sign of it on a plain job, and on any job that is found concluded. */
#define CANCELED_ERROR "Operation canceled"

static const struct {
    const char *word, *how, *text, *wire;
    bool good, cancel;
} endings[JOB_ENDING_COUNT] = {
    [JOB_NOT_ENDED] = {"", "", "", NULL, false, false},
    [JOB_ENDED_DONE] = {"done", "", "done", "done", true, false},
    [JOB_ENDED_SWITCHED] = {"switched", "", "switched", "switched", true, false},
    [JOB_ENDED_STAYED] = {"stayed", "", "stayed", "stayed", true, false},
    [JOB_ENDED_EITHER] = {"done", "switched or stayed",
                          "done: switched or stayed, QEMU does not tell", "switched-or-stayed",
                          true, false},
    [JOB_ENDED_FAILED] = {"failed", "", "failed", "failed", false, false},
    [JOB_ENDED_CANCELLED] = {"cancelled", "by another client", "cancelled by another client",
                             "cancelled", false, true},
    [JOB_ENDED_CANCELLED_BY_US] = {"cancelled", "by you", "cancelled by you", "cancelled-by-us",
                                   false, true},
    [JOB_ENDED_CANCELLED_WITH_GROUP] = {"cancelled", "with its group",
                                        "cancelled with its group", "cancelled-with-group",
                                        false, true},
    [JOB_ENDED_UNKNOWN] = {"gone", "nobody saw how", "gone, nobody saw how", "unknown", false,
                           false},
};

bool ending_is_good(enum job_ending ending)
{
    return endings[ending].good;
}

bool ending_is_cancel(enum job_ending ending)
{
    return endings[ending].cancel;
}

const char *ending_word(enum job_ending ending)
{
    return endings[ending].word;
}

const char *ending_how(enum job_ending ending)
{
    return endings[ending].how;
}

const char *ending_text(enum job_ending ending)
{
    return endings[ending].text;
}

const char *ending_wire(enum job_ending ending)
{
    return endings[ending].wire;
}

/* ---- judging -------------------------------------------------------------------------------
 */

static bool is_ours(const struct job *job, enum verb verb)
{
    return ((job->asked | job->agreed) & VERB_BIT(verb)) != 0;
}

/* BLOCK_JOB_COMPLETED is never sent for a forced cancel: its error is the job's own.
 * So is any other text, whoever asked for a cancel meanwhile. */
static bool was_cancelled(const struct job *job)
{
    return job->forced_cancel ||
           (!job->completed && job->error && strcmp(job->error, CANCELED_ERROR) == 0);
}

static enum job_ending by_whom(const struct job *job)
{
    if (is_ours(job, VERB_CANCEL))
        return JOB_ENDED_CANCELLED_BY_US;
    return job->dragged ? JOB_ENDED_CANCELLED_WITH_GROUP : JOB_ENDED_CANCELLED;
}

/* Only a mirror and an active commit have two good ends. After a complete a stay is
 * accepted as well, but the job still switches over. */
static enum job_ending which_good(const struct job *job)
{
    if (!job->was_ready && job->type != JOB_TYPE_MIRROR)
        return JOB_ENDED_DONE;
    if (is_ours(job, VERB_COMPLETE))
        return JOB_ENDED_SWITCHED;
    return is_ours(job, VERB_STAY) ? JOB_ENDED_STAYED : JOB_ENDED_EITHER;
}

enum job_ending ending_of(const struct job *job)
{
    bool told = job->completed || job->outcome_told;
    bool concluded = job->status == JOB_STATUS_CONCLUDED || job->status == JOB_STATUS_NULL;

    if (was_cancelled(job))
        return by_whom(job);
    if ((told || concluded) && (job->error || (!told && job->was_aborting)))
        return JOB_ENDED_FAILED;
    if (told || (concluded && job->was_pending))
        return which_good(job);
    return JOB_ENDED_UNKNOWN;
}

enum job_ending ending_outcome(const struct job *job)
{
    if (job->ending != JOB_NOT_ENDED)
        return job->ending;
    if (job->status != JOB_STATUS_CONCLUDED && job->status != JOB_STATUS_NULL)
        return JOB_NOT_ENDED;
    return ending_of(job);
}

/* ---- figures -------------------------------------------------------------------------------
 */

/* When its life was over, or until when it was seen. One that is CONCLUDED only waits to
 * be dismissed. */
static int64_t last_ms(const struct job *job, int64_t now_ms)
{
    if (job->status == JOB_STATUS_CONCLUDED)
        return job->status_ms;
    if (job->ending == JOB_ENDED_UNKNOWN && job->told_ms != 0)
        return job->told_ms;
    return job->ending == JOB_NOT_ENDED ? now_ms : job->ended_ms;
}

/* When there was no more to do, or until when that was seen. */
static int64_t worked_until(const struct job *job, int64_t now_ms)
{
    if (job->ready_ms != 0)
        return job->ready_ms;
    if (job->worked_ms != 0)
        return job->worked_ms;
    return job->blind && job->told_ms != 0 ? job->told_ms : last_ms(job, now_ms);
}

int64_t ending_life_ms(const struct job *job, int64_t now_ms)
{
    return last_ms(job, now_ms) - job->seen_ms;
}

/* What was done before it was first seen took an unknown time. */
static int64_t worked_since(const struct job *job)
{
    return job->from_start ? job->seen_ms : job->first_ms;
}

int64_t ending_work_ms(const struct job *job, int64_t now_ms)
{
    return worked_until(job, now_ms) - worked_since(job);
}

bool ending_mean_rate(const struct job *job, int64_t now_ms, uint64_t *per_second)
{
    uint64_t before = job->from_start ? 0 : job->first_current;
    uint64_t done = job->ready_told ? job->ready_current : job->current;
    int64_t worked_ms = ending_work_ms(job, now_ms);
    double mean;

    if (!job_is_block(job) || !job->has_progress || done <= before || worked_ms <= 0)
        return false;
    mean = (double)(done - before) * 1000. / (double)worked_ms;
    *per_second = mean < 0x1p64 ? (uint64_t)mean : UINT64_MAX;
    return true;
}
