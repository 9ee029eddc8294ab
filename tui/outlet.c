#include "tui/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MISSED_SIZE 80  /* of the line that tells of others */
#define SAFE_SIZE   512 /* what whatever polls as writable takes without blocking */

/* Whoever shares the descriptor would be surprised by one that does not block; opened
 * anew it is ours alone. A file would be written from its begin then, and blocks
 * nobody. */
static int open_anew(int fd)
{
    struct stat status;
    char path[32];
    if (fstat(fd, &status) != 0 || (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)))
        return -1;
    snprintf(path, sizeof(path), "/dev/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void outlet_open(struct outlet *outlet, int fd)
{
    int own = open_anew(fd);
    *outlet = (struct outlet){.fd = own >= 0 ? own : fd, .own = own >= 0};
}

static bool add(struct outlet *outlet, const char *line)
{
    size_t len = strlen(line);
    if (len + 1 > OUTLET_ROOM - outlet->size)
        return false;
    memcpy(outlet->text + outlet->size, line, len);
    outlet->text[outlet->size + len] = '\n';
    outlet->size += len + 1;
    return true;
}

void outlet_put(struct outlet *outlet, const char *line)
{
    char told[MISSED_SIZE];
    if (outlet->gone)
        return;
    if (outlet->missed > 0) {
        snprintf(told, sizeof(told), "-- %zu lines are left out: they are not read fast enough",
                 outlet->missed);
        if (strlen(told) + strlen(line) + 2 <= OUTLET_ROOM - outlet->size && add(outlet, told))
            outlet->missed = 0;
    }
    if (outlet->missed > 0 || !add(outlet, line))
        outlet->missed++;
}

static void give_up(struct outlet *outlet, int error)
{
    outlet->gone = true;
    outlet->size = 0;
    outlet->error = error == EPIPE || error == EIO ? 0 : error;
}

/* A description of our own takes what it can; another one must not block. */
static size_t portion(const struct outlet *outlet)
{
    size_t most = outlet->own ? OUTLET_ROOM : SAFE_SIZE;
    return outlet->size < most ? outlet->size : most;
}

static bool takes(const struct outlet *outlet, int patience_ms)
{
    struct pollfd fd = {.fd = outlet->fd, .events = POLLOUT};
    return poll(&fd, 1, patience_ms) > 0;
}

void outlet_flush(struct outlet *outlet)
{
    while (outlet->size > 0 && takes(outlet, 0)) {
        ssize_t done = write(outlet->fd, outlet->text, portion(outlet));
        if (done < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (done < 0) {
            give_up(outlet, errno);
            return;
        }
        outlet->size -= (size_t)done;
        memmove(outlet->text, outlet->text + done, outlet->size);
    }
}

int outlet_waiting_fd(const struct outlet *outlet)
{
    return outlet->size > 0 ? outlet->fd : -1;
}

bool outlet_is_open(struct outlet *outlet)
{
    struct pollfd fd = {.fd = outlet->fd, .events = 0};
    if (!outlet->gone && poll(&fd, 1, 0) > 0 && fd.revents & (POLLERR | POLLHUP | POLLNVAL))
        give_up(outlet, EPIPE);
    return !outlet->gone;
}

void outlet_close(struct outlet *outlet, int patience_ms)
{
    while (outlet->size > 0) {
        size_t before = outlet->size;
        if (!takes(outlet, patience_ms))
            break;
        outlet_flush(outlet);
        if (outlet->size == before)
            break;
    }
    if (outlet->own)
        close(outlet->fd);
    outlet->own = false;
    outlet->gone = true;
    outlet->size = 0;
}
