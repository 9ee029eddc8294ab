#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/need.h"
#include "core/verdict.h"

#define BEGAN 5000
#define NOW   8000

static char some_error[] = "Input/output error";

static struct job job_of(enum job_status status)
{
    return (struct job){.uid = 1,
                        .type = JOB_TYPE_MIRROR,
                        .status = status,
                        .status_ms = BEGAN,
                        .current = 1,
                        .total = 2,
                        .has_block = true,
                        .io = JOB_IO_OK};
}

static void assert_need(const struct job *job, enum need_kind kind, int64_t since_ms)
{
    struct need need = need_of(job, false, 0, NOW);

    assert_int_equal(need.kind, kind);
    if (kind != NEED_NONE)
        assert_int_equal(need.since_ms, since_ms);
}

enum circumstance { QUIET, WITH_ERROR, IO_ERROR, CANCELLING, COMPLETING, STAYING, ROWS };

static void arrange(struct job *job, enum circumstance circumstance)
{
    job->error = circumstance == WITH_ERROR ? some_error : NULL;
    job->io = circumstance == IO_ERROR ? JOB_IO_NOSPACE : JOB_IO_OK;
    job->cancelling = circumstance == CANCELLING;
    job->completing = circumstance == COMPLETING;
    job->staying = circumstance == STAYING;
}

/* What each status needs under each circumstance, one letter a need:
 * . none, R ready, P pending, C concluded, F failed, I stopped by an I/O error */
static const char letters[NEED_COUNT] = {
    [NEED_NONE] = '.',   [NEED_READY] = 'R',    [NEED_PENDING] = 'P', [NEED_CONCLUDED] = 'C',
    [NEED_FAILED] = 'F', [NEED_IO_ERROR] = 'I', [NEED_FLAT] = 'f',    [NEED_LOST] = 'L',
};

static const char *const needs[JOB_STATUS_COUNT] = {
    /* quiet, with error, I/O error, cancelling, completing, staying */
    [JOB_STATUS_UNKNOWN] = "......",   [JOB_STATUS_UNDEFINED] = "......",
    [JOB_STATUS_CREATED] = "......",   [JOB_STATUS_RUNNING] = "......",
    [JOB_STATUS_PAUSED] = "..I...",    [JOB_STATUS_READY] = "RRR...",
    [JOB_STATUS_STANDBY] = "..I...",   [JOB_STATUS_WAITING] = "......",
    [JOB_STATUS_PENDING] = "PPP.PP",   [JOB_STATUS_ABORTING] = "......",
    [JOB_STATUS_CONCLUDED] = "CFCCCC", [JOB_STATUS_NULL] = ".F....",
};

static void test_each_status(void **state)
{
    (void)state;
    for (int status = 0; status < JOB_STATUS_COUNT; status++)
        for (int i = 0; i < ROWS; i++) {
            struct job job = job_of((enum job_status)status);
            enum need_kind kind;

            arrange(&job, (enum circumstance)i);
            kind = need_of(&job, false, 0, NOW).kind;
            if (letters[kind] != needs[status][i])
                fail_msg("%s, circumstance %d: %c", job_status_text(&job), i, letters[kind]);
            assert_need(&job, kind, BEGAN);
        }
}

static void test_cancelled_jobs_did_not_fail(void **state)
{
    struct job job = job_of(JOB_STATUS_CONCLUDED);

    (void)state;
    job.error = some_error;
    job.forced_cancel = true;
    assert_need(&job, NEED_CONCLUDED, BEGAN);
}

static void test_auto_flags(void **state)
{
    struct job job = job_of(JOB_STATUS_CONCLUDED);

    (void)state;
    job.auto_dismiss = JOB_NO;
    assert_need(&job, NEED_CONCLUDED, BEGAN);
    job.auto_dismiss = JOB_YES;
    assert_need(&job, NEED_NONE, 0);
    job.error = some_error;
    assert_need(&job, NEED_FAILED, BEGAN);

    job = job_of(JOB_STATUS_PENDING);
    job.type = JOB_TYPE_BACKUP;
    job.auto_finalize = JOB_YES;
    job.status_ms = NOW - NEED_PASSING_MS + 1;
    assert_need(&job, NEED_NONE, 0);
    job.status_ms = NOW - NEED_PASSING_MS; /* held by a member of its transaction */
    assert_need(&job, NEED_PENDING, NOW - NEED_PASSING_MS);
    job.auto_finalize = JOB_NO;
    job.status_ms = NOW;
    assert_need(&job, NEED_PENDING, NOW);
    job.auto_finalize = JOB_YES;
    job.type = JOB_TYPE_MIRROR; /* a pivot may take its time */
    job.status_ms = 0;
    assert_need(&job, NEED_NONE, 0);
    job.type = JOB_TYPE_CREATE;
    job.auto_finalize = JOB_UNTOLD;
    job.has_block = false;
    assert_need(&job, NEED_NONE, 0);
}

