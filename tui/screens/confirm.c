#include "tui/screens/confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/key.h"
#include "tui/screens/confirm_inner.h"
#include "tui/term.h"
#include "tui/widgets/box_lines.h"

enum verb_tier confirm_tier(const struct app *app, enum verb_tier tier)
{
    return app->confirm_more && tier < VERB_TIER_TYPE ? tier + 1 : tier;
}

/* ---- closing by itself ----------------------------------------------------------------- */

static enum screen_reaction confirm_watch(struct screen *screen, struct app *app,
                                          int64_t now_ms)
{
    const struct confirm *confirm = (struct confirm *)screen;
    const char *why = confirm->matter->lost_ground(confirm, app->fleet);
    if (!why)
        return SCREEN_IGNORED;
    status_say(&app->status, THEME_ERROR, now_ms, "%s: nothing was sent: %s", confirm->name,
               why);
    return SCREEN_CLOSE;
}

/* ---- keys ------------------------------------------------------------------------------ */

static enum screen_reaction confirm_key(struct screen *screen, struct app *app, int key,
                                        int64_t now_ms)
{
    struct confirm *confirm = (struct confirm *)screen;
    switch (answer_key(&confirm->answer, key, now_ms)) {
    case ANSWER_IGNORED:
        break;
    case ANSWER_TAKEN:
        return SCREEN_TAKEN;
    case ANSWER_YES:
        confirm->matter->act(confirm, app, now_ms);
        return SCREEN_CLOSE;
    case ANSWER_NO:
        status_say(&app->status, THEME_STATUS, now_ms, "%s: nothing was sent", confirm->name);
        return SCREEN_CLOSE;
    }
    return SCREEN_IGNORED;
}

/* ---- drawing --------------------------------------------------------------------------- */

/* What will happen, what it takes, what is lost, and what else there is to know. */
static void write_outlook(const struct confirm *confirm, const struct fleet *fleet,
                          struct draw_area area, struct box_lines *lines)
{
    const struct confirm_matter *matter = confirm->matter;
    enum theme_role role = confirm->tier == VERB_TIER_TYPE ? THEME_DANGER : THEME_NORMAL;
    char text[BOX_LINE_SIZE];
    box_lines_wrap(lines, role, area, matter->consequence(confirm, fleet));
    if (confirm->text)
        box_lines_wrap(lines, role, area, confirm->text);
    if (confirm->tier == VERB_TIER_TYPE) {
        matter->loss(confirm, fleet, text, sizeof(text));
        box_lines_wrap(lines, role, area, text);
    }
    if (matter->warning && matter->warning(confirm, fleet, text, sizeof(text)))
        box_lines_wrap(lines, THEME_DANGER, area, text);
    if (matter->managed && matter->managed(confirm, fleet, text, sizeof(text)))
        box_lines_wrap(lines, THEME_DANGER, area, text);
    if (matter->advice)
        box_lines_wrap(lines, THEME_NEED, area, matter->advice(confirm, fleet));
}

static void write_lines(const struct confirm *confirm, const struct app *app,
                        struct draw_area area, int64_t now_ms, struct box_lines *lines)
{
    const struct confirm_matter *matter = confirm->matter;
    struct box_line *line = box_lines_add(lines, THEME_DIM, 2);
    snprintf(line->text, sizeof(line->text), "%s", confirm->identity);

    line = box_lines_add(lines, THEME_NORMAL, 1);
    char state[BOX_LINE_SIZE - 8];
    const struct target *target = matter->state(confirm, app, now_ms, state, sizeof(state));
    snprintf(line->text, sizeof(line->text), "now: %s", state);
    box_lines_age(line, target, now_ms);

    box_lines_add(lines, THEME_NORMAL, 4);
    write_outlook(confirm, app->fleet, area, lines);
    box_lines_add(lines, THEME_NORMAL, 3);
}

static void confirm_draw(struct screen *screen, struct app *app, struct draw_area area,
                         int64_t now_ms)
{
    const struct confirm *confirm = (struct confirm *)screen;
    struct box_lines lines = {.count = 0};
    struct draw_area inside;
    enum theme_role role = confirm->tier == VERB_TIER_TYPE ? THEME_DANGER : THEME_BOX;
    char does[ANSWER_VERB_SIZE];
    app_lively(app, now_ms);
    answer_due(&confirm->answer, app, now_ms);
    if (confirm->matter->lost_ground(confirm, app->fleet))
        return;
    snprintf(does, sizeof(does), "%s it", confirm->name);
    write_lines(confirm, app, area, now_ms, &lines);
    answer_lines(&confirm->answer, &lines, does, now_ms);
    if (box_lines_draw(&lines, area, role, confirm->title, &inside))
        answer_draw(&confirm->answer, inside);
    else
        answer_draw_tiny(&confirm->answer, area, confirm->title);
}

/* ---- life ------------------------------------------------------------------------------ */

static void confirm_free(struct screen *screen)
{
    struct confirm *confirm = (struct confirm *)screen;
    free(confirm->text);
    free(confirm->title);
    free(confirm->identity);
    free(confirm);
}

static const struct screen_ops pressed_ops = {
    .scope = KEYMAP_IN_BOX,
    .overlay = true,
    .draw = confirm_draw,
    .key = confirm_key,
    .watch = confirm_watch,
    .free = confirm_free,
};

static const struct screen_ops typed_ops = {
    .scope = KEYMAP_IN_TEXT,
    .overlay = true,
    .draw = confirm_draw,
    .key = confirm_key,
    .watch = confirm_watch,
    .free = confirm_free,
};

static void freeze_identity(struct confirm *confirm, const struct target *target,
                            const char *subject, const char *kind)
{
    char name[32], text[BOX_LINE_SIZE];
    box_lines_capitals(confirm->name, name, sizeof(name));
    snprintf(text, sizeof(text), "%s %s on %s ?", name, subject, target_label(target));
    confirm->title = mem_dup(text);
    snprintf(text, sizeof(text), "%s, socket %s", kind, target->endpoint);
    confirm->identity = mem_dup(text);
}

struct screen *confirm_open(const struct app *app, const struct confirm *wish,
                            const struct target *target, const char *subject, const char *kind,
                            int64_t now_ms)
{
    bool typed = confirm_tier(app, wish->tier) == VERB_TIER_TYPE;
    struct confirm *confirm = mem_alloc(1, sizeof(*confirm));
    *confirm = *wish;
    confirm->screen.ops = typed ? &typed_ops : &pressed_ops;
    confirm->text = mem_dup(wish->text);
    answer_init(&confirm->answer, typed ? target_label(target) : NULL, now_ms);
    freeze_identity(confirm, target, subject, kind);
    term_flush_keys();
    return &confirm->screen;
}
