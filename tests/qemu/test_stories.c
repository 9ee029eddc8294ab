/*
 * An operator's nights, from the first sign on the screen to the last key: real QEMUs,
 * a person at the terminal, and now and then somebody else at another monitor.
 */

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/console.h"
#include "tests/support/qemu_job_inner.h"
#include "tests/support/qemu_pair.h"

static struct pump pump;
static struct console *console;

static int teardown(void **state)
{
    console_end(console);
    console = NULL;
    pump = (struct pump){0};
    return qemu_end_all(state);
}

static void watch(const struct qemu *one, const struct qemu *other)
{
    console = console_start(&pump, &(struct console_options){.rows = 40, .columns = 130},
                            (const char *[]){one->socket, other ? other->socket : NULL, NULL});
}

static void add_disk(struct qemu *qemu, const char *node, const char *file, long size)
{
    folder_fill(qemu->folder, file, size);
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s\",\"driver\":"
               "\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"%s/%s\"}}}",
               node, qemu->folder, file);
}

static void plug(struct qemu *qemu, const char *device, const char *node, int slot)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"device_add\",\"arguments\":{\"driver\":\"virtio-blk-pci\","
               "\"id\":\"%s\",\"drive\":\"%s\",\"addr\":\"%x\",\"share-rw\":true}}",
               device, node, slot);
}

/* The node the guest's disk works on, by query-block. */
static bool works_on(struct qemu *qemu, const char *device, const char *node)
{
    struct json_object *all = monitor_call(qemu->monitor, "{\"execute\":\"query-block\"}");
    bool found = false;
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        struct json_object *disk = json_object_array_get_idx(all, i), *inserted, *name, *qdev;
        found = found || (json_object_object_get_ex(disk, "qdev", &qdev) &&
                          strstr(json_object_get_string(qdev), device) &&
                          json_object_object_get_ex(disk, "inserted", &inserted) &&
                          json_object_object_get_ex(inserted, "node-name", &name) &&
                          strcmp(json_object_get_string(name), node) == 0);
    }
    json_object_put(all);
    return found;
}

/* ---- a disk is moved, and its new place is too small ---- */

#define DISK_BYTES  (16L << 20)
#define SMALL_BYTES (4L << 20)

/* A qcow2 on a volume of SMALL_BYTES, as on a logical volume: what lies behind it has
 * room for more. */
static void add_small_target(struct qemu *qemu, const char *node)
{
    char path[QEMU_PATH_SIZE];
    job_image_tool(qemu,
                   (const char *[]){"create", "-q", "-f", "qcow2", "new.qcow2", "16M", NULL});
    snprintf(path, sizeof path, "%s/new.qcow2", qemu->folder);
    assert_int_equal(truncate(path, 4 * DISK_BYTES), 0);
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s\",\"driver\":"
               "\"qcow2\",\"file\":{\"node-name\":\"volume\",\"driver\":\"raw\",\"size\":%ld,"
               "\"file\":{\"node-name\":\"store\",\"driver\":\"file\",\"filename\":\"%s\"}}}}",
               node, SMALL_BYTES, path);
}

static void grow_target(struct qemu *qemu)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-reopen\",\"arguments\":{\"options\":[{\"node-name\":"
               "\"volume\",\"driver\":\"raw\",\"size\":%ld,\"file\":\"store\"}]}}",
               4 * DISK_BYTES);
}

