#include "tests/support/snapshot.h"

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/program.h"

#define ENDPOINTS_MAX 8

static struct json_object *document;

void snapshot_release(void)
{
    json_object_put(document);
    document = NULL;
}

struct json_object *snapshot_take(const char *const *endpoints)
{
    const char *arguments[ENDPOINTS_MAX + 3] = {"--once", "--json"};
    struct program_run run = {0};
    for (size_t i = 0; endpoints[i] != NULL; i++) {
        assert_true(i < ENDPOINTS_MAX);
        arguments[i + 2] = endpoints[i];
    }
    snapshot_release();
    program_run(&run, arguments);
    document = json_tokener_parse(run.out);
    if (document == NULL)
        fail_msg("not JSON: %s%s", run.out, run.err);
    program_release(&run);
    return document;
}

struct json_object *snapshot_member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(object, key, &value))
        fail_msg("no member %s in %s", key, json_object_to_json_string(object));
    return value;
}

const char *snapshot_text(struct json_object *object, const char *key)
{
    return json_object_get_string(snapshot_member(object, key));
}

struct json_object *snapshot_target(struct json_object *whole)
{
    return json_object_array_get_idx(snapshot_member(whole, "targets"), 0);
}

struct json_object *snapshot_job(struct json_object *whole, const char *id)
{
    struct json_object *jobs = snapshot_member(snapshot_target(whole), "jobs");
    for (size_t i = 0; i < json_object_array_length(jobs); i++) {
        struct json_object *job = json_object_array_get_idx(jobs, i);
        if (strcmp(snapshot_text(job, "id"), id) == 0)
            return job;
    }
    fail_msg("no job %s in %s", id, json_object_to_json_string(jobs));
    return NULL;
}

bool snapshot_lists(struct json_object *array, const char *text)
{
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(array, i)), text) == 0)
            return true;
    }
    return false;
}
