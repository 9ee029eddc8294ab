#include "qmp/value.h"

#include <math.h>
#include <string.h>

struct json_object *value_member(struct json_object *object, const char *name)
{
    struct json_object *member = NULL;

    if (!json_object_is_type(object, json_type_object))
        return NULL;
    json_object_object_get_ex(object, name, &member);
    return member;
}

bool value_has(struct json_object *object, const char *name)
{
    return json_object_object_get_ex(object, name, NULL);
}

bool value_string(struct json_object *value, const char **text)
{
    const char *string;

    if (!json_object_is_type(value, json_type_string))
        return false;
    string = json_object_get_string(value);
    if (string == NULL || strlen(string) != (size_t)json_object_get_string_len(value))
        return false;
    *text = string;
    return true;
}

bool value_uint(struct json_object *value, uint64_t *number)
{
    if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
        return false;
    *number = json_object_get_uint64(value);
    return *number != UINT64_MAX;
}

bool value_number(struct json_object *value, double *number)
{
    if (!json_object_is_type(value, json_type_int) &&
        !json_object_is_type(value, json_type_double))
        return false;
    *number = json_object_get_double(value);
    return isfinite(*number);
}

bool value_bool(struct json_object *value, bool *flag)
{
    if (!json_object_is_type(value, json_type_boolean))
        return false;
    *flag = json_object_get_boolean(value);
    return true;
}

bool value_optional_string(struct json_object *object, const char *name, const char **text)
{
    *text = NULL;
    return !value_has(object, name) || value_string(value_member(object, name), text);
}

bool value_optional_uint(struct json_object *object, const char *name, bool *has,
                         uint64_t *number)
{
    *number = 0;
    *has = value_has(object, name);
    return !*has || value_uint(value_member(object, name), number);
}
