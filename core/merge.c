#include "core/merge.h"

#include <string.h>

#include "core/change.h"
#include "core/fleet_base.h"
#include "core/group.h"
#include "core/note.h"
#include "core/roster.h"

/* Answers of queries, and what a lost link leaves of the jobs. */

static bool is_name(const char *wire)
{
    return !wire || strnlen(wire, TARGET_NAME_MAX + 1) <= TARGET_NAME_MAX;
}

static bool type_differs(const struct job *job, const char *type)
{
    if (job->type != JOB_TYPE_UNKNOWN || job->type_name)
        return strcmp(job_type_text(job), type) != 0;
    return false;
}

/* An event told of `job` while the question of this answer was under way. */
static bool is_ahead(const struct target *target, const struct job *job)
{
    return job->told_poll != 0 && job->told_poll == target->poll_count;
}

static bool is_overtaken(const struct target *target, const struct job *job, const char *status)
{
    return is_ahead(target, job) && change_is_impossible(job->status, job_status_parse(status));
}

/* The report has the id of `job` but tells of another one. Events would have told
 * in an open connection, but for a job that is over; over a blind gap a job may
 * have made way for the next unseen. */
static bool is_replaced(const struct job *job, const struct job_report *report)
{
    bool back = change_is_impossible(job->status, job_status_parse(report->status));

    if (report->type && type_differs(job, report->type))
        return true;
    if (job->blind)
        return back || (job->has_progress && report->current < job->current);
    return back && (job->status == JOB_STATUS_CONCLUDED || job->status == JOB_STATUS_ABORTING);
}

static bool take_type(struct target *target, struct job *job, const char *type)
{
    if (job->type != JOB_TYPE_UNKNOWN || job->type_name)
        return false;
    job_set_type(job, type);
    if (!job_is_plain(job))
        target_want(target, TARGET_ASK_BLOCK);
    return true;
}

/* While it is paused it has no speed, rather than none. */
static void note_speed(struct job *job, int64_t now_ms)
{
    uint64_t per_second;

    if (job_is_block(job) && job_is_moving(job) && !job_is_paused(job) &&
        rate_per_second(&job->rate, now_ms, &per_second))
        history_add(&job->history, now_ms, per_second);
}

static bool take_error(struct job *job, const char *error)
{
    /* BLOCK_JOB_COMPLETED had the last word on its error. */
    if (!error && job->completed)
        return false;
    return change_error(job, error);
}

static bool take_progress(struct job *job, const struct job_report *report, int64_t now_ms)
{
    bool news = !job->progress_odd;

    if (report->current != MERGE_UNREAD && report->total != MERGE_UNREAD)
        return job_set_progress(job, report->current, report->total, now_ms);
    job->has_progress = false;
    job->progress_odd = true;
    rate_restart(&job->rate, now_ms);
    return news;
}

static bool is_whole(const struct job_report *report)
{
    return report->type && report->status && report->current != MERGE_UNREAD &&
           report->total != MERGE_UNREAD;
}

static void take_report(struct target *target, struct job *job, const struct job_report *report,
                        int64_t now_ms)
{
    bool news = job->blind;

    if (job->blind && !job->visited)
        rate_restart(&job->rate, now_ms);
    job->blind = false;
    job->visited = false;
    job->reply = target->replies;
    news |= report->type && take_type(target, job, report->type);
    bool moved = take_progress(job, report, now_ms);
    if (is_overtaken(target, job, report->status)) {
        target->overtaken = true;
    } else {
        news |= take_error(job, report->error);
        if (report->status)
            change_status(target, job, report->status, now_ms);
        if (report->status && job->status == JOB_STATUS_CONCLUDED)
            job->outcome_told = true;
    }
    change_confirm(target, job, now_ms);
    note_speed(job, now_ms);
    if (news)
        change_seen(target, job, now_ms);
    else if (moved)
        change_moved(target, job, now_ms);
}

static void merge_report(struct target *target, const struct job_report *report, int64_t now_ms)
{
    struct job *job = roster_find(target, report->id);

    target->jobs_odd |= !is_whole(report);
    /* An id twice in one answer, or a name nobody would give: the job is there,
     * but nothing is learned of it. */
    if (!is_name(report->type) || !is_name(report->status) ||
        (job && job->reply == target->replies)) {
        target->malformed++;
        if (job)
            job->reply = target->replies;
        return;
    }
    if (job && !is_overtaken(target, job, report->status) && is_replaced(job, report)) {
        change_end(target, job, now_ms);
        job = NULL;
    }
    if (!job)
        job = change_begin(target, report->id, now_ms);
    if (job)
        take_report(target, job, report, now_ms);
}

