#include "qmp/discover_argv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX 64 /* -chardev and -mon each; more is no command line of a person */

/* The words, by reference. A copy ends with NUL wherever the bytes end. */
struct words {
    char *bytes; /* owned */
    size_t len;
    const char *chardevs[OPTIONS_MAX], *monitors[OPTIONS_MAX];
    size_t chardev_count, monitor_count;
    bool is_daemon; /* qemu-storage-daemon */
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

bool discover_is_qemu(const char *argv0)
{
    const char *name = base_name(argv0);

    return strstr(name, "qemu") != NULL || strcmp(name, "kvm") == 0;
}

/* ---- lists of KEY=VALUE ----------------------------------------------------------------- */

/* The end of what begins at `text`: a comma that is not doubled, or the end. */
static const char *end_of_value(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text != ',')
            continue;
        if (text[1] != ',')
            break;
        text++;
    }
    return text;
}

/* A copy of [text, end) with ",," as ","; NULL without memory. */
static char *value_of(const char *text, const char *end)
{
    char *value = calloc((size_t)(end - text) + 1, 1), *at = value;

    if (value == NULL)
        return NULL;
    while (text < end) {
        *at++ = *text;
        text += text[0] == ',' && text + 1 < end && text[1] == ',' ? 2 : 1;
    }
    return value;
}

/* The value of `key`, the last one as in QEMU; `implied` is the key of a first item that
 * has none. A bare "server" is "on". NULL when it is not there. */
static char *get(const char *list, const char *key, const char *implied)
{
    size_t key_len = strlen(key);
    char *found = NULL;
    bool first = true;

    for (const char *item = list, *end; *item != '\0'; item = *end != '\0' ? end + 1 : end) {
        size_t len = strcspn(item, "=,");
        bool bare = item[len] != '=';
        const char *meant = bare && first ? implied : NULL;

        end = end_of_value(item);
        if (meant != NULL ? strcmp(key, meant) == 0
                          : len == key_len && strncmp(item, key, len) == 0) {
            free(found);
            found = meant != NULL ? value_of(item, end)
                    : bare        ? strdup("on")
                                  : value_of(item + len + 1, end);
        }
        first = false;
    }
    return found;
}

static bool is_on(const char *list, const char *key)
{
    char *value = get(list, key, NULL);
    bool on = value != NULL && (strcmp(value, "on") == 0 || strcmp(value, "yes") == 0 ||
                                strcmp(value, "true") == 0);

    free(value);
    return on;
}

/* ---- what a socket says ----------------------------------------------------------------- */

/* Takes over `where`. */
static void add(struct discover_argv *argv, enum discover_kind kind, char *where)
{
    if (where == NULL || *where == '\0' || argv->count == DISCOVER_MONITORS_MAX) {
        free(where);
        return;
    }
    argv->monitors[argv->count++] = (struct discover_monitor){kind, where};
}

