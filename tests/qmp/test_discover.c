/*
 * Scans of a /proc and of folders made for the test. Sockets are real, processes are
 * folders with what /proc has of them.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "qmp/discover.h"
#include "qmp/place.h"
#include "tests/support/files.h"
#include "tests/support/folder.h"
#include "tests/support/own_proc.h"

#define PATH_SIZE 256

struct room {
    char folder[FOLDER_SIZE];
    struct discover discover;
    size_t fds;
};

static char *in_folder(struct room *room, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", room->folder, name);
    return path;
}

static int setup(void **state)
{
    struct room *room = calloc(1, sizeof(*room));
    char proc[PATH_SIZE];

    if (room == NULL)
        return -1;
    folder_make(room->folder);
    in_folder(room, "proc", proc);
    assert_int_equal(mkdir(proc, 0700), 0);
    assert_int_equal(setenv("QMPTOP_PROC", proc, 1), 0);
    discover_init(&room->discover);
    room->fds = files_open_count();
    *state = room;
    return 0;
}

static int teardown(void **state)
{
    struct room *room = *state;

    discover_release(&room->discover);
    assert_int_equal(files_open_count(), room->fds);
    folder_remove(room->folder);
    unsetenv("QMPTOP_PROC");
    free(room);
    return 0;
}

/* ---- what there is ---- */

static void make_socket(struct room *room, const char *name)
{
    char path[PATH_SIZE];

    folder_socket(in_folder(room, name, path));
}

static void make_folder(struct room *room, const char *name)
{
    char path[PATH_SIZE];

    assert_int_equal(mkdir(in_folder(room, name, path), 0700), 0);
}

/* A process; "@" in its command line stands for the folder, a blank for the end of a word. */
static void make_process(struct room *room, int pid, const char *line)
{
    char path[PATH_SIZE], bytes[1024];
    size_t len = 0;

    for (; *line != '\0' && len < sizeof(bytes) - PATH_SIZE; line++) {
        if (*line == '@')
            len += (size_t)snprintf(bytes + len, PATH_SIZE, "%s", room->folder);
        else
            bytes[len++] = *line == ' ' ? '\0' : *line;
    }
    bytes[len++] = '\0';
    own_proc_invent(in_folder(room, "proc", path), pid, bytes, len);
}

static void link_process(struct room *room, int pid, const char *name, const char *target)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof(path), "%s/proc/%d/%s", room->folder, pid, name);
    assert_int_equal(symlink(target, path), 0);
}

/* ---- what is found ---- */

/* The finding of a socket in the folder, or NULL; places of this host may add others. */
static const struct discover_finding *found(struct room *room, const char *name)
{
    const struct discover_list *list = &room->discover.found;
    const struct discover_finding *finding = NULL;
    char path[PATH_SIZE];

    in_folder(room, name, path);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].path != NULL && strcmp(list->items[i].path, path) == 0) {
            assert_null(finding);
            finding = &list->items[i];
        }
    return finding;
}

static void scan_host(struct room *room)
{
    discover_take_host(&room->discover);
    discover_scan(&room->discover);
}

static void a_process_is_found_by_its_command_line(void **state)
{
    struct room *room = *state;
    const struct discover_finding *finding;
    char endpoint[PATH_SIZE + 8], path[PATH_SIZE];

    make_socket(room, "a.qmp");
    make_process(room, 17, "qemu-system-x86_64 -name web -qmp unix:@/a.qmp,server=on");
    make_process(room, 18, "vi unix:@/a.qmp,server=on");
    scan_host(room);
    finding = found(room, "a.qmp");
    assert_non_null(finding);
    snprintf(endpoint, sizeof(endpoint), "unix:%s", in_folder(room, "a.qmp", path));
    assert_string_equal(finding->endpoint, endpoint);
    assert_string_equal(finding->name, "web");
    assert_int_equal(finding->pid, 17);
    assert_null(finding->place);
    assert_false(discover_is_forbidden(finding));
}

static void a_relative_path_is_the_process_s(void **state)
{
    struct room *room = *state;

    make_socket(room, "a.qmp");
    make_process(room, 17, "qemu-system-x86_64 -qmp unix:a.qmp,server=on");
    link_process(room, 17, "cwd", room->folder);
    make_process(room, 18, "qemu-system-x86_64 -qmp unix:b.qmp,server=on");
    scan_host(room);
    assert_non_null(found(room, "a.qmp"));
    assert_null(found(room, "b.qmp"));
}

