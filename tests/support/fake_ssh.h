#ifndef QMPTOP_TESTS_SUPPORT_FAKE_SSH_H
#define QMPTOP_TESTS_SUPPORT_FAKE_SSH_H

/*
 * fake_ssh: a command in ssh's place (QMPTOP_SSH) that does what the test says, for what no
 * real server does when it is wanted. It carries nothing: what is asked of it is written
 * down, and a small shell script says what comes then. Failures fail the running test.
 *
 * It has three parts to play: "master" is to connect, "forward" is to ask the master for
 * sockets, "shell" is to run a shell over it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/folder.h"

struct fake_ssh {
    char folder[FOLDER_SIZE];
};

/* The master connects and stays, sockets lead to the one at fake_ssh_path("server"), a
 * shell is a shell here. */
void fake_ssh_start(struct fake_ssh *ssh);

/* From its next start on, that part is this script, run in the folder with ssh's
 * arguments. */
void fake_ssh_plays(const struct fake_ssh *ssh, const char *part, const char *script);

/* How often that part was started. */
size_t fake_ssh_count(const struct fake_ssh *ssh, const char *part);

/* A file in the folder, for scripts that wait for one or make one; static. */
const char *fake_ssh_path(const struct fake_ssh *ssh, const char *name);

/* {0} is fine. */
void fake_ssh_end(struct fake_ssh *ssh);

#endif
