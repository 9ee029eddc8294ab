#ifndef QMPTOP_TESTS_SUPPORT_GUEST_H
#define QMPTOP_TESTS_SUPPORT_GUEST_H

/*
 * guest: the smallest operating system that a live migration cannot ignore: a boot
 * sector whose program writes to each page of half a MiB of memory, 18 times a second,
 * for ever, and sleeps in between. It does not know who runs it.
 */

#include <stdbool.h>

#define GUEST_DISK "boot.img"

#define GUEST_BYTES (512L << 10) /* written to, again and again */

/* Writes `folder`/GUEST_DISK, to be booted from as a raw disk. */
void guest_write_disk(const char *folder);

struct monitor;

/* Has it begun to write, seen from this monitor? */
bool guest_is_up(struct monitor *monitor);

/* Waits until it has. */
void guest_await(struct monitor *monitor);

#endif
