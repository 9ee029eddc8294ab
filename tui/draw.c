#include "tui/draw.h"

#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/text.h"
#include "tui/palette.h"

/* Holds a line of DRAW_WIDTH_MAX columns: no character takes more than 4 bytes a
 * column. What does not fit lies beyond every screen. */
#define LINE_SIZE (4 * DRAW_WIDTH_MAX + 16)

static struct {
    bool utf8, cursor;
    int cursor_y, cursor_x;
    struct {
        attr_t attributes;
        short pair;
        bool on_blanks; /* a blank looks other than a normal one */
    } styles[THEME_ROLE_COUNT];
} pen;

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

void draw_set_utf8(bool utf8)
{
    pen.utf8 = utf8;
}

bool draw_is_utf8(void)
{
    return pen.utf8;
}

/* ---- roles ---- */

static attr_t curses_attributes(uint32_t attributes)
{
    attr_t result = A_NORMAL;

    if (attributes & THEME_BOLD)
        result |= A_BOLD;
    if (attributes & THEME_DIM_ATTR)
        result |= A_DIM;
    if (attributes & THEME_UNDERLINE)
        result |= A_UNDERLINE;
    if (attributes & THEME_REVERSE)
        result |= A_REVERSE;
    return result;
}

/* The pair of two colours, made when it is first asked for: a terminal of 8
 * colours has 64 pairs. `used` counts those made for this theme. */
static short pair_of(int fg, int bg, short *used)
{
    int pair_fg, pair_bg;

    if (fg < 0 && bg < 0)
        return 0;
    for (short pair = 1; pair <= *used; pair++) {
        if (extended_pair_content(pair, &pair_fg, &pair_bg) == OK && pair_fg == fg &&
            pair_bg == bg)
            return pair;
    }
    if (*used + 1 >= COLOR_PAIRS || init_extended_pair(*used + 1, fg, bg) != OK)
        return 0;
    return ++*used;
}

static void set_style(enum theme_role role, const struct theme *theme, int colours, short *used)
{
    const struct theme_style *normal = &theme->styles[THEME_NORMAL];
    struct theme_style style = theme->styles[role];
    struct theme mono;
    bool bright = false;

    if (style.fg == THEME_COLOUR_DEFAULT)
        style.fg = normal->fg;
    if (style.bg == THEME_COLOUR_DEFAULT)
        style.bg = normal->bg;
    if (colours < 8 && (style.fg != THEME_COLOUR_DEFAULT || style.bg != THEME_COLOUR_DEFAULT)) {
        theme_mono(&mono);
        style = mono.styles[role];
    }
    int fg = palette_text(style.fg, style.bg, colours, &bright);
    int bg = palette_pick(style.bg, colours, NULL);
    pen.styles[role].pair = pair_of(fg, bg, used);
    pen.styles[role].attributes =
        curses_attributes(style.attributes) | (bright ? A_BOLD : A_NORMAL);
    pen.styles[role].on_blanks = bg != palette_pick(normal->bg, colours, NULL) ||
                                 (pen.styles[role].attributes & (A_UNDERLINE | A_REVERSE)) != 0;
}

void draw_set_theme(const struct theme *theme, int colours)
{
    cchar_t blank;
    short used = 0;

    for (int role = 0; role < THEME_ROLE_COUNT; role++)
        set_style((enum theme_role)role, theme, colours, &used);
    setcchar(&blank, L" ", A_NORMAL, pen.styles[THEME_NORMAL].pair, NULL);
    bkgrndset(&blank);
}

/* The cell of a character in a role. The window's own attributes stay normal: curses would
 * add them to each cell. */
static cchar_t cell_of(enum theme_role role, wchar_t character)
{
    cchar_t cell;

    setcchar(&cell, (wchar_t[]){character, L'\0'}, pen.styles[role].attributes,
             pen.styles[role].pair, NULL);
    return cell;
}

/* ---- frames ---- */

struct draw_area draw_begin(void)
{
    pen.cursor = false;
    attr_set(A_NORMAL, 0, NULL);
    erase();
    /* To fill the last cell curses may write it a column to the left first (terminfo ich1, as
     * of screen and tmux), which of one column is outside of its memory. */
    bool spares_last = COLS == 1 && LINES > 1;
    return (struct draw_area){.height = LINES - spares_last, .width = COLS};
}

bool draw_wants_cursor(int *y, int *x)
{
    *y = pen.cursor_y;
    *x = pen.cursor_x;
    return pen.cursor;
}

