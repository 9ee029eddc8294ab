#include "tui/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "tui/jsonfile.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/options.h"
#include "tui/widgets/answer.h"

#define DELAY_DEFAULT_MS 1000

struct reading {
    struct jsonfile file;
    struct config *config;
    struct keymap *keymap;
};

/* One row a key of the file. */
struct row {
    const char *name;
    bool (*read)(struct reading *reading, const struct row *row, struct json_object *value);
    size_t offset; /* of the member, for those who read just one */
};

static void *member(const struct reading *reading, const struct row *row)
{
    return (char *)reading->config + row->offset;
}

static bool complain(struct reading *reading, const struct row *row, const char *what)
{
    const jsonfile_place place = {row->name, NULL};
    return jsonfile_complain(&reading->file, place, "\"%s\" %s", row->name, what);
}

/* Of a key, or of the value of that number in its list. */
static char *place_of(const struct reading *reading, const char *name, size_t element)
{
    char place[CONFIG_ERROR_SIZE];
    jsonfile_where(&reading->file, (jsonfile_place){name, NULL}, element, place, sizeof(place));
    return mem_dup(place);
}

/* ---- plain values ---------------------------------------------------------------------- */

static bool read_theme(struct reading *reading, const struct row *row,
                       struct json_object *value)
{
    char **text = &reading->config->theme;
    if (!json_object_is_type(value, json_type_string) || json_object_get_string_len(value) == 0)
        return complain(reading, row, "is a text");
    free(*text);
    *text = mem_dup(json_object_get_string(value));
    reading->config->theme_at = place_of(reading, row->name, 0);
    return true;
}

static bool read_flag(struct reading *reading, const struct row *row, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_boolean))
        return complain(reading, row, "is true or false");
    *(bool *)member(reading, row) = json_object_get_boolean(value);
    return true;
}

static bool read_delay(struct reading *reading, const struct row *row,
                       struct json_object *value)
{
    bool is_number = json_object_is_type(value, json_type_int) ||
                     json_object_is_type(value, json_type_double);
    double ms = is_number ? json_object_get_double(value) * 1000 : 0;
    if (!(ms >= OPTIONS_DELAY_LEAST_MS && ms <= OPTIONS_DELAY_MOST_MS))
        return complain(reading, row, "is a number of seconds, 0.1 to 3600");
    reading->config->delay_ms = (int64_t)(ms + 0.5);
    return true;
}

static bool is_word(struct json_object *value, const char *word)
{
    return json_object_is_type(value, json_type_string) &&
           strcmp(json_object_get_string(value), word) == 0;
}

static bool read_confirm(struct reading *reading, const struct row *row,
                         struct json_object *value)
{
    reading->config->confirm_more = is_word(value, "more");
    return reading->config->confirm_more || is_word(value, "normal") ||
           complain(reading, row, "is \"normal\" or \"more\"");
}

/* ---- the list of jobs ------------------------------------------------------------------ */

#define NAMES_SIZE 128

/* Adds a name to those that could have been meant. */
static void add_name(char names[NAMES_SIZE], const char *name)
{
    size_t len = strlen(names);
    snprintf(names + len, NAMES_SIZE - len, "%s%s", len > 0 ? " " : "", name);
}

static bool read_sort(struct reading *reading, const struct row *row, struct json_object *value)
{
    char names[NAMES_SIZE] = "", what[NAMES_SIZE + 16];
    enum order_key *sort = &reading->config->look.sort;
    *sort = json_object_is_type(value, json_type_string)
                ? order_key_parse(json_object_get_string(value))
                : ORDER_KEY_COUNT;
    if (*sort != ORDER_KEY_COUNT)
        return true;
    *sort = ORDER_BY_NEED;
    for (enum order_key key = 0; key < ORDER_KEY_COUNT; key++)
        add_name(names, order_key_name(key));
    snprintf(what, sizeof(what), "is one of: %s", names);
    return complain(reading, row, what);
}

static bool complain_column(struct reading *reading, const struct row *row, size_t number,
                            const char *title)
{
    char names[NAMES_SIZE] = "", quoted[JSONFILE_QUOTE_SIZE];
    for (enum jobs_column column = 0; column < JOBS_COLUMN_COUNT; column++)
        add_name(names, jobs_column_title(column));
    return jsonfile_complain_element(&reading->file, (jsonfile_place){row->name, NULL}, number,
                                     "%s is none of: %s", jsonfile_quote(quoted, title), names);
}

static bool read_columns(struct reading *reading, const struct row *row,
                         struct json_object *value)
{
    struct jobs_columns *columns = &reading->config->look.columns;
    if (!json_object_is_type(value, json_type_array))
        return complain(reading, row, "is a list");
    *columns = (struct jobs_columns){.chosen = true};
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        const char *title = json_object_get_string(json_object_array_get_idx(value, i));
        enum jobs_column column = jobs_column_find(title ? title : "null");
        if (column == JOBS_COLUMN_COUNT)
            return complain_column(reading, row, i + 1, title ? title : "null");
        if (!jobs_columns_choose(columns, column))
            return jsonfile_complain_element(&reading->file, (jsonfile_place){row->name, NULL},
                                             i + 1, "\"%s\" is there already", title);
    }
    return true;
}

