#include "tui/screens/bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/screens/bulk_list.h"
#include "tui/screens/confirm.h"
#include "tui/screens/job_text.h"
#include "tui/screens/tags.h"
#include "tui/screens/value_text.h"
#include "tui/term.h"
#include "tui/widgets/answer.h"
#include "tui/widgets/box_lines.h"
#include "tui/widgets/names.h"
#include "tui/widgets/scroll.h"
#include "tui/widgets/table.h"
#include "tui/widgets/wrap.h"

#define HEIGHT_FRAMED 8 /* frame, two rows, the counts, the answer */
#define WIDTH_FRAMED  40
#define HEIGHT_LEAST  4 /* the title, a row, the answer */
#define WIDTH_LEAST   16
#define WIDTH_MOST    110
#define STATUS_FROM   36 /* columns of a row that has its status beside the names */
#define WHAT_X        4  /* of what will be done, below the names */
#define WHAT_SIZE     320

struct bulk {
    struct screen screen;
    struct bulk_list list;
    uint64_t argument;
    size_t dragged;      /* others that would go the same way */
    size_t managed;      /* jobs of VMs that ... */
    const char *manager; /* ... this one runs; NULL = nobody */
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
    struct errand *errand = app->fleet->errand;
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
    switch (answer_key(&bulk->answer, app, key, now_ms)) {
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
    bulk->managed = bulk_list_managed(&bulk->list, app->fleet, &bulk->manager);
    count_word(bulk->list.in, word);
    if (bulk->answer.typed)
        answer_set_word(&bulk->answer, word);
    app->dirty = true;
    return SCREEN_IGNORED;
}

/* ---- rows ------------------------------------------------------------------------------ */

enum { VM, JOB, STATUS, WHAT, COLUMNS };

/* How the rows stand: where the columns are, and how many lines below its names a row has
 * for what will be done to it, where WHAT is no column. */
struct look {
    struct table_span spans[COLUMNS];
    int below;
};

/* The limit that the job has, and the one it gets. */
static const char *change_of(const struct bulk *bulk, const struct job *job,
                             char text[WHAT_SIZE])
{
    char before[VALUE_TEXT_SIZE], after[VALUE_TEXT_SIZE];
    value_text_change(job->has_block ? value_text_limit(job->speed, before) : NULL,
                      value_text_limit(bulk->argument, after), text, WHAT_SIZE);
    return text;
}

/* What will be done, or why not, in all words. */
static const char *what_of(const struct bulk *bulk, const struct bulk_row *row,
                           const struct app *app, char text[WHAT_SIZE])
{
    const struct job *job = fleet_job(app->fleet, row->uid, NULL);
    if (job && !row->out && bulk->list.verb == VERB_LIMIT)
        return change_of(bulk, job, text);
    snprintf(text, WHAT_SIZE, "%s%s", row->out ? "left out: " : "",
             row->out ? row->out
             : job    ? verb_consequence(job, bulk->list.verb)
                      : "");
    return text;
}

/* The most lines that a row takes in `width` columns. Most say the same as the one before. */
static int most_lines(const struct bulk *bulk, const struct app *app, int width)
{
    char text[2][WHAT_SIZE] = {"", ""};
    int most = 1;
    for (size_t i = 0; i < bulk->list.count; i++) {
        what_of(bulk, &bulk->list.rows[i], app, text[i % 2]);
        int lines = strcmp(text[0], text[1]) == 0 ? 1 : wrap_count(text[i % 2], width);
        most = lines > most ? lines : most;
    }
    return most;
}

/* What a person has to know stands beside the names if all of it fits there, else in lines
 * of its own below. */
static struct look lay_out(const struct bulk *bulk, const struct app *app, int width)
{
    const struct table_column beside[COLUMNS] = {
        [VM] = {"VM", bulk->vm < 6 ? bulk->vm : 6, 20, 0, 0, false},
        [JOB] = {"JOB", bulk->job < 10 ? bulk->job : 10, 32, 0, 0, false},
        [STATUS] = {"STATUS", 9, 10, 1, 0, false},
        [WHAT] = {"WHAT", 10, 80, 0, 0, false},
    };
    const int wanted[COLUMNS] = {bulk->vm, bulk->job, 10, 80};
    struct look look = {.below = 0};
    table_layout(beside, wanted, COLUMNS, width - 3, look.spans);
    bool whole = look.spans[VM].width >= bulk->vm && look.spans[JOB].width >= bulk->job;
    if (whole && most_lines(bulk, app, width - 3 - look.spans[WHAT].x) == 1)
        return look;
    int status = width < STATUS_FROM ? 0 : 10;
    int room = width - 2 - status - (status > 0 ? 2 : 1);
    int vm = names_split(bulk->vm, bulk->job, room);
    int job = bulk->job < room - vm ? bulk->job : room - vm;
    look.below = most_lines(bulk, app, width - WHAT_X);
    look.spans[VM] = (struct table_span){0, vm};
    look.spans[JOB] = (struct table_span){vm + 1, job};
    look.spans[STATUS] = (struct table_span){vm + job + 2, status};
    look.spans[WHAT] = (struct table_span){0, 0};
    return look;
}

/* Line `part` of a row; the first has the names. */
static void draw_row(const struct bulk *bulk, const struct bulk_row *row, const struct app *app,
                     const struct look *look, int part, struct draw_area area, int y,
                     int64_t now_ms)
{
    char status[48] = "gone", what[WHAT_SIZE];
    const struct table_span *spans = look->spans;
    struct target *target;
    struct wrap wrap;
    const struct job *job = fleet_job(app->fleet, row->uid, &target);
    bool loud = row->tier == VERB_TIER_TYPE;
    enum theme_role role = row->out ? THEME_DIM : loud ? THEME_DANGER : THEME_NORMAL;
    wrap_begin(&wrap, what_of(bulk, row, app, what), area.width - WHAT_X);
    for (int i = 1; i < part && wrap_next(&wrap); i++) {
    }
    if (part > 0) {
        draw_text(area, y, WHAT_X, -1, role, wrap_next(&wrap) ? wrap.line : "");
        return;
    }
    if (job) {
        struct need need = fleet_need(target, job, now_ms);
        job_text_status(job, &need, now_ms, status, sizeof(status));
    }
    draw_text(area, y, 0, 1, role, row->out ? "-" : "");
    draw_middle(area, y, 2 + spans[VM].x, spans[VM].width, role, row->vm);
    draw_middle(area, y, 2 + spans[JOB].x, spans[JOB].width, role, row->job);
    draw_text(area, y, 2 + spans[STATUS].x, spans[STATUS].width, role, status);
    if (look->below == 0)
        draw_text(area, y, 2 + spans[WHAT].x, -1, role, what);
}

static void draw_rows(const struct bulk *bulk, const struct app *app, const struct look *look,
                      struct draw_area area, int64_t now_ms)
{
    const struct bulk_list *list = &bulk->list;
    int each = 1 + look->below;
    for (int y = 0; y < area.height && y + bulk->scroll.first < bulk->scroll.lines; y++) {
        int line = y + bulk->scroll.first;
        draw_row(bulk, &list->rows[line / each], app, look, line % each, area, y, now_ms);
    }
}

/* ---- drawing --------------------------------------------------------------------------- */

/* What stands below the rows: the counts, who else goes, the answer. */
static void write_foot(const struct bulk *bulk, int room, int64_t now_ms,
                       struct box_lines *foot)
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
    if (bulk->managed > 0) {
        line = box_lines_add(foot, THEME_NEED, 0);
        snprintf(line->text, sizeof(line->text),
                 "%s run%s the VM%s of %zu of them: what waits for these jobs may fail",
                 bulk->manager, strcmp(bulk->manager, "managers") == 0 ? "" : "s",
                 plural(bulk->managed), bulk->managed);
    }
    count_word(list->in, word);
    snprintf(does, sizeof(does), "%s %s job%s", verb_name(list->verb), word, plural(list->in));
    answer_lines(&bulk->answer, foot, does, room, now_ms);
}

