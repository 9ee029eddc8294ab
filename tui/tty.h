#ifndef QMPTOP_TUI_TTY_H
#define QMPTOP_TUI_TTY_H

/*
 * tty: the terminal as a device: its modes, bytes on their way to it, and
 * putting it back on every way out. It does not know what the bytes mean, nor
 * curses (term.c lets curses write into the spool).
 *
 * A terminal may stop taking bytes for ever (^S, a frozen ssh), and write(2) to
 * it would then block the whole program, while QEMU's monitors fill up unread.
 * TIOCOUTQ is always 0 on a pty, and poll(2) only promises room for one byte. So
 * output goes into a spool in memory and from there to a file description of our
 * own that does not block; the one shared with the shell is left as it is.
 *
 * There is one terminal in a process: stdin and stdout. A child made by fork()
 * does not own it: there all of this does nothing.
 */

#include <stdbool.h>
#include <stddef.h>

/* Remembers the modes of the terminal and makes the spool. False with errno:
 * ENOTTY when stdin or stdout is no terminal. */
bool tty_open(void);

/* Whether it is open, and by this process. */
bool tty_is_ours(void);

/* Makes `fd` the spool: what is written to it from now on waits for tty_flush(). */
bool tty_spool(int fd);

/* Bytes (copied, cut at 1 KiB) that put the screen back; tty_leave() writes them
 * and so does a fatal signal. */
void tty_set_restore(const char *bytes, size_t size);

/* Remembers the present modes as the program's, for tty_enter(); but in these reading never
 * waits. Curses looks for a key before it reads, but the kernel may have emptied the queue
 * in between, as it does for ^C: then the read would wait for a key to come, and the loop
 * would hear neither the signal nor a socket. */
void tty_keep_modes(void);

/* Sets the program's modes; fatal signals put the terminal back from now on. */
void tty_enter(void);

/* Throws away what waits, restarts output that ^S had stopped, puts screen and
 * modes back, and leaves fatal signals as they were. Waits at most a second for the
 * terminal; then what it has not shown yet is thrown away, to make room. Touches nothing while
 * another job owns the terminal. */
void tty_leave(void);

/* Writes what waits, for at most `patience_ms` (0: what the terminal takes at
 * once). True when nothing waits any more; a terminal that is gone swallows all. */
bool tty_flush(int patience_ms);
bool tty_is_waiting(void);

/* To be watched for writability while tty_is_waiting(); -1 when not open. */
int tty_fd(void);

/* Rows and columns as the device tells them; false when it does not know. */
bool tty_size(int *rows, int *cols);

/* Whether input has ended: hung up. */
bool tty_is_lost(void);

/* Throws away input that nobody has read yet. */
void tty_drop_input(void);

/* Back to before tty_open(); does not write: call tty_leave() first. */
void tty_close(void);

#endif
