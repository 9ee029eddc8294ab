#include "world.h"

static void a_long_error_is_cut(void **state)
{
    struct world *world = *state;
    char error[4 * TARGET_ERROR_MAX];

    memset(error, 'x', sizeof(error) - 1);
    error[sizeof(error) - 1] = '\0';
    world_event(world, "b", "created");
    world_block_event(world, MERGE_BLOCK_COMPLETED, "b", error);
    assert_int_equal(strlen(roster_find(world->target, "b")->error), TARGET_ERROR_MAX);
}

/* ---- a job's life by events ---- */

static void an_unknown_id_is_a_job_to_ask_about(void **state)
{
    struct world *world = *state;
    struct job *job;

    world->target->wanted = 0;
    world_event(world, "m", "created");
    job = roster_find(world->target, "m");
    assert_non_null(job);
    assert_string_equal(job_type_text(job), "?");
    assert_true(job->from_start);
    assert_int_equal(world->target->wanted, 1u << TARGET_ASK_JOBS | 1u << TARGET_ASK_BLOCK);
    assert_true(world_job(world, "m", "mirror", "running", 0, 0) == job);
    assert_int_equal(job->type, JOB_TYPE_MIRROR);
    assert_false(world->target->wanted & 1u << TARGET_ASK_JOBS);
    assert_written(world, 0, JOURNAL_INFO, "new mirror, running");
}

static void a_mirror_lives_and_is_done(void **state)
{
    struct world *world = *state;
    size_t written;
    struct block_event_report done = {.event = MERGE_BLOCK_COMPLETED,
                                      .id = "m",
                                      .type = "mirror",
                                      .has_progress = true,
                                      .offset = 61 * GIB,
                                      .len = 61 * GIB};

    world_events(world, "m", LIFE("created", "running", "paused", "running"));
    world_job(world, "m", "mirror", "running", 59 * GIB, 60 * GIB);
    world_pass(world, 14 * 60000 + 3000);
    world_event(world, "m", "ready");
    world_block_event(world, MERGE_BLOCK_READY, "m", NULL);
    assert_written(world, 0, JOURNAL_NEED, "running -> READY  60.0 GiB in 14m");
    assert_true(roster_find(world->target, "m")->was_ready);
    written = world_written(world);

    world_pass(world, 60000);
    world_events(world, "m", LIFE("waiting", "pending"));
    merge_block_event(world->target, &done, world->now_ms);
    world_events(world, "m", LIFE("concluded", "null"));
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_EITHER);
    assert_int_equal(world_ended(world)->ended_ms, world->now_ms);
    assert_int_equal(world_ended(world)->current, 61 * GIB);
    assert_null(roster_find(world->target, "m"));
    assert_int_equal(world_written(world), written + 1);
    assert_written(world, 0, JOURNAL_INFO,
                   "ready -> done: switched or stayed, QEMU does not tell  61.0 GiB in 15m");
}

static void completed_with_an_error_is_a_failure(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", 1, 4);
    world_event(world, "b", "aborting");
    world_block_event(world, MERGE_BLOCK_COMPLETED, "b", "No space left on device");
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_FAILED);
    assert_string_equal(world_ended(world)->error, "No space left on device");
    assert_int_equal(fleet_need(world->target, world_ended(world), world->now_ms).kind,
                     NEED_FAILED);
    assert_written(world, 0, JOURNAL_ERROR, "running -> failed  No space left on device");
}

static void a_forced_cancel_is_told(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", GIB, 4 * GIB);
    world_event(world, "b", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_CANCELLED);
    assert_written(world, 0, JOURNAL_INFO, "running -> cancelled by another client  1.0 GiB");
}

static void a_long_abort_is_journalled(void **state)
{
    struct world *world = *state;
    size_t written;

    world_job(world, "b", "backup", "running", 1, 4);
    written = world_written(world);
    world_event(world, "b", "aborting");
    assert_int_equal(roster_find(world->target, "b")->status, JOB_STATUS_ABORTING);
    world_pass(world, CHANGE_HOLD_MS - 1);
    assert_int_equal(world_written(world), written);
    assert_int_equal(merge_tick_at(world->target), world->now_ms + 1);
    world_pass(world, 1);
    assert_written(world, 0, JOURNAL_INFO, "running -> aborting");
    assert_int_equal(merge_tick_at(world->target), -1);
}

