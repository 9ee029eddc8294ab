#ifndef QMPTOP_TESTS_FAKE_QMP_H
#define QMPTOP_TESTS_FAKE_QMP_H

/*
 * fake_qmp: a QMP server inside the test process, moved by the test's pump. It
 * listens like QEMU: one client at a time, the next ones wait in silence. It
 * shares no code with qmp/: what it reads and writes is judged independently.
 *
 * Two ways to use it, freely mixed:
 * - a script: the test expects commands by name and answers them, or says any
 *   bytes it likes;
 * - a model (fake_qmp_model()): the fake negotiates and answers the queries
 *   itself out of the jobs it was given; every other command is answered with
 *   {} unless the test says otherwise, and never changes a job by itself.
 *
 * Every command received is recorded for ever, so that a test can assert what
 * was sent and that nothing was.
 */

#include <json-c/json_object.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/pump.h"

struct fake_qmp;

/* ---- life ---- */

/* Listens on a unix socket at `path` (NULL: a fresh one below $TMPDIR), or on a
 * free TCP port of 127.0.0.1, and takes part in `pump`. Aborts on failure. */
struct fake_qmp *fake_qmp_unix(struct pump *pump, const char *path);
struct fake_qmp *fake_qmp_tcp(struct pump *pump);

/* Closes everything, removes the socket file and leaves the pump. */
void fake_qmp_free(struct fake_qmp *fake);

/* What to give to qmptop as ENDPOINT. */
const char *fake_qmp_endpoint(const struct fake_qmp *fake);

/* Dies like a killed QEMU: all sockets closed, the socket file stays. And
 * comes back on the same endpoint; a model keeps its jobs. */
void fake_qmp_die(struct fake_qmp *fake);
void fake_qmp_revive(struct fake_qmp *fake);

/* ---- manners; may be changed at any time ---- */

/* false: clients are left in the listen backlog. Start: true. */
void fake_qmp_accepts(struct fake_qmp *fake, bool accepts);

/* Whether a new client gets a greeting at once. Start: true. */
void fake_qmp_greets(struct fake_qmp *fake, bool greets);

/* At most `chunk` bytes are sent a turn; 0 = no limit (start). */
void fake_qmp_drips(struct fake_qmp *fake, size_t chunk);

/* false: input is left in the socket. Start: true. */
void fake_qmp_reads(struct fake_qmp *fake, bool reads);

/* Objects over many lines, as a monitor with pretty=on. Start: false. */
void fake_qmp_pretty(struct fake_qmp *fake, bool pretty);

/* ---- script ---- */

/* Queues bytes for the client. Without a client they are lost. */
void fake_qmp_send(struct fake_qmp *fake, const char *bytes, size_t len);
void fake_qmp_say(struct fake_qmp *fake, const char *text);

/* The greeting of a QEMU 7.2.22, now. */
void fake_qmp_greet(struct fake_qmp *fake);

/* An event; `data` is JSON text or NULL. */
void fake_qmp_event(struct fake_qmp *fake, const char *name, const char *data);

/* Waits for the oldest command that has no answer yet. False, with a line on
 * stderr, when none comes or it is not `name`. */
bool fake_qmp_expect(struct fake_qmp *fake, const char *name);

/* Answers the command expected last, by its id. `value` is JSON text; NULL: what
 * the model would say. */
void fake_qmp_return(struct fake_qmp *fake, const char *value);
void fake_qmp_error(struct fake_qmp *fake, const char *class, const char *desc);

/* expect + return {} of qmp_capabilities. */
bool fake_qmp_negotiate(struct fake_qmp *fake);

/* Ends the client's connection: after what is queued was sent, or at once and
 * with a RST where the socket knows that. */
void fake_qmp_hang_up(struct fake_qmp *fake);
void fake_qmp_reset(struct fake_qmp *fake);

/* ---- what came ---- */

/* Recorded commands with that name; NULL: all. qmp_capabilities counts too. */
size_t fake_qmp_count(const struct fake_qmp *fake, const char *name);

/* Recorded commands that act on a job. */
size_t fake_qmp_count_verbs(const struct fake_qmp *fake);

/* The name of the i-th command received; NULL beyond the last. */
const char *fake_qmp_command(const struct fake_qmp *fake, size_t i);

/* A member of the arguments of the newest command `name`, as JSON text ("\"j\"",
 * "false", "1048576"); NULL when it has none. Valid until the next call. */
const char *fake_qmp_argument(const struct fake_qmp *fake, const char *name,
                              const char *member);

/* Waits until `count` commands `name` came in all. */
bool fake_qmp_await(struct fake_qmp *fake, const char *name, size_t count);

/* Most queries that were unanswered at one time. */
size_t fake_qmp_most_unanswered(const struct fake_qmp *fake);

bool fake_qmp_has_client(const struct fake_qmp *fake);
size_t fake_qmp_clients(const struct fake_qmp *fake);     /* accepted so far */
size_t fake_qmp_bytes(const struct fake_qmp *fake);       /* received so far */
size_t fake_qmp_early_bytes(const struct fake_qmp *fake); /* before the greeting was sent */

/* ---- model ---- */

/* Strings are copied. Jobs of the types commit, stream, mirror and backup are
 * listed by query-block-jobs as well. */
struct fake_job {
    const char *id, *type, *status;
    uint64_t current, total;
    const char *error; /* NULL = none */
    uint64_t speed;
    const char *io_status; /* NULL = "ok" */
    bool block_paused, idle;
    bool keeps, waits; /* auto-dismiss=false, auto-finalize=false */
};

/* Answers by itself from now on: a qemu-system with every command that the
 * product may want. */
void fake_qmp_model(struct fake_qmp *fake);

/* query-name and query-status; NULL = this QEMU has no such command. Start:
 * "fake", "running". */
void fake_qmp_vm(struct fake_qmp *fake, const char *name, const char *run_state);

/* Sets the job of that id, newest first as QEMU lists them; or takes it away.
 * No event is sent. */
void fake_qmp_job(struct fake_qmp *fake, const struct fake_job *job);
void fake_qmp_job_gone(struct fake_qmp *fake, const char *id);

/* Changes the job's status and sends JOB_STATUS_CHANGE; "null" takes it away. */
void fake_qmp_job_status(struct fake_qmp *fake, const char *id, const char *status);
void fake_qmp_job_progress(struct fake_qmp *fake, const char *id, uint64_t current,
                           uint64_t total);

/* How one command is answered from now on: with this JSON text, also a command that
 * the model knows nothing of, which query-commands tells of then; with an error; not at
 * all, until the test expects and answers it; as a command this QEMU does not have; as
 * usual. */
void fake_qmp_answers(struct fake_qmp *fake, const char *command, const char *value);
void fake_qmp_refuses(struct fake_qmp *fake, const char *command, const char *class,
                      const char *desc);
void fake_qmp_mutes(struct fake_qmp *fake, const char *command);
void fake_qmp_lacks(struct fake_qmp *fake, const char *command);
void fake_qmp_obeys(struct fake_qmp *fake, const char *command);

/* query-migrate tells of an outgoing migration in its first pass from now on. */
void fake_qmp_migrates(struct fake_qmp *fake);

#endif
