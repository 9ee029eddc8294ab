#ifndef QMPTOP_CORE_MANAGER_H
#define QMPTOP_CORE_MANAGER_H

/*
 * manager: what a person should know before acting on a job of a VM that a manager looks
 * after (libvirt, Proxmox VE, ...): its jobs are its own. It decides nothing and holds
 * nothing back. Whether the manager began this very job QEMU does not tell; that the VM is
 * its own shows in where the socket lies (target.manager).
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/verb.h"

struct target;

/* One line for a list of verbs or a detail view. False, and `text` empty, when the target
 * has no manager. */
bool manager_text(const struct target *target, char *text, size_t size);

/* One line for the box that asks whether to do `verb`, or beside what was done: what that
 * means to the manager. False likewise. */
bool manager_warning(const struct target *target, enum verb verb, char *text, size_t size);

#endif
