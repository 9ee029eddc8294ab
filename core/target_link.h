#ifndef QMPTOP_CORE_TARGET_LINK_H
#define QMPTOP_CORE_TARGET_LINK_H

/*
 * target_link: what happens to a target when its link changes, when time passes and when it is
 * told who is there: trust ends and begins, actions on it end, blind gaps are journalled. It
 * does not know sockets.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/target.h"

/* The link changed. `reason` (copied) may be NULL, which keeps the last one
 * while it is not up; `retry_ms` is the time of the next try or 0. Tell the
 * version first: the journal names it. Leaving UP ends all trust: queries are
 * forgotten, open actions on this target end as "outcome unknown", the blind gap
 * begins. Coming up again journals the gap. A reason that repeats itself is
 * journalled once. BUSY and FAILED outlast the tries that follow, with retry_ms 0
 * while one is under way. TARGET_STALE is target_tick()'s own and ignored here.
 *
 * AWAY ends a visit: that and the next UP are no news, jobs are looked at as after a
 * blind gap but keep their rates and promises, and what was learned of QEMU's commands
 * stands while its version and pid do. A BUSY that visit_is_patient() about stays AWAY. */
void target_set_link(struct target *target, enum target_link link, const char *reason,
                     int64_t retry_ms, int64_t now_ms);

/* Nothing is found where it was, and nobody misses it: it is not tried any more, counts as
 * none of the fleet's and is no trouble. Or it is found again. */
void target_set_gone(struct target *target, bool gone, int64_t now_ms);

/* What the greeting and the first queries told. `qemu` is the version text. */
void target_set_version(struct target *target, const char *qemu);
void target_set_vm_name(struct target *target, const char *name);
void target_set_run_state(struct target *target, const char *run_state, int64_t now_ms);
/* The process at the other end of a local socket; 0 when none is known. Tell it before the
 * link comes up: one that differs from the last known is another QEMU. When the link is up
 * then, the jobs and the migration of the former one end as unknown, whatever the new one
 * calls its own. */
void target_set_pid(struct target *target, int pid);

/* The answer of `query` came, usable or not. An unusable one is counted, and asked for again
 * only with the safety poll. */
void target_answered(struct target *target, enum target_query query, bool usable,
                     int64_t now_ms);

/* Time passes: an unanswered query turns the target stale, a flood is over, held
 * statuses are confirmed (merge.h). Returns whether something visible changed. */
bool target_tick(struct target *target, int64_t now_ms);

#endif
