#include "world.h"

#define LIFE(...) ((const char *const[]){__VA_ARGS__, NULL})

static int connected(void **state)
{
    struct world *world;

    world_setup(state);
    world = *state;
    world_connect(world);
    world_jobs(world, NULL, 0);
    return 0;
}

static void tell_block(struct world *world, const char *id, enum job_io io)
{
    struct block_job_report report = {.device = id,
                                      .type = "mirror",
                                      .io = io,
                                      .auto_finalize = JOB_YES,
                                      .auto_dismiss = JOB_YES};

    merge_block_jobs(world->target, &report, 1, world->now_ms);
}

/* ---- replies ---- */

static void a_reply_tells_of_jobs(void **state)
{
    struct world *world = *state;
    const struct job_report reports[] = {
        {"newer", "backup", "running", 1, 4, NULL},
        {"older", "create", "concluded", 1, 1, "no such format"},
    };
    struct job *older;
    struct job *newer;

    world_jobs(world, reports, 2);
    older = target_find(world->target, "older");
    newer = target_find(world->target, "newer");
    assert_int_equal(world->target->living_count, 2);
    assert_true(older->uid < newer->uid);
    assert_ptr_equal(world->target->jobs[0], older);
    assert_int_equal(newer->type, JOB_TYPE_BACKUP);
    assert_int_equal(newer->status, JOB_STATUS_RUNNING);
    assert_true(newer->has_progress);
    assert_int_equal(newer->current, 1);
    assert_int_equal(newer->total, 4);
    assert_int_equal(newer->seen_ms, world->now_ms);
    assert_string_equal(older->error, "no such format");
    assert_written(world, 1, JOURNAL_ERROR, "found create, CONCLUDED  no such format");
    assert_written(world, 0, JOURNAL_INFO, "found backup, running");
}

static void block_jobs_are_asked_for_only_where_there_are_some(void **state)
{
    struct world *world = *state;

    world_job(world, "c", "create", "running", 0, 1);
    assert_false(world->target->wanted & 1u << TARGET_ASK_BLOCK);
    world_job(world, "b", "backup", "running", 0, 1);
    assert_true(world->target->wanted & 1u << TARGET_ASK_BLOCK);
}

static void the_same_reply_again_changes_nothing(void **state)
{
    struct world *world = *state;
    uint64_t generation;
    uint64_t uid = world_job(world, "b", "backup", "running", 1, 4)->uid;
    size_t written = world_written(world);

    generation = world->fleet.generation;
    assert_int_equal(world_job(world, "b", "backup", "running", 1, 4)->uid, uid);
    assert_int_equal(world->fleet.generation, generation);
    assert_int_equal(world_written(world), written);
    world_job(world, "b", "backup", "running", 2, 4);
    assert_true(world->fleet.generation > generation);
    assert_int_equal(world_written(world), written);
}

static void names_of_a_future_qemu_are_kept(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "t", "teleport", "hovering", 1, 4);

    assert_int_equal(job->type, JOB_TYPE_UNKNOWN);
    assert_string_equal(job_type_text(job), "teleport");
    assert_string_equal(job_status_text(job), "hovering");
    world_event(world, "t", "landing");
    assert_ptr_equal(target_find(world->target, "t"), job);
    assert_string_equal(job_status_text(job), "landing");
}

static void an_id_twice_in_one_reply_is_one_job(void **state)
{
    struct world *world = *state;
    const struct job_report reports[] = {
        {"b", "backup", "running", 1, 4, NULL},
        {"b", "mirror", "ready", 4, 4, NULL},
        {"b", "backup", "concluded", 1, 4, NULL},
    };

    world_jobs(world, reports, 3);
    assert_int_equal(world->target->job_count, 1);
    assert_int_equal(world->target->malformed, 2);
}

static void endless_names_are_refused(void **state)
{
    struct world *world = *state;
    char name[TARGET_NAME_MAX + 2];
    uint64_t uid = world_job(world, "b", "backup", "running", 1, 4)->uid;

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(world_job(world, "b", "backup", name, 1, 4)->uid, uid);
    assert_int_equal(target_find(world->target, "b")->status, JOB_STATUS_RUNNING);
    world_event(world, "b", name);
    assert_int_equal(target_find(world->target, "b")->status, JOB_STATUS_RUNNING);
    assert_int_equal(world->target->malformed, 2);
}

