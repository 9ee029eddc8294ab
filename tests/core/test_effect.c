#include "world.h"

struct course {
    enum verb verb;
    const char *start;     /* status at the request */
    const char *events[6]; /* after its acceptance; "COMPLETED", "FAILED",
                              "CANCELLED", "PENDING" are BLOCK_JOB_* */
    enum action_state state;
    const char *answer;
};

static void tell(struct world *world, const char *event)
{
    if (strcmp(event, "COMPLETED") == 0)
        world_block_event(world, MERGE_BLOCK_COMPLETED, "m", NULL);
    else if (strcmp(event, "FAILED") == 0)
        world_block_event(world, MERGE_BLOCK_COMPLETED, "m", "disk full");
    else if (strcmp(event, "CANCELLED") == 0)
        world_block_event(world, MERGE_BLOCK_CANCELLED, "m", NULL);
    else if (strcmp(event, "PENDING") == 0)
        world_block_event(world, MERGE_BLOCK_PENDING, "m", NULL);
    else
        world_event(world, "m", event);
}

static const struct course courses[] = {
    {VERB_PAUSE, "running", {"paused"}, ACTION_EFFECTIVE, NULL},
    {VERB_PAUSE, "ready", {"standby"}, ACTION_EFFECTIVE, NULL},
    {VERB_PAUSE, "running", {"ready"}, ACTION_ACCEPTED, NULL},
    {VERB_PAUSE, "running", {"waiting"}, ACTION_OVERTAKEN, "waiting"},
    {VERB_PAUSE, "running", {"aborting"}, ACTION_OVERTAKEN, "aborting"},
    {VERB_PAUSE, "running", {"null"}, ACTION_OVERTAKEN, "the job is gone, nobody saw how"},
    {VERB_RESUME, "paused", {"running"}, ACTION_EFFECTIVE, NULL},
    {VERB_RESUME, "standby", {"ready"}, ACTION_EFFECTIVE, NULL},
    {VERB_RESUME, "paused", {"waiting"}, ACTION_EFFECTIVE, NULL},
    {VERB_RESUME, "paused", {"aborting"}, ACTION_OVERTAKEN, "aborting"},
    {VERB_COMPLETE, "ready", {"waiting"}, ACTION_ACCEPTED, NULL},
    {VERB_COMPLETE, "ready", {"waiting", "pending"}, ACTION_ACCEPTED, NULL},
    {VERB_COMPLETE, "ready", {"waiting", "pending", "PENDING"}, ACTION_EFFECTIVE, NULL},
    {VERB_COMPLETE,
     "ready",
     {"waiting", "pending", "COMPLETED", "concluded"},
     ACTION_EFFECTIVE,
     NULL},
    {VERB_COMPLETE,
     "ready",
     {"waiting", "COMPLETED", "concluded", "null"},
     ACTION_EFFECTIVE,
     NULL},
    {VERB_COMPLETE, "ready", {"waiting", "pending", "aborting"}, ACTION_ACCEPTED, NULL},
    {VERB_COMPLETE,
     "ready",
     {"waiting", "pending", "aborting", "FAILED", "concluded"},
     ACTION_OVERTAKEN,
     "disk full"},
    {VERB_COMPLETE,
     "ready",
     {"aborting", "FAILED", "concluded", "null"},
     ACTION_OVERTAKEN,
     "disk full"},
    {VERB_COMPLETE,
     "ready",
     {"aborting", "CANCELLED", "concluded", "null"},
     ACTION_OVERTAKEN,
     "the job was cancelled by another client"},
    {VERB_COMPLETE, "ready", {"null"}, ACTION_OVERTAKEN, "the job is gone, nobody saw how"},
    {VERB_COMPLETE, "standby", {"ready"}, ACTION_ACCEPTED, NULL},
    {VERB_STAY,
     "ready",
     {"waiting", "pending", "COMPLETED", "concluded"},
     ACTION_EFFECTIVE,
     NULL},
    {VERB_STAY,
     "ready",
     {"aborting", "CANCELLED", "concluded"},
     ACTION_OVERTAKEN,
     "the job was cancelled by another client"},
    {VERB_CANCEL, "running", {"aborting"}, ACTION_EFFECTIVE, NULL},
    {VERB_CANCEL, "running", {"CANCELLED"}, ACTION_EFFECTIVE, NULL},
    {VERB_CANCEL, "running", {"waiting"}, ACTION_ACCEPTED, NULL},
    {VERB_CANCEL,
     "running",
     {"waiting", "pending", "COMPLETED", "concluded"},
     ACTION_OVERTAKEN,
     "the job was done first"},
    {VERB_CANCEL, "running", {"FAILED", "null"}, ACTION_OVERTAKEN, "disk full"},
    {VERB_FINALIZE, "pending", {"COMPLETED", "concluded"}, ACTION_EFFECTIVE, NULL},
    {VERB_FINALIZE, "pending", {"COMPLETED", "concluded", "null"}, ACTION_EFFECTIVE, NULL},
    {VERB_FINALIZE,
     "pending",
     {"aborting", "FAILED", "concluded"},
     ACTION_OVERTAKEN,
     "disk full"},
    {VERB_DISMISS, "concluded", {"null"}, ACTION_EFFECTIVE, NULL},
};

