#ifndef QMPTOP_TESTS_SUPPORT_QEMU_GATE_H
#define QMPTOP_TESTS_SUPPORT_QEMU_GATE_H

/*
 * qemu_gate: disks of a QEMU that lie in another process (a storage daemon, over NBD),
 * which can be stopped: requests to them then hang as on a dead file server, for as long
 * as a test likes. It makes no jobs.
 */

#include "tests/support/qemu.h"

struct qemu_gate {
    struct qemu *server;
};

/* Starts the server, open. It ends with qemu_end_all(). */
void gate_start(struct qemu_gate *gate);

/* Serves SERVER'S-FOLDER/`file` and gives `qemu` a node of that name for it. */
void gate_add(struct qemu_gate *gate, struct qemu *qemu, const char *file);

void gate_close(struct qemu_gate *gate);
void gate_open(struct qemu_gate *gate);

#endif
