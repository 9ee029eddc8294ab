#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/ending.h"
#include "core/job.h"
#include "core/mem.h"

static int setup(void **state)
{
    *state = job_new(7, "mirror0", 1000);
    return 0;
}

static int teardown(void **state)
{
    job_free(*state);
    return 0;
}

static void test_new(void **state)
{
    const struct job *job = *state;

    assert_int_equal(job->uid, 7);
    assert_string_equal(job->id, "mirror0");
    assert_int_equal(job->seen_ms, 1000);
    assert_int_equal(job->status_ms, 1000);
    assert_string_equal(job_type_text(job), "?");
    assert_string_equal(job_status_text(job), "?");
    assert_int_equal(job->ending, JOB_NOT_ENDED);
    job_free(NULL);
}

static void test_wire_names(void **state)
{
    static const char *const types[] = {
        "commit", "stream",        "mirror",        "backup",          "create",
        "amend",  "snapshot-load", "snapshot-save", "snapshot-delete",
    };
    static const char *const statuses[] = {
        "undefined", "created", "running",  "paused",    "ready", "standby",
        "waiting",   "pending", "aborting", "concluded", "null",
    };

    (void)state;
    assert_int_equal(sizeof(types) / sizeof(*types), JOB_TYPE_COUNT - 1);
    assert_int_equal(sizeof(statuses) / sizeof(*statuses), JOB_STATUS_COUNT - 1);
    for (int i = 1; i < JOB_TYPE_COUNT; i++) {
        assert_int_equal(job_type_parse(types[i - 1]), i);
        assert_string_equal(job_type_wire((enum job_type)i), types[i - 1]);
    }
    for (int i = 1; i < JOB_STATUS_COUNT; i++) {
        assert_int_equal(job_status_parse(statuses[i - 1]), i);
        assert_string_equal(job_status_wire((enum job_status)i), statuses[i - 1]);
    }
}

static void test_unknown_names(void **state)
{
    static const char *const names[] = {"", "unknown", "Mirror", "running ", "x"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        assert_int_equal(job_type_parse(names[i]), JOB_TYPE_UNKNOWN);
        assert_int_equal(job_status_parse(names[i]), JOB_STATUS_UNKNOWN);
    }
    assert_int_equal(job_type_parse(NULL), JOB_TYPE_UNKNOWN);
    assert_int_equal(job_status_parse(NULL), JOB_STATUS_UNKNOWN);
    assert_string_equal(job_type_wire(JOB_TYPE_UNKNOWN), "unknown");
    assert_string_equal(job_status_wire(JOB_STATUS_UNKNOWN), "unknown");
}

static void test_type_names_are_kept(void **state)
{
    struct job *job = *state;

    job_set_type(job, "replicate");
    assert_int_equal(job->type, JOB_TYPE_UNKNOWN);
    assert_string_equal(job_type_text(job), "replicate");
    job_set_type(job, "backup");
    assert_int_equal(job->type, JOB_TYPE_BACKUP);
    assert_null(job->type_name);
    assert_string_equal(job_type_text(job), "backup");
}

static void test_status_changes_are_told(void **state)
{
    struct job *job = *state;

    assert_true(job_set_status(job, "running", 2000));
    assert_int_equal(job->status_ms, 2000);
    assert_false(job_set_status(job, "running", 3000));
    assert_int_equal(job->status_ms, 2000);
    assert_true(job_set_status(job, "thinking", 4000));
    assert_string_equal(job_status_text(job), "thinking");
    assert_false(job_set_status(job, "thinking", 5000));
    assert_true(job_set_status(job, "dreaming", 6000));
    assert_int_equal(job->status_ms, 6000);
    assert_true(job_set_status(job, "paused", 7000));
    assert_null(job->status_name);
    assert_string_equal(job_status_text(job), "paused");
}

static void test_readiness_is_remembered(void **state)
{
    struct job *job = *state;

    job_set_status(job, "running", 1);
    assert_false(job->was_ready);
    job_set_status(job, "standby", 2);
    assert_true(job->was_ready);
    job_set_status(job, "waiting", 3);
    assert_true(job->was_ready);
}

