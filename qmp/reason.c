#define _GNU_SOURCE /* fgetpwent() */
#include "qmp/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct reason {
    int error_number;
    const char *text;
};

static const struct reason local[] = {
    {ENOENT, "no such file: this QEMU is gone, or was never started"},
    {EPERM, "permission denied: only the owner of the socket or root can connect"},
    {ECONNREFUSED, "nobody listens on it: a socket file left by a dead QEMU"},
    {EPROTOTYPE, "is a socket of another kind, not a QMP monitor"},
    {ENOTDIR, "no such file: a part of the path is not a folder"},
    {ELOOP, "the path is a loop of symbolic links"},
    {0, NULL},
};

static const struct reason remote[] = {
    {ECONNREFUSED, "connection refused: nobody listens on that port"},
    {EHOSTUNREACH, "no route to that host"},
    {ENETUNREACH, "no route to that network"},
    {ETIMEDOUT, "the host does not answer"},
    {EACCES, "a firewall on this machine forbids the connection"},
    {EPERM, "a firewall on this machine forbids the connection"},
    {0, NULL},
};

/* ssh listens on our side: its socket is gone with it. */
static const struct reason carried[] = {
    {ENOENT, "the ssh connection to the host is gone"},
    {ECONNREFUSED, "the ssh connection to the host is gone"},
    {0, NULL},
};

static const struct reason nowhere[] = {{0, NULL}};

static const struct reason *const by_kind[] = {
    [ADDRESS_UNIX] = local,
    [ADDRESS_TCP] = remote,
    [ADDRESS_SSH] = carried,
    [ADDRESS_EXEC] = nowhere,
};

static const char *const late[] = {
    [ADDRESS_UNIX] = "the host does not answer",
    [ADDRESS_TCP] = "the host does not answer",
    [ADDRESS_SSH] = "ssh does not get through to the host",
    [ADDRESS_EXEC] =
        "the command says nothing: another client holds the monitor, or it is slow",
};

static const struct reason anywhere[] = {
    {EMFILE, "not watched: no more files may be open here (ulimit -n)"},
    {ENFILE, "this machine has too many files open"},
    {ENOMEM, "out of memory"},
    {ENOBUFS, "out of memory"},
    {0, NULL},
};

static const char *look_up(const struct reason *table, int error_number)
{
    while (table->text != NULL && table->error_number != error_number)
        table++;
    return table->text;
}

/* The kernel says ECONNREFUSED of a plain file as well as of a dead socket. */
static const char *not_a_socket(const struct address *address)
{
    struct stat status;

    if (address->kind != ADDRESS_UNIX || stat(address->path, &status) != 0 ||
        S_ISSOCK(status.st_mode))
        return NULL;
    return S_ISDIR(status.st_mode) ? "is a folder, not a socket" : "is not a socket";
}

/* ---- whose it is ------------------------------------------------------------------------ */

/* From the file alone: a name server could keep everybody waiting. Static; NULL = no such. */
static const char *name_of(uid_t uid)
{
    static char name[64];
    FILE *file = fopen("/etc/passwd", "re");
    const struct passwd *entry;
    bool found = false;

    while (file != NULL && !found && (entry = fgetpwent(file)) != NULL) {
        found = entry->pw_uid == uid;
        if (found)
            snprintf(name, sizeof(name), "%s", entry->pw_name);
    }
    if (file != NULL)
        fclose(file);
    return found ? name : NULL;
}

/* The first folder on the way that cannot be searched; false when all can. */
static bool find_shut_folder(const char *path, char *folder, size_t size, struct stat *status)
{
    for (const char *end = strchr(path + 1, '/'); end != NULL; end = strchr(end + 1, '/')) {
        snprintf(folder, size, "%.*s", (int)(end - path), path);
        if (faccessat(AT_FDCWD, folder, X_OK, AT_EACCESS) != 0)
            return errno == EACCES && stat(folder, status) == 0;
    }
    return false;
}

bool reason_is_forbidden(const char *path)
{
    return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0 && errno == EACCES;
}

/* Which user is needed. */
static void write_denied(char *text, size_t size, const char *path)
{
    char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct stat status;
    const char *name;
    bool shut = find_shut_folder(path, folder, sizeof(folder), &status);

    if (!shut && stat(path, &status) != 0) {
        snprintf(text, size, "permission denied: only its owner or root can connect");
        return;
    }
    name = name_of(status.st_uid);
    snprintf(text, size, "permission denied: %s%s belongs to uid %u%s%s%s; be that user%s",
             shut ? "the folder " : "", shut ? folder : "the socket", (unsigned)status.st_uid,
             name != NULL ? " (" : "", name != NULL ? name : "", name != NULL ? ")" : "",
             status.st_uid != 0 ? " or root" : "");
}

/* ---- words ------------------------------------------------------------------------------ */

static void of_system(char *text, size_t size, const struct address *address, int error_number,
                      const char *during)
{
    const char *known = NULL;

    if (strcmp(during, "connect") == 0) {
        if (error_number == EACCES && address->kind == ADDRESS_UNIX) {
            write_denied(text, size, address->path);
            return;
        }
        if (error_number == ECONNREFUSED)
            known = not_a_socket(address);
        if (known == NULL)
            known = look_up(by_kind[address->kind], error_number);
    } else if (error_number == ETIMEDOUT) {
        known = "the connection is dead: the host no longer answers";
    }
    if (known == NULL)
        known = look_up(anywhere, error_number);
    if (known != NULL)
        snprintf(text, size, "%s", known);
    else
        snprintf(text, size, "%s failed: %s", during, strerror(error_number));
}

void reason_of_failure(char *text, size_t size, const struct address *address,
                       enum transport_failure failure, int error_number, const char *during)
{
    switch (failure) {
    case TRANSPORT_CLOSED_BY_PEER:
        snprintf(text, size, "closed by the other side");
        break;
    case TRANSPORT_QUEUE_FULL:
        snprintf(text, size, "another client holds this monitor, and its queue is full");
        break;
    case TRANSPORT_SYSTEM:
        of_system(text, size, address, error_number, during);
        break;
    case TRANSPORT_NOT_READING:
        snprintf(text, size, "the other side does not read what is sent to it");
        break;
    case TRANSPORT_TOLD:
        snprintf(text, size, "%s", during);
        break;
    case TRANSPORT_CONNECT_TIMEOUT:
        snprintf(text, size, "%s", late[address->kind]);
        break;
    }
}
