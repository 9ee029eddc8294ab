#include "core/ending.h"
#include "core/verb.h"

#include <stddef.h>

static const char *const verb_names[VERB_COUNT] = {
    [VERB_PAUSE] = "pause",     [VERB_RESUME] = "resume", [VERB_COMPLETE] = "complete",
    [VERB_STAY] = "stay",       [VERB_CANCEL] = "cancel", [VERB_FINALIZE] = "finalize",
    [VERB_DISMISS] = "dismiss", [VERB_LIMIT] = "limit",   [VERB_CHANGE] = "change",
};

const char *verb_name(enum verb verb)
{
    return verb_names[verb];
}

/* ---- what will happen -------------------------------------------------------------------- */

static bool is_commit(const struct job *job)
{
    return job->type == JOB_TYPE_COMMIT;
}

static bool is_mirror(const struct job *job)
{
    return job->type == JOB_TYPE_MIRROR;
}

static bool is_backup(const struct job *job)
{
    return job->type == JOB_TYPE_BACKUP;
}

static bool is_stream(const struct job *job)
{
    return job->type == JOB_TYPE_STREAM;
}

static bool is_held_up(const struct job *job)
{
    return job_is_paused(job) || job_is_pausing(job);
}

static bool is_held_up_commit(const struct job *job)
{
    return is_held_up(job) && is_commit(job);
}

static bool is_held_up_mirror(const struct job *job)
{
    return is_held_up(job) && is_mirror(job);
}

static bool is_asked_to_complete(const struct job *job)
{
    return job->completing;
}

static bool is_copied_mirror(const struct job *job)
{
    return job_holds_work(job) && is_mirror(job);
}

static bool is_copied_backup(const struct job *job)
{
    return job_holds_work(job) && is_backup(job);
}

static bool is_merged_commit(const struct job *job)
{
    return job_holds_work(job) && is_commit(job);
}

/* What a mirror or an active commit in PENDING was told to do, if that was told from here. */
static bool was_told(const struct job *job, enum verb verb)
{
    return job->agreed & VERB_BIT(verb);
}

static bool is_completed_mirror(const struct job *job)
{
    return was_told(job, VERB_COMPLETE) && is_mirror(job);
}

static bool is_completed_commit(const struct job *job)
{
    return was_told(job, VERB_COMPLETE) && is_commit(job);
}

static bool is_staying_mirror(const struct job *job)
{
    return was_told(job, VERB_STAY) && is_mirror(job);
}

static bool is_staying_commit(const struct job *job)
{
    return was_told(job, VERB_STAY) && is_commit(job);
}

static bool is_active_commit(const struct job *job)
{
    return job->was_ready && is_commit(job);
}

static bool has_failed(const struct job *job)
{
    return ending_outcome(job) == JOB_ENDED_FAILED;
}

/* The first row that fits says what happens; the last row of a verb has no
 * condition. Capitals stand where work is lost. */
