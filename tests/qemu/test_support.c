/*
 * The proof under the proofs: that the QEMUs of the tests and their jobs are what
 * tests/support/qemu.h says.
 */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "tests/support/qemu.h"

static void every_job(enum qemu_kind kind)
{
    struct qemu *qemu = qemu_start(kind, NULL);
    char id[16];
    for (int job = 0; job < QEMU_JOB_COUNT; job++) {
        snprintf(id, sizeof id, "j%d", job);
        qemu_job(qemu, (enum qemu_job)job, id);
    }
    /* They stay so while others come. */
    for (int job = 0; job < QEMU_JOB_COUNT; job++) {
        snprintf(id, sizeof id, "j%d", job);
        assert_string_equal(monitor_status(qemu->monitor, id),
                            qemu_job_status((enum qemu_job)job));
    }
}

static void test_jobs_of_system(void **state)
{
    (void)state;
    every_job(QEMU_SYSTEM);
}

static void test_jobs_of_storage_daemon(void **state)
{
    (void)state;
    every_job(QEMU_STORAGE_DAEMON);
}

static void test_running_jobs_copy_data(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "m");
    qemu_job(qemu, QEMU_JOB_WAITING, "w");
    monitor_await_event(qemu->monitor, "JOB_STATUS_CHANGE", "w", "waiting");
    assert_false(monitor_saw(qemu->monitor, "JOB_STATUS_CHANGE", "m", "ready"));
    while (monitor_progress(qemu->monitor, "m") == 0)
        usleep(20000);
    assert_true(monitor_progress(qemu->monitor, "m") < 16L << 20);
    assert_string_equal(monitor_status(qemu->monitor, "w-peer"), "running");
}

static const char *io_status(struct qemu *qemu, const char *id)
{
    static char text[32];
    struct json_object *jobs =
        monitor_call(qemu->monitor, "{\"execute\":\"query-block-jobs\"}");
    text[0] = '\0';
    for (size_t i = 0; i < json_object_array_length(jobs); i++) {
        struct json_object *job = json_object_array_get_idx(jobs, i);
        if (strcmp(json_object_get_string(json_object_object_get(job, "device")), id) == 0)
            snprintf(text, sizeof text, "%s",
                     json_object_get_string(json_object_object_get(job, "io-status")));
    }
    json_object_put(jobs);
    return text;
}

static void test_paused_by_errors(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_NO_SPACE, "full");
    qemu_job(qemu, QEMU_JOB_IO_ERROR, "broken");
    assert_string_equal(io_status(qemu, "full"), "nospace");
    assert_string_equal(io_status(qemu, "broken"), "failed");
}

static void test_sockets(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start_with(&(struct qemu_options){
        .kind = QEMU_SYSTEM, .name = "vm-a", .pretty = true, .hmp = true, .tcp = true});
    struct monitor *pretty = monitor_open(qemu->socket);
    struct json_object *name = monitor_call(pretty, "{\"execute\":\"query-name\"}");
    assert_string_equal(json_object_get_string(json_object_object_get(name, "name")), "vm-a");
    json_object_put(name);
    monitor_close(pretty);
    assert_int_equal(access(qemu->human, F_OK), 0);
    assert_true(qemu->port > 0);
}

static void test_life(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    pid_t pid = qemu->pid;
    qemu_job(qemu, QEMU_JOB_READY, "r");
    qemu_freeze(qemu);
    qemu_thaw(qemu);
    assert_string_equal(monitor_status(qemu->monitor, "r"), "ready");

    qemu_kill(qemu);
    assert_int_equal(access(qemu->socket, F_OK), 0);
    assert_int_equal(kill(pid, 0), -1);
    qemu_restart(qemu);
    assert_string_equal(monitor_status(qemu->monitor, "r"), "none");
    qemu_job(qemu, QEMU_JOB_READY, "r");

    qemu_terminate(qemu);
    assert_int_equal(access(qemu->socket, F_OK), -1);
}

/* The next client is served when the one before it leaves. */
static void test_queue(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    struct monitor *first = monitor_open(qemu->socket);
    struct monitor *second = monitor_connect(qemu->socket);
    monitor_close(first);
    monitor_negotiate(second);
    monitor_close(second);
}

static void test_nothing_is_left(void **state)
{
    (void)state;
    char folder[FOLDER_SIZE];
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    pid_t pid = qemu->pid;
    memcpy(folder, qemu->folder, sizeof folder);
    qemu_job(qemu, QEMU_JOB_COMMIT, "c");
    qemu_end_all(NULL);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_int_equal(access(folder, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_jobs_of_system, qemu_end_all),
        cmocka_unit_test_teardown(test_jobs_of_storage_daemon, qemu_end_all),
        cmocka_unit_test_teardown(test_running_jobs_copy_data, qemu_end_all),
        cmocka_unit_test_teardown(test_paused_by_errors, qemu_end_all),
        cmocka_unit_test_teardown(test_sockets, qemu_end_all),
        cmocka_unit_test_teardown(test_life, qemu_end_all),
        cmocka_unit_test_teardown(test_queue, qemu_end_all),
        cmocka_unit_test_teardown(test_nothing_is_left, qemu_end_all),
    };
    return cmocka_run_group_tests_name("support", tests, NULL, NULL);
}
