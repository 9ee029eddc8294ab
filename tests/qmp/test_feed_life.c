#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/stage.h"

/* ---- polls ---- */

static void test_polls_while_something_moves(void **state)
{
    struct stage *stage = *state;
    size_t before;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    before = fake_qmp_count(stage->fake, "query-jobs");
    for (int i = 1; i <= 10; i++) {
        fake_qmp_job_progress(stage->fake, "m0", 10 + (uint64_t)i, 100);
        stage_pass(stage, stage->fleet.delay_ms);
    }
    assert_in_range(fake_qmp_count(stage->fake, "query-jobs") - before, 9, 11);
    assert_int_equal(stage_job(stage, "m0")->current, 20);
    assert_int_equal(fake_qmp_most_unanswered(stage->fake), 1);
}

static void test_rests_while_nothing_moves(void **state)
{
    struct stage *stage = *state;
    size_t before;

    stage_begin(stage);
    before = fake_qmp_count(stage->fake, NULL);
    for (int i = 0; i < 60; i++)
        stage_pass(stage, 1000);
    assert_in_range(fake_qmp_count(stage->fake, "query-jobs"), 2, 5);
    assert_in_range(fake_qmp_count(stage->fake, NULL) - before, 1, 12);
}

static void test_a_flood_of_events_costs_few_polls(void **state)
{
    struct stage *stage = *state;
    size_t before;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    before = fake_qmp_count(stage->fake, NULL);
    for (int i = 0; i < 2000; i++) {
        fake_qmp_job_status(stage->fake, "m0", "paused");
        fake_qmp_job_status(stage->fake, "m0", "running");
        if (i % 100 == 0)
            pump_settle(&stage->pump);
    }
    stage_pass(stage, TARGET_EAGER_MS);
    assert_in_range(fake_qmp_count(stage->fake, NULL) - before, 0, 6);
    assert_int_equal(fake_qmp_most_unanswered(stage->fake), 1);
    assert_int_equal(stage_job(stage, "m0")->status, JOB_STATUS_RUNNING);
}

static void test_a_silent_query_is_not_repeated(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-jobs");
    fake_qmp_mutes(stage->fake, "query-block-jobs");
    for (int i = 0; i < 50; i++)
        stage_pass(stage, 1000);
    assert_int_equal(stage->target->link, TARGET_STALE);
    assert_int_equal(fake_qmp_most_unanswered(stage->fake), 1);
    assert_true(fake_qmp_expect(
        stage->fake, fake_qmp_command(stage->fake, fake_qmp_count(stage->fake, NULL) - 1)));
    fake_qmp_return(stage->fake, NULL);
    stage_await_link(stage, TARGET_UP);
}

static int64_t real_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void test_polls_come_by_themselves(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage->fleet.delay_ms = TARGET_EAGER_MS;
    stage->feed.client.now_ms = real_clock;
    feed_start(&stage->feed);
    assert_true(fake_qmp_await(stage->fake, "query-jobs", 4));
    assert_int_equal(fake_qmp_most_unanswered(stage->fake), 1);
}

/* ---- actions ---- */

static void test_every_verb_has_its_command(void **state)
{
    static const struct {
        enum verb verb;
        const char *command, *key, *extra, *value;
    } rows[VERB_COUNT] = {
        {VERB_PAUSE, "job-pause", "id", NULL, NULL},
        {VERB_RESUME, "job-resume", "id", NULL, NULL},
        {VERB_COMPLETE, "job-complete", "id", NULL, NULL},
        {VERB_STAY, "block-job-cancel", "device", "force", "false"},
        {VERB_CANCEL, "job-cancel", "id", NULL, NULL},
        {VERB_FINALIZE, "job-finalize", "id", NULL, NULL},
        {VERB_DISMISS, "job-dismiss", "id", NULL, NULL},
        {VERB_LIMIT, "block-job-set-speed", "device", "speed", "1048576"},
        {VERB_CHANGE, "block-job-change", "id", "copy-mode", "\"write-blocking\""},
    };
    struct stage *stage = *state;

    stage_begin(stage);
    for (size_t i = 0; i < VERB_COUNT; i++) {
        char id[] = "j\"\\\x7f\xc3\xa4";
        struct action action = {.serial = 1000 + i,
                                .target = stage->target,
                                .verb = rows[i].verb,
                                .lever = LEVER_COUNT,
                                .argument = 1048576,
                                .job_id = id};

        assert_true(feed_send(&stage->feed, &action));
        assert_true(fake_qmp_await(stage->fake, rows[i].command, 1));
        assert_string_equal(fake_qmp_argument(stage->fake, rows[i].command, rows[i].key),
                            "\"j\\\"\\\\\x7f\xc3\xa4\"");
        if (rows[i].extra != NULL)
            assert_string_equal(fake_qmp_argument(stage->fake, rows[i].command, rows[i].extra),
                                rows[i].value);
    }
    pump_settle(&stage->pump);
}

