#include "tui/screens/job_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/advice.h"
#include "core/ending.h"
#include "core/format.h"
#include "core/motion.h"
#include "core/need.h"
#include "core/verdict.h"

void job_text_status(const struct job *job, const struct need *need, int64_t now_ms, char *text,
                     size_t size)
{
    (void)now_ms;
    bool ended = job->ending != JOB_NOT_ENDED;
    const char *word = ended ? ending_word(job->ending) : job_status_text(job);
    bool loud = need->kind != NEED_NONE && need->kind != NEED_LOST;
    size_t len = 0;
    for (; word[len] != '\0' && len + 1 < size; len++)
        text[len] = loud ? (char)toupper((unsigned char)word[len]) : word[len];
    text[len] = '\0';
}

/* ---- reasons --------------------------------------------------------------------------- */

/* " (f)": the key of the verb that helps. */
static void append_key(const struct keymap *keymap, enum verb verb, char *text, size_t size)
{
    char keys[KEYMAP_KEYS_SIZE];
    size_t len = strlen(text);
    if (keymap != NULL && keymap_keys(keymap, keymap_of_verb(verb), true, keys)[0] != '\0')
        snprintf(text + len, size - len, " (%s)", keys);
}

static void say_backlog(const struct job *job, char *text, size_t size)
{
    char bytes[FORMAT_SIZE];
    uint64_t backlog = verdict_backlog(job);
    if (backlog == 0)
        snprintf(text, size, "in step");
    else
        snprintf(text, size, "behind by %s", format_bytes_long(bytes, backlog));
}

/* "; stay is usual (s)": it belongs to a migration. `keymap` may be NULL. */
static void append_usual(const struct keymap *keymap, char *text, size_t size)
{
    size_t len = strlen(text);
    snprintf(text + len, size - len, "; %s is usual", verb_name(VERB_STAY));
    append_key(keymap, VERB_STAY, text, size);
}

/* "switched or stayed; 60.0 GiB in 14m, 73M/s": what the status word leaves out, how
 * much there was of it, how long it took (or was seen, if it is older). */
static void say_ending(const struct job *job, int64_t now_ms, char *text, size_t size)
{
    char amount[FORMAT_SIZE] = "", life[FORMAT_SIZE], mean[FORMAT_SIZE] = "";
    char time[FORMAT_SIZE + 16] = "";
    uint64_t per_second;
    int64_t life_ms = ending_life_ms(job, now_ms);
    bool whole = job->from_start && job->ending != JOB_ENDED_UNKNOWN;
    const char *how = ending_how(job->ending);
    if (job_is_block(job) && job->has_progress)
        format_bytes_long(amount, job->current);
    if (ending_mean_rate(job, now_ms, &per_second))
        format_rate(mean, per_second);
    /* One that was found CONCLUDED was not seen to live. */
    if (whole || life_ms > 0)
        snprintf(time, sizeof(time), "%s %s", whole ? "in" : "seen for",
                 format_duration(life, life_ms));
    snprintf(text, size, "%s%s%s%s%s%s%s", how, *how ? "; " : "", amount,
             *amount && *time ? " " : "", time, *mean ? ", " : "", mean);
}

/* "write error: no space left" */
static void say_stop(const struct job *job, char *text, size_t size)
{
    bool full = job->io == JOB_IO_NOSPACE;
    const char *what = job->stopped_by ? job->stopped_by : "I/O error";
    snprintf(text, size, "%s%s", full && !job->stopped_by ? "" : what,
             !full             ? ""
             : job->stopped_by ? ": no space left"
                               : "no space left");
}

static void say_lost(const struct target *target, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s", need_text(NEED_LOST), target->reason ? ": " : "",
             target->reason ? target->reason : "");
}

static void say_need(const struct target *target, const struct job *job, enum need_kind kind,
                     const struct keymap *keymap, int64_t now_ms, char *text, size_t size)
{
    snprintf(text, size, "%s", need_text(kind));
    switch (kind) {
    case NEED_READY:
        say_backlog(job, text, size);
        if (advice_of(target, job) != ADVICE_NONE)
            append_usual(keymap, text, size);
        break;
    case NEED_PENDING:
        append_key(keymap, VERB_FINALIZE, text, size);
        break;
    case NEED_FAILED:
        if (job->error)
            snprintf(text, size, "%s", job->error);
        append_key(keymap, VERB_DISMISS, text, size);
        break;
    case NEED_CONCLUDED:
        if (ending_is_cancel(ending_outcome(job)))
            snprintf(text, size, "%s, %s", ending_text(ending_outcome(job)), need_text(kind));
        append_key(keymap, VERB_DISMISS, text, size);
        break;
    case NEED_IO_ERROR:
        say_stop(job, text, size);
        append_key(keymap, VERB_RESUME, text, size);
        break;
    case NEED_LOST:
        say_lost(target, text, size);
        break;
    case NEED_FLAT: {
        char flat[FORMAT_SIZE];
        snprintf(text, size, "no progress for %s",
                 format_duration(flat, rate_flat_ms(&job->rate, now_ms)));
        break;
    }
    case NEED_SWITCHOVER:
    case NEED_NOT_CONVERGING:
    case NEED_BROKEN: /* of migrations */
    case NEED_NONE:
    case NEED_COUNT:
        break;
    }
}

