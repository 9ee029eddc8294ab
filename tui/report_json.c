#include "tui/report.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "core/fleet.h"
#include "tui/report_json_inner.h"

/* ---- the document ---------------------------------------------------------------------- */

static json_object *jobs_of(const struct target *target, int64_t now_ms)
{
    json_object *list = json_object_new_array();
    for (size_t i = 0; i < target->job_count; i++)
        if (target->jobs[i]->ending == JOB_NOT_ENDED)
            json_object_array_add(list, report_job(target, target->jobs[i], now_ms));
    return list;
}

static json_object *ended_of(const struct target *target, int64_t now_ms)
{
    json_object *list = json_object_new_array();
    for (size_t i = 0; i < target->ended_count; i++)
        json_object_array_add(list, report_ended(target, target->ended[i], now_ms));
    return list;
}

static json_object *holder_of(const struct target *target)
{
    if (target->holder_pid == 0)
        return NULL;
    json_object *object = json_object_new_object();
    json_object_object_add(object, "pid", json_object_new_int(target->holder_pid));
    json_object_object_add(object, "command", report_text(target->holder));
    return object;
}

static json_object *leads_to_of(const struct target *target)
{
    return target->leads_to ? json_object_new_int64((int64_t)target->leads_count) : NULL;
}

static json_object *target_object(const struct target *target, int64_t now_ms)
{
    json_object *object = json_object_new_object();
    json_object_object_add(object, "name", json_object_new_string(target_label(target)));
    json_object_object_add(object, "endpoint", json_object_new_string(target->endpoint));
    json_object_object_add(object, "link",
                           json_object_new_string(target_link_wire(target->link)));
    json_object_object_add(object, "reason", report_text(target->reason ? target->reason : target_oddity(target)));
    json_object_object_add(object, "polite", json_object_new_boolean(target->polite));
    json_object_object_add(object, "manager", report_text(target->manager));
    json_object_object_add(object, "holder", holder_of(target));
    json_object_object_add(object, "leads_to", leads_to_of(target));
    json_object_object_add(object, "qemu", report_text(target->qemu));
    json_object_object_add(object, "run_state", report_text(target->run_state));
    json_object_object_add(object, "jobs", jobs_of(target, now_ms));
    json_object_object_add(object, "ended", ended_of(target, now_ms));
    json_object_object_add(object, "migration", report_migration(target, now_ms));
    return object;
}

static const char *const marks[] = {
    [JOURNAL_INFO] = "info", [JOURNAL_NEED] = "need", [JOURNAL_ERROR] = "error",
    [JOURNAL_YOU] = "you",   [JOURNAL_GAP] = "gap",
};

static json_object *event_object(const struct journal_entry *entry, int64_t now_ms)
{
    json_object *object = json_object_new_object();
    json_object_object_add(object, "seconds_ago", report_seconds(now_ms - entry->at_ms));
    json_object_object_add(object, "target", report_text(entry->target));
    json_object_object_add(object, "job", report_text(entry->job));
    json_object_object_add(object, "mark", json_object_new_string(marks[entry->mark]));
    json_object_object_add(object, "text", json_object_new_string(entry->text));
    json_object_object_add(object, "count", json_object_new_int64(entry->count));
    return object;
}

/* What was seen while the program ran, oldest first. */
static json_object *events_of(const struct journal *journal, int64_t now_ms)
{
    json_object *list = json_object_new_array();
    for (size_t i = journal->count; i-- > 0;)
        json_object_array_add(list, event_object(journal_newest(journal, i), now_ms));
    return list;
}

static json_object *fleet_object(const struct fleet *fleet, int64_t now_ms)
{
    json_object *object = json_object_new_object(), *targets = json_object_new_array();
    for (size_t i = 0; i < fleet->target_count; i++)
        json_object_array_add(targets, target_object(fleet->targets[i], now_ms));
    json_object_object_add(object, "schema", json_object_new_int(REPORT_SCHEMA));
    json_object_object_add(object, "program", json_object_new_string("qmptop " QMPTOP_VERSION));
    json_object_object_add(object, "targets", targets);
    json_object_object_add(object, "events", events_of(&fleet->journal, now_ms));
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

bool report_endpoints(const char *list, FILE *out)
{
    errno = ENOMEM;
    if (!list)
        return false;
    errno = 0;
    fprintf(out, "{\"schema\":%d,\"program\":\"qmptop %s\",\"endpoints\":", REPORT_SCHEMA,
            QMPTOP_VERSION);
    put_ascii(out, list);
    fputs("}\n", out);
    return fflush(out) == 0 && !ferror(out);
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
