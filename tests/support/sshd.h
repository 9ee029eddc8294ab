#ifndef QMPTOP_TESTS_SUPPORT_SSHD_H
#define QMPTOP_TESTS_SUPPORT_SSHD_H

/*
 * sshd: a real OpenSSH server on loopback for tests, and what a client needs to reach it
 * as the host "node": keys, known hosts, a configuration. All of it lies in a folder of
 * its own: the user's keys and the system's server are not touched. It does not know
 * what is carried over it.
 *
 * The program under test is led there by QMPTOP_SSH in the environment. Failures fail
 * the running test.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tests/support/folder.h"

struct sshd_options {
    const char *server; /* more lines of sshd_config(5), which win; NULL = none */
    bool strange;       /* the client does not know the host's key */
    bool stranger;      /* the server does not know the client's key */
};

struct sshd {
    char folder[FOLDER_SIZE]; /* "" = never started */
    int port;
    pid_t pid; /* 0 while it does not run */
};

/* Starts it, and waits until it greets. */
void sshd_start(struct sshd *sshd, const struct sshd_options *options);

/* Stops listening and ends every connection; starts again on the same port, with the same
 * keys. */
void sshd_stop(struct sshd *sshd);
void sshd_restart(struct sshd *sshd);

/* How many connections it serves; and kills them, while it goes on listening. */
size_t sshd_connections(const struct sshd *sshd);
void sshd_cut(struct sshd *sshd);

/* Ends all and removes the folder; {0} is fine. */
void sshd_release(struct sshd *sshd);

#endif
