#include "tui/screens/jobs_view.h"

#include <stdio.h>

#include "core/fleet.h"
#include "tui/app.h"
#include "tui/widgets/search_line.h"

#define ROWS_A_MS 100 /* 10,000 rows are looked at ten times a second */
#define HELD_MS   500 /* rows that are held stand anyway */

void jobs_view_init(struct jobs_view *view)
{
    *view = (struct jobs_view){.cursor = 0};
    order_init(&view->order);
    tags_init(&view->tags);
}

void jobs_view_release(struct jobs_view *view)
{
    order_release(&view->order);
    tags_release(&view->tags);
}

/* ---- cursor ---------------------------------------------------------------------------- */

static void put_cursor(struct jobs_view *view, int64_t row)
{
    if (view->order.count == 0) {
        view->cursor = 0;
        return;
    }
    int64_t last = (int64_t)view->order.count - 1;
    view->place = (size_t)(row < 0 ? 0 : row > last ? last : row);
    view->cursor = view->order.rows[view->place].uid;
    view->placed = true;
}

/* After the rows changed: where is the cursor's job now? */
static void follow_cursor(struct jobs_view *view, const struct app *app)
{
    const struct order *order = &view->order;
    if (view->place < order->count && order->rows[view->place].uid == view->cursor)
        return;
    int64_t row = order_find(order, view->cursor);
    if (row >= 0)
        view->place = (size_t)row;
    else if (!view->placed || view->cursor == app->cleared_uid)
        put_cursor(view, (int64_t)view->place);
    else
        view->cursor = 0;
}

/* How long the rows may stay as they are: of many rows the price of looking at all of them
 * counts, of a few it is less than that of a frame. */
static int64_t rest_of(const struct jobs_view *view, bool hold, bool news)
{
    int64_t rest_ms = (int64_t)(view->order.count / ROWS_A_MS);
    return hold && !news && rest_ms < HELD_MS ? HELD_MS : rest_ms;
}

/* Whether the rows can stay; if there is news, they are looked at as soon as they may be. */
static bool is_fresh(const struct jobs_view *view, struct app *app, bool hold, int64_t now_ms)
{
    const struct order *order = &view->order;
    bool news = view->seen != app->fleet->generation;
    int64_t until_ms = view->updated_ms + rest_of(view, hold, news);
    if (view->doubted || order->asked || order->updates == 0 || (order->held && !hold) ||
        now_ms >= until_ms)
        return false;
    if (news)
        app_due(app, until_ms);
    return true;
}

void jobs_view_update(struct jobs_view *view, struct app *app, int64_t now_ms)
{
    bool hold = app_is_holding(app, now_ms);
    if (is_fresh(view, app, hold, now_ms)) {
        order_stand(&view->order, hold);
        return;
    }
    order_update(&view->order, app->fleet, hold, now_ms);
    follow_cursor(view, app);
    if (view->seen != app->fleet->generation)
        tags_prune(&view->tags, app->fleet);
    view->seen = app->fleet->generation;
    view->updated_ms = now_ms;
    view->doubted = false;
}

void jobs_view_doubt(struct jobs_view *view)
{
    view->doubted = true;
}

bool jobs_view_select(struct jobs_view *view, uint64_t uid)
{
    int64_t row = order_find(&view->order, uid);
    if (row >= 0)
        put_cursor(view, row);
    return row >= 0;
}

/* A cursor on nothing steps onto the row that took its job's place. */
static void step(struct jobs_view *view, int64_t by)
{
    bool nowhere = view->cursor == 0;
    put_cursor(view, (int64_t)view->place + (nowhere && by > 0 ? by - 1 : by));
}

/* ---- rows that answer a question ------------------------------------------------------- */

typedef bool row_test(const struct jobs_view *view, const struct fleet *fleet,
                      const struct order_row *row, int64_t now_ms);

static bool needs_you(const struct jobs_view *view, const struct fleet *fleet,
                      const struct order_row *row, int64_t now_ms)
{
    struct target *target = fleet_migrating(fleet, row->uid);
    const struct job *job = NULL;
    (void)view;
    if (row->is_migration)
        return target && fleet_migration_need(target).kind != NEED_NONE;
    job = fleet_job(fleet, row->uid, &target);
    return job && fleet_need(target, job, now_ms).kind != NEED_NONE;
}

