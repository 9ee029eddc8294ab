#ifndef QMPTOP_QMP_COMMAND_H
#define QMPTOP_QMP_COMMAND_H

/*
 * command: the QMP commands this program sends, one table row each, and their
 * JSON text. It does not know when a command is legal nor what its answer
 * means. Only arguments that every QEMU since 6.0 knows are sent: QEMU
 * refuses unknown ones. The deprecated block-job-pause/-resume/-complete/
 * -dismiss/-finalize are not here and must never be: with deprecated-input=crash
 * they abort the VM.
 */

#include <stdbool.h>
#include <stdint.h>

enum command {
    COMMAND_CAPABILITIES, /* qmp_capabilities */
    COMMAND_QUERY_COMMANDS,
    COMMAND_QUERY_NAME,
    COMMAND_QUERY_STATUS,
    COMMAND_QUERY_JOBS,
    COMMAND_QUERY_BLOCK_JOBS,
    COMMAND_JOB_PAUSE,
    COMMAND_JOB_RESUME,
    COMMAND_JOB_COMPLETE,
    COMMAND_JOB_CANCEL,
    COMMAND_JOB_FINALIZE,
    COMMAND_JOB_DISMISS,
    COMMAND_BLOCK_JOB_CANCEL,    /* always force=false: the soft one */
    COMMAND_BLOCK_JOB_SET_SPEED,
    COMMAND_BLOCK_JOB_CHANGE,    /* type mirror, copy-mode write-blocking */
    COMMAND_QUERY_MIGRATE,
    COMMAND_QUERY_MIGRATE_PARAMETERS,
    COMMAND_QUERY_MIGRATE_CAPABILITIES,
    COMMAND_MIGRATE_BANDWIDTH,          /* migrate-set-parameters max-bandwidth */
    COMMAND_MIGRATE_POSTCOPY_BANDWIDTH, /* ... max-postcopy-bandwidth */
    COMMAND_MIGRATE_DOWNTIME,           /* ... downtime-limit */
    COMMAND_MIGRATE_START_POSTCOPY,
    COMMAND_MIGRATE_CONTINUE, /* always state=pre-switchover */
    COMMAND_MIGRATE_CANCEL,   /* migrate_cancel */
    COMMAND_MIGRATE_PAUSE,
    COMMAND_MIGRATE_RESUME,  /* migrate with resume=true: the source of a broken postcopy */
    COMMAND_MIGRATE_RECOVER, /* its destination */
    COMMAND_COUNT
};

struct command_args {
    const char *job;  /* id or device; NULL for queries */
    uint64_t number;  /* a speed in bytes/s or a time in ms, at most INT64_MAX */
    const char *uri;  /* where to migrate or listen; NULL where none is taken */
};

/* The name on the wire. */
const char *command_name(enum command command);

/* The first command with that wire name, or COMMAND_COUNT. */
enum command command_by_name(const char *name);

/* The command as one line of JSON with CR LF, id included; the caller frees it.
 * NULL when memory is exhausted. `args` may be NULL for commands without
 * arguments; the others need args->job. */
char *command_build(enum command command, const struct command_args *args, uint64_t id);

#endif
