#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "core/text.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") || setlocale(LC_CTYPE, "en_US.UTF-8") ? 0 : -1;
}

/* UTF-8 as its definition says, whatever the code point. */
static size_t encode(char out[5], uint32_t code)
{
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(leads[size] | code);
    out[size] = '\0';
    return size;
}

static const char *clean(const char *src, size_t len, enum text_charset charset)
{
    static char out[4096];
    size_t written = text_clean(out, sizeof(out), src, len, charset);

    assert_int_equal(written, strlen(out));
    return out;
}

static void assert_clean(const char *src, size_t len, const char *wanted)
{
    assert_string_equal(clean(src, len, TEXT_UTF8), wanted);
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if (*text < 0x20 || *text > 0x7e)
            return false;
    return true;
}

/* ---- what is escaped
 * -------------------------------------------------------------------------- */

static void test_printable_ascii_stays(void **state)
{
    char text[96];

    (void)state;
    for (int i = 0; i < 95; i++)
        text[i] = (char)(' ' + i);
    text[95] = '\0';
    assert_clean(text, 95, text);
    assert_string_equal(clean(text, 95, TEXT_ASCII), text);
    assert_clean("", 0, "");
}

static void test_every_control_character(void **state)
{
    char src[5], wanted[16];

    (void)state;
    for (uint32_t code = 0; code < 0xa0; code++) {
        size_t size = encode(src, code);

        if (code >= 0x20 && code < 0x7f)
            continue;
        snprintf(wanted, sizeof(wanted), code < 0x80 ? "\\x%02x" : "\\u%04x", code);
        if (code == '\t' || code == '\n' || code == '\r')
            strcpy(wanted, code == '\t' ? "\\t" : code == '\n' ? "\\n" : "\\r");
        assert_clean(src, size, wanted);
    }
    assert_clean("a\033[31mb\r\nc\bd", 12, "a\\x1b[31mb\\r\\nc\\x08d");
    assert_clean("a\0b\0", 4, "a\\x00b\\x00");
}

static void assert_escaped(uint32_t code)
{
    char src[5], wanted[16];
    size_t size = encode(src, code);

    snprintf(wanted, sizeof(wanted), code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
    assert_clean(src, size, wanted);
    assert_string_equal(clean(src, size, TEXT_ASCII), wanted);
}

static void test_what_moves_or_hides(void **state)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x61c, 0x61c},       {0x200e, 0x200f},   {0x202a, 0x202e},   /* bidi controls */
        {0x2066, 0x2069},     {0x200b, 0x200d},   {0x2060, 0x2064},   /* ..., zero width */
        {0xfeff, 0xfeff},     {0xe0000, 0xe007f}, {0xe0100, 0xe01ef}, /* ..., tags */
        {0xfe00, 0xfe0f},     {0x300, 0x36f},     {0x20d0, 0x20f0},   /* selectors, combining */
        {0xa0, 0xa0},         {0x2000, 0x200a},   {0x2028, 0x2029},   /* blanks */
        {0x202f, 0x202f},     {0x205f, 0x205f},   {0x3000, 0x3000},   /* ... */
        {0x2800, 0x2800},     {0x1680, 0x1680},   {0x3164, 0x3164},   /* ... */
        {0xffa0, 0xffa0},     {0x115f, 0x1160},   {0xad, 0xad},       /* ..., soft hyphen */
        {0xe000, 0xe010},     {0xf8ff, 0xf8ff},   {0xf0000, 0xf0010}, /* private use */
        {0x100000, 0x10ffff}, {0xfffe, 0xffff},   {0xfdd0, 0xfdef},   /* ..., non-characters */
        {0x5d0, 0x5ea},       {0x627, 0x64a},     {0x600, 0x605},     /* Hebrew, Arabic */
        {0x1e900, 0x1e943},   {0xfe70, 0xfe74},   {0xfff9, 0xfffb},   /* ..., annotations */
        {0x1f1e6, 0x1f1ff},   {0x1f3fb, 0x1f3ff}, {0x378, 0x378},     /* joining, unassigned */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(ranges); i++)
        for (uint32_t code = ranges[i].first; code <= ranges[i].last; code++)
            assert_escaped(code);
}

