#ifndef QMPTOP_QMP_STREAM_H
#define QMPTOP_QMP_STREAM_H

/*
 * stream: cuts a byte stream into complete JSON documents by following nesting
 * and strings. It does not parse values and knows no message of QMP. Lines mean
 * nothing to it, so monitors with pretty=on, CRLF, LF or no separator are all
 * the same, and any chunking of the bytes gives the same documents.
 *
 * Everything is bounded before a parser sees it: 1 MiB of "[{},{}," would
 * otherwise become 277 MB of json-c objects. Bytes and values alone are poor measures:
 * 64 Ki values are 4.5 MB as numbers and 24 MB as empty objects. So each bracket and
 * separator weighs what json-c 0.16 allocates for it (rounded up, in bytes). 5000 jobs
 * as QEMU lists them weigh 7.75 million.
 */

#include <stdbool.h>
#include <stddef.h>

#include "qmp/buffer.h"

#define STREAM_DOCUMENT_MAX (1024 * 1024)
#define STREAM_DEPTH_MAX    16
#define STREAM_WEIGHT_MAX   (8 * 1024 * 1024)
#define STREAM_FEED_MAX     65536 /* bytes of one stream_feed() */

#define STREAM_WEIGHT_OBJECT 800
#define STREAM_WEIGHT_ARRAY  150
#define STREAM_WEIGHT_SEPARATOR \
    75 /* a comma or a colon outside strings, and the value behind it */

enum stream_error {
    STREAM_OK,
    /* A document does not begin with '{', a bracket closes another one, or a
     * byte stands outside strings that JSON never has there. The last includes
     * what json-c would take: 'single quotes', comments, NaN. Were they let
     * through, json-c could see strings where the stream does not, and the
     * limits would be void. */
    STREAM_NOT_JSON,
    STREAM_TOO_LONG,
    STREAM_TOO_DEEP,
    STREAM_TOO_HEAVY, /* STREAM_WEIGHT_MAX */
    STREAM_NO_MEMORY
};

enum stream_result { STREAM_PARTIAL, STREAM_DOCUMENT, STREAM_BAD };

#define STREAM_HEAD_MAX 48

struct stream {
    struct buffer buffer; /* what came before the last feed */
    const char *fed;      /* borrowed; what that brought, unless the buffer has it */
    size_t fed_len;
    size_t handed;  /* bytes at the front that are the document handed out last */
    size_t scanned; /* bytes of the document under way already looked at */
    size_t weight;  /* of the document under way */
    size_t depth;
    char closers[STREAM_DEPTH_MAX]; /* the bracket that closes each level */
    bool in_string, escaped;
    enum stream_error error; /* sticky */
    /* What stood where the error is: the first bytes of that document, raw. How
     * many there are depends on the chunking. */
    char head[STREAM_HEAD_MAX];
    size_t head_len;
};

void stream_init(struct stream *stream);
void stream_release(struct stream *stream);

/* Forgets input and error: a new connection. */
void stream_clear(struct stream *stream);

/* Appends input: at most STREAM_FEED_MAX bytes, and only when stream_next() has
 * said STREAM_PARTIAL since the last feed (more is STREAM_TOO_LONG). It has to stay where it
 * is until stream_next() says so again: what is complete is never copied. After an error
 * input is dropped. */
void stream_feed(struct stream *stream, const char *bytes, size_t len);

/* The next complete document: *document points to *len bytes, valid until the
 * next call of any stream function. STREAM_PARTIAL: more input is needed.
 * STREAM_BAD: there is an error, and memory is given back. */
enum stream_result stream_next(struct stream *stream, const char **document, size_t *len);

/* Nothing of a document is there: what came so far was handed out. */
bool stream_is_idle(const struct stream *stream);

/* A sentence for a sticky error, static: "a reply is longer than 1 MiB". */
const char *stream_error_text(enum stream_error error);

#endif
