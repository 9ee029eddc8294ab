#include "tui/screens/screen_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/widgets/fields.h"
#include "tui/widgets/scroll.h"

#define LABEL_WIDTH   9  /* " leave   " */
#define ITEM_WIDTH    35 /* keys and help of one request */
#define KEYS_WIDTH    8
#define NARROW_INDENT 2    /* of what stands below its label */
#define CONFIG_SIZE   4200 /* a path and a few words */

struct screen_help {
    struct screen screen;
    struct scroll scroll;
};

/* Paragraphs that are no requests. */
static const struct note {
    const char *label, *text;
} notes[] = {
    {"keys", "Besides: ^Z suspends (links are closed until fg), ^C quits."},
    {"marks", "> cursor   ! error, or stopped by one   * waits for you   + tagged"},
    {"", "~ out of date   GRP: jobs with one number end together; ? is a guess"},
    {"groups",
     "what needs you is on top, the oldest first; then what moves; what is quiet; what "
     "has ended (kept until you clear it)"},
    {"verbs",
     "The bottom line shows those that can take effect on the job under the cursor, or "
     "on the tagged ones while there are any. Only y confirms in a box; n, Esc and "
     "Enter send nothing. Where finished work or many jobs are at stake, a word is to "
     "be typed."},
    {"filter", "and find take words that are in VM, job, type or status; !word for none that "
               "has it. Sorted by need there are groups, else there are none."},
    {"held", "Rows keep their places for 2 s after a key and while a box is open."},
};

static bool is_narrow(const struct fields *page)
{
    return page->area.width < LABEL_WIDTH + ITEM_WIDTH;
}

/* Where there is no room for it beside the text, a label has a line of its own. */
static void draw_label(struct fields *page, const char *label)
{
    draw_text(page->area, page->y, 1, -1, THEME_HEADING, label);
    if (is_narrow(page) && label[0] != '\0')
        page->y++;
}

static int indent_of(const struct fields *page)
{
    return is_narrow(page) ? NARROW_INDENT : LABEL_WIDTH;
}

/* ---- keys ------------------------------------------------------------------------------ */

static void draw_item(const struct keymap *keymap, enum request request, struct fields *page,
                      int x)
{
    char keys[KEYMAP_KEYS_SIZE];
    keymap_keys(keymap, request, false, keys);
    int used = draw_text(page->area, page->y, x, -1, THEME_KEY, keys);
    int at = used < KEYS_WIDTH ? KEYS_WIDTH : used + 1;
    if (is_narrow(page))
        fields_item(page, THEME_NORMAL, "", x + at, THEME_NORMAL, keymap_row(request)->help);
    else
        draw_text(page->area, page->y, x + at, ITEM_WIDTH - 1 - at, THEME_NORMAL,
                  keymap_row(request)->help);
}

static void draw_section(const struct keymap *keymap, enum keymap_section section,
                         struct fields *page)
{
    int columns = (page->area.width - LABEL_WIDTH) / ITEM_WIDTH, column = 0;
    draw_label(page, keymap_section_title(section));
    for (enum request request = 0; request < REQUEST_COUNT; request++) {
        if (keymap_row(request)->section != section)
            continue;
        if (columns > 0 && column == columns) {
            page->y++;
            column = 0;
        }
        draw_item(keymap, request, page, indent_of(page) + column * ITEM_WIDTH);
        column += columns > 0;
    }
    page->y += columns > 0;
}

/* ---- the rest -------------------------------------------------------------------------- */

static void draw_note(struct fields *page, const char *label, const char *text)
{
    draw_label(page, label);
    fields_item(page, THEME_NORMAL, "", indent_of(page), THEME_NORMAL, text);
}

static void draw_config(const struct app *app, struct fields *page)
{
    char text[CONFIG_SIZE];
    if (app->config)
        snprintf(text, sizeof(text), "%s", app->config);
    else if (app->no_config)
        snprintf(text, sizeof(text), "none; looked for at %s", app->no_config);
    else
        snprintf(text, sizeof(text), "none, and no home folder to look in");
    draw_note(page, "config", text);
}

static void draw_sockets(const struct app *app, struct fields *page, int64_t now_ms)
{
    char text[KEYMAP_KEYS_SIZE + 80], keys[KEYMAP_KEYS_SIZE];
    struct fleet_counts counts = fleet_count(app->fleet, now_ms);
    keymap_keys(&app->keymap, REQUEST_TARGETS, true, keys);
    snprintf(text, sizeof(text), "%zu, %zu of them connected%s%s%s", counts.targets, counts.up,
             keys[0] != '\0' ? " (" : "", keys,
             keys[0] != '\0' ? " in the list shows them)" : "");
    draw_note(page, "sockets", text);
}

/* What may be sent is told at any width; where there is room for it, also that there is more
 * than the page shows. */
static void draw_title(const struct fleet *fleet, const struct scroll *scroll,
                       struct draw_area area)
{
    static const char version[] = "   qmptop " QMPTOP_VERSION " ";
    const char *mode = fleet->read_only ? "READ-ONLY: no verb is sent" : "read-write";
    const char *lead = "HELP  keys as they are set now", *middle = version;
    char place[48] = "";
    int last = scroll->first + scroll->height;
    if (draw_width(lead) + draw_width(middle) + 2 + draw_width(mode) > area.width)
        lead = "HELP";
    if (draw_width(lead) + draw_width(middle) + 2 + draw_width(mode) > area.width)
        middle = "";
    if (scroll->lines > scroll->height)
        snprintf(place, sizeof(place), "%d-%d of %d", scroll->first + 1,
                 last < scroll->lines ? last : scroll->lines, scroll->lines);
    draw_fill(area, 0, 0, area.width, THEME_TITLE, ' ');
    int x = draw_format(area, 0, 0, -1, THEME_TITLE, "%s%s  %s", lead, middle, mode);
    int width = draw_width(place);
    if (x + 2 + width <= area.width)
        draw_right(area, 0, area.width - width, width, THEME_TITLE, place);
}

static void help_draw(struct screen *screen, struct app *app, struct draw_area area,
                      int64_t now_ms)
{
    struct screen_help *help = (struct screen_help *)screen;
    struct draw_area body = draw_sub(area, 1, 0, area.height - 1, area.width);
    struct fields page;
    fields_begin(&page, body, help->scroll.first);
    for (enum keymap_section section = 0; section < KEYMAP_SECTION_COUNT; section++)
        draw_section(&app->keymap, section, &page);
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
        draw_note(&page, notes[i].label, notes[i].text);
    draw_sockets(app, &page, now_ms);
    draw_config(app, &page);
    if (scroll_drawn(&help->scroll, fields_end(&page), body.height))
        app->dirty = true;
    draw_title(app->fleet, &help->scroll, area);
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
