#include "qmp/address.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "qmp/address_name.h"

#define SSH_PREFIX "ssh://"

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

/* Nothing that OpenSSH takes for an option, nor what means something to a shell. */
static bool is_plain(const char *text, size_t len)
{
    static const char also[] = "._-+@:%";

    if (len == 0 || *text == '-')
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)text[i]) && strchr(also, text[i]) == NULL)
            return false;
    return true;
}

struct ssh_parts {
    const char *user, *host, *port; /* user and port NULL = not said */
    size_t user_len, host_len, port_len;
};

/* Takes the `len` bytes "[user@]host[:port]" apart, host perhaps in brackets. Returns
 * what is wrong with them. */
static const char *split_ssh(struct ssh_parts *parts, const char *text, size_t len)
{
    const char *end = text + len, *at = end;

    *parts = (struct ssh_parts){0};
    while (at > text && at[-1] != '@')
        at--;
    if (at > text) {
        parts->user = text;
        parts->user_len = (size_t)(at - 1 - text);
    }
    bool bracket = at < end && *at == '[';
    parts->host = at + (bracket ? 1 : 0);
    const char *stop = memchr(parts->host, bracket ? ']' : ':', (size_t)(end - parts->host));
    if (stop == NULL && bracket)
        return "has no ]";
    if (stop == NULL)
        stop = end;
    parts->host_len = (size_t)(stop - parts->host);
    stop += bracket ? 1 : 0;
    if (stop < end && *stop != ':')
        return "has something between ] and the port";
    if (stop < end) {
        parts->port = stop + 1;
        parts->port_len = (size_t)(end - parts->port);
    }
    return NULL;
}

static const char *check_host(const struct ssh_parts *parts)
{
    if (parts->host_len == 0)
        return "has no host";
    if (!is_plain(parts->host, parts->host_len))
        return "has a host that ssh could take for something else";
    if (parts->user != NULL && !is_plain(parts->user, parts->user_len))
        return "has a user that ssh could take for something else";
    return NULL;
}

static const char *check_path(const char *path)
{
    if (strlen(path) < 2)
        return "has no path: write ssh://HOST/PATH";
    if (strstr(path, "${") != NULL)
        return "has \"${\" in its path, which ssh would replace";
    return NULL;
}

/* "[user@]host[:port]", the first `len` bytes. */
static bool parse_ssh_host(struct address *address, const char *text, size_t len, char *error)
{
    struct ssh_parts parts;
    const char *wrong = split_ssh(&parts, text, len);

    if (wrong == NULL)
        wrong = check_host(&parts);
    if (wrong != NULL)
        return refuse(error, "\"ssh://%.100s\" %s", text, wrong);
    address->kind = ADDRESS_SSH;
    address->host = strndup(parts.host, parts.host_len);
    if (parts.user != NULL)
        address->user = strndup(parts.user, parts.user_len);
    if (parts.port != NULL)
        address->port = strndup(parts.port, parts.port_len);
    if (address->host == NULL || (parts.user != NULL && address->user == NULL) ||
        (parts.port != NULL && address->port == NULL))
        return refuse_memory(error);
    if (address->port != NULL && !is_port(address->port))
        return refuse(error, "\"ssh://%.100s\" has no port from 1 to 65535", text);
    return true;
}

/* "HOST:PORT" there: it becomes an argument of ssh, too. */
static const char *check_port(const char *text)
{
    struct host_port parts;
    const char *wrong = split(&parts, text);

    if (wrong == NULL && !is_plain(parts.host, parts.host_len))
        wrong = "has a host that ssh could take for something else";
    return wrong;
}

static bool parse_ssh(struct address *address, const char *text, char *error)
{
    size_t len = strcspn(text, "/");
    const char *path = text + len, *wrong;
    bool is_port_there =
        strncmp(path, "/" ADDRESS_TCP_THERE, strlen("/" ADDRESS_TCP_THERE)) == 0;

    if (!parse_ssh_host(address, text, len, error))
        return false;
    if (is_port_there)
        wrong = check_port(path + strlen("/" ADDRESS_TCP_THERE));
    else
        wrong = check_path(path);
    if (wrong != NULL)
        return refuse(error, "\"ssh://%.100s\" %s", text, wrong);
    address->path = strdup(is_port_there ? path + 1 : path);
    return address->path != NULL || refuse_memory(error);
}

