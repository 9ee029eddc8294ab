#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/ending.h"
#include "core/verdict.h"

#define NOW 1000000

static char some_error[] = "Input/output error";

/* A job that moved 1000 bytes a second up to NOW, block data known. */
static struct job job_of(enum job_type type, enum job_status status)
{
    struct job job = {.uid = 1, .type = type, .status = status, .has_progress = true};

    rate_init(&job.rate);
    for (int64_t now = NOW - 20000; now <= NOW; now += 1000)
        rate_add(&job.rate, now, (uint64_t)now, 2 * NOW);
    job.current = NOW;
    job.total = 2 * NOW;
    job.has_block = job_type_is_block(type);
    job.io = JOB_IO_OK;
    return job;
}

static void assert_verdict(const struct job *job, int64_t now_ms, enum verdict wanted)
{
    enum verdict verdict = verdict_of(job, now_ms);

    if (verdict != wanted)
        fail_msg("%s %s: \"%s\", not \"%s\"", job_type_text(job), job_status_text(job),
                 verdict_text(verdict), verdict_text(wanted));
}

static void test_each_status(void **state)
{
    static const enum verdict verdicts[JOB_STATUS_COUNT] = {
        [JOB_STATUS_UNKNOWN] = VERDICT_UNKNOWN,
        [JOB_STATUS_UNDEFINED] = VERDICT_STARTING,
        [JOB_STATUS_CREATED] = VERDICT_STARTING,
        [JOB_STATUS_RUNNING] = VERDICT_MOVING,
        [JOB_STATUS_PAUSED] = VERDICT_PAUSED,
        [JOB_STATUS_READY] = VERDICT_BEHIND,
        [JOB_STATUS_STANDBY] = VERDICT_PAUSED,
        [JOB_STATUS_WAITING] = VERDICT_WAITING,
        [JOB_STATUS_PENDING] = VERDICT_WANTS_FINALIZE,
        [JOB_STATUS_ABORTING] = VERDICT_ABORTING,
        [JOB_STATUS_CONCLUDED] = VERDICT_DONE,
        [JOB_STATUS_NULL] = VERDICT_DONE,
    };

    (void)state;
    for (int status = 0; status < JOB_STATUS_COUNT; status++) {
        struct job job = job_of(JOB_TYPE_BACKUP, (enum job_status)status);
        bool alive = status >= JOB_STATUS_CREATED && status <= JOB_STATUS_ABORTING;

        job.outcome_told = true;
        assert_verdict(&job, NOW, verdicts[status]);
        job.cancelling = true;
        assert_verdict(&job, NOW,
                       alive || status <= JOB_STATUS_UNDEFINED ? VERDICT_CANCELLING
                                                               : verdicts[status]);
    }
}

static void test_each_ending(void **state)
{
    static const enum verdict verdicts[JOB_ENDING_COUNT] = {
        [JOB_ENDED_DONE] = VERDICT_DONE,
        [JOB_ENDED_SWITCHED] = VERDICT_SWITCHED,
        [JOB_ENDED_STAYED] = VERDICT_STAYED,
        [JOB_ENDED_EITHER] = VERDICT_EITHER,
        [JOB_ENDED_FAILED] = VERDICT_FAILED,
        [JOB_ENDED_CANCELLED] = VERDICT_CANCELLED,
        [JOB_ENDED_CANCELLED_BY_US] = VERDICT_CANCELLED_BY_US,
        [JOB_ENDED_CANCELLED_WITH_GROUP] = VERDICT_CANCELLED_WITH_GROUP,
        [JOB_ENDED_UNKNOWN] = VERDICT_GONE,
    };
    struct job job = job_of(JOB_TYPE_BACKUP, JOB_STATUS_NULL);

    (void)state;
    for (int ending = JOB_ENDED_DONE; ending < JOB_ENDING_COUNT; ending++) {
        job.ending = (enum job_ending)ending;
        assert_verdict(&job, NOW, verdicts[ending]);
    }
    /* Whatever it was doing when it was last seen. */
    job.status = JOB_STATUS_RUNNING;
    assert_verdict(&job, NOW + 3600000, VERDICT_GONE);
}

