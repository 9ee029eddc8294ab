#include "qmp/command.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- building JSON: each step fails when memory does ------------------------------------- */

/* Takes over `value`. */
static bool add(struct json_object *object, const char *name, struct json_object *value)
{
    if (value != NULL && json_object_object_add(object, name, value) == 0)
        return true;
    json_object_put(value);
    return false;
}

static bool add_string(struct json_object *object, const char *name, const char *value)
{
    return add(object, name, json_object_new_string(value));
}

/* ---- arguments -------------------------------------------------------------------------- */

static bool add_id(struct json_object *arguments, const struct command_args *args)
{
    return add_string(arguments, "id", args->job);
}

static bool add_device(struct json_object *arguments, const struct command_args *args)
{
    return add_string(arguments, "device", args->job);
}

static bool add_soft_cancel(struct json_object *arguments, const struct command_args *args)
{
    return add_device(arguments, args) &&
           add(arguments, "force", json_object_new_boolean(false));
}

static bool add_number(struct json_object *arguments, const char *name,
                       const struct command_args *args)
{
    uint64_t number = args->number < INT64_MAX ? args->number : INT64_MAX;

    return add(arguments, name, json_object_new_int64((int64_t)number));
}

static bool add_speed(struct json_object *arguments, const struct command_args *args)
{
    return add_device(arguments, args) && add_number(arguments, "speed", args);
}

static bool add_write_blocking(struct json_object *arguments, const struct command_args *args)
{
    return add_id(arguments, args) && add_string(arguments, "type", "mirror") &&
           add_string(arguments, "copy-mode", "write-blocking");
}

static bool add_max_bandwidth(struct json_object *arguments, const struct command_args *args)
{
    return add_number(arguments, "max-bandwidth", args);
}

static bool add_max_postcopy_bandwidth(struct json_object *arguments,
                                       const struct command_args *args)
{
    return add_number(arguments, "max-postcopy-bandwidth", args);
}

static bool add_downtime_limit(struct json_object *arguments, const struct command_args *args)
{
    return add_number(arguments, "downtime-limit", args);
}

static bool add_pre_switchover(struct json_object *arguments, const struct command_args *args)
{
    (void)args;
    return add_string(arguments, "state", "pre-switchover");
}

static bool add_uri(struct json_object *arguments, const struct command_args *args)
{
    return add_string(arguments, "uri", args->uri);
}

static bool add_resume(struct json_object *arguments, const struct command_args *args)
{
    return add_uri(arguments, args) && add(arguments, "resume", json_object_new_boolean(true));
}

/* ---- commands --------------------------------------------------------------------------- */

static const struct row {
    const char *name;
    bool (*add_arguments)(struct json_object *arguments, const struct command_args *args);
} rows[COMMAND_COUNT] = {
    [COMMAND_CAPABILITIES] = {"qmp_capabilities", NULL},
    [COMMAND_QUERY_COMMANDS] = {"query-commands", NULL},
    [COMMAND_QUERY_NAME] = {"query-name", NULL},
    [COMMAND_QUERY_STATUS] = {"query-status", NULL},
    [COMMAND_QUERY_JOBS] = {"query-jobs", NULL},
    [COMMAND_QUERY_BLOCK_JOBS] = {"query-block-jobs", NULL},
    [COMMAND_JOB_PAUSE] = {"job-pause", add_id},
    [COMMAND_JOB_RESUME] = {"job-resume", add_id},
    [COMMAND_JOB_COMPLETE] = {"job-complete", add_id},
    [COMMAND_JOB_CANCEL] = {"job-cancel", add_id},
    [COMMAND_JOB_FINALIZE] = {"job-finalize", add_id},
    [COMMAND_JOB_DISMISS] = {"job-dismiss", add_id},
    [COMMAND_BLOCK_JOB_CANCEL] = {"block-job-cancel", add_soft_cancel},
    [COMMAND_BLOCK_JOB_SET_SPEED] = {"block-job-set-speed", add_speed},
    [COMMAND_BLOCK_JOB_CHANGE] = {"block-job-change", add_write_blocking},
    [COMMAND_QUERY_MIGRATE] = {"query-migrate", NULL},
    [COMMAND_QUERY_MIGRATE_PARAMETERS] = {"query-migrate-parameters", NULL},
    [COMMAND_QUERY_MIGRATE_CAPABILITIES] = {"query-migrate-capabilities", NULL},
    [COMMAND_MIGRATE_BANDWIDTH] = {"migrate-set-parameters", add_max_bandwidth},
    [COMMAND_MIGRATE_POSTCOPY_BANDWIDTH] = {"migrate-set-parameters",
                                            add_max_postcopy_bandwidth},
    [COMMAND_MIGRATE_DOWNTIME] = {"migrate-set-parameters", add_downtime_limit},
    [COMMAND_MIGRATE_START_POSTCOPY] = {"migrate-start-postcopy", NULL},
    [COMMAND_MIGRATE_CONTINUE] = {"migrate-continue", add_pre_switchover},
    [COMMAND_MIGRATE_CANCEL] = {"migrate_cancel", NULL},
    [COMMAND_MIGRATE_PAUSE] = {"migrate-pause", NULL},
    [COMMAND_MIGRATE_RESUME] = {"migrate", add_resume},
    [COMMAND_MIGRATE_RECOVER] = {"migrate-recover", add_uri},
};

const char *command_name(enum command command)
{
    return rows[command].name;
}

enum command command_by_name(const char *name)
{
    enum command command = 0;

    while (command < COMMAND_COUNT && strcmp(rows[command].name, name) != 0)
        command++;
    return command;
}

static bool fill_arguments(struct json_object *root, const struct row *row,
                           const struct command_args *args)
{
    struct json_object *arguments;

    arguments = json_object_new_object();
    if (arguments != NULL && row->add_arguments(arguments, args))
        return add(root, "arguments", arguments);
    json_object_put(arguments);
    return false;
}

static char *to_line(struct json_object *root)
{
    static const char line_end[] = "\r\n";
    size_t len;
    const char *text = json_object_to_json_string_length(
        root, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
    char *line = text == NULL ? NULL : malloc(len + sizeof(line_end));

    if (line != NULL) {
        memcpy(line, text, len);
        memcpy(line + len, line_end, sizeof(line_end));
    }
    return line;
}

/* Most commands have no arguments, and are asked for all the time. */
static char *plain_line(const char *name, uint64_t id)
{
    static const char format[] = "{\"execute\":\"%s\",\"id\":%" PRIu64 "}\r\n";
    size_t size = sizeof(format) + strlen(name) + sizeof("18446744073709551615");
    char *line = malloc(size);

    if (line != NULL)
        snprintf(line, size, format, name, id);
    return line;
}

char *command_build(enum command command, const struct command_args *args, uint64_t id)
{
    const struct row *row = &rows[command];
    struct json_object *root;
    char *line = NULL;

    if (row->add_arguments == NULL)
        return plain_line(row->name, id);
    root = json_object_new_object();
    if (root != NULL && add_string(root, "execute", row->name) &&
        fill_arguments(root, row, args) && add(root, "id", json_object_new_uint64(id)))
        line = to_line(root);
    json_object_put(root);
    return line;
}
