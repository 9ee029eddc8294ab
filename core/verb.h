#ifndef QMPTOP_CORE_VERB_H
#define QMPTOP_CORE_VERB_H

/*
 * verb: what a person may do to a job, when QEMU will take it, what it will
 * really do, and how much is at stake. It does not send anything and knows no
 * QMP command by name: which verbs a QEMU offers comes in as a set of bits.
 *
 * Legality is job.c's JobVerbTable (qemu, `static const bool JobVerbTable`)
 * plus the checks behind it that are visible from outside: soft cancel wants a
 * READY mirror, complete wants a job with a pivot, pause of a plain job is
 * accepted and never takes effect. A lit verb is one that can take effect now;
 * QEMU's reply still has the last word.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/job.h"
#include "core/verb_bit.h"

/* How much a verb costs when it was the wrong key. */
enum verb_tier {
    VERB_TIER_AT_ONCE = 1, /* can be undone: no box */
    VERB_TIER_ASK = 2,     /* `y` in a box */
    VERB_TIER_TYPE = 3     /* work is lost: a louder box */
};

/* Why a verb is not lit. VERB_LIT is the one good answer. */
enum verb_answer {
    VERB_LIT,
    VERB_NOT_OFFERED,    /* this QEMU has no such command */
    VERB_NOT_TOLD,       /* query-commands is not answered yet */
    VERB_LINK_DOWN,      /* the connection is not up: nothing can be sent */
    VERB_NOT_ASKED,      /* just connected: the jobs are not told yet */
    VERB_SILENT,         /* connected, and QEMU does not answer */
    VERB_READ_ONLY,      /* --read-only */
    VERB_ENDED,          /* QEMU no longer has the job */
    VERB_WRONG_STATUS,   /* the status does not take it */
    VERB_ALREADY_PAUSED, /* refused by job.c job_user_pause */
    VERB_NOT_PAUSED,     /* refused by job.c job_user_resume */
    VERB_HELD_BY_QEMU,   /* paused by an internal drain: resume is refused */
    VERB_NO_PIVOT,       /* stream, backup, non-active commit, plain jobs */
    VERB_NOT_BLOCK_JOB,  /* create, amend, snapshot-*: no speed, no soft cancel */
    VERB_CANNOT_PAUSE,   /* plain jobs have no pause point */
    VERB_NEEDS_RESUME,   /* soft cancel of a paused job is refused (blockdev.c) */
    VERB_NOT_MIRROR,     /* block-job-change is for mirrors */
    VERB_NOT_READY,      /* stay before READY would be a cancel */
    VERB_IN_FLIGHT,      /* the same request is on its way, or accepted without effect yet */
    VERB_ENDING,         /* another ending was accepted that this one can no longer change */
    VERB_ANSWER_COUNT
};

/* What a verb needs to know of the surroundings of the job. */
struct verb_context {
    uint32_t offered;   /* VERB_BITs of the commands this QEMU has */
    bool offered_known; /* query-commands was answered */
    bool link_up;
    bool unasked, silent; /* why the link is of no use though it is open; while !link_up */
    bool read_only;
};

/* May `verb` take effect on `job` now? A pure look; never changes anything. Of
 * several obstacles the one that lasts longest is told: ours (read-only, ended,
 * link, command), then the job's type, then what it is doing. */
enum verb_answer verb_check(const struct job *job, enum verb verb,
                            const struct verb_context *context);

/* job.c's JobVerbTable alone: does `status` accept `verb`? Unknown statuses
 * accept nothing. VERB_STAY is job.c's cancel. */
bool verb_status_accepts(enum verb verb, enum job_status status);

/* All lit verbs as VERB_BITs. */
uint32_t verb_lit(const struct job *job, const struct verb_context *context);

/* The word for the person and for `verbs` in the JSON report: "pause", "stay". */
const char *verb_name(enum verb verb);

/* What is at stake on this job: cancelling a job that holds finished work
 * (READY, STANDBY, WAITING, PENDING) is VERB_TIER_TYPE, dismissing a failed job
 * asks, dismissing a good one does not. Change asks: there is no way back. */
enum verb_tier verb_tier(const struct job *job, enum verb verb);

/* One line, no full stop, that says what will happen to this job. Static text. */
const char *verb_consequence(const struct job *job, enum verb verb);

/* Why not, as one clause that can follow "not now: "; "" for VERB_LIT. For
 * VERB_WRONG_STATUS it names the statuses that take it. Static text, valid for
 * ever. */
const char *verb_answer_text(enum verb_answer answer, enum verb verb);

#endif
