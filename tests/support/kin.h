#ifndef QMPTOP_TESTS_SUPPORT_KIN_H
#define QMPTOP_TESTS_SUPPORT_KIN_H

/*
 * kin: which processes another one has started, as /proc tells. It does not know what
 * they do.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define KIN_MAX 32

struct kin {
    pid_t pids[KIN_MAX];
    size_t count;
};

/* Its children now; those beyond KIN_MAX fail the test. */
void kin_of(struct kin *kin, pid_t parent);

/* Whether one of them still runs or waits for being reaped. */
bool kin_lives(const struct kin *kin);

#endif
