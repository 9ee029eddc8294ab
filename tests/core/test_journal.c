#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/journal.h"

static int setup(void **state)
{
    struct journal *journal = calloc(1, sizeof(*journal));

    assert_non_null(journal);
    journal_init(journal);
    *state = journal;
    return 0;
}

static int teardown(void **state)
{
    journal_release(*state);
    free(*state);
    return 0;
}

static void starts_empty(void **state)
{
    assert_null(journal_newest(*state, 0));
}

static void keeps_what_was_said(void **state)
{
    struct journal *journal = *state;
    const struct journal_entry *entry;
    char target[] = "web-01";

    journal_add(journal, 5, JOURNAL_NEED, target, "mirror0", 7, "%s -> %s", "running", "READY");
    target[0] = 'X';
    entry = journal_newest(journal, 0);
    assert_non_null(entry);
    assert_int_equal(entry->serial, 1);
    assert_int_equal(entry->at_ms, 5);
    assert_int_equal(entry->until_ms, 5);
    assert_int_equal(entry->mark, JOURNAL_NEED);
    assert_int_equal(entry->uid, 7);
    assert_int_equal(entry->count, 1);
    assert_string_equal(entry->target, "web-01");
    assert_string_equal(entry->job, "mirror0");
    assert_string_equal(entry->text, "running -> READY");
}

static void counts_from_the_newest(void **state)
{
    struct journal *journal = *state;

    journal_add(journal, 1, JOURNAL_INFO, NULL, NULL, 0, "one");
    journal_add(journal, 2, JOURNAL_INFO, NULL, NULL, 0, "two");
    assert_string_equal(journal_newest(journal, 0)->text, "two");
    assert_string_equal(journal_newest(journal, 1)->text, "one");
    assert_null(journal_newest(journal, 2));
    assert_null(journal_newest(journal, 0)->target);
    assert_null(journal_newest(journal, 0)->job);
}

/* Pressed twice is done twice: the audit file has both. */
static void never_folds_what_the_person_did(void **state)
{
    struct journal *journal = *state;

    journal_add(journal, 1, JOURNAL_YOU, "vm", "j", 7, "you: pause");
    journal_add(journal, 2, JOURNAL_YOU, "vm", "j", 7, "you: pause");
    assert_int_equal(journal->count, 2);
    assert_int_equal(journal_newest(journal, 0)->count, 1);
    assert_int_equal(journal_newest(journal, 1)->at_ms, 1);
}

static void counts_repetitions_in_a_row(void **state)
{
    struct journal *journal = *state;

    for (int i = 0; i < 1000; i++)
        journal_add(journal, i, JOURNAL_ERROR, "a", "j", 1, "write error");
    assert_int_equal(journal_newest(journal, 0)->count, 1000);
    assert_int_equal(journal_newest(journal, 0)->at_ms, 0);
    assert_int_equal(journal_newest(journal, 0)->until_ms, 999);
    assert_null(journal_newest(journal, 1));
}

/* Whatever differs makes a new entry. */
static void tells_different_things_apart(void **state)
{
    struct journal *journal = *state;

    journal_add(journal, 1, JOURNAL_INFO, "a", "j", 1, "x");
    journal_add(journal, 1, JOURNAL_ERROR, "a", "j", 1, "x");
    journal_add(journal, 1, JOURNAL_ERROR, "b", "j", 1, "x");
    journal_add(journal, 1, JOURNAL_ERROR, "b", "k", 1, "x");
    journal_add(journal, 1, JOURNAL_ERROR, "b", "k", 2, "x");
    journal_add(journal, 1, JOURNAL_ERROR, "b", "k", 2, "y");
    journal_add(journal, 1, JOURNAL_ERROR, "b", NULL, 2, "y");
    journal_add(journal, 1, JOURNAL_ERROR, NULL, NULL, 2, "y");
    assert_int_equal(journal->serial, 8);
    assert_int_equal(journal->count, 8);
}

