#include <string.h>

#include "tests/farm/farm.h"

/* The least that reads QMP commands: top-level members of one object a line. */

struct span {
    const char *text;
    size_t len;
};

struct request {
    struct span execute, id, arguments;
};

static const char *string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\' && at + 1 < end;
    return at < end ? at + 1 : end;
}

static const char *value_end(const char *at, const char *end)
{
    int depth = 0;

    while (at < end) {
        if (*at == '"') {
            at = string_end(at, end);
            continue;
        }
        if (depth == 0 && (*at == ',' || *at == '}'))
            break;
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    }
    return at;
}

static bool is_key(struct span key, const char *name)
{
    return key.len == strlen(name) + 2 && memcmp(key.text + 1, name, key.len - 2) == 0;
}

/* The members of the object in `object`; the value of `name`, or {NULL, 0}. */
static struct span member(struct span object, const char *name)
{
    const char *end = object.text + object.len, *at = object.text;

    while (at < end && (at = memchr(at, '"', (size_t)(end - at))) != NULL) {
        struct span key = {at, (size_t)(string_end(at, end) - at)}, value;

        at += key.len;
        while (at < end && (*at == ':' || *at == ' '))
            at++;
        value = (struct span){at, (size_t)(value_end(at, end) - at)};
        if (is_key(key, name))
            return value;
        at = value.text + value.len;
    }
    return (struct span){NULL, 0};
}

static void unquote(struct span span, char *text, size_t size)
{
    size_t len = span.len < 2 ? 0 : span.len - 2;

    len = len < size - 1 ? len : size - 1;
    if (len > 0)
        memcpy(text, span.text + 1, len);
    text[len] = '\0';
}

/* ---- answers ---- */

static const char offered[] =
    "[{\"name\": \"qmp_capabilities\"}, {\"name\": \"query-commands\"}, "
    "{\"name\": \"query-name\"}, {\"name\": \"query-status\"}, {\"name\": \"query-jobs\"}, "
    "{\"name\": \"query-block-jobs\"}, {\"name\": \"job-pause\"}, {\"name\": \"job-resume\"}, "
    "{\"name\": \"job-cancel\"}, {\"name\": \"job-complete\"}, {\"name\": \"job-finalize\"}, "
    "{\"name\": \"job-dismiss\"}, {\"name\": \"block-job-set-speed\"}, "
    "{\"name\": \"block-job-cancel\"}]";

static void answer_value(struct socket *socket, const char *name, struct bytes *out)
{
    if (strcmp(name, "query-jobs") == 0)
        jobs_list(socket, out);
    else if (strcmp(name, "query-block-jobs") == 0)
        jobs_list_block(socket, out);
    else if (strcmp(name, "query-commands") == 0)
        bytes_add(out, offered, sizeof(offered) - 1);
    else if (strcmp(name, "query-name") == 0)
        bytes_print(out, "{\"name\": \"vm-%u\"}", socket->index);
    else if (strcmp(name, "query-status") == 0)
        bytes_print(out, "{\"status\": \"running\", \"singlestep\": false, \"running\": true}");
    else
        bytes_add(out, "{}", 2);
}

static void act(struct socket *socket, const char *name, const char *job_id)
{
    size_t job = jobs_find(socket, job_id);

    if (job >= socket->job_count)
        return;
    if (strcmp(name, "job-pause") == 0)
        jobs_pause(socket, job, true);
    else if (strcmp(name, "job-resume") == 0)
        jobs_pause(socket, job, false);
    else if (strcmp(name, "job-cancel") == 0 || strcmp(name, "block-job-cancel") == 0)
        jobs_renew(socket, job);
}

static void finish(struct socket *socket, struct bytes *out, struct span id)
{
    if (socket->fault == FAULT_WRONGID)
        bytes_print(out, ", \"id\": \"no-such-id\"}\r\n");
    else if (socket->fault == FAULT_NOID || id.len == 0)
        bytes_print(out, "}\r\n");
    else
        bytes_print(out, ", \"id\": %.*s}\r\n", (int)id.len, id.text);
}

static void hold(struct socket *socket, struct bytes *reply)
{
    bytes_add(reply, socket->held.data ? socket->held.data + socket->held.start : NULL,
              socket->held.len);
    bytes_take(&socket->held, socket->held.len);
    bytes_add(&socket->held, reply->data + reply->start, reply->len);
    socket->due_ms = farm_now_ms() + (int64_t)socket->argument;
}

static void reply(struct socket *socket, const char *name, struct span id)
{
    struct bytes text = {0};
    bool jobs = strcmp(name, "query-jobs") == 0;

    if (jobs && socket->flow.end == NULL && fault_flow(socket)) {
        size_t len = socket->fault == FAULT_HUGEEVENT ? 0 : id.len;

        snprintf(socket->flow.id, sizeof(socket->flow.id), "%.*s", (int)len, id.text);
        return;
    }
    bytes_print(&text, "{\"return\": ");
    answer_value(socket, name, &text);
    finish(socket, &text, id);
    if (jobs && socket->fault == FAULT_EOFMID) {
        text.len /= 2;
        socket->hang_up = true;
    }
    if (socket->fault == FAULT_SLOW && socket->out.len == 0)
        socket->due_ms = farm_now_ms() + (int64_t)socket->argument;
    if (socket->fault == FAULT_REORDER && strcmp(name, "qmp_capabilities") != 0) {
        hold(socket, &text);
    } else {
        bytes_add(&socket->out, text.data + text.start, text.len);
        if (socket->fault == FAULT_DUPID)
            bytes_add(&socket->out, text.data + text.start, text.len);
    }
    bytes_take(&text, text.len);
}

static void handle(struct farm *farm, struct socket *socket, struct span line)
{
    struct span id = member(line, "id"), arguments = member(line, "arguments");
    char name[64], job[128];

    unquote(member(line, "execute"), name, sizeof(name));
    struct span target = member(arguments, "id");
    unquote(target.len ? target : member(arguments, "device"), job, sizeof(job));
    socket->unanswered++;
    farm->polls += strcmp(name, "query-jobs") == 0;
    farm_note(farm, socket, name, job);
    if (strcmp(name, "query-jobs") == 0)
        judge_asked(socket);
    if (!judge_command(socket, name, job))
        farm_note_unmeant(farm, socket, name, job);
    if (socket->fault == FAULT_SILENT && strcmp(name, "qmp_capabilities") != 0)
        return;
    act(socket, name, job);
    reply(socket, name, id);
}

/* The client may write its commands with or without line ends; an object is whole
 * when its last brace closes. */
static size_t object_len(const char *text, size_t len)
{
    const char *end = text + len, *at = text;
    int depth = 0;

    while (at < end) {
        if (*at == '"') {
            at = string_end(at, end);
            continue;
        }
        depth += *at == '{';
        if (*at++ == '}' && --depth == 0)
            return (size_t)(at - text);
    }
    return 0;
}

void command_take(struct farm *farm, struct socket *socket)
{
    size_t len;

    while (socket->in.len > 0) {
        const char *text = socket->in.data + socket->in.start;

        if (*text != '{') {
            bytes_take(&socket->in, 1);
            continue;
        }
        len = object_len(text, socket->in.len);
        if (len == 0)
            return;
        handle(farm, socket, (struct span){text, len});
        bytes_take(&socket->in, len);
    }
}
