#include "tests/support/grid.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#define CELL_BYTES  (4 * VTERM_MAX_CHARS_PER_CELL)
#define MODE_SIZE   32
#define REPEAT_SIZE 16

struct grid {
    VTerm *terminal;
    VTermScreen *screen;
    int rows, cols;
    struct grid_modes modes;
    char *line, *text, *attributes;
    char mode[MODE_SIZE]; /* "\033[?..." as far as it has come */
    size_t mode_size;
    char repeat[REPEAT_SIZE]; /* "\033[12" of a sequence that may end in 'b' */
    size_t repeat_size;
    char last; /* the character that it repeats */
};

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct grid *grid = user;

    if (property == VTERM_PROP_ALTSCREEN)
        grid->modes.alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        grid->modes.cursor = value->boolean;
    return 1;
}

static int on_bell(void *user)
{
    struct grid *grid = user;

    grid->modes.bells++;
    return 1;
}

static void make_room(struct grid *grid, int rows, int cols)
{
    size_t line = (size_t)cols * CELL_BYTES + 2;

    grid->rows = rows;
    grid->cols = cols;
    grid->line = must(realloc(grid->line, line));
    grid->text = must(realloc(grid->text, line * (size_t)rows + 1));
    grid->attributes = must(realloc(grid->attributes, (size_t)cols + 1));
}

struct grid *grid_new(int rows, int cols)
{
    static const VTermScreenCallbacks callbacks = {
        .settermprop = on_property,
        .bell = on_bell,
    };
    struct grid *grid = must(calloc(1, sizeof *grid));

    make_room(grid, rows, cols);
    grid->terminal = must(vterm_new(rows, cols));
    vterm_set_utf8(grid->terminal, 1);
    grid->screen = vterm_obtain_screen(grid->terminal);
    vterm_screen_set_callbacks(grid->screen, &callbacks, grid);
    vterm_screen_enable_altscreen(grid->screen, 1);
    vterm_screen_reset(grid->screen, 1);
    grid->modes.cursor = true;
    return grid;
}

void grid_free(struct grid *grid)
{
    if (grid == NULL)
        return;
    vterm_free(grid->terminal);
    free(grid->line);
    free(grid->text);
    free(grid->attributes);
    free(grid);
}

/* libvterm only looks at the first of several modes in one sequence, and the mouse
 * comes as "\033[?1006;1000h"; and it does not tell of bracketed pastes. As in a real
 * terminal, ESC begins a new sequence even in the middle of another. */
static void watch_modes(struct grid *grid, char byte)
{
    static const char start[] = {'\033', '[', '?'};
    size_t at = byte == start[0] ? 0 : grid->mode_size;
    bool fits = at < sizeof start ? byte == start[at] : strchr(";0123456789hl", byte) != NULL;

    if (!fits || byte == '\0' || at == MODE_SIZE - 1) {
        grid->mode_size = 0;
        return;
    }
    grid->mode[at] = byte;
    grid->mode[at + 1] = '\0';
    grid->mode_size = at + 1;
    if (byte != 'h' && byte != 'l')
        return;
    if (strstr(grid->mode, "1000") != NULL)
        grid->modes.mouse = byte == 'h';
    if (strstr(grid->mode, "2004") != NULL)
        grid->modes.brackets = byte == 'h';
    grid->mode_size = 0;
}

/* libvterm believes that a repeated character which leaves the last column free has
 * filled it. So "\033[12b" is written out; true: the byte was taken for that. */
static bool take_repeat(struct grid *grid, char byte)
{
    size_t at = grid->repeat_size;
    bool digit = byte >= '0' && byte <= '9';
    bool fits = at == 0   ? byte == '\033'
                : at == 1 ? byte == '['
                          : digit && at < REPEAT_SIZE - 1;

    if (fits) {
        grid->repeat[at] = byte;
        grid->repeat[at + 1] = '\0';
        grid->repeat_size++;
        return true;
    }
    grid->repeat_size = 0;
    if (byte == 'b' && at > 2) {
        for (long count = strtol(grid->repeat + 2, NULL, 10); count > 0; count--)
            vterm_input_write(grid->terminal, &grid->last, 1);
        return true;
    }
    vterm_input_write(grid->terminal, grid->repeat, at);
    return false;
}

void grid_feed(struct grid *grid, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        watch_modes(grid, bytes[i]);
        if (take_repeat(grid, bytes[i]))
            continue;
        grid->last = bytes[i];
        vterm_input_write(grid->terminal, &bytes[i], 1);
    }
}

size_t grid_answer(struct grid *grid, char *bytes, size_t size)
{
    return vterm_output_read(grid->terminal, bytes, size);
}

void grid_resize(struct grid *grid, int rows, int cols)
{
    vterm_set_size(grid->terminal, rows, cols);
    make_room(grid, rows, cols);
}

int grid_rows(const struct grid *grid)
{
    return grid->rows;
}

int grid_cols(const struct grid *grid)
{
    return grid->cols;
}