/* As libvirt starts it: the socket is an inherited descriptor. */
static void a_descriptor_leads_to_its_path(void **state)
{
    struct room *room = *state;
    char path[PATH_SIZE], table[PATH_SIZE + 128];
    const struct discover_finding *finding;

    make_socket(room, "monitor.sock");
    make_folder(room, "proc/net");
    snprintf(table, sizeof(table),
             "Num RefCount Protocol Flags Type St Inode Path\n"
             "0: 2 0 00010000 0001 01 4711 /other\n"
             "1: 2 0 00010000 0001 01 471 %s/monitor.sock\n",
             room->folder);
    folder_write(in_folder(room, "proc/net/unix", path), table, strlen(table));
    make_process(room, 17,
                 "kvm -name guest=db -chardev socket,id=c,fd=29,server=on -mon c,mode=control");
    make_folder(room, "proc/17/fd");
    link_process(room, 17, "fd/29", "socket:[471]");
    make_process(room, 18,
                 "kvm -name guest=x -chardev socket,id=c,fd=2x,server=on -mon c,mode=control");
    scan_host(room);
    finding = found(room, "monitor.sock");
    assert_non_null(finding);
    assert_string_equal(finding->name, "db");
}

/* No socket, one without a path, none at all, and what is no number of one. */
static void a_descriptor_that_leads_nowhere(void **state)
{
    static const char *const fds[] = {"29", "30", "31", "12345678901"};
    struct room *room = *state;
    char line[128];

    for (int i = 0; i < 4; i++) {
        snprintf(line, sizeof(line),
                 "kvm -chardev socket,id=c,fd=%s,server=on -mon c,mode=control", fds[i]);
        make_process(room, 17 + i, line);
    }
    make_folder(room, "proc/17/fd");
    link_process(room, 17, "fd/29", "/dev/null");
    make_folder(room, "proc/18/fd");
    link_process(room, 18, "fd/30", "socket:[472]");
    scan_host(room);
    for (size_t i = 0; i < room->discover.found.count; i++)
        assert_int_equal(room->discover.found.items[i].pid, 0);
}

/* One that sees other files is entered by its root. */
static void another_mount_namespace(void **state)
{
    struct room *room = *state;
    const struct discover_finding *finding;

    make_folder(room, "inner");
    make_socket(room, "inner/a.qmp");
    make_process(room, 17, "qemu-system-x86_64 -qmp unix:/a.qmp,server=on");
    make_folder(room, "proc/17/ns");
    link_process(room, 17, "ns/mnt", "mnt:[1]");
    {
        char inner[PATH_SIZE];

        link_process(room, 17, "root", in_folder(room, "inner", inner));
    }
    scan_host(room);
    finding = found(room, "inner/a.qmp");
    assert_non_null(finding);
    assert_int_equal(finding->pid, 17);
}

static const struct discover_finding *found_at(struct room *room, const char *endpoint)
{
    const struct discover_list *list = &room->discover.found;

    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].endpoint, endpoint) == 0)
            return &list->items[i];
    return NULL;
}

static void a_tcp_monitor_has_no_path(void **state)
{
    struct room *room = *state;
    const struct discover_finding *finding;

    make_process(room, 17, "qemu-system-x86_64 -name t -qmp tcp:127.0.0.1:4444,server=on");
    scan_host(room);
    finding = found_at(room, "tcp:127.0.0.1:4444");
    assert_non_null(finding);
    assert_null(finding->path);
    assert_false(discover_is_forbidden(finding));
}

/* Its ports cannot be reached from here, or are somebody else's; its files can. */
static void another_network(void **state)
{
    struct room *room = *state;
    char ours[64] = "";

    assert_true(readlink("/proc/self/ns/net", ours, sizeof(ours) - 1) > 0);
    make_socket(room, "a.qmp");
    make_process(room, 17,
                 "qemu-system-x86_64 -qmp tcp:127.0.0.1:4444,server=on "
                 "-qmp unix:@/a.qmp,server=on");
    make_folder(room, "proc/17/ns");
    link_process(room, 17, "ns/net", "net:[1]");
    make_process(room, 18, "qemu-system-x86_64 -qmp tcp:127.0.0.1:4445,server=on");
    make_folder(room, "proc/18/ns");
    link_process(room, 18, "ns/net", ours);
    scan_host(room);
    assert_null(found_at(room, "tcp:127.0.0.1:4444"));
    assert_non_null(found(room, "a.qmp"));
    assert_non_null(found_at(room, "tcp:127.0.0.1:4445"));
}

