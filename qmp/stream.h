#ifndef QMPTOP_QMP_STREAM_H
#define QMPTOP_QMP_STREAM_H

/*
 * stream: cuts a byte stream into complete JSON documents by following nesting
 * and strings. It does not parse values and knows no message of QMP. Lines mean
 * nothing to it, so monitors with pretty=on, CRLF, LF or no separator are all
 * the same, and any chunking of the bytes gives the same documents.
 *
 * Everything is bounded before a parser sees it: 1 MiB of "[{},{}," would
 * otherwise become 277 MB of json-c objects.
 */

#include <stdbool.h>
#include <stddef.h>

#include "qmp/buffer.h"

#define STREAM_DOCUMENT_MAX (1024 * 1024)
#define STREAM_DEPTH_MAX    16
#define STREAM_VALUES_MAX   65536 /* '{' '[' ',' ':' outside strings */

enum stream_error {
    STREAM_OK,
    STREAM_NOT_JSON,    /* a document must begin with '{'; or a stray closing bracket */
    STREAM_TOO_LONG,
    STREAM_TOO_DEEP,
    STREAM_TOO_MANY,    /* values */
    STREAM_NO_MEMORY
};

enum stream_result { STREAM_PARTIAL, STREAM_DOCUMENT, STREAM_BAD };

struct stream {
    struct buffer buffer;
    size_t scanned;        /* bytes of the buffer already looked at */
    size_t begin, values;  /* of the document under way */
    int depth;
    unsigned char closers[STREAM_DEPTH_MAX];
    bool in_string, escaped, in_document;
    enum stream_error error;   /* sticky */
    char head[48];         /* first bytes after the last document, for the error text */
};

void stream_init(struct stream *stream);
void stream_release(struct stream *stream);
void stream_clear(struct stream *stream);

/* Appends input. After an error input is dropped. */
void stream_feed(struct stream *stream, const char *bytes, size_t len);

/* The next complete document: *document points to *len bytes, valid until the
 * next call of any stream function. STREAM_PARTIAL: more input is needed. */
enum stream_result stream_next(struct stream *stream, const char **document, size_t *len);

/* A sentence for a sticky error, static: "a reply is longer than 1 MiB". */
const char *stream_error_text(enum stream_error error);

#endif
