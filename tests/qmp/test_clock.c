/*
 * Time that jumps: a program that was stopped for an hour asks as if it had been a second,
 * and what lies in its sockets counts before what is due.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <string.h>

#include "core/motion.h"
#include "tests/support/stage.h"

#define HOUR_MS   (3600 * (int64_t)1000)
#define YEAR_MS   (365 * 24 * HOUR_MS)
#define FEW_POLLS 6

static void move_on(struct stage *stage, uint64_t from)
{
    for (uint64_t i = 1; i <= 10; i++) {
        fake_qmp_job_progress(stage->fake, "m0", from + i, 100);
        stage_pass(stage, 1000);
    }
}

/* Whatever is told of the job is possible. */
static void assert_sane(const struct stage *stage)
{
    const struct job *job = stage_job(stage, "m0");
    int64_t eta_ms = 0;
    uint64_t speed = 0;

    assert_non_null(job);
    assert_true(target_age_ms(stage->target, stage_clock()) >= 0);
    assert_true(rate_flat_ms(&job->rate, stage_clock()) >= 0);
    if (rate_eta(&job->rate, stage_clock(), &eta_ms))
        assert_true(eta_ms >= 0);
    if (motion_eta(stage->target, job, stage_clock(), &eta_ms))
        assert_true(eta_ms >= 0);
    if (rate_per_second(&job->rate, stage_clock(), &speed))
        assert_in_range(speed, 0, 100);
}

static void jump(struct stage *stage, int64_t ms)
{
    size_t before;

    move_on(stage, 10);
    before = fake_qmp_count(stage->fake, NULL);
    stage_pass(stage, ms);
    assert_sane(stage);
    assert_in_range(fake_qmp_count(stage->fake, NULL) - before, 1, FEW_POLLS);
    assert_int_equal(stage->target->link, TARGET_UP);
    assert_int_equal(fake_qmp_most_unanswered(stage->fake), 1);

    before = fake_qmp_count(stage->fake, "query-jobs");
    move_on(stage, 40);
    assert_sane(stage);
    assert_in_range(fake_qmp_count(stage->fake, "query-jobs") - before, 9, 12);
    assert_int_equal(stage_job(stage, "m0")->current, 50);
}

static void test_an_hour(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    jump(stage, HOUR_MS);
}

static void test_a_year(void **state)
{
    struct stage *stage = *state;

    fake_qmp_job(stage->fake, &stage_mirror);
    stage_begin(stage);
    jump(stage, YEAR_MS);
}

/* One try to connect after the jump, not one for each that was missed. */
static void test_an_hour_without_a_peer(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    fake_qmp_die(stage->fake);
    stage_await_link(stage, TARGET_FAILED);
    size_t serial = (size_t)stage->fleet.journal.serial;
    stage_pass(stage, HOUR_MS);
    stage_await_link(stage, TARGET_FAILED);
    assert_in_range(stage->target->retry_ms, stage_clock() + 1, stage_clock() + 60000);
    assert_in_range(stage->fleet.journal.serial - serial, 0, 2);
}

struct witness {
    const struct stage *stage;
    ev_timer timer;
    bool fired, was_told;
};

static void on_deadline(struct ev_loop *loop, ev_timer *timer, int revents)
{
    struct witness *witness = timer->data;

    (void)loop, (void)revents;
    witness->fired = true;
    witness->was_told = strcmp(witness->stage->target->run_state, "paused") == 0;
}

/* Both are there when the program wakes: the answer came in time. */
static void test_what_has_come_is_read_before_a_deadline(void **state)
{
    struct stage *stage = *state;
    struct witness witness = {.stage = stage};

    stage_begin(stage);
    assert_string_equal(stage->target->run_state, "running");
    pump_remove(&stage->pump, stage->loop);
    fake_qmp_event(stage->fake, "STOP", NULL);
    pump_settle(&stage->pump);
    ev_timer_init(&witness.timer, on_deadline, 0., 0.);
    witness.timer.data = &witness;
    ev_timer_start(stage->loop, &witness.timer);
    for (int i = 0; i < 100 && !witness.fired; i++)
        ev_run(stage->loop, EVRUN_NOWAIT);
    assert_true(witness.fired);
    assert_true(witness.was_told);
    pump_add_loop(&stage->pump, stage->loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_hour, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_a_year, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_an_hour_without_a_peer, stage_setup,
                                        stage_teardown),
        cmocka_unit_test_setup_teardown(test_what_has_come_is_read_before_a_deadline,
                                        stage_setup, stage_teardown),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
