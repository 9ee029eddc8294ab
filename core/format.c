#include "core/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Bytes counted by 1024: B K M G T P E. */
static const char unit_letters[] = "BKMGTPE";

#define UNIT_GIGA 3
#define UNIT_LAST 6

/* ---- sizes and rates ------------------------------------------------------------------------
 */

struct amount {
    unsigned unit;   /* index into unit_letters */
    unsigned whole;  /* rounded when `decimal` is not shown */
    unsigned tenths; /* 0..9 */
    int decimal;     /* the tenths are shown */
};

/* Splits `bytes` so that at most four digits remain. Below `decimals_under` of
 * its unit it gets a decimal. */
static struct amount amount_of(uint64_t bytes, unsigned decimals_under)
{
    struct amount amount = {0};
    uint64_t whole, rest, tenths;
    unsigned shift;

    while (amount.unit < UNIT_LAST && bytes >> (10 * amount.unit) >= 1024)
        amount.unit++;
    shift = 10 * amount.unit;
    whole = bytes >> shift;
    amount.whole = (unsigned)whole;
    if (amount.unit == 0)
        return amount;
    rest = bytes & ((UINT64_C(1) << shift) - 1);
    tenths = (rest * 10 + (UINT64_C(1) << (shift - 1))) >> shift;
    if (whole * 10 + tenths < decimals_under * UINT64_C(10)) {
        amount.whole += tenths == 10;
        amount.tenths = (unsigned)(tenths % 10);
        amount.decimal = 1;
        return amount;
    }
    amount.whole += (unsigned)(rest >> (shift - 1));
    /* 1023.7K rounds to 1024K, which is 1.0M. */
    return amount.whole < 1024 ? amount
                               : amount_of(UINT64_C(1) << (shift + 10), decimals_under);
}

static const char *amount_digits(char digits[16], const struct amount *amount)
{
    if (amount->decimal)
        snprintf(digits, 16, "%u.%u", amount->whole, amount->tenths);
    else
        snprintf(digits, 16, "%u", amount->whole);
    return digits;
}

static char *format_short(char buf[FORMAT_SIZE], uint64_t bytes, unsigned decimals_under,
                          const char *suffix)
{
    struct amount amount = amount_of(bytes, decimals_under);
    char digits[16];

    snprintf(buf, FORMAT_SIZE, "%s%.*s%s", amount_digits(digits, &amount), amount.unit > 0,
             &unit_letters[amount.unit], suffix);
    return buf;
}

char *format_bytes(char buf[FORMAT_SIZE], uint64_t bytes)
{
    return format_short(buf, bytes, 100, "");
}

char *format_rate(char buf[FORMAT_SIZE], uint64_t bytes_per_second)
{
    return format_short(buf, bytes_per_second, 10, "/s");
}

char *format_bytes_long(char buf[FORMAT_SIZE], uint64_t bytes)
{
    struct amount amount = amount_of(bytes, bytes >> (10 * UNIT_GIGA) ? 100 : 10);
    char digits[16];

    if (amount.unit == 0)
        snprintf(buf, FORMAT_SIZE, "%u byte%s", amount.whole, amount.whole == 1 ? "" : "s");
    else
        snprintf(buf, FORMAT_SIZE, "%s %ciB", amount_digits(digits, &amount),
                 unit_letters[amount.unit]);
    return buf;
}

/* ---- times and shares
 * ------------------------------------------------------------------------- */

char *format_duration(char buf[FORMAT_SIZE], int64_t ms)
{
    int64_t seconds = ms > 0 ? ms / 1000 : 0;
    int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

    if (minutes == 0)
        snprintf(buf, FORMAT_SIZE, "%ds", (int)seconds);
    else if (minutes < 10)
        snprintf(buf, FORMAT_SIZE, "%dm%02d", (int)minutes, (int)(seconds % 60));
    else if (hours == 0)
        snprintf(buf, FORMAT_SIZE, "%dm", (int)minutes);
    else if (days == 0)
        snprintf(buf, FORMAT_SIZE, "%dh%02d", (int)hours, (int)(minutes % 60));
    else if (days < 100)
        snprintf(buf, FORMAT_SIZE, "%dd%02d", (int)days, (int)(hours % 24));
    else
        snprintf(buf, FORMAT_SIZE, "%dd%s", days > 999 ? 999 : (int)days,
                 days > 999 ? "+" : "");
    return buf;
}

/* done/total in thousandths, rounded down, so that 1000 is said only when all
 * is done. Beyond 2^54 it is counted in thousands: close enough. */
