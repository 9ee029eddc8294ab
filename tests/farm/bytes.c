#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/farm/farm.h"

int64_t farm_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t farm_now_ms(void)
{
    return farm_now_us() / 1000;
}

static char *bytes_room(struct bytes *bytes, size_t more)
{
    if (bytes->start > 0 && bytes->start + bytes->len + more > bytes->capacity) {
        memmove(bytes->data, bytes->data + bytes->start, bytes->len);
        bytes->start = 0;
    }
    if (bytes->len + more > bytes->capacity) {
        bytes->capacity = (bytes->len + more) * 2;
        bytes->data = realloc(bytes->data, bytes->capacity);
        if (!bytes->data)
            abort();
    }
    return bytes->data + bytes->start + bytes->len;
}

void bytes_add(struct bytes *bytes, const char *data, size_t len)
{
    if (len > 0)
        memcpy(bytes_room(bytes, len), data, len);
    bytes->len += len;
}

void bytes_print(struct bytes *bytes, const char *format, ...)
{
    va_list list, again;

    va_start(list, format);
    va_copy(again, list);
    int len = vsnprintf(NULL, 0, format, list);
    vsnprintf(bytes_room(bytes, (size_t)len + 1), (size_t)len + 1, format, again);
    bytes->len += (size_t)len;
    va_end(again);
    va_end(list);
}

/* An empty one gives its memory back: thousands of sockets. */
void bytes_take(struct bytes *bytes, size_t len)
{
    bytes->start += len;
    bytes->len -= len;
    if (bytes->len == 0) {
        free(bytes->data);
        *bytes = (struct bytes){0};
    }
}
