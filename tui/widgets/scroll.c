#include "tui/widgets/scroll.h"

static void put(struct scroll *scroll, int first)
{
    int last = scroll->lines > scroll->height ? scroll->lines - scroll->height : 0;
    scroll->first = first > last ? last : first;
    if (scroll->first < 0)
        scroll->first = 0;
}

bool scroll_request(struct scroll *scroll, enum request request)
{
    if (request == REQUEST_UP)
        put(scroll, scroll->first - 1);
    else if (request == REQUEST_DOWN)
        put(scroll, scroll->first + 1);
    else if (request == REQUEST_PAGE_UP)
        put(scroll, scroll->first - scroll->height);
    else if (request == REQUEST_PAGE_DOWN)
        put(scroll, scroll->first + scroll->height);
    else if (request == REQUEST_TOP)
        put(scroll, 0);
    else if (request == REQUEST_BOTTOM)
        put(scroll, scroll->lines);
    else
        return false;
    return true;
}

bool scroll_drawn(struct scroll *scroll, int lines, int height)
{
    int before = scroll->first;
    scroll->lines = lines;
    scroll->height = height;
    put(scroll, before);
    return scroll->first != before;
}
