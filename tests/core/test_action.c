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

static const struct action *send_verb(struct world *world, const struct job *job,
                                      enum verb verb)
{
    struct action_check check;
    const struct action *action =
        action_send(&world->fleet, job->uid, verb, 0, world->now_ms, &check);

    assert_non_null(action);
    assert_int_equal(check.answer, VERB_LIT);
    return action;
}

static void reply(struct world *world, const struct action *action, const char *error)
{
    action_replied(&world->fleet, action->serial, error, world->now_ms);
}

static const char *sentence(const struct world *world, const struct action *action)
{
    static char text[200];

    action_sentence(action, world->now_ms, text, sizeof(text));
    return text;
}

static enum verb_answer answer_of(const struct world *world, uint64_t uid, enum verb verb)
{
    return action_check(&world->fleet, uid, verb).answer;
}

/* ---- checks ---- */

static void nobody_acts_on_a_job_that_is_none(void **state)
{
    struct world *world = *state;
    struct action_check check;

    assert_int_equal(answer_of(world, 4711, VERB_PAUSE), VERB_ENDED);
    assert_null(action_send(&world->fleet, 4711, VERB_PAUSE, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_ENDED);
    assert_non_null(check.why);
    assert_int_equal(world->sent, 0);
    assert_null(action_newest(&world->fleet.actions));
}

static void a_lit_verb_has_no_reason(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    struct action_check check = action_check(&world->fleet, job->uid, VERB_PAUSE);

    assert_int_equal(check.answer, VERB_LIT);
    assert_null(check.why);
    check = action_check(&world->fleet, job->uid, VERB_FINALIZE);
    assert_int_equal(check.answer, VERB_WRONG_STATUS);
    assert_non_null(check.why);
}

static void read_only_and_a_lost_link_send_nothing(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    struct action_check check;

    world->fleet.read_only = true;
    assert_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_READ_ONLY);
    world->fleet.read_only = false;
    world_cut(world);
    assert_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_LINK_DOWN);
    /* Up again, but nobody knows yet whether it is still the same job. */
    world_connect(world);
    assert_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_LINK_DOWN);
    assert_int_equal(world->sent, 0);
}

static void a_job_replaced_under_its_id_is_left_alone(void **state)
{
    struct world *world = *state;
    uint64_t uid = world_job(world, "b", "backup", "running", 1, 4)->uid;
    struct action_check check;

    world_events(world, "b", LIFE("null", "created", "running"));
    assert_non_null(target_find(world->target, "b"));
    assert_null(action_send(&world->fleet, uid, VERB_CANCEL, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_ENDED);
    assert_int_equal(world->sent, 0);
}

static void what_cannot_be_queued_was_not_sent(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    struct action_check check;

    world->sink_refuses = true;
    assert_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_LINK_DOWN);
    assert_non_null(check.why);
    assert_null(action_newest(&world->fleet.actions));
    world->fleet.actions.sink = (struct action_sink){0};
    assert_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
}

static void the_same_request_is_not_sent_twice(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = send_verb(world, job, VERB_PAUSE);

    assert_int_equal(answer_of(world, job->uid, VERB_PAUSE), VERB_IN_FLIGHT);
    assert_int_equal(answer_of(world, job->uid, VERB_CANCEL), VERB_LIT);
    reply(world, action, NULL);
    assert_int_equal(answer_of(world, job->uid, VERB_PAUSE), VERB_IN_FLIGHT);
    world_pass(world, ACTION_PATIENCE_MS);
    assert_int_equal(answer_of(world, job->uid, VERB_PAUSE), VERB_LIT);
}

/* ---- the life of a request ---- */

static void sent_accepted_in_effect(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "mirror0", "backup", "running", 1, 4);
    const struct action *action = send_verb(world, job, VERB_PAUSE);

    assert_int_equal(world->sent, 1);
    assert_int_equal(world->sent_verb, VERB_PAUSE);
    assert_int_equal(world->sent_serial, action->serial);
    assert_int_equal(action->state, ACTION_SENT);
    assert_string_equal(sentence(world, action), "pause web-01/mirror0: sent");
    assert_written(world, 0, JOURNAL_YOU, "you: pause  sent");
    assert_int_equal(world_entry(world, 0)->uid, job->uid);

    world->target->wanted = 0;
    reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_ACCEPTED);
    assert_string_equal(sentence(world, action),
                        "pause web-01/mirror0: accepted, waiting for the effect");
    assert_written(world, 0, JOURNAL_YOU, "you: pause  accepted");
    assert_int_equal(world->target->wanted, 1u << TARGET_ASK_JOBS | 1u << TARGET_ASK_BLOCK);

    world_event(world, "mirror0", "paused");
    assert_int_equal(action->state, ACTION_EFFECTIVE);
    assert_string_equal(sentence(world, action), "pause web-01/mirror0: in effect");
}

