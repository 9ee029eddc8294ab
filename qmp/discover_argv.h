#ifndef QMPTOP_QMP_DISCOVER_ARGV_H
#define QMPTOP_QMP_DISCOVER_ARGV_H

/*
 * discover_argv: which QMP monitors the command line of a QEMU asks for, and what its VM
 * is called. It reads bytes as /proc/PID/cmdline has them and opens nothing.
 *
 * Known are, of qemu-system (qemu-options.hx, monitor_parse() in system/vl.c): -qmp and
 * -qmp-pretty, -mon with mode=control, -chardev socket; of qemu-storage-daemon: --monitor
 * and --chardev. Left out are monitors for people (HMP), guest agents (they are no
 * monitors), and sockets that QEMU itself connects to others.
 */

#include <stdbool.h>
#include <stddef.h>

enum discover_kind {
    DISCOVER_UNIX, /* `where` is a path, maybe relative to the process */
    DISCOVER_TCP,  /* `where` is "host:port", as address.h takes it behind "tcp:" */
    DISCOVER_FD    /* `where` is the number of a descriptor handed to the process */
};

struct discover_monitor {
    enum discover_kind kind;
    char *where; /* owned */
};

#define DISCOVER_MONITORS_MAX 8 /* of one process */

struct discover_argv {
    char *name; /* owned; of -name; NULL = none */
    struct discover_monitor monitors[DISCOVER_MONITORS_MAX];
    size_t count;
};

/* Whether the program with this argv[0] may be a QEMU: its name has "qemu" in it or is
 * "kvm". */
bool discover_is_qemu(const char *argv0);

/* Takes apart `len` bytes of arguments that each end with NUL (the last may lack it).
 * Whatever they are, no more than what they say is found. */
void discover_argv_parse(struct discover_argv *argv, const char *bytes, size_t len);
void discover_argv_release(struct discover_argv *argv);

#endif
