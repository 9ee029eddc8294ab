#define _GNU_SOURCE /* accept4 */
#include "tests/support/fake_qmp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/fake_qmp_inner.h"

#define BACKLOG 1 /* as QEMU */

static const char greeting[] =
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7},"
    " \"package\": \"Debian 1:7.2+dfsg-7\"}, \"capabilities\": [\"oob\"]}}";

static void die_of(const char *what)
{
    fprintf(stderr, "fake_qmp: %s: %s\n", what, strerror(errno));
    abort();
}

void *fake_resize(void *ptr, size_t size)
{
    ptr = realloc(ptr, size);
    if (ptr == NULL)
        die_of("realloc");
    return ptr;
}

char *fake_dup(const char *text)
{
    size_t size = text ? strlen(text) + 1 : 0;

    return text ? memcpy(fake_resize(NULL, size), text, size) : NULL;
}

struct json_object *fake_json(const char *text)
{
    enum json_tokener_error error;
    struct json_object *object = json_tokener_parse_verbose(text, &error);

    if (error == json_tokener_success)
        return object;
    fprintf(stderr, "fake_qmp: no JSON: %s\n", text);
    abort();
}

/* ---- listening ---- */

static void listen_unix(struct fake_qmp *fake)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(fake->path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        die_of(fake->path);
    }
    strcpy(address.sun_path, fake->path);
    unlink(fake->path);
    if (bind(fake->listener, (struct sockaddr *)&address, sizeof(address)) != 0)
        die_of(fake->path);
    free(fake->endpoint);
    fake->endpoint = fake_dup(fake->path);
}

static void listen_tcp(struct fake_qmp *fake)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    char endpoint[32];
    int on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fake->endpoint != NULL)
        address.sin_port = htons((uint16_t)atoi(strchr(fake->endpoint, ':') + 1));
    setsockopt(fake->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fake->listener, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fake->listener, (struct sockaddr *)&address, &size) != 0)
        die_of("bind");
    snprintf(endpoint, sizeof(endpoint), "127.0.0.1:%u", ntohs(address.sin_port));
    free(fake->endpoint);
    fake->endpoint = fake_dup(endpoint);
}

static void start_listening(struct fake_qmp *fake)
{
    fake->listener = socket(fake->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fake->listener < 0)
        die_of("socket");
    if (fake->family == AF_UNIX)
        listen_unix(fake);
    else
        listen_tcp(fake);
    if (listen(fake->listener, BACKLOG) != 0)
        die_of("listen");
}

/* ---- the client's connection ---- */

static void drop_client(struct fake_qmp *fake)
{
    if (fake->client >= 0)
        close(fake->client);
    fake->client = -1;
    fake->output_len = 0;
    fake->greeted = fake->negotiated = fake->hanging_up = false;
    fake->unanswered = 0;
    for (size_t i = 0; i < fake->command_count; i++)
        fake->commands[i].answered = true;
    json_tokener_reset(fake->tokener);
}