/* QEMU sends the event before the reply (240 of 240). */
static void an_effect_before_the_reply_counts_with_the_reply(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = send_verb(world, job, VERB_PAUSE);

    world_event(world, "b", "paused");
    assert_int_equal(action->state, ACTION_SENT);
    assert_true(action->effect_seen);
    reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

static void a_refusal_is_told_in_qemus_words(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = send_verb(world, job, VERB_PAUSE);

    reply(world, action, "Job is already paused");
    assert_int_equal(action->state, ACTION_REFUSED);
    assert_string_equal(sentence(world, action),
                        "pause web-01/b: refused: Job is already paused");
    assert_written(world, 0, JOURNAL_ERROR, "you: pause  refused: Job is already paused");
    reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_REFUSED);
}

static void no_answer_is_said(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = send_verb(world, job, VERB_PAUSE);

    world_pass(world, ACTION_PATIENCE_MS);
    assert_string_equal(sentence(world, action), "pause web-01/b: sent, no answer yet");
    assert_false(action->overdue);
}

static void a_lost_link_leaves_the_outcome_open(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *sent = send_verb(world, job, VERB_PAUSE);
    const struct action *accepted = send_verb(world, job, VERB_CANCEL);
    const struct action *done = send_verb(world, job, VERB_LIMIT);

    reply(world, accepted, NULL);
    reply(world, done, NULL);
    assert_true(job->cancelling);
    world_cut(world);
    assert_int_equal(sent->state, ACTION_UNKNOWN);
    assert_int_equal(accepted->state, ACTION_UNKNOWN);
    assert_int_equal(done->state, ACTION_EFFECTIVE);
    assert_string_equal(sentence(world, sent),
                        "pause web-01/b: outcome unknown: the connection was lost");
    /* The session then says so once more. */
    action_gone(&world->fleet, sent->serial, world->now_ms);
    reply(world, sent, NULL);
    assert_int_equal(sent->state, ACTION_UNKNOWN);
}

static void a_request_without_answer_is_open(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = send_verb(world, job, VERB_PAUSE);

    action_gone(&world->fleet, action->serial + 1, world->now_ms);
    assert_int_equal(action->state, ACTION_SENT);
    action_gone(&world->fleet, action->serial, world->now_ms);
    assert_int_equal(action->state, ACTION_UNKNOWN);
    assert_written(world, 0, JOURNAL_ERROR,
                   "you: pause  outcome unknown: the connection was lost");
}

static void an_accepted_request_without_effect_is_said_once(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = send_verb(world, job, VERB_PAUSE);

    reply(world, action, NULL);
    world->now_ms += ACTION_PATIENCE_MS - 1;
    assert_false(action_tick(&world->fleet, world->now_ms));
    world->now_ms++;
    assert_true(action_tick(&world->fleet, world->now_ms));
    assert_false(action_tick(&world->fleet, world->now_ms + 100000));
    assert_true(action->overdue);
    assert_string_equal(sentence(world, action), "pause web-01/b: accepted, but no effect yet");
    assert_written(world, 0, JOURNAL_INFO, "you: pause  accepted, but no effect yet");
    world_event(world, "b", "paused");
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

static void a_limit_is_set_when_it_is_accepted(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    struct action_check check;
    const struct action *action =
        action_send(&world->fleet, job->uid, VERB_LIMIT, 50 << 20, world->now_ms, &check);

    assert_non_null(action);
    assert_int_equal(world->sent_argument, 50 << 20);
    assert_written(world, 0, JOURNAL_YOU, "you: limit 50 MiB/s  sent");
    reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
    action = send_verb(world, job, VERB_LIMIT);
    assert_string_equal(sentence(world, action), "limit off web-01/b: sent");
    reply(world, action, "no");
    assert_int_equal(action->state, ACTION_REFUSED);
}

/* ---- effects of each verb ---- */

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
     "the job was cancelled"},
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
     "the job was cancelled"},
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
        send_verb(world, fleet_job(&world->fleet, uid, NULL), course->verb);

    if (!events_first)
        reply(world, action, NULL);
    for (size_t i = 0; i < 6 && course->events[i]; i++)
        tell(world, course->events[i]);
    if (events_first) {
        assert_int_equal(action->state, ACTION_SENT);
        reply(world, action, NULL);
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
    const struct action *action = send_verb(world, job, VERB_COMPLETE);

    assert_false(job->completing);
    reply(world, action, NULL);
    assert_true(job->completing);
    world_events(world, "m", LIFE("waiting", "pending"));
    assert_true(job->completing);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "m", NULL);
    world_event(world, "m", "concluded");
    assert_false(job->completing);
    world_event(world, "m", "null");

    job = world_job(world, "m", "mirror", "ready", 4, 4);
    action = send_verb(world, job, VERB_STAY);
    reply(world, action, NULL);
    assert_true(job->staying);
    world_job(world, "m", "mirror", "ready", 4, 4);
    assert_int_equal(action->state, ACTION_ACCEPTED);

    action = send_verb(world, job, VERB_CANCEL);
    reply(world, action, NULL);
    assert_true(job->cancelling);
}

