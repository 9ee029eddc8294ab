/* Documents are cut out of bytes, however these come, and garbage is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qmp/stream.h"

/* What came out of a stream, as one text: documents in <>, then the error. */
struct outcome {
    char *text;
    size_t len, capacity;
};

static void outcome_add(struct outcome *outcome, const char *bytes, size_t len)
{
    while (outcome->len + len > outcome->capacity) {
        outcome->capacity = outcome->capacity * 2 + 256;
        outcome->text = realloc(outcome->text, outcome->capacity);
        assert_non_null(outcome->text);
    }
    memcpy(outcome->text + outcome->len, bytes, len);
    outcome->len += len;
}

static enum stream_result drain(struct stream *stream, struct outcome *outcome)
{
    enum stream_result result;
    const char *document;
    size_t len;

    while ((result = stream_next(stream, &document, &len)) == STREAM_DOCUMENT) {
        outcome_add(outcome, "<", 1);
        outcome_add(outcome, document, len);
        outcome_add(outcome, ">", 1);
    }
    return result;
}

/* Sizes of the chunks: the first one, then the next ones. */
static struct outcome pour(const char *bytes, size_t len, size_t first, size_t next)
{
    struct outcome outcome = {.text = NULL};
    enum stream_result result = STREAM_PARTIAL;
    struct stream stream;
    size_t chunk = first;

    stream_init(&stream);
    for (size_t at = 0; at < len; at += chunk) {
        chunk = at == 0 ? first : next;
        if (chunk > len - at)
            chunk = len - at;
        stream_feed(&stream, bytes + at, chunk);
        result = drain(&stream, &outcome);
    }
    if (result == STREAM_BAD)
        outcome_add(&outcome, stream_error_text(stream.error),
                    strlen(stream_error_text(stream.error)));
    outcome_add(&outcome, "", 1);
    stream_release(&stream);
    return outcome;
}

static void assert_pours(const char *bytes, const char *expected)
{
    struct outcome outcome = pour(bytes, strlen(bytes), strlen(bytes), 1);

    assert_string_equal(outcome.text, expected);
    free(outcome.text);
}

static void test_documents_are_cut_out(void **state)
{
    (void)state;
    assert_pours("{}", "<{}>");
    assert_pours("{}{}", "<{}><{}>");
    assert_pours(" \t\r\n{} \r\n\r\n {\"a\": 1}\n", "<{}><{\"a\": 1}>");
    assert_pours("{\"a\": [1, {}, []]}\r\n{", "<{\"a\": [1, {}, []]}>");
    assert_pours("{\r\n    \"QMP\": {\r\n    }\r\n}\r\n",
                 "<{\r\n    \"QMP\": {\r\n    }\r\n}>");
    assert_pours("{\"}\": \"{[\"}{}", "<{\"}\": \"{[\"}><{}>");
    assert_pours("{\"a\\\"}\": \"\\\\\"}{}", "<{\"a\\\"}\": \"\\\\\"}><{}>");
    assert_pours("{\"'/*\": \"NaN\"}", "<{\"'/*\": \"NaN\"}>");
    assert_pours("", "");
    assert_pours("{\"", "");
}

static void test_garbage_is_not_json(void **state)
{
    static const char *const garbage[] = {
        "x",
        "[]",
        "]",
        "}",
        "\"a\"",
        "1",
        "null",
        "{]",
        "{[}",
        "{[}]",
        "{'a': 1}",
        "{/**/}",
        "{NaN}",
        "{\x01}",
        "{\"a\": \\}",
        "{Infinity}",
        "{\xff}",
        "{(}",
        "\xff\xfb\x01",
        "{#\n}",
        "\v{}",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ",
        "\x1b[K\x1b[D(qemu) ",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
        assert_pours(garbage[i], "what it sends is not JSON");
}

static void test_nul_is_not_json(void **state)
{
    static const char bytes[] = "{\0}";
    struct outcome outcome = pour(bytes, 3, 3, 1);

    (void)state;
    assert_string_equal(outcome.text, "what it sends is not JSON");
    free(outcome.text);
}

static void test_an_error_keeps_its_first_bytes(void **state)
{
    static const char banner[] = "QEMU 7.2.22 monitor - type 'help' for more information\r\n";
    struct stream stream;
    const char *document;
    size_t len;

    (void)state;
    stream_init(&stream);
    stream_feed(&stream, "{}\r\n", 4);
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_DOCUMENT);
    stream_feed(&stream, banner, strlen(banner));
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_BAD);
    assert_int_equal(stream.head_len, STREAM_HEAD_MAX);
    assert_memory_equal(stream.head, banner, STREAM_HEAD_MAX);

    stream_clear(&stream);
    stream_feed(&stream, " \n\0ab", 5);
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_BAD);
    assert_int_equal(stream.head_len, 3);
    assert_memory_equal(stream.head, "\0ab", 3);
    stream_release(&stream);
}

