#include "tui/once.h"

#include "tests/core/world.h"

static void begin(struct world *world, struct once *once)
{
    once_init(once, &world->fleet, world->now_ms);
}

static bool is_done_after(struct world *world, struct once *once, int64_t ms)
{
    world->now_ms += ms;
    return once_is_done(once, &world->fleet, world->now_ms);
}

static void an_empty_fleet_has_nothing_to_wait_for(void **state)
{
    struct fleet fleet;
    struct once once;

    (void)state;
    fleet_init(&fleet);
    once_init(&once, &fleet, 1000);
    assert_true(once_is_done(&once, &fleet, 1000));
    fleet_release(&fleet);
}

static void waits_for_a_connection_but_not_for_ever(void **state)
{
    struct world *world = *state;
    struct once once;

    begin(world, &once);
    assert_false(is_done_after(world, &once, 10));
    assert_false(is_done_after(world, &once, ONCE_PATIENCE_MS - 20));
    assert_true(is_done_after(world, &once, 10));
}

static void a_socket_that_fails_is_settled(void **state)
{
    struct world *world = *state;
    struct once once;

    begin(world, &once);
    assert_false(is_done_after(world, &once, 10));
    target_set_link(world->target, TARGET_FAILED, "no such file", 0, world->now_ms);
    assert_true(is_done_after(world, &once, 0));
}

static void a_busy_monitor_is_settled(void **state)
{
    struct world *world = *state;
    struct once once;

    begin(world, &once);
    target_set_link(world->target, TARGET_BUSY, "held", 0, world->now_ms);
    assert_true(is_done_after(world, &once, 0));
}

static void waits_until_every_question_is_answered(void **state)
{
    struct world *world = *state;
    struct once once;

    begin(world, &once);
    target_set_link(world->target, TARGET_UP, NULL, 0, world->now_ms);
    assert_false(is_done_after(world, &once, 10));
    world_answer(world);
    world_jobs(world, NULL, 0);
    world_answer(world);
    assert_true(is_done_after(world, &once, 0));
}

/* A storage daemon has neither query-status nor query-name. */
static void what_this_qemu_cannot_be_asked_is_not_waited_for(void **state)
{
    struct world *world = *state;
    enum target_query query;
    struct once once;

    begin(world, &once);
    target_set_link(world->target, TARGET_UP, NULL, 0, world->now_ms);
    assert_true(target_ask(world->target, world->now_ms, &query));
    assert_int_equal(query, TARGET_ASK_COMMANDS);
    target_asked(world->target, query, world->now_ms);
    target_set_offered(world->target, VERB_ALL, 1u << TARGET_ASK_JOBS | 1u << TARGET_ASK_BLOCK);
    target_answered(world->target, query, true, world->now_ms);
    world_answer(world);
    world_jobs(world, NULL, 0);
    assert_true(is_done_after(world, &once, 0));
}

static void looks_at_moving_jobs_until_their_rate_is_known(void **state)
{
    struct world *world = *state;
    struct once once;
    int64_t begin_ms = world->now_ms;
    uint64_t rate;

    begin(world, &once);
    assert_int_equal(world->fleet.delay_ms, ONCE_DELAY_MS);
    world_connect(world);
    struct job *job = world_job(world, "backup", "backup", "running", 0, 100 * GIB);
    while (!is_done_after(world, &once, 100)) {
        world_answer(world);
        world_job(world, "backup", "backup", "running",
                  (uint64_t)(world->now_ms - begin_ms) << 20, 100 * GIB);
    }
    assert_true(rate_per_second(&job->rate, world->now_ms, &rate));
    assert_true(world->now_ms - begin_ms <= 100 + ONCE_MOTION_MS);
}

static void a_job_that_stands_still_is_not_waited_for_for_ever(void **state)
{
    struct world *world = *state;
    struct once once;

    begin(world, &once);
    world_connect(world);
    world_job(world, "backup", "backup", "running", 0, 100 * GIB);
    world_answer(world);
    assert_false(is_done_after(world, &once, 10));
    world_answer(world);
    assert_true(is_done_after(world, &once, ONCE_MOTION_MS));
}

static void a_paused_job_has_no_rate_to_wait_for(void **state)
{
    struct world *world = *state;
    struct once once;

    begin(world, &once);
    world_connect(world);
    world_job(world, "backup", "backup", "paused", GIB, 100 * GIB);
    world_answer(world);
    assert_true(is_done_after(world, &once, 10));
}

static void a_check_does_not_look_at_motion(void **state)
{
    struct world *world = *state;
    struct once once;

    begin(world, &once);
    once.still = true;
    world_connect(world);
    world_job(world, "backup", "backup", "running", 0, 100 * GIB);
    world_answer(world);
    assert_true(is_done_after(world, &once, 10));
}

/* What QEMU would leave by itself is no need before it has stayed there. */
static void a_pending_job_is_looked_at_until_it_needs_you(void **state)
{
    struct world *world = *state;
    struct once once;

    begin(world, &once);
    once.still = true;
    world_connect(world);
    world_job(world, "backup", "backup", "pending", GIB, GIB);
    world_answer(world);
    assert_false(is_done_after(world, &once, 10));
    assert_int_equal(fleet_count(&world->fleet, world->now_ms).need, 0);
    assert_true(is_done_after(world, &once, JOB_PASSING_MS));
    assert_int_equal(fleet_count(&world->fleet, world->now_ms).need, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_fleet_has_nothing_to_wait_for),
        WORLD_TEST(waits_for_a_connection_but_not_for_ever),
        WORLD_TEST(a_socket_that_fails_is_settled),
        WORLD_TEST(a_busy_monitor_is_settled),
        WORLD_TEST(waits_until_every_question_is_answered),
        WORLD_TEST(what_this_qemu_cannot_be_asked_is_not_waited_for),
        WORLD_TEST(looks_at_moving_jobs_until_their_rate_is_known),
        WORLD_TEST(a_job_that_stands_still_is_not_waited_for_for_ever),
        WORLD_TEST(a_paused_job_has_no_rate_to_wait_for),
        WORLD_TEST(a_check_does_not_look_at_motion),
        WORLD_TEST(a_pending_job_is_looked_at_until_it_needs_you),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