/* A create cannot be stopped: it runs on and then says that it was cancelled. */
static void a_plain_job_cancelled_by_us_ends_cancelled(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "c", "create", "running", 0, 1);
    struct job_report report = {"c", "create", "concluded", 1, 1, "Operation canceled"};
    const struct action *action = send_verb(world, job, VERB_CANCEL);

    reply(world, action, NULL);
    world_pass(world, 60000);
    assert_true(action->overdue);
    world_event(world, "c", "aborting");
    assert_int_equal(action->state, ACTION_EFFECTIVE);
    world_event(world, "c", "concluded");
    world_jobs(world, &report, 1);
    world_event(world, "c", "null");
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_CANCELLED);
}

static void a_job_that_is_kept_no_more_settles_too(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    uint64_t uid = job->uid;
    const struct action *action = send_verb(world, job, VERB_PAUSE);

    world_event(world, "b", "null");
    merge_clear(world->target, uid);
    reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_OVERTAKEN);
    assert_string_equal(action->answer, "the job is gone");
    assert_string_equal(sentence(world, action), "pause web-01/b: overtaken: the job is gone");

    job = world_job(world, "b", "backup", "concluded", 4, 4);
    uid = job->uid;
    action = send_verb(world, job, VERB_DISMISS);
    world_event(world, "b", "null");
    merge_clear(world->target, uid);
    reply(world, action, NULL);
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
    action = send_verb(world, job, VERB_RESUME);
    reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_ACCEPTED);
    block.paused = false;
    merge_block_jobs(world->target, &block, 1, world->now_ms);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

/* ---- the list ---- */

static void settled_actions_are_kept_up_to_a_number(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *open = send_verb(world, job, VERB_CANCEL);
    uint64_t first = open->serial;
    const struct action *action = NULL;

    for (int i = 0; i < 2 * ACTION_KEEP; i++) {
        action = send_verb(world, job, VERB_LIMIT);
        reply(world, action, NULL);
    }
    assert_int_equal(world->fleet.actions.count, ACTION_KEEP);
    assert_ptr_equal(action_by_serial(&world->fleet.actions, first), open);
    assert_null(action_by_serial(&world->fleet.actions, first + 1));
    assert_ptr_equal(action_newest(&world->fleet.actions), action);
    reply(world, open, "no");
    assert_int_equal(open->state, ACTION_REFUSED);
}

static void open_actions_are_never_dropped(void **state)
{
    struct world *world = *state;
    struct job_report reports[ACTION_KEEP + 10];
    char ids[ACTION_KEEP + 10][16];
    uint64_t first;

    for (int i = 0; i < ACTION_KEEP + 10; i++) {
        snprintf(ids[i], sizeof(ids[i]), "j%d", i);
        reports[i] = (struct job_report){ids[i], "backup", "running", 1, 4, NULL};
    }
    world_jobs(world, reports, ACTION_KEEP + 10);
    first = send_verb(world, target_find(world->target, "j0"), VERB_PAUSE)->serial;
    for (int i = 1; i < ACTION_KEEP + 10; i++)
        send_verb(world, target_find(world->target, ids[i]), VERB_PAUSE);
    assert_int_equal(world->fleet.actions.count, ACTION_KEEP + 10);
    assert_non_null(action_by_serial(&world->fleet.actions, first));
}

static void a_sentence_fits_where_it_goes(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    char text[10];

    action_sentence(send_verb(world, job, VERB_PAUSE), world->now_ms, text, sizeof(text));
    assert_string_equal(text, "pause web");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, connected, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(nobody_acts_on_a_job_that_is_none),
        CASE(a_lit_verb_has_no_reason),
        CASE(read_only_and_a_lost_link_send_nothing),
        CASE(a_job_replaced_under_its_id_is_left_alone),
        CASE(what_cannot_be_queued_was_not_sent),
        CASE(the_same_request_is_not_sent_twice),
        CASE(sent_accepted_in_effect),
        CASE(an_effect_before_the_reply_counts_with_the_reply),
        CASE(a_refusal_is_told_in_qemus_words),
        CASE(no_answer_is_said),
        CASE(a_lost_link_leaves_the_outcome_open),
        CASE(a_request_without_answer_is_open),
        CASE(an_accepted_request_without_effect_is_said_once),
        CASE(a_limit_is_set_when_it_is_accepted),
        CASE(every_verb_has_its_effect_whatever_comes_first),
        CASE(promises_are_kept_in_the_job),
        CASE(a_plain_job_cancelled_by_us_ends_cancelled),
        CASE(a_job_that_is_kept_no_more_settles_too),
        CASE(a_resume_waits_for_a_pause_that_hangs),
        CASE(settled_actions_are_kept_up_to_a_number),
        CASE(open_actions_are_never_dropped),
        CASE(a_sentence_fits_where_it_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
