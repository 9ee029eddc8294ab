#include "tui/widgets/chart.h"

/* The marks of one cell, by how much of it is filled. */
static const char *const blocks[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                     "\u2585", "\u2586", "\u2587", "\u2588"};
static const char *const signs[] = {".", ":", "|"};

struct marks {
    const char *const *mark;
    int steps;
};

static struct marks marks_now(void)
{
    bool utf8 = draw_is_utf8();
    return (struct marks){
        .mark = utf8 ? blocks : signs,
        .steps = utf8 ? (int)(sizeof(blocks) / sizeof(blocks[0]))
                      : (int)(sizeof(signs) / sizeof(signs[0])),
    };
}

/* How high a figure reaches, in steps: rounded, and never nothing. */
static int steps_of(float figure, float top, int all)
{
    int steps = top > 0 ? (int)(figure / top * (float)all + 0.5f) : 0;
    return steps < 1 ? 1 : steps > all ? all : steps;
}

/* From its foot upwards. */
static void draw_column(struct draw_area area, int foot, int x, enum theme_role role, int steps,
                        const struct marks *marks)
{
    for (int y = foot; steps > 0; y--) {
        int filled = steps < marks->steps ? steps : marks->steps;
        draw_text(area, y, x, 1, role, marks->mark[filled - 1]);
        steps -= filled;
    }
}

void chart_draw(struct draw_area area, int y, int x, int height, enum theme_role role,
                const float *columns, size_t count, float top)
{
    struct marks marks = marks_now();
    for (size_t i = 0; i < count && height > 0; i++)
        if (columns[i] >= 0)
            draw_column(area, y + height - 1, x + (int)i, role,
                        steps_of(columns[i], top, height * marks.steps), &marks);
}

float chart_top(const float *columns, size_t count)
{
    float top = 0;
    for (size_t i = 0; i < count; i++)
        top = columns[i] > top ? columns[i] : top;
    return top;
}