static const struct action *pause_mirror(struct stage *stage)
{
    struct action_check check;
    const struct action *action;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    action = action_send(&stage->fleet, stage_job(stage, "m0")->uid, VERB_PAUSE, 0,
                         stage_clock(), &check);
    assert_non_null(action);
    pump_settle(&stage->pump);
    assert_int_equal(fake_qmp_count(stage->fake, "job-pause"), 1);
    return action;
}

static void test_accepted(void **state)
{
    struct stage *stage = *state;
    const struct action *action = pause_mirror(stage);

    assert_int_equal(action->state, ACTION_ACCEPTED);
}

static void test_refused_in_its_own_words(void **state)
{
    struct stage *stage = *state;
    const struct action *action;

    fake_qmp_refuses(stage->fake, "job-pause", "GenericError", "Job is already paused");
    action = pause_mirror(stage);
    assert_int_equal(action->state, ACTION_REFUSED);
    assert_string_equal(action->answer, "Job is already paused");
}

static void test_refused_without_words(void **state)
{
    struct stage *stage = *state;
    const struct action *action;

    fake_qmp_refuses(stage->fake, "job-pause", "GenericError", "");
    action = pause_mirror(stage);
    assert_int_equal(action->state, ACTION_REFUSED);
    assert_string_not_equal(action->answer, "");
}

static void test_link_lost_before_the_answer(void **state)
{
    struct stage *stage = *state;
    const struct action *action;

    fake_qmp_mutes(stage->fake, "job-pause");
    action = pause_mirror(stage);
    assert_int_equal(action->state, ACTION_SENT);
    fake_qmp_hang_up(stage->fake);
    stage_await_link(stage, TARGET_FAILED);
    assert_int_equal(action->state, ACTION_UNKNOWN);
}

static void test_released_before_the_answer(void **state)
{
    struct stage *stage = *state;
    const struct action *action;

    fake_qmp_mutes(stage->fake, "job-pause");
    action = pause_mirror(stage);
    feed_release(&stage->feed);
    assert_int_equal(action->state, ACTION_UNKNOWN);
    feed_init(&stage->feed, &stage->address, stage->target, stage->loop, stage_clock);
}

static void test_nothing_is_sent_without_a_link(void **state)
{
    struct stage *stage = *state;
    struct action action = {
        .target = stage->target, .verb = VERB_PAUSE, .job_id = (char[]){"j"}};

    assert_false(feed_send(&stage->feed, &action));
    stage_begin(stage);
    feed_stop(&stage->feed);
    assert_false(feed_send(&stage->feed, &action));
    assert_int_equal(fake_qmp_count(stage->fake, "job-pause"), 0);
}

/* ---- the link ---- */

static void test_link_states_reach_the_target(void **state)
{
    struct stage *stage = *state;

    fake_qmp_die(stage->fake);
    feed_start(&stage->feed);
    stage_await_link(stage, TARGET_FAILED);
    assert_non_null(strstr(stage->target->reason, "dead QEMU"));
    assert_true(stage->target->retry_ms > stage_clock());

    fake_qmp_revive(stage->fake);
    fake_qmp_greets(stage->fake, false);
    stage_pass(stage, 2000);
    assert_int_equal(stage->feed.client.link, CLIENT_CONNECTING);
    assert_int_equal(stage->target->link, TARGET_FAILED); /* no outcome yet */
    assert_int_equal(stage->target->retry_ms, 0);
    stage_pass(stage, SESSION_GREETING_MS);
    assert_int_equal(stage->target->link, TARGET_BUSY);
    assert_non_null(strstr(stage->target->reason, "another client"));

    fake_qmp_greets(stage->fake, true);
    stage_pass(stage, 10000);
    stage_await_link(stage, TARGET_UP);
    assert_null(stage->target->reason);
    feed_stop(&stage->feed);
    assert_int_equal(stage->target->link, TARGET_CLOSED);
}

static void test_retry_does_not_wait(void **state)
{
    struct stage *stage = *state;

    fake_qmp_die(stage->fake);
    feed_start(&stage->feed);
    stage_await_link(stage, TARGET_FAILED);
    fake_qmp_revive(stage->fake);
    feed_retry(&stage->feed);
    stage_await_link(stage, TARGET_UP);
    assert_int_equal(stage->target->pid, getpid());
    feed_retry(&stage->feed); /* it answers: nothing to do */
    stage_pass(stage, 10);
    assert_int_equal(fake_qmp_clients(stage->fake), 1);
    assert_int_equal(stage->target->link, TARGET_UP);

    feed_stop(&stage->feed);
    assert_int_equal(stage->target->pid, 0);
    stage_pass(stage, 60000);
    assert_int_equal(stage->target->link, TARGET_CLOSED);
    feed_retry(&stage->feed);
    stage_await_link(stage, TARGET_UP);
}

