/* The caps of what is kept of a stream are exact, and nothing goes round them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qmp/stream.h"

/* Takes all that is complete: `taken` grows by its bytes. */
static enum stream_result drain(struct stream *stream, size_t *taken)
{
    enum stream_result result;
    const char *document;
    size_t len;

    while ((result = stream_next(stream, &document, &len)) == STREAM_DOCUMENT)
        *taken += len;
    return result;
}

static void assert_last(struct stream *stream, const char *bytes, size_t len, size_t chunk,
                        enum stream_error error)
{
    size_t taken = 0;
    enum stream_result result = STREAM_PARTIAL;

    for (size_t at = 0; at < len; at += chunk) {
        stream_feed(stream, bytes + at, len - at < chunk ? len - at : chunk);
        result = drain(stream, &taken);
    }
    assert_int_equal(stream->error, error);
    assert_int_equal(result, error == STREAM_OK ? STREAM_PARTIAL : STREAM_BAD);
    if (error == STREAM_OK)
        assert_int_equal(taken, len);
    else
        assert_int_equal(taken, 0);
    assert_true(stream->buffer.capacity <= 512);
    stream_clear(stream);
}

/* {"aaaa...": 1} of exactly `len` bytes; the caller frees it. */
static char *long_document(size_t len)
{
    char *bytes = malloc(len);

    assert_non_null(bytes);
    memset(bytes, 'a', len);
    memcpy(bytes, "{\"", 2);
    memcpy(bytes + len - 4, "\":1}", 4);
    return bytes;
}

static void test_the_length_cap_is_exact(void **state)
{
    static const size_t chunks[] = {1, 1000, STREAM_FEED_MAX};
    char *fits = long_document(STREAM_DOCUMENT_MAX);
    char *not = long_document(STREAM_DOCUMENT_MAX + 1);
    struct stream stream;

    (void)state;
    stream_init(&stream);
    for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
        assert_last(&stream, fits, STREAM_DOCUMENT_MAX, chunks[i], STREAM_OK);
        assert_last(&stream, not, STREAM_DOCUMENT_MAX + 1, chunks[i], STREAM_TOO_LONG);
        assert_last(&stream, not, STREAM_DOCUMENT_MAX, chunks[i], STREAM_TOO_LONG);
    }
    stream_release(&stream);
    free(fits);
    free(not );
}

#define WIDE_FITS                                                          \
    (3 + (STREAM_WEIGHT_MAX - STREAM_WEIGHT_OBJECT - STREAM_WEIGHT_ARRAY - \
          STREAM_WEIGHT_SEPARATOR) /                                       \
             STREAM_WEIGHT_SEPARATOR)

/* {"a":[0,0,...]} with `values` of '{' '[' ',' ':'. */
static char *wide_document(size_t values, size_t *len)
{
    char *bytes = malloc(values * 2 + 16);
    char *at = bytes;

    assert_non_null(bytes);
    memcpy(at, "{\"a\":[0", 7);
    at += 7;
    for (size_t i = 3; i < values; i++) {
        *at++ = ',';
        *at++ = '0';
    }
    memcpy(at, "]}", 2);
    *len = (size_t)(at + 2 - bytes);
    return bytes;
}

static void test_the_weight_cap_is_exact(void **state)
{
    size_t fits_len, not_len;
    char *fits = wide_document(WIDE_FITS, &fits_len);
    char *not = wide_document(WIDE_FITS + 1, &not_len);
    struct stream stream;

    (void)state;
    stream_init(&stream);
    for (size_t chunk = 7; chunk <= STREAM_FEED_MAX; chunk *= 9) {
        assert_last(&stream, fits, fits_len, chunk, STREAM_OK);
        assert_last(&stream, not, not_len, chunk, STREAM_TOO_HEAVY);
    }
    stream_release(&stream);
    free(fits);
    free(not );
}

