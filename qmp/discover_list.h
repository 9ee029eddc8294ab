#ifndef QMPTOP_QMP_DISCOVER_LIST_H
#define QMPTOP_QMP_DISCOVER_LIST_H

/*
 * discover_list: QMP sockets that were found. It knows paths, not where they come from.
 */

#include <stdbool.h>
#include <stddef.h>

#include "qmp/address.h"
#include "qmp/discover_glob.h"

struct place;

struct discover_finding {
    char *endpoint;   /* owned; as address.h takes it, without NAME= */
    const char *path; /* of a unix socket: the end of `endpoint`; else NULL */
    char *name;       /* owned; of the VM, as its command line says; NULL = not known */
    int pid;          /* of the QEMU, on its host; 0 = not known */
    bool tcp;
    bool held;                  /* on another host: it has a client, as that one says */
    const struct place *place;  /* whose it is; NULL = nobody's known here */
    enum address_manner manner; /* as the person wants all that is found there */
};

struct discover_list {
    struct discover_finding *items; /* owned */
    size_t count, capacity;
    char *folder, *real_folder; /* owned; of the last path (discover_list.c) */
};

/* A socket at `path`, which need not exist. `name` may be NULL, `pid` 0. The place is looked
 * up by `place_path`, the path as its manager sees it. What was added is good until the next
 * one is; NULL without memory. */
struct discover_finding *discover_list_add_unix(struct discover_list *list, const char *path,
                                                const char *place_path, const char *name,
                                                int pid);

/* The same for what a pattern matches. */
struct discover_finding *discover_list_add_match(struct discover_list *list,
                                                 const struct discover_match *match);

/* `where` is "host:port". */
void discover_list_add_tcp(struct discover_list *list, const char *where, const char *name,
                           int pid);

/* A socket of another host: at `path` behind `host`, an endpoint without path. */
void discover_list_add_far(struct discover_list *list, const char *host, const char *path,
                           const char *place_path, const char *name, int pid);

/* A port there; `where` is "host:port". */
void discover_list_add_far_tcp(struct discover_list *list, const char *host, const char *where,
                               const char *name, int pid);

/* By endpoint, each once, with all that is known of it. */
void discover_list_sort(struct discover_list *list);

/* In a sorted one; NULL = not there. */
struct discover_finding *discover_list_find(const struct discover_list *list,
                                            const char *endpoint);

void discover_list_release(struct discover_list *list);

#endif