/* A server that listens everywhere is reached here. */
static char *reachable(const char *host, const char *port)
{
    size_t size = strlen(host) + strlen(port) + sizeof("127.0.0.1[]:");
    char *where = malloc(size);

    if (where == NULL)
        return NULL;
    if (*host == '\0' || strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    else if (strcmp(host, "::") == 0)
        host = "::1";
    snprintf(where, size, strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
    return where;
}

/* Nothing but JSON comes over it: no telnet, no frames, no TLS, which this program cannot. */
static bool is_plain(const char *list)
{
    char *creds = get(list, "tls-creds", NULL);
    bool plain = creds == NULL && !is_on(list, "telnet") && !is_on(list, "tn3270") &&
                 !is_on(list, "websocket");

    free(creds);
    return plain;
}

static void add_socket(struct discover_argv *argv, const char *list)
{
    char *path = get(list, "path", NULL), *host = get(list, "host", NULL);
    char *port = get(list, "port", NULL), *fd = get(list, "fd", NULL);

    if (path != NULL && !is_on(list, "abstract")) {
        add(argv, DISCOVER_UNIX, path);
        path = NULL;
    } else if (port != NULL) {
        add(argv, DISCOVER_TCP, reachable(host != NULL ? host : "", port));
    } else if (fd != NULL) {
        add(argv, DISCOVER_FD, fd);
        fd = NULL;
    }
    free(path);
    free(host);
    free(port);
    free(fd);
}

static void add_chardev(struct discover_argv *argv, const struct words *words, const char *id)
{
    for (size_t i = 0; i < words->chardev_count; i++) {
        const char *list = words->chardevs[i];
        char *its_id = get(list, "id", NULL), *backend = get(list, "backend", "backend");

        if (its_id != NULL && strcmp(its_id, id) == 0 && backend != NULL &&
            strcmp(backend, "socket") == 0 && is_on(list, "server") && is_plain(list))
            add_socket(argv, list);
        free(its_id);
        free(backend);
    }
}

/* "unix:PATH,server=on" and "tcp:HOST:PORT,server=on", as -qmp takes them. */
static void add_legacy(struct discover_argv *argv, const struct words *words, const char *text)
{
    const char *end = end_of_value(text);
    char *first = value_of(text, end), *colon;

    if (first == NULL)
        return;
    if (strncmp(first, "chardev:", 8) == 0) {
        add_chardev(argv, words, first + 8);
    } else if (*end == ',' && is_on(end + 1, "server") && is_plain(end + 1)) {
        if (strncmp(first, "unix:", 5) == 0) {
            add(argv, DISCOVER_UNIX, strdup(first + 5));
        } else if (strncmp(first, "tcp:", 4) == 0 &&
                   (colon = strrchr(first, ':')) > first + 3) {
            char *host = first + 4;

            *colon = '\0';
            if (*host == '[' && colon[-1] == ']') {
                host++;
                colon[-1] = '\0';
            }
            add(argv, DISCOVER_TCP, reachable(host, colon + 1));
        }
    }
    free(first);
}

static void add_monitor(struct discover_argv *argv, const struct words *words, const char *list)
{
    char *mode = get(list, "mode", NULL), *id = get(list, "chardev", "chardev");

    if (id != NULL && (mode != NULL ? strcmp(mode, "control") == 0 : words->is_daemon))
        add_chardev(argv, words, id);
    free(mode);
    free(id);
}

/* ---- the words -------------------------------------------------------------------------- */

static const char *next(const struct words *words, const char *word)
{
    const char *after = word + strlen(word) + 1;

    return after < words->bytes + words->len ? after : NULL;
}

/* The value of `option` when `word` is that: behind '=' or the word after, to which *word
 * moves then. NULL when it is not that option. */
static const char *option(const struct words *words, const char **word, const char *name)
{
    size_t dashes = strspn(*word, "-"), len = strlen(name);
    const char *rest = *word + dashes + len, *value;

    if (dashes < 1 || dashes > 2 || strncmp(*word + dashes, name, len) != 0)
        return NULL;
    if (*rest == '=' && words->is_daemon)
        return rest + 1;
    if (*rest != '\0')
        return NULL;
    value = next(words, *word);
    if (value != NULL)
        *word = value;
    return value;
}

static void take(const char *list[OPTIONS_MAX], size_t *count, const char *value)
{
    if (*count < OPTIONS_MAX)
        list[(*count)++] = value;
}

/* Options may stand in any order, so the character devices come first. */
static void collect(struct words *words, struct discover_argv *argv)
{
    const char *value;

    for (const char *word = next(words, words->bytes); word != NULL; word = next(words, word)) {
        if ((value = option(words, &word, "chardev")) != NULL) {
            take(words->chardevs, &words->chardev_count, value);
        } else if ((value = option(words, &word, words->is_daemon ? "monitor" : "mon")) !=
                   NULL) {
            take(words->monitors, &words->monitor_count, value);
        } else if ((value = option(words, &word, "name")) != NULL) {
            free(argv->name);
            argv->name = get(value, "guest", "guest");
        }
    }
}

static void add_all(struct words *words, struct discover_argv *argv)
{
    const char *value;

    for (size_t i = 0; i < words->monitor_count; i++)
        add_monitor(argv, words, words->monitors[i]);
    for (const char *word = next(words, words->bytes); word != NULL && !words->is_daemon;
         word = next(words, word))
        if ((value = option(words, &word, "qmp")) != NULL ||
            (value = option(words, &word, "qmp-pretty")) != NULL)
            add_legacy(argv, words, value);
}

void discover_argv_parse(struct discover_argv *argv, const char *bytes, size_t len)
{
    struct words words = {.bytes = malloc(len + 1), .len = len};

    *argv = (struct discover_argv){.count = 0};
    if (words.bytes == NULL)
        return;
    memcpy(words.bytes, bytes, len);
    words.bytes[len] = '\0';
    if (len > 0 && discover_is_qemu(words.bytes)) {
        words.is_daemon = strstr(base_name(words.bytes), "storage-daemon") != NULL;
        collect(&words, argv);
        add_all(&words, argv);
    }
    free(words.bytes);
}

void discover_argv_release(struct discover_argv *argv)
{
    for (size_t i = 0; i < argv->count; i++)
        free(argv->monitors[i].where);
    free(argv->name);
    *argv = (struct discover_argv){.count = 0};
}
