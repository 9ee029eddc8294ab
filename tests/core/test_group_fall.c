/* The jobs of a transaction fall together, and how each ended is told by who began it. */
#include "transaction.h"

#include "core/ending.h"

/* What QEMU 7.2 said when `b` was cancelled: first `a` waited, the others ran. */
static void fall(struct world *world)
{
    world_event(world, "b", "aborting");
    world_event(world, "c", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "c", NULL);
    world_events(world, "c", LIFE("concluded", "null"));
    world_block_event(world, MERGE_BLOCK_CANCELLED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "null"));
    world_event(world, "a", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "a", NULL);
    world_events(world, "a", LIFE("concluded", "null"));
}

static enum job_ending ending(const struct world *world, const char *id)
{
    for (size_t i = 0; i < world->target->ended_count; i++)
        if (strcmp(world->target->ended[i]->id, id) == 0)
            return world->target->ended[i]->ending;
    return JOB_NOT_ENDED;
}

static void a_cancel_elsewhere_takes_the_group_along(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "waiting"));
    fall(world);
    assert_int_equal(ending(world, "b"), JOB_ENDED_CANCELLED);
    assert_int_equal(ending(world, "a"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_int_equal(ending(world, "c"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_written(world, 0, JOURNAL_INFO, "waiting -> cancelled with its group  1 byte in 0s");
}

static void our_cancel_takes_the_group_along(void **state)
{
    struct world *world = *state;
    struct action_check check;

    begin_transaction(world);
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "running"));
    assert_non_null(action_send(&world->fleet, job_of(world, "b")->uid, VERB_CANCEL, 0,
                                world->now_ms, &check));
    fall(world); /* the reply comes after all that */
    assert_int_equal(ending(world, "b"), JOB_ENDED_CANCELLED_BY_US);
    assert_int_equal(ending(world, "a"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_int_equal(ending(world, "c"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_true(world->target->ended[0]->group_proven);
}

static void a_failure_takes_the_group_along(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "running"));
    world_event(world, "b", "aborting");
    world_event(world, "a", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "a", NULL);
    world_events(world, "a", LIFE("concluded", "null"));
    world_block_event(world, MERGE_BLOCK_COMPLETED, "b", "No space left on device");
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(ending(world, "a"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_int_equal(ending(world, "b"), JOB_ENDED_FAILED);
}

/* An answer between them shows that the first fell alone. */
static void two_cancels_one_after_the_other_are_two(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    world_event(world, "a", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "a", NULL);
    world_events(world, "a", LIFE("concluded", "null"));
    ANSWER(JOB("c", "running"), JOB("b", "running"));
    world_event(world, "b", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(ending(world, "b"), JOB_ENDED_CANCELLED);
}

/* Two bystanders: one was created alone, the other is no backup. */
static void others_that_fall_fall_by_themselves(void **state)
{
    struct world *world = *state;

    world_job(world, "found", "backup", "running", 1, 4);
    world_events(world, "alone", LIFE("created", "running"));
    world_event(world, "found", "aborting");
    world_event(world, "alone", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "alone", NULL);
    world_event(world, "alone", "null");
    assert_int_equal(ending(world, "alone"), JOB_ENDED_CANCELLED);

    ANSWER(JOB("b", "running"), ((struct job_report){"m", "mirror", "running", 1, 4, NULL}));
    world_event(world, "b", "aborting");
    world_event(world, "m", "aborting");
    assert_false(job_of(world, "m")->dragged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(a_cancel_elsewhere_takes_the_group_along),
        CONNECTED_TEST(our_cancel_takes_the_group_along),
        CONNECTED_TEST(a_failure_takes_the_group_along),
        CONNECTED_TEST(two_cancels_one_after_the_other_are_two),
        CONNECTED_TEST(others_that_fall_fall_by_themselves),
    };

    return cmocka_run_group_tests_name("group_fall", tests, NULL, NULL);
}
