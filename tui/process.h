#ifndef QMPTOP_TUI_PROCESS_H
#define QMPTOP_TUI_PROCESS_H

/*
 * process: what the process itself needs before it does anything. It knows nothing of
 * what the program is for.
 */

#include <stdbool.h>

/* Were one of the standard descriptors closed, the next socket would take its number and
 * our messages: they are opened, the wrong way round, so that what is written fails as it
 * would have and is not lost in silence. Ends the process with `status` where that fails. */
void process_open_standard_fds(int status);

/* A socket needs one descriptor, and how many will be found nobody knows: takes all that
 * the system allows. Where it gives no more, the sockets beyond say so themselves. */
void process_make_room_for_sockets(void);

/* Runs setuid or setgid. */
bool process_is_privileged(void);

#endif
