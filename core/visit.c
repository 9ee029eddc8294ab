#include "core/visit.h"

#include "core/action_list.h"
#include "core/fleet_base.h"

#define BIT(query) (1u << (query))
#define SPREAD     16 /* so many visits of equal length drift apart */

bool visit_is_summoned(const struct target *target, int64_t now_ms)
{
    return target->polite && target->summoned_ms != 0 &&
           now_ms - target->summoned_ms < VISIT_SUMMON_MS;
}

bool visit_summon(struct target *target, int64_t now_ms)
{
    if (!target->polite)
        return false;
    target->summoned_ms = now_ms;
    fleet_touch(target->fleet);
    return target->link == TARGET_AWAY;
}

void visit_keep(struct target *target, int64_t now_ms)
{
    if (visit_is_summoned(target, now_ms))
        target->summoned_ms = now_ms;
}

static bool is_told(const struct target *target)
{
    return target->jobs_known || target->unusable & BIT(TARGET_ASK_JOBS);
}

/* Asked and answered, but for a person and for what events ask in addition. */
static bool is_done(const struct target *target)
{
    return target->polite && target->link == TARGET_UP && !target->asking && is_told(target) &&
           !action_is_unanswered(target->fleet, target);
}

bool visit_may_end(const struct target *target, int64_t now_ms)
{
    bool long_enough = now_ms - target->opened_ms >= VISIT_MOST_MS;

    return is_done(target) && !visit_is_summoned(target, now_ms) &&
           (long_enough || !target_is_curious(target));
}

int64_t visit_ends_at(const struct target *target)
{
    int64_t at_ms = target_is_curious(target) ? target->opened_ms + VISIT_MOST_MS : 0;

    if (!is_done(target))
        return -1;
    if (target->summoned_ms != 0 && target->summoned_ms + VISIT_SUMMON_MS > at_ms)
        at_ms = target->summoned_ms + VISIT_SUMMON_MS;
    return at_ms;
}

int64_t visit_next_ms(const struct target *target, int64_t now_ms)
{
    int64_t rest_ms = target_is_moving(target) ? VISIT_MOVING_MS : VISIT_IDLE_MS;

    if (rest_ms < target->fleet->delay_ms)
        rest_ms = target->fleet->delay_ms;
    return now_ms + rest_ms + rest_ms / 4 * (int64_t)(target->index % SPREAD) / SPREAD;
}

uint32_t visit_questions(const struct target *target)
{
    uint32_t bits = BIT(TARGET_ASK_STATUS) | BIT(TARGET_ASK_JOBS) | BIT(TARGET_ASK_MIGRATE);

    if (!target->offered_known)
        bits |= BIT(TARGET_ASK_COMMANDS) | BIT(TARGET_ASK_NAME) | BIT(TARGET_ASK_LIMITS) |
                BIT(TARGET_ASK_CAPABILITIES);
    return bits;
}

bool visit_is_patient(const struct target *target, int64_t now_ms)
{
    return target->link == TARGET_AWAY && now_ms - target->answer_ms < VISIT_PATIENCE_MS;
}
