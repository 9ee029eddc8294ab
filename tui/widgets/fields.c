#include "tui/widgets/fields.h"

#include <stdarg.h>
#include <stdio.h>

#include "tui/widgets/wrap.h"

#define TWO_FROM  76 /* columns from which on two values stand side by side */
#define TEXT_SIZE 2048

void fields_begin(struct fields *fields, struct draw_area area, int first)
{
    *fields = (struct fields){.area = area, .y = -first, .first = first};
}

static void end_line(struct fields *fields)
{
    if (fields->column > 0)
        fields->y++;
    fields->column = 0;
}

void fields_item(struct fields *fields, enum theme_role label_role, const char *label,
                 int indent, enum theme_role role, const char *text)
{
    struct wrap wrap;
    end_line(fields);
    draw_text(fields->area, fields->y, 1, -1, label_role, label);
    wrap_begin(&wrap, text, fields->area.width - indent - 1);
    for (bool more = wrap_next(&wrap); more; fields->y++) {
        draw_text(fields->area, fields->y, indent, -1, role, wrap.line);
        more = wrap_next(&wrap);
    }
}

void fields_long(struct fields *fields, const char *label, enum theme_role role,
                 const char *text)
{
    if (text[0] != '\0')
        fields_item(fields, THEME_DIM, label, FIELDS_LABEL, role, text);
}

void fields_add(struct fields *fields, const char *label, enum theme_role role,
                const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    int half = fields->area.width / 2;
    if (fields->area.width < TWO_FROM || draw_width(text) >= half - FIELDS_LABEL) {
        fields_long(fields, label, role, text);
        return;
    }
    if (text[0] == '\0')
        return;
    int x = fields->column * half;
    draw_text(fields->area, fields->y, x + 1, -1, THEME_DIM, label);
    draw_text(fields->area, fields->y, x + FIELDS_LABEL, -1, role, text);
    if (++fields->column == 2)
        end_line(fields);
}

void fields_heading(struct fields *fields, const char *title)
{
    end_line(fields);
    draw_fill(fields->area, fields->y, 0, fields->area.width, THEME_HEADING, '-');
    draw_format(fields->area, fields->y, 2, -1, THEME_HEADING, " %s ", title);
    fields->y++;
}

int fields_room(struct fields *fields, int height)
{
    end_line(fields);
    fields->y += height;
    return fields->y - height;
}

int fields_end(struct fields *fields)
{
    end_line(fields);
    return fields->y + fields->first;
}
