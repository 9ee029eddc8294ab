/*
 * Every type of job and every status that can be polled, on screen and in --json; among
 * them those that a fast disk never shows: their disks lie behind a gate.
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
#include "tests/support/guest.h"
#include "tests/support/qemu_gate.h"
#include "tests/support/qemu_job_inner.h"
#include "tests/support/snapshot.h"

static struct pump pump;
static struct console *console;
static struct qemu_gate gate;

static int teardown(void **state)
{
    console_end(console);
    console = NULL;
    pump = (struct pump){0};
    snapshot_release();
    return qemu_end_all(state);
}

static void start(const struct qemu *qemu)
{
    char endpoint[QEMU_PATH_SIZE + 16];
    snprintf(endpoint, sizeof endpoint, "vm=%s", qemu->socket);
    console = console_start(&pump, &(struct console_options){.rows = 50, .columns = 110},
                            (const char *[]){endpoint, NULL});
}

/* ---- jobs that take place in the open ---- */

static void snapshot_job_do(struct qemu *qemu, const char *command, const char *id,
                            const char *more)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"%s\",\"arguments\":{\"job-id\":\"%s\",\"tag\":\"t\","
               "\"devices\":[\"disk\"]%s}}",
               command, id, more);
    monitor_await_status(qemu->monitor, id, "concluded");
}

/* A machine with a guest and a disk that can keep snapshots. */
static struct qemu *start_machine(void)
{
    struct qemu *qemu = qemu_start_with(
        &(struct qemu_options){.kind = QEMU_SYSTEM, .tcp = true, .guest = true});
    job_image_tool(qemu, (const char *[]){"create", "-q", "-f", "qcow2", "disk", "64M", NULL});
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"disk\","
               "\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"%s/disk\"}}}",
               qemu->folder);
    return qemu;
}

static const struct {
    const char *id, *type, *status, *shown;
} types[] = {
    {"mir", "mirror", "running", "running"},
    {"bak", "backup", "running", "running"},
    {"str", "stream", "running", "running"},
    {"com", "commit", "running", "running"},
    {"act", "commit", "running", "running"},
    {"rdy", "mirror", "ready", "READY"},
    {"sby", "mirror", "standby", "standby"},
    {"pau", "mirror", "paused", "paused"},
    {"wai", "backup", "waiting", "waiting"},
    {"pnd", "backup", "pending", "PENDING"},
    {"cre", "create", "concluded", "CONCLUDED"},
    {"ame", "amend", "concluded", "CONCLUDED"},
    {"sav", "snapshot-save", "concluded", "CONCLUDED"},
    {"loa", "snapshot-load", "concluded", "CONCLUDED"},
    {"del", "snapshot-delete", "concluded", "CONCLUDED"},
};

#define TYPES (sizeof types / sizeof types[0])

static void make_all(struct qemu *qemu)
{
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    qemu_job(qemu, QEMU_JOB_BACKUP, "bak");
    qemu_job(qemu, QEMU_JOB_STREAM, "str");
    qemu_job(qemu, QEMU_JOB_COMMIT, "com");
    qemu_job(qemu, QEMU_JOB_READY, "rdy");
    qemu_job(qemu, QEMU_JOB_STANDBY, "sby");
    qemu_job(qemu, QEMU_JOB_MIRROR, "pau");
    monitor_do(qemu->monitor, "{\"execute\":\"job-pause\",\"arguments\":{\"id\":\"pau\"}}");
    qemu_job(qemu, QEMU_JOB_WAITING, "wai");
    qemu_job(qemu, QEMU_JOB_PENDING, "pnd");
    qemu_job(qemu, QEMU_JOB_CREATE, "cre");
    qemu_job(qemu, QEMU_JOB_AMEND, "ame");
    snapshot_job_do(qemu, "snapshot-save", "sav", ",\"vmstate\":\"disk\"");
    snapshot_job_do(qemu, "snapshot-load", "loa", ",\"vmstate\":\"disk\"");
    snapshot_job_do(qemu, "snapshot-delete", "del", "");
    /* Last: whatever drains it lets it copy a whole buffer more. */
    qemu_job(qemu, QEMU_JOB_ACTIVE, "act");
}

static void assert_told(struct json_object *document, const struct qemu *qemu, size_t i)
{
    struct json_object *job = snapshot_job(document, types[i].id);
    assert_string_equal(snapshot_text(job, "type"), types[i].type);
    assert_string_equal(snapshot_text(job, "status"), types[i].status);
    assert_string_equal(monitor_status(qemu->monitor, types[i].id), types[i].status);
}