static unsigned permille(uint64_t done, uint64_t total)
{
    uint64_t share;

    if (done >= total)
        return 1000;
    share = total <= UINT64_MAX / 1000 ? done * 1000 / total : done / (total / 1000);
    return share < 999 ? (unsigned)share : 999;
}

char *format_percent(char buf[FORMAT_SIZE], uint64_t done, uint64_t total)
{
    unsigned share;

    if (total == 0)
        return memcpy(buf, "-", 2);
    share = permille(done, total);
    snprintf(buf, FORMAT_SIZE, "%u.%u", share / 10, share % 10);
    return buf;
}

char *format_bytes_exact(char buf[FORMAT_SIZE], uint64_t bytes)
{
    int unit = 0;

    while (bytes != 0 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    snprintf(buf, FORMAT_SIZE, "%" PRIu64 "%.*s", bytes, unit > 0 ? 1 : 0, unit_letters + unit);
    return buf;
}

/* ---- reading
 * ---------------------------------------------------------------------------------- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Case of ASCII only, so that no locale has a say. */
static char to_upper(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    return c;
}

static const char *skip_spaces(const char *text)
{
    while (*text == ' ')
        text++;
    return text;
}

/* Reads "", "B", "K", "Ki", "KB", "KiB", each with "/s" or without, up to the
 * end of the text. Returns the shift, or -1. */
static int parse_unit(const char *text)
{
    const char *letter = *text ? strchr(unit_letters + 1, to_upper(*text)) : NULL;
    int unit = 0;

    if (letter) {
        unit = (int)(letter - unit_letters);
        text++;
        if (to_upper(*text) == 'I')
            text++;
    }
    if (to_upper(*text) == 'B')
        text++;
    if (text[0] == '/' && to_upper(text[1]) == 'S')
        text += 2;
    return *skip_spaces(text) ? -1 : 10 * unit;
}

/* The part below the point, in bytes, rounded down: from the last digit to the
 * first, each step a tenth of what is there. */
static uint64_t parse_fraction(const char *first, const char *end, int shift)
{
    uint64_t value = 0;

    while (end > first)
        value = (((uint64_t)(*--end - '0') << shift) + value) / 10;
    return value;
}

/* Reads digits, blanks before them skipped. Returns what follows, or NULL. */
static const char *parse_whole(const char *text, uint64_t *whole)
{
    text = skip_spaces(text);
    if (!is_digit(*text))
        return NULL;
    for (*whole = 0; is_digit(*text); text++) {
        if (*whole > (uint64_t)INT64_MAX / 10)
            return NULL;
        *whole = *whole * 10 + (uint64_t)(*text - '0');
    }
    return text;
}

int format_parse_bytes(const char *text, uint64_t *bytes)
{
    uint64_t whole, fraction;
    const char *point = parse_whole(text, &whole), *end;
    int shift, nonzero = 0;

    if (!point)
        return -1;
    end = point;
    if (*point == '.' && is_digit(point[1]))
        for (end = ++point; is_digit(*end); end++)
            nonzero |= *end != '0';
    shift = parse_unit(skip_spaces(end));
    if (shift < 0 || whole > (uint64_t)INT64_MAX >> shift)
        return -1;
    fraction = parse_fraction(point, end, shift);
    whole = (whole << shift) + fraction;
    /* Less than a byte must not become 0, which means no limit. */
    if (nonzero && whole == 0)
        return -1;
    *bytes = whole;
    return 0;
}

/* "", "ms" or "s": milliseconds in one; 0 when it is none of them. */
static uint64_t parse_time_unit(const char *text)
{
    uint64_t unit = 1;

    if (to_upper(text[0]) == 'M' && to_upper(text[1]) == 'S')
        text += 2;
    else if (to_upper(text[0]) == 'S') {
        unit = 1000;
        text++;
    }
    return *skip_spaces(text) ? 0 : unit;
}

int format_parse_ms(const char *text, uint64_t *ms)
{
    uint64_t whole, unit, thousandths = 0;
    const char *end = parse_whole(text, &whole);

    if (!end)
        return -1;
    if (*end == '.' && is_digit(end[1])) {
        end++;
        for (uint64_t place = 100; is_digit(*end); place /= 10)
            thousandths += place * (uint64_t)(*end++ - '0');
    }
    unit = parse_time_unit(skip_spaces(end));
    if (unit == 0 || whole > (uint64_t)INT64_MAX / unit - 1)
        return -1;
    *ms = whole * unit + thousandths * unit / 1000;
    return 0;
}
