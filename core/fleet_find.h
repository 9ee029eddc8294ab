#ifndef QMPTOP_CORE_FLEET_FIND_H
#define QMPTOP_CORE_FLEET_FIND_H

/* fleet_find: which job or migration of the fleet has a uid. */

#include <stdint.h>

struct fleet;
struct job;
struct target;

/* The job `uid`, ended ones included, and its target (may be NULL to skip);
 * NULL when no such job is kept. */
struct job *fleet_job(const struct fleet *fleet, uint64_t uid, struct target **target);

/* The target whose shown migration (migration_is_shown) has that uid, or NULL. */
struct target *fleet_migrating(const struct fleet *fleet, uint64_t uid);

/* The target of a job that QEMU still has, or of a shown migration: what acting on that uid
 * would reach. NULL when there is none. */
struct target *fleet_actable(const struct fleet *fleet, uint64_t uid);

#endif
