#include "tui/screens/command_word.h"

#include "tui/app.h"
#include "tui/screens/pull.h"
#include "tui/screens/steer.h"
#include "tui/screens/tags.h"

static bool is_lit(const struct fleet *fleet, uint64_t uid, enum verb verb)
{
    return action_check(fleet, uid, verb).answer == VERB_LIT;
}

static bool is_lit_for_any(const struct fleet *fleet, const struct tags *tags, enum verb verb)
{
    size_t i = 0;
    while (i < tags->count && !is_lit(fleet, tags->uids[i], verb))
        i++;
    return i < tags->count;
}

static const char *lever_word(const struct app *app, enum lever lever, const char *word)
{
    return pull_why_not(app->fleet, app_subject(app), lever) ? NULL : word;
}

/* What a verb would do to a migration. */
static const char *steered_by(const struct app *app, const struct target *target,
                              const struct keymap_row *row)
{
    switch (row->verb) {
    case VERB_CANCEL:
        return lever_word(app, LEVER_CANCEL, row->footer);
    case VERB_LIMIT:
        return lever_word(app, LEVER_BANDWIDTH, row->footer);
    case VERB_DISMISS:
        return migration_is_ended(&target->migration) ? "clear" : NULL;
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

static const char *verb_word(const struct app *app, const struct keymap_row *row)
{
    const struct tags *tags = app_tags(app);
    uint64_t uid = app_subject(app);
    if (tags && tags->count > 0)
        return is_lit_for_any(app->fleet, tags, row->verb) ? row->footer : NULL;
    const struct target *target = fleet_migrating(app->fleet, uid);
    if (target)
        return steered_by(app, target, row);
    const struct job *job = fleet_job(app->fleet, uid, NULL);
    if (job && job->ending != JOB_NOT_ENDED && row->verb == VERB_DISMISS)
        return "clear";
    return job && is_lit(app->fleet, uid, row->verb) ? row->footer : NULL;
}

const char *command_word(const struct app *app, enum request request)
{
    const struct keymap_row *row = keymap_row(request);
    enum lever lever = steer_lever_of(request);
    if (row->footer[0] == '\0' || (row->scopes & app->stack[app->depth - 1]->ops->scope) == 0)
        return NULL;
    if (request == REQUEST_LEAVE && app->depth > 1)
        return "back";
    if (lever != LEVER_COUNT)
        return lever_word(app, lever, row->footer);
    return row->verb == VERB_COUNT ? row->footer : verb_word(app, row);
}
