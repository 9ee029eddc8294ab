#include "tui/screens/jobs_pane.h"

#include <stdio.h>

#include "tui/app.h"
#include "tui/screens/job_detail.h"

#define WIDTH_FROM 140 /* columns of a screen from which on it is there */

int jobs_pane_width(int width)
{
    return width < WIDTH_FROM ? 0 : width / 3;
}

/* ---- drawing --------------------------------------------------------------------------- */

/* The focus is a heavier line and a mark at the title, not only a colour. */
static void draw_edge(const struct jobs_pane *pane, struct draw_area area)
{
    const char *light = draw_is_utf8() ? "\u2502" : "|",
               *heavy = draw_is_utf8() ? "\u2503" : "#";
    for (int y = 0; y < area.height; y++)
        draw_text(area, y, 0, 1, pane->focused ? THEME_KEY : THEME_HEADING,
                  pane->focused ? heavy : light);
}

/* That the page goes on, and which keys show the rest. */
static void draw_more(const struct jobs_pane *pane, const struct app *app,
                      struct draw_area page)
{
    char tab[KEYMAP_KEYS_SIZE], detail[KEYMAP_KEYS_SIZE];
    const struct scroll *scroll = &pane->scroll;
    int y = page.height - 1, last = scroll->first + scroll->height;
    keymap_keys(&app->keymap, REQUEST_PANE, true, tab);
    keymap_keys(&app->keymap, REQUEST_DETAIL, true, detail);
    enum theme_role role = pane->focused ? THEME_KEY : THEME_HEADING;
    draw_fill(page, y, 0, page.width, role, '-');
    if (!pane->focused && scroll->first == 0)
        draw_format(page, y, 2, -1, role, " %d more lines, %s scrolls, %s shows all ",
                    scroll->lines - last, tab, detail);
    else
        draw_format(page, y, 2, -1, role, " lines %d to %d of %d, %s %s ", scroll->first + 1,
                    last, scroll->lines, tab, pane->focused ? "goes back" : "scrolls");
}

/* The page and, where it is longer than its room, a line about that. */
static void draw_page(struct jobs_pane *pane, struct app *app, struct draw_area page,
                      int64_t now_ms)
{
    int lines = job_detail_beside(app, pane->uid, page, pane->scroll.first, now_ms);
    bool longer = lines >= page.height && page.height > 2;
    if (scroll_drawn(&pane->scroll, lines, page.height - 1 - longer))
        app->dirty = true;
    if (longer)
        draw_more(pane, app, page);
    if (!pane->focused)
        return;
    draw_text(page, 0, 0, 1, THEME_TITLE, ">");
    draw_recolour(page, 0, 0, page.width, THEME_SELECT);
}

void jobs_pane_draw(struct jobs_pane *pane, struct app *app, uint64_t uid,
                    struct draw_area area, int64_t now_ms)
{
    if (uid != pane->uid)
        pane->scroll.first = 0;
    pane->uid = uid;
    pane->area = area;
    pane->focused = pane->focused && jobs_pane_can_scroll(pane);
    if (area.width == 0)
        return;
    draw_edge(pane, area);
    draw_page(pane, app, draw_sub(area, 0, 1, area.height, area.width - 1), now_ms);
}

/* ---- focus ----------------------------------------------------------------------------- */

bool jobs_pane_can_scroll(const struct jobs_pane *pane)
{
    return pane->area.width > 0 && pane->uid != 0;
}

static void say_why_not(const struct jobs_pane *pane, struct app *app, int64_t now_ms)
{
    if (pane->area.width > 0)
        status_say(&app->status, THEME_NEED, now_ms, "no job is selected");
    else
        status_say(&app->status, THEME_NEED, now_ms,
                   "no page stands beside the list: that takes %d columns", WIDTH_FROM);
}

bool jobs_pane_request(struct jobs_pane *pane, struct app *app, enum request request,
                       int64_t now_ms)
{
    if (request != REQUEST_PANE)
        return pane->focused && scroll_request(&pane->scroll, request);
    if (jobs_pane_can_scroll(pane))
        pane->focused = !pane->focused;
    else
        say_why_not(pane, app, now_ms);
    return true;
}

bool jobs_pane_click(struct jobs_pane *pane, struct app *app, int y, int x)
{
    const struct draw_area *area = &pane->area;
    bool inside =
        x >= area->x && x < area->x + area->width && y >= area->y && y < area->y + area->height;
    bool focused = inside && jobs_pane_can_scroll(pane);
    app->dirty = app->dirty || focused != pane->focused;
    pane->focused = focused;
    return inside;
}