/* Of a job that needs nobody: nothing while it moves, since the bar says it. */
static void say_verdict(const struct job *job, int64_t now_ms, char *text, size_t size)
{
    enum verdict verdict = verdict_of(job, now_ms);
    bool moves = verdict == VERDICT_MOVING || verdict == VERDICT_AT_LIMIT;
    if (job->ending != JOB_NOT_ENDED)
        say_ending(job, now_ms, text, size);
    else if (job->progress_odd)
        snprintf(text, size, "its progress cannot be read");
    else if (verdict == VERDICT_IN_STEP || verdict == VERDICT_BEHIND)
        say_backlog(job, text, size);
    else
        snprintf(text, size, "%s", moves ? "" : verdict_text(verdict));
}

/* Nobody has said yet how the paused mirror shall end, and its migration goes by it. */
static bool is_undecided(const struct target *target, const struct job *job,
                         enum need_kind kind)
{
    bool decided = job->completing || job->staying || job->cancelling || job->forced_cancel;
    return job->status == JOB_STATUS_STANDBY && !decided &&
           (kind == NEED_NONE || kind == NEED_IO_ERROR) &&
           advice_of(target, job) != ADVICE_NONE;
}

void job_text_reason(const struct target *target, const struct job *job,
                     const struct need *need, const struct keymap *keymap, int64_t now_ms,
                     char *text, size_t size)
{
    if (need->kind == NEED_NONE)
        say_verdict(job, now_ms, text, size);
    else
        say_need(target, job, need->kind, keymap, now_ms, text, size);
    if (is_undecided(target, job, need->kind))
        append_usual(NULL, text, size); /* its key does nothing before resume */
}

/* ---- figures --------------------------------------------------------------------------- */

int job_text_percent(const struct job *job, char *text)
{
    int permille = motion_permille(job);
    if (permille < 0)
        snprintf(text, FORMAT_SIZE, "%s", job->progress_odd ? "?" : "-");
    else
        format_percent(text, job->current, job->total);
    return permille;
}

void job_text_state(const struct target *target, const struct job *job,
                    const struct keymap *keymap, int64_t now_ms, char *text, size_t size)
{
    char status[64], reason[320], percent[FORMAT_SIZE];
    struct need need = fleet_need(target, job, now_ms);
    job_text_status(job, &need, now_ms, status, sizeof(status));
    job_text_reason(target, job, &need, keymap, now_ms, reason, sizeof(reason));
    bool has_reason = reason[0] != '\0';
    bool done = job_text_percent(job, percent) >= 0;
    snprintf(text, size, "%s%s%s%s%s%s", status, has_reason ? ", " : "", reason,
             done ? ", " : "", done ? percent : "", done ? " %" : "");
}

/* Why it has neither speed nor estimate; NULL when it could have both. */
static const char *why_still(const struct target *target, const struct job *job)
{
    if (!target_is_fresh(target))
        return "its QEMU is not connected";
    return job_is_moving(job) ? NULL : "it does not move";
}

/* Before the first advance there is nothing to measure, however long it takes. */
static const char *why_unmeasured(const struct job *job, int64_t now_ms)
{
    if (rate_flat_ms(&job->rate, now_ms) < RATE_WINDOW_MS)
        return "being measured";
    return job_is_ready(job) ? "nothing to copy since it is READY" : "it has not moved yet";
}

const char *job_text_why_no_rate(const struct target *target, const struct job *job,
                                 int64_t now_ms)
{
    const char *why = why_still(target, job);
    if (!why && !job_is_block(job))
        why = "its progress counts no bytes";
    return why ? why : why_unmeasured(job, now_ms);
}

const char *job_text_why_no_eta(const struct target *target, const struct job *job,
                                int64_t now_ms)
{
    uint64_t per_second;
    const char *why = why_still(target, job);
    if (why)
        return why;
    if (job_is_ready(job))
        return "goes on until you decide";
    if (job->total <= job->current)
        return "QEMU tells no more to do";
    return motion_rate(target, job, now_ms, &per_second) ? "nothing is done"
                                                         : why_unmeasured(job, now_ms);
}