static void a_moved_disk_fills_its_target_and_goes_on_when_that_is_grown(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start_with(
        &(struct qemu_options){.kind = QEMU_SYSTEM, .name = "db-07", .guest = true});
    add_disk(qemu, "old", "old.raw", DISK_BYTES);
    plug(qemu, "scsi1", "old", 5);
    add_small_target(qemu, "new");
    watch(qemu, NULL);
    console_await(console, "No job", NULL);

    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-mirror\",\"arguments\":{\"job-id\":\"move-scsi1\","
               "\"device\":\"old\",\"target\":\"new\",\"sync\":\"full\","
               "\"on-target-error\":\"stop\"}}");
    console_await(console, "needs you (1)", NULL);
    console_await(console, "move-scsi1", "write error: no space left (r)");
    console_await(console, "move-scsi1", "PAUSED");

    /* Too early: the same cause stops it again, and the screen says so again. */
    console_select(console, "db-07", "move-scsi1");
    console_press(console, "r");
    console_await_event(console, qemu->monitor, "JOB_STATUS_CHANGE", "move-scsi1", "running");
    console_await(console, "move-scsi1", "write error: no space left (r)");

    grow_target(qemu);
    console_press(console, "r");
    console_await(console, "move-scsi1", "READY");
    console_await(console, "needs you (1)", NULL);
    console_press(console, "o");
    console_confirm(console, "COMPLETE move-scsi1");
    console_await(console, "move-scsi1", "switched");
    console_await_gone(console, "needs you", NULL);
    assert_true(works_on(qemu, "scsi1", "new"));
    assert_string_equal(monitor_status(qemu->monitor, "move-scsi1"), "none");

    console_press(console, "x");
    console_await(console, "No job", NULL);
}

/* ---- a VM moves with its two disks ---- */

static const char *const disks[] = {"disk0", "disk1"};
static struct qemu_pair pair;

/* The destination offers its own empty disks to be written to. */
static void export_disks(struct qemu *qemu)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"nbd-server-start\",\"arguments\":{\"addr\":{\"type\":\"unix\","
               "\"data\":{\"path\":\"%s/nbd\"}}}}",
               qemu->folder);
    for (size_t i = 0; i < 2; i++)
        monitor_do(qemu->monitor,
                   "{\"execute\":\"block-export-add\",\"arguments\":{\"type\":\"nbd\",\"id\":"
                   "\"x-%s\",\"node-name\":\"%s\",\"writable\":true}}",
                   disks[i], disks[i]);
}

static void mirror_disk(struct qemu *source, const struct qemu *destination, const char *disk)
{
    monitor_do(
        source->monitor,
        "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"to-%s\",\"driver\":"
        "\"nbd\",\"export\":\"%s\",\"server\":{\"type\":\"unix\",\"path\":\"%s/nbd\"}}}",
        disk, disk, destination->folder);
    monitor_do(source->monitor,
               "{\"execute\":\"blockdev-mirror\",\"arguments\":{\"job-id\":\"mirror-%s\","
               "\"device\":\"%s\",\"target\":\"to-%s\",\"sync\":\"full\"}}",
               disk, disk, disk);
}

static void start_the_move(void)
{
    pair_start(&pair, PAIR_PAUSES);
    for (size_t i = 0; i < 2; i++) {
        char file[32];
        snprintf(file, sizeof file, "%s.raw", disks[i]);
        add_disk(pair.source, disks[i], file, 1 << 20);
        add_disk(pair.destination, disks[i], file, 1 << 20);
        plug(pair.source, disks[i], disks[i], 5 + (int)i);
        plug(pair.destination, disks[i], disks[i], 5 + (int)i);
    }
    export_disks(pair.destination);
    watch(pair.source, pair.destination);
    console_await(console, "No job", NULL);
    for (size_t i = 0; i < 2; i++)
        mirror_disk(pair.source, pair.destination, disks[i]);
    console_await(console, "mirror-disk0", "READY");
    console_await(console, "mirror-disk1", "READY");
}

static void raise_the_downtime(void)
{
    pair_migrate(&pair);
    console_await(console, "migrat", "held by the downtime");
    console_select(console, "migrat", "held by the downtime");
    console_press(console, "\r");
    console_await(console, "what you can do", NULL);
    console_await(console, "d  downtime", "now 20 ms");
    console_press(console, "d");
    console_await(console, "DOWNTIME migration", NULL);
    console_enter(console, "5s");
    console_await(console, "d  downtime", "now 5000 ms");
    assert_int_equal(pair_parameter(pair.source, "downtime-limit"), 5000);
}

static void stay(const char *id)
{
    char title[64];
    console_select(console, id, "in step; stay is usual (s)");
    console_press(console, "\r");
    console_await(console, "the VM migrates: stay is the usual ending of its mirrors", NULL);
    console_await_lit(console, "Esc  back");
    console_press(console, "s");
    snprintf(title, sizeof title, "STAY %s", id);
    console_await(console, "the VM migrates: this is the usual ending, once the guest is",
                  NULL);
    console_confirm(console, title);
    console_await(console, id, "stayed");
}

