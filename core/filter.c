#include "core/filter.h"

#include <string.h>

#include "core/ending.h"
#include "core/target.h"
#include "core/text.h"

#define FIELDS 4

void filter_set(struct filter *filter, const char *text)
{
    size_t len = strnlen(text, FILTER_SIZE - 1);

    *filter = (struct filter){.count = 0};
    memcpy(filter->text, text, len);
    for (size_t at = 0; at < len; at += strcspn(text + at, " ")) {
        at += strspn(text + at, " ");
        if (at < len && strcspn(text + at, " ") > (text[at] == '!'))
            filter->begins[filter->count++] = (uint8_t)at;
    }
    for (size_t i = 0; i < len; i++)
        filter->words[i] = text[i] == ' ' ? '\0' : text[i];
}

bool filter_is_set(const struct filter *filter)
{
    return filter->count > 0;
}

static bool takes(const struct filter *filter, const char *const fields[FIELDS])
{
    for (size_t i = 0; i < filter->count; i++) {
        const char *word = filter->words + filter->begins[i];
        bool wanted = *word != '!';
        bool found = false;

        for (size_t k = 0; k < FIELDS && !found; k++)
            found = text_contains(fields[k], wanted ? word : word + 1);
        if (found != wanted)
            return false;
    }
    return true;
}

const char *filter_status(const struct job *job)
{
    return job->ending == JOB_NOT_ENDED ? job_status_text(job) : ending_word(job->ending);
}

bool filter_takes_job(const struct filter *filter, const struct target *target,
                      const struct job *job)
{
    return filter->count == 0 ||
           takes(filter, (const char *const[FIELDS]){target_label(target), job->id,
                                                     job_type_text(job), filter_status(job)});
}

bool filter_takes_migration(const struct filter *filter, const struct target *target)
{
    const struct migration *migration = &target->migration;
    const char *type = migration->incoming ? "incoming" : "migr.";

    return filter->count == 0 ||
           takes(filter, (const char *const[FIELDS]){target_label(target), FILTER_MIGRATION,
                                                     type, migration_status_text(migration)});
}
