#include "world.h"

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
    older = roster_find(world->target, "older");
    newer = roster_find(world->target, "newer");
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
    assert_ptr_equal(roster_find(world->target, "t"), job);
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
    assert_int_equal(roster_find(world->target, "b")->status, JOB_STATUS_RUNNING);
    world_event(world, "b", name);
    assert_int_equal(roster_find(world->target, "b")->status, JOB_STATUS_RUNNING);
    assert_int_equal(world->target->malformed, 2);
}

/* ---- answers that cannot be read wholly ---- */

static void what_cannot_be_read_is_not_known(void **state)
{
    struct world *world = *state;
    const struct job_report odd = {"j", NULL, NULL, MERGE_UNREAD, MERGE_UNREAD, NULL};
    struct job *job;

    world_jobs(world, &odd, 1);
    job = roster_find(world->target, "j");
    assert_non_null(job);
    assert_string_equal(job_type_text(job), "?");
    assert_string_equal(job_status_text(job), "?");
    assert_false(job->has_progress);
    assert_true(job->progress_odd);
    assert_true(world->target->jobs_odd);
    assert_int_equal(world->target->malformed, 1);

    assert_ptr_equal(world_job(world, "j", "mirror", "running", 3, 9), job);
    assert_int_equal(job->type, JOB_TYPE_MIRROR);
    assert_int_equal(job->current, 3);
    assert_false(job->progress_odd);
    assert_false(world->target->jobs_odd);

    world_jobs(world, &odd, 1);
    assert_int_equal(job->ending, JOB_NOT_ENDED);
    assert_int_equal(job->type, JOB_TYPE_MIRROR);
    assert_int_equal(job->status, JOB_STATUS_RUNNING);
    assert_false(job->has_progress);
}

static void some_jobs_end_no_others(void **state)
{
    struct world *world = *state;
    const struct job_report first[] = {{"a", "mirror", "running", 1, 9, NULL},
                                       {"b", "mirror", "running", 1, 9, NULL}};
    const struct job_report next[] = {{"a", "mirror", "running", 2, 9, NULL}};

    world_jobs(world, first, 2);
    merge_some_jobs(world->target, next, 1, world->now_ms);
    assert_int_equal(world->target->living_count, 2);
    assert_int_equal(roster_find(world->target, "a")->current, 2);
    assert_true(world->target->jobs_odd);
    world_jobs(world, next, 1);
    assert_int_equal(world->target->living_count, 1);
    assert_false(world->target->jobs_odd);
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

/* Nobody has seen it yet: a night of good ones does not push it off the list. */
static void a_failed_one_is_kept_longest(void **state)
{
    struct world *world = *state;
    char id[16];

    world_job(world, "bad", "backup", "running", 1, 4);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "bad", "Input/output error");
    world_events(world, "bad", LIFE("concluded", "null"));
    for (int i = 0; i < 2 * TARGET_ENDED_MAX; i++) {
        snprintf(id, sizeof(id), "j%d", i);
        world_events(world, id, LIFE("created", "null"));
    }
    assert_int_equal(world->target->ended_count, TARGET_ENDED_MAX);
    assert_string_equal(world->target->ended[0]->id, "bad");
    assert_string_equal(world->target->ended[1]->id, "j101");
    for (int i = 0; i < TARGET_ENDED_MAX; i++) {
        snprintf(id, sizeof(id), "f%d", i);
        world_events(world, id, LIFE("created", "aborting", "concluded", "null"));
    }
    assert_int_equal(world->target->ended_count, TARGET_ENDED_MAX);
    assert_string_equal(world->target->ended[0]->id, "f0");
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

/* ---- an answer that QEMU made before the event, and sent after it ---- */

static void ask_for_jobs(struct world *world)
{
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
}

static void answered(struct world *world)
{
    target_answered(world->target, TARGET_ASK_JOBS, true, world->now_ms);
}

static void an_older_answer_takes_no_job_back(void **state)
{
    struct world *world = *state;
    struct job *job;

    ask_for_jobs(world);
    world_events(world, "c", LIFE("created", "running", "waiting", "pending", "concluded"));
    job = roster_find(world->target, "c");
    assert_true(world_job(world, "c", "create", "running", 0, 1) == job);
    answered(world);
    assert_int_equal(job->status, JOB_STATUS_CONCLUDED);
    assert_false(job->outcome_told);
    assert_int_equal(job->type, JOB_TYPE_CREATE);
    assert_true(world->target->wanted & 1u << TARGET_ASK_JOBS);

    ask_for_jobs(world);
    assert_true(world_job(world, "c", "create", "concluded", 1, 1) == job);
    answered(world);
    assert_true(job->outcome_told);
    assert_int_equal(world->target->ended_count, 0);
    assert_false(world->target->wanted & 1u << TARGET_ASK_JOBS);
}

static void an_older_answer_ends_no_job(void **state)
{
    struct world *world = *state;
    struct job *job;

    ask_for_jobs(world);
    world_events(world, "b", LIFE("created", "running"));
    job = roster_find(world->target, "b");
    world_jobs(world, NULL, 0);
    answered(world);
    assert_ptr_equal(roster_find(world->target, "b"), job);
    assert_true(world->target->wanted & 1u << TARGET_ASK_JOBS);

    ask_for_jobs(world);
    world_jobs(world, NULL, 0);
    answered(world);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
}

/* The event came before the question. */
static void a_newer_answer_counts(void **state)
{
    struct world *world = *state;
    struct job *job;

    ask_for_jobs(world);
    job = world_job(world, "c", "create", "running", 0, 1);
    answered(world);
    world_event(world, "c", "concluded");
    ask_for_jobs(world);
    assert_true(world_job(world, "c", "create", "running", 0, 1) != job);
    answered(world);
    assert_int_equal(world->target->ended_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(a_reply_tells_of_jobs),
        CONNECTED_TEST(block_jobs_are_asked_for_only_where_there_are_some),
        CONNECTED_TEST(the_same_reply_again_changes_nothing),
        CONNECTED_TEST(names_of_a_future_qemu_are_kept),
        CONNECTED_TEST(an_id_twice_in_one_reply_is_one_job),
        CONNECTED_TEST(endless_names_are_refused),
        CONNECTED_TEST(block_jobs_add_to_known_jobs_only),
        CONNECTED_TEST(ended_jobs_are_kept_up_to_a_number),
        CONNECTED_TEST(a_failed_one_is_kept_longest),
        CONNECTED_TEST(what_cannot_be_read_is_not_known),
        CONNECTED_TEST(some_jobs_end_no_others),
        CONNECTED_TEST(a_hostile_list_is_capped),
        CONNECTED_TEST(endless_ids_are_refused),
        CONNECTED_TEST(only_ended_jobs_can_be_cleared),
        CONNECTED_TEST(an_older_answer_takes_no_job_back),
        CONNECTED_TEST(an_older_answer_ends_no_job),
        CONNECTED_TEST(a_newer_answer_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
