#ifndef QMPTOP_QMP_MESSAGE_H
#define QMPTOP_QMP_MESSAGE_H

/*
 * message: one JSON document from QEMU, sorted into greeting, event, return or
 * error, with checked readers for what is inside. It does not know which
 * command a return answers (session.h) nor what a job is to the product (core).
 *
 * Readers check every type: a member that is missing where it must not be, of a
 * wrong type, negative, fractional or not representable makes that element (of a
 * job: that member) unusable, never a wrong number. Strings with an embedded NUL are unusable
 * as well: a cut id would name another job. So is the number 2^64-1, which json-c makes of
 * every larger one. Members they do not know are skipped; of a member that is there twice the
 * last one counts.
 *
 * Sources: docs/interop/qmp-spec.rst; qapi/job.json, block-core.json, control.json.
 */

#include <json-c/json_object.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qmp/listing.h"

enum message_kind {
    MESSAGE_GREETING,
    MESSAGE_EVENT,
    MESSAGE_RETURN,
    MESSAGE_ERROR,
    MESSAGE_UNKNOWN /* an object with none of the members that tell */
};

/* Borrowed pointers live as long as the message. */
struct message {
    enum message_kind kind;
    struct listing listing;    /* owned; a RETURN that is a plain list has only this, ... */
    struct json_object *root;  /* owned; ... all others this, */
    struct json_object *value; /* and `QMP`, `data` (may be NULL), `return` or `error` */
    bool has_id;
    uint64_t id;             /* a non-negative integer id; others count as none */
    const char *event;       /* EVENT: its name */
    const char *error_class; /* ERROR: "" when absent */
    const char *error_desc;  /* ERROR: QEMU's sentence, "" when absent */
    bool starved;            /* it was not parsed: there was no memory */
};

/* Parses a document of `len` bytes, as stream_next() hands it out: its limits
 * on depth and values are not checked again. False: not valid JSON, no object, or
 * out of memory. The caller releases the message in the true case. */
bool message_parse(struct message *message, const char *document, size_t len);
void message_release(struct message *message);

/* Greeting, or the return of query-version: "7.2.22", "10.1.0 rc2" (QEMU says
 * 10.0.92), "9.2.50 dev". False when the version is unusable. */
#define MESSAGE_VERSION_SIZE 48
bool message_version(const struct message *message, char text[MESSAGE_VERSION_SIZE]);

/* One job of a query-jobs return (JobInfo). Of what is unusable but for the id the rest
 * still tells: NULL and no progress then. */
struct message_job {
    const char *id, *type, *status;
    const char *error; /* NULL = none; one that cannot be read is still one */
    uint64_t current, total;
    bool has_progress;
};

/* One job of a query-block-jobs return (BlockJobInfo). Flags: -1 = absent. */
struct message_block_job {
    const char *device, *type, *io_status;
    uint64_t offset, len, speed;
    bool busy, paused;
    int auto_finalize, auto_dismiss, actively_synced;
};

/* Reads the i-th element of a return that is an array. message_count() is the
 * number of elements, or -1 when the return is no array. The readers return
 * false for an unusable element. */
int64_t message_count(const struct message *message);
bool message_job(const struct message *message, size_t i, struct message_job *job);
bool message_block_job(const struct message *message, size_t i, struct message_block_job *job);

/* The name of the i-th element of a query-commands return; NULL if unusable. */
const char *message_command(const struct message *message, size_t i);

/* A capability of a query-migrate-capabilities return: its name, and whether it is on. False
 * when the element is unusable. */
bool message_capability(const struct message *message, size_t i, const char **name, bool *on);

/* A string member of the return (query-name `name`, query-status `status`) or of
 * an event's data; NULL when absent or unusable. */
const char *message_string(const struct message *message, const char *member);

/* A non-negative integer member, likewise; false when absent or unusable. */
bool message_uint(const struct message *message, const char *member, uint64_t *value);

/* A boolean member: whether it is there and true. */
bool message_is(const struct message *message, const char *member);

#endif