static void say_scroll(const struct bulk *bulk, struct box_line *line)
{
    const struct scroll *scroll = &bulk->scroll;
    if (scroll->lines > scroll->height)
        snprintf(line->right, sizeof(line->right), "%d-%d of %d, Up and Down scroll",
                 scroll->first + 1, scroll->first + scroll->height, scroll->lines);
}

/* Draws the rows above the lines of the foot. */
static void draw_inside(struct bulk *bulk, const struct app *app, const struct look *look,
                        struct box_lines *foot, struct draw_area inside, int64_t now_ms)
{
    int rows = inside.height - foot->count;
    scroll_drawn(&bulk->scroll, (int)bulk->list.count * (1 + look->below), rows);
    say_scroll(bulk, &foot->line[0]);
    draw_rows(bulk, app, look, draw_sub(inside, 0, 0, rows, inside.width), now_ms);
    struct draw_area below = draw_sub(inside, rows, 0, foot->count, inside.width);
    if (box_lines_bare(foot, below, &below))
        answer_draw(&bulk->answer, foot, below);
}

static void draw_framed(struct bulk *bulk, const struct app *app, struct draw_area area,
                        enum theme_role role, int64_t now_ms)
{
    struct box_lines foot = {.count = 0};
    int width = area.width < WIDTH_MOST ? area.width : WIDTH_MOST;
    struct look look = lay_out(bulk, app, width - 4);
    write_foot(bulk, width - 4, now_ms, &foot);
    int lines = (int)bulk->list.count * (1 + look.below), most = area.height - 2 - foot.count;
    int height = (lines < most ? lines : most) + 2 + foot.count;
    struct draw_area inside =
        draw_box(draw_sub(area, area.height - height, (area.width - width) / 2, height, width),
                 role, bulk->title);
    draw_inside(bulk, app, &look, &foot,
                draw_sub(inside, 0, 1, inside.height, inside.width - 2), now_ms);
}

