#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"

static jmp_buf exhausted;

static void leave(void)
{
    longjmp(exhausted, 1);
}

static void test_alloc_is_zeroed_and_never_null(void **state)
{
    static const unsigned char zeros[300];
    void *ptr = mem_alloc(3, 100);

    (void)state;
    assert_memory_equal(ptr, zeros, sizeof(zeros));
    free(ptr);
    for (int i = 0; i < 3; i++) {
        ptr = mem_alloc(i == 0 ? 0 : 7, i == 1 ? 0 : (size_t)i);
        assert_non_null(ptr);
        free(ptr);
    }
}

static void test_resize_keeps_contents(void **state)
{
    char *ptr = mem_resize(NULL, 4, 1);

    (void)state;
    memcpy(ptr, "abc", 4);
    ptr = mem_resize(ptr, 4000, 2);
    assert_string_equal(ptr, "abc");
    ptr = mem_resize(ptr, 0, 2);
    assert_non_null(ptr);
    free(ptr);
}

static void test_capacity(void **state)
{
    size_t capacity = 0, steps = 0;

    (void)state;
    assert_int_equal(mem_capacity(0, 0), 0);
    assert_int_equal(mem_capacity(40, 40), 40);
    assert_int_equal(mem_capacity(40, 41), 60);
    assert_int_equal(mem_capacity(40, 1000), 1000);
    assert_true(mem_capacity(SIZE_MAX - 1, SIZE_MAX) == SIZE_MAX);
    for (size_t wanted = 1; wanted <= 100000; wanted++) {
        size_t next = mem_capacity(capacity, wanted);

        assert_true(next >= wanted);
        steps += next != capacity;
        capacity = next;
    }
    assert_in_range(steps, 1, 30);
}

static void test_dup(void **state)
{
    const char *text = "mirror0";
    char *copy = mem_dup(text);

    (void)state;
    assert_string_equal(copy, text);
    assert_ptr_not_equal(copy, text);
    free(copy);
    assert_null(mem_dup(NULL));
}

static void test_set_tells_changes(void **state)
{
    char *slot = NULL;

    (void)state;
    assert_false(mem_set(&slot, NULL));
    assert_true(mem_set(&slot, "running"));
    assert_false(mem_set(&slot, "running"));
    assert_false(mem_set(&slot, slot));
    assert_true(mem_set(&slot, "ready"));
    assert_string_equal(slot, "ready");
    assert_true(mem_set(&slot, slot + 2));
    assert_string_equal(slot, "ady");
    assert_true(mem_set(&slot, NULL));
    assert_null(slot);

    assert_true(mem_set_cut(&slot, "concluded", 4));
    assert_string_equal(slot, "conc");
    assert_false(mem_set_cut(&slot, "concerned", 4));
    assert_false(mem_set_cut(&slot, "conc", 4));
    assert_true(mem_set_cut(&slot, "con", 4));
    assert_string_equal(slot, "con");
    assert_true(mem_set_cut(&slot, "", 4));
    assert_string_equal(slot, "");
    assert_true(mem_set_cut(&slot, NULL, 4));
    assert_null(slot);
}

static void test_exhaustion_runs_the_handler(void **state)
{
    (void)state;
    mem_on_exhausted(leave);
    if (setjmp(exhausted) == 0) {
        mem_alloc(SIZE_MAX / 2, 4);
        fail();
    }
    mem_on_exhausted(leave);
    if (setjmp(exhausted) == 0) {
        mem_resize(NULL, SIZE_MAX / 2 + 1, 2);
        fail();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc_is_zeroed_and_never_null),
        cmocka_unit_test(test_resize_keeps_contents),
        cmocka_unit_test(test_capacity),
        cmocka_unit_test(test_dup),
        cmocka_unit_test(test_set_tells_changes),
        cmocka_unit_test(test_exhaustion_runs_the_handler),
    };

    return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
