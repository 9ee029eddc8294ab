#include "world.h"

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
    assert_null(action_newest(world->fleet.actions));
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
    assert_int_equal(check.answer, VERB_NOT_ASKED);
    assert_int_equal(world->sent, 0);
}

/* The connection stands, and QEMU says nothing. */
static void a_silent_qemu_is_not_called_lost(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    struct action_check check;

    target_want(world->target, TARGET_ASK_JOBS);
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    world_pass(world, TARGET_STALE_MS);
    assert_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_SILENT);
    target_answered(world->target, TARGET_ASK_JOBS, true, world->now_ms);
    assert_int_equal(action_check(&world->fleet, job->uid, VERB_PAUSE).answer, VERB_LIT);
}

static void a_job_replaced_under_its_id_is_left_alone(void **state)
{
    struct world *world = *state;
    uint64_t uid = world_job(world, "b", "backup", "running", 1, 4)->uid;
    struct action_check check;

    world_events(world, "b", LIFE("null", "created", "running"));
    assert_non_null(roster_find(world->target, "b"));
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
    assert_null(action_newest(world->fleet.actions));
    world->fleet.actions->sink = (struct action_sink){0};
    assert_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
}

static void the_same_request_is_not_sent_twice(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = world_send(world, job, VERB_PAUSE);

    assert_int_equal(answer_of(world, job->uid, VERB_PAUSE), VERB_IN_FLIGHT);
    assert_int_equal(answer_of(world, job->uid, VERB_CANCEL), VERB_LIT);
    world_reply(world, action, NULL);
    assert_int_equal(answer_of(world, job->uid, VERB_PAUSE), VERB_IN_FLIGHT);
    world_pass(world, ACTION_PATIENCE_MS);
    assert_int_equal(answer_of(world, job->uid, VERB_PAUSE), VERB_LIT);
}

/* ---- the life of a request ---- */

static void sent_accepted_in_effect(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "mirror0", "backup", "running", 1, 4);
    const struct action *action = world_send(world, job, VERB_PAUSE);

    assert_int_equal(world->sent, 1);
    assert_int_equal(world->sent_verb, VERB_PAUSE);
    assert_int_equal(world->sent_serial, action->serial);
    assert_int_equal(action->state, ACTION_SENT);
    assert_string_equal(sentence(world, action), "pause web-01/mirror0: sent");
    assert_written(world, 0, JOURNAL_YOU, "you: pause  sent");
    assert_int_equal(world_entry(world, 0)->uid, job->uid);

    world->target->wanted = 0;
    world_reply(world, action, NULL);
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
    const struct action *action = world_send(world, job, VERB_PAUSE);

    world_event(world, "b", "paused");
    assert_int_equal(action->state, ACTION_SENT);
    assert_true(action->effect_seen);
    world_reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

static void a_refusal_is_told_in_qemus_words(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = world_send(world, job, VERB_PAUSE);

    world_reply(world, action, "Job is already paused");
    assert_int_equal(action->state, ACTION_REFUSED);
    assert_string_equal(sentence(world, action),
                        "pause web-01/b: refused: Job is already paused");
    assert_written(world, 0, JOURNAL_ERROR, "you: pause  refused: Job is already paused");
    world_reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_REFUSED);
}

static void a_request_overtaken_says_by_what(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = world_send(world, job, VERB_PAUSE);

    world_reply(world, action, NULL);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "null"));
    assert_string_equal(sentence(world, action),
                        "pause web-01/b: overtaken: the job was done first");
    assert_int_equal(world_entry(world, 0)->mark, JOURNAL_INFO);
}

static void no_answer_is_said(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = world_send(world, job, VERB_PAUSE);

    world_pass(world, ACTION_PATIENCE_MS);
    assert_string_equal(sentence(world, action), "pause web-01/b: sent, no answer yet");
    assert_false(action->overdue);
}

