#include "tui/widgets/prompt_box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/key.h"
#include "tui/widgets/names.h"
#include "tui/widgets/prompt.h"

#define BOX_WIDTH  80
#define LINES      4 /* hint, text, what is wrong, keys */
#define TITLE_SIZE (2 * NAMES_SIZE + 64)

struct prompt_box {
    struct screen screen;
    const struct prompt_box_ops *ops;
    void *ctx;
    char *title, *hint;
    char *vm, *job; /* what it is about; NULL = no job */
    struct prompt prompt;
};

static const char *why_not(const struct prompt_box *box, struct app *app)
{
    return box->ops->why_not ? box->ops->why_not(box->ctx, app, box->prompt.text) : NULL;
}

static enum screen_reaction box_key(struct screen *screen, struct app *app, int key,
                                    int64_t now_ms)
{
    struct prompt_box *box = (struct prompt_box *)screen;
    switch (prompt_key(&box->prompt, key)) {
    case PROMPT_IGNORED:
        return key == KEY_CONTROL('L') ? SCREEN_IGNORED : SCREEN_TAKEN;
    case PROMPT_EDIT:
        return SCREEN_TAKEN;
    case PROMPT_CANCEL:
        return SCREEN_CLOSE;
    case PROMPT_DONE:
        break;
    }
    if (why_not(box, app) || !app_takes_end(app, true))
        return SCREEN_TAKEN;
    box->ops->done(box->ctx, app, box->prompt.text, now_ms);
    return SCREEN_CLOSE;
}

static enum screen_reaction box_watch(struct screen *screen, struct app *app, int64_t now_ms)
{
    const struct prompt_box *box = (const struct prompt_box *)screen;
    const char *why = box->ops->lost ? box->ops->lost(box->ctx, app, now_ms) : NULL;
    if (!why)
        return SCREEN_IGNORED;
    if (box->vm)
        status_tell(&app->status, THEME_ERROR, now_ms, box->title, box->vm, box->job,
                    "nothing was done: %s", why);
    else
        status_say(&app->status, THEME_ERROR, now_ms, "%s: nothing was done: %s", box->title,
                   why);
    return SCREEN_CLOSE;
}

static void write_title(const struct prompt_box *box, int room, char title[TITLE_SIZE])
{
    struct names names;
    snprintf(title, TITLE_SIZE, "%s", box->title);
    if (!box->vm)
        return;
    names_fit(&names, box->vm, box->job, room - draw_width(box->title) - 5);
    snprintf(title, TITLE_SIZE, "%.60s %s on %s", box->title, names.job, names.vm);
}

/* Where there is no room for a frame: one line, and above it which job where that has one. */
static void draw_tiny(const struct prompt_box *box, const struct app *app,
                      struct draw_area area)
{
    char title[TITLE_SIZE];
    if (area.height < 1)
        return;
    int y = area.height - 1;
    draw_fill(area, y, 0, area.width, THEME_NORMAL, ' ');
    prompt_draw(&box->prompt, area, y, app->input.refused ? PROMPT_PASTED : box->title);
    if (!box->vm || y < 1)
        return;
    write_title(box, area.width, title);
    draw_fill(area, y - 1, 0, area.width, THEME_NORMAL, ' ');
    draw_text(area, y - 1, 0, -1, THEME_BOX, title);
}

static void draw_lines(const struct prompt_box *box, struct app *app, struct draw_area inside)
{
    static const char keys[] = "Enter takes it", leave[] = "Esc nothing";
    struct draw_area text = draw_sub(inside, 0, 1, LINES, inside.width - 2);
    bool pasted = app->input.refused;
    const char *why = pasted ? PROMPT_PASTED : why_not(box, app);
    draw_text(text, 0, 0, -1, THEME_NORMAL, box->hint);
    prompt_draw(&box->prompt, text, 1, ">");
    draw_text(text, 2, 0, -1, THEME_NEED, why ? why : "");
    draw_text(text, 3, 0, -1, why && !pasted ? THEME_DIM : THEME_KEY, keys);
    if (text.width > (int)(sizeof(keys) + sizeof(leave)))
        draw_right(text, 3, 0, text.width, THEME_DIM, leave);
}

static void box_draw(struct screen *screen, struct app *app, struct draw_area area,
                     int64_t now_ms)
{
    const struct prompt_box *box = (const struct prompt_box *)screen;
    int width = area.width < BOX_WIDTH ? area.width : BOX_WIDTH;
    char title[TITLE_SIZE];
    (void)now_ms;
    if (area.height < LINES + 2 || width < 20) {
        draw_tiny(box, app, area);
        return;
    }
    struct draw_area frame =
        draw_sub(area, area.height - LINES - 2, (area.width - width) / 2, LINES + 2, width);
    write_title(box, width - 6, title);
    draw_lines(box, app, draw_box(frame, THEME_BOX, title));
}

static void box_free(struct screen *screen)
{
    struct prompt_box *box = (struct prompt_box *)screen;
    if (box->ops->free)
        box->ops->free(box->ctx);
    free(box->title);
    free(box->vm);
    free(box->job);
    free(box->hint);
    free(box);
}

static const struct screen_ops box_ops = {
    .scope = KEYMAP_IN_TEXT,
    .overlay = true,
    .typing = true,
    .draw = box_draw,
    .key = box_key,
    .watch = box_watch,
    .free = box_free,
};

struct screen *prompt_box_new(const struct prompt_box_ops *ops, void *ctx, const char *title,
                              const char *hint, const char *initial)
{
    struct prompt_box *box = mem_alloc(1, sizeof(*box));
    box->screen.ops = &box_ops;
    box->ops = ops;
    box->ctx = ctx;
    box->title = mem_dup(title);
    box->hint = mem_dup(hint);
    prompt_init(&box->prompt, initial, 0);
    return &box->screen;
}

void prompt_box_name(struct screen *screen, const char *vm, const char *job)
{
    struct prompt_box *box = (struct prompt_box *)screen;
    box->vm = mem_dup(vm);
    box->job = mem_dup(job);
}
