#ifndef QMPTOP_QMP_HOLDER_H
#define QMPTOP_QMP_HOLDER_H

/*
 * holder: who holds the server behind a unix socket: the process at the other end of the
 * connection that the server has accepted, as the kernel's socket diagnostics and the
 * descriptors in /proc tell. It connects to nothing, and that a socket is held at all others
 * have found out (unix_peers.h).
 *
 * The kernel is asked at most once in HOLDER_AGE_MS for all sockets together. Processes are
 * looked over in slices, one a call, since a host may have thousands: what a slice does not
 * find the next one may. Nothing is told of processes that this user may not look into, of
 * servers with several clients, in another network namespace, and where the kernel does not
 * answer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOLDER_AGE_MS  1000
#define HOLDER_REST_MS 50    /* from one slice to the next */
#define HOLDER_PASS_MS 10000 /* from one look at all processes to the next */
#define HOLDER_SLICE   16384 /* descriptors, some 10 ms */
#define HOLDER_MAX     16384 /* connections to named sockets; more are not looked at */

struct holder {
    int pid;          /* 0 = none is known */
    char command[32]; /* that process's own word: clean before showing */
};

/* False, and *holder as it was, when that cannot be told or it is this process. `now_ms`:
 * always by the same monotonic clock. */
bool holder_find(struct holder *holder, const char *path, int64_t now_ms);

#endif
