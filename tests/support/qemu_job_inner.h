#ifndef QMPTOP_TESTS_SUPPORT_QEMU_JOB_INNER_H
#define QMPTOP_TESTS_SUPPORT_QEMU_JOB_INNER_H

/*
 * qemu_job_inner: what the files of qemu.h's job builders share.
 */

#include "tests/support/qemu.h"

#define JOB_BIG   (16L << 20) /* at JOB_SPEED two minutes */
#define JOB_SMALL (64L << 10)
#define JOB_SPEED (128L << 10) /* bytes/s */

/* qemu-img ARGUMENTS... (NULL-terminated), in the QEMU's folder. */
void job_image_tool(struct qemu *qemu, const char *const *arguments);

/* The active layer ID-top, which has all the data, is committed into ID-base; `more` are
 * arguments of block-commit. */
void job_commit_active(struct qemu *qemu, const char *id, long size, long speed,
                       const char *more);
void job_make_active(struct qemu *qemu, const char *id);
void job_make_active_ready(struct qemu *qemu, const char *id);

/* Plain jobs, over as soon as they began. */
void job_make_create(struct qemu *qemu, const char *id);
void job_make_create_failed(struct qemu *qemu, const char *id);
void job_make_amend(struct qemu *qemu, const char *id);
void job_make_amend_failed(struct qemu *qemu, const char *id);

#endif
