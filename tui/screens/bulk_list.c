#include "tui/screens/bulk_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/group.h"
#include "core/mem.h"
#include "tui/screens/ground.h"
#include "tui/screens/tags.h"

#define SIBLINGS 64

/* An ended job takes one verb only: off our own list. */
static bool is_clearing(const struct job *job, enum verb verb)
{
    return job && job->ending != JOB_NOT_ENDED && verb == VERB_DISMISS;
}

static const char *why_out(const struct fleet *fleet, uint64_t uid, enum verb verb,
                           enum verb_tier tier)
{
    if (is_clearing(fleet_job(fleet, uid, NULL), verb))
        return NULL;
    return ground_lost_for(fleet, uid, verb, tier);
}

static struct bulk_row row_of(const struct fleet *fleet, uint64_t uid, enum verb verb)
{
    struct target *target = NULL;
    const struct job *job = fleet_job(fleet, uid, &target);
    struct bulk_row row = {.uid = uid, .tier = VERB_TIER_AT_ONCE};
    if (job)
        row.tier = verb_tier(job, verb);
    row.vm = mem_dup(job ? target_label(target) : "");
    row.job = mem_dup(job ? job->id : "");
    row.out = why_out(fleet, uid, verb, row.tier);
    return row;
}

/* Appends those that are in, or those that are out, in their order. */
static void append(struct bulk_list *list, const struct bulk_row *rows, size_t count, bool out)
{
    for (size_t i = 0; i < count; i++)
        if ((rows[i].out != NULL) == out)
            list->rows[list->count++] = rows[i];
}

void bulk_list_init(struct bulk_list *list, const struct fleet *fleet, const struct tags *tags,
                    enum verb verb)
{
    struct bulk_row *rows = mem_alloc(tags->count, sizeof(*rows));
    for (size_t i = 0; i < tags->count; i++)
        rows[i] = row_of(fleet, tags->uids[i], verb);
    *list = (struct bulk_list){.verb = verb};
    list->rows = mem_alloc(tags->count, sizeof(*rows));
    append(list, rows, tags->count, false);
    list->in = list->count;
    append(list, rows, tags->count, true);
    free(rows);
}

void bulk_list_release(struct bulk_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->rows[i].vm);
        free(list->rows[i].job);
    }
    free(list->rows);
}

bool bulk_list_check(struct bulk_list *list, const struct fleet *fleet)
{
    size_t before = list->in;
    list->in = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct bulk_row *row = &list->rows[i];
        if (!row->out)
            row->out = why_out(fleet, row->uid, list->verb, row->tier);
        list->in += row->out == NULL;
    }
    return list->in != before;
}

enum verb_tier bulk_list_tier(const struct bulk_list *list)
{
    enum verb_tier tier = VERB_TIER_AT_ONCE;
    for (size_t i = 0; i < list->count; i++)
        if (!list->rows[i].out && list->rows[i].tier > tier)
            tier = list->rows[i].tier;
    return tier;
}

static void count_dragged(struct tags *others, const struct tags *in, const struct fleet *fleet,
                          uint64_t uid)
{
    struct target *target;
    const struct job *siblings[SIBLINGS], *job = fleet_job(fleet, uid, &target);
    size_t count = job ? group_siblings(target, job, siblings, SIBLINGS) : 0;
    for (size_t i = 0; i < count && i < SIBLINGS; i++)
        if (!tags_has(in, siblings[i]->uid) && !tags_has(others, siblings[i]->uid))
            tags_toggle(others, siblings[i]->uid);
}

size_t bulk_list_dragged(const struct bulk_list *list, const struct fleet *fleet)
{
    struct tags in, others;
    if (list->verb != VERB_CANCEL && list->verb != VERB_FINALIZE)
        return 0;
    tags_init(&in);
    tags_init(&others);
    for (size_t i = 0; i < list->count; i++)
        if (!list->rows[i].out)
            tags_toggle(&in, list->rows[i].uid);
    for (size_t i = 0; i < in.count; i++)
        count_dragged(&others, &in, fleet, in.uids[i]);
    size_t count = others.count;
    tags_release(&in);
    tags_release(&others);
    return count;
}

size_t bulk_list_managed(const struct bulk_list *list, const struct fleet *fleet,
                         const char **manager)
{
    size_t count = 0;
    *manager = NULL;
    for (size_t i = 0; i < list->count; i++) {
        struct target *target = NULL;
        if (list->rows[i].out || !fleet_job(fleet, list->rows[i].uid, &target) ||
            !target->manager)
            continue;
        bool other = *manager && strcmp(*manager, target->manager) != 0;
        *manager = other ? "managers" : target->manager;
        count++;
    }
    return count;
}
