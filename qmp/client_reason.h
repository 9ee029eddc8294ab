#ifndef QMPTOP_QMP_CLIENT_REASON_H
#define QMPTOP_QMP_CLIENT_REASON_H

/*
 * client_reason: the words of a client for what keeps it from being READY, and whether that
 * is another client. Part of the client: it knows what the connection has been through.
 */

#include "qmp/client.h"

/* The reason from now on, cut to CLIENT_REASON_SIZE bytes. */
void client_say(struct client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* There is none any more. */
void client_say_nothing(struct client *client);

/* It lets us wait. BUSY where another client holds the monitor, with the words by whom, if that
 * can be told; FAILED where nobody is served at all. */
enum client_link client_say_held(struct client *client);

/* BUSY or FAILED, likewise. The arguments are those of the transport's `closed` event. */
enum client_link client_say_closed(struct client *client, enum transport_failure failure,
                                   int error_number, const char *during);

/* It answers, but is not READY yet. */
void client_say_late(struct client *client);

#endif
