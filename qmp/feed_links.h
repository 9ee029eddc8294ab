#ifndef QMPTOP_QMP_FEED_LINKS_H
#define QMPTOP_QMP_FEED_LINKS_H

/*
 * feed_links: all endpoints of a fleet, each with its address, its feed and its
 * target. It does not know where endpoints come from (the command line,
 * the configuration, discovery) nor what a person sees of them.
 *
 * Endpoints may be added at any time and stay until the end: a target is never
 * taken out of its fleet, since its ended jobs and its reason stay worth reading.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qmp/address.h"
#include "qmp/feed.h"
#include "qmp/transport_ssh.h"

struct feed_link {
    struct address address;
    struct feed feed;
    char *error;       /* owned; why it can never be reached; NULL = it can */
    bool released;     /* stays closed until the person takes it back */
    bool found;        /* by discovery: the person did not name it */
    int64_t missed_ms; /* since when no scan finds it; 0 = it is found */
};

struct feed_links {
    struct fleet *fleet;          /* borrowed */
    struct ev_loop *loop;         /* borrowed */
    int64_t (*now_ms)(void);      /* the program's clock */
    struct transport_hosts hosts; /* what ssh carries to */
    struct feed_link **all;       /* owned; one a target, in the fleet's order */
    size_t count, capacity;
    bool open;   /* they are kept connected */
    bool polite; /* those added from now on are visited, not held, unless they say "hold:" */
};

/* The fleet outlives the links, and from now on its actions are sent by them. */
void feed_links_init(struct feed_links *links, struct fleet *fleet, struct ev_loop *loop,
                     int64_t (*now_ms)(void));

/* Closes all. Actions on their way end as unknown. */
void feed_links_release(struct feed_links *links);

/* A new endpoint (address.h), connected at once when the others are. NULL, with a
 * sentence in `error` (ADDRESS_ERROR_SIZE bytes), when it cannot be understood; one
 * that can never be connected to is a failed target, not an error. A manager in whose place
 * it lies (place.h) becomes the target's; where that one visits its sockets, so do we. */
struct feed_link *feed_links_add(struct feed_links *links, const char *endpoint, char *error);

/* The same, called `name` until it tells its own; NULL: by its address. */
struct feed_link *feed_links_add_named(struct feed_links *links, const char *endpoint,
                                       const char *name, char *error);

/* Connects all but those released and the hopeless; idempotent. */
void feed_links_open(struct feed_links *links);

/* Closes all: a monitor that nobody reads makes its QEMU grow, so before stopping. */
void feed_links_close(struct feed_links *links);

/* The person wants this target connected now, or given to others until then. NULL, or
 * why that is impossible. */
const char *feed_links_connect(struct feed_links *links, struct target *target);
const char *feed_links_disconnect(struct feed_links *links, struct target *target);

/* It is not tried any more until it is found again or the person wants it. */
void feed_links_lay_down(struct feed_links *links, struct feed_link *link);
void feed_links_take_up(struct feed_links *links, struct feed_link *link);

/* feed_pump() for all that have raised a question: time and actions do so where no input
 * tells of it. */
void feed_links_pump(struct feed_links *links);

#endif