static bool take_client(struct fake_qmp *fake)
{
    if (fake->client >= 0 || fake->listener < 0 || !fake->accepts)
        return false;
    fake->client = accept4(fake->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fake->client < 0)
        return false;
    setsockopt(fake->client, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    fake->clients++;
    if (fake->greets)
        fake_qmp_greet(fake);
    return true;
}

static void record(struct fake_qmp *fake, struct json_object *root)
{
    struct json_object *name;
    struct fake_command *command;

    if (!json_object_object_get_ex(root, "execute", &name))
        name = NULL;
    fake->commands =
        fake_resize(fake->commands, (fake->command_count + 1) * sizeof(*fake->commands));
    command = &fake->commands[fake->command_count++];
    *command = (struct fake_command){
        .name = fake_dup(name ? json_object_get_string(name) : "?"), .root = root};
    if (fake_is_query(command->name) && ++fake->unanswered > fake->most_unanswered)
        fake->most_unanswered = fake->unanswered;
    fake_model_answer(fake, command);
}

static void parse_input(struct fake_qmp *fake, const char *bytes, size_t len)
{
    while (len > 0) {
        struct json_object *root = json_tokener_parse_ex(fake->tokener, bytes, (int)len);
        enum json_tokener_error error = json_tokener_get_error(fake->tokener);
        size_t used = json_tokener_get_parse_end(fake->tokener);

        if (error == json_tokener_continue)
            return;
        if (error != json_tokener_success) {
            fprintf(stderr, "fake_qmp: received no JSON: %.*s\n", (int)len, bytes);
            abort();
        }
        record(fake, root);
        bytes += used;
        len -= used;
        while (len > 0 && strchr(" \t\r\n", *bytes) != NULL)
            bytes++, len--;
    }
}

static bool take_input(struct fake_qmp *fake)
{
    char bytes[16384];
    ssize_t len;

    if (fake->client < 0 || !fake->reads)
        return false;
    len = recv(fake->client, bytes, sizeof(bytes), 0);
    if (len > 0) {
        fake->bytes += (size_t)len;
        if (!fake->greeted)
            fake->early_bytes += (size_t)len;
        parse_input(fake, bytes, (size_t)len);
    } else if (len == 0 || errno != EAGAIN) {
        drop_client(fake);
    } else {
        return false;
    }
    return true;
}

static bool give_output(struct fake_qmp *fake)
{
    size_t len = fake->output_len;
    ssize_t sent;

    if (fake->client < 0)
        return false;
    if (fake->chunk > 0 && len > fake->chunk)
        len = fake->chunk;
    sent = len > 0 ? send(fake->client, fake->output, len, MSG_NOSIGNAL) : 0;
    if (sent > 0) {
        fake->output_len -= (size_t)sent;
        memmove(fake->output, fake->output + sent, fake->output_len);
    }
    if (fake->hanging_up && fake->output_len == 0)
        drop_client(fake);
    return sent > 0;
}

static bool turn(void *ctx)
{
    struct fake_qmp *fake = ctx;
    bool moved = take_client(fake);

    moved |= take_input(fake);
    moved |= give_output(fake);
    return moved;
}

/* ---- life ---- */

static struct fake_qmp *fake_new(struct pump *pump, int family)
{
    struct fake_qmp *fake = fake_resize(NULL, sizeof(*fake));

    *fake = (struct fake_qmp){.pump = pump,
                              .listener = -1,
                              .client = -1,
                              .family = family,
                              .accepts = true,
                              .greets = true,
                              .reads = true,
                              .tokener = json_tokener_new(),
                              .expected = SIZE_MAX};
    fake_model_init(&fake->model);
    pump_add(pump, turn, fake);
    return fake;
}

struct fake_qmp *fake_qmp_unix(struct pump *pump, const char *path)
{
    static unsigned int count;
    struct fake_qmp *fake = fake_new(pump, AF_UNIX);
    const char *folder = getenv("TMPDIR");
    char fresh[512];

    snprintf(fresh, sizeof(fresh), "%s/fake-%d-%u.qmp", folder ? folder : "/tmp", (int)getpid(),
             count++);
    fake->path = fake_dup(path ? path : fresh);
    start_listening(fake);
    return fake;
}

struct fake_qmp *fake_qmp_tcp(struct pump *pump)
{
    struct fake_qmp *fake = fake_new(pump, AF_INET);

    start_listening(fake);
    return fake;
}

void fake_qmp_die(struct fake_qmp *fake)
{
    drop_client(fake);
    if (fake->listener >= 0)
        close(fake->listener);
    fake->listener = -1;
}

void fake_qmp_revive(struct fake_qmp *fake)
{
    fake_qmp_die(fake);
    start_listening(fake);
}

void fake_qmp_free(struct fake_qmp *fake)
{
    if (fake == NULL)
        return;
    pump_remove(fake->pump, fake);
    fake_qmp_die(fake);
    if (fake->path != NULL)
        unlink(fake->path);
    for (size_t i = 0; i < fake->command_count; i++) {
        free(fake->commands[i].name);
        json_object_put(fake->commands[i].root);
    }
    fake_model_release(&fake->model);
    json_tokener_free(fake->tokener);
    free(fake->commands);
    free(fake->output);
    free(fake->path);
    free(fake->endpoint);
    free(fake);
}

const char *fake_qmp_endpoint(const struct fake_qmp *fake)
{
    return fake->endpoint;
}

/* ---- manners ---- */

void fake_qmp_accepts(struct fake_qmp *fake, bool accepts)
{
    fake->accepts = accepts;
}

void fake_qmp_greets(struct fake_qmp *fake, bool greets)
{
    fake->greets = greets;
}

void fake_qmp_drips(struct fake_qmp *fake, size_t chunk)
{
    fake->chunk = chunk;
}

void fake_qmp_reads(struct fake_qmp *fake, bool reads)
{
    fake->reads = reads;
}

void fake_qmp_pretty(struct fake_qmp *fake, bool pretty)
{
    fake->pretty = pretty;
}

/* ---- saying ---- */

void fake_qmp_send(struct fake_qmp *fake, const char *bytes, size_t len)
{
    if (fake->client < 0)
        return;
    fake->output = fake_resize(fake->output, fake->output_len + len + 1);
    memcpy(fake->output + fake->output_len, bytes, len);
    fake->output_len += len;
}

void fake_qmp_say(struct fake_qmp *fake, const char *text)
{
    fake_qmp_send(fake, text, strlen(text));
}

void fake_qmp_put(struct fake_qmp *fake, struct json_object *object)
{
    int format = fake->pretty ? JSON_C_TO_STRING_PRETTY : JSON_C_TO_STRING_SPACED;

    fake_qmp_say(
        fake, json_object_to_json_string_ext(object, format | JSON_C_TO_STRING_NOSLASHESCAPE));
    fake_qmp_say(fake, "\r\n");
    json_object_put(object);
}

void fake_qmp_greet(struct fake_qmp *fake)
{
    fake_qmp_put(fake, fake_json(greeting));
    fake->greeted = true;
}

void fake_qmp_hang_up(struct fake_qmp *fake)
{
    fake->hanging_up = fake->client >= 0;
    give_output(fake);
}

void fake_qmp_reset(struct fake_qmp *fake)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (fake->client >= 0)
        setsockopt(fake->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    drop_client(fake);
}
