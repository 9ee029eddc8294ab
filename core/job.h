#ifndef QMPTOP_CORE_JOB_H
#define QMPTOP_CORE_JOB_H

/*
 * job: the record of one background job of one QEMU, and the names QEMU gives
 * to job types and statuses. It does not know how the facts arrive (merge.h),
 * what may be done to a job (verb.h) or how it is drawn.
 *
 * Identity: QEMU frees a job's id at once on dismissal and a next job may take
 * it. So each sighting of a new job gets a `uid` that is never used again;
 * everything that outlives one function call (cursor, box, action) holds uids.
 *
 * Sources: qapi/job.json JobType, JobStatus; qapi/block-core.json BlockJobInfo.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/history.h"
#include "core/rate.h"

/* JobType, in QEMU's order. A type this list does not have is
 * JOB_TYPE_UNKNOWN; its wire name is kept in `type_name`. */
enum job_type {
    JOB_TYPE_UNKNOWN,
    JOB_TYPE_COMMIT,
    JOB_TYPE_STREAM,
    JOB_TYPE_MIRROR,
    JOB_TYPE_BACKUP,
    JOB_TYPE_CREATE,
    JOB_TYPE_AMEND,
    JOB_TYPE_SNAPSHOT_LOAD,
    JOB_TYPE_SNAPSHOT_SAVE,
    JOB_TYPE_SNAPSHOT_DELETE,
    JOB_TYPE_COUNT
};

/* JobStatus. JOB_STATUS_UNKNOWN stands for a status of a future QEMU. */
enum job_status {
    JOB_STATUS_UNKNOWN,
    JOB_STATUS_UNDEFINED,
    JOB_STATUS_CREATED,
    JOB_STATUS_RUNNING,
    JOB_STATUS_PAUSED,
    JOB_STATUS_READY,
    JOB_STATUS_STANDBY,
    JOB_STATUS_WAITING,
    JOB_STATUS_PENDING,
    JOB_STATUS_ABORTING,
    JOB_STATUS_CONCLUDED,
    JOB_STATUS_NULL,
    JOB_STATUS_COUNT
};

/* BlockDeviceIoStatus of a block job; JOB_IO_UNKNOWN until query-block-jobs
 * told it, and for ever for jobs that are no block jobs. */
enum job_io { JOB_IO_UNKNOWN, JOB_IO_OK, JOB_IO_FAILED, JOB_IO_NOSPACE };

enum job_tristate { JOB_UNTOLD, JOB_NO, JOB_YES };

/* How a job that QEMU no longer lists came to its end (ending.h). */
enum job_ending {
    JOB_NOT_ENDED,
    JOB_ENDED_DONE,                 /* well, and there was but one way to */
    JOB_ENDED_SWITCHED,             /* well, a mirror or active commit that we completed */
    JOB_ENDED_STAYED,               /* the same, told by us to stay */
    JOB_ENDED_EITHER,               /* the same, by nobody here: which one QEMU does not tell */
    JOB_ENDED_FAILED,               /* with an error */
    JOB_ENDED_CANCELLED,            /* by another client */
    JOB_ENDED_CANCELLED_BY_US,      /* from here */
    JOB_ENDED_CANCELLED_WITH_GROUP, /* by QEMU, since one of its transaction ended so */
    JOB_ENDED_UNKNOWN,              /* it went while nobody looked: nothing is guessed */
    JOB_ENDING_COUNT
};

struct job {
    uint64_t uid; /* unique in this program run, never 0 */
    char *id;     /* QEMU's id, raw bytes, for commands; never NULL */
    enum job_type type;
    enum job_status status;
    char *type_name;   /* wire name when `type` is UNKNOWN, else NULL */
    char *status_name; /* wire name when `status` is UNKNOWN, else NULL */

    uint64_t current, total; /* query-jobs progress; bytes for block jobs only */
    bool has_progress;       /* false until a reply told it */
    bool progress_odd;       /* the last reply told it, but it cannot be read */
    uint64_t first_current;  /* the first progress told, and when */
    int64_t first_ms;
    uint64_t ready_current; /* the first progress told once it was READY */
    int64_t ready_ms;       /* since when it is; 0 = it never was */
    bool ready_told;        /* `ready_current` is */
    int64_t told_ms;        /* when progress was last told; 0 = never */
    int64_t worked_ms;      /* since when there is nothing more to do: WAITING and what
                               follows; 0 = there is */
    char *error;            /* QEMU's text; NULL = none. COMPLETED with one is a failure */

    /* From query-block-jobs; meaningless while !has_block. */
    bool has_block;
    enum job_io io;
    uint64_t speed; /* limit in bytes/s, 0 = none */
    bool busy, block_paused;
    enum job_tristate auto_finalize, auto_dismiss, actively_synced;

    bool forced_cancel;     /* BLOCK_JOB_CANCELLED was seen */
    bool completed;         /* BLOCK_JOB_COMPLETED was seen */
    bool completing;        /* job-complete was accepted from us, its effect not yet seen */
    bool cancelling;        /* a cancel was accepted from us, its end not yet seen */
    bool staying;           /* a soft cancel (`stay`) was accepted from us */
    uint32_t asked, agreed; /* VERB_BITs (verb.h): sent from here and not refused; accepted.
                               A blind gap forgets them */
    bool was_ready;         /* READY or STANDBY was seen: a mirror or an active commit */
    bool was_pending;       /* PENDING was seen: from there only an abort is no success */
    bool was_aborting;      /* ABORTING was seen: it did not end well */