/* ---- endpoints ------------------------------------------------------------------------- */

static const char *text_of(struct json_object *object, const char *key)
{
    struct json_object *value = json_object_object_get(object, key);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static char *join_endpoint(const char *name, const char *manner, const char *address)
{
    size_t size = strlen(name) + strlen(manner) + strlen(address) + 2;
    char *text = mem_alloc(size, 1);
    snprintf(text, size, "%s%s%s%s", name, *name != '\0' ? "=" : "", manner, address);
    return text;
}

/* How "polite" is written on the command line; NULL: it is neither true nor false. */
static const char *manner_of(struct json_object *value)
{
    struct json_object *polite;
    if (!json_object_object_get_ex(value, "polite", &polite))
        return "";
    if (!json_object_is_type(polite, json_type_boolean))
        return NULL;
    return json_object_get_boolean(polite) ? "polite:" : "hold:";
}

/* As it would stand on the command line; NULL: it is no endpoint. */
static char *endpoint_of(struct json_object *value)
{
    if (json_object_is_type(value, json_type_string))
        return mem_dup(json_object_get_string(value));
    const char *name = text_of(value, "name"), *address = text_of(value, "address");
    if (!address || (name && (*name == '\0' || strpbrk(name, "=/:"))))
        return NULL;
    const char *manner = manner_of(value);
    if (!manner || json_object_object_length(value) != 1 + !!name + (*manner != '\0'))
        return NULL;
    return join_endpoint(name ? name : "", manner, address);
}

static bool read_endpoints(struct reading *reading, const struct row *row,
                           struct json_object *value)
{
    struct config *config = reading->config;
    size_t count =
        json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 0;
    if (!json_object_is_type(value, json_type_array))
        return complain(reading, row, "is a list");
    config->endpoints = mem_alloc(count + 1, sizeof(*config->endpoints));
    config->endpoints_at = mem_alloc(count + 1, sizeof(*config->endpoints_at));
    for (size_t i = 0; i < count; i++) {
        char *endpoint = endpoint_of(json_object_array_get_idx(value, i));
        if (!endpoint)
            return jsonfile_complain_element(
                &reading->file, (jsonfile_place){row->name, NULL}, i + 1,
                "an endpoint is a text or {\"address\": ...} (and \"name\": one without "
                "'=', '/' and ':', and \"polite\": true or false)");
        config->endpoints_at[i] = place_of(reading, row->name, i + 1);
        config->endpoints[config->endpoint_count++] = endpoint;
    }
    return true;
}

/* ---- keys ------------------------------------------------------------------------------ */

static enum request find_request(const char *name)
{
    enum request request = 0;
    while (request < REQUEST_COUNT && strcmp(keymap_row(request)->name, name) != 0)
        request++;
    return request;
}

/* Who has the key where `request` has a meaning; it has none of its own when it shall get
 * some (clear_key()). */
static enum request holder_of(const struct reading *reading, int key, enum request request)
{
    return keymap_find(reading->keymap, key, keymap_row(request)->scopes);
}

/* `wrong` begins with the name of a key that could not be bound. */
static bool complain_key(struct reading *reading, enum request request, const char *wrong)
{
    const char *const place[] = {"keys", keymap_row(request)->name, NULL};
    char name[JSONFILE_QUOTE_SIZE / 2], quoted[JSONFILE_QUOTE_SIZE];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(wrong, " "), wrong);
    jsonfile_quote(quoted, name);
    enum request holder = holder_of(reading, key_parse(name), request);
    if (holder == REQUEST_COUNT)
        return jsonfile_complain(&reading->file, place, "%s is no key", quoted);
    return jsonfile_complain(&reading->file, place, "%s already asks for \"%s\"", quoted,
                             keymap_row(holder)->name);
}

/* The key that says yes in a box neither opens one nor is needed in it for something else. */
static bool check_yes(struct reading *reading, enum request request)
{
    const struct keymap_row *row = keymap_row(request);
    const char *const place[] = {"keys", row->name, NULL};
    if (holder_of(reading, ANSWER_KEY_YES, request) != request)
        return true;
    if (keymap_asks(request))
        return jsonfile_complain(&reading->file, place,
                                 "\"y\" says yes in a box, and \"%s\" opens one", row->name);
    return (row->scopes & KEYMAP_IN_BOX) == 0 ||
           jsonfile_complain(&reading->file, place,
                             "\"y\" says yes in a box, where \"%s\" has its keys too",
                             row->name);
}

static bool bind_key(struct reading *reading, const char *name, struct json_object *value)
{
    const char *wrong;
    enum request request = find_request(name);
    if (!keymap_bind(reading->keymap, request, json_object_get_string(value), &wrong))
        return complain_key(reading, request, wrong);
    return check_yes(reading, request);
}