static void a_lost_link_leaves_the_outcome_open(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *sent = world_send(world, job, VERB_PAUSE);
    const struct action *accepted = world_send(world, job, VERB_CANCEL);
    const struct action *done = world_send(world, job, VERB_LIMIT);

    world_reply(world, accepted, NULL);
    world_reply(world, done, NULL);
    assert_true(job->cancelling);
    world_cut(world);
    assert_int_equal(sent->state, ACTION_UNKNOWN);
    assert_int_equal(accepted->state, ACTION_UNKNOWN);
    assert_int_equal(done->state, ACTION_EFFECTIVE);
    assert_string_equal(sentence(world, sent),
                        "pause web-01/b: outcome unknown: the connection was lost");
    /* The session then says so once more. */
    action_gone(&world->fleet, sent->serial, world->now_ms);
    world_reply(world, sent, NULL);
    assert_int_equal(sent->state, ACTION_UNKNOWN);
}

static void a_request_without_answer_is_open(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *action = world_send(world, job, VERB_PAUSE);

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
    const struct action *action = world_send(world, job, VERB_PAUSE);

    world_reply(world, action, NULL);
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
    world_reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
    action = world_send(world, job, VERB_LIMIT);
    assert_string_equal(sentence(world, action), "limit off web-01/b: sent");
    world_reply(world, action, "no");
    assert_int_equal(action->state, ACTION_REFUSED);
}

/* ---- the list ---- */

static void settled_actions_are_kept_up_to_a_number(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    const struct action *open = world_send(world, job, VERB_CANCEL);
    uint64_t first = open->serial;
    const struct action *action = NULL;

    for (int i = 0; i < 2 * ACTION_KEEP; i++) {
        action = world_send(world, job, VERB_LIMIT);
        world_reply(world, action, NULL);
    }
    assert_int_equal(world->fleet.actions->count, ACTION_KEEP);
    assert_ptr_equal(action_list_find(world->fleet.actions, first), open);
    assert_null(action_list_find(world->fleet.actions, first + 1));
    assert_ptr_equal(action_newest(world->fleet.actions), action);
    world_reply(world, open, "no");
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
    first = world_send(world, roster_find(world->target, "j0"), VERB_PAUSE)->serial;
    for (int i = 1; i < ACTION_KEEP + 10; i++)
        world_send(world, roster_find(world->target, ids[i]), VERB_PAUSE);
    assert_int_equal(world->fleet.actions->count, ACTION_KEEP + 10);
    assert_non_null(action_list_find(world->fleet.actions, first));
}

static void a_sentence_fits_where_it_goes(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 1, 4);
    char text[10];

    action_sentence(world_send(world, job, VERB_PAUSE), world->now_ms, text, sizeof(text));
    assert_string_equal(text, "pause web");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(nobody_acts_on_a_job_that_is_none),
        CONNECTED_TEST(a_lit_verb_has_no_reason),
        CONNECTED_TEST(read_only_and_a_lost_link_send_nothing),
        CONNECTED_TEST(a_silent_qemu_is_not_called_lost),
        CONNECTED_TEST(a_job_replaced_under_its_id_is_left_alone),
        CONNECTED_TEST(what_cannot_be_queued_was_not_sent),
        CONNECTED_TEST(the_same_request_is_not_sent_twice),
        CONNECTED_TEST(sent_accepted_in_effect),
        CONNECTED_TEST(an_effect_before_the_reply_counts_with_the_reply),
        CONNECTED_TEST(a_refusal_is_told_in_qemus_words),
        CONNECTED_TEST(a_request_overtaken_says_by_what),
        CONNECTED_TEST(no_answer_is_said),
        CONNECTED_TEST(a_lost_link_leaves_the_outcome_open),
        CONNECTED_TEST(a_request_without_answer_is_open),
        CONNECTED_TEST(an_accepted_request_without_effect_is_said_once),
        CONNECTED_TEST(a_limit_is_set_when_it_is_accepted),
        CONNECTED_TEST(settled_actions_are_kept_up_to_a_number),
        CONNECTED_TEST(open_actions_are_never_dropped),
        CONNECTED_TEST(a_sentence_fits_where_it_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