static void a_concluded_job_waits_for_its_dismissal(void **state)
{
    struct world *world = *state;
    struct job_report report = {"b", "backup", "concluded", GIB, 4 * GIB, "Input/output error"};

    world_job(world, "b", "backup", "running", GIB, 4 * GIB);
    world_event(world, "b", "aborting");
    world_block_event(world, MERGE_BLOCK_COMPLETED, "b", "Input/output error");
    world_event(world, "b", "concluded");
    assert_true(world->target->wanted & 1u << TARGET_ASK_JOBS);
    world_jobs(world, &report, 1);
    assert_written(world, 0, JOURNAL_ERROR, "running -> CONCLUDED  Input/output error");
    world_event(world, "b", "null");
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_FAILED);
    assert_written(world, 0, JOURNAL_INFO, "concluded -> dismissed");
    /* Who dismissed it has had a look at it. */
    assert_int_equal(fleet_need(world->target, world_ended(world), world->now_ms).kind,
                     NEED_NONE);
}

/* create, amend, snapshot-*: no BLOCK_JOB_* events; a query tells the outcome. */
static void plain_jobs_end_as_the_reply_said(void **state)
{
    struct world *world = *state;
    const struct {
        const char *error;
        enum job_ending ending;
    } cases[] = {
        {NULL, JOB_ENDED_DONE},
        {"Image is not in qcow2 format", JOB_ENDED_FAILED},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct job_report report = {"c", "create", "concluded", 1, 1, cases[i].error};
        uint64_t uid;

        world_events(world, "c", LIFE("created", "running", "aborting", "concluded"));
        world_jobs(world, &report, 1);
        uid = roster_find(world->target, "c")->uid;
        world_event(world, "c", "null");
        assert_int_equal(fleet_job(&world->fleet, uid, NULL)->ending, cases[i].ending);
    }
}

/* Nobody asks in time; the way it went tells. */
static void the_way_to_the_end_tells_how_it_was(void **state)
{
    struct world *world = *state;
    const struct {
        const char *const *life;
        enum job_ending ending;
    } cases[] = {
        {LIFE("waiting", "pending", "concluded", "null"), JOB_ENDED_DONE},
        {LIFE("aborting", "concluded", "null"), JOB_ENDED_FAILED},
        {LIFE("waiting", "pending", "aborting", "concluded", "null"), JOB_ENDED_FAILED},
        {LIFE("concluded", "null"), JOB_ENDED_UNKNOWN},
        {LIFE("waiting", "null"), JOB_ENDED_UNKNOWN},
        {LIFE("null"), JOB_ENDED_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t uid = world_job(world, "c", "create", "running", 0, 1)->uid;

        world_events(world, "c", cases[i].life);
        assert_int_equal(fleet_job(&world->fleet, uid, NULL)->ending, cases[i].ending);
    }
    assert_written(world, 0, JOURNAL_INFO, "running -> gone, nobody saw how");
}

static void a_job_missing_in_a_reply_has_ended(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", 1, 4);
    world_job(world, "other", "backup", "running", 1, 4);
    assert_string_equal(world_ended(world)->id, "b");
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);

    world_block_event(world, MERGE_BLOCK_COMPLETED, "other", NULL);
    world_jobs(world, NULL, 0);
    assert_int_equal(world->target->ended[1]->ending, JOB_ENDED_DONE);
}

static void an_unknown_job_that_ends_is_not_lost(void **state)
{
    struct world *world = *state;
    struct block_event_report done = {
        .event = MERGE_BLOCK_COMPLETED, .id = "b", .type = "backup"};

    merge_block_event(world->target, &done, world->now_ms);
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_DONE);
    assert_int_equal(world_ended(world)->type, JOB_TYPE_BACKUP);
    assert_written(world, 0, JOURNAL_INFO, "found backup, done");
    world_event(world, "never", "null");
    assert_int_equal(world->target->job_count, 1);
}

