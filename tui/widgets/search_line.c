#include "tui/widgets/search_line.h"

#include <stdlib.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/key.h"
#include "tui/widgets/prompt.h"

struct search_line {
    struct screen screen;
    const struct search_line_ops *ops;
    void *ctx;
    const char *label, *remark;
    struct prompt prompt;
};

static enum screen_reaction line_key(struct screen *screen, struct app *app, int key,
                                     int64_t now_ms)
{
    struct search_line *line = (struct search_line *)screen;
    (void)now_ms;
    if (key == KEY_CODE_ENTER && !app_takes_end(app, false))
        return SCREEN_TAKEN;
    switch (prompt_key(&line->prompt, key)) {
    case PROMPT_IGNORED:
        return SCREEN_IGNORED;
    case PROMPT_EDIT:
        line->remark = line->ops->changed(line->ctx, app, line->prompt.text);
        return SCREEN_TAKEN;
    case PROMPT_CANCEL:
        line->ops->given_up(line->ctx, app);
        break;
    case PROMPT_DONE:
        break;
    }
    return SCREEN_CLOSE;
}

static void line_draw(struct screen *screen, struct app *app, struct draw_area area,
                      int64_t now_ms)
{
    const struct search_line *line = (const struct search_line *)screen;
    const char *remark = app->input.refused ? PROMPT_PASTED : line->remark;
    enum theme_role role = remark[0] != '\0' ? THEME_NEED : THEME_DIM;
    if (remark[0] == '\0')
        remark = "Enter keeps it, Esc undoes";
    int width = draw_width(remark);
    (void)now_ms;
    if (area.height < 1)
        return;
    struct draw_area bottom = draw_sub(area, area.height - 1, 0, 1, area.width);
    draw_fill(bottom, 0, 0, bottom.width, THEME_NORMAL, ' ');
    if (width + 2 < bottom.width / 2) {
        draw_right(bottom, 0, bottom.width - width - 1, width, role, remark);
        bottom.width -= width + 2;
    }
    prompt_draw(&line->prompt, bottom, 0, line->label);
}

static void line_free(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops line_ops = {
    .scope = KEYMAP_IN_TEXT,
    .overlay = true,
    .typing = true,
    .draw = line_draw,
    .key = line_key,
    .free = line_free,
};

struct screen *search_line_new(const struct search_line_ops *ops, void *ctx, const char *label,
                               const char *initial, size_t max)
{
    struct search_line *line = mem_alloc(1, sizeof(*line));
    line->screen.ops = &line_ops;
    line->ops = ops;
    line->ctx = ctx;
    line->label = label;
    line->remark = "";
    prompt_init(&line->prompt, initial, max);
    return &line->screen;
}
