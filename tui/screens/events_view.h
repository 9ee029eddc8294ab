#ifndef QMPTOP_TUI_EVENTS_VIEW_H
#define QMPTOP_TUI_EVENTS_VIEW_H

/*
 * events_view: which entries of the journal are looked at: a filter, a place, a text
 * that is looked for. It does not draw. Entries are known by their serials; those
 * that the journal has dropped are passed over.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/journal.h"

#define EVENTS_VIEW_TEXT 256

struct events_view {
    const struct journal *journal; /* borrowed */
    uint64_t uid;                  /* the job that can be singled out; 0 = none */
    char *target;                  /* its target's name: gaps concern it, too; owned */
    bool only;                     /* only that job's entries */
    uint64_t limit;                /* frozen: no entry after this serial; 0 = not */
    uint64_t bottom;               /* serial of the lowest entry; 0 = the newest there is */
    uint64_t found;                /* serial of the entry found last; 0 = none */
    char text[EVENTS_VIEW_TEXT];   /* looked for; "" = nothing */
};

void events_view_init(struct events_view *view, const struct journal *journal);
void events_view_release(struct events_view *view);

/* Singles out the job `uid` of `target` (copied) when `only` is set. */
void events_view_about(struct events_view *view, uint64_t uid, const char *target);

/* Whether the filter lets an entry through. */
bool events_view_shows(const struct events_view *view, const struct journal_entry *entry);

/* How many entries the filter hides. */
size_t events_view_hidden(const struct events_view *view);

/* The entry at the bottom, or the nearest to it that is shown; NULL when there is
 * none. */
const struct journal_entry *events_view_bottom(const struct events_view *view);

/* The next older (`by` < 0) or newer one that is shown; NULL beyond the ends. */
const struct journal_entry *events_view_next(const struct events_view *view,
                                             const struct journal_entry *entry, int by);

/* Entries that the filter lets through and that are newer than the bottom. */
size_t events_view_below(const struct events_view *view);

/* Moves the bottom by `by` shown entries, negative = older; INT_MIN and INT_MAX go to
 * the ends. At the newest it follows again. */
void events_view_move(struct events_view *view, int by);

/* Holds still, whatever happens next; or goes on and shows the newest. */
void events_view_freeze(struct events_view *view, bool frozen);

/* Looks for `text` in names and texts, any case: for a text not found yet from the
 * bottom on, else from the entry found last, older (`by` < 0) or newer. When found it
 * is near the bottom: true. */
bool events_view_find(struct events_view *view, int by);

/* From now on looks for `text`, cut to fit. */
void events_view_look_for(struct events_view *view, const char *text);

#endif
