#include "tui/screens/jobs_row.h"

#include "tests/core/world.h"

#define MIB ((uint64_t)1 << 20)

/* A backup that copies 4 MiB each second under a limit, for ten seconds. */
static struct jobs_row limited_to(struct world *world, uint64_t speed)
{
    const struct block_job_report block = {.device = "j", .type = "backup", .speed = speed};
    struct jobs_row row;

    for (uint64_t second = 0; second <= 10; second++) {
        world_job(world, "j", "backup", "running", second * 4 * MIB, GIB);
        merge_block_jobs(world->target, &block, 1, world->now_ms);
        if (second < 10)
            world_pass(world, 1000);
    }
    jobs_row_describe(&row, world->target, roster_find(world->target, "j"), NULL,
                      world->now_ms);
    return row;
}

static void a_limit_is_shown_with_the_verdict(void **state)
{
    struct world *world = *state;

    assert_string_equal(limited_to(world, 4 * MIB).verdict, "at its limit, 4.0M/s");
}

static void a_job_below_its_limit_moves(void **state)
{
    struct world *world = *state;

    assert_string_equal(limited_to(world, 50 * MIB).verdict, "moving, limit 50M/s");
}

static void without_a_limit_the_word_stands_alone(void **state)
{
    struct world *world = *state;

    assert_string_equal(limited_to(world, 0).verdict, "moving");
}

static void a_limit_says_nothing_of_a_job_that_stands_still(void **state)
{
    struct world *world = *state;
    struct jobs_row row;

    limited_to(world, 50 * MIB);
    jobs_row_describe(&row, world->target,
                      world_job(world, "j", "backup", "paused", GIB / 2, GIB), NULL,
                      world->now_ms);
    assert_string_equal(row.verdict, "paused by operator");
}

/* Created by one command: likely a group, and the column says that it is a guess. */
static void a_likely_group_has_its_number_and_a_doubt(void **state)
{
    static const char *const ids[] = {"a", "b", "c"};
    struct world *world = *state;
    char number[8];

    for (size_t i = 0; i < 3; i++)
        world_event(world, ids[i], "created");
    world_jobs(world,
               (const struct job_report[]){{"a", "backup", "running", MIB, GIB, NULL},
                                           {"b", "backup", "running", MIB, GIB, NULL},
                                           {"c", "backup", "running", MIB, GIB, NULL}},
               3);
    const struct job *first = roster_find(world->target, "a");

    snprintf(number, sizeof(number), "%d?", (int)first->group);
    for (size_t i = 0; i < 3; i++) {
        struct jobs_row row;

        jobs_row_describe(&row, world->target, roster_find(world->target, ids[i]), NULL,
                          world->now_ms);
        assert_string_equal(row.group, number);
    }
}

static void who_ends_alone_has_no_group(void **state)
{
    struct world *world = *state;

    assert_string_equal(limited_to(world, 0).group, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(a_limit_is_shown_with_the_verdict),
        CONNECTED_TEST(a_job_below_its_limit_moves),
        CONNECTED_TEST(without_a_limit_the_word_stands_alone),
        CONNECTED_TEST(a_limit_says_nothing_of_a_job_that_stands_still),
        CONNECTED_TEST(a_likely_group_has_its_number_and_a_doubt),
        CONNECTED_TEST(who_ends_alone_has_no_group),
    };

    return cmocka_run_group_tests_name("jobs_row", tests, NULL, NULL);
}
