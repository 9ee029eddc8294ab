#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/stage.h"

/* ---- what is learned ---- */

static void test_learns_what_a_qemu_is(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    assert_string_equal(stage->target->qemu, "7.2.22");
    assert_string_equal(stage->target->vm_name, "fake");
    assert_string_equal(stage->target->run_state, "running");
    assert_true(stage->target->offered_known);
    assert_int_equal(stage->target->offered, VERB_ALL);
    assert_int_equal(stage->target->queries, (1u << TARGET_ASK_MIGRATE) - 1);
    assert_int_equal(stage->target->job_count, 0);
    assert_int_equal(fake_qmp_count(stage->fake, "query-commands"), 1);
    assert_int_equal(fake_qmp_count(stage->fake, "query-name"), 1);
    assert_int_equal(fake_qmp_count(stage->fake, "query-status"), 1);
    assert_int_equal(fake_qmp_most_unanswered(stage->fake), 1);
    assert_int_equal(fake_qmp_early_bytes(stage->fake), 0);
}

static void test_learns_what_an_old_storage_daemon_is(void **state)
{
    struct stage *stage = *state;

    fake_qmp_vm(stage->fake, NULL, NULL);
    fake_qmp_lacks(stage->fake, "block-job-change");
    fake_qmp_lacks(stage->fake, "job-pause");
    stage_begin(stage);
    assert_null(stage->target->vm_name);
    assert_null(stage->target->run_state);
    assert_int_equal(stage->target->offered,
                     VERB_ALL & ~VERB_BIT(VERB_CHANGE) & ~VERB_BIT(VERB_PAUSE));
    assert_int_equal(fake_qmp_count(stage->fake, "query-name"), 0);
    assert_int_equal(fake_qmp_count(stage->fake, "query-status"), 0);
    assert_int_equal(stage->target->malformed, 0);
}

static void test_a_command_not_found_is_absent(void **state)
{
    struct stage *stage = *state;

    fake_qmp_refuses(stage->fake, "query-name", "CommandNotFound", "not found");
    stage_begin(stage);
    stage_pass(stage, TARGET_SAFETY_MS * 2);
    assert_int_equal(fake_qmp_count(stage->fake, "query-name"), 1);
    assert_int_equal(stage->target->queries & 1u << TARGET_ASK_NAME, 0);
    assert_int_equal(stage->target->offered, VERB_ALL);
    assert_int_equal(stage->target->malformed, 0);
}

static void test_jobs_with_all_their_facts(void **state)
{
    struct stage *stage = *state;
    const struct job *seen;

    fake_qmp_job(stage->fake, &stage_mirror);
    fake_qmp_job(stage->fake, &(struct fake_job){.id = "c0",
                                                 .type = "create",
                                                 .status = "concluded",
                                                 .current = 1,
                                                 .total = 1,
                                                 .error = "no such pool"});
    fake_qmp_job(stage->fake, &(struct fake_job){.id = "b0",
                                                 .type = "backup",
                                                 .status = "paused",
                                                 .current = 5,
                                                 .total = 50,
                                                 .io_status = "nospace",
                                                 .block_paused = true,
                                                 .idle = true,
                                                 .waits = true});
    stage_begin(stage);
    assert_int_equal(stage->target->job_count, 3);

    seen = stage_job(stage, "m0");
    assert_int_equal(seen->type, JOB_TYPE_MIRROR);
    assert_int_equal(seen->status, JOB_STATUS_RUNNING);
    assert_int_equal(seen->current, 10);
    assert_int_equal(seen->total, 100);
    assert_true(seen->has_block);
    assert_true(seen->busy);
    assert_int_equal(seen->speed, 4096);
    assert_int_equal(seen->io, JOB_IO_OK);
    assert_int_equal(seen->auto_dismiss, JOB_NO);
    assert_int_equal(seen->auto_finalize, JOB_YES);
    assert_int_equal(seen->actively_synced, JOB_UNTOLD);

    seen = stage_job(stage, "c0");
    assert_int_equal(seen->status, JOB_STATUS_CONCLUDED);
    assert_string_equal(seen->error, "no such pool");
    assert_false(seen->has_block);

    seen = stage_job(stage, "b0");
    assert_int_equal(seen->io, JOB_IO_NOSPACE);
    assert_true(seen->block_paused);
    assert_false(seen->busy);
    assert_int_equal(seen->auto_finalize, JOB_NO);
}

