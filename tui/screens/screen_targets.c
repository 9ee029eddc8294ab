#include "tui/screens/screen_targets.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/visit.h"
#include "tui/app.h"
#include "tui/screens/target_facts.h"
#include "tui/widgets/fields.h"
#include "tui/widgets/table.h"

#define NARROW     60
#define MARKS      3
#define FACTS_FROM 16 /* lines from which on the facts of one stand below the list */
#define FACTS      10 /* lines for them */

enum { NAME, LINK, GUEST, QEMU, JOBS, PID, ANSWER, WHY, COLUMN_COUNT };

static const struct table_column columns[COLUMN_COUNT] = {
    [NAME] = {"VM", 8, 24, 0, 0, false},     [LINK] = {"LINK", 10, 12, 0, 0, false},
    [GUEST] = {"GUEST", 8, 16, 3, 0, false}, [QEMU] = {"QEMU", 6, 16, 4, 0, false},
    [JOBS] = {"JOBS", 4, 5, 2, 0, true},     [PID] = {"PID", 7, 7, 5, 0, true},
    [ANSWER] = {"ANSWER", 6, 6, 6, 0, true}, [WHY] = {"WHY", 10, 80, 1, 0, false},
};

struct screen_targets {
    struct screen screen;
    const struct target *cursor; /* borrowed; targets outlive screens; NULL = not yet */
    size_t first;                /* of the list, at the top */
    int page;
    struct draw_area list; /* where it was drawn */
};

/* ---- cursor ---------------------------------------------------------------------------- */

static size_t place_of(const struct screen_targets *targets, const struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->target_count; i++)
        if (fleet->targets[i] == targets->cursor)
            return i;
    return 0;
}

static void put_cursor(struct screen_targets *targets, const struct fleet *fleet, int64_t place)
{
    int64_t last = (int64_t)fleet->target_count - 1;
    if (last >= 0)
        targets->cursor = fleet->targets[place < 0 ? 0 : place > last ? last : place];
}

static bool move(struct screen_targets *targets, const struct fleet *fleet,
                 enum request request)
{
    int64_t place = (int64_t)place_of(targets, fleet), page = targets->page;
    if (request == REQUEST_UP)
        place--;
    else if (request == REQUEST_DOWN)
        place++;
    else if (request == REQUEST_PAGE_UP)
        place -= page;
    else if (request == REQUEST_PAGE_DOWN)
        place += page;
    else if (request == REQUEST_TOP)
        place = 0;
    else if (request == REQUEST_BOTTOM)
        place = (int64_t)fleet->target_count - 1;
    else
        return false;
    put_cursor(targets, fleet, place);
    return true;
}

static bool targets_click(struct screen *screen, struct app *app, int y, int x)
{
    struct screen_targets *targets = (struct screen_targets *)screen;
    int line = y - targets->list.y;
    (void)x;
    if (line < 0 || line >= targets->list.height ||
        targets->first + (size_t)line >= app->fleet->target_count)
        return false;
    put_cursor(targets, app->fleet, (int64_t)targets->first + line);
    return true;
}

/* ---- links ----------------------------------------------------------------------------- */

static void connect_link(struct app *app, struct target *target, int64_t now_ms)
{
    const struct app_links *links = &app->links;
    const char *name = target_label(target);
    (void)visit_summon(target, now_ms);
    if (target->link == TARGET_UP) {
        status_say(&app->status, THEME_STATUS, now_ms, "%s is connected", name);
        return;
    }
    journal_add(&app->fleet->journal, now_ms, JOURNAL_YOU, name, NULL, 0, "you: connect now");
    const char *why = links->connect ? links->connect(links->ctx, target) : "not possible here";
    if (why)
        status_say(&app->status, THEME_ERROR, now_ms, "%s: not connected: %s", name, why);
    else
        status_say(&app->status, THEME_STATUS, now_ms, "%s: trying now", name);
}

