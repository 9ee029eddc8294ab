#include "tui/screens/screen_events.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/screens/event_text.h"
#include "tui/screens/events_file.h"
#include "tui/screens/events_view.h"
#include "tui/widgets/prompt_box.h"
#include "tui/widgets/search_line.h"
#include "tui/widgets/wrap.h"

#define CLOCK_WIDTH  8
#define COLUMNS_FROM 60 /* columns from which on names stand in columns */
#define TARGET_MAX   16
#define JOB_MAX      28

struct screen_events {
    struct screen screen;
    struct events_view view;
    char *about;    /* "web-01/mirror0", the job that can be singled out; NULL = none */
    uint64_t begun; /* the view's bottom when a search began */
    int page;       /* entries that were drawn last */
};

/* ---- one entry ------------------------------------------------------------------------- */

/* Where the parts of a line begin; no columns for names where it is narrow. */
struct columns {
    int target, job, mark, text;
};

/* In bytes: hardly ever less than its columns, and measured for all entries. */
static int widest(int width, const char *name, int most)
{
    size_t len = name ? strnlen(name, (size_t)most) : 0;
    return (int)len > width ? (int)len : width;
}

static struct columns lay_out(const struct journal *journal, int width)
{
    const struct journal_entry *entry;
    int target = 0, job = 0;
    for (size_t i = 0; (entry = journal_newest(journal, i)) != NULL; i++) {
        target = widest(target, entry->target, TARGET_MAX);
        job = widest(job, entry->job, width / 4 < JOB_MAX ? width / 4 : JOB_MAX);
    }
    struct columns columns = {.target = 1 + CLOCK_WIDTH + 1};
    columns.job = columns.target + target + 1;
    columns.mark = columns.job + job + 1;
    columns.text = columns.mark + 2;
    if (width < COLUMNS_FROM)
        columns = (struct columns){.mark = 1 + CLOCK_WIDTH + 1, .text = 1 + CLOCK_WIDTH + 3};
    return columns;
}

/* The text as it is wrapped: with the names in it where they have no columns. */
static void write_text(const struct journal_entry *entry, const struct app *app,
                       const struct columns *columns, char *line, size_t size)
{
    char text[EVENT_TEXT_SIZE];
    bool names = columns->job == 0;
    event_text(entry, app->wall_s, text);
    snprintf(line, size, "%s%s%s%s%s", names && entry->target ? entry->target : "",
             names && entry->target ? " " : "", names && entry->job ? entry->job : "",
             names && entry->job ? " " : "", text);
}

#define LINE_SIZE (EVENT_TEXT_SIZE + 2 * JOURNAL_TEXT + 4)

static int height_of(const struct journal_entry *entry, const struct app *app,
                     const struct columns *columns, int width)
{
    char line[LINE_SIZE];
    if (entry->mark == JOURNAL_GAP)
        return 1;
    write_text(entry, app, columns, line, sizeof(line));
    int lines = wrap_count(line, width - columns->text);
    return lines > 0 ? lines : 1;
}

static void draw_gap(const struct journal_entry *entry, const struct app *app,
                     struct draw_area area, int y)
{
    char text[EVENT_TEXT_SIZE];
    draw_fill(area, y, 0, area.width, THEME_DIM, '-');
    draw_format(area, y, 2, -1, THEME_DIM, " %s ", event_text(entry, app->wall_s, text));
}

static void draw_entry(const struct journal_entry *entry, const struct app *app,
                       const struct columns *columns, struct draw_area area, int y)
{
    char clock[EVENT_TEXT_CLOCK], line[LINE_SIZE];
    const char mark[] = {event_text_mark(entry->mark), '\0'};
    enum theme_role role = event_text_role(entry->mark);
    struct wrap wrap;
    draw_text(area, y, 1, -1, THEME_DIM, event_text_clock(app->wall_s(entry->at_ms), clock));
    if (columns->job > 0) {
        int room = columns->job - columns->target - 1;
        draw_middle(area, y, columns->target, room, THEME_NORMAL,
                    entry->target ? entry->target : "-");
        room = columns->mark - columns->job - 1;
        draw_middle(area, y, columns->job, room, THEME_NORMAL, entry->job ? entry->job : "-");
    }
    draw_text(area, y, columns->mark, 1, role, mark);
    write_text(entry, app, columns, line, sizeof(line));
    wrap_begin(&wrap, line, area.width - columns->text);
    for (; wrap_next(&wrap); y++)
        draw_text(area, y, columns->text, -1, role, wrap.line);
}

/* ---- all of them ----------------------------------------------------------------------- */

/* Lines from the bottom entry upwards, up to those that fill the area; *all tells that
 * no older entry is left. */
