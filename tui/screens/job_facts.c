#include "tui/screens/job_facts.h"

#include <stdio.h>

#include "core/advice.h"
#include "core/ending.h"
#include "core/format.h"
#include "core/group.h"
#include "core/manager.h"
#include "core/motion.h"
#include "core/verdict.h"
#include "tui/screens/event_text.h"
#include "tui/screens/job_text.h"
#include "tui/screens/need_look.h"

#define STATE_SIZE 1400

static bool has_ended(const struct job *job)
{
    return job->ending != JOB_NOT_ENDED;
}

/* ---- state ----------------------------------------------------------------------------- */

static enum theme_role role_of(const struct job_facts *facts)
{
    struct need need = fleet_need(facts->target, facts->job, facts->now_ms);
    return need_look_role(&need, THEME_NORMAL);
}

static void add_since(const struct job_facts *facts, struct fields *fields)
{
    const struct job *job = facts->job;
    char clock[EVENT_TEXT_CLOCK], time[FORMAT_SIZE];
    if (has_ended(job))
        fields_add(fields, "ended", THEME_NORMAL, "%s",
                   event_text_clock(facts->wall_s(job->ended_ms), clock));
    else
        fields_add(fields, "since", THEME_NORMAL, "%s, for %s",
                   event_text_clock(facts->wall_s(job->status_ms), clock),
                   format_duration(time, facts->now_ms - job->status_ms));
    fields_add(fields, job->from_start ? "started" : "seen", THEME_NORMAL, "%s%s",
               job->from_start ? "" : "since ",
               event_text_clock(facts->wall_s(job->seen_ms), clock));
}

static const char *promise_of(const struct job *job)
{
    if (has_ended(job))
        return "";
    return job->cancelling   ? "cancel was accepted"
           : job->staying    ? "stay was accepted"
           : job->completing ? "complete was accepted"
                             : "";
}

static void add_state(const struct job_facts *facts, struct fields *fields)
{
    char state[STATE_SIZE];
    const struct target *target = facts->target;
    const struct job *job = facts->job;
    job_text_state(target, job, facts->keymap, facts->now_ms, state, sizeof(state));
    fields_long(fields, "state", role_of(facts), state);
    if (!has_ended(job) && !target_is_fresh(target))
        fields_long(fields, "", THEME_ERROR, "~ out of date: its QEMU is not connected");
    fields_long(fields, "error", THEME_ERROR, job->error ? job->error : "");
    fields_add(fields, "now", THEME_NORMAL, "%s", verdict_text(verdict_of(job, facts->now_ms)));
    fields_add(fields, "asked", THEME_NORMAL, "%s", promise_of(job));
}

/* ---- motion ---------------------------------------------------------------------------- */

static void add_amount(const struct job *job, struct fields *fields)
{
    char done[FORMAT_SIZE], total[FORMAT_SIZE];
    if (!job->has_progress)
        fields_add(fields, "done", THEME_DIM,
                   job->progress_odd ? "? what QEMU says cannot be read" : "- not told yet");
    else if (!job_is_block(job))
        fields_add(fields, "done", THEME_NORMAL, "%llu of %llu",
                   (unsigned long long)job->current, (unsigned long long)job->total);
    else
        fields_add(fields, "done", THEME_NORMAL, "%s of %s",
                   format_bytes_long(done, job->current), format_bytes_long(total, job->total));
    if (job->has_progress && job_is_block(job) && !has_ended(job))
        fields_add(fields, job_is_ready(job) ? "behind" : "left", THEME_NORMAL, "%s",
                   format_bytes_long(done, verdict_backlog(job)));
}

static void add_motion(const struct job_facts *facts, struct fields *fields)
{
    const struct job *job = facts->job;
    char text[FORMAT_SIZE], life[FORMAT_SIZE];
    uint64_t per_second;
    int64_t eta_ms;
    bool rated = motion_rate(facts->target, job, facts->now_ms, &per_second);
    if (rated)
        fields_add(fields, "rate", THEME_NORMAL, "%s", format_rate(text, per_second));
    else if (!has_ended(job))
        fields_add(fields, "rate", THEME_DIM, "- %s",
                   job_text_why_no_rate(facts->target, job, facts->now_ms));
    if (motion_eta(facts->target, job, facts->now_ms, &eta_ms))
        fields_add(fields, "ETA", THEME_NORMAL, "%s", format_duration(text, eta_ms));
    else if (!has_ended(job))
        fields_add(fields, "ETA", THEME_DIM, "- %s",
                   job_text_why_no_eta(facts->target, job, facts->now_ms));
    if (ending_mean_rate(job, facts->now_ms, &per_second))
        fields_add(fields, "mean", THEME_NORMAL, "%s over %s%s", format_rate(text, per_second),
                   format_duration(life, ending_work_ms(job, facts->now_ms)),
                   job->ready_ms != 0 ? ", until READY" : "");
}

