#include "tests/torture/torture.h"

#include <errno.h>
#include <json-c/json_tokener.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PLACES 65536 /* a power of two; more than any scenario holds at a time */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void __real_free(void *ptr);
ssize_t __real_send(int fd, const void *bytes, size_t len, int flags);
struct json_tokener *__real_json_tokener_new_ex(int depth);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t max);
void __wrap_free(void *ptr);
ssize_t __wrap_send(int fd, const void *bytes, size_t len, int flags);
struct json_tokener *__wrap_json_tokener_new_ex(int depth);

/* ---- memory ---- */

static struct {
    bool on, for_ever, failed;
    unsigned long nth, count;
    void *held[PLACES]; /* a hash table; NULL = free, `gone` = was used */
    size_t held_count;
} memory;

static char gone[1];

static size_t place_of(const void *ptr)
{
    return (size_t)((uintptr_t)ptr / 16 * 2654435761u % PLACES);
}

static void *keep(void *ptr)
{
    size_t place = place_of(ptr);
    if (ptr == NULL || !memory.on)
        return ptr;
    while (memory.held[place] != NULL && memory.held[place] != gone)
        place = (place + 1) % PLACES;
    memory.held[place] = ptr;
    memory.held_count++;
    return ptr;
}

static bool forget(const void *ptr)
{
    if (ptr == NULL)
        return false;
    for (size_t place = place_of(ptr); memory.held[place] != NULL;
         place = (place + 1) % PLACES) {
        if (memory.held[place] != ptr)
            continue;
        memory.held[place] = gone;
        memory.held_count--;
        return true;
    }
    return false;
}

static bool fails(void)
{
    if (!memory.on)
        return false;
    memory.count++;
    if (memory.nth == 0 || memory.count < memory.nth ||
        (memory.count > memory.nth && !memory.for_ever))
        return false;
    memory.failed = true;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : keep(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : keep(__real_calloc(count, size));
}

void *__wrap_realloc(void *ptr, size_t size)
{
    if (fails())
        return NULL;
    bool was_held = forget(ptr);
    void *moved = __real_realloc(ptr, size);
    return moved == NULL && was_held ? keep(ptr) : keep(moved);
}

char *__wrap_strndup(const char *text, size_t max)
{
    size_t len = strnlen(text, max);
    char *copy = __wrap_malloc(len + 1);
    if (copy == NULL)
        return NULL;
    copy[len] = '\0';
    return memcpy(copy, text, len);
}

char *__wrap_strdup(const char *text)
{
    return __wrap_strndup(text, strlen(text));
}

void __wrap_free(void *ptr)
{
    forget(ptr);
    __real_free(ptr);
}

static bool parsers_too;

void torture_parsers(void)
{
    parsers_too = true;
}

/* Of json-c only this: what it does with the rest is its own. */
struct json_tokener *__wrap_json_tokener_new_ex(int depth)
{
    return parsers_too && fails() ? NULL : __real_json_tokener_new_ex(depth);
}

void torture_allocations(unsigned long nth, bool for_ever)
{
    memset(&memory, 0, sizeof memory);
    memory.on = true;
    memory.nth = nth;
    memory.for_ever = for_ever;
}

bool torture_end(void)
{
    memory.on = false;
    return memory.failed;
}

size_t torture_held(void)
{
    return memory.held_count;
}

/* ---- send ---- */

static struct {
    enum torture_send how;
    unsigned long nth, times, count;
} sends;

ssize_t __wrap_send(int fd, const void *bytes, size_t len, int flags)
{
    static const int errors[] = {
        [TORTURE_SEND_EAGAIN] = EAGAIN,   [TORTURE_SEND_EINTR] = EINTR,
        [TORTURE_SEND_EPIPE] = EPIPE,     [TORTURE_SEND_ECONNRESET] = ECONNRESET,
        [TORTURE_SEND_ENOBUFS] = ENOBUFS,
    };
    sends.count++;
    if (sends.how == TORTURE_SEND_NONE || sends.count < sends.nth ||
        sends.count - sends.nth >= sends.times)
        return __real_send(fd, bytes, len, flags);
    if (sends.how == TORTURE_SEND_SHORT)
        return __real_send(fd, bytes, len > 0 ? 1 : 0, flags);
    errno = errors[sends.how];
    return -1;
}

void torture_sends(enum torture_send how, unsigned long nth, unsigned long times)
{
    sends.how = how;
    sends.nth = nth;
    sends.times = times;
    sends.count = 0;
}

unsigned long torture_send_count(void)
{
    return sends.count;
}