    uint64_t group; /* uid of the first job of its transaction, inferred; 0 = none (group.h) */
    bool group_proven; /* it was seen that they end together */
    bool group_told;   /* with which jobs it was created is known */
    bool dragged;      /* it aborted right after another of its group did */

    uint32_t io_errors;     /* BLOCK_JOB_ERROR events counted */
    const char *stopped_by; /* "write error": BLOCK_JOB_ERROR stopped it since it last ran;
                               static; NULL = nothing did */
    bool outcome_told;      /* a reply showed it CONCLUDED: `error` is final */
    bool dismissed;         /* ended after it was shown CONCLUDED: somebody has had a look */
    bool from_start;        /* its `created` was seen: seen_ms is its true start */
    bool blind;             /* the link was lost since: its id may be another job's by now */
    bool visited;           /* blind only because a visit ended */
    uint32_t reply;         /* the last query-jobs answer (target's `replies`) that had it */
    uint32_t told_poll;     /* the query-jobs (target's `poll_count`) that was under way when an
                               event last told its status; 0 = none was */

    /* A paused/standby or running/ready event that may be no more than an
     * internal drain (job.c job_pause): held until a reply or 300 ms confirm
     * it. JOB_STATUS_UNKNOWN = none held. */
    enum job_status held_status;
    int64_t held_ms;

    /* What the journal says of it. A status that QEMU only passes through is
     * written when it lasts; JOB_STATUS_UNDEFINED = nothing is written yet. */
    enum job_status noted_status;
    bool noted; /* `status` is written */

    int64_t seen_ms;   /* first sighting */
    int64_t status_ms; /* since when `status` holds, as far as seen */
    int64_t ended_ms;  /* when it left QEMU's list; 0 while it is there */
    enum job_ending ending;

    struct rate rate;
    struct history history; /* of its bytes per second, while it moved */
};

/* A job with uid, copies of id and type/status names; the caller frees it with
 * job_free(). */
struct job *job_new(uint64_t uid, const char *id, int64_t now_ms);
void job_free(struct job *job);

/* Sets type or status from the wire name; unknown names are kept as they are.
 * job_set_status() returns whether the status changed and notes since when. */
void job_set_type(struct job *job, const char *wire);
bool job_set_status(struct job *job, const char *wire, int64_t now_ms);

/* The progress a reply or an event tells. Returns whether it changed. */
bool job_set_progress(struct job *job, uint64_t current, uint64_t total, int64_t now_ms);

/* Wire name <-> enum. A name that is not in the list, or NULL, is ..._UNKNOWN;
 * that one's own name is "unknown". */
enum job_type job_type_parse(const char *wire);
enum job_status job_status_parse(const char *wire);
const char *job_type_wire(enum job_type type);
const char *job_status_wire(enum job_status status);

/* The names to show: wire name, or what QEMU said for an unknown one, "?" when
 * it is not told yet. Valid as long as the job. */
const char *job_type_text(const struct job *job);
const char *job_status_text(const struct job *job);

/* Commit, stream, mirror and backup are block jobs (blockjob.c is_block_job):
 * byte progress, speed limit, BLOCK_JOB_* events. */
bool job_type_is_block(enum job_type type);

/* A block job by its type, or because query-block-jobs lists it. */
bool job_is_block(const struct job *job);

/* Known to be no block job (create, amend, snapshot-*): bare ratio as progress,
 * no pause point. False while the type is not told or of a future QEMU. */
bool job_is_plain(const struct job *job);

/* READY or STANDBY. */
bool job_is_ready(const struct job *job);

/* PAUSED or STANDBY. */
bool job_is_paused(const struct job *job);

/* READY, STANDBY, WAITING or PENDING: the work is done but not yet final, and a
 * cancel throws it away. */
bool job_holds_work(const struct job *job);

/* PAUSED or STANDBY because of an I/O error: paused and io-status not ok. */
bool job_is_io_paused(const struct job *job);

/* Asked to pause, but a request in flight keeps it from its pause point: still
 * RUNNING or READY, and query-block-jobs says paused (seen with a hung
 * request). QEMU takes it for paused: it can be resumed, not paused. */
bool job_is_pausing(const struct job *job);

/* It waits in PENDING for a person's finalize. QEMU passes through that status by
 * itself when auto-finalize is on, but for a backup that another one of its
 * transaction keeps there. Plain jobs always finalize themselves. */
#define JOB_PASSING_MS 1000
bool job_wants_finalize(const struct job *job, int64_t now_ms);

/* In PENDING, and whether it wants that is not known yet: after JOB_PASSING_MS it is. */
bool job_may_want_finalize(const struct job *job, int64_t now_ms);

/* The job can change without anybody doing anything: poll while this holds. */
bool job_is_moving(const struct job *job);

#endif
