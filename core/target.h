#ifndef QMPTOP_CORE_TARGET_H
#define QMPTOP_CORE_TARGET_H

/*
 * target: one QEMU as seen through one QMP socket: its link, its version and
 * name, its jobs, how fresh all that is, and what to ask it next. It does not
 * know sockets or JSON: the link's state is told to it, and which query to send
 * is a decision it makes and others carry out (qmp/feed).
 *
 * The polling policy in short: after the link comes up, learn the commands,
 * name, run state and jobs once. Events drive state. query-jobs runs each
 * `delay_ms` while a job moves and at once after an event that raises a
 * question; query-block-jobs on status changes and every
 * TARGET_BLOCK_EVERY-th poll; else only each TARGET_SAFETY_MS. There is
 * never more than one unanswered query. Dozens of targets are asked in turns, about as often.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/group_watch.h"
#include "core/job.h"
#include "core/lever.h"
#include "core/migration.h"
#include "core/verb.h"

#define TARGET_SAFETY_MS   20000
#define TARGET_STATUS_MS   60000 /* query-status: STOP, RESUME and the like tell at once */
#define TARGET_STALE_MS    5000  /* a query unanswered this long makes the target stale */
#define TARGET_BLOCK_EVERY 5
#define TARGET_MIGRATE_MS \
    5000                      /* an idle query-migrate, with a delay of 1 s; see target_ask.c */
#define TARGET_LIMITS_MS 5000 /* the limits of a migration that runs */
#define TARGET_EAGER_MS  100  /* least distance of event-driven polls: floods stay cheap */
#define TARGET_ENDED_MAX 100  /* ended jobs kept */
#define TARGET_JOBS_MAX  8192 /* some 5 MiB; no reply within the limits of stream.h has more */
#define TARGET_IDS_MAX   (1 << 20) /* bytes of all job ids kept */
#define TARGET_NAME_MAX  64        /* a longer type or status name is no name */
#define TARGET_ERROR_MAX 1024      /* bytes kept of a job's error text */
#define TARGET_FLOOD     500       /* events within TARGET_FLOOD_MS that are a flood */
#define TARGET_FLOOD_MS  1000
#define TARGET_STRAYS    3 /* replies to nobody that are no leftovers any more */

enum target_link {
    TARGET_CONNECTING, /* no answer yet */
    TARGET_UP,
    TARGET_STALE,  /* connected, but a query is unanswered for TARGET_STALE_MS */
    TARGET_BUSY,   /* another client holds the monitor; retried slowly */
    TARGET_FAILED, /* `reason` says why; retried at retry_ms */
    TARGET_CLOSED, /* closed by us (suspended, quitting) */
    TARGET_AWAY,   /* left on purpose after a visit (visit.h), comes back at retry_ms */
    TARGET_LINK_COUNT
};

enum target_query {
    TARGET_ASK_COMMANDS,     /* query-commands */
    TARGET_ASK_NAME,         /* query-name */
    TARGET_ASK_STATUS,       /* query-status */
    TARGET_ASK_JOBS,         /* query-jobs */
    TARGET_ASK_BLOCK,        /* query-block-jobs */
    TARGET_ASK_MIGRATE,      /* query-migrate */
    TARGET_ASK_LIMITS,       /* query-migrate-parameters */
    TARGET_ASK_CAPABILITIES, /* query-migrate-capabilities */
    TARGET_ASK_COUNT
};

struct fleet;
struct guest_tally;

struct target {
    struct fleet *fleet; /* borrowed */
    size_t index;        /* its place in the fleet */
    char *name;          /* what the user called it, or made from the address */
    bool name_given;     /* NAME=...: query-name does not replace it */
    char *endpoint;      /* the address as the user gave it */
    const char *manager; /* who keeps sockets where this one is; borrowed, lives for ever;
                            NULL = nobody known */

    enum target_link link;
    char *reason;      /* why it is not up; NULL when it is */
    int64_t link_ms;   /* since when */
    int64_t retry_ms;  /* when it will be tried again; 0 = now or never */
    int64_t answer_ms; /* last reply or event; 0 = none in this connection */
    bool was_up;       /* ever */
    int64_t lost_ms;   /* since when it is not up, while was_up; else 0 */
    bool gone;         /* was found once, not any more, and is missed by nobody */

    char *leads_to;     /* no QEMU but a host: "2 QMP sockets"; NULL = a QEMU */
    size_t leads_count; /* so many of them, when it was last looked at */

    int holder_pid; /* the process that has the monitor while it is busy; 0 = not known */
    char *holder;   /* its command, its own word; NULL = not known */

    /* Visits (visit.h). */
    bool polite;         /* it is visited, not held */
    bool visited;        /* the last visit went well: what it told stands */
    int64_t opened_ms;   /* when this connection came up */
    int64_t summoned_ms; /* when a person last wanted to act on it; 0 = never */

    char *qemu;      /* "7.2.22", "10.0.2 rc"; NULL = not told */
    char *vm_name;   /* query-name; NULL = unset */
    char *run_state; /* RunState's wire name; NULL = not told (storage daemon) */
    struct guest_tally *guest_tallies; /* owned; GUEST_EVENT_COUNT; NULL = nothing told */
    int pid;                           /* of the QEMU behind a local socket; 0 = not known */
    int last_pid;                      /* the last that was known */
    bool renewed; /* it was another one before: what QEMU had is gone with it */

