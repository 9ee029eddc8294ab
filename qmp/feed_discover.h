#ifndef QMPTOP_QMP_FEED_DISCOVER_H
#define QMPTOP_QMP_FEED_DISCOVER_H

/*
 * feed_discover: what is discovered becomes endpoints of the fleet, now and as long as the
 * console runs. It does not know how sockets are found (discover.h).
 *
 * A QEMU with several monitors is shown by one of them, rather by one that is
 * free and in no manager's place; when that one cannot be had, by another one that gets free.
 * On another host it is not seen which ones are forbidden.
 * A socket that the person names twice, however it is spelt, is connected to once: the second
 * link fails and says why.
 *
 * A VM that ends stays as a target that cannot be reached, one that comes back under the
 * same path is that target again. So each endpoint is added once.
 * One that no scan has found for FEED_DISCOVER_GONE_MS, and that had no work when it was last
 * seen, is laid down: where VMs live for minutes, those of last week would fill the list.
 */

#include <stdint.h>
#include <stdio.h>

#include "qmp/discover.h"
#include "qmp/feed_hosts.h"
#include "qmp/feed_links.h"

#define FEED_DISCOVER_MS      5000 /* from the end of one scan to the next */
#define FEED_DISCOVER_GONE_MS (10 * 60 * 1000)
#define FEED_DISCOVER_SLICES  8 /* of a scan, each time there is time */

struct feed_discover {
    struct discover discover;
    struct feed_hosts hosts;
    struct feed_links *links; /* borrowed */
    char **known;             /* owned; endpoints that were added, ordered */
    size_t known_count, known_capacity;
    int64_t next_ms;     /* the next scan begins then */
    bool is_blind;       /* as the journal was told */
    char **searched;     /* owned; where is looked, for people; ends with NULL */
    const char *refused; /* the endpoint that feed_discover_begin() failed at; borrowed */
};

void feed_discover_init(struct feed_discover *feed, struct feed_links *links);
void feed_discover_release(struct feed_discover *feed);

/* Adds the endpoints of the command line: those that stand for several (a folder, a
 * pattern) with what a whole scan finds; without any, all of this host. Other hosts
 * (feed_hosts.h) are looked at once they are opened. To be called once, before the first
 * frame. False with a sentence in `error` (ADDRESS_ERROR_SIZE bytes) and feed->refused
 * when one cannot be understood. */
bool feed_discover_begin(struct feed_discover *feed, const char *const *endpoints, size_t count,
                         int64_t now_ms, char *error);

/* All endpoints as a table for people: name, pid, endpoint, and who else wants it; what is not
 * ASCII as it is only where `utf8`. */
void feed_discover_write(const struct feed_discover *feed, FILE *out, bool utf8);

/* The same and the hosts as a JSON array, for programs; what is not ASCII may stand in it as
 * it is. The caller frees it; NULL without memory. */
char *feed_discover_json(const struct feed_discover *feed);

/* All that was found on the host of this endpoint, with it; NULL when no scan has found it. */
const struct discover_list *feed_discover_list(const struct feed_discover *feed,
                                               const char *endpoint);

/* It is seen to have a client. */
bool feed_discover_is_held(const struct feed_discover *feed,
                           const struct discover_finding *finding);

/* Whether `other` is left alone for `finding`, which may be NULL: another monitor of the
 * same QEMU. */
bool feed_discover_is_left(const struct feed_discover *feed,
                           const struct discover_finding *other,
                           const struct discover_finding *finding);

/* Goes on looking; a few milliseconds at most. To be called each second or so. */
void feed_discover_tick(struct feed_discover *feed, int64_t now_ms);

#endif