/* Of a process of another user, the files of its network tell. */
static void another_network_of_another_user(void **state)
{
    struct room *room = *state;
    char path[PATH_SIZE];

    make_process(room, 17, "qemu-system-x86_64 -qmp tcp:127.0.0.1:4444,server=on");
    make_folder(room, "proc/17/net");
    folder_write(in_folder(room, "proc/17/net/unix", path), "", 0);
    make_process(room, 18, "qemu-system-x86_64 -qmp tcp:127.0.0.1:4445,server=on");
    link_process(room, 18, "net", "/proc/self/net");
    scan_host(room);
    assert_null(found_at(room, "tcp:127.0.0.1:4444"));
    assert_non_null(found_at(room, "tcp:127.0.0.1:4445"));
}

/* Found by a command line, by a pattern and through a link: one socket. */
static void a_socket_is_found_once(void **state)
{
    struct room *room = *state;
    char path[PATH_SIZE], pattern[PATH_SIZE];

    make_socket(room, "a.qmp");
    assert_int_equal(symlink("a.qmp", in_folder(room, "also.qmp", path)), 0);
    assert_int_equal(symlink(room->folder, in_folder(room, "self", path)), 0);
    make_process(room, 17, "qemu-system-x86_64 -name web -qmp unix:@/self/a.qmp,server=on");
    assert_true(discover_take_pattern(&room->discover, in_folder(room, "*.qmp", pattern)));
    scan_host(room);
    assert_non_null(found(room, "a.qmp"));
    assert_string_equal(found(room, "a.qmp")->name, "web");
    assert_null(found(room, "also.qmp"));
    assert_null(found(room, "self/a.qmp"));
}

static void only_patterns_and_folders_are_taken(void **state)
{
    struct room *room = *state;
    struct discover *discover = &room->discover;
    char path[PATH_SIZE];

    make_socket(room, "a*b");
    make_folder(room, "vms");
    assert_false(discover_take_pattern(discover, in_folder(room, "a*b", path)));
    assert_false(discover_take_pattern(discover, in_folder(room, "none", path)));
    assert_false(discover_take_pattern(discover, "host:4444"));
    assert_false(discover_take_pattern(discover, "*"));
    assert_false(discover_take_pattern(discover, "ssh://h/*"));
    assert_int_equal(discover->pattern_count, 0);
    assert_true(discover_take_pattern(discover, in_folder(room, "vms", path)));
    assert_true(discover_take_pattern(discover, in_folder(room, "*.qmp", path)));
    snprintf(path, sizeof(path), "unix:%s/[x]", room->folder);
    assert_true(discover_take_pattern(discover, path));
    assert_int_equal(discover->pattern_count, 3);
}

/* "qmptop vms", without a slash. */
static void a_folder_of_this_one_is_its_sockets(void **state)
{
    struct room *room = *state;
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool taken;

    make_folder(room, "vms");
    make_socket(room, "vms/one");
    make_socket(room, "two");
    assert_int_equal(chdir(room->folder), 0);
    taken = discover_take_pattern(&room->discover, "vms");
    assert_false(discover_take_pattern(&room->discover, "two"));
    discover_scan(&room->discover);
    assert_int_equal(fchdir(here), 0);
    close(here);
    assert_true(taken);
    assert_int_equal(room->discover.found.count, 1);
    assert_non_null(found(room, "vms/one"));
}

/* Nothing but sockets, and of an odd name the right ones. */
static void a_folder_is_its_sockets(void **state)
{
    struct room *room = *state;
    char path[PATH_SIZE];

    make_folder(room, "[vms]*");
    make_folder(room, "[vms]*/folder");
    make_socket(room, "[vms]*/one");
    make_socket(room, "[vms]*/name=odd:1");
    folder_write(in_folder(room, "[vms]*/plain", path), "x", 1);
    assert_true(discover_take_pattern(&room->discover, in_folder(room, "[vms]*", path)));
    discover_scan(&room->discover);
    assert_int_equal(room->discover.found.count, 2);
    assert_non_null(found(room, "[vms]*/one"));
    assert_non_null(found(room, "[vms]*/name=odd:1"));
}

