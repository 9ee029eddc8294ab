#ifndef QMPTOP_TESTS_SUPPORT_QEMU_PAIR_H
#define QMPTOP_TESTS_SUPPORT_QEMU_PAIR_H

/*
 * qemu_pair: two real QEMUs, one of them with a guest (guest.h), the other ready to take
 * it over a unix socket. At PAIR_BANDWIDTH and PAIR_DOWNTIME the migration never
 * converges: it stays active until somebody changes that.
 */

#include <stdbool.h>
#include <stdint.h>

#include "tests/support/qemu.h"

#define PAIR_BANDWIDTH (1 << 20) /* bytes/s: half a second a pass */
#define PAIR_DOWNTIME  20        /* ms: 20 KiB may be left, but 400 are dirty again */

/* Migration capabilities, switched on on both sides. */
enum { PAIR_POSTCOPY = 1, PAIR_PAUSES = 2 /* before switchover */, PAIR_EVENTS = 4 };

struct qemu_pair {
    struct qemu *source, *destination;
    char uri[QEMU_PATH_SIZE + 16]; /* where the destination listens, or will */
    int count;                     /* of addresses made */
};

/* Starts both and waits until the guest writes. Postcopy that this host does not allow
 * skips the test. */
void pair_start(struct qemu_pair *pair, unsigned capabilities);

/* Lets the destination listen and the source begin. */
void pair_migrate(struct qemu_pair *pair);

/* Waits until the destination has come to an end of its own: it exits when the source
 * cancels. */
void pair_await_exit(struct qemu *qemu);

/* A new destination for another try. */
void pair_restart_destination(struct qemu_pair *pair, unsigned capabilities);

/* A fresh address in `uri`. */
void pair_new_address(struct qemu_pair *pair);

/* Sets one number of migrate-set-parameters: "max-bandwidth", "downtime-limit", ... */
void pair_set(struct qemu *qemu, const char *parameter, int64_t value);

/* The same, read from query-migrate-parameters. */
int64_t pair_parameter(struct qemu *qemu, const char *parameter);

/* The status by query-migrate, "none" when there was no migration. Valid until the next
 * call. */
const char *pair_status(struct qemu *qemu);

/* Waits for that status; fails at once when it ended in another. */
void pair_await(struct qemu *qemu, const char *status);

/* QEMU's words for what went wrong, by query-migrate; "none" when it has none. As above. */
const char *pair_error(struct qemu *qemu);

/* RunState of query-status; as above. */
const char *pair_run_state(struct qemu *qemu);

#endif