static void forgets_the_oldest(void **state)
{
    struct journal *journal = *state;

    for (int i = 0; i < JOURNAL_ENTRIES + 3; i++)
        journal_add(journal, i, JOURNAL_INFO, "t", "j", 1, "entry %d", i);
    assert_int_equal(journal->count, JOURNAL_ENTRIES);
    assert_int_equal(journal->serial, JOURNAL_ENTRIES + 3);
    assert_string_equal(journal_newest(journal, JOURNAL_ENTRIES - 1)->text, "entry 3");
    assert_null(journal_newest(journal, JOURNAL_ENTRIES));
}

static void cuts_long_texts_and_names(void **state)
{
    struct journal *journal = *state;
    char longest[2 * JOURNAL_TEXT];

    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    journal_add(journal, 1, JOURNAL_INFO, longest, longest, 1, "%s", longest);
    assert_int_equal(strlen(journal_newest(journal, 0)->text), JOURNAL_TEXT);
    assert_int_equal(strlen(journal_newest(journal, 0)->target), JOURNAL_TEXT);
    assert_int_equal(strlen(journal_newest(journal, 0)->job), JOURNAL_TEXT);
}

/* U+20AC takes three bytes: 160 of them fit, a byte before them pushes the last
 * one out as a whole. */
static void cuts_between_characters(void **state)
{
    struct journal *journal = *state;
    char text[1 + 3 * 200 + 1] = "x";

    for (int i = 0; i < 200; i++)
        strcat(text, "\xe2\x82\xac");
    journal_add(journal, 1, JOURNAL_INFO, NULL, NULL, 0, "%s", text);
    assert_int_equal(strlen(journal_newest(journal, 0)->text), 1 + 3 * 159);
    journal_add(journal, 1, JOURNAL_INFO, NULL, NULL, 0, "%s", text + 1);
    assert_int_equal(strlen(journal_newest(journal, 0)->text), 3 * 160);
}

static void writes_gaps(void **state)
{
    struct journal *journal = *state;

    journal_gap(journal, 100, 900, "db-09");
    assert_int_equal(journal_newest(journal, 0)->mark, JOURNAL_GAP);
    assert_int_equal(journal_newest(journal, 0)->at_ms, 100);
    assert_int_equal(journal_newest(journal, 0)->until_ms, 900);
    assert_string_equal(journal_newest(journal, 0)->target, "db-09");
    journal_gap(journal, 100, 900, "db-09");
    assert_int_equal(journal->count, 2);
}

static void see(void *ctx, const struct journal_entry *entry)
{
    uint64_t *last = ctx;

    assert_int_equal(entry->serial, *last + 1);
    *last = entry->serial;
}

static void shows_new_entries_to_the_watcher(void **state)
{
    struct journal *journal = *state;
    uint64_t last = 0;

    journal->watch = see;
    journal->watch_ctx = &last;
    journal_add(journal, 1, JOURNAL_INFO, NULL, NULL, 0, "a");
    journal_add(journal, 2, JOURNAL_INFO, NULL, NULL, 0, "a");
    journal_gap(journal, 1, 2, "t");
    assert_int_equal(last, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(starts_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_what_was_said, setup, teardown),
        cmocka_unit_test_setup_teardown(counts_from_the_newest, setup, teardown),
        cmocka_unit_test_setup_teardown(never_folds_what_the_person_did, setup, teardown),
        cmocka_unit_test_setup_teardown(counts_repetitions_in_a_row, setup, teardown),
        cmocka_unit_test_setup_teardown(tells_different_things_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(forgets_the_oldest, setup, teardown),
        cmocka_unit_test_setup_teardown(cuts_long_texts_and_names, setup, teardown),
        cmocka_unit_test_setup_teardown(cuts_between_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(writes_gaps, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_new_entries_to_the_watcher, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
