#include "core/fleet.h"

#include <stdlib.h>

#include "core/mem.h"

#define DEFAULT_DELAY_MS 1000

void fleet_init(struct fleet *fleet)
{
    *fleet = (struct fleet){.delay_ms = DEFAULT_DELAY_MS};
    journal_init(&fleet->journal);
    fleet->actions = mem_alloc(1, sizeof(*fleet->actions));
    fleet->errand = mem_alloc(1, sizeof(*fleet->errand));
}

void fleet_release(struct fleet *fleet)
{
    errand_release(fleet->errand);
    action_list_release(fleet->actions);
    free(fleet->errand);
    free(fleet->actions);
    for (size_t i = 0; i < fleet->target_count; i++)
        target_free(fleet->targets[i]);
    free(fleet->targets);
    free(fleet->curious);
    uid_index_release(&fleet->uids);
    journal_release(&fleet->journal);
    *fleet = (struct fleet){0};
}

struct target *fleet_add(struct fleet *fleet, const char *name, bool name_given,
                         const char *endpoint, int64_t now_ms)
{
    size_t wanted = mem_capacity(fleet->target_capacity, fleet->target_count + 1);
    struct target *target = target_new(fleet, name, name_given, endpoint, now_ms);

    if (wanted != fleet->target_capacity) {
        fleet->targets = mem_resize(fleet->targets, wanted, sizeof(struct target *));
        fleet->curious = mem_resize(fleet->curious, wanted, sizeof(struct target *));
        fleet->target_capacity = wanted;
    }
    target->index = fleet->target_count;
    fleet->targets[fleet->target_count++] = target;
    fleet_touch(fleet);
    return target;
}

struct target *fleet_take_curious(struct fleet *fleet)
{
    struct target *target;

    if (fleet->curious_count == 0)
        return NULL;
    target = fleet->curious[--fleet->curious_count];
    target->is_curious = false;
    return target;
}

/* What we closed ourselves is not lost. */
static bool is_lost(const struct target *target)
{
    return target->lost_ms != 0 && target->link != TARGET_CLOSED;
}

struct need fleet_need(const struct target *target, const struct job *job, int64_t now_ms)
{
    bool lost = is_lost(target) && job->ending == JOB_NOT_ENDED;

    return need_of(job, lost, target->lost_ms, now_ms);
}

struct need fleet_migration_need(const struct target *target)
{
    return need_of_migration(&target->migration, is_lost(target), target->lost_ms);
}

bool fleet_clear_migration(struct target *target)
{
    if (!migration_is_shown(&target->migration) ||
        (!migration_is_ended(&target->migration) && !is_lost(target)))
        return false;
    target->migration.dismissed = true;
    fleet_touch(target->fleet);
    return true;
}

void fleet_wake(struct fleet *fleet, int64_t now_ms)
{
    for (size_t i = 0; i < fleet->target_count; i++) {
        struct target *target = fleet->targets[i];

        for (size_t k = 0; k < target->living_count; k++)
            rate_restart(&target->living[k]->rate, now_ms);
        if (target->asking)
            target->asked_ms = now_ms;
    }
}

bool fleet_tick(struct fleet *fleet, int64_t now_ms)
{
    bool changed = action_tick(fleet, now_ms);

    for (size_t i = 0; i < fleet->target_count; i++)
        changed |= target_tick(fleet->targets[i], now_ms);
    changed |= errand_run(fleet->errand, fleet, now_ms);
    return changed;
}

static void count_link(struct fleet_counts *counts, enum target_link link)
{
    switch (link) {
    case TARGET_UP:
    case TARGET_AWAY:
        counts->up++;
        break;
    case TARGET_BUSY:
        counts->busy++;
        break;
    case TARGET_STALE:
    case TARGET_FAILED:
        counts->down++;
        break;
    case TARGET_CLOSED:
        counts->closed++;
        break;
    case TARGET_CONNECTING:
    case TARGET_LINK_COUNT:
        break;
    }
}

static void count_living(struct fleet_counts *counts, enum job_status status)
{
    switch (status) {
    case JOB_STATUS_CREATED:
    case JOB_STATUS_RUNNING:
        counts->running++;
        break;
    case JOB_STATUS_READY:
        counts->ready++;
        break;
    case JOB_STATUS_WAITING:
        counts->waiting++;
        break;
    case JOB_STATUS_PAUSED:
    case JOB_STATUS_STANDBY:
        counts->paused++;
        break;
    case JOB_STATUS_UNKNOWN:
    case JOB_STATUS_UNDEFINED:
    case JOB_STATUS_PENDING:
    case JOB_STATUS_ABORTING:
    case JOB_STATUS_CONCLUDED:
    case JOB_STATUS_NULL:
    case JOB_STATUS_COUNT:
        break;
    }
}

static void count_jobs(struct fleet_counts *counts, const struct target *target, int64_t now_ms)
{
    for (size_t i = 0; i < target->job_count; i++) {
        const struct job *job = target->jobs[i];
        struct need need = fleet_need(target, job, now_ms);

        counts->need += need.kind != NEED_NONE;
        counts->alarm += need.level == NEED_LEVEL_ALARM;
        if (job->ending == JOB_NOT_ENDED)
            count_living(counts, job->status);
    }
    counts->jobs += target->living_count;
    counts->ended += target->ended_count;
}

static void count_migration(struct fleet_counts *counts, const struct target *target)
{
    struct need need = fleet_migration_need(target);

    if (!migration_is_shown(&target->migration))
        return;
    counts->need += need.kind != NEED_NONE;
    counts->alarm += need.level == NEED_LEVEL_ALARM;
    counts->migrations += migration_is_moving(&target->migration);
    counts->ended += migration_is_ended(&target->migration);
}

/* A host that leads to sockets is none itself; one that fails counts, to be noticed. */
static bool leads_on(const struct target *target)
{
    return target->leads_to != NULL && target->link == TARGET_UP;
}

struct fleet_counts fleet_count(const struct fleet *fleet, int64_t now_ms)
{
    struct fleet_counts counts = {.targets = fleet->target_count};

    for (size_t i = 0; i < fleet->target_count; i++) {
        if (leads_on(fleet->targets[i])) {
            counts.targets--;
            continue;
        }
        if (fleet->targets[i]->gone)
            counts.targets--;
        else
            count_link(&counts, fleet->targets[i]->link);
        count_jobs(&counts, fleet->targets[i], now_ms);
        count_migration(&counts, fleet->targets[i]);
    }
    return counts;
}
