#include "tui/keymap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/key.h"

static int setup(void **state)
{
    static struct keymap keymap;

    keymap_init(&keymap);
    *state = &keymap;
    return 0;
}

static int teardown(void **state)
{
    keymap_release(*state);
    return 0;
}

/* A default key that is no key, or that two requests of one scope want, would be
 * missing. */
static void every_default_key_asks_for_its_request(void **state)
{
    for (enum request request = 0; request < REQUEST_COUNT; request++) {
        const struct keymap_row *row = keymap_row(request);
        char names[KEYMAP_KEYS_SIZE];

        keymap_keys(*state, request, false, names);
        assert_string_equal(names, row->keys);
        for (char *name = strtok(names, " "); name != NULL; name = strtok(NULL, " "))
            assert_int_equal(keymap_find(*state, key_parse(name), row->scopes), request);
    }
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (enum request request = 0; request < REQUEST_COUNT; request++) {
        const struct keymap_row *row = keymap_row(request);

        assert_true(row->name[0] != '\0' && row->help[0] != '\0');
        assert_int_not_equal(row->scopes, 0);
        assert_true(row->section < KEYMAP_SECTION_COUNT);
        for (enum request other = 0; other < request; other++)
            assert_string_not_equal(row->name, keymap_row(other)->name);
    }
}

/* k moves and must never harm; one letter's case must not make the difference
 * between looking and acting. */
static void no_letter_has_a_dangerous_twin(void **state)
{
    assert_int_equal(keymap_find(*state, 'k', KEYMAP_IN_JOBS), REQUEST_UP);
    for (int letter = 'a'; letter <= 'z'; letter++) {
        enum request lower = keymap_find(*state, letter, KEYMAP_IN_JOBS);
        enum request upper = keymap_find(*state, letter - 'a' + 'A', KEYMAP_IN_JOBS);

        if (lower == REQUEST_COUNT || upper == REQUEST_COUNT)
            continue;
        assert_int_equal(keymap_row(lower)->verb, VERB_COUNT);
        assert_int_equal(keymap_row(upper)->verb, VERB_COUNT);
    }
}

static void the_six_verbs_have_their_letters(void **state)
{
    static const struct {
        int key;
        enum verb verb;
    } pairs[] = {{'p', VERB_PAUSE},  {'r', VERB_RESUME},   {'o', VERB_COMPLETE},
                 {'c', VERB_CANCEL}, {'f', VERB_FINALIZE}, {'x', VERB_DISMISS}};

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        enum request request = keymap_find(*state, pairs[i].key, KEYMAP_IN_JOBS);

        assert_int_equal(keymap_row(request)->verb, pairs[i].verb);
        assert_int_equal(keymap_of_verb(pairs[i].verb), request);
        assert_int_equal(keymap_find(*state, pairs[i].key, KEYMAP_IN_HELP), REQUEST_COUNT);
    }
    assert_int_equal(keymap_of_verb(VERB_COUNT), REQUEST_COUNT);
}

static void verbs_and_levers_ask(void **state)
{
    (void)state;
    assert_true(keymap_asks(REQUEST_PAUSE) && keymap_asks(REQUEST_DISMISS));
    assert_true(keymap_asks(REQUEST_BANDWIDTH) && keymap_asks(REQUEST_RECOVER));
    assert_false(keymap_asks(REQUEST_ACTIONS) || keymap_asks(REQUEST_TAG));
    assert_false(keymap_asks(REQUEST_UP) || keymap_asks(REQUEST_LEAVE));
}

static void keys_can_be_changed(void **state)
{
    char names[KEYMAP_KEYS_SIZE];

    assert_true(keymap_bind(*state, REQUEST_PAUSE, " F5  P ", NULL));
    assert_string_equal(keymap_keys(*state, REQUEST_PAUSE, false, names), "F5 P");
    assert_string_equal(keymap_keys(*state, REQUEST_PAUSE, true, names), "F5");
    assert_int_equal(keymap_find(*state, 'p', KEYMAP_IN_JOBS), REQUEST_COUNT);
    assert_int_equal(keymap_find(*state, 'P', KEYMAP_IN_JOBS), REQUEST_PAUSE);
    assert_true(keymap_bind(*state, REQUEST_PAUSE, "", NULL));
    assert_string_equal(keymap_keys(*state, REQUEST_PAUSE, false, names), "");
}

static void a_wrong_key_changes_nothing(void **state)
{
    static const char *const wrong[] = {"z nokey", "z r", "z averylongnamethatisnokey"};
    char names[KEYMAP_KEYS_SIZE];

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *culprit = NULL;

        assert_false(keymap_bind(*state, REQUEST_PAUSE, wrong[i], &culprit));
        assert_ptr_equal(culprit, wrong[i] + 2);
        assert_string_equal(keymap_keys(*state, REQUEST_PAUSE, false, names), "p");
    }
}

/* Screens whose scopes do not overlap may use the same key. */
static void a_key_may_mean_two_things_in_two_scopes(void **state)
{
    assert_true(keymap_bind(*state, REQUEST_HELP, "?", NULL));
    assert_false(keymap_bind(*state, REQUEST_CLOSE, "p", NULL));
    assert_int_equal(keymap_find(*state, 'p', KEYMAP_IN_HELP), REQUEST_COUNT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_default_key_asks_for_its_request),
        TEST(every_row_is_complete),
        TEST(no_letter_has_a_dangerous_twin),
        TEST(the_six_verbs_have_their_letters),
        TEST(verbs_and_levers_ask),
        TEST(keys_can_be_changed),
        TEST(a_wrong_key_changes_nothing),
        TEST(a_key_may_mean_two_things_in_two_scopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