static void test_bytes_that_are_not_utf8(void **state)
{
    static const struct {
        const char *src, *wanted;
    } rows[] = {
        {"\x80", "\\x80"},
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc0\x80", "\\xc0\\x80"}, /* overlong forms */
        {"\xc1\xbf", "\\xc1\\xbf"},
        {"\xc0\xaf", "\\xc0\\xaf"},
        {"\xe0\x80\x80", "\\xe0\\x80\\x80"},
        {"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"},
        {"\xf0\x80\x80\x80", "\\xf0\\x80\\x80\\x80"},
        {"\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"}, /* surrogates */
        {"\xed\xad\xbf\xed\xbe\x80", "\\xed\\xad\\xbf\\xed\\xbe\\x80"},
        {"\xed\xbf\xbf", "\\xed\\xbf\\xbf"},
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* beyond U+10FFFF */
        {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
        {"\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"},
        {"\xe2\x82", "\\xe2\\x82"}, /* cut off */
        {"\xf0\x9f\x98", "\\xf0\\x9f\\x98"},
        {"\xc3", "\\xc3"},
        {"\xe2\x82z", "\\xe2\\x82z"}, /* a lead byte does not swallow what follows */
        {"\xe2\x1b[m", "\\xe2\\x1b[m"},
        {"\xc3\xc3\xa9", "\\xc3\xc3\xa9"},
        {"\xc3\xa9\x80", "\xc3\xa9\\x80"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_clean(rows[i].src, strlen(rows[i].src), rows[i].wanted);
    for (int byte = 0x80; byte <= 0xff; byte++) {
        char src = (char)byte, wanted[8];

        snprintf(wanted, sizeof(wanted), "\\x%02x", (unsigned)byte);
        assert_clean(&src, 1, wanted);
    }
}

static void test_plain_letters_stay(void **state)
{
    static const char *const texts[] = {
        "h\xc3\xa9llo w\xc3\xb6rld", "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
        "\xce\xb1\xce\xb2\xce\xb3",  "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
        "\xf0\x9f\x98\x80",          "\xe2\x86\x92\xef\xbf\xbd",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        assert_clean(texts[i], strlen(texts[i]), texts[i]);
        assert_true(is_ascii(clean(texts[i], strlen(texts[i]), TEXT_ASCII)));
    }
    assert_string_equal(clean("\xc3\xa9\xf0\x9f\x98\x80", 6, TEXT_ASCII), "\\u00e9\\U0001f600");
}

/* ---- properties
 * -------------------------------------------------------------------------------- */

/* Every code point stays as it is with a width of 1 or 2, or becomes ASCII. */
static void test_every_code_point(void **state)
{
    char src[5];

    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        char out[16];
        size_t size = encode(src, code), written;

        written = text_clean(out, sizeof(out), src, size, TEXT_UTF8);
        assert_true(written <= size * TEXT_GROWTH && strlen(out) == written);
        if (memcmp(out, src, size) == 0 && out[size] == '\0')
            assert_true(wcwidth((wchar_t)code) >= 1);
        else
            assert_true(is_ascii(out) && out[0] == '\\');
        text_clean(out, sizeof(out), src, size, TEXT_ASCII);
        assert_true(is_ascii(out));
    }
}

static uint32_t seed = 1;

static uint32_t roll(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static size_t random_bytes(char *src, size_t most)
{
    static const char spice[] =
        "\033\xc3\xa9\xe2\x80\xae\xed\xa0\xf0\x9f\x98\x80\n\0a\xe6\x97\xa5";
    size_t len = roll((uint32_t)most);

    for (size_t i = 0; i < len; i++)
        src[i] = roll(3) ? spice[roll(sizeof(spice))] : (char)roll(256);
    return len;
}

/* Clean text is clean: a second pass finds nothing to do. */
static void test_random_bytes(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char src[64], once[64 * TEXT_GROWTH + 1], twice[64 * TEXT_GROWTH + 1];
        size_t len = random_bytes(src, sizeof(src));
        size_t written = text_clean(once, sizeof(once), src, len, TEXT_UTF8);

        assert_true(written <= len * TEXT_GROWTH);
        text_clean(twice, sizeof(twice), once, written, TEXT_UTF8);
        assert_string_equal(once, twice);
        text_clean(once, sizeof(once), src, len, TEXT_ASCII);
        assert_true(is_ascii(once));
    }
}

/* Cut at every size: a prefix that ends where a character or an escape ends, and
 * not a byte beyond the buffer. */
static void test_every_size(void **state)
{
    static const char src[] = "a\033\xc3\xa9\n\xe6\x97\xa5\xff\xf3\xa0\x81\x81\xe2\x80\xae\0z";
    /* Lengths after each piece: a \x1b e' \n CJK \xff \U000e0041 \u202e \x00 z */
    static const size_t ends[] = {0, 1, 5, 7, 9, 12, 16, 26, 32, 36, 37};
    char whole[64], cut[64];
    size_t most = text_clean(whole, sizeof(whole), src, sizeof(src) - 1, TEXT_UTF8), next = 0;

    (void)state;
    assert_int_equal(most, ends[LENGTH(ends) - 1]);
    for (size_t size = 1; size <= most + 3; size++) {
        memset(cut, '#', sizeof(cut));
        while (next + 1 < LENGTH(ends) && ends[next + 1] < size)
            next++;
        assert_int_equal(text_clean(cut, size, src, sizeof(src) - 1, TEXT_UTF8), ends[next]);
        assert_memory_equal(cut, whole, ends[next]);
        assert_int_equal(cut[ends[next]], '\0');
        for (size_t i = size; i < sizeof(cut); i++)
            assert_int_equal(cut[i], '#');
    }
}

/* Without a UTF-8 locale nothing above ASCII has a width, so nothing gets out. */
static void test_c_locale(void **state)
{
    (void)state;
    assert_non_null(setlocale(LC_CTYPE, "C"));
    assert_clean("\xc3\xa9", 2, "\\u00e9");
    assert_int_equal(text_width("\xc3\xa9"), 1);
    assert_int_equal(use_utf8(state), 0);
}

/* ---- columns
 * ------------------------------------------------------------------------------------ */

#define MIXED "a\xe6\x97\xa5\xc3\xa9\xe6\x9c\xac" /* widths 1 2 1 2 */

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("mirror0"), 7);
    assert_int_equal(text_width(MIXED), 6);
    assert_int_equal(text_width("\xf0\x9f\x98\x80"), 2);
    assert_int_equal(text_width("\xff"), 1);
}

