#include "tui/screens/bulk.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/screens/bulk_limit.h"
#include "tui/screens/bulk_list.h"
#include "tui/screens/confirm.h"
#include "tui/screens/job_text.h"
#include "tui/screens/tags.h"
#include "tui/term.h"
#include "tui/widgets/answer.h"
#include "tui/widgets/box_lines.h"
#include "tui/widgets/scroll.h"
#include "tui/widgets/table.h"

#define HEIGHT_LEAST 6 /* frame, two rows, the counts, the answer */
#define WIDTH_LEAST  40
#define WIDTH_MOST   110

struct bulk {
    struct screen screen;
    struct bulk_list list;
    uint64_t argument;
    size_t dragged; /* others that would go the same way */
    struct answer answer;
    struct scroll scroll;
    int vm, job; /* widest names */
    char title[96];
};

static void count_word(size_t count, char word[32])
{
    snprintf(word, 32, "%zu", count);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- the answer ------------------------------------------------------------------------ */

static void say(struct app *app, const struct bulk *bulk, enum theme_role role,
                const char *text, int64_t now_ms)
{
    status_say(&app->status, role, now_ms, "%s: %s", verb_name(bulk->list.verb), text);
}

/* Sends to those that were in when the last frame was drawn, and still are. */
static void act(const struct bulk *bulk, struct app *app, int64_t now_ms)
{
    const struct bulk_list *list = &bulk->list;
    struct errand *errand = &app->fleet->errand;
    struct errand_item *items = mem_alloc(list->in, sizeof(*items));
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!list->rows[i].out)
            items[count++] =
                (struct errand_item){.uid = list->rows[i].uid, .tier = list->rows[i].tier};
    errand_begin(errand, list->verb, bulk->argument, items, count);
    errand_run(errand, app->fleet, now_ms);
    status_follow_errand(&app->status);
    free(items);
}

static enum screen_reaction bulk_key(struct screen *screen, struct app *app, int key,
                                     int64_t now_ms)
{
    struct bulk *bulk = (struct bulk *)screen;
    switch (answer_key(&bulk->answer, key, now_ms)) {
    case ANSWER_IGNORED:
        break;
    case ANSWER_TAKEN:
        return SCREEN_TAKEN;
    case ANSWER_YES:
        act(bulk, app, now_ms);
        return SCREEN_CLOSE;
    case ANSWER_NO:
        say(app, bulk, THEME_STATUS, "nothing was sent", now_ms);
        return SCREEN_CLOSE;
    }
    return SCREEN_IGNORED;
}

static enum screen_reaction bulk_request(struct screen *screen, struct app *app,
                                         enum request request, int64_t now_ms)
{
    struct bulk *bulk = (struct bulk *)screen;
    (void)app;
    (void)now_ms;
    return scroll_request(&bulk->scroll, request) ? SCREEN_TAKEN : SCREEN_IGNORED;
}

static enum screen_reaction bulk_watch(struct screen *screen, struct app *app, int64_t now_ms)
{
    struct bulk *bulk = (struct bulk *)screen;
    char word[32];
    if (!bulk_list_check(&bulk->list, app->fleet))
        return SCREEN_IGNORED;
    if (bulk->list.in == 0) {
        say(app, bulk, THEME_ERROR, "nothing was sent: no tagged job takes it any more",
            now_ms);
        return SCREEN_CLOSE;
    }
    bulk->dragged = bulk_list_dragged(&bulk->list, app->fleet);
    count_word(bulk->list.in, word);
    if (bulk->answer.typed)
        answer_set_word(&bulk->answer, word);
    app->dirty = true;
    return SCREEN_IGNORED;
}

/* ---- drawing --------------------------------------------------------------------------- */

enum { VM, JOB, STATUS, WHAT, COLUMNS };

static void lay_out(const struct bulk *bulk, int width, struct table_span spans[COLUMNS])
{
    static const struct table_column columns[COLUMNS] = {
        [VM] = {"VM", 6, 20, 0, 0, false},
        [JOB] = {"JOB", 10, 32, 0, 0, false},
        [STATUS] = {"STATUS", 9, 10, 1, 0, false},
        [WHAT] = {"WHAT", 10, 80, 0, 0, false},
    };
    const int wanted[COLUMNS] = {bulk->vm, bulk->job, 10, 80};
    table_layout(columns, wanted, COLUMNS, width - 3, spans);
}

