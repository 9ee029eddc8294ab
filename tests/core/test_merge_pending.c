/*
 * PENDING: a status that QEMU passes through, or one that waits for a person. What the
 * journal says of it, and when.
 */

#include "world.h"

static void a_pending_job_wants_finalize(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", 1, 4);
    world_events(world, "b", LIFE("waiting", "pending"));
    world_block_event(world, MERGE_BLOCK_PENDING, "b", NULL);
    assert_int_equal(roster_find(world->target, "b")->auto_finalize, JOB_NO);
    assert_written(world, 0, JOURNAL_NEED, "running -> PENDING");
}

/* Whether a job that is found pending waits for somebody, query-block-jobs tells. */
static void a_job_found_pending_is_told_when_it_is_known_what_for(void **state)
{
    struct world *world = *state;
    const struct block_job_report waits = {
        .device = "s", .type = "stream", .io = JOB_IO_OK, .auto_finalize = JOB_NO};
    size_t written = world_written(world);

    world_job(world, "s", "stream", "pending", 4, 4);
    assert_int_equal(world_written(world), written);
    merge_block_jobs(world->target, &waits, 1, world->now_ms);
    assert_written(world, 0, JOURNAL_NEED, "found stream, PENDING");
    world_pass(world, 2 * JOB_PASSING_MS);
    world_job(world, "s", "stream", "pending", 4, 4);
    assert_int_equal(world_written(world), written + 1);
}

/* A backup that finalizes itself may be kept by another one of its transaction. */
static void a_job_that_stays_pending_is_told_in_the_end(void **state)
{
    struct world *world = *state;
    const struct block_job_report passes[] = {
        {.device = "b", .type = "backup", .io = JOB_IO_OK, .auto_finalize = JOB_YES},
        {.device = "c", .type = "commit", .io = JOB_IO_OK, .auto_finalize = JOB_YES}};
    const struct job_report jobs[] = {{"c", "commit", "pending", 4, 4, NULL},
                                      {"b", "backup", "pending", 4, 4, NULL}};

    world_jobs(world, jobs, 2);
    merge_block_jobs(world->target, passes, 2, world->now_ms);
    world_pass(world, CHANGE_HOLD_MS);
    assert_written(world, 0, JOURNAL_INFO, "found commit, pending");
    world_pass(world, JOB_PASSING_MS - CHANGE_HOLD_MS);
    assert_written(world, 0, JOURNAL_NEED, "found backup, PENDING");
}

static void a_waiting_member_of_a_group_is_journalled_once(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", 4, 4);
    world_event(world, "b", "waiting");
    world_pass(world, CHANGE_HOLD_MS);
    assert_written(world, 0, JOURNAL_INFO, "running -> waiting");
    world_event(world, "b", "pending");
    world_block_event(world, MERGE_BLOCK_PENDING, "b", NULL);
    assert_written(world, 0, JOURNAL_NEED, "waiting -> PENDING");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(a_pending_job_wants_finalize),
        CONNECTED_TEST(a_job_found_pending_is_told_when_it_is_known_what_for),
        CONNECTED_TEST(a_job_that_stays_pending_is_told_in_the_end),
        CONNECTED_TEST(a_waiting_member_of_a_group_is_journalled_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
