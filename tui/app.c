#include "tui/app.h"

#include <string.h>

#include "core/format.h"
#include "core/visit.h"
#include "tui/key.h"
#include "tui/term.h"
#include "tui/widgets/footer.h"

void app_init(struct app *app, struct fleet *fleet, const struct app_commands *commands,
              int64_t (*wall_s)(int64_t at_ms))
{
    *app = (struct app){.fleet = fleet,
                        .commands = commands,
                        .wall_s = wall_s,
                        .input.key = KEY_CODE_NONE,
                        .dirty = true};
    keymap_init(&app->keymap);
    status_init(&app->status);
}

static struct screen *top(const struct app *app)
{
    return app->stack[app->depth - 1];
}

/* What the screen has put on top of itself stays. */
static void take_off(struct app *app, struct screen *screen)
{
    size_t at = app->depth - 1;
    while (app->stack[at] != screen)
        at--;
    app->depth--;
    memmove(&app->stack[at], &app->stack[at + 1], (app->depth - at) * sizeof(app->stack[0]));
    app->dirty = true;
    screen->ops->free(screen);
}

void app_release(struct app *app)
{
    while (app->depth > 0)
        take_off(app, top(app));
    keymap_release(&app->keymap);
    alert_release(&app->alert);
}

void app_push(struct app *app, struct screen *screen)
{
    app->dirty = true;
    if (app->depth == APP_DEPTH)
        screen->ops->free(screen);
    else
        app->stack[app->depth++] = screen;
}

bool app_is_holding(const struct app *app, int64_t now_ms)
{
    return app->pinned || top(app)->ops->overlay ||
           (app->key_ms > 0 && now_ms - app->key_ms < APP_HOLD_MS);
}

void app_due(struct app *app, int64_t at_ms)
{
    if (app->due_ms == 0 || at_ms < app->due_ms)
        app->due_ms = at_ms;
}

/* A little late, so that the next answers are usually in the same frame. */
void app_lively(struct app *app, int64_t now_ms)
{
    app_due(app, now_ms + app->fleet->delay_ms + app->fleet->delay_ms / 8);
}

/* ---- verbs ----------------------------------------------------------------------------- */

void app_say_unlit(struct app *app, const char *name, const char *why, int64_t since_ms,
                   int64_t now_ms)
{
    char time[FORMAT_SIZE];
    bool lasts = since_ms != 0;
    status_say(&app->status, THEME_NEED, now_ms, "%s: not now: %s%s%s", name, why,
               lasts ? ", for " : "", lasts ? format_duration(time, now_ms - since_ms) : "");
}

void app_verb(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms)
{
    app->commands->verb(app, uid, verb, now_ms);
}

void app_act(struct app *app, uint64_t uid, enum verb verb, uint64_t argument, int64_t now_ms)
{
    struct action_check check = {.answer = VERB_LIT};
    const struct action *action = action_send(app->fleet, uid, verb, argument, now_ms, &check);
    app->dirty = true;
    if (action)
        status_follow(&app->status, action->serial);
    else
        app_say_unlit(app, verb_name(verb), check.why ? check.why : "it could not be sent",
                      check.since_ms, now_ms);
}

/* ---- keys ------------------------------------------------------------------------------ */

uint64_t app_subject(const struct app *app)
{
    const struct screen *screen = top(app);
    return screen->ops->subject ? screen->ops->subject(screen) : 0;
}

const struct tags *app_tags(const struct app *app)
{
    const struct screen *screen = top(app);
    return screen->ops->tags ? screen->ops->tags(screen) : NULL;
}

/* What the console itself does; the rest is for the screen. */
void app_request(struct app *app, enum request request, int64_t now_ms)
{
    struct screen *screen = top(app);
    if (app->commands->run(app, request, now_ms))
        return;
    if (request == REQUEST_REDRAW) {
        term_redraw();
        app->dirty = true;
    } else if (request == REQUEST_HOLD) {
        app->pinned = !app->pinned;
        app->dirty = true;
    } else if (request == REQUEST_QUIT || (request == REQUEST_LEAVE && app->depth == 1)) {
        app->leaving = true;
    } else if (request == REQUEST_LEAVE || request == REQUEST_CLOSE) {
        if (app->depth > 1)
            take_off(app, screen);
    } else if (screen->ops->request) {
        app->dirty = true;
        if (screen->ops->request(screen, app, request, now_ms) == SCREEN_CLOSE)
            take_off(app, screen);
    }
}

/* Lets the top screen look at the world; true when it has closed itself. */
static bool watch(struct app *app, int64_t now_ms)
{
    struct screen *screen = top(app);
    if (!screen->ops->watch || screen->ops->watch(screen, app, now_ms) != SCREEN_CLOSE)
        return false;
    take_off(app, screen);
    return true;
}

