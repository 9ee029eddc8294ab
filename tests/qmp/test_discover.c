/* Scans of the processes of a host. */

#include "tests/qmp/scan_room.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCAN_TEST(a_process_is_found_by_its_command_line),
        SCAN_TEST(a_relative_path_is_the_process_s),
        SCAN_TEST(a_descriptor_leads_to_its_path),
        SCAN_TEST(a_descriptor_that_leads_nowhere),
        SCAN_TEST(another_mount_namespace),
        SCAN_TEST(a_tcp_monitor_has_no_path),
        SCAN_TEST(another_network),
        SCAN_TEST(another_network_of_another_user),
    };

    return cmocka_run_group_tests_name("discover", tests, NULL, NULL);
}