static void release_link(struct app *app, struct target *target, int64_t now_ms)
{
    const struct app_links *links = &app->links;
    const char *name = target_label(target);
    char keys[KEYMAP_KEYS_SIZE];
    if (target->link == TARGET_CLOSED) {
        status_say(&app->status, THEME_STATUS, now_ms, "%s is %s", name,
                   target->gone ? "gone" : "released already");
        return;
    }
    const char *why = links->release ? links->release(links->ctx, target) : "not possible here";
    if (why) {
        status_say(&app->status, THEME_ERROR, now_ms, "%s: not released: %s", name, why);
        return;
    }
    journal_add(&app->fleet->journal, now_ms, JOURNAL_YOU, name, NULL, 0,
                "you: release: closed until it is taken back");
    status_say(&app->status, THEME_STATUS, now_ms, "%s is released  (%s takes it back)", name,
               keymap_keys(&app->keymap, REQUEST_CONNECT, true, keys));
}

static enum screen_reaction targets_request(struct screen *screen, struct app *app,
                                            enum request request, int64_t now_ms)
{
    struct screen_targets *targets = (struct screen_targets *)screen;
    if (app->fleet->target_count == 0)
        return SCREEN_IGNORED;
    struct target *target = app->fleet->targets[place_of(targets, app->fleet)];
    if (move(targets, app->fleet, request))
        return SCREEN_TAKEN;
    if (request == REQUEST_CONNECT)
        connect_link(app, target, now_ms);
    else if (request == REQUEST_RELEASE)
        release_link(app, target, now_ms);
    else
        return SCREEN_IGNORED;
    return SCREEN_TAKEN;
}

/* ---- drawing --------------------------------------------------------------------------- */

static void draw_cell(const struct table_span *spans, int column, struct draw_area area, int y,
                      enum theme_role role, const char *text)
{
    int x = MARKS + spans[column].x;
    if (spans[column].width > 0 && columns[column].right)
        draw_right(area, y, x, spans[column].width, role, text);
    else if (spans[column].width > 0)
        draw_text(area, y, x, spans[column].width, role, text);
}

static void draw_columns(const struct target_cells *cells, const struct table_span *spans,
                         struct draw_area area, int y)
{
    draw_middle(area, y, MARKS + spans[NAME].x, spans[NAME].width, THEME_NORMAL, cells->name);
    draw_cell(spans, LINK, area, y, cells->role, cells->link);
    draw_cell(spans, GUEST, area, y, THEME_NORMAL, cells->guest);
    draw_cell(spans, QEMU, area, y, THEME_NORMAL, cells->qemu);
    draw_cell(spans, JOBS, area, y, THEME_NORMAL, cells->jobs);
    draw_cell(spans, PID, area, y, THEME_NORMAL, cells->pid);
    draw_cell(spans, ANSWER, area, y, THEME_NORMAL, cells->age);
    draw_cell(spans, WHY, area, y, cells->role, cells->why);
}

/* "web-01 DOWN 2m retry 8s: refused" */
static void draw_phrase(const struct target_cells *cells, struct draw_area area, int y)
{
    int x = MARKS;
    int room = area.width - x - 1 - draw_width(cells->link);
    x += draw_middle(area, y, x, room, THEME_NORMAL, cells->name) + 1;
    x += draw_text(area, y, x, -1, cells->role, cells->link) + 1;
    draw_text(area, y, x, -1, cells->role, cells->why);
}

static void draw_line(const struct screen_targets *targets, const struct target *target,
                      const struct table_span *spans, struct draw_area area, int y,
                      int64_t now_ms)
{
    struct target_cells cells;
    bool selected = target == targets->cursor;
    target_facts_cells(&cells, target, now_ms);
    const char marks[] = {selected ? '>' : ' ', cells.mark, '\0'};
    draw_text(area, y, 0, -1, cells.role, marks);
    if (area.width < NARROW)
        draw_phrase(&cells, area, y);
    else
        draw_columns(&cells, spans, area, y);
    if (selected)
        draw_recolour(area, y, 0, area.width, THEME_SELECT);
}