/* All of them, and those that are no block jobs dismissed by key. */
static void test_every_type(void **state)
{
    (void)state;
    char endpoint[64];
    struct qemu *qemu = start_machine();
    make_all(qemu);
    snprintf(endpoint, sizeof endpoint, "127.0.0.1:%d", qemu->port);
    struct json_object *document = snapshot_take((const char *[]){endpoint, NULL});
    for (size_t i = 0; i < TYPES; i++)
        assert_told(document, qemu, i);

    start(qemu);
    for (size_t i = 0; i < TYPES; i++) {
        console_await(console, types[i].id, types[i].type);
        console_await(console, types[i].id, types[i].shown);
    }
    for (size_t i = 0; i < TYPES; i++) {
        if (strcmp(types[i].status, "concluded") != 0)
            continue;
        console_select(console, types[i].id, types[i].shown);
        console_press(console, "x");
        console_await_status(console, qemu->monitor, types[i].id, "none");
        console_await(console, types[i].id, "done");
    }
}

/* ---- jobs whose disk does not answer ---- */

/* A key that the job under the cursor does not take: said so, and nothing is sent. */
static void press_dark(struct qemu *qemu, const char *id, const char *key)
{
    console_select(console, id, NULL);
    console_press(console, key);
    console_await(console, "not now", NULL);
    assert_string_equal(monitor_status(qemu->monitor, id), "running");
}

/* Cancelled in name only: it goes on to its end, and says then that it was cancelled. */
static void cancel_nominally(struct qemu *qemu, const char *id)
{
    char title[64];
    snprintf(title, sizeof title, "CANCEL %s", id);
    console_select(console, id, NULL);
    console_press(console, "c");
    console_confirm(console, title);
    console_await(console, "cancel", "accepted");
    assert_string_equal(monitor_status(qemu->monitor, id), "running");
}

static void make_encrypted(const struct qemu_gate *where)
{
    job_image_tool(where->server,
                   (const char *[]){"create", "-q", "--object", "secret,id=key,data=abc", "-f",
                                    "luks", "-o", "key-secret=key,iter-time=10", "luks", "1M",
                                    NULL});
}

static void open_encrypted(struct qemu *qemu)
{
    monitor_do(qemu->monitor, "{\"execute\":\"object-add\",\"arguments\":{\"qom-type\":"
                              "\"secret\",\"id\":\"key\",\"data\":\"abc\"}}");
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"secret\","
               "\"driver\":\"luks\",\"file\":\"luks\",\"key-secret\":\"key\"}}");
}

/* Each in a QEMU of its own: beside a request that hangs newer ones start no job. */
static void test_create_running(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    gate_start(&gate);
    folder_fill(gate.server->folder, "new", JOB_BIG);
    gate_add(&gate, qemu, "new");
    gate_close(&gate);
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-create\",\"arguments\":{\"job-id\":\"cre\","
               "\"options\":{\"driver\":\"qcow2\",\"file\":\"new\",\"size\":1048576}}}");
    start(qemu);
    console_await(console, "cre", "create running");
    for (const char *key = "prosfxlw"; *key != '\0'; key++)
        press_dark(qemu, "cre", (const char[]){*key, '\0'});
    cancel_nominally(qemu, "cre");
    gate_open(&gate);
    console_await_status(console, qemu->monitor, "cre", "concluded");
    console_await(console, "cre", "CONCLUDED cancelled");
}

/* x-blockdev-amend ends every QEMU 10.0. */
static void skip_if_amend_kills(struct qemu *qemu)
{
    struct json_object *version =
        monitor_call(qemu->monitor, "{\"execute\":\"query-version\"}");
    struct json_object *number = snapshot_member(version, "qemu");
    bool deadly = json_object_get_int(snapshot_member(number, "major")) == 10 &&
                  json_object_get_int(snapshot_member(number, "minor")) == 0;
    json_object_put(version);
    if (deadly) {
        print_message("this QEMU does not survive x-blockdev-amend\n");
        skip();
    }
}