/* First the named requests lose their keys, so that two can change places. */
static bool clear_key(struct reading *reading, const char *name, struct json_object *value)
{
    const char *const place[] = {"keys", name, NULL};
    char quoted[JSONFILE_QUOTE_SIZE];
    enum request request = find_request(name);
    if (request == REQUEST_COUNT)
        return jsonfile_complain(&reading->file, place, "nothing is called %s",
                                 jsonfile_quote(quoted, name));
    if (!json_object_is_type(value, json_type_string))
        return jsonfile_complain(&reading->file, place,
                                 "keys are a text such as \"F5\" or \"Up k\"");
    return keymap_bind(reading->keymap, request, "", NULL);
}

/* ^C ends the program in any case, but nobody should have to know. */
static bool can_be_left(const struct keymap *keymap)
{
    char names[KEYMAP_KEYS_SIZE];
    return *keymap_keys(keymap, REQUEST_LEAVE, true, names) != '\0' ||
           *keymap_keys(keymap, REQUEST_QUIT, true, names) != '\0';
}

static bool read_keys(struct reading *reading, const struct row *row, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_object))
        return complain(reading, row, "is an object");
    json_object_object_foreach(value, cleared, old_keys)
    {
        if (!clear_key(reading, cleared, old_keys))
            return false;
    }
    json_object_object_foreach(value, name, new_keys)
    {
        if (!bind_key(reading, name, new_keys))
            return false;
    }
    return can_be_left(reading->keymap) ||
           complain(reading, row, "leaves no key to \"leave\" or \"quit\"");
}

/* ---- the file -------------------------------------------------------------------------- */

#define MEMBER(name) offsetof(struct config, name)

static const struct row rows[] = {
    {"theme", read_theme, 0},
    {"delay", read_delay, 0},
    {"confirm", read_confirm, 0},
    {"mouse", read_flag, MEMBER(mouse)},
    {"bell", read_flag, MEMBER(bell)},
    {"title", read_flag, MEMBER(title)},
    {"sort", read_sort, 0},
    {"columns", read_columns, 0},
    {"endpoints", read_endpoints, 0},
    {"keys", read_keys, 0},
};

static bool read_row(struct reading *reading, const char *name, struct json_object *value)
{
    char quoted[JSONFILE_QUOTE_SIZE];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].read(reading, &rows[i], value);
    return jsonfile_complain(&reading->file, (jsonfile_place){name, NULL}, "unknown key %s",
                             jsonfile_quote(quoted, name));
}

static bool read_rows(struct reading *reading)
{
    json_object_object_foreach(reading->file.root, name, value)
    {
        if (!read_row(reading, name, value))
            return false;
    }
    return true;
}

static bool read_file(struct config *config, struct keymap *keymap, char *error)
{
    struct reading reading = {.config = config, .keymap = keymap};
    bool good = jsonfile_read(&reading.file, config->path) && read_rows(&reading);
    if (!good)
        snprintf(error, CONFIG_ERROR_SIZE, "%s", reading.file.error);
    jsonfile_release(&reading.file);
    return good;
}

/* Owned by the caller; NULL: there is no such place. */
static char *usual_path(void)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    bool has_xdg = xdg && xdg[0] == '/';
    if (!has_xdg && (!home || home[0] != '/'))
        return NULL;
    const char *base = has_xdg ? xdg : home;
    const char *rest = has_xdg ? "/qmptop/config.json" : "/.config/qmptop/config.json";
    size_t size = strlen(base) + strlen(rest) + 1;
    char *path = mem_alloc(size, 1);
    snprintf(path, size, "%s%s", base, rest);
    return path;
}

bool config_load(struct config *config, const char *path, struct keymap *keymap, char *error)
{
    *config = (struct config){.path = path ? mem_dup(path) : usual_path()};
    if (!path && config->path && access(config->path, F_OK) != 0) {
        config->missing = config->path;
        config->path = NULL;
    }
    return !config->path || read_file(config, keymap, error);
}

void config_release(struct config *config)
{
    for (size_t i = 0; i < config->endpoint_count; i++) {
        free(config->endpoints[i]);
        free(config->endpoints_at[i]);
    }
    free(config->endpoints);
    free(config->theme);
    free(config->theme_at);
    free(config->endpoints_at);
    free(config->path);
    free(config->missing);
    *config = (struct config){0};
}

const char *config_place(const struct config *config, const char *text)
{
    if (text != NULL && text == config->theme)
        return config->theme_at;
    for (size_t i = 0; i < config->endpoint_count; i++)
        if (text == config->endpoints[i])
            return config->endpoints_at[i];
    return "";
}

void config_complete(const struct config *config, struct options *options)
{
    if (!options->theme)
        options->theme = config->theme;
    if (options->delay_ms == 0)
        options->delay_ms = config->delay_ms > 0 ? config->delay_ms : DELAY_DEFAULT_MS;
    options->mouse = options->mouse || config->mouse;
    if (options->demo || options->endpoint_count > 0)
        return;
    for (size_t i = 0; i < config->endpoint_count; i++)
        options_add_endpoint(options, config->endpoints[i]);
}