static void test_retry_leaves_a_silent_connection(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-jobs");
    for (int i = 0; i < 10; i++)
        stage_pass(stage, 1000);
    assert_int_equal(stage->target->link, TARGET_STALE);
    fake_qmp_obeys(stage->fake, "query-jobs");
    feed_retry(&stage->feed);
    stage_await_link(stage, TARGET_UP);
    assert_int_equal(fake_qmp_clients(stage->fake), 2);
}

static void test_a_permanent_failure_is_not_tried_again(void **state)
{
    struct stage *stage = *state;

    client_fail(&stage->feed.client, "no such host");
    feed_retry(&stage->feed);
    stage_pass(stage, 10000);
    assert_int_equal(stage->target->link, TARGET_FAILED);
    assert_int_equal(fake_qmp_clients(stage->fake), 0);
}

static void test_jobs_survive_a_lost_link_and_are_asked_anew(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    fake_qmp_die(stage->fake);
    stage_await_link(stage, TARGET_FAILED);
    assert_non_null(stage_job(stage, "m0"));
    assert_false(target_is_fresh(stage->target));

    fake_qmp_job_progress(stage->fake, "m0", 60, 100);
    fake_qmp_revive(stage->fake);
    stage_pass(stage, 2000);
    stage_await_link(stage, TARGET_UP);
    stage_await_jobs(stage);
    assert_int_equal(stage_job(stage, "m0")->current, 60);
    assert_int_equal(fake_qmp_count(stage->fake, "query-commands"), 2);
}

static void test_another_kind_of_qemu_comes_back(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    fake_qmp_die(stage->fake);
    stage_await_link(stage, TARGET_FAILED);
    assert_string_equal(stage->target->vm_name, "fake"); /* as long as nobody knows better */
    fake_qmp_vm(stage->fake, NULL, NULL);
    fake_qmp_revive(stage->fake);
    stage_pass(stage, 2000);
    stage_await_link(stage, TARGET_UP);
    stage_await_jobs(stage);
    assert_null(stage->target->vm_name);
    assert_null(stage->target->run_state);
}

/* ---- the peer goes at any byte ---- */

static bool is_down(void *ctx)
{
    const struct stage *stage = ctx;

    return stage->target->link == TARGET_FAILED;
}

static void test_the_peer_goes_at_any_time(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    feed_start(&stage->feed);
    for (int turns = 0; turns < 60; turns++) {
        fake_qmp_drips(stage->fake, 1 + (size_t)turns * 3);
        pump_turns(&stage->pump, turns);
        if (turns % 2 == 0 && fake_qmp_has_client(stage->fake))
            fake_qmp_reset(stage->fake);
        else
            fake_qmp_die(stage->fake);
        assert_true(pump_until(&stage->pump, is_down, stage, PUMP_MS));
        assert_false(stage->target->asking);
        assert_int_equal(stage->feed.client.session.call_count, 0);
        fake_qmp_revive(stage->fake);
        stage_pass(stage, 40000);
    }
    fake_qmp_drips(stage->fake, 0);
    stage_await_link(stage, TARGET_UP);
    stage_await_jobs(stage);
    assert_non_null(stage_job(stage, "m0"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_polls_while_something_moves),
        TEST(test_rests_while_nothing_moves),
        TEST(test_a_flood_of_events_costs_few_polls),
        TEST(test_a_silent_query_is_not_repeated),
        TEST(test_polls_come_by_themselves),
        TEST(test_every_verb_has_its_command),
        TEST(test_accepted),
        TEST(test_refused_in_its_own_words),
        TEST(test_refused_without_words),
        TEST(test_link_lost_before_the_answer),
        TEST(test_released_before_the_answer),
        TEST(test_nothing_is_sent_without_a_link),
        TEST(test_link_states_reach_the_target),
        TEST(test_retry_does_not_wait),
        TEST(test_retry_leaves_a_silent_connection),
        TEST(test_a_permanent_failure_is_not_tried_again),
        TEST(test_jobs_survive_a_lost_link_and_are_asked_anew),
        TEST(test_another_kind_of_qemu_comes_back),
        TEST(test_the_peer_goes_at_any_time),
    };

    return cmocka_run_group_tests_name("feed_life", tests, NULL, NULL);
}