    uint32_t offered; /* VERB_BITs; valid while offered_known */
    uint32_t queries; /* bits of target_query this QEMU has; valid while offered_known */
    uint32_t levers;  /* LEVER_BITs, likewise */
    bool offered_known;

    struct job **jobs; /* owned; in order of first sighting; ended ones included */
    size_t job_count, job_capacity;
    struct job **living; /* borrowed; those QEMU has, sorted by id (roster.h) */
    size_t living_count, living_capacity;
    struct job **ended; /* borrowed; in order of ending */
    size_t ended_count, ended_capacity;
    size_t id_bytes; /* of all ids kept: an endless id is refused */

    struct group_watch groups;

    struct migration migration;

    bool jobs_known;    /* query-jobs was answered in this connection */
    uint32_t replies;   /* usable answers of query-jobs */
    bool overtaken;     /* the last of them was older than an event that had come before it */
    int64_t settle_ms;  /* the next held status or unwritten change counts then; -1 = none */
    uint32_t malformed; /* replies and events dropped because a member was unusable */

    /* What is odd about it though it is up. */
    bool jobs_odd;   /* some jobs of its last answer could not be read, or not wholly */
    uint32_t strays; /* replies in this connection that nobody had asked for */
    uint32_t events; /* since event_ms */
    int64_t event_ms;
    bool flooding;

    /* Polling. */
    uint32_t wanted;   /* bits of target_query that are due at once */
    uint32_t unusable; /* bits whose last answer was: due with the safety poll only */
    bool asking;       /* one query is unanswered */
    enum target_query asked;
    int64_t asked_ms;
    int64_t polled_ms[TARGET_ASK_COUNT]; /* when each was last sent; 0 = never */
    bool is_curious;                     /* in the fleet's list of those */
    uint32_t poll_count;
};

/* A target in TARGET_CONNECTING; strings are copied. `name_given` as above. */
struct target *target_new(struct fleet *fleet, const char *name, bool name_given,
                          const char *endpoint, int64_t now_ms);
void target_free(struct target *target);

/* QEMU still had a job or a migration there when it was last seen. */
bool target_has_work(const struct target *target);

/* It is no QEMU but a host whose sockets are targets, too: it leads to so many. */
void target_set_leads_to(struct target *target, size_t sockets);

/* The process that keeps the monitor busy, with its command; 0 and NULL when there is none
 * or it is not known. */
void target_set_holder(struct target *target, int pid, const char *command);

/* What query-commands and the schema tell. */
void target_set_offered(struct target *target, uint32_t verbs, uint32_t queries);
void target_set_levers(struct target *target, uint32_t levers);

/* The query to send now, if any: false when one is unanswered, none is due, or
 * the link is not up. Pure. */
bool target_ask(const struct target *target, int64_t now_ms, enum target_query *query);

/* When target_ask() may say yes next, for the feed's timer: a time, or -1 when
 * only an answer or an event can change that. Pure. */
int64_t target_ask_at(const struct target *target);

/* `query` was sent. */
void target_asked(struct target *target, enum target_query query, int64_t now_ms);

/* An event came, whatever it says. */
void target_event(struct target *target, int64_t now_ms);

/* Two windows without an event end a flood: target_tick() sees to it. Returns whether it
 * did. */
bool target_calm(struct target *target, int64_t now_ms);

/* So many replies in this connection were to no question of ours. */
void target_set_strays(struct target *target, uint32_t strays);

/* What is odd about a target that is up, as one clause: its jobs cannot be understood, all
 * or some, or its migration; it floods us, it answers what nobody asked. NULL = nothing.
 * Static text. Pure. */
const char *target_oddity(const struct target *target);

/* Something raises a question: ask `query` as soon as allowed. While that same
 * query is unanswered its answer will be newer than the question: nothing to do. */
void target_want(struct target *target, enum target_query query);

/* Up, answering, and its jobs were told in this connection, or by a visit that went well
 * and others that follow: what it shows is the truth. */
bool target_is_fresh(const struct target *target);

/* The truth of this very connection: verbs can be sent. */
bool target_is_at_hand(const struct target *target);

/* There is a connection, or there was one that was left on purpose. */
bool target_is_connected(const struct target *target);

/* A job or the migration moves. */
bool target_is_moving(const struct target *target);

/* A question was raised that will be asked though its time has not come. */
bool target_is_curious(const struct target *target);

/* Milliseconds since the last answer; -1 when there was none. */
int64_t target_age_ms(const struct target *target, int64_t now_ms);

/* The link's wire word for the JSON report: "connecting", "up", "stale",
 * "busy", "failed", "closed", "away". */
const char *target_link_wire(enum target_link link);

/* What verb_check() wants to know of this target. */
struct verb_context target_verbs(const struct target *target);

/* Name to show: the user's name, else the VM's name, else what the address gave. */
const char *target_label(const struct target *target);

#endif