/* ---- drains ---- */

static void a_storm_of_drains_leaves_no_trace(void **state)
{
    struct world *world = *state;
    struct job *running = world_job(world, "b", "backup", "running", 1, 4);
    size_t written = world_written(world);
    uint64_t generation = world->fleet.generation;

    world->target->wanted = 0;
    for (int i = 0; i < 176; i++) {
        world_event(world, "b", "paused");
        world_pass(world, 1);
        world_event(world, "b", "running");
    }
    world_pass(world, 10 * CHANGE_HOLD_MS);
    assert_int_equal(running->status, JOB_STATUS_RUNNING);
    assert_int_equal(world_written(world), written);
    assert_int_equal(world->fleet.generation, generation);
    assert_int_equal(world->target->wanted, 0);
}

static void a_drained_ready_mirror_stays_ready(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "ready", 4, 4);
    int64_t since = job->status_ms;

    world_pass(world, 1000);
    world_events(world, "m", LIFE("standby", "ready"));
    world_pass(world, 1000);
    assert_int_equal(job->status, JOB_STATUS_READY);
    assert_int_equal(job->status_ms, since);
}

static void a_pause_that_lasts_counts(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);

    world_event(world, "b", "paused");
    world_pass(world, CHANGE_HOLD_MS - 1);
    assert_int_equal(job->status, JOB_STATUS_RUNNING);
    assert_int_equal(merge_tick_at(world->target), world->now_ms + 1);
    world->now_ms++;
    assert_true(merge_tick(world->target, world->now_ms));
    assert_int_equal(job->status, JOB_STATUS_PAUSED);
    assert_written(world, 0, JOURNAL_INFO, "running -> paused");
    assert_int_equal(merge_tick_at(world->target), -1);
    world_event(world, "b", "running");
    assert_int_equal(job->status, JOB_STATUS_RUNNING);
    assert_written(world, 0, JOURNAL_INFO, "paused -> running");
}

static void a_reply_decides_about_a_held_pause(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);

    world_event(world, "b", "paused");
    world_job(world, "b", "backup", "running", 1, 4);
    world_pass(world, CHANGE_HOLD_MS);
    assert_int_equal(job->status, JOB_STATUS_RUNNING);
    world_event(world, "b", "paused");
    world_job(world, "b", "backup", "paused", 1, 4);
    assert_int_equal(job->status, JOB_STATUS_PAUSED);
}

static void our_own_pause_counts_at_once(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    struct action_check check;

    assert_non_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
    world_event(world, "b", "paused");
    assert_int_equal(job->status, JOB_STATUS_PAUSED);
}

static void other_events_take_a_held_pause_back(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);

    world_events(world, "b", LIFE("paused", "running", "aborting"));
    assert_int_equal(job->status, JOB_STATUS_ABORTING);
    assert_int_equal(job->held_status, JOB_STATUS_UNKNOWN);
}

static void two_held_pauses_count_each_in_its_time(void **state)
{
    struct world *world = *state;
    const struct job_report reports[] = {
        {"a", "backup", "running", 1, 4, NULL},
        {"b", "backup", "running", 1, 4, NULL},
    };

    world_jobs(world, reports, 2);
    world_event(world, "a", "paused");
    world_pass(world, 100);
    world_event(world, "b", "paused");
    world_pass(world, CHANGE_HOLD_MS - 100);
    assert_int_equal(roster_find(world->target, "a")->status, JOB_STATUS_PAUSED);
    assert_int_equal(roster_find(world->target, "b")->status, JOB_STATUS_RUNNING);
    world_pass(world, 100);
    assert_int_equal(roster_find(world->target, "b")->status, JOB_STATUS_PAUSED);
}

/* ---- I/O errors ---- */

