#include "tui/jsontext.h"

#include <json-c/json.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* A name and its value; offsets. */
struct member {
    size_t name, value;
};

/* ---- walking --------------------------------------------------------------------------- */

size_t jsontext_skip_blank(const char *text, size_t at)
{
    for (;;) {
        at += strspn(text + at, BLANKS);
        if (strncmp(text + at, "//", 2) == 0) {
            at += strcspn(text + at, "\n");
        } else if (strncmp(text + at, "/*", 2) == 0) {
            const char *end = strstr(text + at + 2, "*/");
            if (!end)
                return at;
            at = (size_t)(end - text) + 2;
        } else {
            return at;
        }
    }
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* The offset after the text in quotes that begins at `at`. */
static size_t skip_string(const char *text, size_t at)
{
    char quote = text[at++];
    while (text[at] != '\0' && text[at] != quote)
        at += text[at] == '\\' && text[at + 1] != '\0' ? 2 : 1;
    return text[at] == '\0' ? at : at + 1;
}

/* The offset after a number, a word or what else is no text, list or object; never `at`. */
static size_t skip_word(const char *text, size_t at)
{
    size_t length = strcspn(text + at, ",:/[]{}\"'" BLANKS);
    return at + (length > 0 ? length : 1);
}

/* The offset after the value that begins at `at`. */
static size_t skip_value(const char *text, size_t at)
{
    size_t depth = 0;
    do {
        char c = text[at];
        if (c == '\0')
            return at;
        if (c == '{' || c == '[')
            depth++;
        if ((c == '}' || c == ']') && depth > 0)
            depth--;
        at = is_quote(c) ? skip_string(text, at) : skip_word(text, at);
        if (depth > 0)
            at = jsontext_skip_blank(text, at);
    } while (depth > 0);
    return at;
}

/* To the next member or element behind a comma or the opening bracket. */
static size_t skip_comma(const char *text, size_t at)
{
    at = jsontext_skip_blank(text, at);
    return text[at] == ',' ? jsontext_skip_blank(text, at + 1) : at;
}

/* The next member of the object in which *at is; *at moves behind it. */
static bool next_member(const char *text, size_t *at, struct member *member)
{
    member->name = skip_comma(text, *at);
    if (!is_quote(text[member->name]))
        return false;
    size_t colon = jsontext_skip_blank(text, skip_string(text, member->name));
    if (text[colon] != ':')
        return false;
    member->value = jsontext_skip_blank(text, colon + 1);
    *at = skip_value(text, member->value);
    return true;
}

/* ---- finding --------------------------------------------------------------------------- */

/* The name at `at` as json-c reads it; for json_object_put(). */
static struct json_object *read_name(const char *text, size_t at)
{
    struct json_tokener *tokener = json_tokener_new_ex(1);
    struct json_object *name = NULL;
    if (tokener)
        name = json_tokener_parse_ex(tokener, text + at, (int)(skip_string(text, at) - at));
    if (tokener)
        json_tokener_free(tokener);
    return name;
}

static bool is_called(const char *text, const struct member *member, const char *name)
{
    struct json_object *read = read_name(text, member->name);
    bool same = json_object_is_type(read, json_type_string) &&
                strcmp(json_object_get_string(read), name) == 0;
    json_object_put(read);
    return same;
}

static bool find_member(const char *text, size_t at, const char *name, struct member *found)
{
    struct member member;
    if (text[at] != '{')
        return false;
    for (at++; next_member(text, &at, &member);) {
        if (!is_called(text, &member, name))
            continue;
        *found = member;
        return true;
    }
    return false;
}

/* The offset of that element of the list at `at`; 0 when there is none. */
static size_t find_element(const char *text, size_t at, size_t number)
{
    if (text[at] != '[')
        return 0;
    for (at = skip_comma(text, at + 1); text[at] != ']' && text[at] != '\0';
         at = skip_comma(text, skip_value(text, at)))
        if (--number == 0)
            return at;
    return 0;
}

size_t jsontext_find(const char *text, const char *const *path, size_t element)
{
    struct member member = {0, jsontext_skip_blank(text, 0)};
    for (; *path; path++)
        if (!find_member(text, member.value, *path, &member))
            return member.name;
    size_t at = element > 0 ? find_element(text, member.value, element) : 0;
    return at > 0 ? at : member.name;
}

/* ---- members of one name --------------------------------------------------------------- */

/* Takes the name into the set; false when it is there already. */
static bool add_name(struct json_object *set, const char *text, size_t at)
{
    struct json_object *name = read_name(text, at);
    bool is_new = true;
    if (json_object_is_type(name, json_type_string)) {
        is_new = !json_object_object_get_ex(set, json_object_get_string(name), NULL);
        json_object_object_add(set, json_object_get_string(name), NULL);
    }
    json_object_put(name);
    return is_new;
}

/* Looks at the members of the object whose inside begins at `at`, not below them. */
static bool has_twice(const char *text, size_t at, size_t *second)
{
    struct json_object *set = json_object_new_object();
    struct member member;
    bool twice = false;
    while (set && !twice && next_member(text, &at, &member)) {
        twice = !add_name(set, text, member.name);
        *second = member.name;
    }
    json_object_put(set);
    return twice;
}

bool jsontext_has_twice(const char *text, size_t *at, size_t *length)
{
    size_t here = jsontext_skip_blank(text, 0);
    while (text[here] != '\0') {
        if (text[here] == '{' && has_twice(text, here + 1, at)) {
            *length = skip_string(text, *at) - *at;
            return true;
        }
        here = is_quote(text[here]) ? skip_string(text, here) : skip_word(text, here);
        here = jsontext_skip_blank(text, here);
    }
    return false;
}
