#include "tui/screens/jobs_columns.h"

#include <limits.h>
#include <string.h>

#include "tui/widgets/names.h"

#define WORDS_LEAST 40 /* for a reason and its age, where the line has as much */

/* The bar shrinks first, then RATE, TYPE and ETA go; VM, JOB and STATUS never. */
static const struct table_column table[JOBS_COLUMN_COUNT] = {
    /*                title       min max rank from right */
    [JOBS_VM] = {"VM", 8, 20, 0, 0, false},
    [JOBS_JOB] = {"JOB", 12, 36, 0, 0, false},
    [JOBS_GROUP] = {"GRP", 4, 4, 1, 0, false},
    [JOBS_TYPE] = {"TYPE", 6, 15, 5, 0, false},
    [JOBS_STATUS] = {"STATUS", 9, 16, 0, 0, false},
    [JOBS_PROGRESS] = {"PROGRESS", 8, 32, 3, 0, false},
    [JOBS_PERCENT] = {"%", 5, 5, 2, 0, true},
    [JOBS_DONE] = {"DONE", 6, 6, 8, 100, true},
    [JOBS_TOTAL] = {"TOTAL", 6, 6, 7, 100, true},
    [JOBS_RATE] = {"RATE", 7, 7, 6, 0, true},
    [JOBS_ETA] = {"ETA", 5, 5, 4, 0, true},
    [JOBS_AGE] = {"AGE", 5, 5, 1, 0, true},
    [JOBS_VERDICT] = {"NOW", 13, 26, 9, 120, false},
};

const char *jobs_column_title(enum jobs_column column)
{
    return table[column].title;
}

bool jobs_column_is_figure(enum jobs_column column)
{
    return column >= JOBS_PROGRESS && column <= JOBS_ETA;
}

bool jobs_column_is_right(enum jobs_column column)
{
    return table[column].right;
}

enum jobs_column jobs_column_find(const char *title)
{
    enum jobs_column column = 0;
    while (column < JOBS_COLUMN_COUNT && strcmp(table[column].title, title) != 0)
        column++;
    return column;
}

static bool has(const struct jobs_columns *columns, enum jobs_column column)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->items[i] == column)
            return true;
    return false;
}

bool jobs_columns_choose(struct jobs_columns *columns, enum jobs_column column)
{
    columns->chosen = true;
    if (has(columns, column))
        return false;
    columns->items[columns->count++] = column;
    return true;
}

/* ---- places ---------------------------------------------------------------------------- */

/* All columns that may be shown, from the left; returns how many. */
static size_t line_up(const struct jobs_columns *columns,
                      enum jobs_column line[JOBS_COLUMN_COUNT])
{
    size_t count = 0;
    for (enum jobs_column column = 0; column < JOBS_COLUMN_COUNT; column++)
        if (!columns->chosen || (table[column].rank == 0 && !has(columns, column)))
            line[count++] = column;
    for (size_t i = 0; i < columns->count; i++)
        line[count++] = columns->items[i];
    if (columns->chosen && !has(columns, JOBS_AGE))
        line[count++] = JOBS_AGE;
    return count;
}

static int wanted_width(enum jobs_column column, const struct jobs_widths *widest)
{
    switch (column) {
    case JOBS_VM:
        return widest->vm;
    case JOBS_JOB:
        return widest->job;
    case JOBS_TYPE:
        return widest->type;
    case JOBS_STATUS:
        return widest->status;
    case JOBS_PROGRESS:
    case JOBS_VERDICT:
        return table[column].max;
    case JOBS_GROUP:
    case JOBS_PERCENT:
    case JOBS_DONE:
    case JOBS_TOTAL:
    case JOBS_RATE:
    case JOBS_ETA:
    case JOBS_AGE:
    case JOBS_COLUMN_COUNT:
        break;
    }
    return table[column].min;
}

/* What was asked for by name is shown as soon as there is room. */
static struct table_column wanted_column(const struct jobs_columns *columns,
                                         enum jobs_column column,
                                         const struct jobs_widths *widest)
{
    struct table_column wanted = table[column];
    if (columns->chosen)
        wanted.from = 0;
    if (column == JOBS_GROUP && !widest->grouped)
        wanted.from = INT_MAX;
    if (column == JOBS_AGE && !widest->aged && !has(columns, column))
        wanted.from = INT_MAX;
    return wanted;
}

