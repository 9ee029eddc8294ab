#include "qmp/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDS_PER_MS  1024 /* no run of the program uses as many */
#define CALLS_FIRST 2    /* places at first: a poll, and a command beside it */

void session_init(struct session *session, const struct session_events *events, void *ctx)
{
    *session = (struct session){.events = events, .ctx = ctx};
    stream_init(&session->stream);
    buffer_init(&session->output, SESSION_OUTPUT_MAX);
}

void session_release(struct session *session)
{
    session_end(session);
    stream_release(&session->stream);
    buffer_release(&session->output);
    free(session->error_text);
    session->error_text = NULL;
    free(session->calls);
    session->calls = NULL;
    session->call_capacity = 0;
}

static bool is_open(const struct session *session)
{
    return session->state != SESSION_IDLE && session->state != SESSION_FAILED;
}

/* ---- failure ---------------------------------------------------------------------------- */

static void fail(struct session *session, enum session_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fail(struct session *session, enum session_error error, const char *format, ...)
{
    char text[SESSION_ERROR_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    free(session->error_text);
    session->error_text = strdup(text);
    session->error = error;
    session->state = SESSION_FAILED;
    stream_clear(&session->stream);
    buffer_release(&session->output);
    session->events->failed(session->ctx);
}

static const char hmp_sentence[] = "a human monitor (HMP) answers here, not QMP";

/* How others begin to talk. */
static const struct banner {
    const char *begin;
    enum session_error error;
    const char *sentence;
} banners[] = {
    {"QEMU ", SESSION_ERROR_HMP, hmp_sentence},
    {"(qemu) ", SESSION_ERROR_HMP, hmp_sentence},
    {"\xff", SESSION_ERROR_NOT_QMP, "the monitor speaks telnet here, not plain QMP"},
    {"HTTP/", SESSION_ERROR_NOT_QMP, "an HTTP server answers here, not QMP"},
    {"SSH-", SESSION_ERROR_NOT_QMP, "an ssh server answers here, not QMP"},
    {"RFB ", SESSION_ERROR_NOT_QMP, "a VNC server answers here, not QMP"},
};

/* A banner may come in pieces: as much as is there must fit. */
static bool begins_with(const struct stream *stream, const char *begin)
{
    size_t len = strlen(begin);

    return memcmp(stream->head, begin, len < stream->head_len ? len : stream->head_len) == 0;
}

/* The first line of what came, without what a terminal would act on. */
static void quote_head(const struct stream *stream, char text[STREAM_HEAD_MAX + 1])
{
    size_t len = 0;

    while (len < stream->head_len && stream->head[len] != '\r' && stream->head[len] != '\n') {
        unsigned char byte = (unsigned char)stream->head[len];

        text[len++] = byte < ' ' || byte > '~' ? '.' : (char)byte;
    }
    text[len] = '\0';
}

static void fail_by_banner(struct session *session)
{
    char text[STREAM_HEAD_MAX + 1];

    for (size_t i = 0; i < sizeof(banners) / sizeof(banners[0]); i++)
        if (begins_with(&session->stream, banners[i].begin)) {
            fail(session, banners[i].error, "%s", banners[i].sentence);
            return;
        }
    quote_head(&session->stream, text);
    if (strstr(text, "(qemu)") != NULL)
        fail(session, SESSION_ERROR_HMP, "%s", hmp_sentence);
    else
        fail(session, SESSION_ERROR_NOT_QMP, "no QMP here; it says \"%s\"", text);
}

static void fail_stream(struct session *session)
{
    const struct stream *stream = &session->stream;

    if (stream->error == STREAM_NO_MEMORY)
        fail(session, SESSION_ERROR_NO_MEMORY, "out of memory");
    else if (stream->error == STREAM_NOT_JSON && session->state == SESSION_AWAIT_GREETING &&
             stream->head[0] != '{')
        fail_by_banner(session);
    else
        fail(session, SESSION_ERROR_STREAM, "%s", stream_error_text(stream->error));
}

/* ---- calls ------------------------------------------------------------------------------ */

static bool queue_line(struct session *session, enum command command,
                       const struct command_args *args, uint64_t id)
{
    char *line = command_build(command, args, id);
    bool queued = line != NULL && buffer_append(&session->output, line, strlen(line));

    free(line);
    return queued;
}

static bool has_place(struct session *session)
{
    size_t capacity = session->call_capacity > 0 ? session->call_capacity * 2 : CALLS_FIRST;
    struct session_call *calls;

    if (session->call_count < session->call_capacity)
        return true;
    if (session->call_capacity >= SESSION_CALLS_MAX)
        return false;
    calls = realloc(session->calls, capacity * sizeof(*calls));
    if (calls == NULL)
        return false;
    session->calls = calls;
    session->call_capacity = capacity;
    return true;
}

static bool call(struct session *session, enum command command, const struct command_args *args,
                 session_reply *reply, void *ctx, int64_t now_ms)
{
    uint64_t id = session->last_id + 1;

    if (!has_place(session) || !queue_line(session, command, args, id))
        return false;
    session->last_id = id;
    session->calls[session->call_count++] = (struct session_call){id, now_ms, reply, ctx};
    return true;
}

bool session_call(struct session *session, enum command command,
                  const struct command_args *args, session_reply *reply, void *ctx,
                  int64_t now_ms)
{
    return session->state == SESSION_READY && call(session, command, args, reply, ctx, now_ms);
}

/* Takes the call out of the list before its callback runs: the callback may
 * change the list. */
static void finish_call(struct session *session, size_t i, const struct message *message)
{
    struct session_call done = session->calls[i];

    session->call_count--;
    memmove(&session->calls[i], &session->calls[i + 1],
            (session->call_count - i) * sizeof(session->calls[0]));
    if (done.reply != NULL)
        done.reply(done.ctx, message);
}

/* ---- what comes in ---------------------------------------------------------------------- */

static void tell_ready(struct session *session)
{
    char *version = session->version;

    session->state = SESSION_READY;
    session->version = NULL;
    session->events->ready(session->ctx, version);
    free(version);
}

static void negotiated(void *ctx, const struct message *message)
{
    struct session *session = ctx;

    if (message == NULL)
        return;
    if (message->kind == MESSAGE_ERROR)
        fail(session, SESSION_ERROR_REFUSED, "QEMU refuses qmp_capabilities: %s",
             message->error_desc);
    else
        tell_ready(session);
}

static void greet(struct session *session, const struct message *message, int64_t now_ms)
{
    char version[MESSAGE_VERSION_SIZE];
    bool told = message_version(message, version);

    if (session->state != SESSION_AWAIT_GREETING) {
        fail(session, SESSION_ERROR_TWICE,
             "it greeted twice, as a QEMU may that is just starting");
        return;
    }
    session->version = told ? strdup(version) : NULL;
    session->state = SESSION_NEGOTIATING;
    if ((told && session->version == NULL) ||
        !call(session, COMMAND_CAPABILITIES, NULL, negotiated, session, now_ms))
        fail(session, SESSION_ERROR_NO_MEMORY, "out of memory");
}

static void answer(struct session *session, const struct message *message)
{
    for (size_t i = 0; message->has_id && i < session->call_count; i++)
        if (session->calls[i].id == message->id) {
            finish_call(session, i, message);
            return;
        }
    session->foreign++;
}

static void receive(struct session *session, const struct message *message, int64_t now_ms)
{
    if (message->kind == MESSAGE_GREETING) {
        greet(session, message, now_ms);
    } else if (message->kind == MESSAGE_EVENT) {
        if (session->state == SESSION_READY)
            session->events->event(session->ctx, message);
    } else if (message->kind != MESSAGE_UNKNOWN) {
        answer(session, message);
    } else if (session->state == SESSION_AWAIT_GREETING) {
        fail(session, SESSION_ERROR_NOT_QMP, "it sends JSON, but no QMP greeting");
    } else {
        session->foreign++;
    }
}

static void receive_document(struct session *session, const char *document, size_t len,
                             int64_t now_ms)
{
    struct message message;

    if (!message_parse(&message, document, len)) {
        if (message.starved)
            fail(session, SESSION_ERROR_NO_MEMORY, "out of memory");
        else
            fail(session, SESSION_ERROR_STREAM, "%s", stream_error_text(STREAM_NOT_JSON));
        return;
    }
    receive(session, &message, now_ms);
    message_release(&message);
}

/* Receives what is complete. A callback that ends or restarts the session empties
 * the stream. */
static void drain(struct session *session, int64_t now_ms)
{
    while (is_open(session)) {
        const char *document;
        size_t len;
        enum stream_result result = stream_next(&session->stream, &document, &len);

        if (result == STREAM_BAD)
            fail_stream(session);
        if (result != STREAM_DOCUMENT)
            return;
        receive_document(session, document, len, now_ms);
    }
}

void session_input(struct session *session, const char *bytes, size_t len, int64_t now_ms)
{
    unsigned epoch = session->epoch;

    while (len > 0 && is_open(session) && session->epoch == epoch) {
        size_t slice = len < STREAM_FEED_MAX ? len : STREAM_FEED_MAX;

        stream_feed(&session->stream, bytes, slice);
        drain(session, now_ms);
        bytes += slice;
        len -= slice;
    }
}

/* ---- the connection --------------------------------------------------------------------- */

void session_start(struct session *session, int64_t now_ms)
{
    uint64_t first_id = now_ms > 0 ? (uint64_t)now_ms * IDS_PER_MS : 0;

    session_end(session);
    session->state = SESSION_AWAIT_GREETING;
    session->error = SESSION_ERROR_NONE;
    free(session->error_text);
    session->error_text = NULL;
    session->started_ms = now_ms;
    if (session->last_id < first_id)
        session->last_id = first_id;
}

void session_end(struct session *session)
{
    session->epoch++;
    session->state = SESSION_IDLE;
    stream_clear(&session->stream);
    buffer_release(&session->output);
    free(session->version);
    session->version = NULL;
    while (session->call_count > 0)
        finish_call(session, 0, NULL);
}

const char *session_output(const struct session *session, size_t *len)
{
    return buffer_bytes(&session->output, len);
}

void session_sent(struct session *session, size_t len)
{
    size_t held;

    buffer_bytes(&session->output, &held);
    buffer_take(&session->output, len < held ? len : held);
}

const char *session_error_text(const struct session *session)
{
    if (session->error_text != NULL)
        return session->error_text;
    return session->error != SESSION_ERROR_NONE ? "out of memory" : "";
}

bool session_is_silent(const struct session *session, int64_t now_ms)
{
    return session->state == SESSION_AWAIT_GREETING &&
           now_ms - session->started_ms >= SESSION_GREETING_MS &&
           stream_is_idle(&session->stream);
}

int64_t session_waiting_ms(const struct session *session, int64_t now_ms)
{
    int64_t waiting = session->call_count > 0 ? now_ms - session->calls[0].sent_ms : 0;

    return waiting > 0 ? waiting : 0;
}