static void a_long_error_is_cut(void **state)
{
    struct world *world = *state;
    char error[4 * TARGET_ERROR_MAX];

    memset(error, 'x', sizeof(error) - 1);
    error[sizeof(error) - 1] = '\0';
    world_event(world, "b", "created");
    world_block_event(world, MERGE_BLOCK_COMPLETED, "b", error);
    assert_int_equal(strlen(target_find(world->target, "b")->error), TARGET_ERROR_MAX);
}

/* ---- a job's life by events (qmp-observed 2.3) ---- */

static void an_unknown_id_is_a_job_to_ask_about(void **state)
{
    struct world *world = *state;
    struct job *job;

    world->target->wanted = 0;
    world_event(world, "m", "created");
    job = target_find(world->target, "m");
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
    assert_true(target_find(world->target, "m")->was_ready);
    written = world_written(world);

    world_pass(world, 60000);
    world_events(world, "m", LIFE("waiting", "pending"));
    merge_block_event(world->target, &done, world->now_ms);
    world_events(world, "m", LIFE("concluded", "null"));
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_DONE);
    assert_int_equal(world_ended(world)->ended_ms, world->now_ms);
    assert_int_equal(world_ended(world)->current, 61 * GIB);
    assert_null(target_find(world->target, "m"));
    assert_int_equal(world_written(world), written + 1);
    assert_written(world, 0, JOURNAL_INFO, "ready -> done  61.0 GiB in 15m");
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
    assert_written(world, 0, JOURNAL_INFO, "running -> cancelled  1.0 GiB");
}

static void a_long_abort_is_journalled(void **state)
{
    struct world *world = *state;
    size_t written;

    world_job(world, "b", "backup", "running", 1, 4);
    written = world_written(world);
    world_event(world, "b", "aborting");
    assert_int_equal(target_find(world->target, "b")->status, JOB_STATUS_ABORTING);
    world_pass(world, MERGE_HOLD_MS - 1);
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

static void a_pending_job_wants_finalize(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", 1, 4);
    world_events(world, "b", LIFE("waiting", "pending"));
    world_block_event(world, MERGE_BLOCK_PENDING, "b", NULL);
    assert_int_equal(target_find(world->target, "b")->auto_finalize, JOB_NO);
    assert_written(world, 0, JOURNAL_NEED, "running -> PENDING");
}

static void a_waiting_member_of_a_group_is_journalled_once(void **state)
{
    struct world *world = *state;

    world_job(world, "b", "backup", "running", 4, 4);
    world_event(world, "b", "waiting");
    world_pass(world, MERGE_HOLD_MS);
    assert_written(world, 0, JOURNAL_INFO, "running -> waiting");
    world_event(world, "b", "pending");
    world_block_event(world, MERGE_BLOCK_PENDING, "b", NULL);
    assert_written(world, 0, JOURNAL_NEED, "waiting -> PENDING");
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
        uid = target_find(world->target, "c")->uid;
        world_event(world, "c", "null");
        assert_int_equal(fleet_job(&world->fleet, uid, NULL)->ending, cases[i].ending);
    }
}