/* ---- events ---- */

struct status_wait {
    const struct stage *stage;
    const char *id;
    enum job_status status;
};

static bool has_status(void *ctx)
{
    const struct status_wait *wait = ctx;
    const struct job *seen = stage_job(wait->stage, wait->id);

    return seen != NULL && seen->status == wait->status;
}

static void await_status(struct stage *stage, const char *id, enum job_status status)
{
    struct status_wait wait = {stage, id, status};

    assert_true(pump_until(&stage->pump, has_status, &wait, PUMP_MS));
}

static void test_status_events_count_at_once(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-jobs");
    fake_qmp_job_status(stage->fake, "m0", "ready");
    await_status(stage, "m0", JOB_STATUS_READY);
}

static const struct job *first_job(const struct stage *stage)
{
    assert_int_equal(stage->target->job_count, 1);
    return stage->target->jobs[0];
}

static void expect_ending(struct stage *stage, const char *event, const char *data,
                          enum job_ending ending)
{
    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_event(stage->fake, event, data);
    fake_qmp_job_status(stage->fake, "m0", "concluded");
    fake_qmp_job_status(stage->fake, "m0", "null");
    stage_pass(stage, TARGET_EAGER_MS);
    assert_int_equal(first_job(stage)->ending, ending);
}

static void test_completed(void **state)
{
    expect_ending(*state, "BLOCK_JOB_COMPLETED",
                  "{\"type\": \"mirror\", \"device\": \"m0\", \"len\": 100, \"offset\": 100,"
                  " \"speed\": 0}",
                  JOB_ENDED_EITHER);
}

static void test_completed_with_an_error(void **state)
{
    expect_ending(*state, "BLOCK_JOB_COMPLETED",
                  "{\"type\": \"mirror\", \"device\": \"m0\", \"len\": 100, \"offset\": 70,"
                  " \"speed\": 0, \"error\": \"No space left on device\"}",
                  JOB_ENDED_FAILED);
    assert_string_equal(first_job(*state)->error, "No space left on device");
}

static void test_cancelled(void **state)
{
    expect_ending(*state, "BLOCK_JOB_CANCELLED",
                  "{\"type\": \"mirror\", \"device\": \"m0\", \"len\": 100, \"offset\": 70,"
                  " \"speed\": 0}",
                  JOB_ENDED_CANCELLED);
}

static void test_block_events_raise_their_questions(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_event(stage->fake, "BLOCK_JOB_ERROR",
                   "{\"device\": \"m0\", \"operation\": \"write\", \"action\": \"stop\"}");
    fake_qmp_event(stage->fake, "BLOCK_JOB_READY",
                   "{\"type\": \"mirror\", \"device\": \"m0\", \"len\": 1, \"offset\": 1,"
                   " \"speed\": 0}");
    fake_qmp_event(stage->fake, "BLOCK_JOB_PENDING", "{\"type\": \"mirror\", \"id\": \"m0\"}");
    stage_pass(stage, 0);
    assert_int_equal(stage_job(stage, "m0")->io_errors, 1);
    assert_int_equal(stage->target->malformed, 0);
}

static void expect_run_state(struct stage *stage, const char *event, const char *run_state)
{
    fake_qmp_event(stage->fake, event, NULL);
    pump_settle(&stage->pump);
    assert_string_equal(stage->target->run_state, run_state);
}

static void test_run_state_follows_events(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-status");
    expect_run_state(stage, "STOP", "paused");
    expect_run_state(stage, "RESUME", "running");
    expect_run_state(stage, "SUSPEND", "suspended");
    expect_run_state(stage, "WAKEUP", "running");
    expect_run_state(stage, "SHUTDOWN", "shutdown");
}

