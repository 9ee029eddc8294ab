#include "tui/widgets/names.h"

#include "tui/draw.h"

int names_split(int first, int second, int room)
{
    int half = room / 2;
    if (first + second <= room || first <= half)
        return first;
    return second < room - half ? room - second : half;
}

int names_fit(struct names *names, const char *vm, const char *job, int room)
{
    int first = draw_width(vm), second = draw_width(job);
    int share = names_split(first, second, room);
    draw_shorten(vm, share, names->vm, sizeof(names->vm));
    draw_shorten(job, room - share, names->job, sizeof(names->job));
    return first + second;
}