static void test_ended_jobs(void **state)
{
    struct job job = job_of(JOB_STATUS_NULL);

    (void)state;
    job.ended_ms = 6000;
    job.ending = JOB_ENDED_FAILED;
    assert_need(&job, NEED_FAILED, 6000);
    job.ending = JOB_ENDED_DONE;
    assert_need(&job, NEED_NONE, 0);
    job.ending = JOB_ENDED_CANCELLED;
    assert_need(&job, NEED_NONE, 0);
    job.ending = JOB_ENDED_UNKNOWN;
    assert_need(&job, NEED_NONE, 0);
}

static void test_lost(void **state)
{
    (void)state;
    for (int status = 0; status < JOB_STATUS_NULL; status++) {
        struct job job = job_of((enum job_status)status);
        struct need need = need_of(&job, true, 7000, NOW);

        assert_int_equal(need.kind, NEED_LOST);
        assert_int_equal(need.level, NEED_LEVEL_ALARM);
        assert_int_equal(need.since_ms, 7000);
    }
}

/* What has ended cannot be lost any more. */
static void test_lost_after_the_end(void **state)
{
    struct job job = job_of(JOB_STATUS_CONCLUDED);

    (void)state;
    job.error = some_error;
    assert_int_equal(need_of(&job, true, 7000, NOW).kind, NEED_FAILED);
    job.ending = JOB_ENDED_DONE;
    assert_int_equal(need_of(&job, true, 7000, NOW).kind, NEED_NONE);
}

static void test_flat(void **state)
{
    struct job job = job_of(JOB_STATUS_RUNNING);
    struct need need;

    (void)state;
    rate_add(&job.rate, 6000, 1, 2);
    assert_int_equal(need_of(&job, false, 0, 6000 + VERDICT_FLAT_MS - 1).kind, NEED_NONE);
    need = need_of(&job, false, 0, 6000 + VERDICT_FLAT_MS);
    assert_int_equal(need.kind, NEED_FLAT);
    assert_int_equal(need.since_ms, 6000);
    /* A cancel that hangs needs a person too. */
    job.cancelling = true;
    assert_int_equal(need_of(&job, false, 0, 6000 + VERDICT_FLAT_MS).kind, NEED_FLAT);
}

static void test_levels_and_words(void **state)
{
    static const struct {
        enum need_kind kind;
        enum need_level level;
        const char *wire;
    } rows[] = {
        {NEED_READY, NEED_LEVEL_DECIDE, "ready"},
        {NEED_PENDING, NEED_LEVEL_DECIDE, "pending"},
        {NEED_CONCLUDED, NEED_LEVEL_DECIDE, "concluded"},
        {NEED_FAILED, NEED_LEVEL_ALARM, "failed"},
        {NEED_IO_ERROR, NEED_LEVEL_ALARM, "io-error"},
        {NEED_FLAT, NEED_LEVEL_ALARM, "flat"},
        {NEED_LOST, NEED_LEVEL_ALARM, "lost"},
    };
    struct job jobs[NEED_COUNT] = {
        [NEED_READY] = job_of(JOB_STATUS_READY),
        [NEED_PENDING] = job_of(JOB_STATUS_PENDING),
        [NEED_CONCLUDED] = job_of(JOB_STATUS_CONCLUDED),
        [NEED_FAILED] = job_of(JOB_STATUS_CONCLUDED),
        [NEED_IO_ERROR] = job_of(JOB_STATUS_PAUSED),
        [NEED_FLAT] = job_of(JOB_STATUS_ABORTING),
        [NEED_LOST] = job_of(JOB_STATUS_RUNNING),
    };

    (void)state;
    jobs[NEED_FAILED].error = some_error;
    jobs[NEED_IO_ERROR].io = JOB_IO_FAILED;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        enum need_kind kind = rows[i].kind;
        struct need need = need_of(&jobs[kind], kind == NEED_LOST, 0, BEGAN + VERDICT_FLAT_MS);

        assert_int_equal(need.kind, kind);
        assert_int_equal(need.level, rows[i].level);
        assert_string_equal(need_wire(kind), rows[i].wire);
        assert_in_range(strlen(need_text(kind)), 5, 40);
    }
    /* The rest are needs of migrations. */
    assert_int_equal(sizeof(rows) / sizeof(*rows), NEED_SWITCHOVER - 1);
    for (int kind = NEED_SWITCHOVER; kind < NEED_COUNT; kind++)
        assert_non_null(need_wire((enum need_kind)kind));
    assert_null(need_wire(NEED_NONE));
    assert_string_equal(need_text(NEED_NONE), "");
    assert_string_equal(need_text(NEED_PENDING), "wants finalize");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_status), cmocka_unit_test(test_cancelled_jobs_did_not_fail),
        cmocka_unit_test(test_auto_flags),  cmocka_unit_test(test_ended_jobs),
        cmocka_unit_test(test_lost),        cmocka_unit_test(test_lost_after_the_end),
        cmocka_unit_test(test_flat),        cmocka_unit_test(test_levels_and_words),
    };

    return cmocka_run_group_tests_name("need", tests, NULL, NULL);
}