static void run_course(struct world *world, const struct course *course, bool events_first)
{
    uint64_t uid = world_job(world, "m", "mirror", course->start, 4, 4)->uid;
    const struct action *action =
        world_send(world, fleet_job(&world->fleet, uid, NULL), course->verb);

    if (!events_first)
        world_reply(world, action, NULL);
    for (size_t i = 0; i < 6 && course->events[i]; i++)
        tell(world, course->events[i]);
    if (events_first) {
        assert_int_equal(action->state, ACTION_SENT);
        world_reply(world, action, NULL);
    }
    if (action->state != course->state)
        fail_msg("%s of a %s job, then %s%s: state %d, not %d", verb_name(course->verb),
                 course->start, course->events[0], events_first ? " before the reply" : "",
                 (int)action->state, (int)course->state);
    if (course->answer)
        assert_string_equal(action->answer, course->answer);
    else
        assert_null(action->answer);
    world_jobs(world, NULL, 0);
}

static void every_verb_has_its_effect_whatever_comes_first(void **state)
{
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(courses) / sizeof(courses[0]); i++) {
        run_course(world, &courses[i], false);
        run_course(world, &courses[i], true);
    }
}

static void promises_are_kept_in_the_job(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "ready", 4, 4);
    const struct action *action = world_send(world, job, VERB_COMPLETE);

    assert_false(job->completing);
    world_reply(world, action, NULL);
    assert_true(job->completing);
    world_events(world, "m", LIFE("waiting", "pending"));
    assert_true(job->completing);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "m", NULL);
    world_event(world, "m", "concluded");
    assert_false(job->completing);
    world_event(world, "m", "null");

    job = world_job(world, "m", "mirror", "ready", 4, 4);
    action = world_send(world, job, VERB_STAY);
    world_reply(world, action, NULL);
    assert_true(job->staying);
    world_job(world, "m", "mirror", "ready", 4, 4);
    assert_int_equal(action->state, ACTION_ACCEPTED);

    action = world_send(world, job, VERB_CANCEL);
    world_reply(world, action, NULL);
    assert_true(job->cancelling);
}

/* A create cannot be stopped: it runs on and then says that it was cancelled. */
static void a_plain_job_cancelled_by_us_ends_cancelled(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "c", "create", "running", 0, 1);
    struct job_report report = {"c", "create", "concluded", 1, 1, "Operation canceled"};
    const struct action *action = world_send(world, job, VERB_CANCEL);

    world_reply(world, action, NULL);
    world_pass(world, 60000);
    assert_true(action->overdue);
    world_event(world, "c", "aborting");
    assert_int_equal(action->state, ACTION_EFFECTIVE);
    world_event(world, "c", "concluded");
    world_jobs(world, &report, 1);
    world_event(world, "c", "null");
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_CANCELLED_BY_US);
}

static void a_job_that_is_kept_no_more_settles_too(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    uint64_t uid = job->uid;
    const struct action *action = world_send(world, job, VERB_PAUSE);

    world_event(world, "b", "null");
    merge_clear(world->target, uid);
    world_reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_OVERTAKEN);
    assert_string_equal(action->answer, "the job is gone");

    job = world_job(world, "b", "backup", "concluded", 4, 4);
    uid = job->uid;
    action = world_send(world, job, VERB_DISMISS);
    world_event(world, "b", "null");
    merge_clear(world->target, uid);
    world_reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

static void a_resume_waits_for_a_pause_that_hangs(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "running", 1, 4);
    struct block_job_report block = {
        .device = "m", .type = "mirror", .io = JOB_IO_OK, .paused = true};
    const struct action *action;

    merge_block_jobs(world->target, &block, 1, world->now_ms);
    assert_true(job_is_pausing(job));
    action = world_send(world, job, VERB_RESUME);
    world_reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_ACCEPTED);
    block.paused = false;
    merge_block_jobs(world->target, &block, 1, world->now_ms);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(every_verb_has_its_effect_whatever_comes_first),
        CONNECTED_TEST(promises_are_kept_in_the_job),
        CONNECTED_TEST(a_plain_job_cancelled_by_us_ends_cancelled),
        CONNECTED_TEST(a_job_that_is_kept_no_more_settles_too),
        CONNECTED_TEST(a_resume_waits_for_a_pause_that_hangs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
