/*
 * The README's list of keys is what the keymap says: between its two marks stands
 * the table that is made here. When they differ the table is printed, to be put there.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/readme.h"
#include "tui/keymap.h"

#define BEGIN_MARK "<!-- keys -->\n"
#define END_MARK   "<!-- end of keys -->\n"
#define TEXT_MAX   65536

static char table[TEXT_MAX];

static void append(const char *words)
{
    assert_true(strlen(table) + strlen(words) < sizeof table);
    strcat(table, words);
}

/* Each key as code; a bar would end the cell. */
static void append_keys(const struct keymap *keymap, enum request request)
{
    char names[KEYMAP_KEYS_SIZE];

    keymap_keys(keymap, request, false, names);
    for (char *key = strtok(names, " "); key != NULL; key = strtok(NULL, " ")) {
        append("`");
        append(key);
        append("` ");
    }
}

static void make_table(const struct keymap *keymap)
{
    append("\n| | key | does |\n|---|---|---|\n");
    for (int section = 0; section < KEYMAP_SECTION_COUNT; section++) {
        const char *title = keymap_section_title((enum keymap_section)section);
        for (int i = 0; i < REQUEST_COUNT; i++) {
            const struct keymap_row *row = keymap_row((enum request)i);
            if ((int)row->section != section)
                continue;
            append("| ");
            append(title);
            append(*title ? " | " : "| ");
            append_keys(keymap, (enum request)i);
            append("| ");
            append(row->help);
            append(" |\n");
            title = "";
        }
    }
    append("\n");
}

static void test_the_readme_lists_the_keys(void **state)
{
    struct keymap keymap;
    char *begin, *end;

    (void)state;
    char *text = readme_text();
    keymap_init(&keymap);
    make_table(&keymap);
    keymap_release(&keymap);
    begin = strstr(text, BEGIN_MARK);
    end = strstr(text, END_MARK);
    assert_true(begin != NULL && end != NULL && begin < end);
    *end = '\0';
    begin += strlen(BEGIN_MARK);
    if (strcmp(begin, table) != 0) {
        printf("%s", table);
        fail_msg("README.md has other keys; its table should be the one above");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_readme_lists_the_keys),
    };

    return cmocka_run_group_tests_name("readme", tests, NULL, NULL);
}
