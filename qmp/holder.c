#include "qmp/holder.h"

#include <dirent.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ESTABLISHED   1    /* TCP_ESTABLISHED, the kernel's word for all kinds */
#define PROCESS_COSTS 8    /* as many descriptors */
#define ANSWERS_MAX   4096 /* datagrams of one dump */

/* What a server has accepted. */
struct link {
    uint64_t name;  /* hashed */
    uint32_t inode; /* of the client's end */
};

struct end {
    uint32_t inode;
    int pid; /* 0 = not found */
};

/* Of this process, as the kernel's table is. What is not used costs nothing. */
static struct {
    struct link links[HOLDER_MAX];  /* ordered by name */
    struct end ends[2][HOLDER_MAX]; /* ordered by inode; of the last look and before */
    size_t count, former_count;
    int now; /* which ends */
    int64_t asked_ms, slice_ms, pass_ms;
    bool was_asked, was_sliced, was_passed;
    DIR *processes, *fds; /* of the pass under way */
    int pid;
} table;

/* FNV-1a */
static uint64_t hash(const char *text, size_t len)
{
    uint64_t sum = 14695981039346656037u;

    for (size_t i = 0; i < len && text[i] != '\0'; i++)
        sum = (sum ^ (unsigned char)text[i]) * 1099511628211u;
    return sum;
}

static bool is_due(bool was_done, int64_t at_ms, int64_t rest_ms, int64_t now_ms)
{
    return !was_done || now_ms - at_ms >= rest_ms || now_ms < at_ms;
}

/* ---- the kernel's answer ---------------------------------------------------------------- */

/* One that is not accepted yet has no inode. */
static void take_socket(const struct unix_diag_msg *message, int len)
{
    const struct rtattr *attribute = (const struct rtattr *)(message + 1);
    const char *name = NULL;
    size_t name_len = 0;
    uint32_t peer = 0;

    for (len -= (int)sizeof(*message); RTA_OK(attribute, len);
         attribute = RTA_NEXT(attribute, len)) {
        if (attribute->rta_type == UNIX_DIAG_NAME) {
            name = RTA_DATA(attribute);
            name_len = RTA_PAYLOAD(attribute);
        } else if (attribute->rta_type == UNIX_DIAG_PEER &&
                   RTA_PAYLOAD(attribute) >= sizeof(peer)) {
            memcpy(&peer, RTA_DATA(attribute), sizeof(peer));
        }
    }
    if (message->udiag_ino == 0 || peer == 0 || name_len == 0 || *name != '/' ||
        table.count == HOLDER_MAX)
        return;
    table.links[table.count] = (struct link){hash(name, name_len), peer};
    table.ends[table.now][table.count] = (struct end){peer, 0};
    table.count++;
}

/* Returns whether more is to come. */
static bool take_answer(const struct nlmsghdr *header, unsigned len)
{
    for (; NLMSG_OK(header, len); header = NLMSG_NEXT(header, len)) {
        if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY)
            return false;
        if (header->nlmsg_len >= NLMSG_LENGTH(sizeof(struct unix_diag_msg)))
            take_socket(NLMSG_DATA(header), (int)header->nlmsg_len - NLMSG_HDRLEN);
    }
    return true;
}

