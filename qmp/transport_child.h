#ifndef QMPTOP_QMP_TRANSPORT_CHILD_H
#define QMPTOP_QMP_TRANSPORT_CHILD_H

/*
 * transport_child: a command that runs beside the program: started, listened to when it
 * complains, seen to its end, never left behind. It does not know what it is for.
 *
 * It has a session of its own, so that nothing it starts asks for a password on our
 * terminal or hears its keys. What it says on stderr is always read, and the last line
 * of that is the reason when it ends. When it is ended, or ends, so are the processes it
 * left in its group; where the system can do that it does not outlive this program,
 * however that ends. Who leaves that session, as a daemon and ssh's ControlPersist do, is not
 * ours to end: it meets the end of its stdin, as all do that still speak with us.
 *
 * Each one is waited for by its own number: children of others are not touched. The loop
 * must not be libev's default one, which takes them all.
 */

#include <ev.h>
#include <stdbool.h>

#define TRANSPORT_CHILD_WORDS   256
#define TRANSPORT_CHILD_GRACE_S 1. /* from the polite signal to the other */

struct transport_child;

/* Called from the loop. */
struct transport_child_events {
    /* A line on stderr, without control characters. Whether it could be a reason; NULL: each
     * could. It must not drop the child. */
    bool (*said)(void *ctx, const char *line);
    /* It has ended, and is forgotten. One clause that says why: its last line, or what became
     * of it. */
    void (*ended)(void *ctx, const char *words);
};

/* Starts argv (NULL-terminated, found in PATH). Its stdin and stdout are one socket, *fd gets
 * our end: non-blocking, and the caller's to close; with NULL they are /dev/null. `what`
 * names it in `words` ("ssh"); it, `events` and `ctx` outlive it. NULL with errno. A program
 * that is not there is one that ends. */
struct transport_child *transport_child_start(struct ev_loop *loop, const char *const *argv,
                                              int *fd, const char *what,
                                              const struct transport_child_events *events,
                                              void *ctx);

/* Its last line on stderr; "" = none yet. Valid until the loop turns. */
const char *transport_child_words(const struct transport_child *child);

/* What it said till now is no reason any more. */
void transport_child_forget(struct transport_child *child);

/* Has it ended: politely, then not. Nothing more is told. NULL is allowed. */
void transport_child_drop(struct transport_child *child);

/* Before the program stops or leaves its loop: waits until all that were dropped are gone,
 * and that is soon. */
void transport_child_finish(void);

#endif
