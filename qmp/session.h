#ifndef QMPTOP_QMP_SESSION_H
#define QMPTOP_QMP_SESSION_H

/*
 * session: the protocol with one QEMU, without any I/O: bytes in, messages and
 * bytes to send out. It does not know sockets, loops or clocks: time is a
 * parameter, and whoever owns the socket moves the bytes.
 *
 *   session_start -> AWAIT_GREETING -> NEGOTIATING -> READY -> (session_end)
 *                          \______________\__________\-> FAILED (sticky error)
 *
 * Each session_call()'s reply callback fires exactly once: with QEMU's return,
 * with QEMU's error, or with NULL when the session ends first. Replies whose id
 * is not ours (left over from an earlier client) are dropped and counted; so is
 * an error without id, which QEMU sends before it has read one. An event may
 * stand before the greeting: until READY they belong to the client before us and
 * are dropped in silence. Nothing is sent before the greeting came; after an
 * error nothing is sent nor told any more.
 *
 * Ids begin with the time of the first start, so that a reply left over from an
 * earlier run of this program is foreign as well.
 *
 * A QEMU met in its first milliseconds may take a connection up twice, with two
 * threads: it greets twice, forgets the negotiation and mixes up what it reads.
 * Such a connection is of no use; the next one is.
 *
 * There is no deadline that gives up a reply: a snapshot-save silences a
 * monitor for minutes, and a second copy of a command would do harm. How long
 * the oldest call waits can be asked.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qmp/buffer.h"
#include "qmp/command.h"
#include "qmp/message.h"
#include "qmp/stream.h"

#define SESSION_GREETING_MS 2000 /* no greeting after that: somebody else holds the monitor */
#define SESSION_CALLS_MAX   64   /* unanswered calls */
#define SESSION_OUTPUT_MAX  65536

enum session_state {
    SESSION_IDLE,
    SESSION_AWAIT_GREETING,
    SESSION_NEGOTIATING,
    SESSION_READY,
    SESSION_FAILED
};

enum session_error {
    SESSION_ERROR_NONE,
    SESSION_ERROR_STREAM,  /* not JSON, or over a limit */
    SESSION_ERROR_HMP,     /* a human monitor: "(qemu) " */
    SESSION_ERROR_NOT_QMP, /* JSON, but no greeting; or another protocol */
    SESSION_ERROR_TWICE,   /* a second greeting: connect anew, see below */
    SESSION_ERROR_REFUSED, /* qmp_capabilities answered with an error */
    SESSION_ERROR_NO_MEMORY
};

#define SESSION_ERROR_SIZE 256 /* a longer sentence is cut */

struct session;

/* The answer of a call. `message` is MESSAGE_RETURN or MESSAGE_ERROR, or NULL
 * when the session ended first; it lives as long as the callback runs. This and
 * the callbacks below may call the session again (session_call(), session_end(),
 * session_start()), but must not release it nor feed it. */
typedef void session_reply(void *ctx, const struct message *message);

/* All three are needed. */
struct session_events {
    /* Negotiated: calls may begin. The version is as message_version() writes it; NULL when
     * the greeting told none that can be read. */
    void (*ready)(void *ctx, const char *version);
    void (*event)(void *ctx, const struct message *event);
    void (*failed)(void *ctx); /* the error is in the session; stop feeding it */
};

struct session_call {
    uint64_t id;
    int64_t sent_ms;
    session_reply *reply;
    void *ctx;
};

struct session {
    enum session_state state;
    enum session_error error;
    char *error_text; /* owned; see session_error_text() */
    const struct session_events *events;
    void *ctx;
    struct stream stream;
    struct buffer output;
    char *version;              /* owned; the greeting's, kept until `ready` is told */
    struct session_call *calls; /* owned; in order of sending; NULL while none was sent */
    size_t call_count, call_capacity;
    uint64_t last_id; /* never starts anew in a session's life: late replies stay foreign */
    int64_t started_ms;
    uint32_t foreign; /* replies dropped because nobody asked; of the session's life */
    unsigned epoch;   /* counts starts and ends: input of an ended connection is dropped */
};

void session_init(struct session *session, const struct session_events *events, void *ctx);
void session_release(struct session *session); /* ends it first */

/* The connection stands: expect a greeting. A session still running is ended
 * first. */
void session_start(struct session *session, int64_t now_ms);

/* The connection is gone: every pending reply fires with NULL, in order of
 * sending; back to IDLE. The error text stays until the next start. */
void session_end(struct session *session);

/* Bytes from the peer, any number. Dropped when IDLE or FAILED. */
void session_input(struct session *session, const char *bytes, size_t len, int64_t now_ms);

/* Bytes for the peer; session_sent() takes them off the front, and does no harm
 * when the session ended in between. */
const char *session_output(const struct session *session, size_t *len);
void session_sent(struct session *session, size_t len);

/* Queues a command. False, and no callback ever, when the session is not READY,
 * SESSION_CALLS_MAX calls wait, the command does not fit SESSION_OUTPUT_MAX
 * unsent bytes, or memory is exhausted. `reply` may be NULL. */
bool session_call(struct session *session, enum command command,
                  const struct command_args *args, session_reply *reply, void *ctx,
                  int64_t now_ms);

/* The error as a clause, "" when there is none; valid until the next start. It may hold raw
 * wire bytes: clean it before it is shown. */
const char *session_error_text(const struct session *session);

/* No greeting SESSION_GREETING_MS after the start, nor the beginning of one. Pure. */
bool session_is_silent(const struct session *session, int64_t now_ms);

/* Milliseconds the oldest unanswered call waits; 0 when none does. */
int64_t session_waiting_ms(const struct session *session, int64_t now_ms);

#endif