static void measure(const struct fleet *fleet, int width, struct table_span *spans)
{
    int wanted[COLUMN_COUNT];
    for (int i = 0; i < COLUMN_COUNT; i++)
        wanted[i] = columns[i].max;
    wanted[NAME] = columns[NAME].min;
    for (size_t i = 0; i < fleet->target_count; i++) {
        int len = (int)strnlen(target_label(fleet->targets[i]), 100);
        wanted[NAME] = len > wanted[NAME] ? len : wanted[NAME];
    }
    wanted[QEMU] = columns[QEMU].min + 2;
    wanted[GUEST] = columns[GUEST].min;
    table_layout(columns, wanted, COLUMN_COUNT, width - MARKS, spans);
}

static void draw_list(struct screen_targets *targets, const struct fleet *fleet,
                      const struct table_span *spans, struct draw_area area, int64_t now_ms)
{
    size_t place = place_of(targets, fleet), page = (size_t)area.height;
    targets->list = area;
    targets->page = area.height > 1 ? area.height - 1 : 1;
    if (targets->first > place)
        targets->first = place;
    if (page > 0 && targets->first + page <= place)
        targets->first = place + 1 - page;
    for (size_t i = targets->first; i < fleet->target_count && i - targets->first < page; i++)
        draw_line(targets, fleet->targets[i], spans, area, (int)(i - targets->first), now_ms);
}

static void draw_title(const struct fleet *fleet, struct draw_area area, int64_t now_ms)
{
    struct fleet_counts counts = fleet_count(fleet, now_ms);
    draw_fill(area, 0, 0, area.width, THEME_TITLE, ' ');
    draw_format(area, 0, 0, -1, THEME_TITLE, "SOCKETS  %zu of %zu connected", counts.up,
                counts.targets);
}

static void draw_facts(const struct screen_targets *targets, const struct app *app,
                       struct draw_area area, int64_t now_ms)
{
    struct fields fields;
    fields_begin(&fields, area, 0);
    fields_heading(&fields, target_label(targets->cursor));
    target_facts_add(targets->cursor, app->wall_s, &fields, now_ms);
}

static void targets_draw(struct screen *screen, struct app *app, struct draw_area area,
                         int64_t now_ms)
{
    struct screen_targets *targets = (struct screen_targets *)screen;
    struct table_span spans[COLUMN_COUNT];
    const struct fleet *fleet = app->fleet;
    int head = 1, below = 0;
    put_cursor(targets, fleet, (int64_t)place_of(targets, fleet));
    app_lively(app, now_ms);
    draw_title(fleet, area, now_ms);
    measure(fleet, area.width, spans);
    if (area.width >= NARROW && area.height > 3) {
        for (int i = 0; i < COLUMN_COUNT; i++)
            draw_cell(spans, i, area, head, THEME_HEADING, columns[i].title);
        head++;
    }
    if (targets->cursor && area.height >= FACTS_FROM) {
        below = FACTS;
        draw_facts(targets, app, draw_sub(area, area.height - below, 0, below, area.width),
                   now_ms);
    }
    draw_list(targets, fleet, spans,
              draw_sub(area, head, 0, area.height - head - below, area.width), now_ms);
}

static bool targets_offers(const struct screen *screen, const struct fleet *fleet,
                           enum request request)
{
    (void)screen;
    return fleet->target_count > 0 ||
           (request != REQUEST_CONNECT && request != REQUEST_RELEASE);
}

static void targets_free(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops targets_ops = {
    .scope = KEYMAP_IN_TARGETS,
    .draw = targets_draw,
    .request = targets_request,
    .click = targets_click,
    .offers = targets_offers,
    .free = targets_free,
};

struct screen *screen_targets_new(void)
{
    struct screen_targets *targets = mem_alloc(1, sizeof(*targets));
    targets->screen.ops = &targets_ops;
    return &targets->screen;
}
