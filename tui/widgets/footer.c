#include "tui/widgets/footer.h"

#include "core/fleet.h"
#include "tui/screen.h"
#include "tui/screens/steer.h"
#include "tui/screens/tags.h"

#define GAP 2

static bool is_lit_for_any(const struct footer *footer, enum verb verb)
{
    const struct tags *tags = footer->tags;
    size_t i = 0;
    while (i < tags->count &&
           action_check(footer->fleet, tags->uids[i], verb).answer != VERB_LIT)
        i++;
    return i < tags->count;
}

/* What a verb would do to a migration; NULL: nothing. */
static const char *steered_by(const struct footer *footer, const struct target *target,
                              const struct keymap_row *row)
{
    uint64_t uid = footer->subject;
    bool ended = migration_is_ended(&target->migration);
    switch (row->verb) {
    case VERB_CANCEL:
        return steer_why_not(footer->fleet, uid, LEVER_CANCEL) ? NULL : row->footer;
    case VERB_LIMIT:
        return steer_why_not(footer->fleet, uid, LEVER_BANDWIDTH) ? NULL : row->footer;
    case VERB_DISMISS:
        return ended ? "clear" : NULL;
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_COMPLETE:
    case VERB_STAY:
    case VERB_FINALIZE:
    case VERB_CHANGE:
    case VERB_COUNT:
        break;
    }
    return NULL;
}

/* The word that says what the request would do now; NULL: it would do nothing. */
static const char *word_of(const struct footer *footer, enum request request)
{
    const struct keymap_row *row = keymap_row(request);
    if (row->footer[0] == '\0' || (row->scopes & footer->screen->ops->scope) == 0)
        return NULL;
    if (request == REQUEST_LEAVE && !footer->is_root)
        return "back";
    enum lever lever = steer_lever_of(request);
    if (lever != LEVER_COUNT)
        return steer_why_not(footer->fleet, footer->subject, lever) ? NULL : row->footer;
    if (row->verb == VERB_COUNT)
        return row->footer;
    if (footer->tags && footer->tags->count > 0)
        return is_lit_for_any(footer, row->verb) ? row->footer : NULL;
    const struct target *target = fleet_migrating(footer->fleet, footer->subject);
    if (target)
        return steered_by(footer, target, row);
    const struct job *job = fleet_job(footer->fleet, footer->subject, NULL);
    if (job && job->ending != JOB_NOT_ENDED && row->verb == VERB_DISMISS)
        return "clear";
    bool lit =
        job && action_check(footer->fleet, footer->subject, row->verb).answer == VERB_LIT;
    return lit ? row->footer : NULL;
}

/* Columns that "key word" takes; 0 when the request is not in this footer. */
static int item_width(const struct footer *footer, enum request request)
{
    char keys[KEYMAP_KEYS_SIZE];
    const char *word = word_of(footer, request);
    if (!word || keymap_keys(footer->keymap, request, true, keys)[0] == '\0')
        return 0;
    return draw_width(keys) + 1 + draw_width(word);
}

static bool is_grey(const struct footer *footer, enum request request)
{
    const struct screen_ops *ops = footer->screen->ops;
    return ops->offers && !ops->offers(footer->screen, footer->fleet, request);
}

static void draw_item(const struct footer *footer, enum request request, struct draw_area area,
                      int x)
{
    char keys[KEYMAP_KEYS_SIZE];
    keymap_keys(footer->keymap, request, true, keys);
    enum theme_role role = is_grey(footer, request) ? THEME_DIM : THEME_KEY;
    x += draw_text(area, 0, x, -1, role, keys) + 1;
    draw_text(area, 0, x, -1, THEME_DIM, word_of(footer, request));
}

/* Always there, as far as there is room at all: the way out, and to all others. */
static bool is_kept(enum request request)
{
    return request == REQUEST_LEAVE || request == REQUEST_HELP;
}

/* Chooses in table order, but keeps room for what is always there. */
void footer_draw(const struct footer *footer, struct draw_area area)
{
    int leave = item_width(footer, REQUEST_LEAVE), help = item_width(footer, REQUEST_HELP);
    int room = area.width - 1 - leave - (help > 0 ? help + GAP : 0);
    int x = 1;
    for (enum request request = 0; request < REQUEST_COUNT; request++) {
        int width = item_width(footer, request);
        if (width == 0 || (!is_kept(request) && width + GAP > room))
            continue;
        if (!is_kept(request))
            room -= width + GAP;
        draw_item(footer, request, area, x);
        x += width + GAP;
    }
}
