#include "tui/screens/screen_jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/group.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/screens/event_text.h"
#include "tui/screens/jobs_frame.h"
#include "tui/screens/jobs_lines.h"
#include "tui/screens/jobs_pane.h"
#include "tui/screens/jobs_row.h"
#include "tui/screens/jobs_view.h"
#include "tui/screens/link_look.h"

/* From which height of the screen a part is there. */
#define HEAD_FROM    6
#define EVENTS_SHARE 8 /* one line of events for so many lines of the screen ... */
#define EVENTS_FROM  24

#define FIGURES_MS 900 /* figures stand so long where nothing new is told */

#define CLOCK_FROM    140 /* columns of a screen whose top line has the time of day ... */
#define CLOCK_MINUTES 5   /* ... without the seconds */

struct screen_jobs {
    struct screen screen;
    struct jobs_view view;
    struct jobs_lines lines;
    struct jobs_columns columns;
    struct jobs_pane pane;
    struct fleet_counts counts;
    struct jobs_widths widest;
    uint64_t updates;   /* of the order, when both were made */
    uint64_t seen;      /* the fleet's generation that the figures are of ... */
    int64_t figured_ms; /* ... and the time */
    size_t first;       /* line at the top of the list */
    int page;           /* lines that the list has */
    int top;            /* line of the area where it begins */
};

static enum screen_reaction jobs_request(struct screen *screen, struct app *app,
                                         enum request request, int64_t now_ms)
{
    struct screen_jobs *jobs = (struct screen_jobs *)screen;
    int64_t page = jobs->page > 1 ? jobs->page - 1 : 1;
    if (jobs_pane_request(&jobs->pane, app, request, now_ms))
        return SCREEN_TAKEN;
    return jobs_view_request(&jobs->view, app, request, page, now_ms);
}

static enum screen_reaction jobs_key(struct screen *screen, struct app *app, int key,
                                     int64_t now_ms)
{
    struct screen_jobs *jobs = (struct screen_jobs *)screen;
    (void)now_ms;
    bool closes = keymap_find(&app->keymap, key, KEYMAP_IN_JOBS) == REQUEST_CLOSE;
    if (!closes || !jobs->pane.focused)
        return SCREEN_IGNORED;
    jobs->pane.focused = false;
    return SCREEN_TAKEN;
}

static uint64_t jobs_subject(const struct screen *screen)
{
    return ((const struct screen_jobs *)screen)->view.cursor;
}

static const struct tags *jobs_tags(const struct screen *screen)
{
    return &((const struct screen_jobs *)screen)->view.tags;
}

static bool jobs_offers(const struct screen *screen, const struct fleet *fleet,
                        enum request request)
{
    const struct screen_jobs *jobs = (const struct screen_jobs *)screen;
    const struct jobs_view *view = &jobs->view;
    if (request == REQUEST_ACTIONS || request == REQUEST_DETAIL)
        return view->cursor != 0;
    if (request == REQUEST_PANE)
        return jobs_pane_can_scroll(&jobs->pane);
    if (request == REQUEST_TAG)
        return fleet_job(fleet, view->cursor, NULL) != NULL;
    if (request == REQUEST_NEXT_NEED)
        return view->order.count > 0 && jobs->counts.need > 0;
    return request != REQUEST_FIND || view->order.count > 0;
}

static bool jobs_click(struct screen *screen, struct app *app, int y, int x)
{
    struct screen_jobs *jobs = (struct screen_jobs *)screen;
    size_t line = jobs->first + (size_t)(y - jobs->top);
    if (jobs_pane_click(&jobs->pane, app, y, x) || y < jobs->top ||
        y >= jobs->top + jobs->page || line >= jobs->lines.count ||
        jobs->lines.items[line].kind != JOBS_LINE_JOB)
        return false;
    return jobs_view_select(&jobs->view, jobs->lines.items[line].uid);
}

/* ---- lines ----------------------------------------------------------------------------- */

/* Scrolls as little as needed to show the cursor, and a heading right above it. */
static void scroll(struct screen_jobs *jobs, int height)
{
    size_t page = height > 0 ? (size_t)height : 0;
    size_t most = jobs->lines.count > page ? jobs->lines.count - page : 0;
    int64_t found = jobs_lines_find(&jobs->lines, jobs->view.cursor, jobs->view.place);
    jobs->page = height;
    if (found >= 0) {
        size_t line = (size_t)found;
        size_t above = line > 0 && jobs->lines.items[line - 1].kind == JOBS_LINE_GROUP;
        if (page > 1 && jobs->first > line - above)
            jobs->first = line - above;
        if (jobs->first > line)
            jobs->first = line;
        if (page > 0 && jobs->first + page <= line)
            jobs->first = line + 1 - page;
    }
    if (jobs->first > most)
        jobs->first = most;
}

static void draw_heading(struct draw_area area, int y, const char *title, size_t count,
                         const char *more)
{
    draw_fill(area, y, 0, area.width, THEME_HEADING, '-');
    draw_format(area, y, 2, -1, THEME_HEADING, " %s (%zu)%s ", title, count, more);
}