static void draw_row(const struct bulk_row *row, enum verb verb, const struct app *app,
                     const struct table_span spans[COLUMNS], struct draw_area area, int y,
                     int64_t now_ms)
{
    char status[48] = "gone";
    struct target *target;
    const struct job *job = fleet_job(app->fleet, row->uid, &target);
    bool loud = row->tier == VERB_TIER_TYPE;
    enum theme_role role = row->out ? THEME_DIM : loud ? THEME_DANGER : THEME_NORMAL;
    int x = 2 + spans[WHAT].x;
    if (job) {
        struct need need = fleet_need(target, job, now_ms);
        job_text_status(job, &need, now_ms, status, sizeof(status));
    }
    draw_text(area, y, 0, 1, role, row->out ? "-" : "");
    draw_text(area, y, 2 + spans[VM].x, spans[VM].width, role, row->vm);
    draw_text(area, y, 2 + spans[JOB].x, spans[JOB].width, role, row->job);
    if (spans[STATUS].width > 0)
        draw_text(area, y, 2 + spans[STATUS].x, spans[STATUS].width, role, status);
    if (row->out)
        x += draw_text(area, y, x, -1, role, "left out: ");
    if (row->out || job)
        draw_text(area, y, x, area.width - 1 - x, role,
                  row->out ? row->out : verb_consequence(job, verb));
}

static void draw_rows(const struct bulk *bulk, const struct app *app, struct draw_area area,
                      int64_t now_ms)
{
    struct table_span spans[COLUMNS];
    lay_out(bulk, area.width, spans);
    const struct bulk_list *list = &bulk->list;
    size_t i = (size_t)bulk->scroll.first;
    for (int y = 0; y < area.height && i < list->count; y++, i++)
        draw_row(&list->rows[i], list->verb, app, spans, area, y, now_ms);
}

/* What stands below the rows: the counts, who else goes, the answer. */
static void write_foot(const struct bulk *bulk, int64_t now_ms, struct box_lines *foot)
{
    const struct bulk_list *list = &bulk->list;
    char does[ANSWER_VERB_SIZE], word[32];
    struct box_line *line = box_lines_add(foot, THEME_HEADING, 1);
    snprintf(line->text, sizeof(line->text), "%zu of %zu tagged job%s, %zu left out", list->in,
             list->count, plural(list->count), list->count - list->in);
    if (bulk->dragged > 0) {
        line = box_lines_add(foot, THEME_DANGER, 0);
        snprintf(line->text, sizeof(line->text),
                 "this ends %zu more job%s of the same transactions, which %s not tagged",
                 bulk->dragged, plural(bulk->dragged), bulk->dragged == 1 ? "is" : "are");
    }
    count_word(list->in, word);
    snprintf(does, sizeof(does), "%s %s job%s", verb_name(list->verb), word, plural(list->in));
    answer_lines(&bulk->answer, foot, does, now_ms);
}

static void say_scroll(const struct bulk *bulk, struct box_line *line)
{
    const struct scroll *scroll = &bulk->scroll;
    if (scroll->lines > scroll->height)
        snprintf(line->right, sizeof(line->right), "%d-%d of %d, Up and Down scroll",
                 scroll->first + 1, scroll->first + scroll->height, scroll->lines);
}

