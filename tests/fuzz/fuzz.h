#ifndef QMPTOP_TESTS_FUZZ_H
#define QMPTOP_TESTS_FUZZ_H

/*
 * fuzz: what the fuzz targets share: reading decisions out of the input, and the check
 * that ends a run. It does not know what is tested.
 *
 * Each target is one program around LLVMFuzzerTestOneInput() (clang, -fsanitize=fuzzer):
 * any bytes are an input, none may crash, and what it checks must hold for all.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding: said on stderr, and the run ends with the input kept. */
#define FUZZ_CHECK(condition)                                                         \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                  \
        }                                                                             \
    } while (0)

/* A copy that ends where the bytes end and is the caller's to free once it was taken: whoever
 * reads beyond it, or later, is found. `len` > 0. */
static inline char *fuzz_lend(const void *bytes, size_t len)
{
    char *lent = malloc(len);

    FUZZ_CHECK(lent != NULL);
    memcpy(lent, bytes, len);
    return lent;
}

/* What is left of an input. */
struct fuzz_input {
    const uint8_t *bytes;
    size_t len;
};

/* The next byte, 0 when there is none. */
static inline uint8_t fuzz_byte(struct fuzz_input *input)
{
    if (input->len == 0)
        return 0;
    input->len--;
    return *input->bytes++;
}

#endif
