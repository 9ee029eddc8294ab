#ifndef QMPTOP_CORE_LEVER_H
#define QMPTOP_CORE_LEVER_H

/*
 * lever: what a person may do to a live migration, when, and what it costs: the
 * counterpart of verb.h. It sends nothing. Everything here can be tried again,
 * except what is called a danger.
 *
 * migrate_cancel answers success at any time; in every postcopy state it would
 * lose the guest on QEMU <= 9.2, so it is never lit there.
 * `cont` has no lever: after a completed migration it starts the source again
 * beside the destination.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/migration.h"
#include "core/verb.h"

enum lever {
    LEVER_BANDWIDTH,          /* migrate-set-parameters max-bandwidth, bytes/s */
    LEVER_DOWNTIME,           /* migrate-set-parameters downtime-limit, ms */
    LEVER_POSTCOPY_BANDWIDTH, /* migrate-set-parameters max-postcopy-bandwidth */
    LEVER_POSTCOPY,           /* migrate-start-postcopy */
    LEVER_CONTINUE,           /* migrate-continue state=pre-switchover */
    LEVER_CANCEL,             /* migrate_cancel */
    LEVER_PAUSE,              /* migrate-pause: breaks a postcopy link */
    LEVER_RECOVER,            /* source: migrate resume=true; destination: migrate-recover */
    LEVER_COUNT
};

#define LEVER_BIT(lever) (1u << (lever))

/* What a lever takes as argument. */
enum lever_argument { LEVER_NOTHING, LEVER_RATE, LEVER_MILLISECONDS, LEVER_URI };

enum lever_answer {
    LEVER_LIT,
    LEVER_READ_ONLY,
    LEVER_LINK_DOWN,
    LEVER_NOT_ASKED, /* just connected */
    LEVER_SILENT,    /* connected, and QEMU does not answer */
    LEVER_NOT_OFFERED,
    LEVER_ENDED, /* it ran, and is over */
    LEVER_NO_MIGRATION,
    LEVER_WRONG_STATUS,
    LEVER_NOT_TOLD,         /* which capabilities are set: not told yet */
    LEVER_NO_CAPABILITY,    /* postcopy-ram was not set before the start */
    LEVER_WOULD_LOSE_GUEST, /* cancel in a postcopy state */
    LEVER_OTHER_SIDE,       /* only the source (or only the destination) takes it */
    LEVER_ANSWER_COUNT
};

/* `offered` are the LEVER_BITs of the commands this QEMU has; its verbs tell how old it is:
 * what an old one would refuse in this status is not lit. */
enum lever_answer lever_check(const struct migration *migration, enum lever lever,
                              uint32_t offered, const struct verb_context *context);

const char *lever_name(enum lever lever); /* "bandwidth", "downtime", "postcopy", ... */
enum lever_argument lever_argument(enum lever lever);
enum verb_tier lever_tier(const struct migration *migration, enum lever lever);
const char *lever_consequence(const struct migration *migration, enum lever lever);
const char *lever_answer_text(enum lever_answer answer, enum lever lever);

/* The present value of a lever that sets a number; false when it is not known. */
bool lever_value(const struct migration *migration, enum lever lever, uint64_t *value);

/* Checks a new value: false with a sentence, static, in *why. */
bool lever_value_check(enum lever lever, uint64_t value, const char **why);

#endif
