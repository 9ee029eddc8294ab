#define _GNU_SOURCE /* accept4 */
#include "tests/torture/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/files.h"

void peer_open(struct peer *peer, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *peer = (struct peer){.fd = -1};
    files_path(peer->path, sizeof peer->path, name);
    assert_true(strlen(peer->path) < sizeof address.sun_path);
    memcpy(address.sun_path, peer->path, strlen(peer->path) + 1);
    unlink(peer->path);
    peer->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(peer->listener >= 0);
    assert_int_equal(bind(peer->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(peer->listener, 8), 0);
}

void peer_drop(struct peer *peer)
{
    if (peer->fd >= 0)
        close(peer->fd);
    peer->fd = -1;
}

void peer_close(struct peer *peer)
{
    peer_drop(peer);
    close(peer->listener);
    unlink(peer->path);
}

static void say(struct peer *peer, const char *text)
{
    (void)!write(peer->fd, text, strlen(text));
}

/* "id" is the last member of a command: {"execute": "x", "id": 7} */
static void answer(struct peer *peer, const char *line, size_t len)
{
    char text[4096], id[32];
    size_t end = len, begin;
    while (end > 0 && (line[end - 1] < '0' || line[end - 1] > '9'))
        end--;
    for (begin = end; begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9';)
        begin--;
    if (peer->answers == NULL || peer->answers[peer->next] == NULL)
        return;
    const char *format = peer->answers[peer->next++], *place = strstr(format, "%s");
    snprintf(id, sizeof id, "%.*s", (int)(end - begin), line + begin);
    snprintf(text, sizeof text, "%.*s%s%s", place != NULL ? (int)(place - format) : 0, format,
             place != NULL ? id : "", place != NULL ? place + 2 : format);
    say(peer, text);
}

static void answer_lines(struct peer *peer)
{
    const char *begin = peer->bytes + peer->done, *end;
    while ((end = memchr(begin, '\n', peer->len - peer->done)) != NULL) {
        answer(peer, begin, (size_t)(end - begin));
        peer->done += (size_t)(end - begin) + 1;
        begin = end + 1;
    }
}

void peer_turn(struct peer *peer)
{
    if (peer->fd < 0) {
        peer->fd = accept4(peer->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (peer->fd >= 0 && peer->greeting != NULL)
            say(peer, peer->greeting);
    }
    if (peer->fd < 0 || peer->deaf)
        return;
    ssize_t got = read(peer->fd, peer->bytes + peer->len, PEER_BYTES_MAX - peer->len);
    if (got == 0)
        peer_drop(peer);
    if (got <= 0)
        return;
    peer->len += (size_t)got;
    answer_lines(peer);
}