bool app_offer_key(struct app *app, int key, int64_t now_ms)
{
    app->key_ms = now_ms;
    if (app->input.behind == 0)
        app->input.refused = false;
    if (watch(app, now_ms)) /* the key was meant for what is gone */
        return true;
    struct screen *screen = top(app);
    enum screen_reaction reaction = SCREEN_IGNORED;
    if (screen->ops->key)
        reaction = screen->ops->key(screen, app, key, now_ms);
    if (reaction != SCREEN_IGNORED)
        app->dirty = true;
    if (reaction == SCREEN_CLOSE)
        take_off(app, screen);
    return reaction != SCREEN_IGNORED;
}

/* A key was pressed: a QEMU that is only visited and was connected to for a person stays so
 * for longer while that person is at it, on the row of the cursor or in a box. */
static void keep_summoned(const struct app *app, int64_t now_ms)
{
    const struct fleet *fleet = app->fleet;
    bool in_box = top(app)->ops->overlay;
    const struct target *at = fleet_actable(fleet, app_subject(app));
    for (size_t i = 0; i < fleet->target_count; i++)
        if (in_box || fleet->targets[i] == at)
            visit_keep(fleet->targets[i], now_ms);
}

void app_key(struct app *app, int key, int64_t now_ms)
{
    keep_summoned(app, now_ms);
    app->input.repeats = key == app->input.key;
    app->input.key = key;
    if (app_offer_key(app, key, now_ms))
        return;
    enum request request = keymap_find(&app->keymap, key, top(app)->ops->scope);
    if (request != REQUEST_COUNT)
        app_request(app, request, now_ms);
}

/* ---- frames ---------------------------------------------------------------------------- */

bool app_is_dirty(const struct app *app)
{
    return app->dirty || app->told != app->fleet->news;
}

/* Of many targets that are asked in turns a figure is a delay old in the mean anyway: twice
 * as long, half the frames. */
static int64_t patience_ms(const struct fleet *fleet)
{
    int64_t times = fleet->target_count >= FLEET_MANY ? 2 : 1;
    int64_t wait_ms = times * fleet->delay_ms / APP_FIGURES_SHARE;
    return wait_ms < times * APP_FIGURES_MS ? wait_ms : times * APP_FIGURES_MS;
}

int64_t app_due_ms(const struct app *app)
{
    int64_t figures_ms = app->painted_ms + patience_ms(app->fleet);
    bool moved = app->drawn != app->fleet->generation;
    return moved && (app->due_ms == 0 || figures_ms < app->due_ms) ? figures_ms : app->due_ms;
}

void app_tick(struct app *app, int64_t now_ms)
{
    if (app->tick_ms > 0 && now_ms - app->tick_ms >= APP_ASLEEP_MS)
        fleet_wake(app->fleet, now_ms);
    app->tick_ms = now_ms;
    fleet_tick(app->fleet, now_ms);
    int64_t due_ms = app_due_ms(app);
    if (due_ms > 0 && now_ms >= due_ms)
        app->dirty = true;
}

bool app_is_telling(const struct app *app, int64_t now_ms)
{
    struct status_line line;
    return status_show(&app->status, app->fleet, &app->keymap, now_ms, &line);
}

static void draw_status(struct app *app, struct draw_area area, int64_t now_ms)
{
    struct status_line line;
    char text[sizeof(line.text)];
    if (area.height < 2 || !status_show(&app->status, app->fleet, &app->keymap, now_ms, &line))
        return;
    int y = area.height - 1;
    draw_fill(area, y, 0, area.width, line.role, ' ');
    status_line_fit(&line, area.width - 1, text, sizeof(text));
    draw_text(area, y, 1, -1, line.role, text);
    if (line.until_ms > 0)
        app_due(app, line.until_ms);
}

/* The topmost full screen with the status line, and what lies over it. */
static void draw_stack(struct app *app, struct draw_area area, int64_t now_ms)
{
    size_t full = app->depth - 1;
    while (full > 0 && app->stack[full]->ops->overlay)
        full--;
    for (size_t i = full; i < app->depth; i++) {
        app->stack[i]->ops->draw(app->stack[i], app, area, now_ms);
        if (i == full)
            draw_status(app, area, now_ms);
    }
}

void app_paint(struct app *app, int64_t now_ms)
{
    watch(app, now_ms);
    errand_run(app->fleet->errand, app->fleet, now_ms);
    alert_look(&app->alert, app->fleet, now_ms);
    app->due_ms = 0;
    app->dirty = false;
    app->drawn = app->fleet->generation;
    app->told = app->fleet->news;
    app->painted_ms = now_ms;

    struct draw_area area = term_begin();
    struct draw_area body = area;
    app->low = area.height < APP_LOW;
    if (!app->low)
        body.height--;
    draw_stack(app, body, now_ms);
    if (!app->low)
        footer_draw(app, draw_sub(area, body.height, 0, 1, area.width));
    if (app->key_ms > 0 && now_ms - app->key_ms < APP_HOLD_MS)
        app_due(app, app->key_ms + APP_HOLD_MS);
    term_end();
}
