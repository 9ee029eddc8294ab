#include "qmp/message.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "qmp/stream.h"
#include "qmp/value.h"

/* json-c counts the scalars inside the innermost container as a level. */
#define PARSE_DEPTH (STREAM_DEPTH_MAX + 1)

/* ---- sorting ---------------------------------------------------------------------------- */

static struct json_object *parse_object(struct message *message, const char *document,
                                        size_t len)
{
    struct json_tokener *tokener = json_tokener_new_ex(PARSE_DEPTH);
    struct json_object *root;

    message->starved = tokener == NULL;
    if (message->starved)
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
    if (listing_read(&message->listing, document, len)) {
        message->kind = MESSAGE_RETURN;
        message->has_id = true;
        message->id = message->listing.id;
        return true;
    }
    message->root = parse_object(message, document, len);
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
    listing_release(&message->listing);
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
    if (message->listing.text != NULL)
        return (int64_t)message->listing.count;
    if (message->kind != MESSAGE_RETURN ||
        !json_object_is_type(message->value, json_type_array))
        return -1;
    return (int64_t)json_object_array_length(message->value);
}

/* An element of a list, whoever has read it. */
struct element {
    const struct listing *listing; /* NULL: `object` is it */
    size_t i;
    struct json_object *object;
};

static struct element element_of(const struct message *message, size_t i)
{
    struct element element = {.listing = NULL, .i = i};

    if (message->listing.text != NULL)
        element.listing = &message->listing;
    else if ((int64_t)i < message_count(message))
        element.object = json_object_array_get_idx(message->value, i);
    return element;
}

static bool get_string(const struct element *element, const char *name, const char **text)
{
    return element->listing != NULL ? listing_string(element->listing, element->i, name, text)
                                    : value_string(value_member(element->object, name), text);
}

static bool get_uint(const struct element *element, const char *name, uint64_t *number)
{
    return element->listing != NULL ? listing_uint(element->listing, element->i, name, number)
                                    : value_uint(value_member(element->object, name), number);
}

static bool get_bool(const struct element *element, const char *name, bool *flag)
{
    return element->listing != NULL ? listing_bool(element->listing, element->i, name, flag)
                                    : value_bool(value_member(element->object, name), flag);
}

static bool has(const struct element *element, const char *name)
{
    return element->listing != NULL ? listing_has(element->listing, element->i, name)
                                    : value_has(element->object, name);
}

/* Members that need not be there. */
static bool get_text(const struct element *element, const char *name, const char **text)
{
    *text = NULL;
    return !has(element, name) || get_string(element, name, text);
}

static bool get_flag(const struct element *element, const char *name, int *flag)
{
    bool value = false;

    *flag = -1;
    if (!has(element, name))
        return true;
    if (!get_bool(element, name, &value))
        return false;
    *flag = value;
    return true;
}

bool message_job(const struct message *message, size_t i, struct message_job *job)
{
    struct element element = element_of(message, i);

    *job = (struct message_job){.id = NULL};
    if (!get_string(&element, "id", &job->id))
        return false;
    if (!get_string(&element, "type", &job->type))
        job->type = NULL;
    if (!get_string(&element, "status", &job->status))
        job->status = NULL;
    job->has_progress = get_uint(&element, "current-progress", &job->current) &&
                        get_uint(&element, "total-progress", &job->total);
    if (!get_text(&element, "error", &job->error))
        job->error = "an error that cannot be read";
    return true;
}

bool message_block_job(const struct message *message, size_t i, struct message_block_job *job)
{
    struct element element = element_of(message, i);

    return get_string(&element, "device", &job->device) &&
           get_string(&element, "type", &job->type) &&
           get_string(&element, "io-status", &job->io_status) &&
           get_uint(&element, "offset", &job->offset) && get_uint(&element, "len", &job->len) &&
           get_uint(&element, "speed", &job->speed) && get_bool(&element, "busy", &job->busy) &&
           get_bool(&element, "paused", &job->paused) &&
           get_flag(&element, "auto-finalize", &job->auto_finalize) &&
           get_flag(&element, "auto-dismiss", &job->auto_dismiss) &&
           get_flag(&element, "actively-synced", &job->actively_synced);
}

const char *message_command(const struct message *message, size_t i)
{
    struct element element = element_of(message, i);
    const char *name = NULL;

    get_string(&element, "name", &name);
    return name;
}

bool message_capability(const struct message *message, size_t i, const char **name, bool *on)
{
    struct element element = element_of(message, i);

    return get_string(&element, "capability", name) && get_bool(&element, "state", on);
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