static void expect_question(struct stage *stage, const char *event, const char *answer)
{
    fake_qmp_vm(stage->fake, "fake", answer);
    fake_qmp_event(stage->fake, event, NULL);
    pump_settle(&stage->pump);
    stage_pass(stage, TARGET_EAGER_MS);
    assert_string_equal(stage->target->run_state, answer);
}

static void test_run_state_is_explained_by_query_status(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    expect_question(stage, "STOP", "io-error");
    expect_question(stage, "RESUME", "colo");
    expect_question(stage, "GUEST_PANICKED", "guest-panicked");
}

static void test_odd_events_do_no_harm(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_event(stage->fake, "A_FUTURE_EVENT", "{\"id\": 7}");
    fake_qmp_event(stage->fake, "ZZZ", NULL);
    fake_qmp_event(stage->fake, "", NULL);
    stage_pass(stage, 0);
    assert_int_equal(stage->target->malformed, 0);
    fake_qmp_event(stage->fake, "JOB_STATUS_CHANGE", NULL);
    fake_qmp_event(stage->fake, "JOB_STATUS_CHANGE", "{\"id\": \"m0\"}");
    fake_qmp_event(stage->fake, "JOB_STATUS_CHANGE", "{\"id\": 1, \"status\": \"ready\"}");
    fake_qmp_event(stage->fake, "BLOCK_JOB_COMPLETED", "{\"device\": [\"m0\"]}");
    stage_pass(stage, 0);
    assert_int_equal(stage->target->malformed, 4);
    assert_int_equal(stage_job(stage, "m0")->status, JOB_STATUS_RUNNING);
}

/* ---- replies that are wrong ---- */

static void test_an_unusable_list_ends_no_job(void **state)
{
    static const char *const replies[] = {"{}", "[7]", "[{\"id\": 7}]", "[{}, []]"};
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-jobs");
    for (size_t i = 0; i < sizeof(replies) / sizeof(*replies); i++) {
        stage_pass(stage, TARGET_SAFETY_MS + 1);
        assert_true(fake_qmp_expect(stage->fake, "query-jobs"));
        fake_qmp_return(stage->fake, replies[i]);
        stage_pass(stage, 0);
        assert_int_equal(stage->target->malformed, i + 1);
        assert_non_null(stage_job(stage, "m0"));
        assert_int_equal(stage->target->job_count, 1);
    }
    stage_pass(stage, TARGET_SAFETY_MS + 1);
    assert_true(fake_qmp_expect(stage->fake, "query-jobs"));
    fake_qmp_return(stage->fake, NULL);
    stage_pass(stage, 0);
    assert_true(target_is_fresh(stage->target));
}

static void answer_jobs(struct stage *stage, const char *reply)
{
    stage_pass(stage, TARGET_SAFETY_MS + 1);
    assert_true(fake_qmp_expect(stage->fake, "query-jobs"));
    fake_qmp_return(stage->fake, reply);
    stage_pass(stage, 0);
}

#define RUNS(id, current)                                                        \
    "{\"current-progress\": " current ", \"status\": \"running\", \"total-progress\": 9, " \
    "\"type\": \"mirror\", \"id\": \"" id "\"}"

static void test_one_odd_job_hides_no_other(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-jobs");
    answer_jobs(stage, "[" RUNS("a", "-1") ", " RUNS("b", "2") ", {\"id\": \"c\"}]");
    assert_int_equal(stage->target->living_count, 3);
    assert_false(stage_job(stage, "a")->has_progress);
    assert_int_equal(stage_job(stage, "b")->current, 2);
    assert_string_equal(job_status_text(stage_job(stage, "c")), "?");
    assert_int_equal(stage->target->malformed, 1);
    assert_string_equal(target_oddity(stage->target), "some of its jobs cannot be understood");
    answer_jobs(stage, "[" RUNS("b", "3") "]");
    assert_int_equal(stage->target->living_count, 1);
    assert_null(target_oddity(stage->target));
}

