#ifndef QMPTOP_CORE_MEM_H
#define QMPTOP_CORE_MEM_H

/*
 * mem: allocation that cannot fail for its caller. It knows nothing of what is
 * stored. When the system has no memory left, one handler runs (the program
 * puts the terminal back there) and the process ends: a half-updated model
 * would show an operator something untrue.
 */

#include <stddef.h>

/* Zeroed memory for `count` elements of `size` bytes; never NULL, count and
 * size may be 0. The caller frees it with free(). */
void *mem_alloc(size_t count, size_t size);

/* What realloc() does, for libraries that take such a function: size 0 frees and gives
 * NULL; else never NULL. */
void *mem_allocator(void *ptr, long size);

/* Resizes `ptr` (from mem_* or NULL) to `count` elements of `size` bytes; what
 * is new is not zeroed. Never NULL; the old pointer is gone. */
void *mem_resize(void *ptr, size_t count, size_t size);

/* Capacity to use for an array that holds `capacity` and needs `wanted`
 * elements: grows by half, so that appending costs constant time. */
size_t mem_capacity(size_t capacity, size_t wanted);

/* A copy of `text`, owned by the caller; NULL gives NULL. */
char *mem_dup(const char *text);

/* Replaces *slot by a copy of `text` (may be NULL); frees the old value.
 * Returns whether the text differs from what was there. */
int mem_set(char **slot, const char *text);

/* The same with the first `max` bytes of `text` at most. */
int mem_set_cut(char **slot, const char *text, size_t max);

/* The handler run once when memory is exhausted; where it returns, abort() follows. What
 * it calls finds MEM_RESERVE bytes, taken now and given back before it runs. NULL (the
 * start value) means none, and no reserve. */
#define MEM_RESERVE 65536
void mem_on_exhausted(void (*handler)(void));

#endif