static void an_io_error_makes_the_pause_count_at_once(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "running", 1, 4);

    world_block_job(world, "m", JOB_IO_OK);
    world->target->wanted = 0;
    world_io_error(world, "m", "stop");
    world_event(world, "m", "paused");
    assert_int_equal(job->status, JOB_STATUS_PAUSED);
    assert_true(job_is_io_paused(job));
    assert_written(world, 0, JOURNAL_ERROR, "running -> PAUSED  write error");
    assert_true(world->target->wanted & 1u << TARGET_ASK_BLOCK);

    world_block_job(world, "m", JOB_IO_NOSPACE);
    assert_written(world, 0, JOURNAL_ERROR, "PAUSED  write error: no space");
    assert_int_equal(job->io, JOB_IO_NOSPACE);
}

static void an_io_error_after_the_pause_confirms_it(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "ready", 4, 4);

    world_event(world, "m", "standby");
    world_io_error(world, "m", "stop");
    assert_int_equal(job->status, JOB_STATUS_STANDBY);
    assert_written(world, 0, JOURNAL_ERROR, "ready -> STANDBY  write error");
}

static void a_resumed_job_is_stopped_by_nothing(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "running", 1, 4);

    world_io_error(world, "m", "stop");
    world_event(world, "m", "paused");
    job->block_paused = true;
    world_event(world, "m", "running");
    assert_null(job->stopped_by);
    assert_false(job_is_pausing(job));
    world_event(world, "m", "paused");
    assert_int_equal(job->status, JOB_STATUS_RUNNING);
}

static void a_found_io_pause_is_told_when_it_is_known(void **state)
{
    struct world *world = *state;

    world_job(world, "m", "mirror", "paused", 1, 4);
    assert_written(world, 0, JOURNAL_INFO, "found mirror, paused");
    world_block_job(world, "m", JOB_IO_NOSPACE);
    assert_written(world, 0, JOURNAL_ERROR, "PAUSED  I/O error: no space");
    world_block_job(world, "m", JOB_IO_NOSPACE);
    assert_int_equal(world_entry(world, 0)->count, 1);
}

static void floods_of_io_errors_are_counted(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "running", 1, 4);
    size_t written = world_written(world);

    for (int i = 0; i < 5000; i++)
        world_io_error(world, "m", "ignore");
    assert_int_equal(job->io_errors, 5000);
    assert_int_equal(world_written(world), written + 4);
    assert_written(world, 0, JOURNAL_ERROR, "write error, action ignore (1000 so far)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(a_long_error_is_cut),
        CONNECTED_TEST(an_unknown_id_is_a_job_to_ask_about),
        CONNECTED_TEST(a_mirror_lives_and_is_done),
        CONNECTED_TEST(completed_with_an_error_is_a_failure),
        CONNECTED_TEST(a_forced_cancel_is_told),
        CONNECTED_TEST(a_long_abort_is_journalled),
        CONNECTED_TEST(a_concluded_job_waits_for_its_dismissal),
        CONNECTED_TEST(plain_jobs_end_as_the_reply_said),
        CONNECTED_TEST(the_way_to_the_end_tells_how_it_was),
        CONNECTED_TEST(a_job_missing_in_a_reply_has_ended),
        CONNECTED_TEST(an_unknown_job_that_ends_is_not_lost),
        CONNECTED_TEST(a_storm_of_drains_leaves_no_trace),
        CONNECTED_TEST(a_drained_ready_mirror_stays_ready),
        CONNECTED_TEST(a_pause_that_lasts_counts),
        CONNECTED_TEST(a_reply_decides_about_a_held_pause),
        CONNECTED_TEST(our_own_pause_counts_at_once),
        CONNECTED_TEST(other_events_take_a_held_pause_back),
        CONNECTED_TEST(two_held_pauses_count_each_in_its_time),
        CONNECTED_TEST(an_io_error_makes_the_pause_count_at_once),
        CONNECTED_TEST(an_io_error_after_the_pause_confirms_it),
        CONNECTED_TEST(a_resumed_job_is_stopped_by_nothing),
        CONNECTED_TEST(a_found_io_pause_is_told_when_it_is_known),
        CONNECTED_TEST(floods_of_io_errors_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
