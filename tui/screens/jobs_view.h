#ifndef QMPTOP_TUI_JOBS_VIEW_H
#define QMPTOP_TUI_JOBS_VIEW_H

/*
 * jobs_view: how a person looks at the list: the order and the filter, the cursor,
 * the tags, what is looked for. All of it sticks to uids: a row that moves takes
 * cursor and tag along; when its job leaves the list, the cursor rests on nothing
 * until a key moves it. It does not draw.
 */

#include "core/order.h"
#include "tui/keymap.h"
#include "tui/screen.h"
#include "tui/screens/tags.h"

struct jobs_view {
    struct order order;
    uint64_t cursor; /* 0 = on nothing */
    size_t place;    /* row where the cursor was last */
    bool placed;     /* the cursor belongs to a row or was taken from it; else any will do */
    struct tags tags;
    uint64_t seen;            /* the fleet's generation when rows and tags were brought up */
    int64_t updated_ms;       /* when the rows were ... */
    bool doubted;             /* ... and they may not stand any longer */
    struct filter find;       /* what was looked for last */
    struct order_spec before; /* to come back to when a search line is given up ... */
    uint64_t origin;          /* ... and where the cursor was */
};

void jobs_view_init(struct jobs_view *view);
void jobs_view_release(struct jobs_view *view);

/* Rows, cursor and tags as they are now, or were a moment ago where they are thousands. */
void jobs_view_update(struct jobs_view *view, struct app *app, int64_t now_ms);

/* A row that would be drawn has no job any more: the next update looks at all of them. */
void jobs_view_doubt(struct jobs_view *view);

/* Rows are sorted by that key, the way round it is usually wanted. */
void jobs_view_sort(struct jobs_view *view, enum order_key key);

/* Puts the cursor on that row; false when there is none. */
bool jobs_view_select(struct jobs_view *view, uint64_t uid);

/* Moving, sorting, filtering, finding and tagging; `page` rows are a page. May push
 * a search line, which must not outlive the view. */
enum screen_reaction jobs_view_request(struct jobs_view *view, struct app *app,
                                       enum request request, int64_t page, int64_t now_ms);

#endif
