#include "tui/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "tui/key.h"

static const struct keymap_row rows[REQUEST_COUNT] = {
#define KEYMAP_ROW(symbol, name, keys, section, scope, verb, footer, help)                \
    [REQUEST_##symbol] = {name,   keys, KEYMAP_##section, KEYMAP_IN_##scope, VERB_##verb, \
                          footer, help},
    KEYMAP_REQUESTS(KEYMAP_ROW)
#undef KEYMAP_ROW
};

const struct keymap_row *keymap_row(enum request request)
{
    return &rows[request];
}

const char *keymap_section_title(enum keymap_section section)
{
    static const char *const titles[KEYMAP_SECTION_COUNT] = {
        [KEYMAP_MOVE] = "move",   [KEYMAP_ACT] = "act",       [KEYMAP_LEVERS] = "migrate",
        [KEYMAP_VIEW] = "view",   [KEYMAP_EVENTS] = "events", [KEYMAP_TARGETS] = "sockets",
        [KEYMAP_LEAVE] = "leave",
    };
    return titles[section];
}

void keymap_init(struct keymap *keymap)
{
    *keymap = (struct keymap){0};
    for (enum request request = 0; request < REQUEST_COUNT; request++)
        keymap_bind(keymap, request, rows[request].keys, NULL);
}

void keymap_release(struct keymap *keymap)
{
    free(keymap->bindings);
}

/* The next name of a blank-separated list; its length in *len, 0 at the end. */
static const char *next_name(const char *names, size_t *len)
{
    names += strspn(names, " ");
    *len = strcspn(names, " ");
    return names;
}

static int parse_name(const char *name, size_t len)
{
    char copy[KEY_NAME_SIZE];
    if (len >= sizeof(copy))
        return KEY_CODE_NONE;
    memcpy(copy, name, len);
    copy[len] = '\0';
    return key_parse(copy);
}

/* Scopes that overlap never share a key: who is found is the only one. */
static bool is_free(const struct keymap *keymap, int key, enum request request)
{
    enum request holder = keymap_find(keymap, key, rows[request].scopes);
    return holder == REQUEST_COUNT || holder == request;
}

static void unbind(struct keymap *keymap, enum request request)
{
    size_t kept = 0;
    for (size_t i = 0; i < keymap->count; i++)
        if (keymap->bindings[i].request != request)
            keymap->bindings[kept++] = keymap->bindings[i];
    keymap->count = kept;
}

static void append(struct keymap *keymap, int key, enum request request)
{
    if (keymap->count == keymap->capacity) {
        keymap->capacity = mem_capacity(keymap->capacity, keymap->count + 1);
        keymap->bindings =
            mem_resize(keymap->bindings, keymap->capacity, sizeof(*keymap->bindings));
    }
    keymap->bindings[keymap->count++] = (struct keymap_binding){key, request};
}

bool keymap_bind(struct keymap *keymap, enum request request, const char *names,
                 const char **wrong)
{
    size_t len;
    const char *name = next_name(names, &len);
    for (; len > 0; name = next_name(name + len, &len)) {
        int key = parse_name(name, len);
        if (key == KEY_CODE_NONE || !is_free(keymap, key, request)) {
            if (wrong)
                *wrong = name;
            return false;
        }
    }
    unbind(keymap, request);
    name = next_name(names, &len);
    for (; len > 0; name = next_name(name + len, &len))
        append(keymap, parse_name(name, len), request);
    return true;
}

enum request keymap_find(const struct keymap *keymap, int key, unsigned scope)
{
    for (size_t i = 0; i < keymap->count; i++) {
        const struct keymap_binding *binding = &keymap->bindings[i];
        if (binding->key == key && (rows[binding->request].scopes & scope) != 0)
            return binding->request;
    }
    return REQUEST_COUNT;
}

bool keymap_asks(enum request request)
{
    return rows[request].verb != VERB_COUNT || rows[request].section == KEYMAP_LEVERS;
}

enum request keymap_of_verb(enum verb verb)
{
    enum request request = 0;
    while (request < REQUEST_COUNT && rows[request].verb != verb)
        request++;
    return verb == VERB_COUNT ? REQUEST_COUNT : request;
}

char *keymap_keys(const struct keymap *keymap, enum request request, bool first_only,
                  char names[KEYMAP_KEYS_SIZE])
{
    size_t used = 0;
    names[0] = '\0';
    for (size_t i = 0; i < keymap->count; i++) {
        char name[KEY_NAME_SIZE];
        if (keymap->bindings[i].request != request)
            continue;
        size_t len = strlen(key_label(keymap->bindings[i].key, name));
        if (used + len + 2 > KEYMAP_KEYS_SIZE)
            break;
        if (used > 0)
            names[used++] = ' ';
        memcpy(names + used, name, len + 1);
        used += len;
        if (first_only)
            break;
    }
    return names;
}
