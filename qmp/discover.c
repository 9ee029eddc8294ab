#define _GNU_SOURCE /* memmem(), secure_getenv() */
#include "qmp/discover.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qmp/descriptors.h"
#include "qmp/discover_argv.h"
#include "qmp/discover_list.h"
#include "qmp/place.h"
#include "qmp/reason.h"

#define SLICE       64           /* processes: about a millisecond */
#define ARGV_MAX    (128 * 1024) /* bytes of a command line */
#define SOCKETS_MAX (4 * 1024 * 1024)
#define FILE_SIZE   (PATH_MAX + 64)

void discover_init(struct discover *discover)
{
    const char *proc = secure_getenv("QMPTOP_PROC");

    *discover = (struct discover){.proc = proc != NULL && *proc != '\0' ? proc : "/proc"};
}

/* ---- files ------------------------------------------------------------------------------ */

/* At most `size` - 1 bytes of a file, NUL-terminated; how many, 0 when it cannot be read. */
static size_t read_file(struct discover *discover, const char *path, char *bytes, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    size_t len = 0;
    ssize_t some = 1;

    if (fd < 0 && descriptors_are_out(errno))
        discover->is_blind = true;
    while (fd >= 0 && some > 0 && len < size - 1) {
        some = read(fd, bytes + len, size - 1 - len);
        if (some > 0)
            len += (size_t)some;
    }
    if (fd >= 0)
        close(fd);
    bytes[len] = '\0';
    return len;
}

/* False when there is no such link or it is cut. */
static bool read_link(const char *path, char *target, size_t size)
{
    ssize_t len = readlink(path, target, size);

    if (len < 0 || (size_t)len >= size)
        return false;
    target[len] = '\0';
    return true;
}

/* ---- one process ------------------------------------------------------------------------ */

struct process {
    struct discover *discover;
    const char *pid;
    const char *name; /* of its VM; NULL = none */
};

static int number_of(const char *pid)
{
    return (int)strtol(pid, NULL, 10);
}

static bool link_of_process(const struct process *process, const char *which, char *target,
                            size_t size)
{
    char path[FILE_SIZE];

    snprintf(path, sizeof(path), "%s/%s/%s", process->discover->proc, process->pid, which);
    return read_link(path, target, size);
}

/* It sees other files than we do. Of a process of another user that cannot be told: then it
 * is taken to see the same. */
static bool is_elsewhere(const struct process *process)
{
    char its[64], ours[64];

    return link_of_process(process, "ns/mnt", its, sizeof(its)) &&
           read_link("/proc/self/ns/mnt", ours, sizeof(ours)) && strcmp(its, ours) != 0;
}

/* Its 127.0.0.1 is another one. Links to namespaces are read by their own user only; that
 * each network has files of its own below /proc all may see. */
static bool has_other_network(const struct process *process)
{
    char path[FILE_SIZE], its[64], ours[64];
    struct stat its_file, our_file;

    if (link_of_process(process, "ns/net", its, sizeof(its)) &&
        read_link("/proc/self/ns/net", ours, sizeof(ours)))
        return strcmp(its, ours) != 0;
    snprintf(path, sizeof(path), "%s/%s/net/unix", process->discover->proc, process->pid);
    return stat(path, &its_file) == 0 && stat("/proc/self/net/unix", &our_file) == 0 &&
           its_file.st_ino != our_file.st_ino;
}

static void add_path(const struct process *process, const char *path)
{
    char whole[2 * PATH_MAX], seen[3 * PATH_MAX], folder[PATH_MAX] = "";
    const char *where = whole;

    if (strlen(path) >= PATH_MAX)
        return;
    if (path[0] != '/' && !link_of_process(process, "cwd", folder, sizeof(folder)))
        return;
    snprintf(whole, sizeof(whole), "%s%s%s", folder, path[0] == '/' ? "" : "/", path);
    if (is_elsewhere(process)) {
        snprintf(seen, sizeof(seen), "%s/%s/root%s", process->discover->proc, process->pid,
                 whole);
        where = seen;
    }
    (void)discover_list_add_unix(&process->discover->scan, where, whole, process->name,
                                 number_of(process->pid));
}

