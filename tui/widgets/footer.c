#include "tui/widgets/footer.h"

#include "tui/app.h"

#define GAP 2

/* Columns that "key word" takes; 0 when the request is not in this footer. */
static int item_width(const struct app *app, enum request request)
{
    char keys[KEYMAP_KEYS_SIZE];
    const char *word = app->commands->word(app, request);
    if (!word || keymap_keys(&app->keymap, request, true, keys)[0] == '\0')
        return 0;
    return draw_width(keys) + 1 + draw_width(word);
}

static bool is_grey(const struct app *app, enum request request)
{
    const struct screen *screen = app->stack[app->depth - 1];
    return screen->ops->offers && !screen->ops->offers(screen, app->fleet, request);
}

static void draw_item(const struct app *app, enum request request, struct draw_area area, int x)
{
    char keys[KEYMAP_KEYS_SIZE];
    keymap_keys(&app->keymap, request, true, keys);
    enum theme_role role = is_grey(app, request) ? THEME_DIM : THEME_KEY;
    x += draw_text(area, 0, x, -1, role, keys) + 1;
    draw_text(area, 0, x, -1, THEME_DIM, app->commands->word(app, request));
}

/* Always there, as far as there is room at all: the way out, and to all others. */
static bool is_kept(enum request request)
{
    return request == REQUEST_LEAVE || request == REQUEST_HELP;
}

/* Chooses in table order, but keeps room for what is always there. */
void footer_draw(const struct app *app, struct draw_area area)
{
    int leave = item_width(app, REQUEST_LEAVE), help = item_width(app, REQUEST_HELP);
    int room = area.width - 1 - leave - (help > 0 ? help + GAP : 0);
    int x = 1;
    for (enum request request = 0; request < REQUEST_COUNT; request++) {
        int width = item_width(app, request);
        if (width == 0 || (!is_kept(request) && width + GAP > room))
            continue;
        if (!is_kept(request))
            room -= width + GAP;
        draw_item(app, request, area, x);
        x += width + GAP;
    }
}
