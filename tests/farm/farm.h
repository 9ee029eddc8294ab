#ifndef QMPTOP_TESTS_FARM_FARM_H
#define QMPTOP_TESTS_FARM_FARM_H

/*
 * farm: many QMP servers in one process of its own, for tests and measurements of a
 * fleet. This header is what its parts know of each other; main.c tells the usage. It
 * shares no code with the program under test.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* How one socket misbehaves. fault.c says what each does. */
enum fault {
    FAULT_NONE,
    FAULT_NOGREET,
    FAULT_SILENT,
    FAULT_SLOW,
    FAULT_DRIP,
    FAULT_EOFGREET,
    FAULT_EOFMID,
    FAULT_FLAP,
    FAULT_GARBAGE,
    FAULT_HTTP,
    FAULT_HMP,
    FAULT_LONG,
    FAULT_MANYJOBS,
    FAULT_HUGEEVENT,
    FAULT_BOMB,
    FAULT_DEEP,
    FAULT_WRONGID,
    FAULT_NOID,
    FAULT_DUPID,
    FAULT_REORDER,
    FAULT_TYPES,
    FAULT_BIGNUM,
    FAULT_DUPKEY,
    FAULT_ESCAPE,
    FAULT_UTF8,
    FAULT_NUL,
    FAULT_FLOOD,
    FAULT_NOACCEPT,
    FAULT_COUNT
};

struct bytes {
    char *data; /* owned */
    size_t start, len, capacity;
};

struct job {
    uint32_t generation; /* churn: part of its id */
    bool paused;
    int64_t born_ms;
    /* What its client was told of it (judge.c). */
    unsigned told;          /* states since the last reply */
    unsigned told_before;   /* since the last one it has read */
    unsigned told_ended;    /* the same of those that were in its place */
    uint32_t read, replied; /* generations in these two replies */
};

/* Output too large to be held: made as fast as it is taken. */
struct flow {
    const char *piece; /* repeated; NULL = jobs, numbered */
    uint64_t left, done;
    const char *end; /* after the last; NULL = no flow */
    char id[64];     /* of the command it answers; "" = none */
};

struct socket {
    unsigned index;
    int listener, client; /* -1: none */
    enum fault fault;
    uint64_t argument;
    size_t split;     /* it sends pieces of at most so many bytes; 0 = all it has */
    struct job *jobs; /* owned */
    size_t job_count;
    struct bytes in, out, held; /* held: replies of FAULT_REORDER */
    struct flow flow;
    unsigned unanswered;
    bool was_odd; /* a fault listed a job of its own */
    bool hang_up; /* after `out` is sent */
    bool stuffed; /* FAULT_NOACCEPT: the backlog is full of ours */
    int64_t accepted_ms;
    int64_t due_ms; /* nothing is sent before; 0 = at once */
    uint32_t interest;
};

struct farm {
    struct socket *sockets;
    size_t count, job_count, idle;
    const char *folder;
    double event_rate, churn; /* a second, over the whole farm */
    double event_credit, churn_credit;
    size_t next_event, next_churn;
    int64_t credit_ms;
    size_t timed;   /* sockets that need the clock */
    uint64_t polls; /* query-jobs taken */
    int epoll;
    FILE *log;
};

/* ---- farm.c: bytes, clock ---- */

int64_t farm_now_us(void);
int64_t farm_now_ms(void);
void bytes_add(struct bytes *bytes, const char *data, size_t len);
void bytes_print(struct bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void bytes_take(struct bytes *bytes, size_t len);

/* ---- fault.c ---- */

/* "NAME[:NUMBER][@FIRST[-LAST]]" for those sockets (start: socket 0). False when it
 * cannot be understood. */
bool fault_set(struct farm *farm, const char *text);

/* "BYTES[@FIRST[-LAST]]": what they send is cut into pieces of 1 to so many bytes, each sent
 * when the one before was taken. False when it cannot be understood. */
bool fault_split(struct farm *farm, const char *text);

/* What greets instead of a QEMU; NULL = a greeting. */
const char *fault_banner(enum fault fault, size_t *len);

/* A whole element of query-jobs instead of the first job's; NULL = none. */
const char *fault_job(enum fault fault);

/* Output without end for this answer; false when the fault has none. */
bool fault_flow(struct socket *socket);

bool fault_needs_clock(const struct socket *socket);
void fault_list(FILE *out);

/* ---- jobs.c ---- */

/* From now on jobs have that much to do, and do about so much a second, each in its own
 * way. */
void jobs_pace(uint64_t mib, uint64_t mib_per_second);

void jobs_init(struct farm *farm, struct socket *socket);
void jobs_list(struct socket *socket, struct bytes *out);
void jobs_list_block(struct socket *socket, struct bytes *out);

/* pause, resume, or an end and a new job in its place; events are queued. */
void jobs_pause(struct socket *socket, size_t job, bool pause);
void jobs_renew(struct socket *socket, size_t job);

/* The job with that id, or job_count; and the place of one that has or had it. */
size_t jobs_find(const struct socket *socket, const char *id);
size_t jobs_slot(const struct socket *socket, const char *id, uint32_t *generation);

/* One event that changes nothing. */
void jobs_event(struct socket *socket);

/* ---- judge.c ---- */

/* A client has come; it is told a status by an event, or by a reply to query-jobs (NULL: the
 * reply leaves the job out); another job begins in its place; and the client asks for jobs,
 * having read the last reply. */
void judge_begin(struct socket *socket);
void judge_told(struct job *job, const char *status);
void judge_replied(struct job *job, const char *status);
void judge_renewed(struct job *job);
void judge_asked(struct socket *socket);

/* False: by nothing that this client was told that job was there and in such a state. */
bool judge_command(struct socket *socket, const char *command, const char *id);

/* ---- command.c ---- */

/* Takes whole commands out of `in`, logs them and queues their replies. */
void command_take(struct farm *farm, struct socket *socket);

/* ---- socket.c ---- */

bool socket_listen(struct farm *farm, struct socket *socket);
void socket_accept(struct farm *farm, struct socket *socket);
void socket_read(struct farm *farm, struct socket *socket);
void socket_write(struct farm *farm, struct socket *socket);
void socket_drop(struct farm *farm, struct socket *socket);
/* Time passes for one that needs the clock. */
void socket_tick(struct farm *farm, struct socket *socket, int64_t now_ms);
void farm_note(struct farm *farm, const struct socket *socket, const char *text,
               const char *more);
/* A command that judge.c takes for none that was meant. */
void farm_note_unmeant(struct farm *farm, const struct socket *socket, const char *command,
                       const char *id);

#endif