struct draw_area draw_sub(struct draw_area area, int y, int x, int height, int width)
{
    int top = max_int(y, 0), left = max_int(x, 0);
    int bottom = min_int(y + max_int(height, 0), area.height);
    int right = min_int(x + max_int(width, 0), area.width);

    return (struct draw_area){
        .y = area.y + top,
        .x = area.x + left,
        .height = max_int(bottom - top, 0),
        .width = max_int(right - left, 0),
    };
}

void draw_cursor(struct draw_area area, int y, int x)
{
    if (y < 0 || y >= area.height || x < 0 || x >= area.width)
        return;
    pen.cursor = true;
    pen.cursor_y = area.y + y;
    pen.cursor_x = area.x + x;
}

/* Cuts a row of `*count` cells at x to the area; false when nothing is left. */
static bool clip(struct draw_area area, int y, int *x, int *count)
{
    int end = min_int(*x + *count, area.width);

    if (y < 0 || y >= area.height || *count <= 0)
        return false;
    *x = max_int(*x, 0);
    *count = end - *x;
    return *count > 0;
}

/* ---- text ---- */

static void clean(char line[LINE_SIZE], const char *raw)
{
    text_clean(line, LINE_SIZE, raw, strlen(raw), pen.utf8 ? TEXT_UTF8 : TEXT_ASCII);
}

int draw_width(const char *raw)
{
    char line[LINE_SIZE];

    clean(line, raw);
    return min_int(text_width(line), DRAW_WIDTH_MAX);
}

/* The rest of `text` without its first `columns` columns; *lost gets how many
 * really went, one more when a wide character stood on the edge. */
static const char *skip(const char *text, int columns, int *lost)
{
    int used;
    size_t bytes = text_fit(text, columns, &used);

    for (int wanted = columns; used < columns && text[bytes] != '\0';)
        bytes = text_fit(text, ++wanted, &used);
    *lost = used;
    return text + bytes;
}

/* Takes a character off the front of cleaned text; what the locale does not know, byte by
 * byte. */
static wchar_t next_character(const char **text)
{
    wchar_t character = (unsigned char)**text;
    mbstate_t state = {0};
    size_t len = 1;

    if (character >= 0x80) {
        len = mbrtowc(&character, *text, MB_CUR_MAX, &state);
        if (len == 0 || len > MB_CUR_MAX) {
            character = L'?';
            len = 1;
        }
    }
    *text += len;
    return character;
}

/* Where the last character before `end` that is no blank begins, or ends. */
static const char *last_word(const char *text, const char *end)
{
    while (end > text && end[-1] == ' ')
        end--;
    return end > text ? end - 1 : text;
}

/* Draws cleaned text, whose part left of the area is lost. Cells are made here and handed
 * over as a whole: curses takes text several times as long. Blanks around it that look like
 * any others are drawn so: to switch a colour on for them costs ten bytes on the line. */
static void put(struct draw_area area, int y, int x, enum theme_role role, const char *text)
{
    cchar_t cells[DRAW_WIDTH_MAX];
    int lost = 0, count = 0;

    if (x < 0) {
        text = skip(text, -x, &lost);
        x += lost;
    }
    if (y < 0 || y >= area.height || x < 0 || x >= area.width)
        return;
    const char *end = text + text_fit(text, area.width - x, NULL);
    const char *first = text + strspn(text, " "), *last = last_word(first, end);
    while (text < end && count < DRAW_WIDTH_MAX) {
        bool bare = (text < first || text > last) && !pen.styles[role].on_blanks;
        cells[count++] = cell_of(bare ? THEME_NORMAL : role, next_character(&text));
    }
    mvadd_wchnstr(area.y + y, area.x + x, cells, count);
}

char *draw_shorten(const char *raw, int columns, char *dst, size_t size)
{
    char line[LINE_SIZE];

    clean(line, raw);
    text_middle(dst, size, line, columns, '~');
    return dst;
}

/* How text is cut to its columns (core/text.h). */
typedef int cutter(char *dst, size_t size, const char *clean, int columns, char mark);

static int draw_cut(struct draw_area area, int y, int x, int width, enum theme_role role,
                    const char *raw, cutter *cut_to)
{
    char line[LINE_SIZE], cut[LINE_SIZE];
    int room = area.width - x;

    if (width >= 0)
        room = min_int(room, width);
    if (y < 0 || y >= area.height || room <= 0)
        return 0;
    clean(line, raw);
    int used = cut_to(cut, sizeof cut, line, room, '~');
    put(area, y, x, role, cut);
    return used;
}