static void test_concluded(void **state)
{
    struct job job = job_of(JOB_TYPE_CREATE, JOB_STATUS_CONCLUDED);

    (void)state;
    assert_verdict(&job, NOW, VERDICT_UNKNOWN); /* nothing is told yet */
    job.outcome_told = true;
    assert_verdict(&job, NOW, VERDICT_DONE);
    job.error = some_error; /* though its progress is 1/1 */
    assert_verdict(&job, NOW, VERDICT_FAILED);
    job.forced_cancel = true;
    assert_verdict(&job, NOW, VERDICT_CANCELLED);
}

static void test_starting(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_RUNNING);

    (void)state;
    job.current = job.total = 0;
    assert_verdict(&job, NOW + 3600000, VERDICT_STARTING);
    job.has_progress = false;
    assert_verdict(&job, NOW, VERDICT_STARTING);
}

static void test_at_its_limit(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_RUNNING);

    (void)state;
    job.speed = 1000;
    assert_verdict(&job, NOW, VERDICT_AT_LIMIT);
    job.speed = 1111;
    assert_verdict(&job, NOW, VERDICT_AT_LIMIT);
    job.speed = 1112;
    assert_verdict(&job, NOW, VERDICT_MOVING);
    job.speed = 1;
    assert_verdict(&job, NOW, VERDICT_AT_LIMIT);
    rate_init(&job.rate);
    assert_verdict(&job, NOW, VERDICT_MOVING);
}

static void test_flat(void **state)
{
    struct job job = job_of(JOB_TYPE_BACKUP, JOB_STATUS_RUNNING);
    int64_t since = -1;

    (void)state;
    assert_verdict(&job, NOW + VERDICT_FLAT_MS - 1, VERDICT_MOVING);
    assert_false(verdict_is_flat(&job, NOW + VERDICT_FLAT_MS - 1, &since));
    assert_int_equal(since, -1);
    assert_verdict(&job, NOW + VERDICT_FLAT_MS, VERDICT_FLAT);
    assert_true(verdict_is_flat(&job, NOW + VERDICT_FLAT_MS, &since));
    assert_int_equal(since, NOW);
    /* A pause before counts for nothing. */
    job.status_ms = NOW + 20000;
    assert_verdict(&job, NOW + 20000 + VERDICT_FLAT_MS - 1, VERDICT_MOVING);
    assert_verdict(&job, NOW + 20000 + VERDICT_FLAT_MS, VERDICT_FLAT);
}

/* 16 MiB at 256 KiB/s take 64 s: such a job is not flat for 94 s. */
static void test_flat_is_patient_with_a_low_limit(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_RUNNING);
    int64_t since;

    (void)state;
    job.speed = 256 << 10;
    assert_false(verdict_is_flat(&job, NOW + 93999, &since));
    assert_true(verdict_is_flat(&job, NOW + 94000, &since));
    job.speed = 1;
    assert_false(verdict_is_flat(&job, NOW + 3600000, &since));
    job.speed = UINT64_MAX;
    assert_true(verdict_is_flat(&job, NOW + 30000, &since));
    job.speed = 1;
    job.status = JOB_STATUS_ABORTING;
    assert_true(verdict_is_flat(&job, NOW + 30000, &since));
}

static void test_flat_is_asked_only_of_what_should_move(void **state)
{
    int64_t since, later = NOW + 3600000;

    (void)state;
    for (int status = 0; status < JOB_STATUS_COUNT; status++) {
        bool asked = status == JOB_STATUS_RUNNING || status == JOB_STATUS_ABORTING;
        struct job job = job_of(JOB_TYPE_BACKUP, (enum job_status)status);

        assert_int_equal(verdict_is_flat(&job, later, &since), asked);
        job.type = JOB_TYPE_CREATE;
        job.has_block = false;
        assert_int_equal(verdict_is_flat(&job, later, &since), status == JOB_STATUS_ABORTING);
        job.ending = JOB_ENDED_UNKNOWN;
        assert_false(verdict_is_flat(&job, later, &since));
    }
}

static void test_plain_jobs(void **state)
{
    struct job job = job_of(JOB_TYPE_CREATE, JOB_STATUS_RUNNING);

    (void)state;
    job.current = 0;
    job.total = 1;
    assert_verdict(&job, NOW + 3600000, VERDICT_MOVING);
    job.status = JOB_STATUS_PAUSED;
    assert_verdict(&job, NOW, VERDICT_HELD);
}

