#ifndef QMPTOP_CORE_ACTION_LEVER_H
#define QMPTOP_CORE_ACTION_LEVER_H

/* action_lever: requests to a migration: the counterpart of those to jobs (action.h). */

#include <stdbool.h>
#include <stdint.h>

#include "core/action_list.h"
#include "core/lever.h"

struct fleet;
struct target;

/* May `lever` be pulled on the migration `uid` (migration.h) of `target`, and pull it: as
 * action_check() and action_send(). A later migration has another uid. `text` is copied. */
struct lever_check {
    enum lever_answer answer;
    bool in_flight;   /* the same lever is being pulled */
    const char *why;  /* a clause; static; NULL when lit */
    int64_t since_ms; /* of LEVER_SILENT, as above */
};
struct lever_check action_check_lever(const struct fleet *fleet, const struct target *target,
                                      uint64_t uid, enum lever lever);
const struct action *action_pull(struct fleet *fleet, struct target *target, uint64_t uid,
                                 enum lever lever, uint64_t argument, const char *text,
                                 int64_t now_ms, struct lever_check *check);

/* The migration of `target` changed its status. */
void action_observe_migration(struct fleet *fleet, const struct target *target, int64_t now_ms);

/* Settles an accepted lever as far as the migration allows it. */
void action_settle_lever(struct fleet *fleet, struct action *action, int64_t now_ms);

#endif