static bool is_looked_for(const struct jobs_view *view, const struct fleet *fleet,
                          const struct order_row *row, int64_t now_ms)
{
    struct target *target = fleet_migrating(fleet, row->uid);
    const struct job *job = NULL;
    (void)now_ms;
    if (row->is_migration)
        return target && filter_takes_migration(&view->find, target);
    job = fleet_job(fleet, row->uid, &target);
    return job && filter_takes_job(&view->find, target, job);
}

/* Goes to the first row that passes, beginning `from` rows off the cursor and on
 * `by` by `by`, round the ends. A cursor on nothing is before the row that took its
 * job's place. */
static bool go_to(struct jobs_view *view, const struct fleet *fleet, row_test *test,
                  int64_t from, int64_t by, int64_t now_ms)
{
    int64_t count = (int64_t)view->order.count;
    if (view->cursor == 0 && from > 0)
        from--;
    for (int64_t i = 0; i < count; i++) {
        int64_t row = ((int64_t)view->place + from + by * i + 2 * count) % count;
        if (!test(view, fleet, &view->order.rows[row], now_ms))
            continue;
        put_cursor(view, row);
        return true;
    }
    return false;
}

static void go_to_need(struct jobs_view *view, struct app *app, int64_t by, int64_t now_ms)
{
    if (!go_to(view, app->fleet, needs_you, by, by, now_ms))
        status_say(&app->status, THEME_STATUS, now_ms, "nothing %sneeds you",
                   view->order.hidden > 0 ? "that the filter shows " : "");
}

static void find_again(struct jobs_view *view, struct app *app, int64_t by, int64_t now_ms)
{
    if (!filter_is_set(&view->find))
        status_say(&app->status, THEME_STATUS, now_ms, "nothing was looked for yet");
    else if (!go_to(view, app->fleet, is_looked_for, by, by, now_ms))
        status_say(&app->status, THEME_STATUS, now_ms, "no row has: %s", view->find.text);
}

/* ---- search lines ---------------------------------------------------------------------- */

static const char *find_changed(void *ctx, struct app *app, const char *text)
{
    struct jobs_view *view = ctx;
    int64_t origin = order_find(&view->order, view->origin);
    filter_set(&view->find, text);
    if (origin >= 0)
        put_cursor(view, origin);
    if (!filter_is_set(&view->find))
        return "";
    return go_to(view, app->fleet, is_looked_for, 0, 1, 0) ? "" : "no row has that";
}

static void find_given_up(void *ctx, struct app *app)
{
    struct jobs_view *view = ctx;
    int64_t origin = order_find(&view->order, view->origin);
    (void)app;
    if (origin >= 0)
        put_cursor(view, origin);
}

static void open_find(struct jobs_view *view, struct app *app)
{
    static const struct search_line_ops ops = {find_changed, find_given_up};
    view->origin = view->cursor;
    app_push(app, search_line_new(&ops, view, "find:", NULL, FILTER_SIZE - 1));
}

/* The cursor steps onto another row only where its own is hidden now. */
static void ask(struct jobs_view *view, const struct order_spec *spec)
{
    order_ask(&view->order, spec);
    view->placed = false;
}

static const char *filter_changed(void *ctx, struct app *app, const char *text)
{
    struct jobs_view *view = ctx;
    struct order_spec spec = view->before;
    (void)app;
    snprintf(spec.filter, sizeof(spec.filter), "%s", text);
    view->cursor = view->origin;
    ask(view, &spec);
    return "";
}

static void filter_given_up(void *ctx, struct app *app)
{
    struct jobs_view *view = ctx;
    (void)app;
    view->cursor = view->origin;
    ask(view, &view->before);
}

static void open_filter(struct jobs_view *view, struct app *app)
{
    static const struct search_line_ops ops = {filter_changed, filter_given_up};
    view->before = view->order.spec;
    view->origin = view->cursor;
    app_push(app, search_line_new(&ops, view, "show words, not !words:",
                                  view->order.spec.filter, FILTER_SIZE - 1));
}

/* ---- sorting and tags ------------------------------------------------------------------ */

static void say_order(const struct jobs_view *view, struct app *app, int64_t now_ms)
{
    const struct order_spec *spec = &view->order.spec;
    status_say(&app->status, THEME_STATUS, now_ms, "sorted by %s%s", order_key_name(spec->key),
               spec->descending == order_key_descends(spec->key) ? ""
                                                                 : ", the other way round");
}

