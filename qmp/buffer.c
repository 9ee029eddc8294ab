#include "qmp/buffer.h"

#include <stdlib.h>
#include <string.h>

#define BUFFER_FIRST 256 /* first storage */

void buffer_init(struct buffer *buffer, size_t limit)
{
    *buffer = (struct buffer){.limit = limit};
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->data);
    buffer_init(buffer, buffer->limit);
}

/* At least twice what there is, while the limit allows it. */
static size_t next_capacity(const struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity;

    do {
        if (capacity > buffer->limit / 2)
            return buffer->limit;
        capacity = capacity < BUFFER_FIRST / 2 ? BUFFER_FIRST : capacity * 2;
    } while (capacity < needed);
    return capacity < buffer->limit ? capacity : buffer->limit;
}

static bool grow(struct buffer *buffer, size_t needed)
{
    size_t held = buffer->end - buffer->start;
    size_t capacity = next_capacity(buffer, needed);
    char *data = malloc(capacity);

    if (data == NULL)
        return false;
    if (held > 0)
        memcpy(data, buffer->data + buffer->start, held);
    free(buffer->data);
    buffer->data = data;
    buffer->capacity = capacity;
    buffer->start = 0;
    buffer->end = held;
    return true;
}

static void move_to_front(struct buffer *buffer)
{
    size_t held = buffer->end - buffer->start;

    memmove(buffer->data, buffer->data + buffer->start, held);
    buffer->start = 0;
    buffer->end = held;
}

/* Room for `len` more bytes behind the end. Bytes are moved to the front only
 * where that frees half of the storage, so each byte is moved about once. */
static bool make_room(struct buffer *buffer, size_t len)
{
    size_t held = buffer->end - buffer->start;

    if (len > buffer->limit - held)
        return false;
    if (len <= buffer->capacity - buffer->end)
        return true;
    if (held + len > buffer->capacity / 2 && buffer->capacity < buffer->limit)
        return grow(buffer, held + len);
    move_to_front(buffer);
    return true;
}

bool buffer_append(struct buffer *buffer, const char *bytes, size_t len)
{
    if (len == 0)
        return true;
    if (!make_room(buffer, len))
        return false;
    memcpy(buffer->data + buffer->end, bytes, len);
    buffer->end += len;
    return true;
}

const char *buffer_bytes(const struct buffer *buffer, size_t *len)
{
    *len = buffer->end - buffer->start;
    return *len == 0 ? "" : buffer->data + buffer->start;
}

void buffer_take(struct buffer *buffer, size_t len)
{
    buffer->start += len;
    if (buffer->start == buffer->end)
        buffer_release(buffer);
}
