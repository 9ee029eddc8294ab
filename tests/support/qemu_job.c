/*
 * The job builders of qemu.h. Sources hold real data, never holes and not null-co:
 * QEMU would skip or discard them instead of copying. Each job has nodes and files of
 * its own, named after it, so that jobs do not hinder each other.
 */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/qemu_binary.h"
#include "tests/support/qemu_job_inner.h"

static void add_source(struct qemu *qemu, const char *id, long size)
{
    char name[128], path[256];
    snprintf(name, sizeof name, "%s.raw", id);
    snprintf(path, sizeof path, "%s/%s", qemu->folder, name);
    folder_fill(qemu->folder, name, size);
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s-src\","
               "\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"%s\"}}}",
               id, path);
}

static void add_target(struct qemu *qemu, const char *id, long size)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s-dst\","
               "\"driver\":\"null-co\",\"size\":%ld}}",
               id, size);
}

/* A target that fails each write with `error_number`. */
static void add_bad_target(struct qemu *qemu, const char *id, long size, int error_number)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s-dst\","
               "\"driver\":\"blkdebug\",\"image\":{\"driver\":\"null-co\",\"size\":%ld},"
               "\"inject-error\":[{\"event\":\"none\",\"iotype\":\"write\",\"errno\":%d}]}}",
               id, size, error_number);
}

static void add_nodes(struct qemu *qemu, const char *id, long size)
{
    add_source(qemu, id, size);
    add_target(qemu, id, size);
}

/* Small steps: with the default buffer a slow mirror moves once in minutes. */
static void mirror(struct qemu *qemu, const char *id, long speed, const char *more)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-mirror\",\"arguments\":{\"job-id\":\"%s\","
               "\"device\":\"%s-src\",\"target\":\"%s-dst\",\"sync\":\"full\","
               "\"granularity\":65536,\"buf-size\":65536,\"speed\":%ld%s}}",
               id, id, id, speed, more);
}

static void backup(struct qemu *qemu, const char *id, long speed, const char *more)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-backup\",\"arguments\":{\"job-id\":\"%s\","
               "\"device\":\"%s-src\",\"target\":\"%s-dst\",\"sync\":\"full\","
               "\"speed\":%ld%s}}",
               id, id, id, speed, more);
}

static void make_mirror(struct qemu *qemu, const char *id)
{
    add_nodes(qemu, id, JOB_BIG);
    mirror(qemu, id, JOB_SPEED, "");
}

static void make_backup(struct qemu *qemu, const char *id)
{
    add_nodes(qemu, id, JOB_BIG);
    backup(qemu, id, JOB_SPEED, "");
}

static int run_tool(const struct qemu *qemu, const char *const *argv)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (chdir(qemu->folder) == 0)
            execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

void job_image_tool(struct qemu *qemu, const char *const *arguments)
{
    char tool[QEMU_BINARY_SIZE];
    const char *argv[16] = {qemu_binary(tool, "qemu-img")};
    for (size_t i = 0; arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    int status = run_tool(qemu, argv);
    /* For LUKS it measures its processor time, and on a busy machine may find none. */
    for (int more = 10; status != 0 && more > 0; more--)
        status = run_tool(qemu, argv);
    if (status != 0)
        fail_msg("%s %s: status %d", tool, arguments[0], status);
}

/* ID.qcow2 is empty and lies on ID.raw, which has all the data. */
static void stream(struct qemu *qemu, const char *id, long size, long speed, const char *more)
{
    char base[128], over[128];
    snprintf(base, sizeof base, "%s.raw", id);
    snprintf(over, sizeof over, "%s.qcow2", id);
    folder_fill(qemu->folder, base, size);
    job_image_tool(qemu, (const char *[]){"create", "-q", "-f", "qcow2", "-F", "raw", "-b",
                                          base, over, NULL});
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s-top\","
               "\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"%s/%s\"}}}",
               id, qemu->folder, over);
    monitor_do(qemu->monitor,
               "{\"execute\":\"block-stream\",\"arguments\":{\"job-id\":\"%s\","
               "\"device\":\"%s-top\",\"speed\":%ld%s}}",
               id, id, speed, more);
}

static void make_stream(struct qemu *qemu, const char *id)
{
    stream(qemu, id, JOB_BIG, JOB_SPEED, "");
}

