#include "qmp/stream.h"

#include <string.h>

/* What a byte means outside strings. */
enum byte_class {
    BYTE_ILLEGAL, /* JSON has it only inside strings, or nowhere */
    BYTE_PLAIN,   /* white space, numbers, true, false, null */
    BYTE_OPEN,
    BYTE_CLOSE,
    BYTE_SEPARATOR,
    BYTE_QUOTE
};

static const unsigned char classes[256] = {
    [' '] = BYTE_PLAIN,     ['\t'] = BYTE_PLAIN, ['\r'] = BYTE_PLAIN, ['\n'] = BYTE_PLAIN,
    ['0'] = BYTE_PLAIN,     ['1'] = BYTE_PLAIN,  ['2'] = BYTE_PLAIN,  ['3'] = BYTE_PLAIN,
    ['4'] = BYTE_PLAIN,     ['5'] = BYTE_PLAIN,  ['6'] = BYTE_PLAIN,  ['7'] = BYTE_PLAIN,
    ['8'] = BYTE_PLAIN,     ['9'] = BYTE_PLAIN,  ['+'] = BYTE_PLAIN,  ['-'] = BYTE_PLAIN,
    ['.'] = BYTE_PLAIN,     ['E'] = BYTE_PLAIN,  ['e'] = BYTE_PLAIN,  ['t'] = BYTE_PLAIN,
    ['r'] = BYTE_PLAIN,     ['u'] = BYTE_PLAIN,  ['f'] = BYTE_PLAIN,  ['a'] = BYTE_PLAIN,
    ['l'] = BYTE_PLAIN,     ['s'] = BYTE_PLAIN,  ['n'] = BYTE_PLAIN,  ['{'] = BYTE_OPEN,
    ['['] = BYTE_OPEN,      ['}'] = BYTE_CLOSE,  [']'] = BYTE_CLOSE,  [','] = BYTE_SEPARATOR,
    [':'] = BYTE_SEPARATOR, ['"'] = BYTE_QUOTE,
};

/* The longest document that is not complete, and one feed on top of it. */
static const size_t buffer_limit = STREAM_DOCUMENT_MAX + STREAM_FEED_MAX;

void stream_init(struct stream *stream)
{
    *stream = (struct stream){.handed = 0};
    buffer_init(&stream->buffer, buffer_limit);
}

void stream_release(struct stream *stream)
{
    buffer_release(&stream->buffer);
    stream_init(stream);
}

void stream_clear(struct stream *stream)
{
    stream_release(stream);
}

/* The bytes that are there, from where reading stands. */
static const char *held_bytes(const struct stream *stream, size_t *len)
{
    if (stream->fed != NULL) {
        *len = stream->fed_len;
        return stream->fed;
    }
    return buffer_bytes(&stream->buffer, len);
}

static void take(struct stream *stream, size_t len)
{
    if (stream->fed == NULL) {
        buffer_take(&stream->buffer, len);
        return;
    }
    stream->fed += len;
    stream->fed_len -= len;
}

static void forget(struct stream *stream)
{
    buffer_release(&stream->buffer);
    stream->fed = NULL;
}

/* The first error stands; the bytes that show it are kept, the others freed. */
static void fail(struct stream *stream, enum stream_error error)
{
    size_t len;
    const char *bytes = held_bytes(stream, &len);

    stream->error = error;
    stream->head_len = len < STREAM_HEAD_MAX ? len : STREAM_HEAD_MAX;
    memcpy(stream->head, bytes, stream->head_len);
    forget(stream);
}

static void drop_handed(struct stream *stream)
{
    take(stream, stream->handed);
    stream->handed = 0;
}

/* What is left of the feed moves into the buffer. */
static void keep(struct stream *stream)
{
    const char *fed = stream->fed;

    if (fed == NULL)
        return;
    if (stream->fed_len > 0 && !buffer_append(&stream->buffer, fed, stream->fed_len))
        fail(stream, STREAM_NO_MEMORY);
    stream->fed = NULL;
}

void stream_feed(struct stream *stream, const char *bytes, size_t len)
{
    if (stream->error != STREAM_OK)
        return;
    drop_handed(stream);
    keep(stream);
    size_t held = stream->buffer.end - stream->buffer.start;
    if (len > STREAM_FEED_MAX || len > buffer_limit - held) {
        fail(stream, STREAM_TOO_LONG);
    } else if (held > 0) {
        if (!buffer_append(&stream->buffer, bytes, len))
            fail(stream, STREAM_NO_MEMORY);
    } else {
        stream->fed = bytes;
        stream->fed_len = len;
    }
}

static enum stream_error open_level(struct stream *stream, char bracket)
{
    if (stream->depth == STREAM_DEPTH_MAX)
        return STREAM_TOO_DEEP;
    stream->closers[stream->depth++] = bracket == '{' ? '}' : ']';
    return STREAM_OK;
}

