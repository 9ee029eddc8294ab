#include "tests/support/wrecks.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/fake_qmp.h"

static const struct {
    const char *name, *link, *sentence;
} facts[WRECK_COUNT] = {
    [WRECK_GARBAGE] = {"garbage", "failed", "no QMP here"},
    [WRECK_HUMAN] = {"human", "failed", "human monitor"},
    [WRECK_PRETTY] = {"pretty", "up", NULL},
    [WRECK_PLAIN] = {"plain", "failed", "not a socket"},
    [WRECK_MISSING] = {"missing", "failed", "no such file"},
    [WRECK_DENIED] = {"denied", "failed", "permission denied"},
    [WRECK_DEAD] = {"dead", "failed", "nobody listens on it"},
    [WRECK_REFUSED] = {"refused", "failed", "connection refused"},
    [WRECK_HELD] = {"held", "busy", "held by pid "},
};

const char *wreck_name(enum wreck wreck)
{
    return facts[wreck].name;
}

const char *wreck_link(enum wreck wreck)
{
    return facts[wreck].link;
}

const char *wreck_sentence(enum wreck wreck)
{
    return facts[wreck].sentence;
}

static void set_endpoint(struct wrecks *wrecks, enum wreck wreck, const char *endpoint)
{
    snprintf(wrecks->texts[wreck], sizeof wrecks->texts[wreck], "%s=%s", facts[wreck].name,
             endpoint);
    wrecks->endpoints[wreck] = wrecks->texts[wreck];
}

static void set_path(struct wrecks *wrecks, enum wreck wreck, const char *name)
{
    char path[FOLDER_SIZE + 16];
    snprintf(path, sizeof path, "%s/%s", wrecks->folder, name);
    set_endpoint(wrecks, wreck, path);
}

/* A bound port that does not listen. */
static void make_refused(struct wrecks *wrecks)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char endpoint[64];
    wrecks->port_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(wrecks->port_fd >= 0);
    assert_int_equal(bind(wrecks->port_fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(wrecks->port_fd, (struct sockaddr *)&address, &size), 0);
    snprintf(endpoint, sizeof endpoint, "tcp:127.0.0.1:%d", ntohs(address.sin_port));
    set_endpoint(wrecks, WRECK_REFUSED, endpoint);
}

static void make_files(struct wrecks *wrecks)
{
    folder_make(wrecks->folder);
    folder_fill(wrecks->folder, "plain", 1);
    set_path(wrecks, WRECK_PLAIN, "plain");
    set_path(wrecks, WRECK_MISSING, "missing");
}

static struct qemu *make_qemu(struct wrecks *wrecks, enum wreck wreck,
                              const struct qemu_options *options)
{
    struct qemu *qemu = qemu_start_with(options);
    set_endpoint(wrecks, wreck, qemu->socket);
    return qemu;
}

static void make_qemus(struct wrecks *wrecks)
{
    struct qemu *qemu =
        make_qemu(wrecks, WRECK_PRETTY,
                  &(struct qemu_options){.kind = QEMU_SYSTEM, .pretty = true, .hmp = true});
    set_endpoint(wrecks, WRECK_HUMAN, qemu->human);

    struct qemu_options daemon = {.kind = QEMU_STORAGE_DAEMON};
    qemu_kill(make_qemu(wrecks, WRECK_DEAD, &daemon));
    chmod(make_qemu(wrecks, WRECK_DENIED, &daemon)->socket, 0);
    wrecks->holder = monitor_open(make_qemu(wrecks, WRECK_HELD, &daemon)->socket);
}

/* Says its banner to each new client. */
static bool babble(void *ctx)
{
    struct wrecks *wrecks = ctx;
    if (!fake_qmp_has_client(wrecks->garbage) ||
        fake_qmp_clients(wrecks->garbage) == wrecks->greeted)
        return false;
    wrecks->greeted = fake_qmp_clients(wrecks->garbage);
    fake_qmp_say(wrecks->garbage, "220 mail.example.org ESMTP\r\n");
    return true;
}

static void make_garbage(struct wrecks *wrecks)
{
    wrecks->garbage = fake_qmp_tcp(wrecks->pump);
    fake_qmp_greets(wrecks->garbage, false);
    pump_add(wrecks->pump, babble, wrecks);
    set_endpoint(wrecks, WRECK_GARBAGE, fake_qmp_endpoint(wrecks->garbage));
}

void wrecks_make(struct wrecks *wrecks, struct pump *pump)
{
    *wrecks = (struct wrecks){.pump = pump, .port_fd = -1};
    make_files(wrecks);
    make_qemus(wrecks);
    make_garbage(wrecks);
    make_refused(wrecks);
}

void wrecks_release(struct wrecks *wrecks)
{
    pump_remove(wrecks->pump, wrecks);
    fake_qmp_free(wrecks->garbage);
    monitor_close(wrecks->holder);
    close(wrecks->port_fd);
    folder_remove(wrecks->folder);
}
