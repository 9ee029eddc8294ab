/* Where things stand in lax JSON: names, elements, and names that are there twice. */
#include "tui/jsontext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOTHING NULL

/* The rest of the text from there on begins with this; NOTHING: it is the whole text. */
static void assert_found(const char *text, const char *const *path, size_t element,
                         const char *there)
{
    size_t at = jsontext_find(text, path, element);

    assert_true(at <= strlen(text));
    if (there == NOTHING)
        assert_int_equal(at, 0);
    else if (strncmp(text + at, there, strlen(there)) != 0)
        fail_msg("\"%s\" instead of \"%s\"", text + at, there);
}

#define PATH(...) ((const char *const[]){__VA_ARGS__, NULL})

static void blanks_and_comments_are_skipped(void **state)
{
    static const struct {
        const char *text;
        size_t after;
    } rows[] = {
        {"", 0},         {"x", 0},          {" \t\r\nx", 4}, {"// x\nx", 5}, {"// x", 4},
        {"/* x */x", 7}, {"/**/ //\nx", 8}, {"/* x", 0},     {" /* x", 1},   {"/ x", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(jsontext_skip_blank(rows[i].text, 0), rows[i].after);
}

static void names_are_found(void **state)
{
    static const char text[] =
        "// c\n{ 'a' /* : */ : {\"b\": \"}\\\"{\", \"c\":{\"d\":1}}, \"e\" :"
        "[{\"f\":1}], \"d\":\"f\", \"\\u0067\": -1.5e3, \"h\": NaN}";

    (void)state;
    assert_found(text, PATH("a"), 0, "'a'");
    assert_found(text, PATH("a", "b"), 0, "\"b\"");
    assert_found(text, PATH("a", "c", "d"), 0, "\"d\":1");
    assert_found(text, PATH("d"), 0, "\"d\":\"f\"");
    assert_found(text, PATH("g"), 0, "\"\\u0067\"");
    assert_found(text, PATH("h"), 0, "\"h\"");
}

static void a_path_leads_as_far_as_it_can(void **state)
{
    static const char text[] = " {\"a\": {\"b\": 1}, \"e\": [{\"f\": 1}]}";

    (void)state;
    assert_found(text, PATH("a", "x"), 0, "\"a\"");
    assert_found(text, PATH("a", "b", "x"), 0, "\"b\"");
    assert_found(text, PATH("e", "f"), 0, "\"e\"");
    assert_found(text, PATH("b"), 0, NOTHING);
    assert_found(text, PATH("e"), 2, "\"e\"");
    assert_found(text, PATH("a"), 1, "\"a\"");
    assert_found("[]", PATH("a"), 1, NOTHING);
}

static void elements_are_counted(void **state)
{
    static const char text[] = "{\"a\": [ \"x, y\" , /* , */ [1, 2], {\"b\": [3, 4]},\n"
                               "null, true,'z',],\"c\":[]}";

    (void)state;
    assert_found(text, PATH("a"), 1, "\"x, y\"");
    assert_found(text, PATH("a"), 2, "[1, 2]");
    assert_found(text, PATH("a"), 3, "{\"b\"");
    assert_found(text, PATH("a"), 4, "null");
    assert_found(text, PATH("a"), 5, "true");
    assert_found(text, PATH("a"), 6, "'z'");
    assert_found(text, PATH("a"), 7, "\"a\"");
    assert_found(text, PATH("c"), 1, "\"c\"");
}

static void the_second_of_a_name_is_found(void **state)
{
    static const struct {
        const char *text, *second; /* NULL: no name is there twice */
    } rows[] = {
        {"{}", NULL},
        {"{\"a\": 1, \"b\": 2}", NULL},
        {"{\"a\": {\"b\": 1}, \"b\": {\"a\": 1}}", NULL},
        {"{\"a\": \"a\", \"b\": [\"a\", \"a\"]}", NULL},
        {"{\"l\": [{\"a\": 1}, {\"a\": 1}]}", NULL},
        {"{\"a\": 1, // \"a\": 2\n \"b\": \"\\\", \\\"a\\\": 3\"}", NULL},
        {"{\"a\": 1, \"A\": 2, \"\": 3, \" \": 4}", NULL},
        {"{\"a\": 1, \"b\": 2, \"a\": 3, \"b\": 4}", "\"a\": 3"},
        {"{\"a\": null, 'a': null,}", "'a'"},
        {"{\"a\": 1, \"\\u0061\": 2}", "\"\\u0061\""},
        {"{\"x\": {\"a\": [], \"a\": {}}}", "\"a\": {}"},
        {"{\"x\": [1, {\"y\": {\"a\": 1,\n\n\"a\" /* : */ : 2}}]}", "\"a\" /"},
        {"{\"\": 1, \"\": 2}", "\"\": 2"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t at, length;
        bool twice = jsontext_has_twice(rows[i].text, &at, &length);

        if (twice != (rows[i].second != NULL))
            fail_msg("in %s", rows[i].text);
        if (twice) {
            assert_int_equal(at, strstr(rows[i].text, rows[i].second) - rows[i].text);
            assert_int_equal(length, strcspn(rows[i].second + 1, "\"'") + 2);
        }
    }
}

/* Nobody should ask about a text that json-c refuses; whoever does gets no crash. */
static void what_is_no_json_has_an_end(void **state)
{
    static const char alphabet[] = "{}[]:,\"'\\/*a \n";
    char text[9] = "";

    (void)state;
    for (unsigned seed = 1; seed < 60000; seed++) {
        uint64_t chance = seed * UINT64_C(6364136223846793005);
        size_t at = 0, length = 0;

        for (size_t i = 0; i < sizeof text - 1; i++, chance = chance >> 7 ^ chance << 3)
            text[i] = alphabet[chance % (sizeof alphabet - 1)];
        assert_true(jsontext_find(text, PATH("a", "a"), 2) <= strlen(text));
        assert_true(jsontext_skip_blank(text, 0) <= strlen(text));
        if (jsontext_has_twice(text, &at, &length))
            assert_true(at + length <= strlen(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_and_comments_are_skipped),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(a_path_leads_as_far_as_it_can),
        cmocka_unit_test(elements_are_counted),
        cmocka_unit_test(the_second_of_a_name_is_found),
        cmocka_unit_test(what_is_no_json_has_an_end),
    };

    return cmocka_run_group_tests_name("jsontext", tests, NULL, NULL);
}
