#include "tui/widgets/table.h"

/* Width that the shown columns take with one blank between two. */
static int taken(const struct table_span *spans, size_t count)
{
    int width = 0;
    for (size_t i = 0; i < count; i++)
        if (spans[i].width > 0)
            width += spans[i].width + (width > 0);
    return width;
}

static bool drop_one(const struct table_column *columns, size_t count, struct table_span *spans)
{
    size_t victim = count;
    for (size_t i = 0; i < count; i++)
        if (spans[i].width > 0 && columns[i].rank > 0 &&
            (victim == count || columns[i].rank > columns[victim].rank))
            victim = i;
    if (victim == count)
        return false;
    spans[victim].width = 0;
    return true;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

void table_layout(const struct table_column *columns, const int *wanted, size_t count,
                  int width, struct table_span *spans)
{
    for (size_t i = 0; i < count; i++)
        spans[i].width = width >= columns[i].from ? columns[i].min : 0;
    while (taken(spans, count) > width && drop_one(columns, count, spans)) {
    }

    int spare = width - taken(spans, count);
    for (size_t i = 0; i < count; i++) {
        int more = smaller(wanted[i], columns[i].max) - spans[i].width;
        if (spans[i].width == 0 || more <= 0 || spare <= 0)
            continue;
        more = smaller(more, spare);
        spans[i].width += more;
        spare -= more;
    }

    int x = 0;
    for (size_t i = 0; i < count; i++) {
        spans[i].x = x;
        if (spans[i].width > 0)
            x += spans[i].width + 1;
    }
}
