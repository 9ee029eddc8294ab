#ifndef QMPTOP_QMP_SSH_FORWARDS_H
#define QMPTOP_QMP_SSH_FORWARDS_H

/*
 * ssh_forwards: which sockets here lead to which sockets there, over one connection. It
 * starts nothing: what is to be asked for it tells as ssh's arguments (ssh.h).
 */

#include <stdbool.h>
#include <stddef.h>

#include "qmp/socket_folder.h"
#include "qmp/ssh.h"

enum ssh_forward_state {
    SSH_FORWARD_WANTED,
    SSH_FORWARD_ASKED, /* of ssh, which has not answered */
    SSH_FORWARD_OPEN
};

struct ssh_forward {
    enum ssh_forward_state state;
    char *remote; /* there, as in an address */
    char local[SOCKET_PATH_SIZE];
    struct ssh_forward *next;
};

/* {0} = none. They last as long as the connection, since nothing is gained by less. */
struct ssh_forwards {
    struct ssh_forward *first; /* owned */
};

/* NULL = not even wanted. */
const struct ssh_forward *ssh_forwards_find(const struct ssh_forwards *forwards,
                                            const char *remote);

/* Idempotent. False without memory. */
bool ssh_forwards_want(struct ssh_forwards *forwards, const char *remote);

/* What is to be asked for next: its texts for ssh_forward(), which the caller frees; how
 * many, 0 = nothing. One that there is no memory for has no text, and will not be open when
 * all are answered. The folder is there. */
size_t ssh_forwards_ask(struct ssh_forwards *forwards, struct socket_folder *folder,
                        char *texts[SSH_FORWARDS_MAX]);

/* What was asked for is open now where its socket is there. False when one is not: it is
 * only wanted again. */
bool ssh_forwards_answered(struct ssh_forwards *forwards);

/* The connection is gone, with all of them. */
void ssh_forwards_clear(struct ssh_forwards *forwards);

#endif
