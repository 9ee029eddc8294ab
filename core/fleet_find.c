#include "core/fleet_find.h"

#include "core/fleet_base.h"
#include "core/roster.h"
#include "core/target.h"

struct job *fleet_job(const struct fleet *fleet, uint64_t uid, struct target **target)
{
    struct target *found = uid_index_find(&fleet->uids, uid);
    struct job *job = found ? roster_find_uid(found, uid) : NULL;

    if (job && target)
        *target = found;
    return job;
}

struct target *fleet_migrating(const struct fleet *fleet, uint64_t uid)
{
    struct target *target = uid_index_find(&fleet->uids, uid);

    if (!target || target->migration.uid != uid || !migration_is_shown(&target->migration))
        return NULL;
    return target;
}

struct target *fleet_actable(const struct fleet *fleet, uint64_t uid)
{
    struct target *target = NULL;
    const struct job *job = fleet_job(fleet, uid, &target);

    if (job)
        return job->ending == JOB_NOT_ENDED ? target : NULL;
    return fleet_migrating(fleet, uid);
}
