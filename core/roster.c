#include "core/roster.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/target.h"

/* A growing array of job pointers: what the three orders are made of. */
static void list_insert(struct job ***list, size_t *count, size_t *capacity, size_t at,
                        struct job *job)
{
    size_t wanted = mem_capacity(*capacity, *count + 1);

    if (wanted != *capacity) {
        *list = mem_resize(*list, wanted, sizeof(**list));
        *capacity = wanted;
    }
    memmove(*list + at + 1, *list + at, (*count - at) * sizeof(**list));
    (*list)[at] = job;
    *count += 1;
}

static void list_remove(struct job **list, size_t *count, size_t at)
{
    *count -= 1;
    memmove(list + at, list + at + 1, (*count - at) * sizeof(*list));
}

/* Where `id` stands among the living, or would have to. */
static size_t living_place(const struct target *target, const char *id)
{
    size_t low = 0;
    size_t high = target->living_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(target->living[middle]->id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where `uid` stands among all, or would have to: uids only rise. */
static size_t uid_place(const struct target *target, uint64_t uid)
{
    size_t low = 0;
    size_t high = target->job_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (target->jobs[middle]->uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct job *roster_find(const struct target *target, const char *id)
{
    size_t at = living_place(target, id);

    if (at < target->living_count && strcmp(target->living[at]->id, id) == 0)
        return target->living[at];
    return NULL;
}

struct job *roster_find_uid(const struct target *target, uint64_t uid)
{
    size_t at = uid_place(target, uid);

    if (at < target->job_count && target->jobs[at]->uid == uid)
        return target->jobs[at];
    return NULL;
}

bool roster_has_room(const struct target *target, const char *id)
{
    return target->living_count < TARGET_JOBS_MAX &&
           target->id_bytes + strlen(id) <= TARGET_IDS_MAX;
}

void roster_add(struct target *target, struct job *job)
{
    list_insert(&target->jobs, &target->job_count, &target->job_capacity, target->job_count,
                job);
    list_insert(&target->living, &target->living_count, &target->living_capacity,
                living_place(target, job->id), job);
    target->id_bytes += strlen(job->id);
}

void roster_retire(struct target *target, struct job *job)
{
    list_remove(target->living, &target->living_count, living_place(target, job->id));
    list_insert(&target->ended, &target->ended_count, &target->ended_capacity,
                target->ended_count, job);
}

void roster_drop(struct target *target, struct job *job)
{
    size_t at = 0;

    while (target->ended[at] != job)
        at++;
    list_remove(target->ended, &target->ended_count, at);
    list_remove(target->jobs, &target->job_count, uid_place(target, job->uid));
    target->id_bytes -= strlen(job->id);
    job_free(job);
}

/* Nobody had a look at its failure yet. */
static bool waits_for_a_look(const struct job *job)
{
    return job->ending == JOB_ENDED_FAILED && !job->dismissed;
}

void roster_trim(struct target *target)
{
    size_t at = 0; /* those before it wait for a look */

    while (target->ended_count > TARGET_ENDED_MAX) {
        while (at < target->ended_count && waits_for_a_look(target->ended[at]))
            at++;
        roster_drop(target, target->ended[at < target->ended_count ? at : 0]);
    }
}

bool roster_keeps(const struct target *target, uint64_t uid)
{
    return roster_find_uid(target, uid) != NULL || target->migration.uid == uid;
}