/* The lines of net/unix end with " INODE PATH". */
static void add_inode(const struct process *process, const char *inode)
{
    struct discover *discover = process->discover;
    char needle[80], file[FILE_SIZE], path[PATH_MAX];
    const char *found;

    if (discover->sockets == NULL) {
        discover->sockets = malloc(SOCKETS_MAX);
        if (discover->sockets == NULL)
            return;
        snprintf(file, sizeof(file), "%s/net/unix", discover->proc);
        (void)read_file(discover, file, discover->sockets, SOCKETS_MAX);
    }
    snprintf(needle, sizeof(needle), " %s /", inode);
    found = strstr(discover->sockets, needle);
    if (found == NULL)
        return;
    found += strlen(needle) - 1;
    snprintf(path, sizeof(path), "%.*s", (int)strcspn(found, "\n"), found);
    add_path(process, path);
}

/* A manager that opens the socket itself hands over its descriptor. */
static void add_fd(const struct process *process, const char *number)
{
    static const char prefix[] = "socket:[";
    char which[32], target[64];

    if (strspn(number, "0123456789") != strlen(number) || strlen(number) > 9)
        return;
    snprintf(which, sizeof(which), "fd/%s", number);
    if (!link_of_process(process, which, target, sizeof(target)) ||
        strncmp(target, prefix, sizeof(prefix) - 1) != 0)
        return;
    target[strlen(target) - 1] = '\0';
    add_inode(process, target + sizeof(prefix) - 1);
}

static void add_process(struct discover *discover, const char *pid)
{
    struct process process = {.discover = discover, .pid = pid};
    struct discover_argv argv;
    char file[FILE_SIZE];
    size_t len;

    snprintf(file, sizeof(file), "%s/%s/cmdline", discover->proc, pid);
    len = read_file(discover, file, discover->scratch, ARGV_MAX);
    if (len == 0 || !discover_is_qemu(discover->scratch))
        return;
    discover_argv_parse(&argv, discover->scratch, len);
    process.name = argv.name;
    for (size_t i = 0; i < argv.count; i++) {
        const char *where = argv.monitors[i].where;

        switch (argv.monitors[i].kind) {
        case DISCOVER_UNIX:
            add_path(&process, where);
            break;
        case DISCOVER_TCP:
            if (!has_other_network(&process))
                discover_list_add_tcp(&discover->scan, where, process.name, number_of(pid));
            break;
        case DISCOVER_FD:
            add_fd(&process, where);
            break;
        }
    }
    discover_argv_release(&argv);
}

/* ---- patterns --------------------------------------------------------------------------- */

/* The pattern of a place with the user's own folder in it; false where there is none. */
static bool expand_place(const struct place *place, char *pattern, size_t size)
{
    static const char prefix[] = "~config";
    const char *config = secure_getenv("XDG_CONFIG_HOME"), *home = secure_getenv("HOME");
    const char *rest = place->pattern + sizeof(prefix) - 1;

    if (strncmp(place->pattern, prefix, sizeof(prefix) - 1) != 0)
        return (size_t)snprintf(pattern, size, "%s", place->pattern) < size;
    if (config != NULL && config[0] == '/')
        return (size_t)snprintf(pattern, size, "%s%s", config, rest) < size;
    return home != NULL && home[0] == '/' &&
           (size_t)snprintf(pattern, size, "%s/.config%s", home, rest) < size;
}

/* Takes over `glob`, which may be NULL. */
static bool take(struct discover *discover, char *glob, enum address_manner manner)
{
    size_t size = (discover->pattern_count + 1) * sizeof(*discover->patterns);
    struct discover_pattern *patterns = glob != NULL ? realloc(discover->patterns, size) : NULL;

    if (patterns == NULL) {
        free(glob);
        return false;
    }
    discover->patterns = patterns;
    discover->patterns[discover->pattern_count++] = (struct discover_pattern){glob, manner};
    return true;
}

void discover_take_host(struct discover *discover)
{
    char pattern[PATH_MAX];
    const struct place *place;

    discover->reads_processes = true;
    for (size_t i = 0; (place = place_at(i)) != NULL; i++)
        if (expand_place(place, pattern, sizeof(pattern)))
            (void)take(discover, strdup(pattern), ADDRESS_USUAL);
}

