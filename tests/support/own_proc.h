#ifndef QMPTOP_TESTS_SUPPORT_OWN_PROC_H
#define QMPTOP_TESTS_SUPPORT_OWN_PROC_H

/*
 * own_proc: a folder that stands for /proc (QMPTOP_PROC) and shows only what a test puts
 * there, since other QEMUs may run beside it. Failures fail the running test.
 */

#include <stddef.h>
#include <sys/types.h>

/* A process that runs. */
void own_proc_show(const char *proc, pid_t pid);

/* One that does not, with these `len` bytes as its command line. */
void own_proc_invent(const char *proc, int pid, const char *words, size_t len);

/* The sockets of this host. */
void own_proc_show_sockets(const char *proc);

#endif