int draw_text(struct draw_area area, int y, int x, int width, enum theme_role role,
              const char *raw)
{
    return draw_cut(area, y, x, width, role, raw, text_ellipsis);
}

int draw_middle(struct draw_area area, int y, int x, int width, enum theme_role role,
                const char *raw)
{
    return draw_cut(area, y, x, width, role, raw, text_middle);
}

int draw_format(struct draw_area area, int y, int x, int width, enum theme_role role,
                const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return draw_text(area, y, x, width, role, line);
}

void draw_right(struct draw_area area, int y, int x, int width, enum theme_role role,
                const char *raw)
{
    char line[LINE_SIZE];
    const char *text = line;
    int lost = 0;

    clean(line, raw);
    int columns = text_width(line);
    if (columns > width)
        text = skip(line, columns - max_int(width, 0), &lost);
    put(area, y, x + width - (columns - lost), role, text);
}

/* ---- cells ---- */

/* The same character again and again, cut to the area. */
static void repeat(struct draw_area area, int y, int x, int count, enum theme_role role,
                   wchar_t character)
{
    if (!clip(area, y, &x, &count))
        return;
    cchar_t cell = cell_of(role, character);
    mvhline_set(area.y + y, area.x + x, &cell, count);
}

void draw_fill(struct draw_area area, int y, int x, int count, enum theme_role role, char c)
{
    repeat(area, y, x, count, role, (unsigned char)c);
}

void draw_recolour(struct draw_area area, int y, int x, int count, enum theme_role role)
{
    if (!clip(area, y, &x, &count))
        return;
    mvchgat(area.y + y, area.x + x, count, pen.styles[role].attributes, pen.styles[role].pair,
            NULL);
}

static const struct frame {
    wchar_t top_left, top_right, bottom_left, bottom_right, across, down;
} frames[] = {
    {L'+', L'+', L'+', L'+', L'-', L'|'},
    {L'\u250c', L'\u2510', L'\u2514', L'\u2518', L'\u2500', L'\u2502'},
};

struct draw_area draw_box(struct draw_area area, enum theme_role role, const char *title)
{
    const struct frame *frame = &frames[pen.utf8];
    int bottom = area.height - 1, right = area.width - 1;

    for (int y = 0; y < area.height; y++)
        draw_fill(area, y, 0, area.width, THEME_NORMAL, ' ');
    for (int y = 1; y < bottom; y++) {
        repeat(area, y, 0, 1, role, frame->down);
        repeat(area, y, right, 1, role, frame->down);
    }
    repeat(area, 0, 0, area.width, role, frame->across);
    repeat(area, bottom, 0, area.width, role, frame->across);
    repeat(area, 0, 0, 1, role, frame->top_left);
    repeat(area, 0, right, 1, role, frame->top_right);
    repeat(area, bottom, 0, 1, role, frame->bottom_left);
    repeat(area, bottom, right, 1, role, frame->bottom_right);
    if (title != NULL && area.width > 6) {
        int used = draw_text(area, 0, 3, area.width - 6, role, title);
        repeat(area, 0, 2, 1, role, L' ');
        repeat(area, 0, 3 + used, 1, role, L' ');
    }
    return draw_sub(area, 1, 1, area.height - 2, area.width - 2);
}

void draw_bar(struct draw_area area, int y, int x, int width, int permille)
{
    int inner = width - 2;
    int halves = min_int(max_int(permille, 0), 1000) * 2 * inner / 1000;
    int done = halves / 2;
    bool half = pen.utf8 && halves % 2 != 0;

    if (inner < 1)
        return;
    repeat(area, y, x, 1, THEME_BAR_LEFT, L'[');
    repeat(area, y, x + width - 1, 1, THEME_BAR_LEFT, L']');
    if (permille < 0) {
        repeat(area, y, x + 1, inner, THEME_BAR_LEFT, L'.');
        return;
    }
    repeat(area, y, x + 1, inner, THEME_BAR_LEFT, pen.utf8 ? L'\u2591' : L'-');
    repeat(area, y, x + 1, done, THEME_BAR_DONE, pen.utf8 ? L'\u2588' : L'#');
    if (half)
        repeat(area, y, x + 1 + done, 1, THEME_BAR_DONE, L'\u258c');
}