/* All that is in the folder, whatever its own name looks like. */
static char *pattern_of_folder(const char *path)
{
    char *pattern = malloc(2 * strlen(path) + sizeof("/*")), *at = pattern;

    for (; pattern != NULL && *path != '\0'; path++) {
        if (strchr("*?[\\", *path) != NULL)
            *at++ = '\\';
        *at++ = *path;
    }
    if (pattern != NULL)
        memcpy(at, "/*", sizeof("/*"));
    return pattern;
}

static const char *path_of(const char *endpoint, enum address_manner *manner)
{
    endpoint = address_take_manner(endpoint, manner);
    return strncmp(endpoint, "unix:", 5) == 0 ? endpoint + 5 : endpoint;
}

bool discover_is_pattern(const char *endpoint)
{
    enum address_manner manner;
    const char *path = path_of(endpoint, &manner);
    struct stat status;

    if (strstr(path, "://") != NULL)
        return false;
    if (stat(path, &status) == 0)
        return S_ISDIR(status.st_mode);
    return strchr(path, '/') != NULL && strpbrk(path, "*?[") != NULL;
}

bool discover_take_pattern(struct discover *discover, const char *endpoint)
{
    enum address_manner manner;
    const char *path = path_of(endpoint, &manner);
    struct stat status;

    if (!discover_is_pattern(endpoint))
        return false;
    return take(discover, stat(path, &status) == 0 ? pattern_of_folder(path) : strdup(path),
                manner);
}

/* A slice of what the patterns match; false: they have no more. */
static bool step_patterns(struct discover *discover)
{
    struct discover_match match;

    for (int i = 0; i < SLICE; i++) {
        if (!discover_glob_step(&discover->glob, &match)) {
            if (discover->pattern_at == discover->pattern_count)
                return false;
            discover_glob_begin(&discover->glob,
                                discover->patterns[discover->pattern_at++].glob);
        } else if (match.path != NULL) {
            struct discover_finding *finding = discover_list_add_match(&discover->scan, &match);

            if (finding != NULL)
                finding->manner = discover->patterns[discover->pattern_at - 1].manner;
        }
    }
    return true;
}

/* ---- the scan --------------------------------------------------------------------------- */

static void begin(struct discover *discover)
{
    discover->is_under_way = true;
    discover->is_blind = false;
    discover->glob.is_blind = false;
    discover->pattern_at = 0;
    if (discover->reads_processes && discover->scratch == NULL)
        discover->scratch = malloc(ARGV_MAX);
    if (!discover->reads_processes || discover->scratch == NULL)
        return;
    discover->processes = opendir(discover->proc);
    discover->is_blind = discover->processes == NULL && descriptors_are_out(errno);
}

static void finish(struct discover *discover)
{
    free(discover->sockets);
    discover->sockets = NULL;
    discover->is_under_way = false;
    discover->is_blind |= discover->glob.is_blind;
    if (discover->is_blind) {
        discover_list_release(&discover->scan);
        return;
    }
    discover_list_sort(&discover->scan);
    discover_list_release(&discover->found);
    discover->found = discover->scan;
    discover->scan = (struct discover_list){.count = 0};
}

static void step_processes(struct discover *discover)
{
    const struct dirent *entry = NULL;

    for (int i = 0; i < SLICE; i++) {
        entry = readdir(discover->processes);
        if (entry == NULL)
            break;
        if (isdigit((unsigned char)entry->d_name[0]))
            add_process(discover, entry->d_name);
    }
    if (entry != NULL)
        return;
    closedir(discover->processes);
    discover->processes = NULL;
}

bool discover_step(struct discover *discover)
{
    if (!discover->is_under_way)
        begin(discover);
    if (discover->processes != NULL) {
        step_processes(discover);
        return false;
    }
    if (step_patterns(discover))
        return false;
    finish(discover);
    return true;
}

void discover_scan(struct discover *discover)
{
    while (!discover_step(discover))
        continue;
}

void discover_release(struct discover *discover)
{
    if (discover->processes != NULL)
        closedir(discover->processes);
    discover_glob_end(&discover->glob);
    for (size_t i = 0; i < discover->pattern_count; i++)
        free(discover->patterns[i].glob);
    free(discover->patterns);
    discover_list_release(&discover->found);
    discover_list_release(&discover->scan);
    free(discover->scratch);
    free(discover->sockets);
    *discover = (struct discover){.proc = discover->proc};
}

bool discover_is_forbidden(const struct discover_finding *finding)
{
    return finding->path != NULL && reason_is_forbidden(finding->path);
}
