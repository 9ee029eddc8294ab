#include "tui/screens/jobs_frame.h"

#include <stdio.h>
#include <string.h>

#include "core/format.h"
#include "tui/screens/event_text.h"
#include "tui/screens/link_look.h"
#include "tui/widgets/names.h"

#define NARROW 60
#define TINY   10 /* no room for "4 NEED YOU" */

/* ---- top line -------------------------------------------------------------------------- */

#define SEGMENTS_MAX 16

/* A piece of the top line; the lowest `weight` goes first when there is no room. */
struct segment {
    char text[96];
    enum theme_role role;
    int weight;
};

struct segments {
    struct segment item[SEGMENTS_MAX];
    int count;
};

static void add(struct segments *segments, enum theme_role role, int weight, const char *text)
{
    struct segment *segment = &segments->item[segments->count];
    if (text[0] == '\0')
        return;
    snprintf(segment->text, sizeof(segment->text), "%s", text);
    segment->role = role;
    segment->weight = weight;
    segments->count++;
}

/* "6 running 1 ready", without the zeros. */
struct figure {
    size_t count;
    const char *word;
};

static const char *join(const struct figure *figures, size_t count, char *text, size_t size)
{
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count && len < size; i++)
        if (figures[i].count > 0)
            len += (size_t)snprintf(text + len, size - len, "%s%zu %s", len > 0 ? " " : "",
                                    figures[i].count, figures[i].word);
    return text;
}

static void add_counts(struct segments *segments, const struct fleet_counts *counts)
{
    char text[96];
    size_t settled = counts->up + counts->busy + counts->down + counts->closed;
    const struct figure states[] = {
        {counts->running, "running"}, {counts->migrations, "migrating"},
        {counts->ready, "ready"},     {counts->waiting, "waiting"},
        {counts->paused, "paused"},   {counts->ended, "ended"},
    };
    const struct figure needs[] = {{counts->need, need_call(counts->need)}};
    const struct figure down[] = {{counts->down, "DOWN"}};
    const struct figure links[] = {{counts->busy, "BUSY"},
                                   {counts->targets - settled, "connecting"},
                                   {counts->closed, "released"}};

    snprintf(text, sizeof(text), "%zu job%s %zu socket%s", counts->jobs,
             counts->jobs == 1 ? "" : "s", counts->targets, counts->targets == 1 ? "" : "s");
    add(segments, THEME_TITLE, 5, text);
    add(segments, counts->alarm > 0 ? THEME_ERROR : THEME_NEED, 9,
        join(needs, 1, text, sizeof(text)));
    add(segments, THEME_TITLE, 2, join(states, 6, text, sizeof(text)));
    add(segments, THEME_ERROR, 8, join(down, 1, text, sizeof(text)));
    add(segments, THEME_BUSY, 7, join(links, 3, text, sizeof(text)));
}

/* What is not as it is by default. */
static void add_view(struct segments *segments, const struct jobs_frame_view *view)
{
    char text[96] = "";
    const struct order *order = view->order;
    const struct order_spec *spec = &order->spec;
    bool usual = spec->descending == order_key_descends(spec->key);
    if (filter_is_set(&order->filter))
        snprintf(text, sizeof(text), "filter: %.40s (%zu hidden)", spec->filter, order->hidden);
    add(segments, THEME_NEED, 7, text);
    snprintf(text, sizeof(text), "%zu tagged", view->tagged);
    add(segments, THEME_NEED, 6, view->tagged > 0 ? text : "");
    snprintf(text, sizeof(text), "by %s%s", order_key_name(spec->key),
             usual ? "" : " reversed");
    add(segments, THEME_TITLE, 3, spec->key != ORDER_BY_NEED || view->clock ? text : "");
    if (view->pinned)
        add(segments, THEME_NEED, 4, "HELD");
    else
        add(segments, THEME_TITLE, 4, view->held ? "held" : "");
}

/* What is as it is by default, where there is room for that. */
static void add_usual(struct segments *segments, const struct fleet *fleet,
                      const struct jobs_frame_view *view)
{
    char text[96];
    if (!view->clock)
        return;
    if (!filter_is_set(&view->order->filter))
        add(segments, THEME_TITLE, 0, "no filter");
    snprintf(text, sizeof(text), "theme %.64s", view->theme);
    add(segments, THEME_TITLE, 0, text);
    add(segments, THEME_TITLE, 1, fleet->read_only ? "" : "READ-WRITE");
}

static int segments_width(const struct segments *segments, int gap)
{
    int width = 0;
    for (int i = 0; i < segments->count; i++)
        width += draw_width(segments->item[i].text) + (i > 0 ? gap : 0);
    return width;
}

static void drop_lightest(struct segments *segments)
{
    int victim = 0;
    for (int i = 1; i < segments->count; i++)
        if (segments->item[i].weight < segments->item[victim].weight)
            victim = i;
    memmove(&segments->item[victim], &segments->item[victim + 1],
            (size_t)(segments->count - victim - 1) * sizeof(segments->item[0]));
    segments->count--;
}

/* How many need a person, with a mark where there is room: "4!". */
static void draw_tiny(const struct fleet_counts *counts, struct draw_area area)
{
    enum theme_role role = counts->need == 0   ? THEME_TITLE
                           : counts->alarm > 0 ? THEME_ERROR
                                               : THEME_NEED;
    char text[32];
    snprintf(text, sizeof(text), "%zu%s", counts->need, counts->need > 0 ? "!" : "");
    if (draw_width(text) > area.width)
        text[strlen(text) - 1] = '\0';
    if (draw_width(text) > area.width)
        snprintf(text, sizeof(text), "!");
    draw_fill(area, 0, 0, area.width, THEME_TITLE, ' ');
    draw_text(area, 0, 0, -1, role, text);
}