static void a_vm_moves_with_its_disks_once_it_may_pause_longer(void **state)
{
    (void)state;
    start_the_move();
    raise_the_downtime();
    console_await(console, "PRE-SWITCHOVER", NULL);
    console_press(console, "q");
    console_await(console, "PRE-SWITCHOVER", "GUEST STOPPED for");

    stay("mirror-disk0");
    stay("mirror-disk1");
    assert_true(works_on(pair.source, "disk0", "disk0"));
    assert_true(works_on(pair.source, "disk1", "disk1"));

    monitor_do(pair.destination->monitor, "{\"execute\":\"nbd-server-stop\"}");
    console_select(console, "PRE-SWITCHOVER", NULL);
    console_press(console, "\r");
    console_await(console, "o  continue", "switch");
    console_press(console, "o");
    console_confirm(console, "CONTINUE migration");
    console_await(console, "completed", NULL);
    pair_await(pair.source, "completed");
    pair_await(pair.destination, "completed");
    assert_string_equal(pair_run_state(pair.source), "postmigrate");
    assert_string_equal(pair_run_state(pair.destination), "running");
    console_press(console, "q");
    console_await(console, "migrat", "completed");
    console_await_gone(console, "needs you", NULL);
}

/* ---- a backup of three disks, and somebody else ---- */

static void start_grouped_backup(struct qemu *qemu)
{
    static const char *const ids[] = {"backup-root", "backup-data", "backup-logs"};
    char actions[3][256];
    for (size_t i = 0; i < 3; i++) {
        add_disk(qemu, ids[i], ids[i], 4 << 20);
        monitor_do(qemu->monitor,
                   "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"to-%s\","
                   "\"driver\":\"null-co\",\"size\":%d}}",
                   ids[i], 4 << 20);
        snprintf(actions[i], sizeof actions[i],
                 "{\"type\":\"blockdev-backup\",\"data\":{\"job-id\":\"%s\",\"device\":\"%s\","
                 "\"target\":\"to-%s\",\"sync\":\"full\",\"speed\":%ld}}",
                 ids[i], ids[i], ids[i], i == 2 ? 0 : JOB_SPEED / 4);
    }
    monitor_do(
        qemu->monitor,
        "{\"execute\":\"transaction\",\"arguments\":{\"properties\":{\"completion-mode\":"
        "\"grouped\"},\"actions\":[%s,%s,%s]}}",
        actions[0], actions[1], actions[2]);
}

static void one_of_a_grouped_backup_is_cancelled_by_somebody_else(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, "db-03");
    watch(qemu, NULL);
    console_await(console, "No job", NULL);
    start_grouped_backup(qemu);
    console_await(console, "backup-logs", "waiting");
    console_await(console, "backup-logs", "for its group");

    /* The person thinks of it, reads the warning, and leaves it. */
    console_select(console, "backup-root", "running");
    console_press(console, "c");
    console_await_box(console, "CANCEL backup-root");
    console_await(console, "this ends 3 jobs", NULL);
    console_await(console, "backup-data", "backup-logs");
    console_press(console, "n");
    console_await_gone(console, "CANCEL backup-root", NULL);
    assert_string_equal(monitor_status(qemu->monitor, "backup-root"), "running");

    monitor_do(qemu->monitor,
               "{\"execute\":\"job-cancel\",\"arguments\":{\"id\":\"backup-data\"}}");
    console_await(console, "backup-data", "cancelled by another client");
    console_await(console, "backup-root", "cancelled");
    console_await(console, "backup-root", "with its group");
    console_await(console, "backup-logs", "with its group");
    assert_string_equal(monitor_status(qemu->monitor, "backup-root"), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_moved_disk_fills_its_target_and_goes_on_when_that_is_grown,
                                  teardown),
        cmocka_unit_test_teardown(a_vm_moves_with_its_disks_once_it_may_pause_longer, teardown),
        cmocka_unit_test_teardown(one_of_a_grouped_backup_is_cancelled_by_somebody_else,
                                  teardown),
    };
    return cmocka_run_group_tests_name("stories", tests, NULL, NULL);
}