static void draw_target(const struct target *target, const struct jobs_layout *layout,
                        struct draw_area area, int y, int64_t now_ms)
{
    char state[LINK_LOOK_SIZE], retry[LINK_LOOK_SIZE];
    const struct link_look *look = link_look(target, now_ms);
    const char mark[] = {' ', look->mark, '\0'};
    int x = JOBS_MARKS, room = area.width;
    link_look_words(target, now_ms, state, retry);
    draw_text(area, y, 0, -1, look->role, mark);
    if (layout->narrow) {
        room -= x + 1 + draw_width(state);
    } else {
        x = layout->spans[JOBS_VM].x;
        room = layout->spans[JOBS_VM].width;
    }
    int used = draw_middle(area, y, x, room, THEME_NORMAL, target_label(target));
    x += (layout->narrow ? used : room) + 1;
    x += draw_text(area, y, x, -1, look->role, state) + 2;
    int end = area.width - draw_width(retry);
    if (x > end)
        return;
    if (target->reason)
        draw_text(area, y, x, end - 2 - x, THEME_NORMAL, target->reason);
    draw_text(area, y, end, -1, THEME_DIM, retry);
}

static void draw_job(const struct screen_jobs *jobs, const struct app *app, uint64_t uid,
                     const struct jobs_layout *layout, struct draw_area area, int y,
                     int64_t now_ms)
{
    struct jobs_row row;
    if (!jobs_row_of(&row, app->fleet, uid, &app->keymap, now_ms))
        return;
    row.tagged = tags_has(&jobs->view.tags, uid);
    jobs_row_draw(&row, layout, area, y, uid == jobs->view.cursor);
}

static void draw_line(const struct screen_jobs *jobs, const struct app *app,
                      const struct jobs_line *line, const struct jobs_layout *layout,
                      struct draw_area area, int y, int64_t now_ms)
{
    char more[32];
    switch (line->kind) {
    case JOBS_LINE_GROUP:
        snprintf(more, sizeof(more), "%s%s", line->group == ORDER_NEED ? ", oldest first" : "",
                 app->pinned ? ", held" : "");
        draw_heading(area, y, order_group_title(line->group),
                     jobs->view.order.group_count[line->group], more);
        break;
    case JOBS_LINE_JOB:
        draw_job(jobs, app, line->uid, layout, area, y, now_ms);
        break;
    case JOBS_LINE_LINKS:
        draw_heading(area, y, "sockets not connected", jobs->lines.troubled, "");
        break;
    case JOBS_LINE_TARGET:
        draw_target(line->target, layout, area, y, now_ms);
        break;
    case JOBS_LINE_NOTE:
        draw_text(area, y, JOBS_MARKS, -1, THEME_NORMAL, line->note);
        break;
    }
}

static bool is_plain(const char *text)
{
    while (*text >= ' ' && *text < 0x7f)
        text++;
    return *text == '\0';
}

/* Most names are plain: no need to clean them to know their width. */
static void widen(int *widest, const char *text)
{
    int width = is_plain(text) ? (int)strnlen(text, DRAW_WIDTH_MAX) : draw_width(text);
    *widest = width > *widest ? width : *widest;
}

static bool is_grouped(const struct target *target, const struct job *job)
{
    return job->ending == JOB_NOT_ENDED && group_certainty(target, job) != GROUP_NONE;
}

/* The widest cells. */
static struct jobs_widths measure(const struct fleet *fleet)
{
    struct jobs_widths widest = {0};
    for (size_t i = 0; i < fleet->target_count; i++) {
        const struct target *target = fleet->targets[i];
        widen(&widest.vm, target_label(target));
        for (size_t k = 0; k < target->job_count; k++) {
            widen(&widest.job, target->jobs[k]->id);
            widen(&widest.type, job_type_text(target->jobs[k]));
            widen(&widest.status, job_status_text(target->jobs[k]));
            widest.grouped = widest.grouped || is_grouped(target, target->jobs[k]);
        }
        if (!migration_is_shown(&target->migration))
            continue;
        widen(&widest.type, target->migration.incoming ? "incoming" : "");
        widen(&widest.status, migration_status_text(&target->migration));
    }
    return widest;
}

/* A line on the screen is of a job that nobody keeps: thousands may end between two looks. */
static bool has_gap(const struct screen_jobs *jobs, const struct fleet *fleet)
{
    for (size_t i = 0; i < (size_t)jobs->page && jobs->first + i < jobs->lines.count; i++) {
        const struct jobs_line *line = &jobs->lines.items[jobs->first + i];
        if (line->kind == JOBS_LINE_JOB && !fleet_job(fleet, line->uid, NULL) &&
            !fleet_migrating(fleet, line->uid))
            return true;
    }
    return false;
}

