#ifndef QMPTOP_QMP_FEED_HOSTS_H
#define QMPTOP_QMP_FEED_HOSTS_H

/*
 * feed_hosts: other hosts, named without a socket (ssh://node7): each is looked at again
 * and again for its QMP sockets, and is a target itself, for how that went: up when some
 * were found, else failed with the reason. It has no jobs. What becomes of the sockets it
 * does not know.
 *
 * Sockets of one host are carried by the connection that is looked over (feed_links.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "qmp/discover.h"
#include "qmp/feed_links.h"

#define FEED_HOSTS_MS       30000 /* from one look to the next */
#define FEED_HOSTS_RETRY_MS 2000  /* after a failure; doubled each time, up to FEED_HOSTS_MS */

struct feed_host;

struct feed_hosts {
    struct feed_links *links; /* borrowed; holds the connections */
    /* Called with all that one look has found. */
    void (*found)(void *ctx, const struct discover_list *found);
    void *ctx;
    char *script;           /* owned; what the hosts run */
    struct feed_host **all; /* owned */
    size_t count;
    bool open;
};

void feed_hosts_init(struct feed_hosts *hosts, struct feed_links *links,
                     void (*found)(void *ctx, const struct discover_list *found), void *ctx);

/* Before the links are. */
void feed_hosts_release(struct feed_hosts *hosts);

/* One more (address_is_host()). False with a sentence in `error` (ADDRESS_ERROR_SIZE). */
bool feed_hosts_add(struct feed_hosts *hosts, const char *endpoint, char *error);

/* Looks at all now, and from now on; and at none, without any connection of its own: before
 * the links are closed. Both idempotent. */
void feed_hosts_open(struct feed_hosts *hosts);
void feed_hosts_close(struct feed_hosts *hosts);

/* Looks at those whose time has come. To be called each second or so. */
void feed_hosts_tick(struct feed_hosts *hosts);

/* Each was looked at, well or in vain. */
bool feed_hosts_are_known(const struct feed_hosts *hosts);

/* The host that is this target is looked at now; false when it is none of them. */
bool feed_hosts_hurry(struct feed_hosts *hosts, const struct target *target);

/* All that was found last time where this endpoint was; NULL = nowhere. */
const struct discover_list *feed_hosts_list(const struct feed_hosts *hosts,
                                            const char *endpoint);

/* The target that is this host, in the order they were added; NULL behind the last. */
const struct target *feed_hosts_target(const struct feed_hosts *hosts, size_t i);

/* A line for each that failed; how many. */
size_t feed_hosts_complain(const struct feed_hosts *hosts, FILE *out);

#endif
