#include "tui/report.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "core/fleet.h"
#include "core/format.h"
#include "core/verdict.h"

/* ---- the document ---------------------------------------------------------------------- */

static json_object *text_or_null(const char *text)
{
    return text != NULL ? json_object_new_string(text) : NULL;
}

static json_object *percent_of(const struct job *job)
{
    char text[FORMAT_SIZE];
    if (!job->has_progress || job->total == 0)
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

static json_object *job_object(const struct target *target, const struct job *job,
                               int64_t now_ms)
{
    json_object *object = json_object_new_object();
    json_object_object_add(object, "id", json_object_new_string(job->id));
    json_object_object_add(object, "type", json_object_new_string(job_type_text(job)));
    json_object_object_add(object, "status", json_object_new_string(job_status_text(job)));
    json_object_object_add(object, "current", json_object_new_uint64(job->current));
    json_object_object_add(object, "total", json_object_new_uint64(job->total));
    json_object_object_add(object, "percent", percent_of(job));
    json_object_object_add(object, "rate", rate_of(target, job, now_ms));
    json_object_object_add(object, "eta_seconds", eta_of(target, job, now_ms));
    json_object_object_add(object, "speed_limit",
                           job->has_block ? json_object_new_uint64(job->speed) : NULL);
    json_object_object_add(object, "io_status", io_status_of(job));
    json_object_object_add(object, "verdict",
                           json_object_new_string(verdict_text(verdict_of(job, now_ms))));
    json_object_object_add(object, "needs_you",
                           text_or_null(need_wire(fleet_need(target, job, now_ms).kind)));
    json_object_object_add(object, "error", text_or_null(job->error));
    json_object_object_add(object, "verbs", verbs_of(target, job));
    return object;
}

static json_object *target_object(const struct target *target, int64_t now_ms)
{
    json_object *object = json_object_new_object(), *jobs = json_object_new_array();
    for (size_t i = 0; i < target->job_count; i++)
        json_object_array_add(jobs, job_object(target, target->jobs[i], now_ms));
    json_object_object_add(object, "name", json_object_new_string(target_label(target)));
    json_object_object_add(object, "endpoint", json_object_new_string(target->endpoint));
    json_object_object_add(object, "link",
                           json_object_new_string(target_link_wire(target->link)));
    json_object_object_add(object, "reason", text_or_null(target->reason));
    json_object_object_add(object, "qemu", text_or_null(target->qemu));
    json_object_object_add(object, "run_state", text_or_null(target->run_state));
    json_object_object_add(object, "jobs", jobs);
    return object;
}

static json_object *fleet_object(const struct fleet *fleet, int64_t now_ms)
{
    json_object *object = json_object_new_object(), *targets = json_object_new_array();
    for (size_t i = 0; i < fleet->target_count; i++)
        json_object_array_add(targets, target_object(fleet->targets[i], now_ms));
    json_object_object_add(object, "schema", json_object_new_int(REPORT_SCHEMA));
    json_object_object_add(object, "program", json_object_new_string("qmptop " QMPTOP_VERSION));
    json_object_object_add(object, "targets", targets);
    return object;
}

/* ---- as ASCII -------------------------------------------------------------------------- */

#define REPLACEMENT 0xfffd

/* The character at `text`, of *length bytes; a byte that begins none (cut short,
 * overlong, surrogate, beyond Unicode) is a replacement character of one byte. */
static unsigned long decode(const unsigned char *text, size_t *length)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = *text < 0xc0 ? 0 : *text < 0xe0 ? 2 : *text < 0xf0 ? 3 : *text < 0xf8 ? 4 : 0;
    *length = 1;
    if (n == 0)
        return REPLACEMENT;
    unsigned long code = *text & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return REPLACEMENT;
        code = code << 6 | (text[i] & 0x3fu);
    }
    if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return REPLACEMENT;
    *length = n;
    return code;
}

static void put_escaped(FILE *out, unsigned long code)
{
    if (code < 0x10000) {
        fprintf(out, "\\u%04lx", code);
        return;
    }
    code -= 0x10000;
    fprintf(out, "\\u%04lx\\u%04lx", 0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
}

/* Everything json-c writes raw inside strings and a terminal may not get. */
static void put_ascii(FILE *out, const char *json)
{
    const unsigned char *text = (const unsigned char *)json;
    while (*text != '\0') {
        size_t length = 1;
        if (*text < 0x7f)
            putc(*text, out);
        else
            put_escaped(out, *text == 0x7f ? 0x7f : decode(text, &length));
        text += length;
    }
}

bool report_json(const struct fleet *fleet, FILE *out, int64_t now_ms)
{
    json_object *document = fleet_object(fleet, now_ms);
    const char *json = json_object_to_json_string_ext(
        document, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    errno = json != NULL ? 0 : ENOMEM;
    if (json != NULL) {
        put_ascii(out, json);
        putc('\n', out);
    }
    bool written = json != NULL && fflush(out) == 0 && !ferror(out);
    int why = errno;
    json_object_put(document);
    errno = why;
    return written;
}
