/* What a scan finds in folders and by patterns, and what becomes of it. */

#include "tests/qmp/scan_room.h"

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
    const struct CMUnitTest tests[] = {
        SCAN_TEST(a_socket_is_found_once),
        SCAN_TEST(only_patterns_and_folders_are_taken),
        SCAN_TEST(a_folder_is_its_sockets),
        SCAN_TEST(a_folder_of_this_one_is_its_sockets),
        SCAN_TEST(what_comes_and_goes_is_seen_by_the_next_scan),
        SCAN_TEST(many_processes_take_several_slices),
        SCAN_TEST(a_scan_without_files_is_not_believed),
        SCAN_TEST(the_person_s_own_folder),
        SCAN_TEST(no_proc_is_no_harm),
    };

    return cmocka_run_group_tests_name("discover_scan", tests, NULL, NULL);
}