/* ID-top on ID-mid, which has all the data, on the empty ID-base: mid is committed. */
static void commit(struct qemu *qemu, const char *id, long size, long speed, const char *more)
{
    char data[128], base[128], mid[128], top[128], bytes[32];
    snprintf(data, sizeof data, "%s.raw", id);
    snprintf(base, sizeof base, "%s-base.raw", id);
    snprintf(mid, sizeof mid, "%s-mid.qcow2", id);
    snprintf(top, sizeof top, "%s-top.qcow2", id);
    snprintf(bytes, sizeof bytes, "%ld", size);
    folder_fill(qemu->folder, data, size);
    job_image_tool(qemu, (const char *[]){"create", "-q", "-f", "raw", base, bytes, NULL});
    job_image_tool(qemu,
                   (const char *[]){"convert", "-f", "raw", "-O", "qcow2", data, mid, NULL});
    job_image_tool(qemu, (const char *[]){"rebase", "-u", "-f", "qcow2", "-F", "raw", "-b",
                                          base, mid, NULL});
    job_image_tool(qemu, (const char *[]){"create", "-q", "-f", "qcow2", "-F", "qcow2", "-b",
                                          mid, top, NULL});
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s-top\","
               "\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"%s/%s\"},"
               "\"backing\":{\"node-name\":\"%s-mid\",\"driver\":\"qcow2\","
               "\"file\":{\"driver\":\"file\",\"filename\":\"%s/%s\"},"
               "\"backing\":{\"node-name\":\"%s-base\",\"driver\":\"raw\","
               "\"file\":{\"driver\":\"file\",\"filename\":\"%s/%s\"}}}}}",
               id, qemu->folder, top, id, qemu->folder, mid, id, qemu->folder, base);
    monitor_do(qemu->monitor,
               "{\"execute\":\"block-commit\",\"arguments\":{\"job-id\":\"%s\","
               "\"device\":\"%s-top\",\"top-node\":\"%s-mid\",\"base-node\":\"%s-base\","
               "\"speed\":%ld%s}}",
               id, id, id, id, speed, more);
}

static void make_commit(struct qemu *qemu, const char *id)
{
    commit(qemu, id, JOB_BIG, JOB_SPEED, "");
}

static void make_ready(struct qemu *qemu, const char *id)
{
    add_nodes(qemu, id, JOB_SMALL);
    mirror(qemu, id, 0, "");
}

static void make_standby(struct qemu *qemu, const char *id)
{
    make_ready(qemu, id);
    monitor_await_status(qemu->monitor, id, "ready");
    monitor_do(qemu->monitor, "{\"execute\":\"job-pause\",\"arguments\":{\"id\":\"%s\"}}", id);
}

static const char finalized_by_hand[] = ",\"auto-finalize\":false";
static const char dismissed_by_hand[] = ",\"auto-dismiss\":false";

static void make_pending(struct qemu *qemu, const char *id)
{
    add_nodes(qemu, id, JOB_SMALL);
    backup(qemu, id, 0, finalized_by_hand);
}

static void make_pending_stream(struct qemu *qemu, const char *id)
{
    stream(qemu, id, JOB_SMALL, 0, finalized_by_hand);
}

static void make_pending_commit(struct qemu *qemu, const char *id)
{
    commit(qemu, id, JOB_SMALL, 0, finalized_by_hand);
}

static void complete(struct qemu *qemu, const char *id)
{
    monitor_await_status(qemu->monitor, id, "ready");
    monitor_do(qemu->monitor, "{\"execute\":\"job-complete\",\"arguments\":{\"id\":\"%s\"}}",
               id);
}

static void make_pending_active(struct qemu *qemu, const char *id)
{
    job_commit_active(qemu, id, JOB_SMALL, 0, finalized_by_hand);
    complete(qemu, id);
}

static void make_pending_mirror(struct qemu *qemu, const char *id)
{
    add_nodes(qemu, id, JOB_SMALL);
    mirror(qemu, id, 0, finalized_by_hand);
    complete(qemu, id);
}

static void make_waiting(struct qemu *qemu, const char *id)
{
    char peer[128];
    snprintf(peer, sizeof peer, "%s-peer", id);
    add_nodes(qemu, id, JOB_SMALL);
    add_nodes(qemu, peer, JOB_BIG);
    monitor_do(qemu->monitor,
               "{\"execute\":\"transaction\",\"arguments\":{"
               "\"properties\":{\"completion-mode\":\"grouped\"},\"actions\":["
               "{\"type\":\"blockdev-backup\",\"data\":{\"job-id\":\"%s\","
               "\"device\":\"%s-src\",\"target\":\"%s-dst\",\"sync\":\"full\"}},"
               "{\"type\":\"blockdev-backup\",\"data\":{\"job-id\":\"%s\","
               "\"device\":\"%s-src\",\"target\":\"%s-dst\",\"sync\":\"full\","
               "\"speed\":%ld}}]}}",
               id, id, id, peer, peer, peer, JOB_SPEED);
}

