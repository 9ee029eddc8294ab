#ifndef QMPTOP_QMP_MESSAGE_MIGRATION_H
#define QMPTOP_QMP_MESSAGE_MIGRATION_H

/*
 * message_migration: checked readers for what QEMU tells of a live migration.
 * As with message.h, a member of a wrong type makes the whole reply unusable;
 * members that are missing are told as missing. It does not know what the
 * figures mean.
 *
 * Source: qapi/migration.json MigrationInfo, MigrationStats, MigrationParameters,
 * MigrationCapabilityStatus. `remaining` of the reply itself (11.1) counts what
 * is no memory too and wins over ram.remaining.
 */

#include <stdbool.h>
#include <stdint.h>

#include "qmp/message.h"

#define MESSAGE_BLOCKED_SIZE 512

struct message_migration {
    const char *status; /* NULL: no migration was ever started */
    const char *error;
    char blocked[MESSAGE_BLOCKED_SIZE]; /* blocked-reasons, joined by "; "; "" = none */
    bool has_ram;
    uint64_t total, transferred, remaining, page_size, dirty_pages_rate, dirty_sync_count;
    uint64_t postcopy_requests;
    bool has_socket_address; /* where the destination listens */
    double mbps; /* megabits per second */
    bool has_total_time, has_setup_time, has_expected_downtime, has_downtime, has_throttle;
    uint64_t total_time, setup_time, expected_downtime, downtime, throttle; /* ms, percent */
};

/* The return of query-migrate. */
bool message_migration(const struct message *message, struct message_migration *migration);

struct message_migration_parameters {
    uint64_t max_bandwidth, max_postcopy_bandwidth, downtime_limit;
};

/* The return of query-migrate-parameters; missing members are 0. */
bool message_migration_parameters(const struct message *message,
                                  struct message_migration_parameters *parameters);

#endif
