/*
 * Discovery while the console runs: what appears is added, once, what is gone stays, and
 * no scan leaves a descriptor behind.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/merge.h"
#include "qmp/feed_discover.h"
#include "tests/support/files.h"
#include "tests/support/folder.h"
#include "tests/support/own_proc.h"

#define PATH_SIZE (FOLDER_SIZE + 64)
#define NOBODY    65534
#define RESCANS   50
#define SLICES    200 /* ticks that a scan needs, at most */

struct room {
    struct ev_loop *loop;
    struct fleet fleet;
    struct feed_links links;
    struct feed_discover discover;
    char folder[FOLDER_SIZE];
    int64_t now_ms;
};

static int64_t clock_now_ms; /* moves by scans only */

static int64_t the_clock(void)
{
    return clock_now_ms;
}

static int setup(void **state)
{
    struct room *room = calloc(1, sizeof(*room));

    folder_make(room->folder);
    room->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    room->now_ms = clock_now_ms = 1000000;
    fleet_init(&room->fleet);
    feed_links_init(&room->links, &room->fleet, room->loop, the_clock);
    feed_discover_init(&room->discover, &room->links);
    *state = room;
    return 0;
}

static int teardown(void **state)
{
    struct room *room = *state;

    feed_discover_release(&room->discover);
    feed_links_release(&room->links);
    fleet_release(&room->fleet);
    ev_loop_destroy(room->loop);
    folder_remove(room->folder);
    free(room);
    return 0;
}

static const char *in_folder(const struct room *room, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", room->folder, name);
    return path;
}

static void make_socket(const struct room *room, const char *name)
{
    char path[PATH_SIZE];

    folder_socket(in_folder(room, name, path));
}

static void remove_socket(const struct room *room, const char *name)
{
    char path[PATH_SIZE];

    assert_int_equal(unlink(in_folder(room, name, path)), 0);
}

static void begin(struct room *room)
{
    const char *endpoint = room->folder;
    char error[ADDRESS_ERROR_SIZE];

    assert_true(feed_discover_begin(&room->discover, &endpoint, 1, room->now_ms, error));
}

/* The next scan is due, and all its slices are taken. */
static void scan_again(struct room *room)
{
    int64_t next_ms = room->discover.next_ms;

    room->now_ms = clock_now_ms = next_ms;
    for (int i = 0; room->discover.next_ms == next_ms; i++) {
        assert_true(i < SLICES);
        feed_discover_tick(&room->discover, room->now_ms);
    }
}

static void test_descriptors_stay_the_same(void **state)
{
    struct room *room = *state;
    char name[16];
    size_t fds;

    make_socket(room, "a.qmp");
    room->discover.discover.reads_processes = true;
    begin(room);
    scan_again(room);
    fds = files_open_count();
    for (int i = 0; i < RESCANS; i++) {
        snprintf(name, sizeof(name), "%d.qmp", i % 5);
        make_socket(room, name);
        scan_again(room);
        remove_socket(room, name);
        scan_again(room);
        assert_int_equal(files_open_count(), fds);
    }
}

static void test_one_is_added_once(void **state)
{
    struct room *room = *state;

    make_socket(room, "a.qmp");
    begin(room);
    assert_int_equal(room->fleet.target_count, 1);
    make_socket(room, "b.qmp");
    scan_again(room);
    assert_int_equal(room->fleet.target_count, 2);
    for (int i = 0; i < 3; i++) {
        remove_socket(room, "b.qmp");
        scan_again(room);
        make_socket(room, "b.qmp");
        scan_again(room);
    }
    assert_int_equal(room->fleet.target_count, 2);
    assert_string_equal(room->fleet.targets[1]->name, "b");
}

static void test_not_before_it_is_due(void **state)
{
    struct room *room = *state;

    begin(room);
    make_socket(room, "a.qmp");
    for (int i = 0; i < 10; i++)
        feed_discover_tick(&room->discover, room->now_ms + FEED_DISCOVER_MS - 1);
    assert_int_equal(room->fleet.target_count, 0);
    scan_again(room);
    assert_int_equal(room->fleet.target_count, 1);
}

static void test_the_one_that_is_none_is_told(void **state)
{
    struct room *room = *state;
    const char *const endpoints[] = {"/a", "tcp:host:nothing", "/b"};
    char error[ADDRESS_ERROR_SIZE];

    assert_false(feed_discover_begin(&room->discover, endpoints, 3, room->now_ms, error));
    assert_ptr_equal(room->discover.refused, endpoints[1]);
}

static struct target *target_called(const struct room *room, const char *name)
{
    for (size_t i = 0; i < room->fleet.target_count; i++)
        if (strcmp(room->fleet.targets[i]->name, name) == 0)
            return room->fleet.targets[i];
    fail_msg("no target is called %s", name);
    return NULL;
}

