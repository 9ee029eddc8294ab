#define _GNU_SOURCE /* pipe2(), memfd_create() */
#include "tests/torture/torture.h"

#include <dirent.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* What one of them is in the linker's words: the real one, and ours. */
#define WRAPPED(type, name, ...)     \
    type __real_##name(__VA_ARGS__); \
    type __wrap_##name(__VA_ARGS__)

WRAPPED(struct json_object *, json_object_new_object, void);
WRAPPED(struct json_object *, json_object_new_string, const char *text);
WRAPPED(struct json_object *, json_object_new_int64, int64_t number);
WRAPPED(struct json_object *, json_object_new_uint64, uint64_t number);
WRAPPED(struct json_object *, json_object_new_boolean, json_bool value);
WRAPPED(int, json_object_object_add, struct json_object *object, const char *key,
        struct json_object *value);
WRAPPED(const char *, json_object_to_json_string_length, struct json_object *object, int flags,
        size_t *len);
WRAPPED(pid_t, fork, void);
WRAPPED(int, pipe2, int *ends, int flags);
WRAPPED(int, socketpair, int domain, int type, int protocol, int *ends);
WRAPPED(char *, mkdtemp, char *path);
WRAPPED(DIR *, fdopendir, int fd);
WRAPPED(FILE *, open_memstream, char **text, size_t *size);
WRAPPED(int, memfd_create, const char *name, unsigned flags);

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

static bool json_too;

void torture_json(void)
{
    json_too = true;
}

static bool json_fails(void)
{
    return json_too && fails();
}

struct json_tokener *__wrap_json_tokener_new_ex(int depth)
{
    return json_fails() ? NULL : __real_json_tokener_new_ex(depth);
}

struct json_object *__wrap_json_object_new_object(void)
{
    return json_fails() ? NULL : __real_json_object_new_object();
}

struct json_object *__wrap_json_object_new_string(const char *text)
{
    return json_fails() ? NULL : __real_json_object_new_string(text);
}

struct json_object *__wrap_json_object_new_int64(int64_t number)
{
    return json_fails() ? NULL : __real_json_object_new_int64(number);
}

struct json_object *__wrap_json_object_new_uint64(uint64_t number)
{
    return json_fails() ? NULL : __real_json_object_new_uint64(number);
}

struct json_object *__wrap_json_object_new_boolean(json_bool value)
{
    return json_fails() ? NULL : __real_json_object_new_boolean(value);
}

int __wrap_json_object_object_add(struct json_object *object, const char *key,
                                  struct json_object *value)
{
    return json_fails() ? -1 : __real_json_object_object_add(object, key, value);
}

const char *__wrap_json_object_to_json_string_length(struct json_object *object, int flags,
                                                     size_t *len)
{
    return json_fails() ? NULL : __real_json_object_to_json_string_length(object, flags, len);
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

/* ---- calls ---- */

static struct {
    enum torture_call call;
    unsigned long nth, count;
    int error_number;
} calls;

static bool call_fails(enum torture_call call)
{
    if (calls.call != call || ++calls.count < calls.nth)
        return false;
    errno = calls.error_number;
    return true;
}

/* What is counted is this process alone. */
pid_t __wrap_fork(void)
{
    pid_t pid = call_fails(TORTURE_FORK) ? -1 : __real_fork();

    memory.on = memory.on && pid != 0;
    return pid;
}

int __wrap_pipe2(int *ends, int flags)
{
    return call_fails(TORTURE_PIPE2) ? -1 : __real_pipe2(ends, flags);
}

int __wrap_socketpair(int domain, int type, int protocol, int *ends)
{
    return call_fails(TORTURE_SOCKETPAIR) ? -1
                                          : __real_socketpair(domain, type, protocol, ends);
}

char *__wrap_mkdtemp(char *path)
{
    return call_fails(TORTURE_MKDTEMP) ? NULL : __real_mkdtemp(path);
}

DIR *__wrap_fdopendir(int fd)
{
    return call_fails(TORTURE_FDOPENDIR) ? NULL : __real_fdopendir(fd);
}

FILE *__wrap_open_memstream(char **text, size_t *size)
{
    return call_fails(TORTURE_OPEN_MEMSTREAM) ? NULL : __real_open_memstream(text, size);
}

int __wrap_memfd_create(const char *name, unsigned flags)
{
    return call_fails(TORTURE_MEMFD_CREATE) ? -1 : __real_memfd_create(name, flags);
}

void torture_call(enum torture_call call, unsigned long nth, int error_number)
{
    calls.call = call;
    calls.nth = nth;
    calls.count = 0;
    calls.error_number = error_number;
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
