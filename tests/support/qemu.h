#ifndef QMPTOP_TESTS_SUPPORT_QEMU_H
#define QMPTOP_TESTS_SUPPORT_QEMU_H

/*
 * qemu: real QEMUs for tests: starts them, has jobs in every state made by them,
 * kills, stops and restarts them, and ends them whatever becomes of the test. It does
 * not know the program under test.
 *
 * Each has a folder of its own and two QMP monitors: `socket` for the program and
 * one for the test (`monitor`). The binaries are taken from $QEMU_BIN_DIR, else
 * from PATH. Failures fail the running test.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "tests/support/folder.h"
#include "tests/support/monitor.h"

enum qemu_kind { QEMU_SYSTEM, QEMU_STORAGE_DAEMON, QEMU_KIND_COUNT };

#define QEMU_PATH_SIZE (FOLDER_SIZE + 16)

struct qemu_options {
    enum qemu_kind kind;
    const char *name; /* -name, system only; NULL = none */
    bool pretty;      /* `socket` speaks in indented JSON */
    bool tcp;         /* a third QMP monitor on a free loopback port */
    bool hmp;         /* a human monitor as well, system only */
    bool guest;       /* a PC with a guest that writes to its memory for ever (guest.h) */
    bool full;        /* its memory holds 16 MiB of data that take their time to send */
    const char *const *arguments; /* more of them, ended by NULL; must outlive it */
};

struct qemu {
    struct qemu_options options;
    char folder[FOLDER_SIZE];
    char socket[QEMU_PATH_SIZE];
    char control[QEMU_PATH_SIZE]; /* the test's own */
    char human[QEMU_PATH_SIZE];   /* with options.hmp */
    int port;                     /* with options.tcp */
    struct monitor *monitor;      /* on `control`; NULL while it does not run */
    pid_t pid;                    /* 0 while it does not run */
};

/* Starts one and waits until it answers. It belongs to this file and lives until
 * qemu_end_all(). */
struct qemu *qemu_start(enum qemu_kind kind, const char *name);
struct qemu *qemu_start_with(const struct qemu_options *options);

/* SIGKILL: the sockets stay in the folder and refuse. */
void qemu_kill(struct qemu *qemu);

/* SIGTERM: it goes in order and takes its sockets with it. */
void qemu_terminate(struct qemu *qemu);

/* A killed or terminated one starts again, without jobs, on the same paths (a TCP
 * monitor gets a new port). */
void qemu_restart(struct qemu *qemu);

/* SIGSTOP and SIGCONT: it is alive and says nothing. */
void qemu_freeze(struct qemu *qemu);
void qemu_thaw(struct qemu *qemu);

/* Ends all and removes their folders. For teardowns: call it also when nothing was
 * started; returns 0. */
int qemu_end_all(void **state);

enum qemu_job {
    QEMU_JOB_MIRROR,         /* running; slow enough to last minutes, like the next three */
    QEMU_JOB_BACKUP,         /* running */
    QEMU_JOB_STREAM,         /* running */
    QEMU_JOB_COMMIT,         /* running; not of the active layer */
    QEMU_JOB_READY,          /* a mirror */
    QEMU_JOB_STANDBY,        /* a mirror that was ready and is paused */
    QEMU_JOB_PENDING,        /* a backup that wants to be finalized */
    QEMU_JOB_WAITING,        /* a backup, done; waits for the running "ID-peer" of its group */
    QEMU_JOB_CONCLUDED,      /* a backup, done; wants to be dismissed */
    QEMU_JOB_FAILED,         /* the same, ended by an I/O error */
    QEMU_JOB_NO_SPACE,       /* a mirror paused by ENOSPC on its target */
    QEMU_JOB_IO_ERROR,       /* a mirror paused by EIO on its target */
    QEMU_JOB_PENDING_MIRROR, /* was told to complete, and wants to be finalized */
    QEMU_JOB_ACTIVE,         /* a commit of the active layer: running, slow as the others */
    QEMU_JOB_ACTIVE_READY,
    QEMU_JOB_CREATE, /* done at once, like the next ones; wants to be dismissed */
    QEMU_JOB_CREATE_FAILED,
    QEMU_JOB_AMEND,
    QEMU_JOB_AMEND_FAILED,
    QEMU_JOB_PENDING_STREAM, /* done, and wants to be finalized, like the next two */
    QEMU_JOB_PENDING_COMMIT,
    QEMU_JOB_PENDING_ACTIVE,   /* was told to complete */
    QEMU_JOB_CONCLUDED_MIRROR, /* was told to complete; done, like the next two */
    QEMU_JOB_CONCLUDED_STREAM,
    QEMU_JOB_CONCLUDED_COMMIT,
    QEMU_JOB_COUNT
};

/* Makes a job and waits until it is in its state. */
void qemu_job(struct qemu *qemu, enum qemu_job job, const char *id);

/* The state it is in then, by its wire name. */
const char *qemu_job_status(enum qemu_job job);

#endif
