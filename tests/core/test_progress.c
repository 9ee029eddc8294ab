#include "world.h"

#include "core/ending.h"
#include "core/motion.h"

/* Progress that is no simple count. */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void assert_figures(const struct world *world, const struct job *job, int permille,
                           uint64_t backlog)
{
    int64_t eta;

    assert_int_equal(motion_permille(job), permille);
    assert_int_equal(verdict_backlog(job), backlog);
    if (motion_eta(world->target, job, world->now_ms, &eta))
        assert_true(eta >= 0);
}

/* A mirror scans its bitmap, for minutes on a big image. */
static void nothing_of_nothing_is_a_scan(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "running", 0, 0);
    int64_t since;

    for (int i = 0; i < 120; i++) {
        world_pass(world, 1000);
        world_job(world, "m", "mirror", "running", 0, 0);
    }
    world_assert_verdict(world, job, VERDICT_STARTING);
    assert_false(verdict_is_flat(job, world->now_ms, &since));
    assert_figures(world, job, -1, 0);
    /* An empty disk is ready at once, and done like that. */
    world_job(world, "m", "mirror", "ready", 0, 0);
    world_assert_verdict(world, job, VERDICT_IN_STEP);
    assert_figures(world, job, -1, 0);
    world_job(world, "m", "mirror", "concluded", 0, 0);
    world_assert_verdict(world, job, VERDICT_EITHER);
}

static void a_total_may_shrink_and_grow(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "running", 0, 256);

    assert_figures(world, job, 0, 256);
    world_job(world, "m", "mirror", "running", 48, 64); /* zeroes were skipped */
    assert_figures(world, job, 750, 16);
    world_job(world, "m", "mirror", "running", 48, 96); /* the guest wrote: it goes back */
    assert_figures(world, job, 500, 48);
    world_job(world, "m", "mirror", "running", 100, 96); /* never seen, but nobody swore */
    assert_figures(world, job, 1000, 0);
    world_job(world, "m", "mirror", "ready", 80, 80);
    world_assert_verdict(world, job, VERDICT_IN_STEP);
    assert_figures(world, job, -1, 0);
    world_job(world, "m", "mirror", "ready", 80, 112);
    world_assert_verdict(world, job, VERDICT_BEHIND);
    assert_figures(world, job, -1, 32);
    world_job(world, "m", "mirror", "ready", UINT64_MAX - 1, UINT64_MAX - 1);
    assert_figures(world, job, -1, 0);
}

/* 1/1 is no success; and no bytes. */
static void a_failed_plain_job_is_not_at_100_percent(void **state)
{
    static const struct {
        const char *status, *error;
        uint64_t current;
        int permille;
        enum verdict verdict;
        enum need_kind need;
    } rows[] = {
        {"running", NULL, 0, -1, VERDICT_MOVING, NEED_NONE},
        {"running", NULL, 1, 1000, VERDICT_MOVING, NEED_NONE},
        {"concluded", NULL, 1, 1000, VERDICT_DONE, NEED_CONCLUDED},
        {"concluded", "no such pool", 1, -1, VERDICT_FAILED, NEED_FAILED},
        {"concluded", "Operation canceled", 1, -1, VERDICT_CANCELLED, NEED_CONCLUDED},
    };
    struct world *world = *state;
    uint64_t rate;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct job_report report = {"c", "create",     rows[i].status, rows[i].current,
                                    1,   rows[i].error};
        struct job *job;

        world_jobs(world, &report, 1);
        job = roster_find(world->target, "c");
        world_pass(world, 60000);
        assert_int_equal(motion_permille(job), rows[i].permille);
        world_assert_verdict(world, job, rows[i].verdict);
        assert_int_equal(fleet_need(world->target, job, world->now_ms).kind, rows[i].need);
        assert_false(motion_rate(world->target, job, world->now_ms, &rate));
        assert_false(ending_mean_rate(job, world->now_ms, &rate));
        world_jobs(world, NULL, 0);
    }
}

/* A cancelled backup of a group was at 100 %, and so was the failed one. */
static void full_progress_is_no_success(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "waiting", 4, 4);

    world_event(world, "b", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(job->ending, JOB_ENDED_CANCELLED);
    assert_int_equal(job->current, job->total);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(nothing_of_nothing_is_a_scan),
        CONNECTED_TEST(a_total_may_shrink_and_grow),
        CONNECTED_TEST(a_failed_plain_job_is_not_at_100_percent),
        CONNECTED_TEST(full_progress_is_no_success),
    };

    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