static void test_fit(void **state)
{
    static const struct {
        int columns, used;
        size_t bytes;
    } rows[] = {{-1, 0, 0}, {0, 0, 0}, {1, 1, 1}, {2, 1, 1}, {3, 3, 4},
                {4, 4, 6},  {5, 4, 6}, {6, 6, 9}, {80, 6, 9}};
    int used;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(text_fit(MIXED, rows[i].columns, &used), rows[i].bytes);
        assert_int_equal(used, rows[i].used);
        assert_int_equal(text_fit(MIXED, rows[i].columns, NULL), rows[i].bytes);
    }
}

static void test_ellipsis(void **state)
{
    static const struct {
        const char *clean;
        int columns, used;
        const char *wanted;
    } rows[] = {
        {"mirror0", 7, 7, "mirror0"},
        {"mirror0", 80, 7, "mirror0"},
        {"mirror0", 6, 6, "mirro~"},
        {"mirror0", 1, 1, "~"},
        {"mirror0", 0, 0, ""},
        {"mirror0", -3, 0, ""},
        {"", 0, 0, ""},
        {"", 5, 0, ""},
        {MIXED, 6, 6, MIXED},
        {MIXED, 5, 5, "a\xe6\x97\xa5\xc3\xa9~"},
        {MIXED, 3, 2, "a~"},
        {MIXED, 4, 4, "a\xe6\x97\xa5~"},
    };
    char dst[32];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int used = text_ellipsis(dst, sizeof(dst), rows[i].clean, rows[i].columns, '~');

        assert_string_equal(dst, rows[i].wanted);
        assert_int_equal(used, rows[i].used);
    }
}