static void test_amend_running(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    skip_if_amend_kills(qemu);
    gate_start(&gate);
    make_encrypted(&gate);
    gate_add(&gate, qemu, "luks");
    open_encrypted(qemu);
    gate_close(&gate);
    monitor_do(qemu->monitor,
               "{\"execute\":\"x-blockdev-amend\",\"arguments\":{\"job-id\":\"ame\","
               "\"node-name\":\"secret\",\"force\":true,\"options\":{\"driver\":\"luks\","
               "\"state\":\"inactive\",\"keyslot\":0}}}");
    start(qemu);
    console_await(console, "ame", "amend  running");
    for (const char *key = "prosfxlw"; *key != '\0'; key++)
        press_dark(qemu, "ame", (const char[]){*key, '\0'});
    cancel_nominally(qemu, "ame");
    gate_open(&gate);
    console_await_status(console, qemu->monitor, "ame", "concluded");
    console_await(console, "ame", "CONCLUDED cancelled");
}

static struct qemu *start_machine_behind_gate(void)
{
    char disk[FOLDER_SIZE + 8];
    struct qemu *qemu =
        qemu_start_with(&(struct qemu_options){.kind = QEMU_SYSTEM, .guest = true});
    gate_start(&gate);
    job_image_tool(gate.server,
                   (const char *[]){"create", "-q", "-f", "qcow2", "disk", "64M", NULL});
    snprintf(disk, sizeof disk, "%s/disk", gate.server->folder);
    assert_int_equal(truncate(disk, 64L << 20), 0);
    gate_add(&gate, qemu, "disk");
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"image\","
               "\"driver\":\"qcow2\",\"file\":\"disk\"}}");
    return qemu;
}

/* Nobody can ask a QEMU that saves a snapshot: what its events told must do. */
static void test_snapshot_on_a_slow_disk(void **state)
{
    (void)state;
    struct qemu *qemu = start_machine_behind_gate();
    start(qemu);
    console_await(console, "vm ok", NULL);
    gate_close(&gate);
    monitor_send(
        qemu->monitor,
        "{\"execute\":\"snapshot-save\",\"arguments\":{\"job-id\":\"sav\",\"tag\":\"t\","
        "\"devices\":[\"image\"],\"vmstate\":\"image\"}}");
    console_await(console, "sav", "running");
    console_await(console, "vm SILENT", NULL);
    console_await(console, "~", "sav");
    gate_open(&gate);
    console_await(console, "sav", "snapshot-save CONCLUDED");
    monitor_await_answer(qemu->monitor);
    console_select(console, "sav", "CONCLUDED");
    console_press(console, "x");
    console_await_status(console, qemu->monitor, "sav", "none");
}

/* A group that is cancelled ends only when the last request of its last member does; until
 * then its members are aborting, as their events say, and the QEMU is silent. */
static void test_aborting(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    gate_start(&gate);
    folder_fill(gate.server->folder, "far", JOB_BIG);
    gate_add(&gate, qemu, "far");
    folder_fill(qemu->folder, "data", JOB_BIG);
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"data\","
               "\"driver\":\"file\",\"filename\":\"%s/data\"}}",
               qemu->folder);
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"null\","
               "\"driver\":\"null-co\",\"size\":%ld}}",
               JOB_BIG);
    gate_close(&gate);
    monitor_do(
        qemu->monitor,
        "{\"execute\":\"transaction\",\"arguments\":{"
        "\"properties\":{\"completion-mode\":\"grouped\"},\"actions\":["
        "{\"type\":\"blockdev-backup\",\"data\":{\"job-id\":\"near\",\"device\":\"data\","
        "\"target\":\"null\",\"sync\":\"full\",\"speed\":65536}},"
        "{\"type\":\"blockdev-backup\",\"data\":{\"job-id\":\"hung\",\"device\":\"data\","
        "\"target\":\"far\",\"sync\":\"full\"}}]}}");
    start(qemu);
    console_await(console, "hung", "running");
    console_select(console, "near", "running");
    console_press(console, "c");
    console_confirm(console, "CANCEL near");
    console_await(console, "near", "aborting");
    console_await(console, "hung", "running");
    gate_open(&gate);
    console_await_event(console, qemu->monitor, "BLOCK_JOB_CANCELLED", "near", NULL);
    console_await_event(console, qemu->monitor, "BLOCK_JOB_CANCELLED", "hung", NULL);
    console_await(console, "near", "backup cancelled");
    console_await(console, "hung", "backup cancelled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_every_type, teardown),
        cmocka_unit_test_teardown(test_create_running, teardown),
        cmocka_unit_test_teardown(test_amend_running, teardown),
        cmocka_unit_test_teardown(test_snapshot_on_a_slow_disk, teardown),
        cmocka_unit_test_teardown(test_aborting, teardown),
    };
    return cmocka_run_group_tests_name("types", tests, NULL, NULL);
}
