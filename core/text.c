#include "core/text.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

/* Longest escape, "\U0010ffff". */
#define PIECE_SIZE 10

/* ---- one character --------------------------------------------------------------------------
 */

/* Decodes the character at `src` strictly: no overlong form, no surrogate,
 * nothing beyond U+10FFFF. Returns its bytes, 0 when it is none. `len` > 0. */
static size_t decode(const char *src, size_t len, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = (unsigned char)*src;
    size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

    *code = lead;
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4 || len < size)
        return 0;
    *code &= 0x7fu >> size;
    for (size_t i = 1; i < size; i++) {
        unsigned char next = (unsigned char)src[i];

        if ((next & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (next & 0x3f);
    }
    if (*code < least[size] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
        return 0;
    return size;
}

/* What wcwidth(3) gives a width though it cannot be trusted to show as itself.
 * In order. */
static const struct {
    uint32_t first, last;
} tricky[] = {
    {0xa0, 0xa0},        /* no-break space */
    {0xad, 0xad},        /* soft hyphen */
    {0x590, 0x8ff},      /* right-to-left letters, number signs that enclose digits */
    {0x115f, 0x115f},    /* Hangul filler */
    {0x1680, 0x1680},    /* Ogham space */
    {0x2000, 0x200f},    /* spaces of all widths, marks */
    {0x2028, 0x202f},    /* separators, bidi controls */
    {0x205f, 0x206f},    /* the same */
    {0x2800, 0x2800},    /* Braille blank */
    {0x3000, 0x3000},    /* ideographic space */
    {0x3164, 0x3164},    /* Hangul filler */
    {0xe000, 0xf8ff},    /* private use */
    {0xfb1d, 0xfdff},    /* right-to-left presentation forms */
    {0xfe00, 0xfe0f},    /* variation selectors */
    {0xfe70, 0xfeff},    /* right-to-left presentation forms, byte order mark */
    {0xffa0, 0xffa0},    /* Hangul filler */
    {0xfff0, 0xfffb},    /* specials */
    {0x10800, 0x10fff},  /* right-to-left letters */
    {0x110bd, 0x110bd},  /* number signs that enclose digits */
    {0x110cd, 0x110cd},  /* the same */
    {0x1d159, 0x1d159},  /* a musical blank */
    {0x1e800, 0x1efff},  /* right-to-left letters */
    {0x1f1e6, 0x1f1ff},  /* regional indicators: two make one flag */
    {0x1f3fb, 0x1f3ff},  /* skin tones: join the character before */
    {0xe0000, 0x10ffff}, /* tags, private use */
};

/* The last range ends where Unicode does. */
static bool is_tricky(uint32_t code)
{
    size_t i = 0;

    while (code > tricky[i].last)
        i++;
    return code >= tricky[i].first;
}

static bool is_plain(uint32_t code, enum text_charset charset)
{
    if (code < 0x80)
        return code >= 0x20 && code < 0x7f;
    return charset == TEXT_UTF8 && !is_tricky(code) && wcwidth((wchar_t)code) > 0;
}

static size_t put_hex(char *piece, char letter, int digits, uint32_t value)
{
    piece[0] = '\\';
    piece[1] = letter;
    for (int i = 0; i < digits; i++)
        piece[2 + i] = "0123456789abcdef"[value >> (4 * (digits - 1 - i)) & 0xf];
    return (size_t)digits + 2;
}

static size_t escape(char piece[PIECE_SIZE], uint32_t code)
{
    static const char letters[' '] = {['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r'};

    if (code < ' ' && letters[code]) {
        piece[0] = '\\';
        piece[1] = letters[code];
        return 2;
    }
    if (code < 0x80)
        return put_hex(piece, 'x', 2, code);
    return code < 0x10000 ? put_hex(piece, 'u', 4, code) : put_hex(piece, 'U', 8, code);
}

/* Plain ASCII, as nearly all that is ever shown. */
static bool is_ascii(char c)
{
    return c >= 0x20 && c < 0x7f;
}

/* The printable form of the first character of `src`; *taken gets its bytes. */
static size_t clean_one(char piece[PIECE_SIZE], const char *src, size_t len,
                        enum text_charset charset, size_t *taken)
{
    uint32_t code;

    *taken = decode(src, len, &code);
    if (*taken == 0) {
        *taken = 1;
        return put_hex(piece, 'x', 2, (unsigned char)*src);
    }
    if (!is_plain(code, charset))
        return escape(piece, code);
    memcpy(piece, src, *taken);
    return *taken;
}

size_t text_clean(char *dst, size_t size, const char *src, size_t len,
                  enum text_charset charset)
{
    size_t written = 0, taken;

    for (; len > 0; src += taken, len -= taken) {
        char piece[PIECE_SIZE];

        if (is_ascii(*src) && written + 1 < size) {
            dst[written++] = *src;
            taken = 1;
            continue;
        }
        size_t need = clean_one(piece, src, len, charset, &taken);
        if (need >= size - written)
            break;
        memcpy(dst + written, piece, need);
        written += need;
    }
    dst[written] = '\0';
    return written;
}

/* ---- columns
 * ---------------------------------------------------------------------------------- */

/* Bytes and columns of the first character of clean text. */
static size_t step(const char *clean, size_t len, int *columns)
{
    uint32_t code;
    size_t size = is_ascii(*clean) ? 1 : decode(clean, len, &code);
    int width = size > 1 ? wcwidth((wchar_t)code) : 1;

    *columns = width < 0 ? 1 : width;
    return size ? size : 1;
}

/* Bytes of `clean` that fit into both `columns` columns and `room` bytes. */
static size_t fit(const char *clean, int columns, size_t room, int *used)
{
    size_t len = strlen(clean), at = 0;

    *used = 0;
    while (at < len) {
        int width;
        size_t size = step(clean + at, len - at, &width);

        if (width > columns - *used || size > room - at)
            break;
        *used += width;
        at += size;
    }
    return at;
}

int text_width(const char *clean)
{
    int used;

    fit(clean, INT32_MAX, SIZE_MAX, &used);
    return used;
}

size_t text_fit(const char *clean, int columns, int *used)
{
    int ignored;

    return fit(clean, columns, SIZE_MAX, used ? used : &ignored);
}

int text_ellipsis(char *dst, size_t size, const char *clean, int columns, char mark)
{
    int used;
    size_t bytes = fit(clean, columns, size - 1, &used);

    dst[0] = '\0';
    if (columns < 1)
        return 0;
    if (clean[bytes] == '\0') {
        memcpy(dst, clean, bytes + 1);
        return used;
    }
    if (size < 2)
        return 0;
    bytes = fit(clean, columns - 1, size - 2, &used);
    memcpy(dst, clean, bytes);
    dst[bytes] = mark;
    dst[bytes + 1] = '\0';
    return used + 1;
}

/* The end of `clean` that fits into `columns` columns. */
static const char *end_of(const char *clean, int columns)
{
    int width = text_width(clean);
    size_t len = strlen(clean);

    while (width > columns) {
        int one;
        size_t size = step(clean, len, &one);

        clean += size;
        len -= size;
        width -= one;
    }
    return clean;
}

int text_middle(char *dst, size_t size, const char *clean, int columns, char mark)
{
    int width = text_width(clean), head;

    if (columns < 2 || size < 3 || (width <= columns && strlen(clean) < size))
        return text_ellipsis(dst, size, clean, columns, mark);
    if (columns > width)
        columns = width;
    const char *tail = end_of(clean, columns / 2);
    size_t bytes = text_fit(clean, (columns - 1) / 2, &head), rest = strlen(tail);

    if (bytes + 1 + rest >= size)
        return text_middle(dst, size, clean, columns - 1, mark);
    memcpy(dst, clean, bytes);
    dst[bytes] = mark;
    memcpy(dst + bytes + 1, tail, rest + 1);
    return head + 1 + text_width(tail);
}

/* ---- searching
 * -------------------------------------------------------------------------------- */

static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    return c;
}

static bool begins_with(const char *text, const char *needle)
{
    while (*needle && fold(*text) == fold(*needle)) {
        text++;
        needle++;
    }
    return *needle == '\0';
}

bool text_contains(const char *haystack, const char *needle)
{
    for (; *haystack; haystack++)
        if (begins_with(haystack, needle))
            return true;
    return *needle == '\0';
}
