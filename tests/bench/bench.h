#ifndef QMPTOP_TESTS_BENCH_BENCH_H
#define QMPTOP_TESTS_BENCH_BENCH_H

/*
 * bench: measures the program from outside, in a terminal of its own, on farms of QMP
 * servers (tests/farm). This header is what its parts know of each other; main.c tells
 * the order. It judges nothing: a goal that is missed is marked and that is all.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "tests/support/pty.h"

struct bench {
    const char *folder; /* of the programs: build/ */
    double seconds;     /* one measurement */
    size_t missed;      /* goals */
};

int64_t bench_now_us(void);

/* A path in the folder; aborts where memory ends, as all allocation here. */
char *bench_path(const struct bench *bench, const char *name);
void *bench_alloc(size_t count, size_t size);

/* ---- table.c: what is printed ---- */

enum goal { GOAL_NONE, GOAL_AT_MOST, GOAL_AT_LEAST };

/* One line of the table. A figure that is not there is negative. */
struct row {
    const char *name, *unit;
    double ours;
    const char *peer_name;
    double peer;
    enum goal goal;
    double limit;
    const char *note; /* instead of the peer; NULL = none */
};

void table_head(void);
void table_row(struct bench *bench, const struct row *row);
/* A line about what could not be measured. */
void table_note(const char *name, const char *why);

/* ---- proc.c: what the kernel tells of a process ---- */

struct proc {
    int64_t cpu_ns;
    long rss_kib, peak_kib, own_kib; /* own: what it shares with no file */
    long switches;                   /* times it went to sleep by itself */
    long fds;
};

/* False when there is no such process. */
bool proc_read(pid_t pid, struct proc *proc);

/* ---- field.c: a farm that runs ---- */

#define FIELD_FOLDER 48

struct field {
    pid_t pid; /* 0 = none */
    int in, out;
    size_t sockets, jobs;
    char folder[FIELD_FOLDER];
    FILE *log; /* NULL = none was asked for */
};

/* Starts a farm; `options` (NULL-terminated, may be NULL) follow --sockets and --jobs.
 * Aborts when it does not get ready. */
void field_start(struct field *field, const struct bench *bench, size_t sockets, size_t jobs,
                 bool log, const char *const *options);
void field_stop(struct field *field);

/* Tells it a line (tests/farm/main.c); the number it answers, 0 without one, or -1. */
int64_t field_tell(struct field *field, const char *line);

/* The next line of the log that has the command: its microseconds; -1 = none so far. */
int64_t field_logged(struct field *field, const char *command);

/* ---- subject.c: the program on farms, in a terminal ---- */

struct subject {
    struct pty *pty;
    int64_t started_us;
};

/* Starts the program on all sockets of the farms. Where there are several farms, the first
 * one has one socket, called "watched". */
void subject_start(struct subject *subject, const struct bench *bench, int rows, int cols,
                   const struct field *const *fields, size_t count);
/* The same on these endpoints (NULL-terminated). */
void subject_start_on(struct subject *subject, const struct bench *bench, int rows, int cols,
                      const char *const *endpoints);
void subject_stop(struct subject *subject);

/* Takes what it writes, for so long. */
void subject_rest(struct subject *subject, double seconds);

/* Waits until `text` is on the screen; microseconds since the start, or -1. */
int64_t subject_await(struct subject *subject, const char *text, double seconds);

/* Waits until it shows all that the farms have. */
int64_t subject_await_all(struct subject *subject, const struct field *const *fields,
                          size_t count, double seconds);

/* The program (taken over), the `fixed` words of `more`, and all sockets, those of the first
 * farm named `name` unless that is "". */
char **command_line(char *program, const char *const *more, size_t fixed, const char *name,
                    const struct field *const *fields, size_t count);
void command_line_free(char **arguments);

/* ---- peer.c: clients that poll the sockets of a farm and show nothing ---- */

struct peer_figures {
    bool at_hand;    /* false = this machine lacks it */
    bool known;      /* false = it failed */
    double cpu_ms;   /* a second */
    double first_ms; /* until all have answered once */
    double rss_mib;
    double polls; /* a second */
};

/* The least client (floor.c). */
struct peer_figures peer_floor(const struct bench *bench, const struct field *field,
                               double seconds);
/* QEMU's Python library (qemu_qmp.py), when `python3` finds it; BENCH_QEMU_QMP names a folder
 * it is in. */
struct peer_figures peer_python(const struct bench *bench, const struct field *field,
                                double seconds);

/* ---- samples.c ---- */

struct samples {
    double *values; /* owned */
    size_t count, capacity;
};

void samples_add(struct samples *samples, double value);
/* The value that `share` of them do not exceed; -1 of none. Sorts them. */
double samples_at(struct samples *samples, double share);
void samples_release(struct samples *samples);

/* ---- the measurements, each with its rows ---- */

void bench_traffic(struct bench *bench);
void bench_start(struct bench *bench);
void bench_memory(struct bench *bench);
void bench_load(struct bench *bench);
void bench_instructions(struct bench *bench);

/* Moves the cursor with a key; milliseconds until it stands elsewhere, 1000 when it does not,
 * and what was written meanwhile. */
double latency_echo(struct subject *subject, const char *key, size_t *bytes);

/* Keys and events, on a subject that shows all; `watched` is the first farm. Rows are
 * named after `name`. */
void bench_latency(struct bench *bench, const char *name, struct subject *subject,
                   struct field *watched, bool with_events);

#endif