/* Where there is no room for a frame: all of the area. */
static void draw_bare(struct bulk *bulk, const struct app *app, struct draw_area area,
                      enum theme_role role, int64_t now_ms)
{
    struct box_lines foot = {.count = 0};
    struct look look = lay_out(bulk, app, area.width);
    answer_lines(&bulk->answer, &foot, verb_name(bulk->list.verb), area.width, now_ms);
    for (int y = 0; y < area.height; y++)
        draw_fill(area, y, 0, area.width, THEME_NORMAL, ' ');
    draw_text(area, 0, 0, -1, role, bulk->title);
    draw_inside(bulk, app, &look, &foot, draw_sub(area, 1, 0, area.height - 1, area.width),
                now_ms);
}

static void bulk_draw(struct screen *screen, struct app *app, struct draw_area area,
                      int64_t now_ms)
{
    struct bulk *bulk = (struct bulk *)screen;
    enum theme_role role =
        bulk_list_tier(&bulk->list) == VERB_TIER_TYPE ? THEME_DANGER : THEME_BOX;
    app_lively(app, now_ms);
    answer_due(&bulk->answer, app, now_ms);
    if (area.height >= HEIGHT_FRAMED && area.width >= WIDTH_FRAMED)
        draw_framed(bulk, app, area, role, now_ms);
    else if (area.height >= HEIGHT_LEAST && area.width >= WIDTH_LEAST)
        draw_bare(bulk, app, area, role, now_ms);
    else
        answer_draw_tiny(&bulk->answer, area, bulk->title);
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
    bulk->managed = bulk_list_managed(list, app->fleet, &bulk->manager);
    count_word(list->in, word);
    answer_init(&bulk->answer, typed ? word : NULL, app->input.key, now_ms);
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
    if (errand_is_under_way(app->fleet->errand)) {
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
