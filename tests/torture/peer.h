#ifndef QMPTOP_TESTS_TORTURE_PEER_H
#define QMPTOP_TESTS_TORTURE_PEER_H

/*
 * peer: the other end of a unix socket in the test's own process, that takes no memory:
 * it can be used while allocations fail. It reads no JSON: it answers each line with one
 * that is told beforehand.
 */

#include <stdbool.h>
#include <stddef.h>

#define PEER_PATH_SIZE 128
#define PEER_BYTES_MAX (1 << 20)

struct peer {
    char path[PEER_PATH_SIZE];
    int listener, fd; /* -1 = none */
    const char *greeting; /* NULL = none */
    /* Answers, with the id of the line put where "%s" is; NULL = none more. */
    const char *const *answers;
    size_t next;
    bool deaf; /* reads nothing */
    size_t len, done; /* bytes received; of those, in lines answered */
    char bytes[PEER_BYTES_MAX];
};

/* Listens. `name` is that of a file below $TMPDIR. Fails the test when it cannot. */
void peer_open(struct peer *peer, const char *name);
void peer_close(struct peer *peer);

/* Accepts, reads and answers what is there; never waits. */
void peer_turn(struct peer *peer);

/* Ends the connection, as a process that dies. */
void peer_drop(struct peer *peer);

#endif
