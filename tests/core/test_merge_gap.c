#include "world.h"

/* ---- incarnations ---- */

static void created_begins_anew(void **state)
{
    struct world *world = *state;
    uint64_t uid = world_job(world, "b", "backup", "running", 1, 4)->uid;

    world_event(world, "b", "created");
    assert_int_equal(world_ended(world)->uid, uid);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
    assert_true(roster_find(world->target, "b")->uid > uid);
}

static void created_after_a_told_end_keeps_the_verdict(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", 1, 4);
    world_block_event(world, MERGE_BLOCK_CANCELLED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "created"));
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_CANCELLED);
}

static void a_concluded_job_that_runs_is_another(void **state)
{
    struct world *world = *state;
    uint64_t uid = world_job(world, "b", "backup", "concluded", 4, 4)->uid;

    assert_int_not_equal(world_job(world, "b", "backup", "running", 0, 4)->uid, uid);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_DONE);
    uid = world_job(world, "b", "backup", "concluded", 4, 4)->uid;
    world_event(world, "b", "running");
    assert_int_not_equal(roster_find(world->target, "b")->uid, uid);
}

static void another_type_is_another_job(void **state)
{
    struct world *world = *state;
    uint64_t uid = world_job(world, "b", "backup", "running", 1, 4)->uid;

    assert_int_not_equal(world_job(world, "b", "mirror", "running", 1, 4)->uid, uid);
    assert_int_equal(world_ended(world)->uid, uid);
    uid = world_job(world, "t", "teleport", "running", 1, 4)->uid;
    assert_int_not_equal(world_job(world, "t", "summon", "running", 1, 4)->uid, uid);
}

/* ---- blind gaps ---- */

struct gap {
    const char *type, *before, *after;
    uint64_t done_before, done_after;
    bool same;
};

static void only_what_can_follow_keeps_its_uid(void **state)
{
    struct world *world = *state;
    static const struct gap gaps[] = {
        {"backup", "running", "running", 1, 2, true},
        {"backup", "running", "running", 2, 2, true},
        {"backup", "running", "running", 2, 1, false},
        {"mirror", "running", "running", 1, 2, false}, /* comes back as a backup */
        {"backup", "running", "paused", 1, 1, true},
        {"backup", "paused", "running", 1, 1, true},
        {"backup", "running", "created", 0, 0, false},
        {"backup", "running", "ready", 1, 4, true},
        {"backup", "ready", "running", 1, 4, false},
        {"backup", "ready", "standby", 1, 4, true},
        {"backup", "standby", "paused", 1, 4, false},
        {"backup", "running", "waiting", 1, 4, true},
        {"backup", "waiting", "running", 1, 4, false},
        {"backup", "waiting", "pending", 4, 4, true},
        {"backup", "pending", "waiting", 4, 4, false},
        {"backup", "running", "aborting", 1, 1, true},
        {"backup", "aborting", "concluded", 1, 1, true},
        {"backup", "aborting", "pending", 1, 1, false},
        {"backup", "concluded", "concluded", 4, 4, true},
        {"backup", "concluded", "running", 4, 4, false},
        {"backup", "hovering", "created", 1, 1, true}, /* nobody can say */
        {"backup", "concluded", "hovering", 1, 1, true},
    };

    for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
        const struct gap *gap = &gaps[i];
        struct job *job = world_job(world, "b", gap->type, gap->before, gap->done_before, 4);
        uint64_t uid = job->uid;

        world_cut(world);
        world_pass(world, 8000);
        assert_true(roster_find(world->target, "b")->blind);
        world_connect(world);
        job = world_job(world, "b", "backup", gap->after, gap->done_after, 4);
        if ((job->uid == uid) != gap->same)
            fail_msg("%s %s -> %s: the uid was %s", gap->type, gap->before, gap->after,
                     gap->same ? "not kept" : "kept");
        assert_false(job->blind);
        world_jobs(world, NULL, 0);
    }
}

static void a_job_gone_in_the_gap_ended_unknown(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", 1, 4);
    world_cut(world);
    assert_int_equal(world->target->living_count, 1);
    world_connect(world);
    world_jobs(world, NULL, 0);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
}

/* Until the first answer an event may be about another job of the same name. */
static void events_before_the_first_reply_prove_nothing(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);

    world_cut(world);
    world_connect(world);
    world->target->wanted = 0;
    world_event(world, "b", "aborting");
    world_block_event(world, MERGE_BLOCK_COMPLETED, "b", "broken");
    assert_int_equal(job->status, JOB_STATUS_RUNNING);
    assert_false(job->completed);
    assert_true(world->target->wanted & 1u << TARGET_ASK_JOBS);
    world_event(world, "b", "null");
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
    world_event(world, "b", "created");
    world_event(world, "b", "running");
    assert_int_equal(roster_find(world->target, "b")->status, JOB_STATUS_RUNNING);
}

static void a_lost_link_takes_promises_and_holds_back(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);

    job->completing = job->cancelling = job->staying = true;
    world_event(world, "b", "paused");
    world_cut(world);
    assert_false(job->completing || job->cancelling || job->staying);
    assert_int_equal(job->held_status, JOB_STATUS_UNKNOWN);
    assert_int_equal(merge_tick_at(world->target), -1);
    world_pass(world, 10000);
    assert_int_equal(job->status, JOB_STATUS_RUNNING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(created_begins_anew),
        CONNECTED_TEST(created_after_a_told_end_keeps_the_verdict),
        CONNECTED_TEST(a_concluded_job_that_runs_is_another),
        CONNECTED_TEST(another_type_is_another_job),
        CONNECTED_TEST(only_what_can_follow_keeps_its_uid),
        CONNECTED_TEST(a_job_gone_in_the_gap_ended_unknown),
        CONNECTED_TEST(events_before_the_first_reply_prove_nothing),
        CONNECTED_TEST(a_lost_link_takes_promises_and_holds_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
