#include "tui/screens/ground.h"

#include "core/fleet.h"
#include "core/roster.h"

const char ground_more_at_stake[] = "there is more at stake by now, ask again";

/* Of a target that is not fresh. */
static const char *lost_link(const struct target *target)
{
    struct verb_context context = target_verbs(target);
    enum verb_answer answer = context.silent    ? VERB_SILENT
                              : context.unasked ? VERB_NOT_ASKED
                                                : VERB_LINK_DOWN;
    return verb_answer_text(answer, VERB_PAUSE);
}

const char *ground_lost(const struct fleet *fleet, uint64_t uid)
{
    struct target *target;
    const struct job *job = fleet_job(fleet, uid, &target);
    if (!job)
        return "the job is gone";
    if (job->ending != JOB_NOT_ENDED)
        return roster_find(target, job->id) ? "the job was replaced by a new one of that id"
                                            : "the job has ended";
    return target_is_fresh(target) ? NULL : lost_link(target);
}

const char *ground_lost_for(const struct fleet *fleet, uint64_t uid, enum verb verb,
                            enum verb_tier tier)
{
    const char *why = ground_lost(fleet, uid);
    if (why)
        return why;
    struct action_check check = action_check(fleet, uid, verb);
    if (check.answer != VERB_LIT)
        return check.why;
    return verb_tier(fleet_job(fleet, uid, NULL), verb) > tier ? ground_more_at_stake : NULL;
}