static void bulk_draw(struct screen *screen, struct app *app, struct draw_area area,
                      int64_t now_ms)
{
    struct bulk *bulk = (struct bulk *)screen;
    struct box_lines foot = {.count = 0};
    enum theme_role role =
        bulk_list_tier(&bulk->list) == VERB_TIER_TYPE ? THEME_DANGER : THEME_BOX;
    app_lively(app, now_ms);
    answer_due(&bulk->answer, app, now_ms);
    if (area.height < HEIGHT_LEAST || area.width < WIDTH_LEAST) {
        answer_draw_tiny(&bulk->answer, area, bulk->title);
        return;
    }
    write_foot(bulk, now_ms, &foot);
    int width = area.width < WIDTH_MOST ? area.width : WIDTH_MOST;
    int rows = (int)bulk->list.count, most = area.height - 2 - foot.count;
    rows = rows < most ? rows : most;
    int height = rows + 2 + foot.count;
    struct draw_area inside =
        draw_box(draw_sub(area, area.height - height, (area.width - width) / 2, height, width),
                 role, bulk->title);
    scroll_drawn(&bulk->scroll, (int)bulk->list.count, rows);
    say_scroll(bulk, &foot.line[0]);
    draw_rows(bulk, app, draw_sub(inside, 0, 1, rows, inside.width - 1), now_ms);
    inside = draw_sub(inside, rows, 0, foot.count, inside.width);
    box_lines_put(&foot, inside);
    answer_draw(&bulk->answer, inside);
}

/* ---- life ------------------------------------------------------------------------------ */

static void bulk_free(struct screen *screen)
{
    struct bulk *bulk = (struct bulk *)screen;
    bulk_list_release(&bulk->list);
    free(bulk);
}

static const struct screen_ops pressed_ops = {
    .scope = KEYMAP_IN_BOX,
    .overlay = true,
    .draw = bulk_draw,
    .key = bulk_key,
    .request = bulk_request,
    .watch = bulk_watch,
    .free = bulk_free,
};

static const struct screen_ops typed_ops = {
    .scope = KEYMAP_IN_TEXT,
    .overlay = true,
    .draw = bulk_draw,
    .key = bulk_key,
    .request = bulk_request,
    .watch = bulk_watch,
    .free = bulk_free,
};

static void measure(struct bulk *bulk)
{
    for (size_t i = 0; i < bulk->list.count; i++) {
        int vm = draw_width(bulk->list.rows[i].vm), job = draw_width(bulk->list.rows[i].job);
        bulk->vm = vm > bulk->vm ? vm : bulk->vm;
        bulk->job = job > bulk->job ? job : bulk->job;
    }
}

static bool is_typed(const struct app *app, const struct bulk_list *list)
{
    return list->in > BULK_ASK_MOST ||
           confirm_tier(app, bulk_list_tier(list)) == VERB_TIER_TYPE;
}

/* Takes the list over. */
static struct screen *bulk_new(const struct app *app, const struct bulk_list *list,
                               uint64_t argument, int64_t now_ms)
{
    char verb[32], word[32];
    bool typed = is_typed(app, list);
    struct bulk *bulk = mem_alloc(1, sizeof(*bulk));
    *bulk = (struct bulk){.screen.ops = typed ? &typed_ops : &pressed_ops,
                          .list = *list,
                          .argument = argument,
                          .dragged = bulk_list_dragged(list, app->fleet)};
    count_word(list->in, word);
    answer_init(&bulk->answer, typed ? word : NULL, now_ms);
    box_lines_capitals(verb_name(list->verb), verb, sizeof(verb));
    snprintf(bulk->title, sizeof(bulk->title), "%s %zu tagged job%s ?", verb, list->count,
             plural(list->count));
    measure(bulk);
    term_flush_keys();
    return &bulk->screen;
}

void bulk_open(struct app *app, const struct tags *tags, enum verb verb, uint64_t argument,
               int64_t now_ms)
{
    struct bulk_list list;
    app->dirty = true;
    if (errand_is_under_way(&app->fleet->errand)) {
        status_say(&app->status, THEME_NEED, now_ms,
                   "%s: the one before is not sent to all yet", verb_name(verb));
        return;
    }
    bulk_list_init(&list, app->fleet, tags, verb);
    if (list.in > 0) {
        app_push(app, bulk_new(app, &list, argument, now_ms));
        return;
    }
    status_say(&app->status, THEME_NEED, now_ms, "%s: no tagged job takes it: %s, %s",
               verb_name(verb), list.rows[0].job, list.rows[0].out);
    bulk_list_release(&list);
}

void bulk_verb(struct app *app, const struct tags *tags, enum verb verb, int64_t now_ms)
{
    if (verb == VERB_LIMIT && !app->fleet->read_only)
        app_push(app, bulk_limit_new(tags));
    else
        bulk_open(app, tags, verb, 0, now_ms);
}
