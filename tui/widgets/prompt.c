#include "tui/widgets/prompt.h"

#include <string.h>

#include "tui/key.h"

void prompt_init(struct prompt *prompt, const char *initial, size_t max)
{
    *prompt = (struct prompt){.max = max > 0 && max < PROMPT_SIZE ? max : PROMPT_SIZE - 1};
    if (!initial)
        return;
    prompt->len = strnlen(initial, prompt->max);
    memcpy(prompt->text, initial, prompt->len);
    prompt->cursor = prompt->len;
}

/* ---- editing --------------------------------------------------------------------------- */

/* Not the first byte of a character. */
static bool is_inside(const struct prompt *prompt, size_t at)
{
    return ((unsigned char)prompt->text[at] & 0xc0) == 0x80;
}

static size_t before(const struct prompt *prompt, size_t at)
{
    if (at > 0)
        at--;
    while (at > 0 && is_inside(prompt, at))
        at--;
    return at;
}

static size_t behind(const struct prompt *prompt, size_t at)
{
    if (at < prompt->len)
        at++;
    while (at < prompt->len && is_inside(prompt, at))
        at++;
    return at;
}

/* Where the word before the cursor begins, blanks behind it included. */
static size_t word_begin(const struct prompt *prompt)
{
    size_t at = prompt->cursor;
    while (at > 0 && prompt->text[at - 1] == ' ')
        at--;
    while (at > 0 && prompt->text[at - 1] != ' ')
        at--;
    return at;
}

/* Takes the bytes from..to out; the cursor is where they were. */
static void cut(struct prompt *prompt, size_t from, size_t to)
{
    memmove(prompt->text + from, prompt->text + to, prompt->len - to + 1);
    prompt->len -= to - from;
    prompt->cursor = from;
}

static void insert(struct prompt *prompt, int point)
{
    char bytes[KEY_NAME_SIZE];
    size_t count = 1;
    if (point == ' ')
        bytes[0] = ' ';
    else
        count = strlen(key_label(point, bytes));
    if (prompt->len + count > prompt->max)
        return;
    char *place = prompt->text + prompt->cursor;
    memmove(place + count, place, prompt->len - prompt->cursor + 1);
    memcpy(place, bytes, count);
    prompt->len += count;
    prompt->cursor += count;
}

static bool is_text(int key)
{
    return key >= ' ' && key < KEY_BASE && key != KEY_CODE_BACKSPACE;
}

enum prompt_result prompt_key(struct prompt *prompt, int key)
{
    if (key == KEY_CODE_ENTER)
        return PROMPT_DONE;
    if (key == KEY_CODE_ESCAPE)
        return PROMPT_CANCEL;
    if (is_text(key))
        insert(prompt, key);
    else if (key == KEY_CODE_LEFT)
        prompt->cursor = before(prompt, prompt->cursor);
    else if (key == KEY_CODE_RIGHT)
        prompt->cursor = behind(prompt, prompt->cursor);
    else if (key == KEY_CODE_HOME || key == KEY_CONTROL('A'))
        prompt->cursor = 0;
    else if (key == KEY_CODE_END || key == KEY_CONTROL('E'))
        prompt->cursor = prompt->len;
    else if (key == KEY_CODE_BACKSPACE)
        cut(prompt, before(prompt, prompt->cursor), prompt->cursor);
    else if (key == KEY_CODE_DELETE)
        cut(prompt, prompt->cursor, behind(prompt, prompt->cursor));
    else if (key == KEY_CONTROL('W'))
        cut(prompt, word_begin(prompt), prompt->cursor);
    else if (key == KEY_CONTROL('U'))
        cut(prompt, 0, prompt->cursor);
    else
        return PROMPT_IGNORED;
    return PROMPT_EDIT;
}

/* ---- drawing --------------------------------------------------------------------------- */

/* Columns from the byte `from` to the cursor. */
static int width_to_cursor(const struct prompt *prompt, size_t from)
{
    char part[PROMPT_SIZE];
    memcpy(part, prompt->text + from, prompt->cursor - from);
    part[prompt->cursor - from] = '\0';
    return draw_width(part);
}

void prompt_draw(const struct prompt *prompt, struct draw_area area, int y, const char *label)
{
    int x = draw_text(area, y, 0, area.width / 2, THEME_KEY, label);
    if (x > 0)
        x++;
    size_t from = 0;
    int columns = width_to_cursor(prompt, from);
    while (from < prompt->cursor && x + columns >= area.width) {
        from = behind(prompt, from);
        columns = width_to_cursor(prompt, from);
    }
    draw_text(area, y, x, -1, THEME_NORMAL, prompt->text + from);
    draw_cursor(area, y, x + columns);
}
