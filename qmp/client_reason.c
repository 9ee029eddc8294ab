#include "qmp/client_reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qmp/holder.h"
#include "qmp/reason.h"
#include "qmp/unix_peers.h"

void client_say_nothing(struct client *client)
{
    free(client->reason);
    client->reason = NULL;
}

void client_say(struct client *client, const char *format, ...)
{
    char text[CLIENT_REASON_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    client_say_nothing(client);
    client->reason = strdup(text);
}

const char *client_reason(const struct client *client)
{
    bool needed = client->link == CLIENT_FAILED || client->link == CLIENT_BUSY;

    if (client->reason != NULL)
        return client->reason;
    return needed ? "out of memory" : "";
}

/* A QEMU that is stopped, or whose main loop is stuck. */
static bool is_deaf(struct client *client)
{
    if (client->address->kind != ADDRESS_UNIX ||
        !unix_peers_is_deaf(client->address->path, client->now_ms()))
        return false;
    client_say(client, "it lets nobody in: its QEMU is stopped, or hangs");
    return true;
}

enum client_link client_say_held(struct client *client)
{
    if (client->address->kind == ADDRESS_UNIX &&
        holder_find(&client->holder, client->address->path, client->now_ms()))
        client_say(client, "held by pid %d (%s)", client->holder.pid, client->holder.command);
    else if (is_deaf(client))
        return CLIENT_FAILED;
    else
        client_say(client, "another client holds this monitor");
    return CLIENT_BUSY;
}

enum client_link client_say_closed(struct client *client, enum transport_failure failure,
                                   int error_number, const char *during)
{
    bool is_late = failure == TRANSPORT_CONNECT_TIMEOUT;
    const char *words = transport_words(&client->transport);
    char text[CLIENT_REASON_SIZE];

    if (failure == TRANSPORT_QUEUE_FULL && is_deaf(client))
        return CLIENT_FAILED;
    if (failure == TRANSPORT_CLOSED_BY_PEER && !client->was_ready) {
        client_say(client, "closed by the other side before it was ready to talk");
    } else if (failure == TRANSPORT_CLOSED_BY_PEER &&
               !stream_is_idle(&client->session.stream)) {
        client_say(client, "closed by the other side in the middle of an answer");
    } else if (is_late && *words != '\0') {
        client_say(client, "no answer; it complains: %.200s", words);
        return CLIENT_FAILED;
    } else {
        reason_of_failure(text, sizeof(text), client->address, failure, error_number, during);
        client_say(client, "%s", text);
    }
    /* A command that says nothing waits where another client is served. */
    return failure == TRANSPORT_QUEUE_FULL || (is_late && client->address->kind == ADDRESS_EXEC)
               ? CLIENT_BUSY
               : CLIENT_FAILED;
}

void client_say_late(struct client *client)
{
    if (client->session.state == SESSION_AWAIT_GREETING)
        client_say(client, "its greeting comes very slowly");
    else if (client->session.foreign != client->strays)
        client_say(client, "its answers are not to our questions");
    else
        client_say(client, "it greets but does not answer: a long command blocks its monitor");
}
