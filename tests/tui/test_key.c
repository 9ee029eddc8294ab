#include "tui/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Every name that is shown can be typed back. */
static void test_names_both_ways(void **state)
{
    static const struct {
        int key;
        const char *name;
    } rows[] = {
        {'q', "q"},
        {'Q', "Q"},
        {'^', "^"},
        {'~', "~"},
        {' ', "Space"},
        {KEY_CODE_TAB, "Tab"},
        {KEY_CODE_ENTER, "Enter"},
        {KEY_CODE_ESCAPE, "Esc"},
        {KEY_CODE_BACKSPACE, "Backspace"},
        {KEY_CODE_UP, "Up"},
        {KEY_CODE_DOWN, "Down"},
        {KEY_CODE_LEFT, "Left"},
        {KEY_CODE_RIGHT, "Right"},
        {KEY_CODE_PAGE_UP, "PgUp"},
        {KEY_CODE_PAGE_DOWN, "PgDn"},
        {KEY_CODE_HOME, "Home"},
        {KEY_CODE_END, "End"},
        {KEY_CODE_INSERT, "Ins"},
        {KEY_CODE_DELETE, "Del"},
        {KEY_CODE_BACKTAB, "S-Tab"},
        {KEY_CONTROL('A'), "^A"},
        {KEY_CONTROL('L'), "^L"},
        {KEY_CONTROL('_'), "^_"},
        {KEY_CODE_F1, "F1"},
        {KEY_CODE_F1 + 8, "F9"},
        {KEY_CODE_F1 + 23, "F24"},
        {0xe4, "\xc3\xa4"},
        {0x20ac, "\xe2\x82\xac"},
        {0x1f600, "\xf0\x9f\x98\x80"},
    };
    char name[KEY_NAME_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(key_label(rows[i].key, name), rows[i].name);
        assert_int_equal(key_parse(rows[i].name), rows[i].key);
    }
}

static void test_every_key_comes_back(void **state)
{
    char name[KEY_NAME_SIZE];

    (void)state;
    for (int key = 1; key < 0x7f; key++) {
        int expected = key == '\n' ? KEY_CODE_ENTER : key == '\b' ? KEY_CODE_BACKSPACE : key;
        assert_int_equal(key_parse(key_label(key, name)), expected);
    }
}

static void test_other_spellings(void **state)
{
    (void)state;
    assert_int_equal(key_parse("C-l"), KEY_CONTROL('L'));
    assert_int_equal(key_parse("Ctrl-L"), KEY_CONTROL('L'));
    assert_int_equal(key_parse("ctrl+l"), KEY_CONTROL('L'));
    assert_int_equal(key_parse("^l"), KEY_CONTROL('L'));
    assert_int_equal(key_parse("^M"), KEY_CODE_ENTER);
    assert_int_equal(key_parse("^J"), KEY_CODE_ENTER);
    assert_int_equal(key_parse("^I"), KEY_CODE_TAB);
    assert_int_equal(key_parse("^["), KEY_CODE_ESCAPE);
    assert_int_equal(key_parse("^H"), KEY_CODE_BACKSPACE);
    assert_int_equal(key_parse("escape"), KEY_CODE_ESCAPE);
    assert_int_equal(key_parse("PAGEUP"), KEY_CODE_PAGE_UP);
    assert_int_equal(key_parse("f12"), KEY_CODE_F1 + 11);
}

static void test_no_key(void **state)
{
    static const char *const names[] = {"",     " ",    "qq",   "F0",    "F25",
                                        "F1x",  "F123", "^@",   "^\x7f", "C-",
                                        "C-ll", "^1",   "\xc3", "\xff",  "?!"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(key_parse(names[i]), KEY_CODE_NONE);
}

static void test_names_of_no_character(void **state)
{
    static const int keys[] = {KEY_CODE_NONE, KEY_CODE_OTHER,   KEY_CODE_LOST,
                               0x85,          KEY_CODE_F1 + 24, 0xd800,
                               0x110000,      KEY_CODE_RESIZE,  0x7fffffff};
    char name[KEY_NAME_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        assert_string_equal(key_label(keys[i], name), "?");
    assert_string_equal(key_label(0, name), "^@");
}

/* What the last byte of `bytes` gives; all before must ask for more. */
static int feed(const char *bytes)
{
    struct key_utf8 utf8 = {0};
    int key = KEY_CODE_NONE;

    for (; *bytes != '\0'; bytes++) {
        assert_int_equal(key, KEY_CODE_NONE);
        key = key_utf8_feed(&utf8, (unsigned char)*bytes);
    }
    return key;
}

static void test_utf8(void **state)
{
    struct key_utf8 cut = {0};

    (void)state;
    assert_int_equal(feed("a"), 'a');
    assert_int_equal(feed("\x1b"), 27);
    assert_int_equal(feed("\xc3\xa4"), 0xe4);
    assert_int_equal(feed("\xf0\x9f\x98"), KEY_CODE_NONE);
    assert_int_equal(feed("\xf0\x9f\x98\x80"), 0x1f600);
    assert_int_equal(feed("\x80"), KEY_CODE_OTHER);
    assert_int_equal(feed("\xc1"), KEY_CODE_OTHER);
    assert_int_equal(feed("\xff"), KEY_CODE_OTHER);
    assert_int_equal(feed("\xe0\x80\x80"), KEY_CODE_OTHER);     /* overlong */
    assert_int_equal(feed("\xed\xa0\x80"), KEY_CODE_OTHER);     /* surrogate */
    assert_int_equal(feed("\xf4\x90\x80\x80"), KEY_CODE_OTHER); /* too large */
    assert_int_equal(feed("\xc2\x85"), KEY_CODE_OTHER);         /* C1 */

    assert_int_equal(key_utf8_feed(&cut, 0xe2), KEY_CODE_NONE);
    assert_int_equal(key_utf8_feed(&cut, 'q'), 'q');
    assert_int_equal(key_utf8_feed(&cut, 'r'), 'r');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_both_ways),
        cmocka_unit_test(test_every_key_comes_back),
        cmocka_unit_test(test_other_spellings),
        cmocka_unit_test(test_no_key),
        cmocka_unit_test(test_names_of_no_character),
        cmocka_unit_test(test_utf8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
