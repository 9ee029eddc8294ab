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
#include "tui/widgets/names.h"

#define TITLE_SIZE (2 * NAMES_SIZE + 64)

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
    status_tell(&app->status, THEME_ERROR, now_ms, confirm->name, confirm->vm, confirm->subject,
                "nothing was sent: %s", why);
    return SCREEN_CLOSE;
}

/* ---- keys ------------------------------------------------------------------------------ */

static enum screen_reaction confirm_key(struct screen *screen, struct app *app, int key,
                                        int64_t now_ms)
{
    struct confirm *confirm = (struct confirm *)screen;
    switch (answer_key(&confirm->answer, app, key, now_ms)) {
    case ANSWER_IGNORED:
        break;
    case ANSWER_TAKEN:
        return SCREEN_TAKEN;
    case ANSWER_YES:
        confirm->matter->act(confirm, app, now_ms);
        return SCREEN_CLOSE;
    case ANSWER_NO:
        status_tell(&app->status, THEME_STATUS, now_ms, confirm->name, confirm->vm,
                    confirm->subject, "nothing was sent");
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
    if (matter->argument(confirm, fleet, text, sizeof(text)))
        box_lines_wrap(lines, role, area, text);
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

/* "CANCEL mirror0 on web-01 ?" in `room` columns; false when a name had to be cut. */
static bool write_title(const struct confirm *confirm, int room, char title[TITLE_SIZE])
{
    char verb[32];
    struct names names;
    box_lines_capitals(confirm->name, verb, sizeof(verb));
    room -= (int)strlen(verb) + 7;
    int wanted = names_fit(&names, confirm->vm, confirm->subject, room);
    snprintf(title, TITLE_SIZE, "%s %s on %s ?", verb, names.job, names.vm);
    return wanted <= room;
}

/* In a frame, with both names in full if there is room. */
static bool draw_framed(const struct confirm *confirm, struct app *app, struct draw_area area,
                        bool in_full, int64_t now_ms)
{
    char title[TITLE_SIZE], does[ANSWER_VERB_SIZE];
    struct box_lines lines = {.count = 0};
    enum theme_role role = confirm->tier == VERB_TIER_TYPE ? THEME_DANGER : THEME_BOX;
    struct draw_area inside;
    if (!write_title(confirm, box_lines_room(area) - 2, title) && in_full) {
        box_lines_name(&lines, area, "VM", confirm->vm);
        box_lines_name(&lines, area, "job", confirm->subject);
    }
    snprintf(does, sizeof(does), "%s it", confirm->does);
    write_lines(confirm, app, area, now_ms, &lines);
    answer_lines(&confirm->answer, &lines, does, box_lines_room(area), now_ms);
    if (!box_lines_draw(&lines, area, role, title, &inside))
        return false;
    answer_draw(&confirm->answer, &lines,
                draw_sub(inside, 0, 1, inside.height, inside.width - 2));
    return true;
}

/* On one line where it has room, else the names on lines of their own. */
static void name_in_full(const struct confirm *confirm, const char *verb, enum theme_role role,
                         struct draw_area area, struct box_lines *lines)
{
    struct box_line *line = box_lines_add(lines, role, 0);
    struct names names;
    int room = area.width - (int)strlen(verb) - 5;
    if (names_fit(&names, confirm->vm, confirm->subject, room) <= room) {
        snprintf(line->text, sizeof(line->text), "%.20s %.220s on %.220s", verb, names.job,
                 names.vm);
        return;
    }
    snprintf(line->text, sizeof(line->text), "%s", verb);
    draw_shorten(confirm->subject, area.width, box_lines_add(lines, role, 0)->text,
                 BOX_LINE_SIZE);
    draw_shorten(confirm->vm, area.width, box_lines_add(lines, role, 0)->text, BOX_LINE_SIZE);
}

/* As much as there is room for, the first lines first. */
static void write_some_outlook(const struct confirm *confirm, const struct fleet *fleet,
                               struct draw_area area, struct box_lines *lines)
{
    int first = lines->count;
    write_outlook(confirm, fleet, area, lines);
    for (int i = first; i < lines->count; i++)
        lines->line[i].rank = i;
}

/* Without one: which job, what will happen as far as there is room, how to answer. */
static bool draw_bare(const struct confirm *confirm, const struct app *app,
                      struct draw_area area, bool in_full, int64_t now_ms)
{
    char verb[32], does[ANSWER_VERB_SIZE];
    struct box_lines lines = {.count = 0};
    struct draw_area inside;
    enum theme_role role = confirm->tier == VERB_TIER_TYPE ? THEME_DANGER : THEME_BOX;
    box_lines_capitals(confirm->name, verb, sizeof(verb));
    snprintf(does, sizeof(does), "%s it", confirm->does);
    if (in_full) {
        name_in_full(confirm, verb, role, area, &lines);
        write_some_outlook(confirm, app->fleet, area, &lines);
    } else {
        struct box_line *line = box_lines_add(&lines, role, 0);
        struct names names;
        names_fit(&names, confirm->vm, confirm->subject, area.width - (int)strlen(verb) - 2);
        snprintf(line->text, sizeof(line->text), "%.20s %.200s %.200s", verb, names.vm,
                 names.job);
    }
    answer_lines(&confirm->answer, &lines, does, area.width, now_ms);
    box_lines_fit(&lines, area.height);
    if (!box_lines_bare(&lines, area, &inside))
        return false;
    answer_draw(&confirm->answer, &lines, inside);
    return true;
}

static void confirm_draw(struct screen *screen, struct app *app, struct draw_area area,
                         int64_t now_ms)
{
    const struct confirm *confirm = (struct confirm *)screen;
    char title[TITLE_SIZE];
    app_lively(app, now_ms);
    answer_due(&confirm->answer, app, now_ms);
    if (confirm->matter->lost_ground(confirm, app->fleet))
        return;
    if (draw_framed(confirm, app, area, true, now_ms) ||
        draw_framed(confirm, app, area, false, now_ms) ||
        draw_bare(confirm, app, area, true, now_ms) ||
        draw_bare(confirm, app, area, false, now_ms))
        return;
    write_title(confirm, area.width, title);
    answer_draw_tiny(&confirm->answer, area, title);
}

/* ---- life ------------------------------------------------------------------------------ */

static void confirm_free(struct screen *screen)
{
    struct confirm *confirm = (struct confirm *)screen;
    free(confirm->text);
    free(confirm->vm);
    free(confirm->subject);
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
    char text[BOX_LINE_SIZE];
    confirm->vm = mem_dup(target_label(target));
    confirm->subject = mem_dup(subject);
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
    answer_init(&confirm->answer, typed ? target_label(target) : NULL, app->input.key, now_ms);
    freeze_identity(confirm, target, subject, kind);
    term_flush_keys();
    return &confirm->screen;
}
