#include "core/target.h"

#include "core/fleet_base.h"

/* The polling policy: what a target wants to know next, and when. */

#define NEVER INT64_MAX

#define TURNS_MIN  16 /* of them in each delay */
#define TURNS_MAX  50
#define TURN_COUNT 50 /* targets a turn shall have */

static bool has_moving_jobs(const struct target *target)
{
    for (size_t i = 0; i < target->living_count; i++)
        if (job_is_moving(target->living[i]))
            return true;
    return false;
}

static bool has_block_jobs(const struct target *target)
{
    for (size_t i = 0; i < target->living_count; i++)
        if (job_is_block(target->living[i]))
            return true;
    return false;
}

static int64_t moving_delay(const struct target *target)
{
    int64_t delay = target->fleet->delay_ms;

    return delay < TARGET_EAGER_MS ? TARGET_EAGER_MS : delay;
}

/* Who wants to see all more often than each second wants to see this, too. */
static int64_t patience(int64_t delay_ms)
{
    int64_t patience_ms = delay_ms * TARGET_MIGRATE_MS / 1000;

    if (patience_ms < TARGET_MIGRATE_MS)
        return patience_ms;
    return delay_ms < TARGET_MIGRATE_MS ? TARGET_MIGRATE_MS : delay_ms;
}

/* Nobody tells when a migration begins, so an idle QEMU is asked now and then; a
 * thousand of them together no more often than fifty times a second. */
static int64_t idle_migrate_delay(const struct target *target)
{
    int64_t delay = (int64_t)target->fleet->target_count * 20;
    int64_t least = patience(target->fleet->delay_ms);

    if (delay < least)
        delay = least;
    return delay < TARGET_SAFETY_MS ? delay : TARGET_SAFETY_MS;
}

static int64_t migrate_delay(const struct target *target)
{
    return migration_is_moving(&target->migration) ? moving_delay(target)
                                                   : idle_migrate_delay(target);
}

/* Another client may set other limits meanwhile. */
static bool steers_migration(const struct target *target)
{
    return migration_is_moving(&target->migration) && !target->migration.incoming;
}

static bool is_offered(const struct target *target, enum target_query query)
{
    return query == TARGET_ASK_COMMANDS || !target->offered_known ||
           target->queries & 1u << query;
}

bool target_is_moving(const struct target *target)
{
    return has_moving_jobs(target) || migration_is_moving(&target->migration);
}

bool target_is_curious(const struct target *target)
{
    for (int i = 0; i < TARGET_ASK_COUNT; i++)
        if (target->wanted & ~target->unusable & 1u << i &&
            is_offered(target, (enum target_query)i))
            return true;
    return false;
}

static int64_t turns(size_t targets)
{
    size_t count = targets / TURN_COUNT;

    return count < TURNS_MIN ? TURNS_MIN : count > TURNS_MAX ? TURNS_MAX : (int64_t)count;
}

/* A few targets are asked right when the delay is over. Many are asked in turns, each at
 * its own place in the delay: else those that came up together would all be asked at once,
 * and the others would wake us one by one. */
static int64_t repeat(const struct target *target, int64_t polled_ms, int64_t delay_ms)
{
    int64_t count = turns(target->fleet->target_count), place_ms, least_ms, behind_ms;

    if (target->fleet->target_count < FLEET_MANY)
        return polled_ms + delay_ms;
    place_ms = (int64_t)target->index % count * (delay_ms / count);
    least_ms = polled_ms + delay_ms / 4;
    behind_ms = (least_ms + delay_ms - place_ms) % delay_ms;
    return behind_ms == 0 ? least_ms : least_ms + delay_ms - behind_ms;
}

/* When `query` is to be sent again though nothing asked for it. */
static int64_t routine_at(const struct target *target, enum target_query query)
{
    int64_t polled_ms = target->polled_ms[query];

    switch (query) {
    case TARGET_ASK_JOBS:
        return repeat(target, polled_ms,
                      has_moving_jobs(target) ? moving_delay(target) : TARGET_SAFETY_MS);
    case TARGET_ASK_STATUS:
        return repeat(target, polled_ms, TARGET_STATUS_MS);
    case TARGET_ASK_MIGRATE:
        return repeat(target, polled_ms, migrate_delay(target));
    case TARGET_ASK_LIMITS:
        return steers_migration(target) ? repeat(target, polled_ms, TARGET_LIMITS_MS) : NEVER;
    case TARGET_ASK_CAPABILITIES:
    case TARGET_ASK_COMMANDS:
    case TARGET_ASK_NAME:
    case TARGET_ASK_BLOCK:
    case TARGET_ASK_COUNT:
        break;
    }
    return NEVER;
}

static int64_t due_at(const struct target *target, enum target_query query)
{
    uint32_t bit = 1u << query;
    int64_t polled_ms = target->polled_ms[query];

    if (!is_offered(target, query))
        return NEVER;
    if (target->unusable & bit)
        return polled_ms + TARGET_SAFETY_MS;
    if (target->wanted & bit)
        return polled_ms ? polled_ms + TARGET_EAGER_MS : 0;
    return routine_at(target, query);
}

bool target_ask(const struct target *target, int64_t now_ms, enum target_query *query)
{
    if (target->link != TARGET_UP || target->asking)
        return false;
    for (int i = 0; i < TARGET_ASK_COUNT; i++) {
        if (due_at(target, (enum target_query)i) <= now_ms) {
            *query = (enum target_query)i;
            return true;
        }
    }
    return false;
}

int64_t target_ask_at(const struct target *target)
{
    int64_t first = NEVER;

    if (target->link != TARGET_UP || target->asking)
        return -1;
    for (int i = 0; i < TARGET_ASK_COUNT; i++) {
        int64_t at = due_at(target, (enum target_query)i);

        if (at < first)
            first = at;
    }
    return first == NEVER ? -1 : first;
}

void target_asked(struct target *target, enum target_query query, int64_t now_ms)
{
    target->asking = true;
    target->asked = query;
    target->asked_ms = now_ms;
    target->polled_ms[query] = now_ms;
    target->wanted &= ~(1u << query);
    if (query != TARGET_ASK_JOBS)
        return;
    /* Speeds and limits can change from elsewhere without an event. */
    target->poll_count++;
    if (has_block_jobs(target) &&
        (target->poll_count % TARGET_BLOCK_EVERY == 0 || !has_moving_jobs(target)))
        target_want(target, TARGET_ASK_BLOCK);
}

static void note_curious(struct target *target)
{
    struct fleet *fleet = target->fleet;

    if (!target->is_curious)
        fleet->curious[fleet->curious_count++] = target;
    target->is_curious = true;
}

void target_want(struct target *target, enum target_query query)
{
    if (target->asking && target->asked == query)
        return;
    target->wanted |= 1u << query;
    note_curious(target);
}
