#include "tui/jsonfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"

static char folder[FOLDER_SIZE];
static char path[FOLDER_SIZE + 16];

static int set_up(void **state)
{
    (void)state;
    folder_make(folder);
    snprintf(path, sizeof path, "%s/x.json", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

static void put_bytes(const char *bytes, size_t size)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(out);
}

/* Reading this text complains at this place; "" = it does not. */
static void assert_complains(const char *bytes, size_t size, const char *place)
{
    struct jsonfile file;

    put_bytes(bytes, size);
    bool good = jsonfile_read(&file, path);
    if (strncmp(file.error, path, strlen(path)) != 0 && *place != '\0')
        fail_msg("\"%s\" does not name the file", file.error);
    if (*place != '\0' && strncmp(file.error + strlen(path), place, strlen(place)) != 0)
        fail_msg("\"%s\" instead of \"%s\"", file.error + strlen(path), place);
    assert_int_equal(good, *place == '\0');
    assert_int_equal(good, file.error[0] == '\0');
    jsonfile_release(&file);
}

static void test_lax_and_strict(void **state)
{
    static const struct {
        const char *text, *place;
    } rows[] = {
        {"{}", ""},
        {"  {\"a\": 1}  \n\n", ""},
        {"// first\n{\"a\": [1, 2,], /* second */ \"b\": {},}\n// last\n/* of all */", ""},
        {"{\"a\": \"\xc3\xa4\"}", ""},
        {"", ":1:1: unexpected end of the file"},
        {"{\n\"a\": 1", ":2:7: unexpected end of the file"},
        {"{\n  \"a\" 1}", ":2:7: "},
        {"{\n  \"a\": tru}", ":2:11: "},
        {"{\"a\": 1}\n  {}", ":2:3: unexpected text after the end"},
        {"{} x", ":1:4: unexpected text after the end"},
        {"{} /* never", ":1:12: unexpected end of the file"},
        {"// c\n [1]", ":2:2: expected an object"},
        {"null\n", ":1:1: expected an object"},
        {"{\"a\": \"\xff\"}", ":1:8: "},
        {"{\"a\": 1,\n \"b\": 2, \"a\": 3}", ":2:10: \"a\" is there already"},
        {"{\"a\": {\"\\u001b\": 1, \"\\u001b\": 1}}", ":1:21: \"\\u001b\" is there"},
        {"{\"\xc3\xa4\": !}", ":1:7: "},
        {"{\"a\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}", ":1:21: "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_complains(rows[i].text, strlen(rows[i].text), rows[i].place);
    assert_complains("{\"a\":\0 1}", 10, ":1:6: NUL byte");
}

static void test_unreadable(void **state)
{
    struct jsonfile file;
    char *big = malloc(JSONFILE_SIZE_MAX + 1);

    (void)state;
    assert_false(jsonfile_read(&file, "/nonexistent/x.json"));
    assert_string_equal(file.error, "/nonexistent/x.json: No such file or directory");
    jsonfile_release(&file);
    assert_false(jsonfile_read(&file, folder));
    assert_non_null(strstr(file.error, ": Is a directory"));
    jsonfile_release(&file);
    memset(big, ' ', JSONFILE_SIZE_MAX + 1);
    assert_complains(big, JSONFILE_SIZE_MAX + 1, ": larger than 1 MiB");
    big[0] = '{';
    big[1] = '}';
    assert_complains(big, JSONFILE_SIZE_MAX, "");
    free(big);
}

static void assert_place(const char *text, jsonfile_place place, const char *expected)
{
    struct jsonfile file;

    put_bytes(text, strlen(text));
    assert_true(jsonfile_read(&file, path));
    assert_false(jsonfile_complain(&file, place, "%s", "here"));
    assert_memory_equal(file.error, path, strlen(path));
    assert_string_equal(file.error + strlen(path), expected);
    jsonfile_release(&file);
}

/* The key is found, not one of its name elsewhere, nor in a text or comment. */
static void test_places(void **state)
{
    static const char text[] = "{ // \"b\": 1\n"
                               "  \"x\": {\"b\": [{\"c\": \"\\\"c\\\": {\"}], 'c' : 2},\n"
                               "  /* \"a\": */ \"a\": {\n"
                               "    \"\xc3\xa4\": 3, \"b\": {\"c\": 4}, \"d\": 5\n"
                               "  },\n"
                               "  \"b\": 6, \"s\": \"a\",\n"
                               "}\n";

    (void)state;
    assert_place(text, (jsonfile_place){"x", NULL}, ":2:3: here");
    assert_place(text, (jsonfile_place){"x", "c", NULL}, ":2:35: here");
    assert_place(text, (jsonfile_place){"a", NULL}, ":3:14: here");
    assert_place(text, (jsonfile_place){"a", "b", "c", NULL}, ":4:19: here");
    assert_place(text, (jsonfile_place){"a", "d", NULL}, ":4:28: here");
    assert_place(text, (jsonfile_place){"b", NULL}, ":6:3: here");
    assert_place(text, (jsonfile_place){"a", "nowhere", NULL}, ":3:14: here");
    assert_place(text, (jsonfile_place){"nowhere", NULL}, ":1:1: here");
    assert_place(text, (jsonfile_place){"s", "deeper", NULL}, ":6:11: here");
}

static void test_first_complaint_stays(void **state)
{
    struct jsonfile file;

    (void)state;
    put_bytes("{\"a\": 1}", 8);
    assert_true(jsonfile_read(&file, path));
    jsonfile_complain(&file, (jsonfile_place){"a", NULL}, "first");
    jsonfile_complain(&file, (jsonfile_place){"a", NULL}, "second");
    assert_non_null(strstr(file.error, ":1:2: first"));
    jsonfile_release(&file);
}

static void test_quote(void **state)
{
    char quoted[JSONFILE_QUOTE_SIZE], text[200];

    (void)state;
    assert_string_equal(jsonfile_quote(quoted, "a\033[2J"), "\"a\\x1b[2J\"");
    assert_string_equal(jsonfile_quote(quoted, ""), "\"\"");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_in_range(strlen(jsonfile_quote(quoted, text)), 70, JSONFILE_QUOTE_SIZE - 1);
    assert_int_equal(quoted[strlen(quoted) - 1], '"');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lax_and_strict), cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_places),         cmocka_unit_test(test_first_complaint_stays),
        cmocka_unit_test(test_quote),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