static void test_an_element_without_id_ends_no_job(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-jobs");
    answer_jobs(stage, "[" RUNS("a", "1") ", " RUNS("b", "1") "]");
    answer_jobs(stage, "[" RUNS("a", "2") ", {\"id\": {}}]");
    assert_int_equal(stage->target->living_count, 2);
    assert_int_equal(stage_job(stage, "a")->current, 2);
    assert_int_equal(stage_job(stage, "b")->current, 1);
    assert_string_equal(target_oddity(stage->target), "some of its jobs cannot be understood");
    answer_jobs(stage, "[" RUNS("a", "3") "]");
    assert_int_equal(stage->target->living_count, 1);
}

/* ---- any chunking gives the same fleet ---- */

static void picture(const struct stage *stage, char *text, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < stage->target->job_count; i++) {
        const struct job *j = stage->target->jobs[i];

        used += (size_t)snprintf(text + used, size - used, "%s %s %s %llu/%llu %s %d %d %llu\n",
                                 j->id, job_type_text(j), job_status_text(j),
                                 (unsigned long long)j->current, (unsigned long long)j->total,
                                 j->error ? j->error : "-", (int)j->ending, (int)j->io,
                                 (unsigned long long)j->speed);
        assert_true(used < size);
    }
}

static bool vary_chunk(void *ctx)
{
    fake_qmp_drips(ctx, 1 + (size_t)(rand() % 97));
    return false;
}

/* A life of three jobs, the same each time. */
static void play(struct stage *stage, char *text, size_t size)
{
    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_job(
        stage->fake,
        &(struct fake_job){.id = "b1", .type = "backup", .status = "created", .total = 10});
    fake_qmp_job_status(stage->fake, "b1", "created");
    fake_qmp_job_status(stage->fake, "b1", "running");
    fake_qmp_job_status(stage->fake, "m0", "ready");
    stage_pass(stage, 1000);
    fake_qmp_job_progress(stage->fake, "b1", 7, 10);
    fake_qmp_event(stage->fake, "BLOCK_JOB_COMPLETED",
                   "{\"type\": \"mirror\", \"device\": \"m0\", \"len\": 100, \"offset\": 100,"
                   " \"speed\": 0, \"error\": \"I/O \\u001b[31m error\"}");
    fake_qmp_job_status(stage->fake, "m0", "concluded");
    fake_qmp_job_status(stage->fake, "m0", "null");
    for (int i = 0; i < 10; i++)
        stage_pass(stage, 1000);
    picture(stage, text, size);
}

static void test_any_chunks_give_the_same_fleet(void **state)
{
    struct stage *stage = *state;
    static char whole[4096], pieces[4096];

    play(stage, whole, sizeof(whole));
    assert_non_null(strstr(whole, "b1 backup running 7/10"));
    for (unsigned int seed = 0; seed < 10; seed++) {
        void *again;

        srand(seed);
        stage_setup(&again);
        stage = again;
        fake_qmp_pretty(stage->fake, seed % 2);
        pump_add(&stage->pump, vary_chunk, stage->fake);
        play(stage, pieces, sizeof(pieces));
        assert_string_equal(pieces, whole);
        stage_teardown(&again);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_learns_what_a_qemu_is),
        TEST(test_learns_what_an_old_storage_daemon_is),
        TEST(test_a_command_not_found_is_absent),
        TEST(test_jobs_with_all_their_facts),
        TEST(test_status_events_count_at_once),
        TEST(test_completed),
        TEST(test_completed_with_an_error),
        TEST(test_cancelled),
        TEST(test_block_events_raise_their_questions),
        TEST(test_run_state_follows_events),
        TEST(test_run_state_is_explained_by_query_status),
        TEST(test_odd_events_do_no_harm),
        TEST(test_an_unusable_list_ends_no_job),
        TEST(test_one_odd_job_hides_no_other),
        TEST(test_an_element_without_id_ends_no_job),
        TEST(test_any_chunks_give_the_same_fleet),
    };

    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