static int count_lines(const struct screen_events *events, const struct app *app,
                       const struct columns *columns, struct draw_area area, bool *all)
{
    int lines = 0;
    const struct journal_entry *entry = events_view_bottom(&events->view);
    for (; entry && lines < area.height; entry = events_view_next(&events->view, entry, -1))
        lines += height_of(entry, app, columns, area.width);
    *all = entry == NULL;
    return lines;
}

/* Returns the line behind the bottom entry. A place too near to the oldest entry would
 * leave the upper lines empty: it is moved down; then the oldest is shown from its
 * first line on, and the bottom one may be cut. */
static int settle(struct screen_events *events, const struct app *app,
                  const struct columns *columns, struct draw_area area)
{
    bool all;
    int lines = count_lines(events, app, columns, area, &all);
    while (lines < area.height && events->view.bottom > 0) {
        events_view_move(&events->view, 1);
        lines = count_lines(events, app, columns, area, &all);
    }
    return all && lines > area.height && events->view.bottom > 0 ? lines : area.height;
}

static void draw_entries(struct screen_events *events, const struct app *app,
                         struct draw_area area)
{
    struct columns columns = lay_out(&app->fleet->journal, area.width);
    int y = settle(events, app, &columns, area);
    const struct journal_entry *entry = events_view_bottom(&events->view);
    events->page = 0;
    if (!entry)
        draw_text(area, 0, 1, -1, THEME_DIM, "nothing has happened yet");
    for (; entry && y > 0; entry = events_view_next(&events->view, entry, -1)) {
        int height = height_of(entry, app, &columns, area.width);
        y -= height;
        events->page++;
        if (entry->mark == JOURNAL_GAP)
            draw_gap(entry, app, area, y);
        else
            draw_entry(entry, app, &columns, area, y);
        for (int row = 0; row < height && entry->serial == events->view.found; row++)
            draw_recolour(area, y + row, 0, area.width, THEME_SELECT);
    }
}

/* ---- title ----------------------------------------------------------------------------- */

static void draw_title(const struct screen_events *events, const struct app *app,
                       struct draw_area area)
{
    const struct events_view *view = &events->view;
    size_t below = events_view_below(view), hidden = events_view_hidden(view);
    draw_fill(area, 0, 0, area.width, THEME_TITLE, ' ');
    int x = draw_text(area, 0, 0, -1, THEME_TITLE, "EVENTS  ");
    if (view->limit == 0 && below == 0)
        x += draw_text(area, 0, x, -1, THEME_OK, "following");
    else
        x += draw_format(area, 0, x, -1, THEME_NEED, "%s, %zu newer",
                         view->limit > 0 ? "frozen" : "scrolled", below);
    x += draw_format(area, 0, x, -1, THEME_TITLE, "   %s%s", view->only ? "only " : "all jobs",
                     view->only ? events->about : "");
    char keys[KEYMAP_KEYS_SIZE];
    keymap_keys(&app->keymap, REQUEST_EVENTS_FILTER, true, keys);
    if (!view->only && events->about && keys[0] != '\0')
        x += draw_format(area, 0, x, -1, THEME_TITLE, "  (%s: only %s)", keys, events->about);
    if (hidden > 0)
        x += draw_format(area, 0, x, -1, THEME_TITLE, "   %zu of %zu hidden", hidden,
                         app->fleet->journal.count);
    if (view->text[0] != '\0')
        draw_format(area, 0, x, -1, THEME_TITLE, "   find: %s", view->text);
}

static void events_draw(struct screen *screen, struct app *app, struct draw_area area,
                        int64_t now_ms)
{
    struct screen_events *events = (struct screen_events *)screen;
    bool covered = app_is_telling(app, now_ms) || app->stack[app->depth - 1] != screen;
    draw_entries(events, app, draw_sub(area, 1, 0, area.height - 1 - covered, area.width));
    draw_title(events, app, area);
}

/* ---- keys ------------------------------------------------------------------------------ */

static void find(struct screen_events *events, struct app *app, int by, int64_t now_ms)
{
    const char *text = events->view.text;
    const char *which = events->view.found == 0 ? "" : by < 0 ? "older " : "newer ";
    if (text[0] != '\0' && !events_view_find(&events->view, by))
        status_say(&app->status, THEME_NEED, now_ms, "no %sentry with: %s", which, text);
}

/* While it is typed, always from where the search began. */
static const char *look_for(void *ctx, struct app *app, const char *text)
{
    struct screen_events *events = ctx;
    (void)app;
    events->view.bottom = events->begun;
    events_view_look_for(&events->view, text);
    return text[0] == '\0' || events_view_find(&events->view, -1) ? "" : "no entry has that";
}

static void stop_looking(void *ctx, struct app *app)
{
    look_for(ctx, app, "");
}