static void end_unlisted(struct target *target, int64_t now_ms)
{
    for (size_t i = 0; i < target->job_count; i++) {
        struct job *job = target->jobs[i];

        if (job->ending != JOB_NOT_ENDED || job->reply == target->replies)
            continue;
        if (is_ahead(target, job))
            target->overtaken = true;
        else
            change_end(target, job, now_ms);
    }
}

static void take_reports(struct target *target, const struct job_report *reports, size_t count,
                         bool all, int64_t now_ms)
{
    bool first = !target->jobs_known, was_odd = target->jobs_odd;

    target->jobs_known = true;
    target->overtaken = false;
    target->jobs_odd = !all;
    target->replies++;
    /* QEMU lists the newest first; uids rise with age. */
    for (size_t i = count; i-- > 0;)
        merge_report(target, &reports[i], now_ms);
    if (all)
        end_unlisted(target, now_ms);
    group_weigh(target);
    roster_trim(target);
    /* What was to be asked is answered: this is the newest word. */
    target->wanted &= ~(1u << TARGET_ASK_JOBS);
    if (target->overtaken)
        target->wanted |= 1u << TARGET_ASK_JOBS;
    if (target->jobs_odd)
        target->malformed++;
    if (first || target->jobs_odd != was_odd)
        fleet_touch(target->fleet);
}

void merge_jobs(struct target *target, const struct job_report *reports, size_t count,
                int64_t now_ms)
{
    take_reports(target, reports, count, true, now_ms);
}

void merge_some_jobs(struct target *target, const struct job_report *reports, size_t count,
                     int64_t now_ms)
{
    take_reports(target, reports, count, false, now_ms);
}

static bool same_block(const struct job *job, const struct block_job_report *report)
{
    return job->has_block && job->io == report->io && job->speed == report->speed &&
           job->busy == report->busy && job->block_paused == report->paused &&
           job->auto_finalize == report->auto_finalize &&
           job->auto_dismiss == report->auto_dismiss &&
           job->actively_synced == report->actively_synced;
}

/* The pause is by an I/O error, and that is more than its event could tell. */
static bool is_io_news(const struct job *job, const struct block_job_report *report)
{
    bool known = job_is_io_paused(job) && job->io == report->io;

    return job_is_paused(job) && !known && report->io != JOB_IO_UNKNOWN &&
           report->io != JOB_IO_OK && (!job->stopped_by || report->io == JOB_IO_NOSPACE);
}

static void take_block(struct target *target, struct job *job,
                       const struct block_job_report *report, int64_t now_ms)
{
    bool io_news = is_io_news(job, report);

    job->has_block = true;
    job->io = report->io;
    job->speed = report->speed;
    job->busy = report->busy;
    job->block_paused = report->paused;
    job->auto_finalize = report->auto_finalize;
    job->auto_dismiss = report->auto_dismiss;
    job->actively_synced = report->actively_synced;
    if (io_news)
        note_io(target, job, now_ms);
    if (job_wants_finalize(job, now_ms))
        change_confirm(target, job, now_ms);
    change_seen(target, job, now_ms);
}

void merge_block_jobs(struct target *target, const struct block_job_report *reports,
                      size_t count, int64_t now_ms)
{
    for (size_t i = 0; i < count; i++) {
        struct job *job = roster_find(target, reports[i].device);

        if (job && !job->blind && !same_block(job, &reports[i]))
            take_block(target, job, &reports[i], now_ms);
    }
    group_weigh(target);
}

static void go_blind(struct job *job)
{
    job->blind = true;
    job->held_status = JOB_STATUS_UNKNOWN;
    job->told_poll = 0;
}

void merge_left(struct target *target)
{
    for (size_t i = 0; i < target->living_count; i++) {
        struct job *job = target->living[i];

        job->visited = job->visited || !job->blind;
        go_blind(job);
    }
    group_lost(target);
    target->settle_ms = -1;
}

void merge_lost(struct target *target, int64_t now_ms)
{
    for (size_t i = 0; i < target->living_count; i++) {
        struct job *job = target->living[i];

        go_blind(job);
        job->visited = false;
        job->completing = false;
        job->cancelling = false;
        job->staying = false;
        job->asked = 0;
        job->agreed = 0;
        rate_restart(&job->rate, now_ms);
    }
    group_lost(target);
    target->settle_ms = -1;
    fleet_touch(target->fleet);
}

void merge_renewed(struct target *target, int64_t now_ms)
{
    while (target->living_count > 0)
        change_end(target, target->living[0], now_ms);
    roster_trim(target);
    target->settle_ms = -1;
    merge_migration_lost(target, now_ms);
}

void merge_clear(struct target *target, uint64_t uid)
{
    struct job *job = roster_find_uid(target, uid);

    if (!job || job->ending == JOB_NOT_ENDED)
        return;
    roster_drop(target, job);
    fleet_touch(target->fleet);
}