void jobs_view_sort(struct jobs_view *view, enum order_key key)
{
    struct order_spec spec = view->order.spec;
    spec.key = key;
    spec.descending = order_key_descends(key);
    ask(view, &spec);
}

static void sort_by(struct jobs_view *view, struct app *app, int by, int64_t now_ms)
{
    int key = ((int)view->order.spec.key + by + ORDER_KEY_COUNT) % ORDER_KEY_COUNT;
    jobs_view_sort(view, (enum order_key)key);
    say_order(view, app, now_ms);
}

static void reverse(struct jobs_view *view, struct app *app, int64_t now_ms)
{
    struct order_spec spec = view->order.spec;
    if (spec.key == ORDER_BY_NEED) {
        status_say(&app->status, THEME_STATUS, now_ms, "by need, the oldest is always first");
        return;
    }
    spec.descending = !spec.descending;
    ask(view, &spec);
    say_order(view, app, now_ms);
}

static void tag(struct jobs_view *view, struct app *app, int64_t now_ms)
{
    if (!fleet_job(app->fleet, view->cursor, NULL)) {
        status_say(&app->status, THEME_NEED, now_ms, "tag: %s",
                   view->cursor == 0 ? "no job is selected" : "a migration cannot be tagged");
        return;
    }
    tags_toggle(&view->tags, view->cursor);
    step(view, 1);
}

/* Those that a filter hides are left alone. */
static void tag_all(struct jobs_view *view, struct app *app, int64_t now_ms)
{
    const struct order *order = &view->order;
    for (size_t i = 0; i < order->count; i++)
        if (!order->rows[i].is_migration && !tags_has(&view->tags, order->rows[i].uid))
            tags_toggle(&view->tags, order->rows[i].uid);
    status_say(&app->status, THEME_STATUS, now_ms, "every job that is shown is tagged");
}

static void untag_all(struct jobs_view *view, struct app *app, int64_t now_ms)
{
    status_say(&app->status, THEME_STATUS, now_ms, "no job is tagged%s",
               view->tags.count > 0 ? " any more" : "");
    tags_clear(&view->tags);
}

/* ---- requests -------------------------------------------------------------------------- */

static bool move(struct jobs_view *view, struct app *app, enum request request, int64_t page,
                 int64_t now_ms)
{
    if (request == REQUEST_UP)
        step(view, -1);
    else if (request == REQUEST_DOWN)
        step(view, 1);
    else if (request == REQUEST_PAGE_UP)
        step(view, -page);
    else if (request == REQUEST_PAGE_DOWN)
        step(view, page);
    else if (request == REQUEST_TOP)
        put_cursor(view, 0);
    else if (request == REQUEST_BOTTOM)
        put_cursor(view, (int64_t)view->order.count - 1);
    else if (request == REQUEST_NEXT_NEED)
        go_to_need(view, app, 1, now_ms);
    else if (request == REQUEST_PREVIOUS_NEED)
        go_to_need(view, app, -1, now_ms);
    else if (request == REQUEST_FIND_NEXT)
        find_again(view, app, 1, now_ms);
    else if (request == REQUEST_FIND_PREVIOUS)
        find_again(view, app, -1, now_ms);
    else
        return false;
    return true;
}

enum screen_reaction jobs_view_request(struct jobs_view *view, struct app *app,
                                       enum request request, int64_t page, int64_t now_ms)
{
    if (move(view, app, request, page, now_ms))
        return SCREEN_TAKEN;
    if (request == REQUEST_FIND)
        open_find(view, app);
    else if (request == REQUEST_FILTER)
        open_filter(view, app);
    else if (request == REQUEST_SORT_NEXT)
        sort_by(view, app, 1, now_ms);
    else if (request == REQUEST_SORT_PREVIOUS)
        sort_by(view, app, -1, now_ms);
    else if (request == REQUEST_SORT_REVERSE)
        reverse(view, app, now_ms);
    else if (request == REQUEST_TAG)
        tag(view, app, now_ms);
    else if (request == REQUEST_TAG_ALL)
        tag_all(view, app, now_ms);
    else if (request == REQUEST_UNTAG)
        untag_all(view, app, now_ms);
    else
        return SCREEN_IGNORED;
    return SCREEN_TAKEN;
}
