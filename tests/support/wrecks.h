#ifndef QMPTOP_TESTS_SUPPORT_WRECKS_H
#define QMPTOP_TESTS_SUPPORT_WRECKS_H

/*
 * wrecks: one endpoint of every kind that cannot be used as it is, made of real QEMUs,
 * real files and fake servers, with what is to be said about each. It does not know
 * where that is said.
 */

#include "tests/support/folder.h"
#include "tests/support/pump.h"
#include "tests/support/qemu.h"

enum wreck {
    WRECK_GARBAGE, /* says something that is not JSON */
    WRECK_HUMAN,   /* a human monitor */
    WRECK_PRETTY,  /* none: a QMP monitor with pretty=on works */
    WRECK_PLAIN,   /* a file */
    WRECK_MISSING, /* no file */
    WRECK_DENIED,  /* a socket without permission, for who has no right to override it */
    WRECK_DEAD,    /* the socket of a killed QEMU */
    WRECK_REFUSED, /* a TCP port nobody listens on */
    WRECK_HELD,    /* a monitor that serves another client */
    WRECK_COUNT
};

struct fake_qmp;

struct wrecks {
    struct pump *pump;
    char folder[FOLDER_SIZE];
    char texts[WRECK_COUNT][FOLDER_SIZE + 64];
    const char *endpoints[WRECK_COUNT + 1]; /* "NAME=...", NULL-terminated */
    struct fake_qmp *garbage;
    size_t greeted; /* its clients that were told the garbage */
    struct monitor *holder;
    int port_fd; /* keeps the refused port ours */
};

/* The fake servers take their turns in `pump`. QEMUs that it starts are ended by
 * qemu_end_all(). */
void wrecks_make(struct wrecks *wrecks, struct pump *pump);
void wrecks_release(struct wrecks *wrecks);

/* The name given to the endpoint, the link state by its wire name, and a part of the
 * sentence that explains it (NULL: nothing to explain). */
const char *wreck_name(enum wreck wreck);
const char *wreck_link(enum wreck wreck);
const char *wreck_sentence(enum wreck wreck);

#endif
