#include "core/advice.h"
#include "core/ending.h"
#include "core/fleet.h"
#include "core/format.h"
#include "core/group.h"
#include "core/motion.h"
#include "core/verdict.h"
#include "tui/report_json_inner.h"

#define SIBLINGS_MAX 256

/* ---- a job that QEMU has --------------------------------------------------------------- */

static json_object *percent_of(const struct job *job)
{
    char text[FORMAT_SIZE];
    if (motion_permille(job) < 0)
        return NULL;
    format_percent(text, job->current, job->total);
    return json_object_new_double_s((double)job->current / (double)job->total * 100, text);
}

/* Bytes a second: of a block job, while it moves in sight. */
static json_object *rate_of(const struct target *target, const struct job *job, int64_t now_ms)
{
    uint64_t per_second;
    if (!target_is_fresh(target) || !job_is_moving(job) || !job_is_block(job) ||
        !rate_per_second(&job->rate, now_ms, &per_second))
        return NULL;
    return json_object_new_uint64(per_second);
}

static json_object *eta_of(const struct target *target, const struct job *job, int64_t now_ms)
{
    int64_t eta_ms;
    if (!target_is_fresh(target) || !job_is_moving(job) || job_is_ready(job) ||
        !rate_eta(&job->rate, now_ms, &eta_ms))
        return NULL;
    return json_object_new_int64((eta_ms + 999) / 1000);
}

static json_object *amount_of(const struct job *job, uint64_t amount)
{
    return job->progress_odd ? NULL : json_object_new_uint64(amount);
}

static json_object *io_status_of(const struct job *job)
{
    switch (job->io) {
    case JOB_IO_UNKNOWN:
        break;
    case JOB_IO_OK:
        return json_object_new_string("ok");
    case JOB_IO_FAILED:
        return json_object_new_string("failed");
    case JOB_IO_NOSPACE:
        return json_object_new_string("nospace");
    }
    return NULL;
}

static json_object *tristate_of(enum job_tristate value)
{
    return value == JOB_UNTOLD ? NULL : json_object_new_boolean(value == JOB_YES);
}

/* What query-block-jobs tells, null where it did not. */
static void add_block(json_object *object, const struct job *job)
{
    json_object_object_add(object, "speed_limit",
                           job->has_block ? json_object_new_uint64(job->speed) : NULL);
    json_object_object_add(object, "io_status", io_status_of(job));
    json_object_object_add(object, "io_errors", json_object_new_uint64(job->io_errors));
    json_object_object_add(object, "auto_finalize", tristate_of(job->auto_finalize));
    json_object_object_add(object, "auto_dismiss", tristate_of(job->auto_dismiss));
    json_object_object_add(object, "actively_synced", tristate_of(job->actively_synced));
    json_object_object_add(object, "busy",
                           job->has_block ? json_object_new_boolean(job->busy) : NULL);
}

/* What is usual for a mirror that belongs to a migration; null for all others. */
static json_object *advice_for(const struct target *target, const struct job *job)
{
    enum advice advice = advice_of(target, job);
    return advice == ADVICE_NONE ? NULL : json_object_new_string(advice_text(advice));
}

static json_object *verbs_of(const struct target *target, const struct job *job)
{
    json_object *list = json_object_new_array();
    struct verb_context context = target_verbs(target);
    uint32_t lit = verb_lit(job, &context);
    for (enum verb verb = 0; verb < VERB_COUNT; verb++)
        if (lit & VERB_BIT(verb))
            json_object_array_add(list, json_object_new_string(verb_name(verb)));
    return list;
}

/* Those it ends with, as far as that can be inferred; null when nothing speaks for a
 * group. */
static json_object *group_of(const struct target *target, const struct job *job)
{
    const struct job *siblings[SIBLINGS_MAX];
    enum group_certainty certainty = group_certainty(target, job);
    if (certainty == GROUP_NONE)
        return NULL;
    size_t count = group_siblings(target, job, siblings, SIBLINGS_MAX);
    json_object *object = json_object_new_object(), *with = json_object_new_array();
    for (size_t i = 0; i < count && i < SIBLINGS_MAX; i++)
        json_object_array_add(with, json_object_new_string(siblings[i]->id));
    json_object_object_add(object, "id",
                           job->group != 0 ? json_object_new_uint64(job->group) : NULL);
    json_object_object_add(object, "certainty",
                           json_object_new_string(group_certainty_wire(certainty)));
    json_object_object_add(object, "with", with);
    return object;
}

json_object *report_job(const struct target *target, const struct job *job, int64_t now_ms)
{
    json_object *object = json_object_new_object();
    json_object_object_add(object, "id", json_object_new_string(job->id));
    json_object_object_add(object, "type", json_object_new_string(job_type_text(job)));
    json_object_object_add(object, "status", json_object_new_string(job_status_text(job)));
    json_object_object_add(object, "current", amount_of(job, job->current));
    json_object_object_add(object, "total", amount_of(job, job->total));
    json_object_object_add(object, "percent", percent_of(job));
    json_object_object_add(object, "rate", rate_of(target, job, now_ms));
    json_object_object_add(object, "eta_seconds", eta_of(target, job, now_ms));
    add_block(object, job);
    json_object_object_add(object, "verdict",
                           json_object_new_string(verdict_text(verdict_of(job, now_ms))));
    json_object_object_add(object, "needs_you",
                           report_text(need_wire(fleet_need(target, job, now_ms).kind)));
    json_object_object_add(object, "error", report_text(job->error));
    json_object_object_add(object, "verbs", verbs_of(target, job));
    json_object_object_add(object, "group", group_of(target, job));
    json_object_object_add(object, "advice", advice_for(target, job));
    return object;
}

/* ---- one that ended -------------------------------------------------------------------- */

static json_object *mean_rate_of(const struct job *job, int64_t now_ms)
{
    uint64_t per_second;
    return ending_mean_rate(job, now_ms, &per_second) ? json_object_new_uint64(per_second)
                                                      : NULL;
}

json_object *report_ended(const struct target *target, const struct job *job, int64_t now_ms)
{
    json_object *object = json_object_new_object();
    bool bytes = job_is_block(job) && job->has_progress;
    json_object_object_add(object, "id", json_object_new_string(job->id));
    json_object_object_add(object, "type", json_object_new_string(job_type_text(job)));
    json_object_object_add(object, "ending", report_text(ending_wire(job->ending)));
    json_object_object_add(object, "verdict",
                           json_object_new_string(verdict_text(verdict_of(job, now_ms))));
    json_object_object_add(object, "duration_seconds",
                           report_seconds(ending_life_ms(job, now_ms)));
    json_object_object_add(object, "bytes",
                           bytes ? json_object_new_uint64(job->current) : NULL);
    json_object_object_add(object, "mean_rate", mean_rate_of(job, now_ms));
    json_object_object_add(object, "needs_you",
                           report_text(need_wire(fleet_need(target, job, now_ms).kind)));
    json_object_object_add(object, "error", report_text(job->error));
    return object;
}
