#ifndef QMPTOP_QMP_FEED_GUEST_H
#define QMPTOP_QMP_FEED_GUEST_H

/*
 * feed_guest: QEMU's events about the virtual machine, its disks and devices, turned
 * into core/guest's reports. Part of the feed. It does not word anything.
 */

#include <stdint.h>

#include "core/target.h"
#include "qmp/message.h"

/* Takes an event if it is one of those, and does nothing if not. Members that are
 * missing or of a wrong type are left out: what happened is in the name. */
void feed_guest(struct target *target, const struct message *event, int64_t now_ms);

#endif
