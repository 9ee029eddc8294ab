/*
 * Any bytes cleaned, for a terminal of either kind: what comes out is printable and has
 * the width the C library counts; cut anywhere it is a part of the same; cleaned again it
 * is what it was.
 *
 * Input: the charset, the room, the columns, then the bytes.
 */

#define _XOPEN_SOURCE 700
#include <locale.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "core/text.h"
#include "tests/fuzz/fuzz.h"

#define BYTES_MAX 4096
#define CLEAN_MAX (BYTES_MAX * TEXT_GROWTH + 1)

/* What turns the line around, joins with its neighbour or cannot be seen. */
static int is_banned(wint_t c)
{
    return c == 0xad || c == 0x61c || (c >= 0x590 && c <= 0x8ff) ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

/* The width as the C library counts it; every character must be one to print. */
static int oracle_width(const char *clean, enum text_charset charset)
{
    mbstate_t state;
    int width = 0;

    memset(&state, 0, sizeof(state));
    while (*clean != '\0') {
        wchar_t c;
        size_t len = mbrtowc(&c, clean, strlen(clean), &state);

        FUZZ_CHECK(len != (size_t)-1 && len != (size_t)-2);
        FUZZ_CHECK(charset == TEXT_UTF8 || len == 1);
        FUZZ_CHECK(len == 1 ? c >= ' ' && c <= '~' : c >= 0xa0);
        FUZZ_CHECK(wcwidth(c) > 0 && !is_banned((wint_t)c));
        width += wcwidth(c);
        clean += len;
    }
    return width;
}

static void check_cut(const char *clean, int columns, size_t size, enum text_charset charset)
{
    char cut[CLEAN_MAX];
    int used, told = text_ellipsis(cut, size, clean, columns, '~');
    size_t fits = text_fit(clean, columns, &used);

    FUZZ_CHECK(strlen(cut) < size && told == oracle_width(cut, charset));
    FUZZ_CHECK(told <= (columns > 0 ? columns : 0));
    FUZZ_CHECK(used <= columns || used == 0);
    memcpy(cut, clean, fits);
    cut[fits] = '\0';
    FUZZ_CHECK(used == oracle_width(cut, charset));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char clean[CLEAN_MAX], again[CLEAN_MAX], part[CLEAN_MAX];
    struct fuzz_input input = {data, size};
    enum text_charset charset = fuzz_byte(&input) % 2 ? TEXT_UTF8 : TEXT_ASCII;
    size_t room = 1 + fuzz_byte(&input), cut;
    int columns = fuzz_byte(&input) % 128 - 1;
    const char *raw = (const char *)input.bytes;
    size_t len;

    FUZZ_CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    if (input.len > BYTES_MAX)
        return 0;
    len = text_clean(clean, sizeof(clean), raw, input.len, charset);
    FUZZ_CHECK(len == strlen(clean) && len <= input.len * TEXT_GROWTH);
    FUZZ_CHECK(text_width(clean) == oracle_width(clean, charset));
    FUZZ_CHECK(text_clean(again, sizeof(again), clean, len, charset) == len);
    FUZZ_CHECK(strcmp(clean, again) == 0);
    cut = text_clean(part, room, raw, input.len, charset);
    FUZZ_CHECK(cut < room && strncmp(part, clean, cut) == 0);
    (void)oracle_width(part, charset);
    check_cut(clean, columns, room, charset);
    FUZZ_CHECK(text_contains(clean, part));
    return 0;
}