/* Also for what comes later; what the socket itself is told wins, and of two patterns the
 * one that asks for less. */
static void test_a_manner_is_for_all_that_is_found(void **state)
{
    struct room *room = *state;
    char all[FOLDER_SIZE + 16], some[FOLDER_SIZE + 16], one[FOLDER_SIZE + 16];
    char error[ADDRESS_ERROR_SIZE];

    snprintf(all, sizeof(all), "hold:unix:%s", room->folder);
    snprintf(some, sizeof(some), "polite:%s/b*", room->folder);
    snprintf(one, sizeof(one), "%s/bee.qmp", room->folder);
    make_socket(room, "a.qmp");
    make_socket(room, "b.qmp");
    make_socket(room, "bee.qmp");
    assert_true(feed_discover_begin(&room->discover, (const char *const[]){all, some, one}, 3,
                                    room->now_ms, error));
    room->links.polite = true;
    make_socket(room, "c.qmp");
    make_socket(room, "b2.qmp");
    scan_again(room);
    assert_int_equal(room->fleet.target_count, 5);
    assert_false(target_called(room, "a")->polite);
    assert_true(target_called(room, "b")->polite);
    assert_false(target_called(room, "bee")->polite);
    assert_false(target_called(room, "c")->polite);
    assert_true(target_called(room, "b2")->polite);
}

/* For so long that nothing is expected of it any more. */
static void scan_until_forgotten(struct room *room)
{
    scan_again(room);
    for (int64_t ms = 0; ms < FEED_DISCOVER_GONE_MS; ms += FEED_DISCOVER_MS)
        scan_again(room);
}

static void fail_link(struct room *room, struct target *target)
{
    target_set_link(target, TARGET_FAILED, "no such file", room->now_ms, room->now_ms);
}

/* A host where VMs live for minutes: those of last week are no trouble. */
static void test_what_is_missed_by_nobody_is_laid_down(void **state)
{
    struct room *room = *state;

    make_socket(room, "a.qmp");
    make_socket(room, "b.qmp");
    begin(room);
    struct target *gone = target_called(room, "a"), *stays = target_called(room, "b");
    fail_link(room, gone);
    fail_link(room, stays);
    remove_socket(room, "a.qmp");
    scan_again(room);
    scan_again(room);
    assert_false(gone->gone);
    scan_until_forgotten(room);
    assert_true(gone->gone);
    assert_false(stays->gone);
    struct fleet_counts counts = fleet_count(&room->fleet, room->now_ms);
    assert_int_equal(counts.targets, 1);
    assert_int_equal(counts.down, 1);
    assert_int_equal(counts.closed, 0);

    make_socket(room, "a.qmp");
    scan_again(room);
    assert_false(gone->gone);
    assert_int_equal(room->fleet.target_count, 2);
    fail_link(room, gone);
    scan_until_forgotten(room);
    assert_false(gone->gone);
}

/* One that went with a job on it is missed, and one that the person named is, too. */
static void test_what_had_work_or_was_named_is_missed(void **state)
{
    struct room *room = *state;
    char named[PATH_SIZE], error[ADDRESS_ERROR_SIZE];
    const struct job_report job = {.id = "m0", .type = "mirror", .status = "running"};

    in_folder(room, "named.qmp", named);
    make_socket(room, "a.qmp");
    make_socket(room, "named.qmp");
    assert_true(feed_discover_begin(&room->discover, (const char *const[]){room->folder, named},
                                    2, room->now_ms, error));
    struct target *worked = target_called(room, "a");
    target_set_link(worked, TARGET_UP, NULL, 0, room->now_ms);
    merge_jobs(worked, &job, 1, room->now_ms);
    fail_link(room, worked);
    fail_link(room, target_called(room, "named"));
    remove_socket(room, "a.qmp");
    remove_socket(room, "named.qmp");
    scan_until_forgotten(room);
    assert_false(worked->gone);
    assert_false(target_called(room, "named")->gone);
}

/* The person may try it all the same. */
static void test_one_that_is_gone_can_be_tried(void **state)
{
    struct room *room = *state;

    make_socket(room, "a.qmp");
    begin(room);
    fail_link(room, room->fleet.targets[0]);
    remove_socket(room, "a.qmp");
    scan_until_forgotten(room);
    assert_true(room->fleet.targets[0]->gone);
    assert_null(feed_links_connect(&room->links, room->fleet.targets[0]));
    assert_false(room->fleet.targets[0]->gone);
    fail_link(room, room->fleet.targets[0]);
    scan_again(room);
    assert_false(room->fleet.targets[0]->gone);
}

