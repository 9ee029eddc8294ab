#include "tui/screens/events_view.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

#define BELOW_FOUND 3 /* entries shown below one that was found */

void events_view_init(struct events_view *view, const struct journal *journal)
{
    *view = (struct events_view){.journal = journal};
}

void events_view_release(struct events_view *view)
{
    free(view->target);
    view->target = NULL;
}

void events_view_about(struct events_view *view, uint64_t uid, const char *target)
{
    view->uid = uid;
    mem_set(&view->target, target);
}

/* ---- filter ---------------------------------------------------------------------------- */

static bool passes(const struct events_view *view, const struct journal_entry *entry)
{
    if (!view->only || entry->uid == view->uid)
        return true;
    return entry->mark == JOURNAL_GAP && entry->target && view->target &&
           strcmp(entry->target, view->target) == 0;
}

bool events_view_shows(const struct events_view *view, const struct journal_entry *entry)
{
    bool late = view->limit > 0 && entry->serial > view->limit;
    return !late && passes(view, entry);
}

size_t events_view_hidden(const struct events_view *view)
{
    const struct journal_entry *entry;
    size_t hidden = 0;
    for (size_t i = 0; (entry = journal_newest(view->journal, i)) != NULL; i++)
        hidden += !passes(view, entry);
    return hidden;
}

size_t events_view_below(const struct events_view *view)
{
    const struct journal_entry *bottom = events_view_bottom(view), *entry;
    size_t below = 0;
    for (size_t i = 0; (entry = journal_newest(view->journal, i)) != NULL; i++) {
        if (bottom && entry->serial <= bottom->serial)
            break;
        below += passes(view, entry);
    }
    return below;
}

/* ---- place ----------------------------------------------------------------------------- */

/* The entry with that serial, or the next one kept in the direction of the ring. */
static const struct journal_entry *entry_by(const struct journal *journal, uint64_t serial)
{
    if (journal->count == 0)
        return NULL;
    uint64_t back = serial < journal->serial ? journal->serial - serial : 0;
    return journal_newest(journal, back < journal->count ? (size_t)back : journal->count - 1);
}

const struct journal_entry *events_view_next(const struct events_view *view,
                                             const struct journal_entry *entry, int by)
{
    size_t i = (size_t)(view->journal->serial - entry->serial);
    while (by < 0 || i > 0) {
        i = by < 0 ? i + 1 : i - 1;
        const struct journal_entry *next = journal_newest(view->journal, i);
        if (!next || events_view_shows(view, next))
            return next;
    }
    return NULL;
}

const struct journal_entry *events_view_bottom(const struct events_view *view)
{
    const struct journal_entry *entry =
        entry_by(view->journal, view->bottom > 0 ? view->bottom : view->journal->serial);
    if (!entry || events_view_shows(view, entry))
        return entry;
    const struct journal_entry *older = events_view_next(view, entry, -1);
    return older ? older : events_view_next(view, entry, 1);
}

void events_view_move(struct events_view *view, int by)
{
    const struct journal_entry *entry = events_view_bottom(view);
    int step = by < 0 ? -1 : 1;
    for (int left = by; entry && left != 0; left -= step) {
        const struct journal_entry *next = events_view_next(view, entry, step);
        if (!next)
            break;
        entry = next;
    }
    bool newest = !entry || !events_view_next(view, entry, 1);
    view->bottom = newest ? 0 : entry->serial;
}

void events_view_freeze(struct events_view *view, bool frozen)
{
    view->limit = frozen ? view->journal->serial : 0;
    if (!frozen)
        view->bottom = 0;
}

/* ---- search ---------------------------------------------------------------------------- */

static bool has_text(const struct journal_entry *entry, const char *text)
{
    return (entry->target && text_contains(entry->target, text)) ||
           (entry->job && text_contains(entry->job, text)) || text_contains(entry->text, text);
}

void events_view_look_for(struct events_view *view, const char *text)
{
    snprintf(view->text, sizeof(view->text), "%s", text);
    view->found = 0;
}

bool events_view_find(struct events_view *view, int by)
{
    const struct journal_entry *entry =
        view->found > 0 ? entry_by(view->journal, view->found) : events_view_bottom(view);
    if (entry && view->found > 0)
        entry = events_view_next(view, entry, by);
    while (entry && !has_text(entry, view->text))
        entry = events_view_next(view, entry, by);
    if (!entry)
        return false;
    view->found = view->bottom = entry->serial;
    events_view_move(view, BELOW_FOUND);
    return true;
}