static void an_end_nobody_told_is_unknown(void **state)
{
    struct world *world = *state;

    world_job(world, "c", "create", "running", 0, 1);
    world_events(world, "c", LIFE("waiting", "pending", "concluded", "null"));
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
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

/* ---- incarnations ---- */

static void created_begins_anew(void **state)
{
    struct world *world = *state;
    uint64_t uid = world_job(world, "b", "backup", "running", 1, 4)->uid;

    world_event(world, "b", "created");
    assert_int_equal(world_ended(world)->uid, uid);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
    assert_true(target_find(world->target, "b")->uid > uid);
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
    assert_int_not_equal(target_find(world->target, "b")->uid, uid);
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
        assert_true(target_find(world->target, "b")->blind);
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
    assert_int_equal(target_find(world->target, "b")->status, JOB_STATUS_RUNNING);
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

/* ---- drains (qmp-observed 2.2) ---- */

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
    world_pass(world, 10 * MERGE_HOLD_MS);
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
    world_pass(world, MERGE_HOLD_MS - 1);
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
    world_pass(world, MERGE_HOLD_MS);
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
    world_pass(world, MERGE_HOLD_MS - 100);
    assert_int_equal(target_find(world->target, "a")->status, JOB_STATUS_PAUSED);
    assert_int_equal(target_find(world->target, "b")->status, JOB_STATUS_RUNNING);
    world_pass(world, 100);
    assert_int_equal(target_find(world->target, "b")->status, JOB_STATUS_PAUSED);
}

/* ---- I/O errors ---- */

static void an_io_error_makes_the_pause_count_at_once(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "running", 1, 4);

    tell_block(world, "m", JOB_IO_OK);
    world->target->wanted = 0;
    world_io_error(world, "m", "stop");
    world_event(world, "m", "paused");
    assert_int_equal(job->status, JOB_STATUS_PAUSED);
    assert_true(job_is_io_paused(job));
    assert_written(world, 0, JOURNAL_ERROR, "running -> PAUSED  write error");
    assert_true(world->target->wanted & 1u << TARGET_ASK_BLOCK);

    tell_block(world, "m", JOB_IO_NOSPACE);
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
    tell_block(world, "m", JOB_IO_NOSPACE);
    assert_written(world, 0, JOURNAL_ERROR, "PAUSED  I/O error: no space");
    tell_block(world, "m", JOB_IO_NOSPACE);
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

/* ---- query-block-jobs ---- */

static void block_jobs_add_to_known_jobs_only(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "running", 1, 4);
    const struct block_job_report reports[] = {
        {.device = "stranger", .type = "backup"},
        {.device = "m",
         .type = "mirror",
         .speed = 7,
         .io = JOB_IO_OK,
         .busy = true,
         .paused = true,
         .auto_finalize = JOB_NO,
         .auto_dismiss = JOB_YES,
         .actively_synced = JOB_NO},
    };
    uint64_t generation;

    merge_block_jobs(world->target, reports, 2, world->now_ms);
    assert_int_equal(world->target->job_count, 1);
    assert_true(job->has_block);
    assert_int_equal(job->speed, 7);
    assert_int_equal(job->io, JOB_IO_OK);
    assert_true(job->busy);
    assert_true(job->block_paused);
    assert_int_equal(job->auto_finalize, JOB_NO);
    assert_int_equal(job->auto_dismiss, JOB_YES);
    assert_int_equal(job->actively_synced, JOB_NO);
    generation = world->fleet.generation;
    merge_block_jobs(world->target, reports, 2, world->now_ms);
    assert_int_equal(world->fleet.generation, generation);
}

/* ---- bounds ---- */

static void ended_jobs_are_kept_up_to_a_number(void **state)
{
    struct world *world = *state;
    char id[16];

    for (int i = 0; i < TARGET_ENDED_MAX + 10; i++) {
        snprintf(id, sizeof(id), "j%d", i);
        world_events(world, id, LIFE("created", "null"));
    }
    assert_int_equal(world->target->ended_count, TARGET_ENDED_MAX);
    assert_int_equal(world->target->job_count, TARGET_ENDED_MAX);
    assert_string_equal(world->target->ended[0]->id, "j10");
    assert_string_equal(world->target->jobs[0]->id, "j10");
}

static struct job_report *many_reports(size_t count, char (*ids)[32])
{
    struct job_report *reports = calloc(count, sizeof(*reports));

    assert_non_null(reports);
    for (size_t i = 0; i < count; i++) {
        snprintf(ids[i], sizeof(ids[i]), "job%zu", i * 7919 % count);
        reports[i] = (struct job_report){ids[i], "backup", "running", 1, 4, NULL};
    }
    return reports;
}

