#include "core/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The least capacity worth an allocation. */
#define MEM_FIRST 8

static void (*exhausted_handler)(void);
static void *reserve;

_Noreturn static void mem_exhausted(void)
{
    void (*handler)(void) = exhausted_handler;

    exhausted_handler = NULL;
    free(reserve);
    reserve = NULL;
    if (handler)
        handler();
    abort();
}

void mem_on_exhausted(void (*handler)(void))
{
    exhausted_handler = handler;
    free(reserve);
    reserve = handler ? malloc(MEM_RESERVE) : NULL;
}

/* Bytes of the whole, at least 1: a successful allocation of 0 may be NULL. */
static size_t mem_bytes(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        mem_exhausted();
    return count && size ? count * size : 1;
}

void *mem_alloc(size_t count, size_t size)
{
    void *ptr = calloc(1, mem_bytes(count, size));

    if (!ptr)
        mem_exhausted();
    return ptr;
}

void *mem_resize(void *ptr, size_t count, size_t size)
{
    void *resized = realloc(ptr, mem_bytes(count, size));

    if (!resized)
        mem_exhausted();
    return resized;
}

void *mem_allocator(void *ptr, long size)
{
    if (size > 0)
        return mem_resize(ptr, (size_t)size, 1);
    free(ptr);
    return NULL;
}

size_t mem_capacity(size_t capacity, size_t wanted)
{
    size_t grown;

    if (wanted <= capacity)
        return capacity;
    grown = capacity > SIZE_MAX / 2 ? wanted : capacity + capacity / 2;
    if (grown < MEM_FIRST)
        grown = MEM_FIRST;
    return grown < wanted ? wanted : grown;
}

char *mem_dup(const char *text)
{
    size_t size;

    if (!text)
        return NULL;
    size = strlen(text) + 1;
    return memcpy(mem_resize(NULL, size, 1), text, size);
}

int mem_set(char **slot, const char *text)
{
    char *old = *slot;

    if (old == text || (old && text && strcmp(old, text) == 0))
        return 0;
    /* Copied first: `text` may lie inside the old value. */
    *slot = mem_dup(text);
    free(old);
    return 1;
}

int mem_set_cut(char **slot, const char *text, size_t max)
{
    size_t len = text ? strnlen(text, max) : 0;
    char *cut;
    int news;

    if (!text || !text[len])
        return mem_set(slot, text);
    cut = mem_alloc(len + 1, 1);
    memcpy(cut, text, len);
    news = mem_set(slot, cut);
    free(cut);
    return news;
}
