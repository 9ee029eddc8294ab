#ifndef QMPTOP_QMP_UNIX_PEERS_H
#define QMPTOP_QMP_UNIX_PEERS_H

/*
 * unix_peers: whether the server behind a unix socket has a client already, as the kernel's
 * table of unix sockets shows it. It connects to nothing and knows neither QMP nor who the
 * client is.
 *
 * A monitor that is held cannot be tried for free: the place in its queue that a try takes is
 * not given back by closing, since a QEMU with a client accepts nobody who could be found
 * gone. Two such tries and everybody else gets EAGAIN until the holder leaves. So it is
 * looked before.
 *
 * What QEMU serves, or will next, has the name of the listener: in /proc/net/unix as St 03,
 * or 02 while it waits in the queue (7.2, Linux 6.1). Nothing is told of a socket that was
 * bound by another name than it is asked for (relatively, below another root), in another
 * network namespace, by two listeners, or whose server has several clients and so cannot be
 * QEMU. All sockets share one look a second.
 */

#include <stdbool.h>
#include <stdint.h>

#define UNIX_PEERS_AGE_MS  1000  /* a look is good for so long */
#define UNIX_PEERS_REST_MS 100   /* and never repeated earlier */
#define UNIX_PEERS_MAX     65536 /* named sockets, 1 MiB; nothing is told where there are more */

/* True: the listener bound to `path` had a client at some moment since `since_ms` (which
 * may be in the future) and at most UNIX_PEERS_AGE_MS ago. False: it had none, or that
 * cannot be told. Both times by one monotonic clock. */
bool unix_peers_has_client(const char *path, int64_t since_ms, int64_t now_ms);

/* True: at a look at most UNIX_PEERS_AGE_MS ago somebody waited for the listener bound to
 * `path`, and it served nobody. A QEMU that is well accepts at once whom it has a place for.
 * False: it is otherwise, or cannot be told. By the same clock. */
bool unix_peers_is_deaf(const char *path, int64_t now_ms);

#endif
