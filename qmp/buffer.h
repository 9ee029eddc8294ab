#ifndef QMPTOP_QMP_BUFFER_H
#define QMPTOP_QMP_BUFFER_H

/*
 * buffer: a queue of bytes: appended at the end, taken from the front. It does
 * not know what they mean and never grows beyond the limit it was given. An empty
 * one takes no memory: links are many, and most are quiet most of the time.
 */

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data; /* storage */
    size_t start, end; /* the bytes are data[start .. end) */
    size_t capacity;
    size_t limit; /* most bytes it may hold */
};

void buffer_init(struct buffer *buffer, size_t limit);
/* Drops the bytes and the storage; the buffer can be used again. */
void buffer_release(struct buffer *buffer);

/* False, and nothing appended, when the limit or the memory does not allow it. */
bool buffer_append(struct buffer *buffer, const char *bytes, size_t len);

/* The bytes held, valid until the next append; len may be 0. */
const char *buffer_bytes(const struct buffer *buffer, size_t *len);

/* Takes `len` <= held bytes from the front. */
void buffer_take(struct buffer *buffer, size_t len);

#endif
