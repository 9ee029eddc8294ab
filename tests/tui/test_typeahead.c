/* Which keys nobody can have typed. */
#include "tui/typeahead.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/key.h"

#define PASTED "the quick brown fox jumps over it" /* no two alike in a row */

/* One go of keys, '<' and '>' being the terminal's brackets; what comes out, with '('
 * and ')' for those of a burst. */
static const char *go(struct typeahead *typeahead, const char *text)
{
    static char out[TYPEAHEAD_MAX + 8];
    struct typed typed;
    size_t len = 0;

    typeahead_begin(typeahead);
    for (; *text != '\0'; text++) {
        typed = (struct typed){.key = *text};
        if (*text == '<')
            typed.key = KEY_CODE_PASTE;
        if (*text == '>')
            typed.key = KEY_CODE_PASTE_END;
        typeahead_add(typeahead, &typed);
    }
    typeahead_end(typeahead);
    while (typeahead_take(typeahead, &typed))
        out[len++] = typed.key == KEY_CODE_PASTE       ? '<'
                     : typed.key == KEY_CODE_PASTE_END ? '>'
                     : typed.key == KEY_CODE_BURST     ? '('
                     : typed.key == KEY_CODE_BURST_END ? ')'
                                                       : (char)typed.key;
    out[len] = '\0';
    return out;
}

static void few_keys_are_typed(void **state)
{
    struct typeahead typeahead = {.count = 0};

    (void)state;
    assert_string_equal(go(&typeahead, ""), "");
    assert_string_equal(go(&typeahead, "o"), "o");
    assert_string_equal(go(&typeahead, "/web-01"), "/web-01");
}

static void many_keys_are_a_burst(void **state)
{
    struct typeahead typeahead = {.count = 0};

    (void)state;
    assert_string_equal(go(&typeahead, PASTED), "(" PASTED);
    assert_string_equal(go(&typeahead, PASTED), PASTED);
    assert_string_equal(go(&typeahead, ""), "");
    assert_string_equal(go(&typeahead, "o"), ")o");
    assert_string_equal(go(&typeahead, "o"), "o");
}

/* A key that repeats behind a stalled line. */
static void one_key_held_down_is_typed(void **state)
{
    struct typeahead typeahead = {.count = 0};
    char held[201] = "";

    (void)state;
    memset(held, 'j', 200);
    assert_string_equal(go(&typeahead, held), held);
}

static void brackets_are_the_terminals_word(void **state)
{
    struct typeahead typeahead = {.count = 0};

    (void)state;
    assert_string_equal(go(&typeahead, "a<" PASTED ">b"), "a<" PASTED ">b");
    assert_string_equal(go(&typeahead, "<" PASTED), "<" PASTED);
    assert_string_equal(go(&typeahead, PASTED), PASTED);
    assert_string_equal(go(&typeahead, ">"), ">");
    assert_string_equal(go(&typeahead, PASTED), "(" PASTED);
}

static void a_go_has_its_measure(void **state)
{
    struct typeahead typeahead = {.count = 0};
    struct typed typed = {.key = 'a'};
    size_t taken = 0;

    (void)state;
    typeahead_begin(&typeahead);
    size_t added = 1;
    while (typeahead_add(&typeahead, &typed)) {
        added++;
        typed.key ^= 1;
    }
    assert_int_equal(added, TYPEAHEAD_MAX);
    assert_false(typeahead_add(&typeahead, &typed));
    typeahead_end(&typeahead);
    while (typeahead_take(&typeahead, &typed))
        taken++;
    assert_int_equal(taken, TYPEAHEAD_MAX + 1);
}

/* Taken or not, and without the bracket of a burst. */
static void a_go_can_be_looked_through(void **state)
{
    struct typeahead typeahead = {.count = 0};

    (void)state;
    assert_int_equal(typeahead_key(&typeahead, 0), KEY_CODE_NONE);
    assert_string_equal(go(&typeahead, "jp"), "jp");
    assert_int_equal(typeahead_key(&typeahead, 0), 'j');
    assert_int_equal(typeahead_key(&typeahead, 1), 'p');
    assert_int_equal(typeahead_key(&typeahead, 2), KEY_CODE_NONE);
    assert_string_equal(go(&typeahead, PASTED), "(" PASTED);
    assert_int_equal(typeahead_key(&typeahead, 0), 't');
    assert_int_equal(typeahead_key(&typeahead, strlen(PASTED)), KEY_CODE_NONE);
}

static void what_is_dropped_is_gone(void **state)
{
    struct typeahead typeahead = {.count = 0};
    struct typed typed = {.key = 'a'};

    (void)state;
    typeahead_drop(&typeahead);
    typeahead_begin(&typeahead);
    typeahead_add(&typeahead, &typed);
    typeahead_end(&typeahead);
    typeahead_drop(&typeahead);
    assert_false(typeahead_take(&typeahead, &typed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_keys_are_typed),
        cmocka_unit_test(many_keys_are_a_burst),
        cmocka_unit_test(one_key_held_down_is_typed),
        cmocka_unit_test(brackets_are_the_terminals_word),
        cmocka_unit_test(a_go_has_its_measure),
        cmocka_unit_test(a_go_can_be_looked_through),
        cmocka_unit_test(what_is_dropped_is_gone),
    };

    return cmocka_run_group_tests_name("typeahead", tests, NULL, NULL);
}