static void test_ellipsis_at_every_size(void **state)
{
    (void)state;
    for (int columns = 0; columns < 9; columns++)
        for (size_t size = 1; size < 12; size++) {
            char dst[16];
            int used;

            memset(dst, '#', sizeof(dst));
            used = text_ellipsis(dst, size, MIXED, columns, '~');
            assert_true(used <= columns && strlen(dst) < size);
            assert_int_equal(text_width(dst), used);
            if (columns > 0 && size > 1 && (columns < 6 || size < sizeof(MIXED)))
                assert_int_equal(dst[strlen(dst) - 1], '~');
            assert_int_equal(dst[size], '#');
        }
}

static void test_middle(void **state)
{
    static const struct {
        const char *clean;
        int columns;
        const char *wanted;
    } rows[] = {
        {"drive-scsi1-attempt-3", 12, "drive~empt-3"},
        {"drive-scsi1-attempt-3", 21, "drive-scsi1-attempt-3"},
        {"drive-scsi1-attempt-3", 3, "d~3"},
        {"drive-scsi1-attempt-3", 2, "~3"},
        {"drive-scsi1-attempt-3", 1, "~"},
        {"drive-scsi1-attempt-3", 0, ""},
        {"\u5ba2\u6237\u6570\u636e", 8, "\u5ba2\u6237\u6570\u636e"},
        {"\u5ba2\u6237\u6570\u636e", 7, "\u5ba2~\u636e"},
        {"\u5ba2\u6237\u6570\u636e", 4, "~\u636e"},
        {"", 5, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char dst[64];
        int used = text_middle(dst, sizeof(dst), rows[i].clean, rows[i].columns, '~');

        assert_string_equal(dst, rows[i].wanted);
        assert_int_equal(used, text_width(dst));
    }
}

static void test_middle_at_every_size(void **state)
{
    (void)state;
    for (int columns = 0; columns < 12; columns++)
        for (size_t size = 1; size < 16; size++) {
            char dst[20];
            int used;

            memset(dst, '#', sizeof(dst));
            used = text_middle(dst, size, MIXED "tail", columns, '~');
            assert_true(used <= columns && strlen(dst) < size);
            assert_int_equal(text_width(dst), used);
            if (columns > 1 && size > 3)
                assert_int_equal(dst[strlen(dst) - 1], 'l');
            assert_int_equal(dst[size], '#');
        }
}

static void test_contains(void **state)
{
    (void)state;
    assert_true(text_contains("web-01/Mirror0", "mirror"));
    assert_true(text_contains("web-01/mirror0", "MIRROR0"));
    assert_true(text_contains("aaab", "aab"));
    assert_true(text_contains("x", ""));
    assert_true(text_contains("", ""));
    assert_false(text_contains("", "x"));
    assert_false(text_contains("mirror", "mirror0"));
    assert_false(text_contains("\xc3\xa9", "\xc3\x89"));
    assert_false(text_contains("a[b", "a{b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_printable_ascii_stays),
        cmocka_unit_test(test_every_control_character),
        cmocka_unit_test(test_what_moves_or_hides),
        cmocka_unit_test(test_bytes_that_are_not_utf8),
        cmocka_unit_test(test_plain_letters_stay),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_c_locale),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_ellipsis),
        cmocka_unit_test(test_ellipsis_at_every_size),
        cmocka_unit_test(test_middle),
        cmocka_unit_test(test_middle_at_every_size),
        cmocka_unit_test(test_contains),
    };

    return cmocka_run_group_tests_name("text", tests, use_utf8, NULL);
}
