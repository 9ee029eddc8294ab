#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qmp/buffer.h"

static void assert_holds(const struct buffer *buffer, const char *expected)
{
    size_t len;
    const char *bytes = buffer_bytes(buffer, &len);

    assert_int_equal(len, strlen(expected));
    assert_memory_equal(bytes, expected, len);
}

static void test_first_in_first_out(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 100);
    assert_holds(&buffer, "");
    assert_true(buffer_append(&buffer, "one", 3));
    assert_true(buffer_append(&buffer, "two", 3));
    assert_holds(&buffer, "onetwo");
    buffer_take(&buffer, 4);
    assert_holds(&buffer, "wo");
    assert_true(buffer_append(&buffer, "!", 1));
    assert_holds(&buffer, "wo!");
    buffer_take(&buffer, 3);
    assert_holds(&buffer, "");
    buffer_release(&buffer);
}

static void test_the_limit_is_exact(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 4);
    assert_false(buffer_append(&buffer, "12345", 5));
    assert_true(buffer_append(&buffer, "1234", 4));
    assert_false(buffer_append(&buffer, "5", 1));
    assert_holds(&buffer, "1234");
    buffer_take(&buffer, 1);
    assert_true(buffer_append(&buffer, "5", 1));
    assert_holds(&buffer, "2345");
    assert_true(buffer_append(&buffer, "", 0));
    assert_false(buffer_append(&buffer, "6", 1));
    buffer_release(&buffer);
}

static void test_a_limit_of_zero_takes_nothing(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 0);
    assert_true(buffer_append(&buffer, NULL, 0));
    assert_false(buffer_append(&buffer, "x", 1));
    buffer_release(&buffer);
}

static void test_storage_never_passes_the_limit(void **state)
{
    static const char chunk[1000];
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 70001);
    while (buffer_append(&buffer, chunk, sizeof(chunk)))
        assert_true(buffer.capacity <= buffer.limit);
    assert_int_equal(buffer.end - buffer.start, 70000);
    assert_true(buffer_append(&buffer, chunk, 1));
    assert_int_equal(buffer.capacity, 70001);
    buffer_release(&buffer);
}

static void test_an_empty_buffer_takes_no_memory(void **state)
{
    static const char chunk[4096];
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 1 << 20);
    assert_true(buffer_append(&buffer, chunk, 100));
    buffer_take(&buffer, 99);
    assert_non_null(buffer.data);
    buffer_take(&buffer, 1);
    assert_null(buffer.data);
    assert_true(buffer_append(&buffer, chunk, sizeof(chunk)));
    buffer_take(&buffer, sizeof(chunk) - 1);
    assert_non_null(buffer.data);
    buffer_take(&buffer, 1);
    assert_null(buffer.data);
    assert_true(buffer_append(&buffer, chunk, sizeof(chunk)));
    buffer_release(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.limit, 1 << 20);
}

/* A queue that is never empty but always short must not grow. */
static void test_a_short_queue_stays_small(void **state)
{
    struct buffer buffer;
    char expected = 0;

    (void)state;
    buffer_init(&buffer, 1 << 20);
    assert_true(buffer_append(&buffer, &expected, 1));
    for (int i = 1; i < 100000; i++) {
        char byte = (char)i;
        size_t len;

        assert_true(buffer_append(&buffer, &byte, 1));
        assert_int_equal(*buffer_bytes(&buffer, &len), expected);
        assert_int_equal(len, 2);
        buffer_take(&buffer, 1);
        expected = byte;
    }
    assert_true(buffer.capacity <= 512);
    buffer_release(&buffer);
}

/* A queue that nearly fills its storage gets more, instead of being moved to the
 * front for each byte. */
static void test_a_full_queue_gets_room(void **state)
{
    static const char chunk[900];
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 1 << 20);
    assert_true(buffer_append(&buffer, chunk, sizeof(chunk)));
    for (int i = 0; i < 10000; i++) {
        buffer_take(&buffer, 1);
        assert_true(buffer_append(&buffer, "x", 1));
        assert_true(buffer.capacity <= 4 * sizeof(chunk));
    }
    assert_true(buffer.capacity >= 2 * sizeof(chunk));
    buffer_release(&buffer);
}

/* Any order of appends and takes is a queue; a plain array is the model. */
static void test_random_traffic_is_a_queue(void **state)
{
    static char model[400000];
    uint32_t seed = 12345;
    size_t front = 0, back = 0;
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 3000);
    while (back + 1000 < sizeof(model)) {
        size_t len, amount;
        bool fits;

        seed = seed * 1664525 + 1013904223;
        amount = (seed >> 8) % 900;
        for (size_t i = 0; i < amount; i++)
            model[back + i] = (char)(seed >> (i % 24));
        fits = back - front + amount <= 3000;
        assert_int_equal(buffer_append(&buffer, model + back, amount), fits);
        back += fits ? amount : 0;
        buffer_bytes(&buffer, &len);
        assert_int_equal(len, back - front);
        assert_memory_equal(buffer_bytes(&buffer, &len), model + front, len);
        amount = len == 0 ? 0 : (seed >> 16) % (len + 1);
        buffer_take(&buffer, amount);
        front += amount;
    }
    buffer_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_in_first_out),
        cmocka_unit_test(test_the_limit_is_exact),
        cmocka_unit_test(test_a_limit_of_zero_takes_nothing),
        cmocka_unit_test(test_storage_never_passes_the_limit),
        cmocka_unit_test(test_an_empty_buffer_takes_no_memory),
        cmocka_unit_test(test_a_short_queue_stays_small),
        cmocka_unit_test(test_a_full_queue_gets_room),
        cmocka_unit_test(test_random_traffic_is_a_queue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
