#ifndef QMPTOP_TESTS_SUPPORT_LIVE_H
#define QMPTOP_TESTS_SUPPORT_LIVE_H

/*
 * live: a fleet in the test itself, fed by real sockets and the real clock: what core/
 * makes of what a real QEMU says, without a screen. It starts no QEMU.
 */

#include "core/fleet.h"
#include "qmp/feed.h"
#include "tests/support/pump.h"

#define LIVE_MAX 4

struct live_peer {
    struct address address;
    struct feed feed;
    struct target *target;
};

struct live {
    struct pump pump;
    struct ev_loop *loop;
    struct fleet fleet; /* delay_ms 100 */
    struct live_peer peers[LIVE_MAX];
    size_t count;
};

/* {0} -> an empty fleet; live_end() also takes {0}. */
void live_begin(struct live *live);
void live_end(struct live *live);

/* Connects to the socket. */
struct target *live_join(struct live *live, const char *name, const char *socket);

/* Waits until all QEMUs have told all that is asked of them at first. */
void live_await_known(struct live *live);

/* Is everything answered that is to be asked of it at once? */
bool live_is_at_rest(const struct target *target);

int64_t live_now_ms(void);

/* Waits for a condition; `what` is said when it does not come true. */
void live_await(struct live *live, pump_condition *met, void *ctx, const char *what);

/* Waits until the target's migration has that status or that verdict. */
void live_await_status(struct live *live, const struct target *target,
                       enum migration_status status);
void live_await_verdict(struct live *live, const struct target *target,
                        enum migration_verdict verdict);

/* Pulls a lever that must be lit, and waits until QEMU accepted it. */
void live_pull(struct live *live, struct target *target, enum lever lever, uint64_t argument,
               const char *text);

/* What stands in the way of a lever now. */
enum lever_answer live_check(const struct live *live, const struct target *target,
                             enum lever lever);

#endif
