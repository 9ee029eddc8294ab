#include "tui/confirm.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/confirm_inner.h"
#include "tui/key.h"
#include "tui/term.h"

#define BOX_WIDTH 80
#define LINE_SIZE 512

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

static bool is_deaf(const struct confirm *confirm, int64_t now_ms)
{
    return now_ms - confirm->opened_ms < CONFIRM_DEAF_MS;
}

static enum screen_reaction confirm_key(struct screen *screen, struct app *app, int key,
                                        int64_t now_ms)
{
    const struct confirm *confirm = (struct confirm *)screen;
    if (is_deaf(confirm, now_ms))
        return SCREEN_TAKEN;
    switch (key) {
    case 'y':
        confirm->matter->act(confirm, app, now_ms);
        return SCREEN_CLOSE;
    case 'n':
    case 'q':
    case KEY_CODE_ESCAPE:
    case KEY_CODE_ENTER:
        status_say(&app->status, THEME_STATUS, now_ms, "%s: nothing was sent", confirm->name);
        return SCREEN_CLOSE;
    default:
        return SCREEN_IGNORED;
    }
}

/* ---- drawing --------------------------------------------------------------------------- */

/* One line of the box; `rank` says which goes first when there is no room: the
 * highest; 0 stays. */
struct line {
    char text[LINE_SIZE], right[64];
    enum theme_role role;
    int rank;
};

#define LINES_MAX 10

struct lines {
    struct line line[LINES_MAX];
    int count;
};

static struct line *add_line(struct lines *lines, enum theme_role role, int rank)
{
    struct line *line = &lines->line[lines->count++];
    *line = (struct line){.role = role, .rank = rank};
    return line;
}

/* "as of 0.4 s ago" */
static void write_age(const struct target *target, int64_t now_ms, struct line *line)
{
    int64_t age_ms = target_age_ms(target, now_ms);
    if (age_ms < 0)
        return;
    snprintf(line->right, sizeof(line->right), "as of %lld.%lld s ago",
             (long long)(age_ms / 1000), (long long)(age_ms % 1000 / 100));
}

static void write_warnings(const struct confirm *confirm, const struct fleet *fleet,
                           struct lines *lines)
{
    const struct confirm_matter *matter = confirm->matter;
    const char *advice = matter->advice ? matter->advice(confirm, fleet) : "";
    char warning[LINE_SIZE];
    if (matter->warning && matter->warning(confirm, fleet, warning, sizeof(warning)))
        snprintf(add_line(lines, THEME_DANGER, 0)->text, LINE_SIZE, "%s", warning);
    if (*advice)
        snprintf(add_line(lines, THEME_NEED, 0)->text, LINE_SIZE, "%s", advice);
}

static void write_lines(const struct confirm *confirm, const struct app *app, int64_t now_ms,
                        struct lines *lines)
{
    const struct confirm_matter *matter = confirm->matter;
    lines->count = 0;
    struct line *line = add_line(lines, THEME_DIM, 2);
    snprintf(line->text, sizeof(line->text), "%s", confirm->identity);

    line = add_line(lines, THEME_NORMAL, 1);
    char state[LINE_SIZE - 8];
    const struct target *target = matter->state(confirm, app, now_ms, state, sizeof(state));
    snprintf(line->text, sizeof(line->text), "now: %s", state);
    write_age(target, now_ms, line);

    add_line(lines, THEME_NORMAL, 4);
    bool loud = confirm->tier == VERB_TIER_TYPE;
    line = add_line(lines, loud ? THEME_DANGER : THEME_NORMAL, 0);
    snprintf(line->text, sizeof(line->text), "%s", matter->consequence(confirm, app->fleet));
    if (loud) {
        line = add_line(lines, THEME_DANGER, 0);
        matter->loss(confirm, app->fleet, line->text, sizeof(line->text));
    }
    write_warnings(confirm, app->fleet, lines);

    add_line(lines, THEME_NORMAL, 3);
    line = add_line(lines, is_deaf(confirm, now_ms) ? THEME_DIM : THEME_KEY, 0);
    snprintf(line->text, sizeof(line->text), "y  %s it", confirm->name);
    snprintf(line->right, sizeof(line->right), "n, Esc, Enter  nothing");
}

