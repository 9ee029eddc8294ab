#include "qmp/message.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "qmp/stream.h"
#include "qmp/value.h"

/* json-c counts the scalars inside the innermost container as a level. */
#define PARSE_DEPTH (STREAM_DEPTH_MAX + 1)

/* ---- sorting ---------------------------------------------------------------------------- */

static struct json_object *parse_object(const char *document, size_t len)
{
    struct json_tokener *tokener = json_tokener_new_ex(PARSE_DEPTH);
    struct json_object *root;

    if (tokener == NULL)
        return NULL;
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    root = json_tokener_parse_ex(tokener, document, (int)len);
    json_tokener_free(tokener);
    if (json_object_is_type(root, json_type_object))
        return root;
    json_object_put(root);
    return NULL;
}

static void read_error(struct message *message)
{
    message->error_class = message->error_desc = "";
    value_string(value_member(message->value, "class"), &message->error_class);
    value_string(value_member(message->value, "desc"), &message->error_desc);
}

/* The member that tells what a message is. A hostile one may have several: an
 * error is looked for before a return, so that no failure shows as a success. */
static const struct {
    const char *member;
    enum message_kind kind;
} kinds[] = {
    {"QMP", MESSAGE_GREETING},
    {"event", MESSAGE_EVENT},
    {"error", MESSAGE_ERROR},
    {"return", MESSAGE_RETURN},
};

static void sort(struct message *message)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (value_has(message->root, kinds[i].member)) {
            message->kind = kinds[i].kind;
            message->value = value_member(message->root, kinds[i].member);
            return;
        }
}

bool message_parse(struct message *message, const char *document, size_t len)
{
    *message = (struct message){.kind = MESSAGE_UNKNOWN};
    if (len > STREAM_DOCUMENT_MAX)
        return false;
    message->root = parse_object(document, len);
    if (message->root == NULL)
        return false;
    sort(message);
    message->has_id = value_uint(value_member(message->root, "id"), &message->id);
    if (message->kind == MESSAGE_EVENT) {
        if (!value_string(message->value, &message->event))
            message->kind = MESSAGE_UNKNOWN;
        message->value = value_member(message->root, "data");
    } else if (message->kind == MESSAGE_ERROR)
        read_error(message);
    return true;
}

void message_release(struct message *message)
{
    json_object_put(message->root);
    *message = (struct message){.kind = MESSAGE_UNKNOWN};
}

/* ---- readers ---------------------------------------------------------------------------- */

#define VERSION_PART_MAX  9999 /* of a number in a version: keeps the text short */
#define MICRO_DEVELOPMENT 50
#define MICRO_CANDIDATE   90

static bool read_version_part(struct json_object *version, const char *name, unsigned *part)
{
    uint64_t number;

    if (!value_uint(value_member(version, name), &number) || number > VERSION_PART_MAX)
        return false;
    *part = (unsigned)number;
    return true;
}

/* QEMU counts x.0, x.1, x.2, (x+1).0; a candidate has the version before it
 * with a micro of 90 and more. */
static void write_version(char text[MESSAGE_VERSION_SIZE], unsigned major, unsigned minor,
                          unsigned micro)
{
    if (micro >= MICRO_CANDIDATE)
        snprintf(text, MESSAGE_VERSION_SIZE, "%u.%u.0 rc%u", minor < 2 ? major : major + 1,
                 minor < 2 ? minor + 1 : 0, micro - MICRO_CANDIDATE);
    else
        snprintf(text, MESSAGE_VERSION_SIZE, "%u.%u.%u%s", major, minor, micro,
                 micro == MICRO_DEVELOPMENT ? " dev" : "");
}

bool message_version(const struct message *message, char text[MESSAGE_VERSION_SIZE])
{
    struct json_object *version = message->kind == MESSAGE_GREETING
                                      ? value_member(message->value, "version")
                                      : message->value;
    struct json_object *qemu = value_member(version, "qemu");
    unsigned major, minor, micro;

    if (!read_version_part(qemu, "major", &major) ||
        !read_version_part(qemu, "minor", &minor) || !read_version_part(qemu, "micro", &micro))
        return false;
    write_version(text, major, minor, micro);
    return true;
}

int64_t message_count(const struct message *message)
{
    if (message->kind != MESSAGE_RETURN ||
        !json_object_is_type(message->value, json_type_array))
        return -1;
    return (int64_t)json_object_array_length(message->value);
}

static struct json_object *element(const struct message *message, size_t i)
{
    return (int64_t)i < message_count(message) ? json_object_array_get_idx(message->value, i)
                                               : NULL;
}

bool message_job(const struct message *message, size_t i, struct message_job *job)
{
    struct json_object *object = element(message, i);

    return value_string(value_member(object, "id"), &job->id) &&
           value_string(value_member(object, "type"), &job->type) &&
           value_string(value_member(object, "status"), &job->status) &&
           value_uint(value_member(object, "current-progress"), &job->current) &&
           value_uint(value_member(object, "total-progress"), &job->total) &&
           value_optional_string(object, "error", &job->error);
}

bool message_block_job(const struct message *message, size_t i, struct message_block_job *job)
{
    struct json_object *object = element(message, i);

    return value_string(value_member(object, "device"), &job->device) &&
           value_string(value_member(object, "type"), &job->type) &&
           value_string(value_member(object, "io-status"), &job->io_status) &&
           value_uint(value_member(object, "offset"), &job->offset) &&
           value_uint(value_member(object, "len"), &job->len) &&
           value_uint(value_member(object, "speed"), &job->speed) &&
           value_bool(value_member(object, "busy"), &job->busy) &&
           value_bool(value_member(object, "paused"), &job->paused) &&
           value_optional_bool(object, "auto-finalize", &job->auto_finalize) &&
           value_optional_bool(object, "auto-dismiss", &job->auto_dismiss) &&
           value_optional_bool(object, "actively-synced", &job->actively_synced);
}

const char *message_command(const struct message *message, size_t i)
{
    const char *name = NULL;

    value_string(value_member(element(message, i), "name"), &name);
    return name;
}

const char *message_string(const struct message *message, const char *member)
{
    const char *text = NULL;

    value_string(value_member(message->value, member), &text);
    return text;
}

bool message_uint(const struct message *message, const char *member, uint64_t *value)
{
    return value_uint(value_member(message->value, member), value);
}

bool message_is(const struct message *message, const char *member)
{
    bool flag = false;

    return value_bool(value_member(message->value, member), &flag) && flag;
}