/* ---- what QEMU tells of block jobs only ------------------------------------------------ */

static const char *io_word(enum job_io io)
{
    switch (io) {
    case JOB_IO_OK:
        return "ok";
    case JOB_IO_FAILED:
        return "failed";
    case JOB_IO_NOSPACE:
        return "nospace";
    case JOB_IO_UNKNOWN:
        break;
    }
    return "not told";
}

static const char *tristate_word(enum job_tristate value)
{
    switch (value) {
    case JOB_NO:
        return "off";
    case JOB_YES:
        return "on";
    case JOB_UNTOLD:
        break;
    }
    return "not told";
}

static void add_io(const struct job *job, struct fields *fields)
{
    bool sound = job->io != JOB_IO_FAILED && job->io != JOB_IO_NOSPACE;
    fields_add(fields, "io", sound ? THEME_NORMAL : THEME_ERROR, "io-status %s",
               io_word(job->io));
    if (job->io_errors > 0)
        fields_add(fields, "failures", THEME_NORMAL, "%u I/O error%s seen",
                   (unsigned)job->io_errors, job->io_errors == 1 ? "" : "s");
    if (job->stopped_by)
        fields_add(fields, "stopped", THEME_ERROR, "by a %s", job->stopped_by);
}

static void add_block(const struct job *job, struct fields *fields)
{
    char limit[FORMAT_SIZE];
    if (job_is_plain(job))
        return;
    if (!job->has_block) {
        fields_add(fields, "limit", THEME_DIM, "- not told yet");
        return;
    }
    fields_add(fields, "limit", THEME_NORMAL, "%s",
               job->speed > 0 ? format_rate(limit, job->speed) : "none");
    add_io(job, fields);
    fields_add(fields, "finalize", THEME_NORMAL, "auto-finalize %s",
               tristate_word(job->auto_finalize));
    fields_add(fields, "dismiss", THEME_NORMAL, "auto-dismiss %s",
               tristate_word(job->auto_dismiss));
    if (job->actively_synced != JOB_UNTOLD)
        fields_add(fields, "synced", THEME_NORMAL, "actively synced %s",
                   tristate_word(job->actively_synced));
    fields_add(fields, "worker", THEME_NORMAL, "%s", job->busy ? "busy" : "idle");
}

/* ---- group ----------------------------------------------------------------------------- */

#define SIBLINGS 8

/* Membership is in no reply: it says how sure it is. */
static void add_group(const struct job_facts *facts, struct fields *fields)
{
    const struct job *siblings[SIBLINGS];
    char text[512];
    size_t count = group_siblings(facts->target, facts->job, siblings, SIBLINGS), len = 0;
    if (count == 0)
        return;
    for (size_t i = 0; i < count && i < SIBLINGS && len < sizeof(text); i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i > 0 ? ", " : "",
                                siblings[i]->id);
    fields_add(fields, "group", THEME_NORMAL, "%s with %s%s",
               group_certainty_wire(group_certainty(facts->target, facts->job)), text,
               count > SIBLINGS ? ", and more" : "");
}

/* ---- migration --------------------------------------------------------------------------- */

static void add_advice(const struct job_facts *facts, struct fields *fields)
{
    enum advice advice = advice_of(facts->target, facts->job);
    if (advice != ADVICE_NONE)
        fields_add(fields, "ending", THEME_NEED, "%s", advice_text(advice));
}

/* ---- where ----------------------------------------------------------------------------- */

static void add_place(const struct job_facts *facts, struct fields *fields)
{
    const struct target *target = facts->target;
    char manager[160];
    fields_add(fields, "type", THEME_NORMAL, "%s", job_type_text(facts->job));
    fields_add(fields, "job", THEME_NORMAL, "%s", facts->job->id);
    fields_add(fields, "VM", THEME_NORMAL, "%s%s%s", target_label(target),
               target->run_state ? ", " : "", target->run_state ? target->run_state : "");
    fields_add(fields, "QEMU", THEME_NORMAL, "%s", target->qemu ? target->qemu : "- not told");
    fields_add(fields, "socket", THEME_NORMAL, "%s", target->endpoint);
    if (manager_text(target, manager, sizeof(manager)))
        fields_add(fields, "manager", THEME_NEED, "%s", manager);
}

void job_facts_add(const struct job_facts *facts, struct fields *fields)
{
    add_state(facts, fields);
    add_since(facts, fields);
    add_amount(facts->job, fields);
    add_motion(facts, fields);
    add_block(facts->job, fields);
    add_group(facts, fields);
    add_advice(facts, fields);
    add_place(facts, fields);
}