/* Takes lines out, the highest rank first, until `room` is enough. */
static void fit_lines(struct lines *lines, int room)
{
    while (lines->count > room) {
        int victim = 0;
        for (int i = 1; i < lines->count; i++)
            if (lines->line[i].rank > lines->line[victim].rank)
                victim = i;
        if (lines->line[victim].rank == 0)
            return;
        memmove(&lines->line[victim], &lines->line[victim + 1],
                (size_t)(lines->count - victim - 1) * sizeof(lines->line[0]));
        lines->count--;
    }
}

static void draw_lines(const struct lines *lines, struct draw_area inside)
{
    for (int y = 0; y < lines->count; y++) {
        const struct line *line = &lines->line[y];
        int right = draw_width(line->right);
        int used = draw_text(inside, y, 1, inside.width - 2, line->role, line->text);
        if (right > 0 && used + 2 + right <= inside.width - 2)
            draw_right(inside, y, inside.width - 1 - right, right, THEME_DIM, line->right);
    }
}

/* Where there is no room for a frame: one line, the question and its answer. */
static void draw_tiny(const struct confirm *confirm, struct draw_area area)
{
    if (area.height < 1)
        return;
    int y = area.height - 1;
    draw_fill(area, y, 0, area.width, THEME_BOX, ' ');
    int used = draw_text(area, y, 0, area.width - 4, THEME_BOX, confirm->title);
    draw_text(area, y, used, -1, THEME_KEY, " y/n");
}

static void confirm_draw(struct screen *screen, struct app *app, struct draw_area area,
                         int64_t now_ms)
{
    const struct confirm *confirm = (struct confirm *)screen;
    struct lines lines;
    app_lively(app, now_ms);
    if (is_deaf(confirm, now_ms))
        app_due(app, confirm->opened_ms + CONFIRM_DEAF_MS);
    if (confirm->matter->lost_ground(confirm, app->fleet))
        return;
    write_lines(confirm, app, now_ms, &lines);
    fit_lines(&lines, area.height - 2);
    if (lines.count + 2 > area.height || area.width < 20) {
        draw_tiny(confirm, area);
        return;
    }
    int width = area.width < BOX_WIDTH ? area.width : BOX_WIDTH;
    int height = lines.count + 2;
    struct draw_area box =
        draw_sub(area, area.height - height, (area.width - width) / 2, height, width);
    bool loud = confirm->tier == VERB_TIER_TYPE;
    draw_lines(&lines, draw_box(box, loud ? THEME_DANGER : THEME_BOX, confirm->title));
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

static const struct screen_ops confirm_ops = {
    .scope = KEYMAP_IN_BOX,
    .overlay = true,
    .draw = confirm_draw,
    .key = confirm_key,
    .watch = confirm_watch,
    .free = confirm_free,
};

static void freeze_identity(struct confirm *confirm, const struct target *target,
                            const char *subject, const char *kind)
{
    char name[32], text[LINE_SIZE];
    size_t len = 0;
    for (; confirm->name[len] && len + 1 < sizeof(name); len++)
        name[len] = (char)toupper((unsigned char)confirm->name[len]);
    name[len] = '\0';
    snprintf(text, sizeof(text), "%s %s on %s ?", name, subject, target_label(target));
    confirm->title = mem_dup(text);
    snprintf(text, sizeof(text), "%s, socket %s", kind, target->endpoint);
    confirm->identity = mem_dup(text);
}

struct screen *confirm_open(const struct confirm *wish, const struct target *target,
                            const char *subject, const char *kind, int64_t now_ms)
{
    struct confirm *confirm = mem_alloc(1, sizeof(*confirm));
    *confirm = *wish;
    confirm->screen.ops = &confirm_ops;
    confirm->opened_ms = now_ms;
    confirm->text = mem_dup(wish->text);
    freeze_identity(confirm, target, subject, kind);
    term_flush_keys();
    return &confirm->screen;
}
