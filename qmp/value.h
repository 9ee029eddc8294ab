#ifndef QMPTOP_QMP_VALUE_H
#define QMPTOP_QMP_VALUE_H

/*
 * value: reads one JSON value with its type checked first, since json-c turns
 * anything into anything ("12x" into 12, 2^64 into 2^64-1). It does not know any
 * message. Pointers it gives live as long as the value.
 */

#include <json-c/json_object.h>
#include <stdbool.h>
#include <stdint.h>

/* A member of an object; NULL when it is absent, null, or `object` is none. */
struct json_object *value_member(struct json_object *object, const char *name);

/* Whether it has the member at all, null included. */
bool value_has(struct json_object *object, const char *name);

/* A string without an embedded NUL: a cut text would name something else. */
bool value_string(struct json_object *value, const char **text);

/* An integer of 0 .. 2^64-2. json-c makes 2^64-1 of every larger number too, so
 * that one is refused. */
bool value_uint(struct json_object *value, uint64_t *number);

/* Any finite number, fractions included. */
bool value_number(struct json_object *value, double *number);

bool value_bool(struct json_object *value, bool *flag);

/* Members that need not be there: NULL, or false in *has then. False only
 * when the member is there and unusable. */
bool value_optional_string(struct json_object *object, const char *name, const char **text);
bool value_optional_uint(struct json_object *object, const char *name, bool *has,
                         uint64_t *number);

#endif
