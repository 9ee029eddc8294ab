#include "tui/screens/screen_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/widgets/scroll.h"

#define LABEL_WIDTH 9  /* " leave   " */
#define ITEM_WIDTH  35 /* keys and help of one request */
#define KEYS_WIDTH  8

struct screen_help {
    struct screen screen;
    struct scroll scroll;
};

/* Lines that are no requests. */
static const struct note {
    const char *label, *text;
} notes[] = {
    {"keys", "Besides: ^Z suspends (links are closed until fg), ^C quits."},
    {"", ""},
    {"marks", "> cursor   ! error, or stopped by one   * waits for you   + tagged"},
    {"", "~ out of date   GRP: jobs with one number end together; ? is a guess"},
    {"groups", "what needs you is on top, the oldest first; then what moves; what is"},
    {"", "quiet; what has ended (kept until you clear it)"},
    {"verbs", "The bottom line shows those that can take effect on the job under the"},
    {"", "cursor, or on the tagged ones while there are any. Only y confirms in a"},
    {"", "box; n, Esc and Enter send nothing. Where finished work or many jobs"},
    {"", "are at stake, a word is to be typed."},
    {"filter", "and find take words that are in VM, job, type or status; !word for none"},
    {"", "that has it. Sorted by need there are groups, else there are none."},
    {"held", "Rows keep their places for 2 s after a key and while a box is open."},
};

/* Where the next line of the page goes: beyond the area it is clipped. */
struct page {
    struct draw_area area;
    int y; /* from the top of the area; negative when scrolled off */
};

static void draw_item(const struct keymap *keymap, enum request request, struct page *page,
                      int x)
{
    char keys[KEYMAP_KEYS_SIZE];
    keymap_keys(keymap, request, false, keys);
    int used = draw_text(page->area, page->y, x, -1, THEME_KEY, keys);
    int at = used < KEYS_WIDTH ? KEYS_WIDTH : used + 1;
    draw_text(page->area, page->y, x + at, ITEM_WIDTH - 1 - at, THEME_NORMAL,
              keymap_row(request)->help);
}

static int columns_of(struct draw_area area)
{
    int columns = (area.width - LABEL_WIDTH) / ITEM_WIDTH;
    return columns < 1 ? 1 : columns;
}

static void draw_section(const struct keymap *keymap, enum keymap_section section,
                         struct page *page)
{
    int columns = columns_of(page->area), column = 0;
    draw_text(page->area, page->y, 1, -1, THEME_HEADING, keymap_section_title(section));
    for (enum request request = 0; request < REQUEST_COUNT; request++) {
        if (keymap_row(request)->section != section)
            continue;
        if (column == columns) {
            page->y++;
            column = 0;
        }
        draw_item(keymap, request, page, LABEL_WIDTH + column * ITEM_WIDTH);
        column++;
    }
    page->y++;
}

static void draw_notes(struct page *page)
{
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
        draw_text(page->area, page->y, 1, -1, THEME_HEADING, notes[i].label);
        draw_text(page->area, page->y, LABEL_WIDTH, -1, THEME_NORMAL, notes[i].text);
        page->y++;
    }
}

static void draw_title(const struct fleet *fleet, struct draw_area area)
{
    draw_fill(area, 0, 0, area.width, THEME_TITLE, ' ');
    int x = draw_text(area, 0, 0, -1, THEME_TITLE, "HELP  keys as they are set now");
    draw_format(area, 0, x, -1, THEME_TITLE, "   qmptop " QMPTOP_VERSION "   %s",
                fleet->read_only ? "READ-ONLY: no verb is sent" : "read-write");
}

static void help_draw(struct screen *screen, struct app *app, struct draw_area area,
                      int64_t now_ms)
{
    struct screen_help *help = (struct screen_help *)screen;
    struct page page = {draw_sub(area, 1, 0, area.height - 1, area.width), -help->scroll.first};
    (void)now_ms;
    draw_title(app->fleet, area);
    for (enum keymap_section section = 0; section < KEYMAP_SECTION_COUNT; section++)
        draw_section(&app->keymap, section, &page);
    draw_notes(&page);
    if (scroll_drawn(&help->scroll, page.y + help->scroll.first, page.area.height))
        app->dirty = true;
}

static enum screen_reaction help_request(struct screen *screen, struct app *app,
                                         enum request request, int64_t now_ms)
{
    struct screen_help *help = (struct screen_help *)screen;
    (void)app;
    (void)now_ms;
    return scroll_request(&help->scroll, request) ? SCREEN_TAKEN : SCREEN_IGNORED;
}

static void help_free(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops help_ops = {
    .scope = KEYMAP_IN_HELP,
    .draw = help_draw,
    .request = help_request,
    .free = help_free,
};

struct screen *screen_help_new(void)
{
    struct screen_help *help = mem_alloc(1, sizeof(*help));
    help->screen.ops = &help_ops;
    return &help->screen;
}