static const struct {
    enum verb verb;
    bool (*when)(const struct job *job); /* NULL = always */
    const char *text;
} consequences[] = {
    {VERB_PAUSE, job_is_ready, "hold it: the copy falls behind until it is resumed"},
    {VERB_PAUSE, NULL, "hold it where it is, can be resumed"},
    {VERB_RESUME, job_is_io_paused, "let it go on; it stops again if the cause persists"},
    {VERB_RESUME, is_asked_to_complete, "let it go on and switch over, as asked before"},
    {VERB_RESUME, NULL, "let it go on"},
    {VERB_COMPLETE, is_held_up_mirror, "acts on resume: then switch the guest to the copy"},
    {VERB_COMPLETE, is_held_up_commit, "acts on resume: then switch the guest to the base"},
    {VERB_COMPLETE, is_held_up, "acts on resume: then do the last step and end"},
    {VERB_COMPLETE, is_mirror, "switch the guest to the copy, end the job"},
    {VERB_COMPLETE, is_commit, "switch the guest to the base, end the job"},
    {VERB_COMPLETE, NULL, "do the last step and end the job"},
    {VERB_STAY, is_commit, "end in sync: guest stays on its overlay, base is kept"},
    {VERB_STAY, NULL, "end in sync: guest stays on the source, copy is kept"},
    {VERB_CANCEL, job_is_plain, "cancel in name only: the work runs to its end"},
    {VERB_CANCEL, is_copied_mirror, "end the job, THE COPY IS THROWN AWAY"},
    {VERB_CANCEL, is_copied_backup, "end it and its group, THE BACKUP IS THROWN AWAY"},
    {VERB_CANCEL, is_merged_commit, "end the job: the chain stays, THE MERGE IS GIVEN UP"},
    {VERB_CANCEL, is_stream, "end the job: what is copied stays, the chain stays too"},
    {VERB_CANCEL, job_holds_work, "end the job, ITS FINISHED WORK IS THROWN AWAY"},
    {VERB_CANCEL, is_mirror, "end the job, the unfinished copy is of no use"},
    {VERB_CANCEL, is_backup, "end it and its group, an unfinished backup is of no use"},
    {VERB_CANCEL, is_commit, "end the job: the chain stays, the merge is given up"},
    {VERB_CANCEL, NULL, "end the job by force, its work may be lost"},
    {VERB_FINALIZE, is_completed_mirror, "switch the guest to the copy, as told, end the job"},
    {VERB_FINALIZE, is_completed_commit, "switch the guest to the base, as told, end the job"},
    {VERB_FINALIZE, is_staying_mirror,
     "end it as told: guest stays on the source, copy is kept"},
    {VERB_FINALIZE, is_staying_commit, "end it as told: guest stays on its overlay"},
    {VERB_FINALIZE, is_mirror, "end it as it was told to: switch to the copy, or stay"},
    {VERB_FINALIZE, is_active_commit, "end it as it was told to: switch to the base, or stay"},
    {VERB_FINALIZE, is_commit, "take the merged layers out of the chain, end the job"},
    {VERB_FINALIZE, is_stream, "take the copied layers out of the chain, end the job"},
    {VERB_FINALIZE, NULL, "make the result final, for all jobs of its transaction"},
    {VERB_DISMISS, has_failed, "take it off QEMU's list, its error with it"},
    {VERB_DISMISS, NULL, "take it off QEMU's list"},
    {VERB_LIMIT, NULL, "set its speed limit in bytes a second, 0 for none"},
    {VERB_CHANGE, NULL, "write both sides at once: slows the guest, no way back"},
};

const char *verb_consequence(const struct job *job, enum verb verb)
{
    for (size_t i = 0; i < sizeof(consequences) / sizeof(*consequences); i++)
        if (consequences[i].verb == verb &&
            (!consequences[i].when || consequences[i].when(job)))
            return consequences[i].text;
    return "";
}

/* ---- why not --------------------------------------------------------------------------------
 */

static const char *const answer_texts[VERB_ANSWER_COUNT] = {
    [VERB_LIT] = "",
    [VERB_NOT_OFFERED] = "this QEMU has no such command",
    [VERB_NOT_TOLD] = "QEMU has not told its commands yet",
    [VERB_LINK_DOWN] = "the connection is not up",
    [VERB_NOT_ASKED] = "connected, but not told its jobs yet: again in a moment",
    [VERB_SILENT] = "its QEMU does not answer",
    [VERB_READ_ONLY] = "read-only, nothing is sent",
    [VERB_ENDED] = "the job has ended, QEMU no longer has it",
    [VERB_ALREADY_PAUSED] = "the job is already paused, or about to",
    [VERB_NOT_PAUSED] = "the job is not paused",
    [VERB_HELD_BY_QEMU] = "QEMU itself holds the job and will let it go",
    [VERB_NO_PIVOT] = "only a mirror or an active commit can do that",
    [VERB_NOT_BLOCK_JOB] = "only a block job can do that",
    [VERB_CANNOT_PAUSE] = "a job of this type cannot pause",
    [VERB_NEEDS_RESUME] = "the job is paused, resume it first",
    [VERB_NOT_MIRROR] = "only a mirror can do that",
    [VERB_NOT_READY] = "the job is not ready yet, it would be cancelled",
    [VERB_IN_FLIGHT] = "already asked for, the effect is still to come",
    [VERB_ENDING] = "the job is already ending another way",
};

/* Only statuses in which it is of use: QEMU also lets a person limit a job that
 * was just created, but nobody ever sees one. */
static const char *const status_texts[VERB_COUNT] = {
    [VERB_PAUSE] = "only a running or ready job can be paused",
    [VERB_RESUME] = "only a paused or standby job can be resumed",
    [VERB_COMPLETE] = "only a ready or standby job can complete",
    [VERB_STAY] = "only a ready job can end in sync",
    [VERB_CANCEL] = "only a job up to pending can be cancelled",
    [VERB_FINALIZE] = "only a pending job can be finalized",
    [VERB_DISMISS] = "only a concluded job can be dismissed",
    [VERB_LIMIT] = "only a running, paused, ready or standby job takes a limit",
    [VERB_CHANGE] = "only a running, paused, ready or standby mirror can change",
};

const char *verb_answer_text(enum verb_answer answer, enum verb verb)
{
    return answer == VERB_WRONG_STATUS ? status_texts[verb] : answer_texts[answer];
}
