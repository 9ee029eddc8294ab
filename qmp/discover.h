#ifndef QMPTOP_QMP_DISCOVER_H
#define QMPTOP_QMP_DISCOVER_H

/*
 * discover: the QMP sockets of this host: those that running QEMUs were started with, those
 * in the places of managers (place.h), and those that a person's patterns name. It connects
 * to none of them, so what is found may be busy, forbidden or dead.
 *
 * It reads /proc (or where QMPTOP_PROC says that the host's is mounted, for a container)
 * and lists folders. A scan is made in slices, since a host may run thousands of processes
 * while keys are waited for. One that meets too many open files is dropped: half a scan would
 * call the other half gone.
 */

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "qmp/address.h"
#include "qmp/discover_glob.h"
#include "qmp/discover_list.h"

struct discover_pattern {
    char *glob; /* owned; of paths, for glob(3) */
    enum address_manner manner;
};

struct discover {
    const char *proc; /* lives for ever */
    bool reads_processes;
    struct discover_pattern *patterns; /* owned */
    size_t pattern_count;
    struct discover_list found; /* of the last whole scan */
    struct discover_list scan;  /* of the one under way */
    bool is_under_way;
    bool is_blind;     /* too many files are open for the last scan, or the one under way */
    DIR *processes;    /* of the scan; NULL once all were seen */
    size_t pattern_at; /* then its patterns; so many were begun */
    struct discover_glob glob;
    char *scratch; /* owned; of a command line */
    char *sockets; /* owned; /proc/net/unix in this scan, once it was needed */
};

/* Looks for nothing yet. */
void discover_init(struct discover *discover);
void discover_release(struct discover *discover);

/* From now on it looks at all processes and all places. */
void discover_take_host(struct discover *discover);

/* Whether `endpoint` stands for several: a folder, or a path of several parts with "*", "?" or
 * "[" where no such file is; "polite:" or "hold:" before it is for each of them. */
bool discover_is_pattern(const char *endpoint);

/* Only then it is taken, and looked for from now on. */
bool discover_take_pattern(struct discover *discover, const char *endpoint);

/* One slice of a scan; begins one when none is under way. True when that was its last:
 * `found` is new then, ordered by endpoint, each socket once; it is the old one when the scan
 * was blind. */
bool discover_step(struct discover *discover);

/* A whole scan. */
void discover_scan(struct discover *discover);

/* This user may not connect to it. */
bool discover_is_forbidden(const struct discover_finding *finding);

#endif