static void make_concluded(struct qemu *qemu, const char *id)
{
    add_nodes(qemu, id, JOB_SMALL);
    backup(qemu, id, 0, dismissed_by_hand);
}

static void make_concluded_mirror(struct qemu *qemu, const char *id)
{
    add_nodes(qemu, id, JOB_SMALL);
    mirror(qemu, id, 0, dismissed_by_hand);
    complete(qemu, id);
}

static void make_concluded_stream(struct qemu *qemu, const char *id)
{
    stream(qemu, id, JOB_SMALL, 0, dismissed_by_hand);
}

static void make_concluded_commit(struct qemu *qemu, const char *id)
{
    commit(qemu, id, JOB_SMALL, 0, dismissed_by_hand);
}

static void make_failed(struct qemu *qemu, const char *id)
{
    add_source(qemu, id, JOB_SMALL);
    add_bad_target(qemu, id, JOB_SMALL, EIO);
    backup(qemu, id, 0, dismissed_by_hand);
}

static void make_no_space(struct qemu *qemu, const char *id)
{
    add_source(qemu, id, JOB_SMALL);
    add_bad_target(qemu, id, JOB_SMALL, ENOSPC);
    mirror(qemu, id, 0, ",\"on-target-error\":\"enospc\"");
}

static void make_io_error(struct qemu *qemu, const char *id)
{
    add_source(qemu, id, JOB_SMALL);
    add_bad_target(qemu, id, JOB_SMALL, EIO);
    mirror(qemu, id, 0, ",\"on-target-error\":\"stop\"");
}

static const struct {
    void (*make)(struct qemu *qemu, const char *id);
    const char *status;
} jobs[QEMU_JOB_COUNT] = {
    [QEMU_JOB_MIRROR] = {make_mirror, "running"},
    [QEMU_JOB_BACKUP] = {make_backup, "running"},
    [QEMU_JOB_STREAM] = {make_stream, "running"},
    [QEMU_JOB_COMMIT] = {make_commit, "running"},
    [QEMU_JOB_READY] = {make_ready, "ready"},
    [QEMU_JOB_STANDBY] = {make_standby, "standby"},
    [QEMU_JOB_PENDING] = {make_pending, "pending"},
    [QEMU_JOB_WAITING] = {make_waiting, "waiting"},
    [QEMU_JOB_CONCLUDED] = {make_concluded, "concluded"},
    [QEMU_JOB_FAILED] = {make_failed, "concluded"},
    [QEMU_JOB_NO_SPACE] = {make_no_space, "paused"},
    [QEMU_JOB_IO_ERROR] = {make_io_error, "paused"},
    [QEMU_JOB_PENDING_MIRROR] = {make_pending_mirror, "pending"},
    [QEMU_JOB_ACTIVE] = {job_make_active, "running"},
    [QEMU_JOB_ACTIVE_READY] = {job_make_active_ready, "ready"},
    [QEMU_JOB_CREATE] = {job_make_create, "concluded"},
    [QEMU_JOB_CREATE_FAILED] = {job_make_create_failed, "concluded"},
    [QEMU_JOB_AMEND] = {job_make_amend, "concluded"},
    [QEMU_JOB_AMEND_FAILED] = {job_make_amend_failed, "concluded"},
    [QEMU_JOB_PENDING_STREAM] = {make_pending_stream, "pending"},
    [QEMU_JOB_PENDING_COMMIT] = {make_pending_commit, "pending"},
    [QEMU_JOB_PENDING_ACTIVE] = {make_pending_active, "pending"},
    [QEMU_JOB_CONCLUDED_MIRROR] = {make_concluded_mirror, "concluded"},
    [QEMU_JOB_CONCLUDED_STREAM] = {make_concluded_stream, "concluded"},
    [QEMU_JOB_CONCLUDED_COMMIT] = {make_concluded_commit, "concluded"},
};

void qemu_job(struct qemu *qemu, enum qemu_job job, const char *id)
{
    jobs[job].make(qemu, id);
    monitor_await_status(qemu->monitor, id, jobs[job].status);
}

const char *qemu_job_status(enum qemu_job job)
{
    return jobs[job].status;
}
