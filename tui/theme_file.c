#include "tui/theme_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/jsonfile.h"

static const char *const colour_names[] = {
    "black",        "red",           "green",       "yellow",         "blue",
    "magenta",      "cyan",          "white",       "bright-black",   "bright-red",
    "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
};

static bool colour_of_text(const char *text, int32_t *colour)
{
    for (int i = 0; i < 16; i++) {
        if (strcmp(text, colour_names[i]) == 0) {
            *colour = i;
            return true;
        }
    }
    if (strcmp(text, "default") == 0) {
        *colour = THEME_COLOUR_DEFAULT;
        return true;
    }
    if (text[0] != '#' || strlen(text) != 7 || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
        return false;
    *colour = (int32_t)(THEME_RGB(0, 0, 0) | strtol(text + 1, NULL, 16));
    return true;
}

static bool read_colour(struct jsonfile *file, jsonfile_place place, struct json_object *value,
                        int32_t *colour)
{
    char quoted[JSONFILE_QUOTE_SIZE];

    if (json_object_is_type(value, json_type_int)) {
        int64_t number = json_object_get_int64(value);
        *colour = (int32_t)(number < 0 || number > 255 ? 0 : number);
        return (number >= 0 && number <= 255) ||
               jsonfile_complain(file, place, "a colour's number is 0 to 255");
    }
    if (!json_object_is_type(value, json_type_string))
        return jsonfile_complain(file, place, "a colour is a text or a number");
    return colour_of_text(json_object_get_string(value), colour) ||
           jsonfile_complain(file, place,
                             "unknown colour %s; use \"default\", \"red\", "
                             "\"bright-red\" ..., 0 to 255 or \"#rrggbb\"",
                             jsonfile_quote(quoted, json_object_get_string(value)));
}

static bool read_attribute(struct jsonfile *file, jsonfile_place place, const char *key,
                           struct json_object *value, uint32_t *attributes)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } names[] = {{"bold", THEME_BOLD},
                 {"dim", THEME_DIM_ATTR},
                 {"underline", THEME_UNDERLINE},
                 {"reverse", THEME_REVERSE}};
    char quoted[JSONFILE_QUOTE_SIZE];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(key, names[i].name) != 0)
            continue;
        if (!json_object_is_type(value, json_type_boolean))
            return jsonfile_complain(file, place, "\"%s\" is true or false", key);
        if (json_object_get_boolean(value))
            *attributes |= names[i].bit;
        return true;
    }
    return jsonfile_complain(file, place, "unknown key %s in a role",
                             jsonfile_quote(quoted, key));
}

static bool read_style(struct jsonfile *file, const char *role, struct json_object *object,
                       struct theme_style *style)
{
    *style = (struct theme_style){.fg = THEME_COLOUR_DEFAULT, .bg = THEME_COLOUR_DEFAULT};
    if (!json_object_is_type(object, json_type_object))
        return jsonfile_complain(file, (jsonfile_place){"roles", role, NULL},
                                 "a role is an object");
    json_object_object_foreach(object, key, value)
    {
        const char *const place[] = {"roles", role, key, NULL};
        bool good;
        if (strcmp(key, "fg") == 0)
            good = read_colour(file, place, value, &style->fg);
        else if (strcmp(key, "bg") == 0)
            good = read_colour(file, place, value, &style->bg);
        else
            good = read_attribute(file, place, key, value, &style->attributes);
        if (!good)
            return false;
    }
    return true;
}

static bool find_role(const char *name, enum theme_role *role)
{
    for (int i = 0; i < THEME_ROLE_COUNT; i++) {
        if (strcmp(name, theme_role_name((enum theme_role)i)) == 0) {
            *role = (enum theme_role)i;
            return true;
        }
    }
    return false;
}

static bool read_roles(struct jsonfile *file, struct json_object *roles, struct theme *theme)
{
    char quoted[JSONFILE_QUOTE_SIZE];
    enum theme_role role;

    if (!json_object_is_type(roles, json_type_object))
        return jsonfile_complain(file, (jsonfile_place){"roles", NULL},
                                 "\"roles\" is an object");
    json_object_object_foreach(roles, key, value)
    {
        if (!find_role(key, &role))
            return jsonfile_complain(file, (jsonfile_place){"roles", key, NULL},
                                     "unknown role %s", jsonfile_quote(quoted, key));
        if (!read_style(file, key, value, &theme->styles[role]))
            return false;
    }
    return true;
}

const char *theme_file_extends(const struct jsonfile *file)
{
    struct json_object *base = json_object_object_get(file->root, "extends");

    return json_object_is_type(base, json_type_string) ? json_object_get_string(base) : NULL;
}

static bool read_name(struct jsonfile *file, const char *key, struct json_object *value,
                      struct theme *theme)
{
    char quoted[JSONFILE_QUOTE_SIZE];
    bool is_name = strcmp(key, "name") == 0;

    if (!is_name && strcmp(key, "extends") != 0)
        return jsonfile_complain(file, (jsonfile_place){key, NULL}, "unknown key %s",
                                 jsonfile_quote(quoted, key));
    if (!json_object_is_type(value, json_type_string))
        return jsonfile_complain(file, (jsonfile_place){key, NULL}, "\"%s\" is a text", key);
    if (is_name)
        snprintf(theme->name, sizeof theme->name, "%s", json_object_get_string(value));
    return true;
}

bool theme_file_read(struct jsonfile *file, struct theme *theme)
{
    json_object_object_foreach(file->root, key, value)
    {
        bool good = strcmp(key, "roles") == 0 ? read_roles(file, value, theme)
                                              : read_name(file, key, value, theme);
        if (!good)
            return false;
    }
    return true;
}
