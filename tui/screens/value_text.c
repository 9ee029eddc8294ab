#include "tui/screens/value_text.h"

#include <inttypes.h>
#include <stdio.h>

static char *say_rate(uint64_t rate, const char *none, char text[VALUE_TEXT_SIZE])
{
    char bytes[FORMAT_SIZE];
    if (rate == 0)
        snprintf(text, VALUE_TEXT_SIZE, "%s", none);
    else
        snprintf(text, VALUE_TEXT_SIZE, "%s/s", format_bytes_long(bytes, rate));
    return text;
}

char *value_text_limit(uint64_t speed, char text[VALUE_TEXT_SIZE])
{
    return say_rate(speed, "none", text);
}

char *value_text_lever(enum lever lever, uint64_t value, char text[VALUE_TEXT_SIZE])
{
    if (lever_argument(lever) == LEVER_RATE)
        return say_rate(value, "unlimited", text);
    snprintf(text, VALUE_TEXT_SIZE, "%" PRIu64 " ms", value);
    return text;
}

void value_text_change(const char *before, const char *after, char *text, size_t size)
{
    if (before)
        snprintf(text, size, "from %s to %s", before, after);
    else
        snprintf(text, size, "to %s; the present value is not told", after);
}
