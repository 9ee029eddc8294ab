#include "core/action_lever.h"

#include "core/action_launch.h"
#include "core/action_text.h"
#include "core/effect.h"
#include "core/fleet_base.h"
#include "core/target.h"

struct lever_check action_check_lever(const struct fleet *fleet, const struct target *target,
                                      uint64_t uid, enum lever lever)
{
    struct verb_context context = target_verbs(target);
    struct lever_check check = {.answer = LEVER_NO_MIGRATION};

    if (uid != 0 && uid == target->migration.uid)
        check.answer = lever_check(&target->migration, lever, target->levers, &context);
    check.since_ms = check.answer == LEVER_SILENT ? target->asked_ms : 0;
    if (check.answer != LEVER_LIT) {
        check.why = lever_answer_text(check.answer, lever);
    } else if (action_is_in_flight(fleet, uid, VERB_COUNT, lever)) {
        check.in_flight = true;
        check.why = verb_answer_text(VERB_IN_FLIGHT, VERB_LIMIT);
    }
    return check;
}

const struct action *action_pull(struct fleet *fleet, struct target *target, uint64_t uid,
                                 enum lever lever, uint64_t argument, const char *text,
                                 int64_t now_ms, struct lever_check *check)
{
    struct action wish = {
        .uid = uid,
        .target = target,
        .verb = VERB_COUNT,
        .lever = lever,
        .argument = argument,
        .text = (char *)text,
        .job_id = (char *)"migration",
    };
    struct action *action = NULL;

    *check = action_check_lever(fleet, target, uid, lever);
    if (check->why)
        return NULL;
    wish.has_before = lever_value(&target->migration, lever, &wish.before);
    action = action_launch(fleet, &wish, now_ms);
    if (!action)
        check->why = lever_answer_text(LEVER_LINK_DOWN, lever);
    return action;
}

/* Has the migration come to do what the lever asked? */
static enum effect effect_on(enum lever lever, const struct migration *migration)
{
    enum migration_status status = migration->status;

    switch (lever) {
    case LEVER_BANDWIDTH:
    case LEVER_DOWNTIME:
    case LEVER_POSTCOPY_BANDWIDTH:
        return EFFECT_SEEN; /* set before QEMU answers */
    case LEVER_POSTCOPY:
        /* With pause-before-switchover the guest is stopped for it first. */
        if (migration_is_postcopy(status) || migration->postcopy_requests > 0 ||
            status == MIGRATION_PRE_SWITCHOVER)
            return EFFECT_SEEN;
        break;
    case LEVER_CONTINUE:
        if (status == MIGRATION_DEVICE || status == MIGRATION_COMPLETED ||
            migration_is_postcopy(status))
            return EFFECT_SEEN;
        break;
    case LEVER_CANCEL:
        if (status == MIGRATION_CANCELLING || status == MIGRATION_CANCELLED)
            return EFFECT_SEEN;
        break;
    case LEVER_PAUSE:
        if (status == MIGRATION_POSTCOPY_PAUSED)
            return EFFECT_SEEN;
        break;
    case LEVER_RECOVER:
        /* The destination listens by the time it answers; the rest is the source's. */
        if (migration->incoming ||
            (migration_is_postcopy(status) && status != MIGRATION_POSTCOPY_PAUSED))
            return EFFECT_SEEN;
        break;
    case LEVER_COUNT:
        break;
    }
    return migration_is_ended(migration) ? EFFECT_OVERTAKEN : EFFECT_OPEN;
}

void action_settle_lever(struct fleet *fleet, struct action *action, int64_t now_ms)
{
    const struct migration *migration = &action->target->migration;
    enum effect effect = EFFECT_OVERTAKEN;

    if (migration->uid == action->uid)
        effect = effect_on(action->lever, migration);
    if (action->effect_seen || effect == EFFECT_SEEN) {
        action_enter(fleet, action, ACTION_EFFECTIVE, NULL, now_ms);
    } else if (effect == EFFECT_OVERTAKEN) {
        action_enter(fleet, action, ACTION_OVERTAKEN, migration_status_text(migration), now_ms);
        action_say(fleet, action, JOURNAL_INFO, "overtaken", action->answer, now_ms);
    }
}

void action_observe_migration(struct fleet *fleet, const struct target *target, int64_t now_ms)
{
    struct action_list *list = fleet->actions;

    for (size_t i = 0; i < list->count; i++) {
        struct action *action = list->items[i];

        if (action->lever == LEVER_COUNT || action->target != target)
            continue;
        if (action->state == ACTION_ACCEPTED)
            action_settle_lever(fleet, action, now_ms);
        else if (action->state == ACTION_SENT && action->uid == target->migration.uid)
            action->effect_seen |= effect_on(action->lever, &target->migration) == EFFECT_SEEN;
    }
}