static void a_hostile_list_is_capped(void **state)
{
    struct world *world = *state;
    size_t count = TARGET_JOBS_MAX + 5;
    char(*ids)[32] = calloc(count, sizeof(*ids));
    struct job_report *reports;

    assert_non_null(ids);
    reports = many_reports(count, ids);
    world_jobs(world, reports, count);
    assert_int_equal(world->target->living_count, TARGET_JOBS_MAX);
    assert_int_equal(world->target->malformed, 5);
    for (size_t i = 1; i < world->target->living_count; i++)
        assert_true(strcmp(world->target->living[i - 1]->id, world->target->living[i]->id) < 0);
    world_event(world, "one more", "created");
    assert_int_equal(world->target->living_count, TARGET_JOBS_MAX);

    world_jobs(world, NULL, 0);
    assert_int_equal(world->target->living_count, 0);
    assert_int_equal(world->target->job_count, TARGET_ENDED_MAX);
    free(reports);
    free(ids);
}

static void endless_ids_are_refused(void **state)
{
    struct world *world = *state;
    size_t length = TARGET_IDS_MAX / 4;
    char *id = calloc(length + 1, 1);

    assert_non_null(id);
    memset(id, 'x', length);
    for (int i = 0; i < 6; i++) {
        id[0] = (char)('a' + i);
        world_event(world, id, "created");
    }
    assert_int_equal(world->target->living_count, 4);
    assert_int_equal(world->target->malformed, 2);
    world_jobs(world, NULL, 0);
    for (size_t i = 0; i < 4; i++)
        merge_clear(world->target, world->target->ended[0]->uid);
    assert_int_equal(world->target->id_bytes, 0);
    free(id);
}

static void only_ended_jobs_can_be_cleared(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    uint64_t uid = job->uid;

    merge_clear(world->target, uid);
    assert_ptr_equal(fleet_job(&world->fleet, uid, NULL), job);
    world_event(world, "b", "null");
    merge_clear(world->target, uid + 1);
    merge_clear(world->target, uid);
    assert_null(fleet_job(&world->fleet, uid, NULL));
    assert_int_equal(world->target->ended_count, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, connected, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_reply_tells_of_jobs),
        CASE(block_jobs_are_asked_for_only_where_there_are_some),
        CASE(the_same_reply_again_changes_nothing),
        CASE(names_of_a_future_qemu_are_kept),
        CASE(an_id_twice_in_one_reply_is_one_job),
        CASE(endless_names_are_refused),
        CASE(a_long_error_is_cut),
        CASE(an_unknown_id_is_a_job_to_ask_about),
        CASE(a_mirror_lives_and_is_done),
        CASE(completed_with_an_error_is_a_failure),
        CASE(a_forced_cancel_is_told),
        CASE(a_long_abort_is_journalled),
        CASE(a_concluded_job_waits_for_its_dismissal),
        CASE(a_pending_job_wants_finalize),
        CASE(a_waiting_member_of_a_group_is_journalled_once),
        CASE(plain_jobs_end_as_the_reply_said),
        CASE(an_end_nobody_told_is_unknown),
        CASE(a_job_missing_in_a_reply_has_ended),
        CASE(an_unknown_job_that_ends_is_not_lost),
        CASE(created_begins_anew),
        CASE(created_after_a_told_end_keeps_the_verdict),
        CASE(a_concluded_job_that_runs_is_another),
        CASE(another_type_is_another_job),
        CASE(only_what_can_follow_keeps_its_uid),
        CASE(a_job_gone_in_the_gap_ended_unknown),
        CASE(events_before_the_first_reply_prove_nothing),
        CASE(a_lost_link_takes_promises_and_holds_back),
        CASE(a_storm_of_drains_leaves_no_trace),
        CASE(a_drained_ready_mirror_stays_ready),
        CASE(a_pause_that_lasts_counts),
        CASE(a_reply_decides_about_a_held_pause),
        CASE(our_own_pause_counts_at_once),
        CASE(other_events_take_a_held_pause_back),
        CASE(two_held_pauses_count_each_in_its_time),
        CASE(an_io_error_makes_the_pause_count_at_once),
        CASE(an_io_error_after_the_pause_confirms_it),
        CASE(a_resumed_job_is_stopped_by_nothing),
        CASE(a_found_io_pause_is_told_when_it_is_known),
        CASE(floods_of_io_errors_are_counted),
        CASE(block_jobs_add_to_known_jobs_only),
        CASE(ended_jobs_are_kept_up_to_a_number),
        CASE(a_hostile_list_is_capped),
        CASE(endless_ids_are_refused),
        CASE(only_ended_jobs_can_be_cleared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
