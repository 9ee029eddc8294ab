/*
 * Job builders of qemu.h that are neither copies nor streams: commits of the active
 * layer, and the plain jobs (create, amend).
 */

#include <stdio.h>

#include "tests/support/qemu_job_inner.h"

void job_commit_active(struct qemu *qemu, const char *id, long size, long speed,
                       const char *more)
{
    char data[128], base[128], top[128], bytes[32];
    snprintf(data, sizeof data, "%s.raw", id);
    snprintf(base, sizeof base, "%s-base.raw", id);
    snprintf(top, sizeof top, "%s-top.qcow2", id);
    snprintf(bytes, sizeof bytes, "%ld", size);
    folder_fill(qemu->folder, data, size);
    job_image_tool(qemu, (const char *[]){"create", "-q", "-f", "raw", base, bytes, NULL});
    job_image_tool(qemu,
                   (const char *[]){"convert", "-f", "raw", "-O", "qcow2", data, top, NULL});
    job_image_tool(qemu, (const char *[]){"rebase", "-u", "-f", "qcow2", "-F", "raw", "-b",
                                          base, top, NULL});
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s-top\","
               "\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"%s/%s\"},"
               "\"backing\":{\"node-name\":\"%s-base\",\"driver\":\"raw\","
               "\"file\":{\"driver\":\"file\",\"filename\":\"%s/%s\"}}}}",
               id, qemu->folder, top, id, qemu->folder, base);
    monitor_do(qemu->monitor,
               "{\"execute\":\"block-commit\",\"arguments\":{\"job-id\":\"%s\","
               "\"device\":\"%s-top\",\"base-node\":\"%s-base\",\"speed\":%ld%s}}",
               id, id, id, speed, more);
}

/* The first 16 MiB, a buffer of it, are copied at once. */
void job_make_active(struct qemu *qemu, const char *id)
{
    job_commit_active(qemu, id, 2 * JOB_BIG, JOB_SPEED, "");
}

void job_make_active_ready(struct qemu *qemu, const char *id)
{
    job_commit_active(qemu, id, JOB_SMALL, 0, "");
}

void job_make_create(struct qemu *qemu, const char *id)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-create\",\"arguments\":{\"job-id\":\"%s\",\"options\":"
               "{\"driver\":\"file\",\"filename\":\"%s/%s.new\",\"size\":1048576}}}",
               id, qemu->folder, id);
}

void job_make_create_failed(struct qemu *qemu, const char *id)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-create\",\"arguments\":{\"job-id\":\"%s\",\"options\":"
               "{\"driver\":\"file\",\"filename\":\"%s/no/%s.new\",\"size\":1048576}}}",
               id, qemu->folder, id);
}

static void amend(struct qemu *qemu, const char *id, const char *options)
{
    char image[128];
    snprintf(image, sizeof image, "%s.qcow2", id);
    job_image_tool(qemu, (const char *[]){"create", "-q", "-f", "qcow2", image, "1M", NULL});
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s-img\","
               "\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"%s/%s\"}}}",
               id, qemu->folder, image);
    monitor_do(qemu->monitor,
               "{\"execute\":\"x-blockdev-amend\",\"arguments\":{\"job-id\":\"%s\","
               "\"node-name\":\"%s-img\",\"options\":{\"driver\":\"qcow2\"%s}}}",
               id, id, options);
}

/* Of an image without encryption there is nothing to change, and the job says done. */
void job_make_amend(struct qemu *qemu, const char *id)
{
    amend(qemu, id, "");
}

void job_make_amend_failed(struct qemu *qemu, const char *id)
{
    amend(qemu, id, ",\"encrypt\":{\"format\":\"luks\",\"state\":\"inactive\",\"keyslot\":1}");
}