/* A member costs twice: its name and its value. */
static void test_sixty_thousand_keys_are_too_heavy(void **state)
{
    enum { KEYS = 60000 };
    char *bytes = malloc(KEYS * 12 + 2), *at = bytes;
    struct stream stream;

    (void)state;
    assert_non_null(bytes);
    for (unsigned i = 0; i < KEYS; i++)
        at += sprintf(at, "%c\"k%05u\":0", i == 0 ? '{' : ',', i);
    *at++ = '}';
    assert_true(at - bytes < STREAM_DOCUMENT_MAX);
    stream_init(&stream);
    assert_last(&stream, bytes, (size_t)(at - bytes), STREAM_FEED_MAX, STREAM_TOO_HEAVY);
    stream_release(&stream);
    free(bytes);
}

static void test_weight_is_counted_for_each_document_anew(void **state)
{
    size_t len;
    char *bytes = wide_document(WIDE_FITS, &len);
    struct stream stream;

    (void)state;
    stream_init(&stream);
    for (int i = 0; i < 3; i++) {
        size_t taken = 0;

        for (size_t at = 0; at < len; at += 4096) {
            stream_feed(&stream, bytes + at, len - at < 4096 ? len - at : 4096);
            assert_int_equal(drain(&stream, &taken), STREAM_PARTIAL);
        }
        assert_int_equal(taken, len);
    }
    stream_release(&stream);
    free(bytes);
}

static void nest(char *bytes, size_t depth)
{
    bytes[0] = '{';
    memcpy(bytes + 1, "\"\":", 3);
    memset(bytes + 4, '[', depth - 1);
    memset(bytes + 4 + depth - 1, ']', depth - 1);
    bytes[4 + 2 * (depth - 1)] = '}';
    bytes[5 + 2 * (depth - 1)] = '\0';
}

static void test_the_depth_cap_is_exact(void **state)
{
    char bytes[100];
    struct stream stream;

    (void)state;
    stream_init(&stream);
    nest(bytes, STREAM_DEPTH_MAX);
    assert_last(&stream, bytes, strlen(bytes), 1, STREAM_OK);
    assert_last(&stream, bytes, strlen(bytes), 100, STREAM_OK);
    nest(bytes, STREAM_DEPTH_MAX + 1);
    assert_last(&stream, bytes, strlen(bytes), 1, STREAM_TOO_DEEP);
    assert_last(&stream, bytes, strlen(bytes), 100, STREAM_TOO_DEEP);
    stream_release(&stream);
}

/* White space between documents is no document, however long; nothing is kept. */
static void test_endless_white_space_is_nothing(void **state)
{
    static char spaces[STREAM_FEED_MAX];
    struct stream stream;
    const char *document;
    size_t len;

    (void)state;
    memset(spaces, '\n', sizeof(spaces));
    stream_init(&stream);
    for (int i = 0; i < 40; i++) {
        stream_feed(&stream, spaces, sizeof(spaces));
        assert_int_equal(stream_next(&stream, &document, &len), STREAM_PARTIAL);
        assert_null(stream.buffer.data);
    }
    stream_release(&stream);
}

static void test_feeding_without_draining_is_bounded(void **state)
{
    static char zeros[STREAM_FEED_MAX + 1];
    struct stream stream;
    const char *document;
    size_t len;

    (void)state;
    memset(zeros, '0', sizeof(zeros));
    stream_init(&stream);
    stream_feed(&stream, zeros, sizeof(zeros));
    assert_int_equal(stream.error, STREAM_TOO_LONG);
    stream_clear(&stream);
    for (int i = 0; i < 100; i++)
        stream_feed(&stream, zeros, STREAM_FEED_MAX);
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_BAD);
    assert_int_equal(stream.error, STREAM_TOO_LONG);
    assert_null(stream.buffer.data);
    stream_release(&stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_length_cap_is_exact),
        cmocka_unit_test(test_the_weight_cap_is_exact),
        cmocka_unit_test(test_sixty_thousand_keys_are_too_heavy),
        cmocka_unit_test(test_weight_is_counted_for_each_document_anew),
        cmocka_unit_test(test_the_depth_cap_is_exact),
        cmocka_unit_test(test_endless_white_space_is_nothing),
        cmocka_unit_test(test_feeding_without_draining_is_bounded),
    };

    return cmocka_run_group_tests_name("stream_caps", tests, NULL, NULL);
}