static size_t place_of(enum jobs_column column, const enum jobs_column *line)
{
    size_t i = 0;
    while (line[i] != column)
        i++;
    return i;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void set_width(struct table_column *column, int width)
{
    column->min = column->max = larger(width, column->min);
}

/* Columns that nobody took go to STATUS and to the names, beyond their maximum; and the
 * names share what they have, so that neither is cut to leave the other whole. False
 * when there is nothing to give. */
static bool give_the_rest(struct table_column *shown, const int *wanted,
                          const struct table_span *spans, const enum jobs_column *line,
                          size_t count, int width)
{
    size_t vm = place_of(JOBS_VM, line), job = place_of(JOBS_JOB, line);
    size_t status = place_of(JOBS_STATUS, line);
    int spare = width + 1;
    for (size_t i = 0; i < count; i++)
        spare -= spans[i].width > 0 ? spans[i].width + 1 : 0;
    if (spare < 0)
        return false;
    int more = wanted[status] - spans[status].width;
    more = more < 0 ? 0 : more < spare ? more : spare;
    int room = spans[vm].width + spans[job].width + spare - more;
    int first = larger(wanted[vm], shown[vm].min), second = larger(wanted[job], shown[job].min);
    int share = names_split(first, second, room);
    if (share > room - shown[job].min)
        share = room - shown[job].min;
    share = larger(share, shown[vm].min);
    set_width(&shown[vm], share);
    set_width(&shown[job], second < room - share ? second : room - share);
    set_width(&shown[status], spans[status].width + more);
    return true;
}

/* The stretch from `x` on to the next column that keeps its cell; `next` is its place in
 * the line. Behind the last one it ends with the figures, or where enough is free. */
static struct table_span stretch(const struct jobs_layout *layout, const enum jobs_column *line,
                                 size_t count, size_t *next, int x, int width)
{
    int end = x;
    for (; *next < count; ++*next) {
        const struct table_span *span = &layout->spans[line[*next]];
        if (span->width == 0)
            continue;
        if (!jobs_column_is_figure(line[*next]))
            return (struct table_span){x, span->x - 1 - x};
        end = span->x + span->width;
    }
    int enough = x + WORDS_LEAST < width ? x + WORDS_LEAST : width;
    return (struct table_span){x, (end > enough ? end : enough) - x};
}

static void find_words(struct jobs_layout *layout, const enum jobs_column *line, size_t count,
                       int width)
{
    int x = JOBS_MARKS;
    layout->words = (struct table_span){0, 0};
    for (size_t i = 0; i <= count; i++) {
        struct table_span found = stretch(layout, line, count, &i, x, width);
        if (found.width > layout->words.width)
            layout->words = found;
        if (i < count)
            x = layout->spans[line[i]].x + layout->spans[line[i]].width + 1;
    }
}

void jobs_columns_layout(const struct jobs_columns *columns, int width,
                         const struct jobs_widths *widest, struct jobs_layout *layout)
{
    enum jobs_column line[JOBS_COLUMN_COUNT];
    struct table_column shown[JOBS_COLUMN_COUNT] = {{0}};
    struct table_span spans[JOBS_COLUMN_COUNT] = {{0}};
    int wanted[JOBS_COLUMN_COUNT] = {0};
    size_t count = line_up(columns, line);
    *layout = (struct jobs_layout){.narrow = width < JOBS_NARROW, .aged = widest->aged};
    for (size_t i = 0; i < count; i++) {
        shown[i] = wanted_column(columns, line[i], widest);
        wanted[i] = wanted_width(line[i], widest);
    }
    table_layout(shown, wanted, count, width - JOBS_MARKS, spans);
    if (give_the_rest(shown, wanted, spans, line, count, width - JOBS_MARKS))
        table_layout(shown, wanted, count, width - JOBS_MARKS, spans);
    for (size_t i = 0; i < count; i++)
        layout->spans[line[i]] = (struct table_span){spans[i].x + JOBS_MARKS, spans[i].width};
    find_words(layout, line, count, width);
}
