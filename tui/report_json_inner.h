#ifndef QMPTOP_TUI_REPORT_JSON_INNER_H
#define QMPTOP_TUI_REPORT_JSON_INNER_H

/*
 * report_json_inner: what the parts of the JSON report share: report_json.c (the
 * document), report_json_job.c, report_json_migration.c and report_json_value.c (the first
 * two functions). Nobody else includes it.
 * All objects returned are the caller's; NULL is JSON's null.
 */

#include <json-c/json.h>
#include <stdint.h>

struct job;
struct target;

/* Null for NULL. */
json_object *report_text(const char *text);

/* Milliseconds as seconds with one decimal. */
json_object *report_seconds(int64_t ms);

json_object *report_job(const struct target *target, const struct job *job, int64_t now_ms);
json_object *report_ended(const struct target *target, const struct job *job, int64_t now_ms);

/* Null where no migration was ever seen and none is blocked. */
json_object *report_migration(const struct target *target, int64_t now_ms);

#endif
