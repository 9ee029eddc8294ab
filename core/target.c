#include "core/target.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/fleet_base.h"
#include "core/mem.h"

static const char *const link_wires[TARGET_LINK_COUNT] = {
    [TARGET_CONNECTING] = "connecting",
    [TARGET_UP] = "up",
    [TARGET_STALE] = "stale",
    [TARGET_BUSY] = "busy",
    [TARGET_FAILED] = "failed",
    [TARGET_CLOSED] = "closed",
    [TARGET_AWAY] = "away",
};

struct target *target_new(struct fleet *fleet, const char *name, bool name_given,
                          const char *endpoint, int64_t now_ms)
{
    struct target *target = mem_alloc(1, sizeof(*target));

    target->fleet = fleet;
    target->name = mem_dup(name);
    target->name_given = name_given;
    target->endpoint = mem_dup(endpoint);
    target->link = TARGET_CONNECTING;
    target->link_ms = now_ms;
    target->settle_ms = -1;
    migration_init(&target->migration);
    return target;
}

void target_free(struct target *target)
{
    if (!target)
        return;
    for (size_t i = 0; i < target->job_count; i++)
        job_free(target->jobs[i]);
    free(target->jobs);
    free(target->living);
    free(target->ended);
    migration_release(&target->migration);
    free(target->guest_tallies);
    free(target->name);
    free(target->endpoint);
    free(target->reason);
    free(target->leads_to);
    free(target->holder);
    free(target->qemu);
    free(target->vm_name);
    free(target->run_state);
    free(target);
}

bool target_has_work(const struct target *target)
{
    const struct migration *migration = &target->migration;

    return target->living_count > 0 ||
           (migration_is_shown(migration) && !migration_is_ended(migration));
}

void target_set_leads_to(struct target *target, size_t sockets)
{
    char text[64];

    snprintf(text, sizeof(text), "%zu QMP socket%s", sockets, sockets == 1 ? "" : "s");
    target->leads_count = sockets;
    if (mem_set(&target->leads_to, text))
        fleet_touch(target->fleet);
}

/* People read it in the reason. */
void target_set_holder(struct target *target, int pid, const char *command)
{
    target->holder_pid = pid;
    (void)mem_set(&target->holder, command);
}

void target_set_offered(struct target *target, uint32_t verbs, uint32_t queries)
{
    target->offered = verbs;
    target->queries = queries;
    target->offered_known = true;
    fleet_touch(target->fleet);
}

void target_set_levers(struct target *target, uint32_t levers)
{
    target->levers = levers;
    fleet_touch(target->fleet);
}

bool target_is_fresh(const struct target *target)
{
    return target_is_at_hand(target) ||
           (target->visited && (target->link == TARGET_AWAY || target->link == TARGET_UP));
}

bool target_is_connected(const struct target *target)
{
    return target->link == TARGET_UP || target->link == TARGET_STALE ||
           target->link == TARGET_AWAY;
}

bool target_is_at_hand(const struct target *target)
{
    return target->link == TARGET_UP && target->jobs_known;
}

int64_t target_age_ms(const struct target *target, int64_t now_ms)
{
    return target->answer_ms ? now_ms - target->answer_ms : -1;
}

const char *target_link_wire(enum target_link link)
{
    return link_wires[link];
}

struct verb_context target_verbs(const struct target *target)
{
    return (struct verb_context){
        .offered = target->offered,
        .offered_known = target->offered_known,
        .link_up = target_is_at_hand(target),
        .unasked = target->link == TARGET_UP,
        .silent = target->link == TARGET_STALE,
        .read_only = target->fleet->read_only,
    };
}

const char *target_label(const struct target *target)
{
    if (!target->name_given && target->vm_name && *target->vm_name)
        return target->vm_name;
    return target->name;
}