static void test_an_error_stays(void **state)
{
    struct stream stream;
    const char *document;
    size_t len;

    (void)state;
    stream_init(&stream);
    stream_feed(&stream, "{}x", 3);
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_DOCUMENT);
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_BAD);
    stream_feed(&stream, "{}", 2);
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_BAD);
    assert_null(stream.buffer.data);
    stream_clear(&stream);
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_PARTIAL);
    stream_feed(&stream, "{}", 2);
    assert_int_equal(stream_next(&stream, &document, &len), STREAM_DOCUMENT);
    stream_release(&stream);
}

static const char corpus[] =
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
    "\"package\": "
    "\"\"}, \"capabilities\": [\"oob\"]}}\r\n"
    "{\"return\": {}}\r\n{\"return\": [], \"id\": 1}\n{}{}   {}\r\n\r\n"
    "{\r\n    \"timestamp\": {\r\n        \"seconds\": -1\r\n    },\r\n    \"event\": "
    "\"STOP\"\r\n}\r\n"
    "{\"a\\\\\": \"\\\"}{\\\\\", \"\\u007b\": \"\\\\\\\"\", \"[\": [[[]], {\"b\": {}}]}"
    "{\"return\": [{\"id\": \"mirror0\", \"current-progress\": 1.5e+3}, null, true, false]}\r\n"
    "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Job 'j' in state 'x'\"}}\r\n\t";

static void assert_same_in_chunks(const char *bytes, size_t len, size_t first, size_t next,
                                  const struct outcome *whole)
{
    struct outcome split = pour(bytes, len, first, next);

    assert_string_equal(split.text, whole->text);
    free(split.text);
}

static void test_every_split_gives_the_same(void **state)
{
    size_t len = strlen(corpus);
    struct outcome whole = pour(corpus, len, len, 1);

    (void)state;
    assert_non_null(strstr(whole.text, "><{}><{}><{}><"));
    for (size_t at = 1; at < len; at++)
        assert_same_in_chunks(corpus, len, at, len, &whole);
    for (size_t size = 1; size < len; size++)
        assert_same_in_chunks(corpus, len, size, size, &whole);
    free(whole.text);
}

/* One corpus with one byte changed is mostly an error: its place and kind must
 * not depend on the chunking either. */
static void test_damaged_input_fails_the_same_in_every_chunking(void **state)
{
    static const char damage[] = "{}[]\"\\,:x'\xff\n0";
    char bytes[sizeof(corpus)];
    size_t len = strlen(corpus);
    uint32_t seed = 2024;

    (void)state;
    for (int round = 0; round < 1000; round++) {
        struct outcome whole;

        seed = seed * 1664525 + 1013904223;
        memcpy(bytes, corpus, sizeof(corpus));
        bytes[(seed >> 8) % len] = damage[(seed >> 4) % (sizeof(damage) - 1)];
        whole = pour(bytes, len, len, 1);
        assert_same_in_chunks(bytes, len, 1, 1, &whole);
        assert_same_in_chunks(bytes, len, (seed >> 16) % len + 1, (seed >> 12) % 40 + 1,
                              &whole);
        free(whole.text);
    }
}

static void test_every_error_has_a_sentence(void **state)
{
    (void)state;
    assert_string_equal(stream_error_text(STREAM_OK), "no error");
    assert_string_equal(stream_error_text(STREAM_NOT_JSON), "what it sends is not JSON");
    assert_string_equal(stream_error_text(STREAM_TOO_LONG), "a reply is longer than 1 MiB");
    assert_string_equal(stream_error_text(STREAM_TOO_DEEP),
                        "a reply is nested deeper than 16 levels");
    assert_string_equal(stream_error_text(STREAM_TOO_HEAVY),
                        "a reply would take more than 8 MiB of memory");
    assert_string_equal(stream_error_text(STREAM_NO_MEMORY), "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents_are_cut_out),
        cmocka_unit_test(test_garbage_is_not_json),
        cmocka_unit_test(test_nul_is_not_json),
        cmocka_unit_test(test_an_error_keeps_its_first_bytes),
        cmocka_unit_test(test_an_error_stays),
        cmocka_unit_test(test_every_split_gives_the_same),
        cmocka_unit_test(test_damaged_input_fails_the_same_in_every_chunking),
        cmocka_unit_test(test_every_error_has_a_sentence),
    };

    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
