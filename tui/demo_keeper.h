#ifndef QMPTOP_TUI_DEMO_KEEPER_H
#define QMPTOP_TUI_DEMO_KEEPER_H

/*
 * demo_keeper: the process that owns the demo's daemon and its folder, and ends
 * both when the program that asked for them has ended, in whatever way. It does
 * not know what the daemon is asked to do.
 *
 * It runs in a session of its own, deaf to the terminal's signals: nothing but
 * the end of the pipe ends it. Should the keeper itself be killed, the kernel
 * still ends the daemon (PR_SET_PDEATHSIG, Linux).
 */

struct demo_keeper {
    const char *program; /* path of qemu-storage-daemon */
    const char *folder;  /* private, exists; removed in the end with the files in it */
    int life_fd;         /* reading end of the pipe whose other end the program holds */
    int script_fd;       /* the daemon's end of the script's monitor */
};

/* Names inside the folder. */
#define DEMO_SOCKET "qmp.sock"
#define DEMO_LOG    "daemon.log"

/* The life of the forked child; never returns. The other ends of its two
 * descriptors must be closed in this process. */
void demo_keeper_run(const struct demo_keeper *keeper) __attribute__((noreturn));

/* Removes a flat folder with all files in it. */
void demo_keeper_remove(const char *folder);

#endif
