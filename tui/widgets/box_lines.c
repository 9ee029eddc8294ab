#include "tui/widgets/box_lines.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/target.h"
#include "tui/widgets/wrap.h"

#define WIDTH_LEAST 20
#define NAME_LINES  3
#define NAME_INDENT 4

struct box_line *box_lines_add(struct box_lines *lines, enum theme_role role, int rank)
{
    struct box_line *line = &lines->line[lines->count++];
    *line = (struct box_line){.role = role, .rank = rank};
    return line;
}

static int box_width(struct draw_area area)
{
    return area.width < BOX_WIDTH ? area.width : BOX_WIDTH;
}

void box_lines_wrap(struct box_lines *lines, enum theme_role role, struct draw_area area,
                    const char *text)
{
    struct wrap wrap;
    wrap_begin(&wrap, text, box_lines_room(area));
    while (lines->count < BOX_LINES_MAX - BOX_LINES_SPARE && wrap_next(&wrap))
        snprintf(box_lines_add(lines, role, 0)->text, BOX_LINE_SIZE, "%.*s", BOX_LINE_SIZE - 1,
                 wrap.line);
}

int box_lines_room(struct draw_area area)
{
    return box_width(area) - 4;
}

void box_lines_name(struct box_lines *lines, struct draw_area area, const char *label,
                    const char *name)
{
    char text[BOX_LINE_SIZE - 16];
    struct wrap wrap;
    int room = box_lines_room(area) - NAME_INDENT;
    draw_shorten(name, NAME_LINES * room, text, sizeof(text));
    wrap_begin(&wrap, text, room);
    for (; lines->count < BOX_LINES_MAX - BOX_LINES_SPARE && wrap_next(&wrap); label = "")
        snprintf(box_lines_add(lines, THEME_NORMAL, 0)->text, BOX_LINE_SIZE, "%-*s%.*s",
                 NAME_INDENT, label, (int)sizeof(text), wrap.line);
}

void box_lines_age(struct box_line *line, const struct target *target, int64_t now_ms)
{
    int64_t age_ms = target_age_ms(target, now_ms);
    if (age_ms < 0)
        return;
    snprintf(line->right, sizeof(line->right), "as of %lld.%lld s ago",
             (long long)(age_ms / 1000), (long long)(age_ms % 1000 / 100));
}

void box_lines_fit(struct box_lines *lines, int room)
{
    while (lines->count > 0 && lines->count > room) {
        int victim = 0;
        for (int i = 1; i < lines->count; i++)
            if (lines->line[i].rank > lines->line[victim].rank)
                victim = i;
        if (lines->line[victim].rank == 0)
            return;
        memmove(&lines->line[victim], &lines->line[victim + 1],
                (size_t)(lines->count - victim - 1) * sizeof(lines->line[0]));
        lines->count--;
    }
}

static void put(const struct box_lines *lines, struct draw_area area)
{
    for (int y = 0; y < lines->count; y++) {
        const struct box_line *line = &lines->line[y];
        int right = draw_width(line->right);
        int used = draw_text(area, y, 0, -1, line->role, line->text);
        if (right > 0 && used + (used > 0 ? 2 : 0) + right <= area.width)
            draw_right(area, y, area.width - right, right, THEME_DIM, line->right);
    }
}

int box_lines_put(const struct box_lines *lines, struct draw_area inside)
{
    put(lines, draw_sub(inside, 0, 1, inside.height, inside.width - 2));
    return lines->count;
}

bool box_lines_bare(const struct box_lines *lines, struct draw_area area,
                    struct draw_area *inside)
{
    if (lines->count > area.height)
        return false;
    *inside = draw_sub(area, area.height - lines->count, 0, lines->count, area.width);
    for (int y = 0; y < inside->height; y++)
        draw_fill(*inside, y, 0, inside->width, THEME_NORMAL, ' ');
    put(lines, *inside);
    return true;
}

bool box_lines_draw(struct box_lines *lines, struct draw_area area, enum theme_role role,
                    const char *title, struct draw_area *inside)
{
    box_lines_fit(lines, area.height - 2);
    int height = lines->count + 2;
    int width = box_width(area);
    if (height > area.height || width < WIDTH_LEAST)
        return false;
    struct draw_area box =
        draw_sub(area, area.height - height, (area.width - width) / 2, height, width);
    box = draw_box(box, role, title);
    box_lines_put(lines, box);
    if (inside)
        *inside = box;
    return true;
}

void box_lines_capitals(const char *word, char *text, size_t size)
{
    size_t len = 0;
    for (; word[len] != '\0' && len + 1 < size; len++)
        text[len] = (char)toupper((unsigned char)word[len]);
    text[len] = '\0';
}
