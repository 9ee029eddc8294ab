#include "core/advice.h"

#include "core/migration.h"
#include "core/target.h"

static const struct {
    const char *text, *complete, *stay, *cancel;
} advices[ADVICE_COUNT] = {
    [ADVICE_NONE] = {"", "", "", ""},
    [ADVICE_MIGRATION_RUNS] =
        {"the VM migrates: stay is the usual ending of its mirrors",
         "the VM migrates: stay is usual; this switches the source to the copy",
         "the VM migrates: this is the usual ending, once the guest is stopped",
         "the VM migrates: stay is the usual ending; this throws the copy away"},
    [ADVICE_MIGRATION_DONE] =
        {"the VM has migrated: stay is the usual ending of its mirrors",
         "the VM has migrated: stay is usual; this switches the source to the copy",
         "the VM has migrated: this is the usual ending",
         "the VM has migrated: stay is the usual ending; its disk may be this copy"},
};

enum advice advice_of(const struct target *target, const struct job *job)
{
    const struct migration *migration = &target->migration;

    if (job->type != JOB_TYPE_MIRROR || !job_is_ready(job) || job->ending != JOB_NOT_ENDED ||
        migration->incoming)
        return ADVICE_NONE;
    if (migration_is_moving(migration))
        return ADVICE_MIGRATION_RUNS;
    return migration->status == MIGRATION_COMPLETED ? ADVICE_MIGRATION_DONE : ADVICE_NONE;
}

const char *advice_text(enum advice advice)
{
    return advices[advice].text;
}

const char *advice_on(enum advice advice, enum verb verb)
{
    switch (verb) {
    case VERB_COMPLETE:
        return advices[advice].complete;
    case VERB_STAY:
        return advices[advice].stay;
    case VERB_CANCEL:
        return advices[advice].cancel;
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_FINALIZE:
    case VERB_DISMISS:
    case VERB_LIMIT:
    case VERB_CHANGE:
    case VERB_COUNT:
        break;
    }
    return "";
}
