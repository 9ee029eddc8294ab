#ifndef QMPTOP_TESTS_SUPPORT_SNAPSHOT_H
#define QMPTOP_TESTS_SUPPORT_SNAPSHOT_H

/*
 * snapshot: what the program says with --once --json, and reading in it. What is missing
 * fails the test and is shown.
 */

#include <stdbool.h>

struct json_object;

/* The document for these endpoints (NULL-terminated). One snapshot at a time: valid until
 * the next or snapshot_release(). */
struct json_object *snapshot_take(const char *const *endpoints);
void snapshot_release(void);

/* A member that must be there; its text (NULL when it is null). */
struct json_object *snapshot_member(struct json_object *object, const char *key);
const char *snapshot_text(struct json_object *object, const char *key);

/* The first target; a job of it by id. */
struct json_object *snapshot_target(struct json_object *document);
struct json_object *snapshot_job(struct json_object *document, const char *id);

/* Does an array of texts have that one? */
bool snapshot_lists(struct json_object *array, const char *text);

#endif
