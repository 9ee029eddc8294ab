#ifndef QMPTOP_QMP_DESCRIPTORS_H
#define QMPTOP_QMP_DESCRIPTORS_H

/*
 * descriptors: which of this process's descriptors connections may have. It does not know
 * what they are for. Where there are more monitors than files may be open, some files stay
 * free: to look for sockets, to see who holds one, to write what a person asks for.
 */

#include <stdbool.h>

#define DESCRIPTORS_SPARE 16 /* or a quarter of all, where they are few */

/* Whether a connection may keep this new descriptor. If not it is closed, and errno is EMFILE.
 * The system gives the lowest free number, so a high one tells that few are left. */
bool descriptors_take(int fd);

/* An error that says that too many files are open, here or on the machine. */
bool descriptors_are_out(int error_number);

#endif
