#include "tui/widgets/wrap.h"

#include <string.h>

#include "tui/draw.h"

void wrap_begin(struct wrap *wrap, const char *text, int width)
{
    wrap->rest = text + strspn(text, " ");
    wrap->width = width < 1 ? 1 : width;
    wrap->line[0] = '\0';
}

/* Copies the first `len` bytes of the rest into the line; whether they fit. */
static bool try_line(struct wrap *wrap, size_t len)
{
    if (len >= WRAP_SIZE)
        return false;
    memcpy(wrap->line, wrap->rest, len);
    wrap->line[len] = '\0';
    return draw_width(wrap->line) <= wrap->width;
}

static size_t word_end(const char *text, size_t from)
{
    from += strspn(text + from, " ");
    return from + strcspn(text + from, " ");
}

static size_t character_end(const char *text, size_t from)
{
    from++;
    for (int i = 0; i < 3 && ((unsigned char)text[from] & 0xc0) == 0x80; i++)
        from++;
    return from;
}

/* As many words as fit; a word that is too long is cut between two characters, and
 * a character that is too wide for any line has one of its own. */
static size_t take(struct wrap *wrap)
{
    size_t fits = 0;
    for (size_t end = word_end(wrap->rest, 0); try_line(wrap, end);
         end = word_end(wrap->rest, end)) {
        fits = end;
        if (wrap->rest[end] == '\0')
            return fits;
    }
    if (fits > 0)
        return fits;
    for (size_t end = character_end(wrap->rest, 0); try_line(wrap, end);
         end = character_end(wrap->rest, end))
        fits = end;
    return fits > 0 ? fits : character_end(wrap->rest, 0);
}

bool wrap_next(struct wrap *wrap)
{
    if (wrap->rest[0] == '\0')
        return false;
    size_t len = take(wrap);
    memcpy(wrap->line, wrap->rest, len);
    wrap->line[len] = '\0';
    wrap->rest += len;
    wrap->rest += strspn(wrap->rest, " ");
    return true;
}

int wrap_count(const char *text, int width)
{
    struct wrap wrap;
    int count = 0;
    wrap_begin(&wrap, text, width);
    while (wrap_next(&wrap))
        count++;
    return count;
}