static VTermScreenCell cell_at(struct grid *grid, int row, int col)
{
    VTermScreenCell cell;

    if (!vterm_screen_get_cell(grid->screen, (VTermPos){.row = row, .col = col}, &cell))
        memset(&cell, 0, sizeof cell);
    return cell;
}

static size_t encode(char *out, uint32_t point)
{
    static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    size_t bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

    for (size_t i = bytes - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(lead[bytes] | point);
    return bytes;
}

/* The cell's text; nothing for the right half of a wide character. */
static size_t cell_text(char *out, const VTermScreenCell *cell)
{
    size_t size = 0;

    if (cell->chars[0] == UINT32_MAX)
        return 0;
    if (cell->chars[0] == 0)
        return encode(out, ' ');
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
        size += encode(out + size, cell->chars[i]);
    return size;
}

const char *grid_line(struct grid *grid, int row)
{
    size_t size = 0;

    for (int col = 0; col < grid->cols; col++) {
        VTermScreenCell cell = cell_at(grid, row, col);
        size += cell_text(grid->line + size, &cell);
    }
    while (size > 0 && grid->line[size - 1] == ' ')
        size--;
    grid->line[size] = '\0';
    return grid->line;
}

const char *grid_text(struct grid *grid)
{
    char *end = grid->text;

    for (int row = 0; row < grid->rows; row++) {
        const char *line = grid_line(grid, row);
        size_t size = strlen(line);
        memcpy(end, line, size);
        end[size] = '\n';
        end += size + 1;
    }
    *end = '\0';
    return grid->text;
}

static char attribute_letter(const VTermScreenCellAttrs *attrs)
{
    if (attrs->italic || attrs->blink || attrs->strike || (attrs->underline && attrs->reverse))
        return '*';
    if (attrs->underline)
        return attrs->bold ? 'U' : 'u';
    if (attrs->reverse)
        return attrs->bold ? 'R' : 'r';
    return attrs->bold ? 'b' : '.';
}

const char *grid_attributes(struct grid *grid, int row)
{
    for (int col = 0; col < grid->cols; col++) {
        VTermScreenCell cell = cell_at(grid, row, col);
        grid->attributes[col] = attribute_letter(&cell.attrs);
    }
    grid->attributes[grid->cols] = '\0';
    return grid->attributes;
}

/* The column of the cell in which byte `offset` of the line stands. */
static int column_of(struct grid *grid, int row, size_t offset)
{
    char text[CELL_BYTES];
    size_t size = 0;

    for (int col = 0; col < grid->cols; col++) {
        VTermScreenCell cell = cell_at(grid, row, col);
        size += cell_text(text, &cell);
        if (size > offset)
            return col;
    }
    return grid->cols;
}

bool grid_find(struct grid *grid, const char *needle, int *row, int *col)
{
    for (int i = 0; i < grid->rows; i++) {
        const char *line = grid_line(grid, i);
        const char *found = strstr(line, needle);
        if (found == NULL)
            continue;
        if (row != NULL)
            *row = i;
        if (col != NULL)
            *col = column_of(grid, i, (size_t)(found - line));
        return true;
    }
    return false;
}

static int colour_of(const VTermColor *colour, bool is_default)
{
    if (is_default)
        return GRID_COLOUR_DEFAULT;
    return VTERM_COLOR_IS_INDEXED(colour) ? colour->indexed.idx : GRID_COLOUR_RGB;
}

struct grid_cell grid_cell(struct grid *grid, int row, int col)
{
    VTermScreenCell cell = cell_at(grid, row, col);

    return (struct grid_cell){
        .bold = cell.attrs.bold,
        .underline = cell.attrs.underline != VTERM_UNDERLINE_OFF,
        .reverse = cell.attrs.reverse,
        .fg = colour_of(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)),
        .bg = colour_of(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)),
    };
}

bool grid_pen_is_plain(const struct grid *grid)
{
    static const VTermAttr flags[] = {VTERM_ATTR_BOLD,    VTERM_ATTR_UNDERLINE,
                                      VTERM_ATTR_ITALIC,  VTERM_ATTR_BLINK,
                                      VTERM_ATTR_REVERSE, VTERM_ATTR_STRIKE};
    const VTermState *state = vterm_obtain_state(grid->terminal);
    VTermValue fg, bg;

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        VTermValue value = {0};
        vterm_state_get_penattr(state, flags[i], &value);
        if (flags[i] == VTERM_ATTR_UNDERLINE ? value.number != 0 : value.boolean != 0)
            return false;
    }
    return vterm_state_get_penattr(state, VTERM_ATTR_FOREGROUND, &fg) &&
           vterm_state_get_penattr(state, VTERM_ATTR_BACKGROUND, &bg) &&
           VTERM_COLOR_IS_DEFAULT_FG(&fg.color) && VTERM_COLOR_IS_DEFAULT_BG(&bg.color);
}

void grid_cursor(struct grid *grid, int *row, int *col)
{
    VTermPos position;

    vterm_state_get_cursorpos(vterm_obtain_state(grid->terminal), &position);
    *row = position.row;
    *col = position.col;
}

const struct grid_modes *grid_modes(const struct grid *grid)
{
    return &grid->modes;
}