void jobs_frame_top(const struct fleet *fleet, const struct fleet_counts *counts,
                    const struct jobs_frame_view *view, struct draw_area area)
{
    struct segments segments = {.count = 0};
    add(&segments, THEME_TITLE, 1, "qmptop");
    add_counts(&segments, counts);
    add(&segments, THEME_NEED, 8, fleet->read_only ? "READ-ONLY" : "");
    add_view(&segments, view);
    add_usual(&segments, fleet, view);

    const char *gap = area.width < NARROW ? " " : " | ";
    int clock = view->clock ? draw_width(view->clock) : 0;
    int room = area.width - (clock > 0 ? clock + 2 : 0);
    if (area.width < TINY) {
        draw_tiny(counts, area);
        return;
    }
    while (segments.count > 1 && segments_width(&segments, (int)strlen(gap)) > room)
        drop_lightest(&segments);
    draw_fill(area, 0, 0, area.width, THEME_TITLE, ' ');
    int x = 0;
    for (int i = 0; i < segments.count; i++) {
        if (i > 0)
            x += draw_text(area, 0, x, -1, THEME_TITLE, gap);
        x += draw_text(area, 0, x, -1, segments.item[i].role, segments.item[i].text);
    }
    if (clock > 0)
        draw_right(area, 0, area.width - clock, clock, THEME_TITLE, view->clock);
}

/* ---- sockets --------------------------------------------------------------------------- */

/* Draws "  name state" if it leaves `spare` columns free; returns the new x, or -1. */
static int draw_socket(const struct target *target, struct draw_area area, int x, int spare,
                       int64_t now_ms)
{
    char state[LINK_LOOK_SIZE], retry[LINK_LOOK_SIZE];
    char name[NAMES_SIZE];
    draw_shorten(target_label(target), area.width / 3, name, sizeof(name));
    link_look_words(target, now_ms, state, retry);
    if (retry[0] != '\0') {
        size_t len = strlen(state);
        snprintf(state + len, sizeof(state) - len, " (%.32s)", retry);
    }
    if (x + 2 + draw_width(name) + 1 + draw_width(state) + spare > area.width)
        return -1;
    x += 2;
    x += draw_text(area, 0, x, -1, THEME_NORMAL, name) + 1;
    return x + draw_text(area, 0, x, -1, link_look(target, now_ms)->role, state);
}

void jobs_frame_sockets(const struct fleet *fleet, struct draw_area area, int64_t now_ms)
{
    size_t left = 0;
    for (size_t i = 0; i < fleet->target_count; i++)
        left += !fleet->targets[i]->gone;
    int x = draw_text(area, 0, 0, -1, THEME_DIM, "sockets:") - 1;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < fleet->target_count; i++) {
            const struct target *target = fleet->targets[i];
            bool is_well = target_is_connected(target) && target->link != TARGET_STALE &&
                           !target_oddity(target);
            if (is_well != (pass == 1) || target->gone)
                continue;
            int next = draw_socket(target, area, x, left > 1 ? 9 : 0, now_ms);
            if (next < 0) {
                draw_format(area, 0, x, -1, THEME_DIM, "  +%zu more", left);
                return;
            }
            x = next;
            left--;
        }
    }
}

/* ---- events ---------------------------------------------------------------------------- */

#define EVENT_SIZE (EVENT_TEXT_SIZE + 2 * NAMES_SIZE + 32)

/* What has only been seen is no news beside what needs a look. */
static enum theme_role event_role(const struct journal_entry *entry)
{
    bool loud = entry->mark == JOURNAL_ERROR || entry->mark == JOURNAL_NEED;
    return loud ? event_text_role(entry->mark) : THEME_DIM;
}

/* "14:02:26 web-01 mirror0 is READY (3 times)" in `room` columns: the names are cut before
 * what happened is. */
static void write_event(const struct journal_entry *entry, int64_t (*wall_s)(int64_t), int room,
                        char line[EVENT_SIZE])
{
    char clock[EVENT_TEXT_CLOCK], text[EVENT_TEXT_SIZE];
    struct names names;
    event_text(entry, wall_s, text);
    if (entry->mark == JOURNAL_GAP) {
        snprintf(line, EVENT_SIZE, "%s", text);
        return;
    }
    event_text_clock(wall_s(entry->at_ms), clock);
    int left = room - draw_width(clock) - draw_width(text) - 3, least = room / 3;
    names_fit(&names, entry->target ? entry->target : "", entry->job ? entry->job : "",
              left > least ? left : least);
    snprintf(line, EVENT_SIZE, "%s %s%s%s%s%s", clock, names.vm, entry->target ? " " : "",
             names.job, entry->job ? " " : "", text);
}

void jobs_frame_events(const struct journal *journal, int64_t (*wall_s)(int64_t at_ms),
                       struct draw_area area)
{
    const struct journal_entry *entry;
    int y = 0, x = 0;
    for (size_t i = 0; y < area.height && (entry = journal_newest(journal, i)) != NULL; i++) {
        char text[EVENT_SIZE];
        write_event(entry, wall_s, area.width, text);
        bool more = x > 0 && x + draw_width(text) > area.width;
        if (more || (x > 0 && y < area.height - 1)) {
            y++;
            x = 0;
        }
        if (y < area.height)
            x += draw_text(area, y, x, -1, event_role(entry), text) + 3;
    }
}