static enum stream_error close_level(struct stream *stream, char bracket)
{
    if (stream->closers[stream->depth - 1] != bracket)
        return STREAM_NOT_JSON;
    stream->depth--;
    return STREAM_OK;
}

static size_t weight_of(char byte)
{
    if (byte == '{')
        return STREAM_WEIGHT_OBJECT;
    if (byte == '[')
        return STREAM_WEIGHT_ARRAY;
    return byte == ',' || byte == ':' ? STREAM_WEIGHT_SEPARATOR : 0;
}

/* Takes note of one byte outside strings that is not plain. */
static enum stream_error note(struct stream *stream, char byte)
{
    enum byte_class kind = (enum byte_class)classes[(unsigned char)byte];

    stream->weight += weight_of(byte);
    if (stream->weight > STREAM_WEIGHT_MAX)
        return STREAM_TOO_HEAVY;
    if (kind == BYTE_OPEN)
        return open_level(stream, byte);
    if (kind == BYTE_CLOSE)
        return close_level(stream, byte);
    stream->in_string = kind == BYTE_QUOTE;
    return kind == BYTE_ILLEGAL ? STREAM_NOT_JSON : STREAM_OK;
}

/* Passes over the rest of a string, as far as it goes; returns where it stands.
 * The byte after a backslash may be yet to come. */
static size_t pass_string(struct stream *stream, const char *bytes, size_t at, size_t end)
{
    at += stream->escaped ? 1 : 0;
    while (at < end && bytes[at] != '"')
        at += bytes[at] == '\\' ? 2 : 1;
    stream->in_string = at >= end;
    stream->escaped = at > end;
    return at < end ? at + 1 : end;
}

static size_t pass_plain(const char *bytes, size_t at, size_t end)
{
    while (at < end && classes[(unsigned char)bytes[at]] == BYTE_PLAIN)
        at++;
    return at;
}

/* Goes on with the document that begins at `bytes`, not beyond `end`. Returns
 * whether it is complete: then `scanned` is its length. */
static bool scan(struct stream *stream, const char *bytes, size_t end)
{
    size_t at = stream->scanned;
    enum stream_error error = STREAM_OK;
    bool complete = false;

    while (at < end && !complete) {
        if (stream->in_string) {
            at = pass_string(stream, bytes, at, end);
            continue;
        }
        at = pass_plain(bytes, at, end);
        if (at == end)
            break;
        error = note(stream, bytes[at++]);
        if (error != STREAM_OK)
            break;
        complete = stream->depth == 0;
    }
    stream->scanned = at;
    if (error != STREAM_OK)
        fail(stream, error);
    return complete;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\r' || byte == '\n' || byte == '\t';
}

/* Drops white space before a document. */
static const char *skip_space(struct stream *stream, size_t *len)
{
    const char *bytes = held_bytes(stream, len);
    size_t at = 0;

    while (at < *len && is_space(bytes[at]))
        at++;
    take(stream, at);
    return held_bytes(stream, len);
}

/* The document under way; *len is 0 when there is none. */
static const char *under_way(struct stream *stream, size_t *len)
{
    const char *bytes;

    if (stream->scanned > 0)
        return held_bytes(stream, len);
    bytes = skip_space(stream, len);
    if (*len > 0 && *bytes != '{')
        fail(stream, STREAM_NOT_JSON);
    return bytes;
}

static void hand_out(struct stream *stream)
{
    stream->handed = stream->scanned;
    stream->scanned = 0;
    stream->weight = 0;
}

enum stream_result stream_next(struct stream *stream, const char **document, size_t *len)
{
    const char *bytes;
    size_t held;

    drop_handed(stream);
    bytes = under_way(stream, &held);
    if (stream->error != STREAM_OK)
        return STREAM_BAD;
    if (scan(stream, bytes, held < STREAM_DOCUMENT_MAX ? held : STREAM_DOCUMENT_MAX)) {
        *document = bytes;
        *len = stream->scanned;
        hand_out(stream);
        return STREAM_DOCUMENT;
    }
    if (stream->error == STREAM_OK && stream->scanned == STREAM_DOCUMENT_MAX)
        fail(stream, STREAM_TOO_LONG);
    keep(stream);
    return stream->error == STREAM_OK ? STREAM_PARTIAL : STREAM_BAD;
}

bool stream_is_idle(const struct stream *stream)
{
    size_t held;

    (void)held_bytes(stream, &held);
    return held == stream->handed;
}

const char *stream_error_text(enum stream_error error)
{
    static const char *const texts[] = {
        [STREAM_OK] = "no error",
        [STREAM_NOT_JSON] = "what it sends is not JSON",
        [STREAM_TOO_LONG] = "a reply is longer than 1 MiB",
        [STREAM_TOO_DEEP] = "a reply is nested deeper than 16 levels",
        [STREAM_TOO_HEAVY] = "a reply would take more than 8 MiB of memory",
        [STREAM_NO_MEMORY] = "out of memory",
    };

    return texts[error];
}