static const struct search_line_ops find_ops = {look_for, stop_looking};

static void ask_for_text(struct screen_events *events, struct app *app)
{
    events->begun = events->view.bottom;
    app_push(app, search_line_new(&find_ops, events, "find:", NULL, EVENTS_VIEW_TEXT - 1));
}

static void filter(struct screen_events *events, struct app *app, int64_t now_ms)
{
    if (events->about)
        events->view.only = !events->view.only;
    else
        status_say(&app->status, THEME_NEED, now_ms,
                   "all jobs are shown: none was under the cursor");
}

/* ---- writing --------------------------------------------------------------------------- */

static const char *why_no_path(void *ctx, struct app *app, const char *text)
{
    (void)ctx;
    (void)app;
    return text[0] == '\0' ? "" : NULL;
}

static void write_file(void *ctx, struct app *app, const char *path, int64_t now_ms)
{
    const struct screen_events *events = ctx;
    char error[EVENTS_FILE_ERROR];
    size_t count;
    if (events_file_write(&events->view, app->wall_s, path, &count, error))
        status_say(&app->status, THEME_OK, now_ms, "%zu event%s written to %s", count,
                   count == 1 ? " is" : "s are", path);
    else
        status_say(&app->status, THEME_ERROR, now_ms, "nothing is written to %s", error);
}

static const struct prompt_box_ops write_ops = {.why_not = why_no_path, .done = write_file};

static void ask_for_file(struct screen_events *events, struct app *app)
{
    app_push(app, prompt_box_new(&write_ops, events, "WRITE THE EVENTS TO A FILE",
                                 events->view.only ? "Those of this job. A new file:"
                                                   : "All of them. A new file:",
                                 NULL));
}

static bool move(struct events_view *view, enum request request, int page)
{
    if (request == REQUEST_UP)
        events_view_move(view, -1);
    else if (request == REQUEST_DOWN)
        events_view_move(view, 1);
    else if (request == REQUEST_PAGE_UP)
        events_view_move(view, -page);
    else if (request == REQUEST_PAGE_DOWN)
        events_view_move(view, page);
    else if (request == REQUEST_TOP)
        events_view_move(view, INT_MIN);
    else if (request == REQUEST_BOTTOM)
        events_view_move(view, INT_MAX);
    else
        return false;
    return true;
}

static enum screen_reaction events_request(struct screen *screen, struct app *app,
                                           enum request request, int64_t now_ms)
{
    struct screen_events *events = (struct screen_events *)screen;
    struct events_view *view = &events->view;
    if (move(view, request, events->page > 1 ? events->page - 1 : 1))
        return SCREEN_TAKEN;
    if (request == REQUEST_EVENTS_FREEZE)
        events_view_freeze(view, view->limit == 0);
    else if (request == REQUEST_EVENTS_FILTER)
        filter(events, app, now_ms);
    else if (request == REQUEST_EVENTS_NEXT)
        find(events, app, -1, now_ms);
    else if (request == REQUEST_EVENTS_PREVIOUS)
        find(events, app, 1, now_ms);
    else if (request == REQUEST_EVENTS_WRITE)
        ask_for_file(events, app);
    else if (request == REQUEST_EVENTS_FIND)
        ask_for_text(events, app);
    else
        return SCREEN_IGNORED;
    return SCREEN_TAKEN;
}

static bool events_offers(const struct screen *screen, const struct fleet *fleet,
                          enum request request)
{
    const struct screen_events *events = (const struct screen_events *)screen;
    (void)fleet;
    return request != REQUEST_EVENTS_FILTER || events->about != NULL;
}

/* ---- life ------------------------------------------------------------------------------ */

static void events_free(struct screen *screen)
{
    struct screen_events *events = (struct screen_events *)screen;
    events_view_release(&events->view);
    free(events->about);
    free(events);
}

static const struct screen_ops events_ops = {
    .scope = KEYMAP_IN_EVENTS,
    .draw = events_draw,
    .request = events_request,
    .offers = events_offers,
    .free = events_free,
};

struct screen *screen_events_new(const struct fleet *fleet, uint64_t uid)
{
    struct screen_events *events = mem_alloc(1, sizeof(*events));
    struct target *target;
    const struct job *job = fleet_job(fleet, uid, &target);
    events->screen.ops = &events_ops;
    events_view_init(&events->view, &fleet->journal);
    if (!job)
        return &events->screen;
    const char *label = target_label(target);
    size_t size = strlen(label) + strlen(job->id) + 2;
    events->about = mem_alloc(size, 1);
    snprintf(events->about, size, "%s/%s", label, job->id);
    events_view_about(&events->view, uid, label);
    return &events->screen;
}
