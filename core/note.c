#include "core/note.h"

#include <stdio.h>

#include "core/ending.h"
#include "core/fleet_base.h"
#include "core/format.h"
#include "core/need.h"

#define NOTE_WORD (TARGET_NAME_MAX + 1)

static const bool passing[JOB_STATUS_COUNT] = {
    [JOB_STATUS_UNKNOWN] = true,   [JOB_STATUS_UNDEFINED] = true, [JOB_STATUS_CREATED] = true,
    [JOB_STATUS_WAITING] = true,   [JOB_STATUS_PENDING] = true,   [JOB_STATUS_ABORTING] = true,
    [JOB_STATUS_CONCLUDED] = true,
};

static bool is_new(const struct job *job)
{
    return job->noted_status == JOB_STATUS_UNDEFINED;
}

bool note_is_passing(const struct job *job)
{
    return is_new(job) || passing[job->status];
}

/* The word for a status; in capitals when it needs a person. Never the locale's
 * idea of capitals. */
static void status_word(char dst[NOTE_WORD], const char *word, bool loud)
{
    size_t i;

    for (i = 0; i < NOTE_WORD - 1 && word[i]; i++)
        dst[i] =
            loud && word[i] >= 'a' && word[i] <= 'z' ? (char)(word[i] - 'a' + 'A') : word[i];
    dst[i] = '\0';
}

/* "write error: no space": what the event said and what the query adds. */
static void io_text(char *dst, size_t size, const struct job *job)
{
    snprintf(dst, size, "%s%s", job->stopped_by ? job->stopped_by : "I/O error",
             job->has_block && job->io == JOB_IO_NOSPACE ? ": no space" : "");
}

static bool is_stopped(const struct job *job)
{
    return job_is_paused(job) && (job->stopped_by || job_is_io_paused(job));
}

/* "60.0 GiB in 14m"; the time only if the start was seen, and the end. */
static void amount(char *dst, size_t size, const struct job *job, int64_t now_ms)
{
    char bytes[FORMAT_SIZE];
    char time[FORMAT_SIZE];
    uint64_t done = job->status == JOB_STATUS_READY ? job->total : job->current;

    *dst = '\0';
    if (!job->has_progress || !job_is_block(job) || done == 0)
        return;
    if (job->ending == JOB_ENDED_UNKNOWN)
        snprintf(dst, size, "%s seen", format_bytes_long(bytes, done));
    else
        snprintf(dst, size, "%s%s%s", format_bytes_long(bytes, done),
                 job->from_start ? " in " : "",
                 job->from_start ? format_duration(time, now_ms - job->seen_ms) : "");
}

static bool tells_amount(const struct job *job)
{
    return job->ending != JOB_NOT_ENDED || job->status == JOB_STATUS_READY ||
           job->status == JOB_STATUS_CONCLUDED;
}

/* What stands after the words; empty when there is nothing to say. */
static void detail(char *dst, size_t size, const struct job *job, int64_t now_ms)
{
    if (job->error && !ending_is_cancel(job->ending))
        snprintf(dst, size, "%s", job->error);
    else if (job->ending == JOB_NOT_ENDED && is_stopped(job))
        io_text(dst, size, job);
    else if (tells_amount(job))
        amount(dst, size, job, now_ms);
    else
        *dst = '\0';
}

static void write_entry(struct target *target, struct job *job, enum journal_mark mark,
                        const char *to, int64_t now_ms)
{
    struct journal *journal = &target->fleet->journal;
    const char *label = target_label(target);
    char more[TARGET_ERROR_MAX + 1];
    const char *gap;

    detail(more, sizeof(more), job, now_ms);
    gap = *more ? "  " : "";
    if (is_new(job))
        journal_add(journal, now_ms, mark, label, job->id, job->uid, "%s %s, %s%s%s",
                    job->from_start ? "new" : "found",
                    job->type || job->type_name ? job_type_text(job) : "job", to, gap, more);
    else
        journal_add(journal, now_ms, mark, label, job->id, job->uid, "%s -> %s%s%s",
                    job_status_wire(job->noted_status), to, gap, more);
}

static enum journal_mark need_mark(const struct job *job, int64_t now_ms)
{
    static const enum journal_mark marks[] = {
        [NEED_LEVEL_NONE] = JOURNAL_INFO,
        [NEED_LEVEL_DECIDE] = JOURNAL_NEED,
        [NEED_LEVEL_ALARM] = JOURNAL_ERROR,
    };

    return job->ending == JOB_NOT_ENDED && is_stopped(job)
               ? JOURNAL_ERROR
               : marks[need_of(job, false, 0, now_ms).level];
}

void note_status(struct target *target, struct job *job, int64_t now_ms)
{
    enum journal_mark mark = need_mark(job, now_ms);
    char word[NOTE_WORD];
    bool same = job->status == job->noted_status && job->status != JOB_STATUS_UNKNOWN;

    if (!job->noted && !same) {
        status_word(word, job_status_text(job), mark != JOURNAL_INFO);
        write_entry(target, job, mark, word, now_ms);
    }
    job->noted = true;
    job->noted_status = job->status;
}

void note_end(struct target *target, struct job *job, int64_t now_ms)
{
    /* Its end was told when it concluded. */
    if (job->dismissed)
        journal_add(&target->fleet->journal, now_ms, JOURNAL_INFO, target_label(target),
                    job->id, job->uid, "concluded -> dismissed");
    else
        write_entry(target, job, need_mark(job, now_ms), ending_text(job->ending), now_ms);
    job->noted = true;
}

void note_io(struct target *target, const struct job *job, int64_t now_ms)
{
    char text[64];

    io_text(text, sizeof(text), job);
    journal_add(&target->fleet->journal, now_ms, JOURNAL_ERROR, target_label(target), job->id,
                job->uid, "PAUSED  %s", text);
}

static bool is_power_of_ten(uint32_t number)
{
    while (number >= 10 && number % 10 == 0)
        number /= 10;
    return number == 1;
}

void note_io_error(struct target *target, const struct job *job, const char *what,
                   const char *action, int64_t now_ms)
{
    if (!is_power_of_ten(job->io_errors))
        return;
    journal_add(&target->fleet->journal, now_ms, JOURNAL_ERROR, target_label(target), job->id,
                job->uid, "%s, action %.32s (%u so far)", what, action ? action : "?",
                job->io_errors);
}
