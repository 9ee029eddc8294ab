#ifndef QMPTOP_QMP_REASON_H
#define QMPTOP_QMP_REASON_H

/*
 * reason: says in words a person understands why a connection failed, and what
 * that tells about the QEMU behind it. It does not know sessions or retries;
 * all it looks at beside its arguments is the file at a unix address, the folders on the
 * way to it, and /etc/passwd for the name of their owner.
 */

#include <stdbool.h>
#include <stddef.h>

#include "qmp/address.h"
#include "qmp/transport.h"

/* Writes one clause without full stop into `text`. The last three arguments are
 * those of the transport's `closed` event. It may hold bytes from outside. */
void reason_of_failure(char *text, size_t size, const struct address *address,
                       enum transport_failure failure, int error_number, const char *during);

/* This user may not connect to the socket at `path`. To ask takes no place in its queue. */
bool reason_is_forbidden(const char *path);

#endif