static bool send_question(int fd)
{
    struct {
        struct nlmsghdr header;
        struct unix_diag_req question;
    } request = {
        .header = {.nlmsg_len = sizeof(request),
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .question = {.sdiag_family = AF_UNIX,
                     .udiag_states = 1u << ESTABLISHED,
                     .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER},
    };
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    return sendto(fd, &request, sizeof(request), 0, (const struct sockaddr *)&kernel,
                  sizeof(kernel)) == (ssize_t)sizeof(request);
}

static int by_name(const void *a, const void *b)
{
    uint64_t left = ((const struct link *)a)->name, right = ((const struct link *)b)->name;

    return (left > right) - (left < right);
}

static int by_inode(const void *a, const void *b)
{
    uint32_t left = ((const struct end *)a)->inode, right = ((const struct end *)b)->inode;

    return (left > right) - (left < right);
}

static struct end *find_end(int which, size_t count, uint32_t inode)
{
    const struct end key = {.inode = inode};

    return bsearch(&key, table.ends[which], count, sizeof(key), by_inode);
}

/* A connection that goes on has the same process at its end. */
static void keep_found(void)
{
    for (size_t i = 0; i < table.count; i++) {
        struct end *end = &table.ends[table.now][i];
        const struct end *former = find_end(1 - table.now, table.former_count, end->inode);

        end->pid = former != NULL ? former->pid : 0;
    }
}

static void ask_kernel(int64_t now_ms)
{
    static union {
        struct nlmsghdr header;
        char bytes[32768];
    } answer;
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
    bool more = fd >= 0 && send_question(fd);

    table.former_count = table.count;
    table.count = 0;
    table.now = 1 - table.now;
    table.asked_ms = now_ms;
    table.was_asked = true;
    for (int i = 0; more && i < ANSWERS_MAX; i++) {
        ssize_t len = recv(fd, answer.bytes, sizeof(answer.bytes), 0);

        more = len > 0 && take_answer(&answer.header, (unsigned)len);
    }
    if (fd >= 0)
        close(fd);
    if (table.count == 0)
        return;
    qsort(table.links, table.count, sizeof(*table.links), by_name);
    qsort(table.ends[table.now], table.count, sizeof(struct end), by_inode);
    keep_found();
}

/* ---- processes -------------------------------------------------------------------------- */

static void close_folder(DIR **folder)
{
    if (*folder != NULL)
        closedir(*folder);
    *folder = NULL;
}

static bool open_next_process(void)
{
    const struct dirent *entry;
    char path[64];

    do {
        entry = readdir(table.processes);
        table.pid = entry != NULL ? (int)strtol(entry->d_name, NULL, 10) : 0;
    } while (entry != NULL && table.pid <= 0);
    snprintf(path, sizeof(path), "/proc/%d/fd", table.pid);
    table.fds = entry != NULL ? opendir(path) : NULL;
    return entry != NULL;
}

static void take_fd(const char *number)
{
    static const char prefix[] = "socket:[";
    char target[64];
    ssize_t len = readlinkat(dirfd(table.fds), number, target, sizeof(target) - 1);
    struct end *end;

    if (len <= 0)
        return;
    target[len] = '\0';
    if (strncmp(target, prefix, sizeof(prefix) - 1) != 0)
        return;
    end = find_end(table.now, table.count,
                   (uint32_t)strtoul(target + sizeof(prefix) - 1, NULL, 10));
    if (end != NULL)
        end->pid = table.pid;
}

/* Goes on until the slice or the pass is at its end. */
static void look_over(int64_t now_ms)
{
    int left = HOLDER_SLICE;
    const struct dirent *entry;

    while (left > 0) {
        entry = table.fds != NULL ? readdir(table.fds) : NULL;
        if (entry != NULL) {
            take_fd(entry->d_name);
            left--;
            continue;
        }
        close_folder(&table.fds);
        left -= PROCESS_COSTS;
        if (open_next_process())
            continue;
        close_folder(&table.processes);
        table.pass_ms = now_ms;
        table.was_passed = true;
        return;
    }
}

static void make_slice(int64_t now_ms)
{
    if (!is_due(table.was_sliced, table.slice_ms, HOLDER_REST_MS, now_ms) ||
        (table.processes == NULL &&
         !is_due(table.was_passed, table.pass_ms, HOLDER_PASS_MS, now_ms)))
        return;
    if (table.processes == NULL)
        table.processes = opendir("/proc");
    table.slice_ms = now_ms;
    table.was_sliced = true;
    if (table.processes != NULL)
        look_over(now_ms);
}

/* ---- telling ---------------------------------------------------------------------------- */

/* The client's end of the only connection to `path`, or NULL. */
static const struct end *end_at(const char *path)
{
    const struct link key = {.name = hash(path, strlen(path))}, *link, *last;

    last = table.links + table.count;
    link = bsearch(&key, table.links, table.count, sizeof(key), by_name);
    if (link == NULL || (link > table.links && link[-1].name == key.name) ||
        (link + 1 < last && link[1].name == key.name))
        return NULL;
    return find_end(table.now, table.count, link->inode);
}

static bool read_process(struct holder *holder, int pid)
{
    char path[64], command[sizeof(holder->command)];
    FILE *file;
    bool read;

    snprintf(path, sizeof(path), "/proc/%d/comm", pid);
    file = fopen(path, "re");
    read = file != NULL && fgets(command, sizeof(command), file) != NULL;
    if (file != NULL)
        fclose(file);
    if (!read)
        return false;
    command[strcspn(command, "\n")] = '\0';
    holder->pid = pid;
    memcpy(holder->command, command, sizeof(command));
    return true;
}

bool holder_find(struct holder *holder, const char *path, int64_t now_ms)
{
    char *real;
    const struct end *end;

    if (is_due(table.was_asked, table.asked_ms, HOLDER_AGE_MS, now_ms))
        ask_kernel(now_ms);
    end = table.count > 0 ? end_at(path) : NULL;
    if (end == NULL && table.count > 0) {
        real = realpath(path, NULL);
        end = real != NULL ? end_at(real) : NULL;
        free(real);
    }
    if (end == NULL)
        return false;
    if (end->pid == 0)
        make_slice(now_ms);
    return end->pid > 0 && end->pid != getpid() && read_process(holder, end->pid);
}
