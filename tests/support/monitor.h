#ifndef QMPTOP_TESTS_SUPPORT_MONITOR_H
#define QMPTOP_TESTS_SUPPORT_MONITOR_H

/*
 * monitor: the test's own QMP connection to a real QEMU, to set up jobs and to
 * see what QEMU did. Plain and blocking, with a deadline on every wait, and
 * nothing of the program's own QMP code, so that one can check the other. Any
 * failure fails the running test.
 */

#include <stdbool.h>
#include <stddef.h>

#define MONITOR_DEADLINE_MS 30000

struct json_object;
struct monitor;

/* Connects to a unix socket and negotiates; tries again until the socket is
 * there and the greeting comes. Free with monitor_close(). */
struct monitor *monitor_open(const char *path);

/* Only connects, as a client that waits in the monitor's queue; the greeting is
 * taken by monitor_negotiate(), which waits for it. */
struct monitor *monitor_connect(const char *path);
void monitor_negotiate(struct monitor *monitor);

/* NULL is fine. */
void monitor_close(struct monitor *monitor);

/* Sends the printf-made JSON text and returns QEMU's "return", owned by the
 * caller; an error reply fails the test with QEMU's words. */
struct json_object *monitor_call(struct monitor *monitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for replies that nobody reads. */
void monitor_do(struct monitor *monitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A command without arguments, which must be answered with an error. */
void monitor_refused(struct monitor *monitor, const char *command);

/* The two halves of monitor_do(), for a command that is answered late. Nothing else may
 * be asked in between. */
void monitor_send(struct monitor *monitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void monitor_await_answer(struct monitor *monitor);

/* The status of a job by query-jobs, "none" when QEMU has no such job. Valid until
 * the next call. */
const char *monitor_status(struct monitor *monitor, const char *id);

/* Its current-progress; -1 when QEMU has no such job. */
long long monitor_progress(struct monitor *monitor, const char *id);

/* Waits until query-jobs says that. */
void monitor_await_status(struct monitor *monitor, const char *id, const char *status);

/* Whether such an event has come since the connection was made. `id` is matched with
 * id or device; `status` may be NULL. Does not wait. */
bool monitor_saw(struct monitor *monitor, const char *event, const char *id,
                 const char *status);

/* How many events have come so far. */
size_t monitor_event_count(struct monitor *monitor);

/* Waits for one. The event's data lives as long as the monitor. */
struct json_object *monitor_await_event(struct monitor *monitor, const char *event,
                                        const char *id, const char *status);

#endif