static void what_comes_and_goes_is_seen_by_the_next_scan(void **state)
{
    struct room *room = *state;
    char path[PATH_SIZE];
    size_t fds = 0;

    assert_true(discover_take_pattern(&room->discover, in_folder(room, "*.qmp", path)));
    for (int round = 0; round < 20; round++) {
        discover_scan(&room->discover);
        assert_int_equal(room->discover.found.count, 0);
        make_socket(room, "a.qmp");
        discover_scan(&room->discover);
        assert_int_equal(room->discover.found.count, 1);
        assert_int_equal(unlink(in_folder(room, "a.qmp", path)), 0);
        fds = round == 0 ? files_open_count() : fds;
        assert_int_equal(files_open_count(), fds);
    }
}

/* Each slice looks at few, and all together at all. */
static void many_processes_take_several_slices(void **state)
{
    struct room *room = *state;
    int slices = 1;

    for (int pid = 1; pid <= 200; pid++)
        make_process(room, pid, pid == 150 ? "kvm -qmp unix:@/a.qmp,server=on" : "sh");
    discover_take_host(&room->discover);
    while (!discover_step(&room->discover))
        slices++;
    assert_true(slices > 3);
    assert_non_null(found(room, "a.qmp"));
    assert_int_equal(found(room, "a.qmp")->pid, 150);
    assert_false(discover_step(&room->discover)); /* given up: the teardown counts */
}

/* Those of the person's own libvirt, below HOME where XDG_CONFIG_HOME says nothing. */
static void the_person_s_own_folder(void **state)
{
    static const char *const homes[] = {"", "here", NULL};
    struct room *room = *state;
    const char *name = ".config/libvirt/qemu/lib/domain-1-a/monitor.sock";
    char part[64];

    for (const char *end = strchr(name, '/'); end != NULL; end = strchr(end + 1, '/')) {
        snprintf(part, sizeof(part), "%.*s", (int)(end - name), name);
        make_folder(room, part);
    }
    make_socket(room, name);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    for (size_t i = 0; i < 3; i++) {
        homes[i] != NULL ? setenv("HOME", homes[i], 1) : unsetenv("HOME");
        scan_host(room);
        assert_null(found(room, name));
    }
    setenv("HOME", room->folder, 1);
    scan_host(room);
    assert_non_null(found(room, name));
}

static void allow_no_file(struct rlimit *usual)
{
    struct rlimit none;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, usual), 0);
    none = *usual;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
}

/* Half a scan, or none, would call what it has not seen gone. */
static void a_scan_without_files_is_not_believed(void **state)
{
    struct room *room = *state;
    char pattern[PATH_SIZE];
    struct rlimit usual;

    make_socket(room, "a.qmp");
    make_socket(room, "b.sock");
    make_process(room, 17, "kvm -qmp unix:@/b.sock,server=on");
    assert_true(discover_take_pattern(&room->discover, in_folder(room, "*.qmp", pattern)));
    scan_host(room);
    assert_false(room->discover.is_blind);
    make_socket(room, "c.qmp");
    allow_no_file(&usual);
    discover_scan(&room->discover);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_true(room->discover.is_blind);
    assert_non_null(found(room, "a.qmp"));
    assert_non_null(found(room, "b.sock"));
    assert_null(found(room, "c.qmp"));
    discover_scan(&room->discover);
    assert_false(room->discover.is_blind);
    assert_non_null(found(room, "c.qmp"));
}

static void no_proc_is_no_harm(void **state)
{
    struct room *room = *state;

    char path[PATH_SIZE];

    assert_int_equal(rmdir(in_folder(room, "proc", path)), 0);
    scan_host(room);
    assert_true(room->discover.pattern_count > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_process_is_found_by_its_command_line),
        TEST(a_relative_path_is_the_process_s),
        TEST(a_descriptor_leads_to_its_path),
        TEST(a_descriptor_that_leads_nowhere),
        TEST(another_mount_namespace),
        TEST(a_tcp_monitor_has_no_path),
        TEST(another_network),
        TEST(another_network_of_another_user),
        TEST(a_socket_is_found_once),
        TEST(only_patterns_and_folders_are_taken),
        TEST(a_folder_is_its_sockets),
        TEST(a_folder_of_this_one_is_its_sockets),
        TEST(what_comes_and_goes_is_seen_by_the_next_scan),
        TEST(many_processes_take_several_slices),
        TEST(a_scan_without_files_is_not_believed),
        TEST(the_person_s_own_folder),
        TEST(no_proc_is_no_harm),
    };

    return cmocka_run_group_tests_name("discover", tests, NULL, NULL);
}
