#include "tui/alert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "tui/term.h"

/* A job that needs somebody so soon after its first sighting did so before. */
#define ALERT_NEW_MS 1000

/* What a look finds. */
struct look {
    uint64_t *uids;
    size_t count, capacity;
    bool rings;
    int64_t newest_ms; /* of the needs */
    const char *vm, *job;
};

void alert_release(struct alert *alert)
{
    free(alert->uids);
    *alert = (struct alert){0};
}

static int compare(const void *a, const void *b)
{
    const uint64_t *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

static bool was_known(const struct alert *alert, uint64_t uid)
{
    return alert->count > 0 &&
           bsearch(&uid, alert->uids, alert->count, sizeof(uid), compare) != NULL;
}

static void add(struct look *look, uint64_t uid, const struct need *need,
                const struct target *target, const char *job)
{
    if (look->count == look->capacity) {
        look->capacity = mem_capacity(look->capacity, look->count + 1);
        look->uids = mem_resize(look->uids, look->capacity, sizeof(*look->uids));
    }
    look->uids[look->count++] = uid;
    if (look->vm && need->since_ms <= look->newest_ms)
        return;
    look->newest_ms = need->since_ms;
    look->vm = target_label(target);
    look->job = job;
}

static void look_at(const struct alert *alert, const struct target *target, struct look *look,
                    int64_t now_ms)
{
    for (size_t i = 0; i < target->job_count; i++) {
        const struct job *job = target->jobs[i];
        struct need need = fleet_need(target, job, now_ms);
        if (need.kind == NEED_NONE)
            continue;
        bool is_new = job->from_start || now_ms - job->seen_ms >= ALERT_NEW_MS;
        look->rings = look->rings || (is_new && !was_known(alert, job->uid));
        add(look, job->uid, &need, target, job->id);
    }
    struct need need = fleet_migration_need(target);
    if (need.kind == NEED_NONE)
        return;
    look->rings = look->rings || !was_known(alert, target->migration.uid);
    add(look, target->migration.uid, &need, target, "migration");
}

static void show_title(struct alert *alert, const struct look *look)
{
    char title[ALERT_TITLE_SIZE];
    if (look->count > 0)
        snprintf(title, sizeof(title), "%zu %s: %.60s %.60s - qmptop", look->count,
                 need_call(look->count), look->vm, look->job);
    else
        snprintf(title, sizeof(title), "qmptop");
    if (strcmp(title, alert->shown) == 0)
        return;
    snprintf(alert->shown, sizeof(alert->shown), "%s", title);
    term_set_title(title);
}

void alert_look(struct alert *alert, const struct fleet *fleet, int64_t now_ms)
{
    struct look look = {0};
    if (!alert->bell && !alert->title)
        return;
    for (size_t i = 0; i < fleet->target_count; i++)
        look_at(alert, fleet->targets[i], &look, now_ms);
    if (look.count > 0)
        qsort(look.uids, look.count, sizeof(*look.uids), compare);
    if (alert->bell && look.rings)
        term_bell();
    if (alert->title)
        show_title(alert, &look);
    free(alert->uids);
    alert->uids = look.uids;
    alert->count = look.count;
    alert->capacity = look.capacity;
}
