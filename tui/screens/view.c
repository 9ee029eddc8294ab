#include "tui/screens/view.h"

#include <stdio.h>
#include <string.h>

#include "tui/app.h"
#include "tui/term.h"
#include "tui/theme.h"
#include "tui/theme_load.h"

/* Looks for the first name behind `after`, and the first of all. */
struct search {
    const char *after;
    char next[sizeof(((struct app *)0)->theme)], first[sizeof(((struct app *)0)->theme)];
};

static void take_if_before(char *best, size_t size, const char *name)
{
    if (best[0] == '\0' || strcmp(name, best) < 0)
        snprintf(best, size, "%s", name);
}

static void look_at(const char *name, const char *path, void *argument)
{
    struct search *search = argument;
    (void)path;
    take_if_before(search->first, sizeof(search->first), name);
    if (strcmp(name, search->after) > 0)
        take_if_before(search->next, sizeof(search->next), name);
}

/* By name, and from the last to the first: each press moves on, also from a theme
 * that cannot be read. */
static void next_theme(struct app *app, int64_t now_ms)
{
    char error[THEME_ERROR_SIZE];
    struct search search = {.after = app->theme};
    struct theme theme;
    theme_list(look_at, &search);
    snprintf(app->theme, sizeof(app->theme), "%s",
             search.next[0] != '\0' ? search.next : search.first);
    if (!theme_load(&theme, app->theme, error)) {
        status_say(&app->status, THEME_ERROR, now_ms, "%s", error);
        return;
    }
    term_set_theme(&theme);
    term_redraw();
    status_say(&app->status, THEME_STATUS, now_ms, "theme: %s", app->theme);
}

static void toggle_mouse(struct app *app, int64_t now_ms)
{
    app->mouse = !app->mouse;
    term_set_mouse(app->mouse);
    status_say(&app->status, THEME_STATUS, now_ms, "mouse: %s",
               app->mouse ? "on (click selects, twice opens, the wheel moves)" : "off");
}

bool view_request(struct app *app, enum request request, int64_t now_ms)
{
    if (request == REQUEST_THEME)
        next_theme(app, now_ms);
    else if (request == REQUEST_MOUSE)
        toggle_mouse(app, now_ms);
    else
        return false;
    return true;
}
