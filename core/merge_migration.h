#ifndef QMPTOP_CORE_MERGE_MIGRATION_H
#define QMPTOP_CORE_MERGE_MIGRATION_H

/* merge_migration: what QEMU tells of its live migration, taken into the target. It does not
 * know how it was told, and of jobs nothing. */

#include <stdint.h>

#include "core/migration.h"

struct target;

/* An answer of query-migrate. A change of status is journalled, asks for limits
 * and capabilities anew and lets the levers' actions see it. */
void merge_migration(struct target *target, const struct migration_report *report,
                     int64_t now_ms);

/* A MIGRATION event: only where its owner switched that capability on. */
void merge_migration_event(struct target *target, const char *status, int64_t now_ms);

/* Another QEMU is behind the socket: what ran in the former one ended unseen. */
void merge_migration_lost(struct target *target, int64_t now_ms);

void merge_limits(struct target *target, const struct migration_limits *limits);
void merge_capabilities(struct target *target,
                        const struct migration_capabilities *capabilities);

#endif
