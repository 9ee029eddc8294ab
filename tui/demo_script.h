#ifndef QMPTOP_TUI_DEMO_SCRIPT_H
#define QMPTOP_TUI_DEMO_SCRIPT_H

/*
 * demo_script: the jobs of the demo, as the QMP commands that bring a fresh
 * qemu-storage-daemon from nothing to a job in every interesting state. It does
 * not start the daemon and is no QMP client: lines go out, and of what comes
 * back it looks only at "return", "error" and the names of awaited events.
 *
 * No job needs room on the disk: the images are null-co nodes, and the few
 * qcow2 files that QEMU needs to see as full hold metadata only.
 */

#include <stdbool.h>

/* Empty files the script wants in the daemon's working folder; ends with NULL. */
extern const char *const demo_script_files[];

/* Plays the script over the connected socket `fd`, blocking, until all jobs are
 * in their states. False with a sentence in `error` (DEMO_ERROR_SIZE bytes,
 * demo.h) when QEMU refused a command, ended, or said nothing for a long time. */
bool demo_script_run(int fd, char *error);

#endif