/* What looks at every job, only where something may be new. */
static void sum_up(struct screen_jobs *jobs, struct app *app, int64_t now_ms)
{
    if (has_gap(jobs, app->fleet))
        jobs_view_doubt(&jobs->view);
    jobs_view_update(&jobs->view, app, now_ms);
    jobs_lines_build(&jobs->lines, app->fleet, &jobs->view.order, !app->low);
    if (jobs->updates == jobs->view.order.updates)
        return;
    jobs->counts = fleet_count(app->fleet, now_ms);
    jobs->widest = measure(app->fleet);
    jobs->widest.aged = jobs->view.order.spec.key == ORDER_BY_AGE;
    jobs->updates = jobs->view.order.updates;
}

/* A key moves the cursor, not time: speeds and ages go on with the next answer or second,
 * so that the echo of a key is short on a slow line. */
static int64_t time_of_figures(struct screen_jobs *jobs, const struct app *app, int64_t now_ms)
{
    bool news = jobs->seen != app->fleet->generation;
    if (news || now_ms - jobs->figured_ms >= FIGURES_MS)
        jobs->figured_ms = now_ms;
    jobs->seen = app->fleet->generation;
    return jobs->figured_ms;
}

static void draw_list(struct screen_jobs *jobs, const struct app *app,
                      const struct jobs_layout *layout, struct draw_area area, int64_t now_ms)
{
    scroll(jobs, area.height);
    for (int y = 0; y < area.height; y++) {
        size_t i = jobs->first + (size_t)y;
        if (i < jobs->lines.count)
            draw_line(jobs, app, &jobs->lines.items[i], layout, area, y, now_ms);
    }
}

/* ---- the whole ------------------------------------------------------------------------- */

static int event_lines(int height)
{
    return height < EVENTS_FROM ? 1 : height / EVENTS_SHARE;
}

static bool is_lively(const struct fleet_counts *counts)
{
    return counts->running + counts->ready + counts->need + counts->migrations > 0 ||
           counts->up < counts->targets;
}

/* On wide screens with the time of day, so that the frame is old when the minute is. */
static void draw_top(const struct screen_jobs *jobs, struct app *app,
                     const struct fleet_counts *counts, struct draw_area area, int64_t now_ms)
{
    char clock[EVENT_TEXT_CLOCK];
    struct jobs_frame_view view = {
        .order = &jobs->view.order,
        .tagged = jobs->view.tags.count,
        .held = app_is_holding(app, now_ms),
        .pinned = app->pinned,
        .theme = app->theme,
    };
    if (area.width >= CLOCK_FROM) {
        int64_t wall_s = app->wall_s(now_ms);
        event_text_clock(wall_s, clock);
        clock[CLOCK_MINUTES] = '\0';
        view.clock = clock;
        app_due(app, now_ms + (60 - wall_s % 60) * 1000);
    }
    jobs_frame_top(app->fleet, counts, &view, area);
}

static void jobs_draw(struct screen *screen, struct app *app, struct draw_area area,
                      int64_t now_ms)
{
    struct screen_jobs *jobs = (struct screen_jobs *)screen;
    struct jobs_layout layout;
    int width = area.width - jobs_pane_width(area.width), below = 0, head = 1;
    int64_t figures_ms = time_of_figures(jobs, app, now_ms);

    sum_up(jobs, app, now_ms);
    if (is_lively(&jobs->counts))
        app_lively(app, now_ms);
    jobs_columns_layout(&jobs->columns, width, &jobs->widest, &layout);

    draw_top(jobs, app, &jobs->counts, area, now_ms);
    if (area.height >= HEAD_FROM)
        jobs_row_head(&layout, area, head++);
    if (!app->low) {
        int events = event_lines(area.height);
        below = events + 1;
        jobs_frame_sockets(app->fleet, draw_sub(area, area.height - below, 0, 1, area.width),
                           now_ms);
        jobs_frame_events(&app->fleet->journal, app->wall_s,
                          draw_sub(area, area.height - events, 0, events, area.width));
    }
    jobs->top = head;
    draw_list(jobs, app, &layout, draw_sub(area, head, 0, area.height - head - below, width),
              figures_ms);
    jobs_pane_draw(&jobs->pane, app, jobs_subject(screen),
                   draw_sub(area, 1, width, area.height - 1 - below, area.width - width),
                   figures_ms);
}

static void jobs_free(struct screen *screen)
{
    struct screen_jobs *jobs = (struct screen_jobs *)screen;
    jobs_view_release(&jobs->view);
    jobs_lines_release(&jobs->lines);
    free(jobs);
}

static const struct screen_ops jobs_ops = {
    .scope = KEYMAP_IN_JOBS,
    .draw = jobs_draw,
    .key = jobs_key,
    .request = jobs_request,
    .click = jobs_click,
    .subject = jobs_subject,
    .tags = jobs_tags,
    .offers = jobs_offers,
    .free = jobs_free,
};

struct screen *screen_jobs_new(const struct screen_jobs_look *look)
{
    struct screen_jobs *jobs = mem_alloc(1, sizeof(*jobs));
    jobs->screen.ops = &jobs_ops;
    jobs_view_init(&jobs->view);
    jobs_lines_init(&jobs->lines);
    if (look) {
        jobs->columns = look->columns;
        jobs_view_sort(&jobs->view, look->sort);
    }
    return &jobs->screen;
}