static bool parse_exec(struct address *address, const char *text, char *error)
{
    if (text[strspn(text, " \t\r\n")] == '\0')
        return refuse(error, "the command after \"exec:\" is empty");
    address->kind = ADDRESS_EXEC;
    address->command = strdup(text);
    return address->command != NULL || refuse_memory(error);
}

static const struct scheme {
    const char *prefix;
    bool (*parse)(struct address *address, const char *rest, char *error);
} schemes[] = {
    {"unix:", parse_path},
    {"tcp:", parse_tcp},
    {SSH_PREFIX, parse_ssh},
    {"exec:", parse_exec},
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

        if (strncmp(text, scheme->prefix, len) == 0)
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

static const struct {
    const char *prefix;
    enum address_manner manner;
} manners[] = {{"polite:", ADDRESS_POLITE}, {"hold:", ADDRESS_HOLD}};

/* They may be hosts too. */
const char *address_take_manner(const char *text, enum address_manner *manner)
{
    *manner = ADDRESS_USUAL;
    for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
        size_t len = strlen(manners[i].prefix);

        if (strncmp(text, manners[i].prefix, len) != 0 || is_port(text + len))
            continue;
        *manner = manners[i].manner;
        return text + len;
    }
    return text;
}

const char *address_manner_prefix(enum address_manner manner)
{
    for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++)
        if (manners[i].manner == manner)
            return manners[i].prefix;
    return "";
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
    text = address_take_manner(text, &address->manner);
    if (!parse_endpoint(address, text, error))
        return false;
    address->text = strdup(text);
    if (!address->name_given)
        address->name = address_name(address);
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

/* The rest behind "ssh://" of an endpoint that has no path, else NULL. */
static const char *bare_host(const char *text)
{
    size_t name_len, len = strlen(SSH_PREFIX);
    enum address_manner manner;

    if (has_name(text, &name_len))
        text += name_len + 1;
    text = address_take_manner(text, &manner);
    if (strncmp(text, SSH_PREFIX, len) != 0)
        return NULL;
    text += len;
    len = strcspn(text, "/");
    return text[len] == '\0' || text[len + 1] == '\0' ? text : NULL;
}

bool address_is_host(const char *text)
{
    return bare_host(text) != NULL;
}

static bool parse_host(struct address *address, const char *text, char *error)
{
    size_t name_len, len = strcspn(bare_host(text), "/");
    const char *host = bare_host(text);

    if (!parse_ssh_host(address, host, len, error))
        return false;
    address->name_given = has_name(text, &name_len);
    if (address->name_given && name_len == 0)
        return refuse(error, "\"%.100s\" has no name before the '='", text);
    (void)address_take_manner(text + (address->name_given ? name_len + 1 : 0),
                              &address->manner);
    address->name = address->name_given ? strndup(text, name_len) : strdup(address->host);
    address->text = strndup(host - strlen(SSH_PREFIX), strlen(SSH_PREFIX) + len);
    return (address->name != NULL && address->text != NULL) || refuse_memory(error);
}

bool address_parse_host(struct address *address, const char *text, char *error)
{
    *address = (struct address){.kind = ADDRESS_UNIX};
    if (parse_host(address, text, error))
        return true;
    address_release(address);
    return false;
}

static bool is_short_enough(const char *path, char *error)
{
    size_t len = strlen(path), most = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;

    if (len <= most)
        return true;
    return refuse(error,
                  "the path is %zu bytes long, but a unix socket takes at most %zu: "
                  "use a shorter or a relative one",
                  len, most);
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
    memcpy(&address->ip, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
}

bool address_resolve(struct address *address, char *error)
{
    memset(&address->ip, 0, sizeof(address->ip));
    switch (address->kind) {
    case ADDRESS_UNIX:
        return is_short_enough(address->path, error);
    case ADDRESS_TCP:
        resolve_numeric(address);
        return true;
    case ADDRESS_SSH: /* the host's name is for ssh: its configuration may know it */
        return *address->path != '/' || is_short_enough(address->path, error);
    case ADDRESS_EXEC:
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
    free(address->user);
    free(address->command);
    *address = (struct address){.kind = ADDRESS_UNIX};
}
