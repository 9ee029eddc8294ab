#include "core/lever.h"

#include <stddef.h>

/*
 * Which status takes which lever. Columns: S setup, W wait-unplug, A active,
 * P pre-switchover, D device, d postcopy-device, p postcopy-active,
 * b postcopy-paused (broken), r recover-setup, R recover.
 */
static const struct {
    const char *name;
    const char *takes;
    enum lever_argument argument;
    enum verb_tier tier;
    const char *consequence;
    const char *wrong_status;
} levers[LEVER_COUNT] = {
    [LEVER_BANDWIDTH] = {"bandwidth", "SWAPDdpbrR", LEVER_RATE, VERB_TIER_AT_ONCE,
                         "set the most the migration may send per second; takes effect at once",
                         "not in this status"},
    [LEVER_DOWNTIME] = {"downtime", "SWA", LEVER_MILLISECONDS, VERB_TIER_AT_ONCE,
                        "set for how long the guest may stand still at the switch-over",
                        "only before the switch-over"},
    [LEVER_POSTCOPY_BANDWIDTH] = {"postcopy-bandwidth", "SWAPDdpbrR", LEVER_RATE,
                                  VERB_TIER_AT_ONCE,
                                  "set the most postcopy may send in the background",
                                  "not in this status"},
    [LEVER_POSTCOPY] = {"postcopy", "A", LEVER_NOTHING, VERB_TIER_ASK,
                        "start the guest on the destination now: THERE IS NO WAY BACK, a lost "
                        "link stops the guest until it is recovered",
                        "only while pre-copy is active"},
    [LEVER_CONTINUE] = {"continue", "P", LEVER_NOTHING, VERB_TIER_ASK,
                        "switch over: the guest leaves this host", "only at pre-switchover"},
    [LEVER_CANCEL] = {"cancel", "SWAPD", LEVER_NOTHING, VERB_TIER_ASK,
                      "end the migration; the guest stays here, what was sent is thrown away",
                      "not in this status"},
    [LEVER_PAUSE] = {"pause", "pR", LEVER_NOTHING, VERB_TIER_ASK,
                     "break the postcopy link; the guest hangs on missing pages until it is "
                     "recovered",
                     "only while postcopy is active"},
    [LEVER_RECOVER] = {"recover", "b", LEVER_URI, VERB_TIER_ASK,
                       "mend the broken postcopy link", "only while postcopy is paused"},
};

static const char *const answers[LEVER_ANSWER_COUNT] = {
    [LEVER_LIT] = "",
    [LEVER_READ_ONLY] = "this console is read-only",
    [LEVER_LINK_DOWN] = "the connection is not up",
    [LEVER_NOT_ASKED] = "connected, but not told anything yet: again in a moment",
    [LEVER_SILENT] = "its QEMU does not answer",
    [LEVER_NOT_OFFERED] = "this QEMU has no such command",
    [LEVER_ENDED] = "no migration runs",
    [LEVER_NO_MIGRATION] = "there is no migration",
    [LEVER_WRONG_STATUS] = NULL, /* the row's own text */
    [LEVER_NOT_TOLD] = "its capabilities are not told yet: again in a moment",
    [LEVER_NO_CAPABILITY] = "postcopy-ram was not switched on before the migration began",
    [LEVER_WOULD_LOSE_GUEST] = "the guest already runs on the destination, it would be lost",
    [LEVER_OTHER_SIDE] = "only the source can do that",
};

static char column(enum migration_status status)
{
    switch (status) {
    case MIGRATION_SETUP:
        return 'S';
    case MIGRATION_WAIT_UNPLUG:
        return 'W';
    case MIGRATION_ACTIVE:
        return 'A';
    case MIGRATION_PRE_SWITCHOVER:
        return 'P';
    case MIGRATION_DEVICE:
        return 'D';
    case MIGRATION_POSTCOPY_DEVICE:
        return 'd';
    case MIGRATION_POSTCOPY_ACTIVE:
        return 'p';
    case MIGRATION_POSTCOPY_PAUSED:
        return 'b';
    case MIGRATION_POSTCOPY_RECOVER_SETUP:
        return 'r';
    case MIGRATION_POSTCOPY_RECOVER:
        return 'R';
    case MIGRATION_UNKNOWN:
    case MIGRATION_NONE:
    case MIGRATION_COLO:
    case MIGRATION_CANCELLING:
    case MIGRATION_CANCELLED:
    case MIGRATION_FAILING:
    case MIGRATION_FAILED:
    case MIGRATION_COMPLETED:
    case MIGRATION_STATUS_COUNT:
        return '-';
    }
    return '-';
}

static bool takes(enum lever lever, enum migration_status status)
{
    char wanted = column(status);

    for (const char *c = levers[lever].takes; *c; c++)
        if (*c == wanted)
            return true;
    return false;
}

