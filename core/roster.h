#ifndef QMPTOP_CORE_ROSTER_H
#define QMPTOP_CORE_ROSTER_H

/*
 * roster: the jobs of one target, kept in three orders at once: all by first
 * sighting, the living by id, the ended by their end. So one job is found in
 * logarithmic time and an answer with thousands of jobs stays cheap. It does not know
 * why a job begins or ends (change.h). The arrays are members of the target,
 * since everybody reads them; only this file writes them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/target.h"

/* Room for one more living job with that id: neither TARGET_JOBS_MAX nor
 * TARGET_IDS_MAX is reached. */
bool roster_has_room(const struct target *target, const char *id);

/* Takes `job` over as a living one. Its id must not be living yet, its uid must
 * be above all uids here. */
void roster_add(struct target *target, struct job *job);

/* A living job becomes an ended one. May exceed TARGET_ENDED_MAX until
 * roster_trim(), so that loops over the jobs stay valid. */
void roster_retire(struct target *target, struct job *job);

/* Frees an ended job. */
void roster_drop(struct target *target, struct job *job);

/* Frees the longest ended jobs beyond TARGET_ENDED_MAX; those that failed, and nobody had
 * a look at them, only when there are no others. */
void roster_trim(struct target *target);

/* The living (not ended) job with that id, or NULL. */
struct job *roster_find(const struct target *target, const char *id);

/* The job, living or ended, or NULL. */
struct job *roster_find_uid(const struct target *target, uint64_t uid);

/* The target has that job, or its migration has the uid. */
bool roster_keeps(const struct target *target, uint64_t uid);

#endif
