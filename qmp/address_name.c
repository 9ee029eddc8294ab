#include "qmp/address_name.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(const char *word, size_t len, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(*words) == len && memcmp(*words, word, len) == 0)
            return true;
    return false;
}

/* Length of `name` without ".sock" and the like at its end. */
static size_t stem_length(const char *name, size_t len)
{
    static const char *const suffixes[] = {".sock", ".socket", ".qmp", ".monitor", NULL};

    for (size_t dot = len; dot-- > 0;)
        if (name[dot] == '.') {
            if (!is_one_of(name + dot, len - dot, suffixes))
                break;
            len = dot;
        }
    return len;
}

/* The last component of the `len` bytes at `path`, trailing slashes ignored;
 * *name_len gets its length, which is 0 when there is none. */
static const char *last_component(const char *path, size_t len, size_t *name_len)
{
    size_t start;

    while (len > 0 && path[len - 1] == '/')
        len--;
    for (start = len; start > 0 && path[start - 1] != '/'; start--)
        continue;
    *name_len = len - start;
    return path + start;
}

/* libvirt's folders are called domain-ID-NAME. */
static const char *without_domain_id(const char *folder, size_t *len)
{
    static const char prefix[] = "domain-";
    size_t at = sizeof(prefix) - 1;

    if (*len <= at || memcmp(folder, prefix, at) != 0 || !isdigit((unsigned char)folder[at]))
        return folder;
    while (at < *len && isdigit((unsigned char)folder[at]))
        at++;
    if (at + 1 >= *len || folder[at] != '-')
        return folder;
    *len -= at + 1;
    return folder + at + 1;
}

/* The name of the folder around `name`, when it says more than the file's. */
static const char *folder_name(const char *path, const char *name, size_t *len)
{
    static const char *const places[] = {"tmp", "run", "var", ".", "..", NULL};
    size_t folder_len;
    const char *folder = last_component(path, (size_t)(name - path), &folder_len);

    if (folder_len == 0 || is_one_of(folder, folder_len, places))
        return NULL;
    folder = without_domain_id(folder, &folder_len);
    *len = folder_len;
    return folder;
}

static char *name_of_path(const char *path)
{
    static const char *const generic[] = {"",     "qmp",    "monitor", "qemu",
                                          "sock", "socket", "mon",     NULL};
    size_t full_len, len;
    const char *file = last_component(path, strlen(path), &full_len);
    const char *name = file;

    len = stem_length(file, full_len);
    if (is_one_of(file, len, generic)) {
        const char *folder = folder_name(path, file, &len);

        if (folder != NULL)
            name = folder;
    }
    return len > 0 ? strndup(name, len) : strdup(path);
}

static char *name_of_host(const char *host, const char *port)
{
    const char *format = strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s";
    size_t size = strlen(host) + strlen(port) + sizeof("[]:");
    char *name = malloc(size);

    if (name != NULL)
        snprintf(name, size, format, host, port);
    return name;
}

/* The last word of "socat - UNIX:/run/vm1.sock" tells most. */
static char *name_of_command(const char *command)
{
    static const char blank[] = " \t\r\n";
    size_t len = strlen(command), start;
    char word[128];

    while (len > 0 && strchr(blank, command[len - 1]) != NULL)
        len--;
    for (start = len; start > 0 && strchr(blank, command[start - 1]) == NULL; start--)
        continue;
    snprintf(word, sizeof(word), "%.*s", (int)(len - start), command + start);
    return name_of_path(word);
}

/* A port there: 127.0.0.1 would be the same on every host. */
static char *name_of_port(const char *host, const char *there)
{
    static const char *const loopback[] = {"127.0.0.1", "localhost", "[::1]", NULL};
    const char *colon = strrchr(there, ':');

    if (is_one_of(there, (size_t)(colon - there), loopback))
        return name_of_host(host, colon + 1);
    return strdup(there);
}

char *address_name(const struct address *address)
{
    switch (address->kind) {
    case ADDRESS_UNIX:
        return name_of_path(address->path);
    case ADDRESS_SSH:
        return *address->path == '/'
                   ? name_of_path(address->path)
                   : name_of_port(address->host, address->path + strlen(ADDRESS_TCP_THERE));
    case ADDRESS_TCP:
        return name_of_host(address->host, address->port);
    case ADDRESS_EXEC:
        return name_of_command(address->command);
    }
    return NULL;
}