static void test_kinds(void **state)
{
    struct job *job = *state;

    for (int type = 0; type < JOB_TYPE_COUNT; type++) {
        bool block = type >= JOB_TYPE_COMMIT && type <= JOB_TYPE_BACKUP;

        job->type = (enum job_type)type;
        assert_int_equal(job_type_is_block(job->type), block);
        job->has_block = false;
        assert_int_equal(job_is_block(job), block);
        assert_int_equal(job_is_plain(job), !block && type != JOB_TYPE_UNKNOWN);
        job->has_block = true;
        assert_true(job_is_block(job));
        assert_false(job_is_plain(job));
    }
}

/* r ready, p paused, h holds work, m moving, i paused when io-status is not ok, P pausing when
 * block_paused
 */
static const char *const looks[JOB_STATUS_COUNT] = {
    [JOB_STATUS_UNKNOWN] = "m",    [JOB_STATUS_UNDEFINED] = "m", [JOB_STATUS_CREATED] = "m",
    [JOB_STATUS_RUNNING] = "mP",   [JOB_STATUS_PAUSED] = "pi",   [JOB_STATUS_READY] = "rhmP",
    [JOB_STATUS_STANDBY] = "rhpi", [JOB_STATUS_WAITING] = "hm",  [JOB_STATUS_PENDING] = "h",
    [JOB_STATUS_ABORTING] = "m",   [JOB_STATUS_CONCLUDED] = "",  [JOB_STATUS_NULL] = "",
};

static void test_looks_of_each_status(void **state)
{
    struct job *job = *state;

    for (int status = 0; status < JOB_STATUS_COUNT; status++) {
        job->status = (enum job_status)status;
        job->ending = JOB_NOT_ENDED;
        assert_int_equal(job_is_ready(job), strchr(looks[status], 'r') != NULL);
        assert_int_equal(job_is_paused(job), strchr(looks[status], 'p') != NULL);
        assert_int_equal(job_holds_work(job), strchr(looks[status], 'h') != NULL);
        assert_int_equal(job_is_moving(job), strchr(looks[status], 'm') != NULL);
        for (int io = JOB_IO_UNKNOWN; io <= JOB_IO_NOSPACE; io++) {
            bool bad = io == JOB_IO_FAILED || io == JOB_IO_NOSPACE;

            job->io = (enum job_io)io;
            job->has_block = true;
            assert_int_equal(job_is_io_paused(job), bad && strchr(looks[status], 'i') != NULL);
            job->has_block = false;
            assert_false(job_is_io_paused(job));
        }
        job->block_paused = true;
        assert_false(job_is_pausing(job));
        job->has_block = true;
        assert_int_equal(job_is_pausing(job), strchr(looks[status], 'P') != NULL);
        job->block_paused = false;
        assert_false(job_is_pausing(job));
        job->ending = JOB_ENDED_UNKNOWN;
        assert_false(job_is_moving(job));
    }
}

static void test_outcome(void **state)
{
    struct job *job = *state;

    for (int status = 0; status < JOB_STATUS_CONCLUDED; status++) {
        job->status = (enum job_status)status;
        assert_int_equal(ending_outcome(job), JOB_NOT_ENDED);
    }
    job->status = JOB_STATUS_CONCLUDED;
    assert_int_equal(ending_outcome(job), JOB_ENDED_UNKNOWN);
    job->outcome_told = true;
    assert_int_equal(ending_outcome(job), JOB_ENDED_DONE);
    job->status = JOB_STATUS_NULL;
    mem_set(&job->error, "No space left on device");
    assert_int_equal(ending_outcome(job), JOB_ENDED_FAILED);
    job->ending = JOB_ENDED_UNKNOWN;
    assert_int_equal(ending_outcome(job), JOB_ENDED_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new, setup, teardown),
        cmocka_unit_test(test_wire_names),
        cmocka_unit_test(test_unknown_names),
        cmocka_unit_test_setup_teardown(test_type_names_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(test_status_changes_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_readiness_is_remembered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_looks_of_each_status, setup, teardown),
        cmocka_unit_test_setup_teardown(test_outcome, setup, teardown),
    };

    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
