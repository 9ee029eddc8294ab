#ifndef QMPTOP_CORE_MIGRATION_H
#define QMPTOP_CORE_MIGRATION_H

/*
 * migration: the live migration of one QEMU, as its query-migrate tells it:
 * where it stands, whether it gets anywhere, and which levers can be pulled. It
 * does not know how the facts arrive nor how they are drawn.
 *
 * A migration is no job: query-jobs never lists it. The source sends figures,
 * the destination only a status, so there is no bar on the incoming side.
 *
 * Sources: qapi/migration.json MigrationStatus, MigrationInfo, MigrationStats,
 * MigrationParameters, MigrationCapability.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/converge.h"
#include "core/rate.h"

/* MigrationStatus. NONE is also "no migration was ever started here"; a status
 * of a future QEMU is UNKNOWN and its wire name is kept. */
enum migration_status {
    MIGRATION_UNKNOWN,
    MIGRATION_NONE,
    MIGRATION_SETUP,
    MIGRATION_WAIT_UNPLUG,
    MIGRATION_ACTIVE,
    MIGRATION_PRE_SWITCHOVER,
    MIGRATION_DEVICE,
    MIGRATION_POSTCOPY_DEVICE,
    MIGRATION_POSTCOPY_ACTIVE,
    MIGRATION_POSTCOPY_PAUSED,
    MIGRATION_POSTCOPY_RECOVER_SETUP,
    MIGRATION_POSTCOPY_RECOVER,
    MIGRATION_COLO,
    MIGRATION_CANCELLING,
    MIGRATION_CANCELLED,
    MIGRATION_FAILING,
    MIGRATION_FAILED,
    MIGRATION_COMPLETED,
    MIGRATION_STATUS_COUNT
};

#define MIGRATION_PASSES   8    /* passes remembered for the trend */
#define MIGRATION_TEXT_MAX 1024 /* bytes kept of QEMU's texts */

/* One query-migrate reply. Absent numbers are 0 with their has_ flag unset.
 * Strings are borrowed. */
struct migration_report {
    const char *status; /* NULL: idle */
    bool has_ram;
    uint64_t total, transferred, remaining; /* bytes */
    double mbps;                            /* megabits per second */
    uint64_t dirty_pages_per_second, page_size, pass;
    uint64_t postcopy_requests;
    bool listens; /* socket-address is told, or the guest waits to come in: the destination */
    bool has_total_time, has_expected_downtime, has_downtime, has_setup_time;
    uint64_t total_time, expected_downtime, downtime, setup_time; /* ms */
    bool has_throttle;
    uint64_t throttle_percent;
    const char *error;
    const char *blocked; /* reasons, joined by "; " */
};

/* query-migrate-parameters and -capabilities, as far as they matter here. */
struct migration_limits {
    bool known;
    uint64_t max_bandwidth;          /* bytes/s, 0 = unlimited */
    uint64_t max_postcopy_bandwidth; /* bytes/s, 0 = unlimited */
    uint64_t downtime_limit;         /* ms */
};

struct migration_capabilities {
    bool known;
    bool postcopy_ram, pause_before_switchover, auto_converge, events;
};

/* How the memory of a run went. Few QEMUs ever migrate: it is made with the first figures. */
struct migration_course {
    struct migration_pass passes[MIGRATION_PASSES]; /* oldest first */
    size_t pass_count;
    struct rate pace; /* of what is left: pages of zeros go without being sent */
};

struct migration {
    uint64_t uid; /* of this run of the migration; 0 = none was seen */
    enum migration_status status;
    char *status_name; /* wire name when UNKNOWN */
    bool incoming;     /* the destination's side */
    bool has_ram;
    uint64_t total, transferred, remaining;
    uint64_t bytes_per_second;       /* throughput */
    uint64_t dirty_bytes_per_second; /* 0 in pass 1: not measured yet */
    uint64_t pass, postcopy_requests;
    bool has_expected_downtime, has_downtime, has_throttle;
    uint64_t expected_downtime, downtime, total_time, setup_time, throttle_percent;
    char *error, *blocked; /* QEMU's texts, cut to MIGRATION_TEXT_MAX; NULL = none */
    struct migration_limits limits;
    struct migration_capabilities capabilities;
    struct migration_course *course; /* owned; NULL = this run told no figures yet */
    int64_t started_ms, status_ms, ended_ms, seen_ms;
    bool told; /* a reply told of this run; one that only an event told of may be none */
    bool gone; /* QEMU knows of no migration any more: it ended while nobody looked */
    bool idle; /* since the run ended QEMU told of no migration: what comes is another */
    enum migration_verdict noted;     /* the verdict that counts ... */
    enum migration_verdict candidate; /* ... the one of the last reading ... */
    int64_t noted_ms;                 /* ... and since when that, or its like, holds */
    bool dismissed;                   /* the person cleared the row */
};

void migration_init(struct migration *migration);
void migration_release(struct migration *migration);

/* A reply came. Returns whether the status changed. A status that begins a new
 * run (setup, or active after an end) calls for a new uid: `uid` is taken then. One
 * that came in before the first look counts as cleared. */
bool migration_update(struct migration *migration, const struct migration_report *report,
                      uint64_t uid, int64_t now_ms);

/* A MIGRATION event (only if the owner switched the capability on). */
bool migration_set_status(struct migration *migration, const char *wire, uint64_t uid,
                          int64_t now_ms);

/* The QEMU that it ran in is no more. Returns whether that ended it. */
bool migration_lose(struct migration *migration, int64_t now_ms);

enum migration_status migration_status_parse(const char *wire);
const char *migration_status_wire(enum migration_status status);
/* QEMU's word, or "gone" when QEMU knows of none any more. */
const char *migration_status_text(const struct migration *migration);

/* One was seen and the person has not cleared it. */
bool migration_is_shown(const struct migration *migration);
/* It can change by itself: poll fast. */
bool migration_is_moving(const struct migration *migration);
bool migration_is_ended(const struct migration *migration);
/* The source sends memory: there is a throughput. Not while the guest stands still at
 * pre-switchover, nor over a broken postcopy link. */
bool migration_is_sending(const struct migration *migration);
/* The destination owns the guest: on QEMU <= 9.2 cancelling loses it. */
bool migration_is_postcopy(enum migration_status status);

/* What the figures of the moment say; `noted` is what to show: a judgement of the trend
 * changes when two readings agree. */
enum migration_verdict migration_verdict(const struct migration *migration);
const char *migration_verdict_text(enum migration_verdict verdict);

/* The reason in figures: "the guest dirties 120M/s, 110M/s are sent". Always
 * NUL-terminated; "" when the verdict speaks for itself. */
void migration_reason(const struct migration *migration, char *dst, size_t size);

/* How long it runs, or ran: as QEMU counts it, else as long as it was seen. False
 * when neither is known: it had ended before anybody looked. */
bool migration_duration(const struct migration *migration, int64_t now_ms, int64_t *ms);

/* Progress of this pass in permille, -1 when QEMU tells no figures. It jumps
 * back with each pass. */
int migration_permille(const struct migration *migration);

/* Milliseconds from the last reading until the present pass is through, by what is sent
 * or, where that is sooner, by how fast what is left becomes less; false when unknown. */
bool migration_eta(const struct migration *migration, int64_t *eta_ms);

#endif
