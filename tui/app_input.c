/*
 * The terminal's keys on their way to the console: what was pasted and what came too
 * fast to be typed acts nowhere, and the mouse does what keys could do as well.
 */
#include "tui/app.h"

#include "tui/key.h"
#include "tui/term.h"

#define GO_MAX    4096 /* keys taken at once: a flood of them stops nothing else */
#define WHEEL     3    /* rows of one step of the wheel */
#define DOUBLE_MS 400

/* ---- pastes ---------------------------------------------------------------------------- */

static bool is_character(int key)
{
    return key >= ' ' && key < KEY_BASE && key != KEY_CODE_BACKSPACE;
}

/* Only an input line takes what was pasted, and only characters. */
static void take_pasted(struct app *app, int key, int64_t now_ms)
{
    struct screen *screen = app->stack[app->depth - 1];
    app->input.pasted_ms = now_ms;
    if (screen->ops->typing && is_character(key))
        app_offer_key(app, key, now_ms);
    else if (!screen->ops->typing && !app->input.told)
        status_say(&app->status, THEME_NEED, now_ms, "pasted text is not taken as keys");
    app->input.told = true;
    app->dirty = true;
}

/* A terminal that never ends its paste does not lock the keyboard for good, and what
 * comes right behind a burst belongs to it. */
static bool is_pasted(const struct app_input *input, int64_t now_ms)
{
    int64_t silent_ms = now_ms - input->pasted_ms;
    return (input->pasting && silent_ms < APP_PASTE_MS) ||
           (input->bursting && silent_ms < APP_BURST_MS);
}

static void begin_paste(struct app_input *input, bool is_burst, int64_t now_ms)
{
    input->told = false;
    input->pasting = !is_burst;
    input->bursting = is_burst;
    input->pasted_ms = now_ms;
}

/* ---- mouse ----------------------------------------------------------------------------- */

/* Selects; the second time on the same job it is Enter. */
static void click(struct app *app, const struct term_mouse *mouse, int64_t now_ms)
{
    struct screen *screen = app->stack[app->depth - 1];
    struct app_input *input = &app->input;
    if (!screen->ops->click || !screen->ops->click(screen, app, mouse->y, mouse->x))
        return;
    app->dirty = true;
    app->key_ms = now_ms;
    uint64_t uid = app_subject(app);
    bool twice = uid != 0 && uid == input->clicked_uid && mouse->y == input->clicked_y &&
                 now_ms - input->clicked_ms < DOUBLE_MS;
    *input = (struct app_input){
        .behind = input->behind,
        .key = KEY_CODE_NONE,
        .dismissed_ms = input->dismissed_ms,
        .dismiss_key_ms = input->dismiss_key_ms,
        .clicked_uid = twice ? 0 : uid,
        .clicked_y = mouse->y,
        .clicked_ms = now_ms,
    };
    if (twice)
        app_key(app, KEY_CODE_ENTER, now_ms);
}

static void take_mouse(struct app *app, int64_t now_ms)
{
    struct term_mouse mouse;
    if (!term_mouse(&mouse))
        return;
    switch (mouse.action) {
    case TERM_MOUSE_PRESS:
        click(app, &mouse, now_ms);
        break;
    case TERM_MOUSE_WHEEL_UP:
    case TERM_MOUSE_WHEEL_DOWN:
        for (int i = 0; i < WHEEL; i++)
            app_request(app, mouse.action == TERM_MOUSE_WHEEL_UP ? REQUEST_UP : REQUEST_DOWN,
                        now_ms);
        app->key_ms = now_ms;
        break;
    }
}

/* ---- keys ------------------------------------------------------------------------------ */

/* No bracket, and none that nobody knows. */
static bool is_pressed(int key)
{
    return key < KEY_CODE_MOUSE || key >= KEY_CODE_F1;
}

static void take_key(struct app *app, int key, int64_t now_ms)
{
    switch (key) {
    case KEY_CODE_LOST:
        app->leaving = app->lost = true;
        break;
    case KEY_CODE_PASTE:
    case KEY_CODE_BURST:
        begin_paste(&app->input, key == KEY_CODE_BURST, now_ms);
        break;
    case KEY_CODE_PASTE_END:
        app->input.pasting = false;
        break;
    case KEY_CODE_OTHER:
    case KEY_CODE_BURST_END:
        break;
    case KEY_CODE_MOUSE:
        take_mouse(app, now_ms);
        break;
    default:
        if (is_pasted(&app->input, now_ms))
            take_pasted(app, key, now_ms);
        else
            app_key(app, key, now_ms);
    }
}

bool app_takes_end(struct app *app, bool acts)
{
    struct app_input *input = &app->input;
    bool first = input->behind == 0, last = !term_has_keys();
    bool harmless = !acts && !input->refused && (first || last);
    input->refused = !harmless && !(first && last);
    return !input->refused;
}

/* No text has it, or it is a step through the list. */
static bool is_step(const struct app *app, int key)
{
    enum request request =
        keymap_find(&app->keymap, key, app->stack[app->depth - 1]->ops->scope);
    bool textual = is_character(key) || key == KEY_CODE_ENTER || key == KEY_CODE_TAB;
    return !textual || request == REQUEST_UP || request == REQUEST_DOWN;
}

bool app_takes_command(struct app *app, const char *name, int64_t now_ms)
{
    int key;
    size_t i = 0;
    while ((key = term_key_of_go(i)) != KEY_CODE_NONE &&
           (key == app->input.key || is_step(app, key)))
        i++;
    if (key != KEY_CODE_NONE)
        status_say(&app->status, THEME_NEED, now_ms,
                   "%s: came with other keys, may be pasted: press it again", name);
    return key == KEY_CODE_NONE;
}

void app_keys(struct app *app, int64_t now_ms)
{
    for (int i = 0; !app->leaving && (i < GO_MAX || term_has_keys()); i++) {
        if (!term_has_keys())
            app->input.behind = 0;
        int key = term_key();
        if (key == KEY_CODE_NONE)
            break;
        take_key(app, key, now_ms);
        app->input.behind += is_pressed(key);
    }
}