/* The destination can only break and mend a postcopy link. */
static bool wrong_side(const struct migration *migration, enum lever lever)
{
    return migration->incoming && lever != LEVER_PAUSE && lever != LEVER_RECOVER;
}

/* A QEMU before 8.2 breaks the link only while postcopy is active, not while it
 * recovers; block-job-change is what came with that release. */
static bool is_refused_by_old(const struct migration *migration, enum lever lever,
                              const struct verb_context *context)
{
    return lever == LEVER_PAUSE && migration->status == MIGRATION_POSTCOPY_RECOVER &&
           (context->offered & VERB_BIT(VERB_CHANGE)) == 0;
}

enum lever_answer lever_check(const struct migration *migration, enum lever lever,
                              uint32_t offered, const struct verb_context *context)
{
    if (context->read_only)
        return LEVER_READ_ONLY;
    if (!context->link_up && context->silent)
        return LEVER_SILENT;
    if (!context->link_up)
        return context->unasked ? LEVER_NOT_ASKED : LEVER_LINK_DOWN;
    if (migration->status == MIGRATION_NONE)
        return LEVER_NO_MIGRATION;
    if (migration_is_ended(migration))
        return LEVER_ENDED;
    if ((offered & LEVER_BIT(lever)) == 0)
        return LEVER_NOT_OFFERED;
    if (lever == LEVER_CANCEL && migration_is_postcopy(migration->status))
        return LEVER_WOULD_LOSE_GUEST;
    if (!takes(lever, migration->status) || is_refused_by_old(migration, lever, context))
        return LEVER_WRONG_STATUS;
    if (wrong_side(migration, lever))
        return LEVER_OTHER_SIDE;
    if (lever == LEVER_POSTCOPY && !migration->capabilities.postcopy_ram)
        return migration->capabilities.known ? LEVER_NO_CAPABILITY : LEVER_NOT_TOLD;
    return LEVER_LIT;
}

const char *lever_name(enum lever lever)
{
    return levers[lever].name;
}

enum lever_argument lever_argument(enum lever lever)
{
    return levers[lever].argument;
}

enum verb_tier lever_tier(const struct migration *migration, enum lever lever)
{
    /* At pre-switchover the guest stands still already: cancelling loses the
     * whole transfer, and a person may mean `continue`. */
    if (lever == LEVER_CANCEL && migration->status == MIGRATION_PRE_SWITCHOVER)
        return VERB_TIER_TYPE;
    return levers[lever].tier;
}

const char *lever_consequence(const struct migration *migration, enum lever lever)
{
    if (lever == LEVER_CANCEL && migration->status == MIGRATION_PRE_SWITCHOVER)
        return "end the migration; the stopped guest runs on here, what was sent is thrown "
               "away";
    if (lever == LEVER_BANDWIDTH && migration_is_postcopy(migration->status))
        return "set the most pre-copy may send per second; postcopy has a limit of its own";
    if (lever == LEVER_POSTCOPY && migration->capabilities.pause_before_switchover)
        return "stop the guest for the switch to postcopy; it waits at pre-switchover for a "
               "continue, and THERE IS NO WAY BACK then";
    if (lever == LEVER_RECOVER && migration->incoming)
        return "listen anew, so that the source can reconnect";
    return levers[lever].consequence;
}

const char *lever_answer_text(enum lever_answer answer, enum lever lever)
{
    return answer == LEVER_WRONG_STATUS ? levers[lever].wrong_status : answers[answer];
}

bool lever_value(const struct migration *migration, enum lever lever, uint64_t *value)
{
    if (!migration->limits.known)
        return false;
    switch (lever) {
    case LEVER_BANDWIDTH:
        *value = migration->limits.max_bandwidth;
        return true;
    case LEVER_DOWNTIME:
        *value = migration->limits.downtime_limit;
        return true;
    case LEVER_POSTCOPY_BANDWIDTH:
        *value = migration->limits.max_postcopy_bandwidth;
        return true;
    case LEVER_POSTCOPY:
    case LEVER_CONTINUE:
    case LEVER_CANCEL:
    case LEVER_PAUSE:
    case LEVER_RECOVER:
    case LEVER_COUNT:
        return false;
    }
    return false;
}

bool lever_value_check(enum lever lever, uint64_t value, const char **why)
{
    /* migration/options.c: MAX_MIGRATE_DOWNTIME is 2000 s. */
    if (lever == LEVER_DOWNTIME && (value == 0 || value > 2000000)) {
        *why = "the downtime limit is 1 to 2000000 ms";
        return false;
    }
    if (value > INT64_MAX) {
        *why = "that is more than QEMU takes";
        return false;
    }
    return true;
}