/* A process that QMPTOP_PROC shows, with two monitors. */
static void show_qemu(const struct room *room)
{
    char words[4 * FOLDER_SIZE];
    int len = snprintf(words, sizeof(words),
                       "kvm%c-qmp%cunix:%s/a.qmp,server=on%c-qmp%cunix:%s/b.qmp,server=on", 0,
                       0, room->folder, 0, 0, room->folder);

    own_proc_invent(room->folder, 17, words, (size_t)len + 1);
    make_socket(room, "a.qmp");
    make_socket(room, "b.qmp");
}

/* Its other monitor is taken when it never was up, or is somebody else's now; but one that
 * was up comes back by itself, when its QEMU or its host begins anew. */
static void test_another_monitor_is_taken_in_need(void **state)
{
    struct room *room = *state;
    char error[ADDRESS_ERROR_SIZE];

    show_qemu(room);
    room->discover.discover.proc = room->folder;
    assert_true(feed_discover_begin(&room->discover, NULL, 0, room->now_ms, error));
    assert_int_equal(room->fleet.target_count, 1);
    struct target *first = room->fleet.targets[0];
    target_set_link(first, TARGET_UP, NULL, 0, room->now_ms);
    target_set_link(first, TARGET_FAILED, "no such file", 0, room->now_ms);
    scan_again(room);
    assert_int_equal(room->fleet.target_count, 1);
    target_set_link(first, TARGET_BUSY, "held", 0, room->now_ms);
    scan_again(room);
    assert_int_equal(room->fleet.target_count, 2);
}

/* What stands in the list for people, and in the one for programs. */
static void expect_lists(struct room *room, const char *written, const char *json)
{
    char *text = NULL, *object = feed_discover_json(&room->discover);
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    feed_discover_write(&room->discover, out, true);
    assert_int_equal(fclose(out), 0);
    if (strstr(text, written) == NULL || strstr(object, json) == NULL)
        fail_msg("not \"%s\" or not %s in:\n%s%s", written, json, text, object);
    free(text);
    free(object);
}

/* For whoever is not its owner. */
static void test_a_forbidden_one_is_listed_so(void **state)
{
    struct room *room = *state;
    char path[PATH_SIZE];
    bool is_root = geteuid() == 0;

    make_socket(room, "a.qmp");
    begin(room);
    assert_int_equal(chmod(in_folder(room, "a.qmp", path), 0), 0);
    assert_int_equal(chmod(room->folder, 0755), 0);
    if (is_root)
        assert_int_equal(seteuid(NOBODY), 0);
    expect_lists(room, "/a.qmp  (permission denied)\n", "\"forbidden\":true");
    if (is_root)
        assert_int_equal(seteuid(0), 0);
}

static void test_a_manager_s_is_listed_so(void **state)
{
    struct room *room = *state;
    char name[64] = "", error[ADDRESS_ERROR_SIZE];
    static const char *const parts[] = {"libvirt", "/qemu", "/lib", "/domain-1-a"};

    assert_int_equal(setenv("XDG_CONFIG_HOME", room->folder, 1), 0);
    for (size_t i = 0; i < 4; i++) {
        char path[PATH_SIZE];

        strcat(name, parts[i]);
        assert_int_equal(mkdir(in_folder(room, name, path), 0700), 0);
    }
    make_socket(room, strcat(name, "/monitor.sock"));
    room->discover.discover.proc = room->folder;
    assert_true(feed_discover_begin(&room->discover, NULL, 0, room->now_ms, error));
    expect_lists(room, "/domain-1-a/monitor.sock  (libvirt holds it)\n",
                 "\"manager\":\"libvirt\"");
}

/* One name for several tells nobody apart. */
static void test_a_name_is_for_one(void **state)
{
    struct room *room = *state;
    char endpoint[FOLDER_SIZE + 16], error[ADDRESS_ERROR_SIZE] = "";
    const char *list = endpoint;

    snprintf(endpoint, sizeof(endpoint), "all=polite:%s", room->folder);
    assert_false(feed_discover_begin(&room->discover, &list, 1, room->now_ms, error));
    assert_non_null(strstr(error, "a name is for one socket"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_descriptors_stay_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_is_added_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_before_it_is_due, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_one_that_is_none_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_manner_is_for_all_that_is_found, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_is_missed_by_nobody_is_laid_down, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_had_work_or_was_named_is_missed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_one_that_is_gone_can_be_tried, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_monitor_is_taken_in_need, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_name_is_for_one, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_forbidden_one_is_listed_so, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_manager_s_is_listed_so, setup, teardown),
    };

    return cmocka_run_group_tests_name("feed_discover", tests, NULL, NULL);
}