static void test_paused_by_error(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_PAUSED);

    (void)state;
    job.io = JOB_IO_NOSPACE;
    assert_verdict(&job, NOW, VERDICT_PAUSED_NOSPACE);
    job.io = JOB_IO_FAILED;
    assert_verdict(&job, NOW, VERDICT_PAUSED_IO_ERROR);
    job.status = JOB_STATUS_STANDBY;
    assert_verdict(&job, NOW, VERDICT_PAUSED_IO_ERROR);
    job.has_block = false;
    assert_verdict(&job, NOW, VERDICT_PAUSED);
}

static void test_pausing(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_RUNNING);

    (void)state;
    job.block_paused = true;
    assert_verdict(&job, NOW, VERDICT_PAUSING);
    job.status = JOB_STATUS_READY;
    assert_verdict(&job, NOW, VERDICT_PAUSING);
    job.status = JOB_STATUS_PENDING; /* query-block-jobs says paused there too */
    assert_verdict(&job, NOW, VERDICT_WANTS_FINALIZE);
}

static void test_ready(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_READY);

    (void)state;
    assert_verdict(&job, NOW + 3600000, VERDICT_BEHIND);
    job.current = job.total;
    assert_verdict(&job, NOW, VERDICT_IN_STEP);
    job.current = job.total = 0;
    assert_verdict(&job, NOW, VERDICT_IN_STEP);
    job.completing = true;
    assert_verdict(&job, NOW, VERDICT_COMPLETING);
    job.staying = true;
    assert_verdict(&job, NOW, VERDICT_STAYING);
    job.cancelling = true;
    assert_verdict(&job, NOW, VERDICT_CANCELLING);
}

/* A mirror has no group to wait for: it is on its way out. */
static void test_waiting_mirror(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_WAITING);

    (void)state;
    job.was_ready = true;
    assert_verdict(&job, NOW, VERDICT_COMPLETING);
    job.staying = true;
    assert_verdict(&job, NOW, VERDICT_STAYING);
}

/* Complete on standby acts on resume; until then the job is paused. */
static void test_standby_with_a_promise(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_STANDBY);

    (void)state;
    job.completing = true;
    assert_verdict(&job, NOW, VERDICT_PAUSED);
}

static void test_aborting(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_ABORTING);

    (void)state;
    assert_verdict(&job, NOW, VERDICT_ABORTING);
    job.forced_cancel = true;
    assert_verdict(&job, NOW, VERDICT_CANCELLING);
}

static void test_backlog(void **state)
{
    struct job job = {.current = 5, .total = 12};

    (void)state;
    assert_int_equal(verdict_backlog(&job), 7);
    job.current = 12;
    assert_int_equal(verdict_backlog(&job), 0);
    job.current = 13;
    assert_int_equal(verdict_backlog(&job), 0);
}

static void test_words(void **state)
{
    (void)state;
    for (int i = 0; i < VERDICT_COUNT; i++) {
        assert_in_range(strlen(verdict_text((enum verdict)i)), 3, 32);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(verdict_text((enum verdict)i),
                                    verdict_text((enum verdict)k));
    }
    for (int i = JOB_ENDED_CANCELLED; i <= JOB_ENDED_CANCELLED_WITH_GROUP; i++) {
        struct job job = {.ending = (enum job_ending)i};
        assert_string_equal(verdict_text(verdict_of(&job, NOW)), ending_text(job.ending));
    }
    assert_string_equal(verdict_text(VERDICT_AT_LIMIT), "at its limit");
    assert_string_equal(verdict_text(VERDICT_PAUSED_NOSPACE), "paused by error: no space");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_status),
        cmocka_unit_test(test_each_ending),
        cmocka_unit_test(test_concluded),
        cmocka_unit_test(test_starting),
        cmocka_unit_test(test_at_its_limit),
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_flat_is_patient_with_a_low_limit),
        cmocka_unit_test(test_flat_is_asked_only_of_what_should_move),
        cmocka_unit_test(test_plain_jobs),
        cmocka_unit_test(test_paused_by_error),
        cmocka_unit_test(test_pausing),
        cmocka_unit_test(test_ready),
        cmocka_unit_test(test_waiting_mirror),
        cmocka_unit_test(test_standby_with_a_promise),
        cmocka_unit_test(test_aborting),
        cmocka_unit_test(test_backlog),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
