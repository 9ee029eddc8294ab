#ifndef QMPTOP_CORE_MERGE_H
#define QMPTOP_CORE_MERGE_H

/*
 * merge: brings the three partial truths about jobs together: query-jobs (every
 * job, status, progress, error), query-block-jobs (io-status, speed, flags;
 * block jobs only) and events (immediate, no progress, no replay). It knows the
 * order in which QEMU says things; it does not know how they were said.
 *
 * Within one connection what comes later is newer, but for an answer that QEMU
 * makes first and sends after the events of a moment later (seen with 7.2 on a busy
 * machine). So an event that came while query-jobs was under way wins over its
 * answer where the two cannot both be true, and the question is asked again.
 *
 * A job ends when JOB_STATUS_CHANGE says null or a query-jobs reply lacks it.
 * It is kept as ended, with the verdict the events gave; without events the
 * verdict is unknown. The same id after that is a new job with a new uid.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/job.h"
#include "core/merge_migration.h"

struct target;

/* One element of query-jobs (qapi/job.json JobInfo). Strings are borrowed. What could not
 * be read is NULL and MERGE_UNREAD: a job is there, and a type and status that are known
 * stay, but an old progress does not count as the new one. */
#define MERGE_UNREAD UINT64_MAX
struct job_report {
    const char *id, *type, *status;
    uint64_t current, total; /* none or both are MERGE_UNREAD */
    const char *error;       /* NULL = none */
};

/* One element of query-block-jobs (qapi/block-core.json BlockJobInfo). */
struct block_job_report {
    const char *device, *type;
    uint64_t offset, len;
    uint64_t speed;
    enum job_io io;
    bool busy, paused;
    enum job_tristate auto_finalize, auto_dismiss, actively_synced;
};

enum merge_block_event {
    MERGE_BLOCK_READY,
    MERGE_BLOCK_PENDING,
    MERGE_BLOCK_COMPLETED,
    MERGE_BLOCK_CANCELLED,
    MERGE_BLOCK_ERROR
};

/* Data of a BLOCK_JOB_* event. Strings are borrowed; absent ones are NULL. */
struct block_event_report {
    enum merge_block_event event;
    const char *id; /* `device`, or `id` for BLOCK_JOB_PENDING */
    const char *type;
    const char *error;              /* COMPLETED */
    const char *operation, *action; /* ERROR: read/write, ignore/report/stop */
    bool has_progress;
    uint64_t offset, len, speed;
};

/* An answer of query-jobs, complete: jobs that are not in it have ended. */
void merge_jobs(struct target *target, const struct job_report *reports, size_t count,
                int64_t now_ms);

/* One of which a part could not be read: these are there, others may be. */
void merge_some_jobs(struct target *target, const struct job_report *reports, size_t count,
                     int64_t now_ms);

/* An answer of query-block-jobs. Adds to known jobs only. */
void merge_block_jobs(struct target *target, const struct block_job_report *reports,
                      size_t count, int64_t now_ms);

/* JOB_STATUS_CHANGE. `created` begins a new incarnation even if the id is in
 * use. paused/standby are held back (job.h held_status) since a drain says the
 * same; anything else counts at once. */
void merge_status_event(struct target *target, const char *id, const char *status,
                        int64_t now_ms);

void merge_block_event(struct target *target, const struct block_event_report *report,
                       int64_t now_ms);

/* A held status that no later event took back within CHANGE_HOLD_MS counts.
 * Returns whether one did. */
bool merge_tick(struct target *target, int64_t now_ms);

/* When merge_tick() has to be called next, or -1. */
int64_t merge_tick_at(const struct target *target);

/* The link was lost: ended verdicts can no longer be learned; held statuses and
 * promises (completing, cancelling) are dropped. */
void merge_lost(struct target *target, int64_t now_ms);

/* A visit ended (visit.h): until the next one tells of a job, its id may be another's by
 * now. Rates go on, since the next sample of the same job counts from where it was. */
void merge_left(struct target *target);

/* Another QEMU has the place of the former one: its jobs and its migration have ended, and
 * but for what was told before, nobody saw how. */
void merge_renewed(struct target *target, int64_t now_ms);

/* Takes an ended job off the list (x on a job QEMU no longer has). */
void merge_clear(struct target *target, uint64_t uid);

#endif
