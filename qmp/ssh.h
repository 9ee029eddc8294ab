#ifndef QMPTOP_QMP_SSH_H
#define QMPTOP_QMP_SSH_H

/*
 * ssh: how OpenSSH is asked to carry sockets: the command lines. One of them connects to
 * a host and stays ("master"); the others speak to it through its control socket. It
 * starts nothing.
 *
 * The user's own configuration, keys and agent are used, but nothing asks for a password,
 * nothing else is forwarded, and a dead line is noticed after 15 s. $QMPTOP_SSH is the
 * command instead of "ssh", with arguments if need be, as a shell reads them.
 */

#include <stdbool.h>
#include <stddef.h>

#define SSH_CONNECT_S     10 /* what OpenSSH waits for the host */
#define SSH_FORWARDS_MAX  32 /* in one command */
#define SSH_ARGUMENTS_MAX 96

/* As in an address (address.h); the texts are borrowed. */
struct ssh_place {
    const char *user, *host, *port; /* user and port NULL = as configured */
};

struct ssh_arguments {
    const char *list[SSH_ARGUMENTS_MAX]; /* ended by NULL */
    size_t count;
};

/* The master, with its control socket at `control`. It prints one line on stdout when it
 * has connected, and runs until it is killed or the line is dead. */
void ssh_connect(struct ssh_arguments *arguments, const struct ssh_place *place,
                 const char *control);

/* Makes the master at `control` listen for `count` <= SSH_FORWARDS_MAX more; ends when it
 * does. */
void ssh_forward(struct ssh_arguments *arguments, const char *host, const char *control,
                 const char *const *forwards, size_t count);

/* Runs a POSIX shell there, over the master at `control`, that reads commands from its stdin;
 * ends with it. */
void ssh_shell(struct ssh_arguments *arguments, const char *host, const char *control);

/* "The socket `local` here leads to `remote` there", a path or ADDRESS_TCP_THERE and a port,
 * for ssh_forward(). The caller frees it; NULL without memory. */
char *ssh_forward_text(const char *local, const char *remote);

#endif
