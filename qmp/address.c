#include "qmp/address.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static bool refuse(char *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(char *error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(error, ADDRESS_ERROR_SIZE, format, args);
    va_end(args);
    return false;
}

static bool refuse_memory(char *error)
{
    return refuse(error, "out of memory");
}

/* ---- a name for a socket that was given none -------------------------------------------- */

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

/* ---- the kinds of endpoints ------------------------------------------------------------- */

static bool parse_path(struct address *address, const char *path, char *error)
{
    if (*path == '\0')
        return refuse(error, "the socket path is empty");
    address->kind = ADDRESS_UNIX;
    address->path = strdup(path);
    return address->path != NULL || refuse_memory(error);
}

static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    long value = digits <= 5 ? strtol(text, NULL, 10) : 0;

    return digits > 0 && text[digits] == '\0' && value >= 1 && value <= 65535;
}

struct host_port {
    const char *host; /* without brackets */
    size_t host_len;
    const char *port;
};

/* Takes "host:port" or "[v6]:port" apart. Returns what is wrong with it, NULL
 * when nothing is. */
static const char *split(struct host_port *parts, const char *text)
{
    bool bracket = *text == '[';
    const char *host = text + (bracket ? 1 : 0);
    const char *end = strchr(host, bracket ? ']' : ':');

    if (end == NULL)
        return bracket ? "has no ]" : "has no port: write HOST:PORT";
    *parts = (struct host_port){host, (size_t)(end - host), end + (bracket ? 2 : 1)};
    if (bracket && end[1] != ':')
        return "has no port: write [IPV6]:PORT";
    if (strchr(parts->port, ':') != NULL)
        return "has too many colons: write HOST:PORT or [IPV6]:PORT";
    if (parts->host_len == 0 || memchr(host, '/', parts->host_len) != NULL)
        return "has no host before the port";
    if (!is_port(parts->port))
        return "has no port from 1 to 65535 (a path with a ':' begins with / or ./)";
    return NULL;
}

static bool parse_tcp(struct address *address, const char *text, char *error)
{
    struct host_port parts;
    const char *wrong = split(&parts, text);

    if (wrong != NULL)
        return refuse(error, "\"%.100s\" %s", text, wrong);
    address->kind = ADDRESS_TCP;
    address->host = strndup(parts.host, parts.host_len);
    address->port = strdup(parts.port);
    return (address->host != NULL && address->port != NULL) || refuse_memory(error);
}

static const struct scheme {
    const char *prefix;
    bool (*parse)(struct address *address, const char *rest, char *error); /* NULL = not yet */
} schemes[] = {
    {"unix:", parse_path},
    {"tcp:", parse_tcp},
    {"ssh://", NULL},
    {"exec:", NULL},
};

static bool parse_bare(struct address *address, const char *text, char *error)
{
    if (*text == '/' || *text == '.')
        return parse_path(address, text, error);
    if (strstr(text, "://") != NULL)
        return refuse(error, "\"%.100s\" is no kind of endpoint this program knows", text);
    if (strchr(text, '/') != NULL || strchr(text, ':') == NULL)
        return parse_path(address, text, error);
    return parse_tcp(address, text, error);
}

static bool parse_endpoint(struct address *address, const char *text, char *error)
{
    if (*text == '\0')
        return refuse(error, "the endpoint is empty");
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        const struct scheme *scheme = &schemes[i];
        size_t len = strlen(scheme->prefix);

        if (strncmp(text, scheme->prefix, len) != 0)
            continue;
        if (scheme->parse == NULL)
            return refuse(error, "%s endpoints are not supported by this version",
                          scheme->prefix);
        return scheme->parse(address, text + len, error);
    }
    return parse_bare(address, text, error);
}

/* ---- the whole -------------------------------------------------------------------------- */

/* Is it "NAME=ENDPOINT"? *len gets the length of NAME. */
static bool has_name(const char *text, size_t *len)
{
    *len = strcspn(text, "=/:");
    return text[*len] == '=';
}

static bool parse(struct address *address, const char *text, char *error)
{
    size_t name_len;

    address->name_given = has_name(text, &name_len);
    if (address->name_given) {
        if (name_len == 0)
            return refuse(error, "\"%.100s\" has no name before the '='", text);
        address->name = strndup(text, name_len);
        text += name_len + 1;
    }
    if (!parse_endpoint(address, text, error))
        return false;
    address->text = strdup(text);
    if (!address->name_given)
        address->name = address->kind == ADDRESS_UNIX
                            ? name_of_path(address->path)
                            : name_of_host(address->host, address->port);
    return (address->name != NULL && address->text != NULL) || refuse_memory(error);
}

bool address_parse(struct address *address, const char *text, char *error)
{
    *address = (struct address){.kind = ADDRESS_UNIX};
    if (parse(address, text, error))
        return true;
    address_release(address);
    return false;
}

static bool resolve_path(struct address *address, char *error)
{
    struct sockaddr_un *sun = (struct sockaddr_un *)&address->sockaddr;
    size_t len = strlen(address->path);

    if (len >= sizeof(sun->sun_path))
        return refuse(error,
                      "the path is %zu bytes long, but a unix socket takes at most %zu: "
                      "use a shorter or a relative one",
                      len, sizeof(sun->sun_path) - 1);
    sun->sun_family = AF_UNIX;
    memcpy(sun->sun_path, address->path, len + 1);
    address->sockaddr_len = (socklen_t)sizeof(*sun);
    return true;
}

static void resolve_numeric(struct address *address)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
    };
    struct addrinfo *found = NULL;

    address->is_name = getaddrinfo(address->host, address->port, &hints, &found) != 0;
    if (address->is_name)
        return;
    memcpy(&address->sockaddr, found->ai_addr, found->ai_addrlen);
    address->sockaddr_len = found->ai_addrlen;
    freeaddrinfo(found);
}

bool address_resolve(struct address *address, char *error)
{
    memset(&address->sockaddr, 0, sizeof(address->sockaddr));
    address->sockaddr_len = 0;
    switch (address->kind) {
    case ADDRESS_UNIX:
        return resolve_path(address, error);
    case ADDRESS_TCP:
        resolve_numeric(address);
        return true;
    }
    return false;
}

void address_release(struct address *address)
{
    free(address->name);
    free(address->text);
    free(address->path);
    free(address->host);
    free(address->port);
    *address = (struct address){.kind = ADDRESS_UNIX};
}
