#include "world.h"

#include "core/ending.h"
#include "core/mem.h"
#include "core/text.h"

/* ---- the table ---- */

static const struct {
    enum job_ending ending;
    const char *word, *wire;
    bool good, cancel;
} rows[] = {
    {JOB_NOT_ENDED, "", NULL, false, false},
    {JOB_ENDED_DONE, "done", "done", true, false},
    {JOB_ENDED_SWITCHED, "switched", "switched", true, false},
    {JOB_ENDED_STAYED, "stayed", "stayed", true, false},
    {JOB_ENDED_EITHER, "done", "switched-or-stayed", true, false},
    {JOB_ENDED_FAILED, "failed", "failed", false, false},
    {JOB_ENDED_CANCELLED, "cancelled", "cancelled", false, true},
    {JOB_ENDED_CANCELLED_BY_US, "cancelled", "cancelled-by-us", false, true},
    {JOB_ENDED_CANCELLED_WITH_GROUP, "cancelled", "cancelled-with-group", false, true},
    {JOB_ENDED_UNKNOWN, "gone", "unknown", false, false},
};

static void test_each_ending_in_words(void **state)
{
    (void)state;
    assert_int_equal(sizeof(rows) / sizeof(rows[0]), JOB_ENDING_COUNT);
    for (int i = 0; i < JOB_ENDING_COUNT; i++) {
        enum job_ending ending = rows[i].ending;

        assert_int_equal(ending, i);
        assert_string_equal(ending_word(ending), rows[i].word);
        assert_in_range(text_width(ending_word(ending)), 0, 9);
        assert_int_equal(ending_is_good(ending), rows[i].good);
        assert_int_equal(ending_is_cancel(ending), rows[i].cancel);
        if (rows[i].wire)
            assert_string_equal(ending_wire(ending), rows[i].wire);
        else
            assert_null(ending_wire(ending));
        /* The phrase says both halves. */
        assert_ptr_equal(strstr(ending_text(ending), ending_word(ending)), ending_text(ending));
        assert_non_null(strstr(ending_text(ending), ending_how(ending)));
    }
}

/* ---- judging ---- */

struct facts {
    const char *type, *error;
    uint32_t asked, agreed;
    bool ready, completed, cancelled, told, pending, aborting, dragged;
    enum job_status status;
    enum job_ending ending;
};

#define SENT(verb)     .asked = VERB_BIT(verb)
#define ACCEPTED(verb) .asked = VERB_BIT(verb), .agreed = VERB_BIT(verb)
#define CANCELED       .error = "Operation canceled"

static const struct facts facts[] = {
    /* nobody told anything */
    {"backup", .status = JOB_STATUS_RUNNING, .ending = JOB_ENDED_UNKNOWN},
    {"backup", .status = JOB_STATUS_CONCLUDED, .ending = JOB_ENDED_UNKNOWN},
    {"mirror", .ready = true, ACCEPTED(VERB_COMPLETE), .ending = JOB_ENDED_UNKNOWN},
    /* well, in one way */
    {"backup", .completed = true, .ending = JOB_ENDED_DONE},
    {"create", .told = true, .ending = JOB_ENDED_DONE},
    {"create", .pending = true, .status = JOB_STATUS_CONCLUDED, .ending = JOB_ENDED_DONE},
    {"commit", .completed = true, .ending = JOB_ENDED_DONE},
    {"stream", .completed = true, .ending = JOB_ENDED_DONE},
    {"teleport", .told = true, .ending = JOB_ENDED_DONE},
    /* well, in one of two */
    {"mirror", .ready = true, .completed = true, .ending = JOB_ENDED_EITHER},
    {"mirror", .told = true, .status = JOB_STATUS_CONCLUDED, .ending = JOB_ENDED_EITHER},
    {"commit", .ready = true, .completed = true, .ending = JOB_ENDED_EITHER},
    {"mirror", .completed = true, SENT(VERB_COMPLETE), .ending = JOB_ENDED_SWITCHED},
    {"mirror", .completed = true, ACCEPTED(VERB_COMPLETE), .ending = JOB_ENDED_SWITCHED},
    {"commit", .ready = true, .completed = true, ACCEPTED(VERB_COMPLETE),
     .ending = JOB_ENDED_SWITCHED},
    {"mirror", .completed = true, SENT(VERB_STAY), .ending = JOB_ENDED_STAYED},
    {"commit", .ready = true, .completed = true, ACCEPTED(VERB_STAY),
     .ending = JOB_ENDED_STAYED},
    {"mirror", .completed = true, .asked = VERB_BIT(VERB_COMPLETE) | VERB_BIT(VERB_STAY),
     .ending = JOB_ENDED_SWITCHED},
    {"mirror", .completed = true, ACCEPTED(VERB_CANCEL), .ending = JOB_ENDED_EITHER},
    {"mirror", .completed = true, ACCEPTED(VERB_PAUSE), .ending = JOB_ENDED_EITHER},
    /* failed, whatever was asked */
    {"backup", "No space left on device", .completed = true, .ending = JOB_ENDED_FAILED},
    {"create", "Image is not in qcow2 format", .told = true, .ending = JOB_ENDED_FAILED},
    {"create", "Image is not in qcow2 format", .told = true, ACCEPTED(VERB_CANCEL),
     .ending = JOB_ENDED_FAILED},
    {"create", .aborting = true, .status = JOB_STATUS_CONCLUDED, .ending = JOB_ENDED_FAILED},
    {"create", .pending = true, .aborting = true, .status = JOB_STATUS_CONCLUDED,
     .ending = JOB_ENDED_FAILED},
    {"mirror", "Input/output error", .ready = true, .completed = true, ACCEPTED(VERB_COMPLETE),
     .ending = JOB_ENDED_FAILED},
    {"backup", CANCELED, .completed = true, .ending = JOB_ENDED_FAILED},
    /* cancelled */
    {"mirror", .cancelled = true, .ready = true, .ending = JOB_ENDED_CANCELLED},
    {"mirror", .cancelled = true, SENT(VERB_CANCEL), .ending = JOB_ENDED_CANCELLED_BY_US},
    {"mirror", .cancelled = true, SENT(VERB_STAY), .ending = JOB_ENDED_CANCELLED},
    {"backup", .cancelled = true, .dragged = true, .ending = JOB_ENDED_CANCELLED_WITH_GROUP},
    {"backup", .cancelled = true, .dragged = true, ACCEPTED(VERB_CANCEL),
     .ending = JOB_ENDED_CANCELLED_BY_US},
    {"backup", CANCELED, .told = true, .ending = JOB_ENDED_CANCELLED},
    {"create", CANCELED, .told = true, ACCEPTED(VERB_CANCEL),
     .ending = JOB_ENDED_CANCELLED_BY_US},
};

static void test_judging(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        const struct facts *fact = &facts[i];
        struct job *job = job_new(1, "j", 0);

        job_set_type(job, fact->type);
        mem_set(&job->error, fact->error);
        job->asked = fact->asked;
        job->agreed = fact->agreed;
        job->was_ready = fact->ready;
        job->completed = fact->completed;
        job->forced_cancel = fact->cancelled;
        job->outcome_told = fact->told;
        job->was_pending = fact->pending;
        job->was_aborting = fact->aborting;
        job->dragged = fact->dragged;
        job->status = fact->status;
        if (ending_of(job) != fact->ending)
            fail_msg("row %zu, a %s: \"%s\", not \"%s\"", i, fact->type,
                     ending_text(ending_of(job)), ending_text(fact->ending));
        job_free(job);
    }
}

/* ---- in a life ---- */

static const struct action *send(struct world *world, const char *id, enum verb verb)
{
    struct action_check check;
    const struct action *action = action_send(
        &world->fleet, roster_find(world->target, id)->uid, verb, 0, world->now_ms, &check);

    assert_non_null(action);
    return action;
}

static void reply(struct world *world, const struct action *action, const char *error)
{
    action_replied(&world->fleet, action->serial, error, world->now_ms);
}

/* What QEMU says of a READY mirror that ends well, whichever way. */
static struct job *end_well(struct world *world, const char *id)
{
    uint64_t uid = roster_find(world->target, id)->uid;

    world_events(world, id, LIFE("waiting", "pending"));
    world_block_event(world, MERGE_BLOCK_COMPLETED, id, NULL);
    world_events(world, id, LIFE("concluded", "null"));
    return fleet_job(&world->fleet, uid, NULL);
}

static void complete_and_stay_are_told_apart_when_they_are_ours(void **state)
{
    struct world *world = *state;

    world_job(world, "m", "mirror", "ready", 4 * GIB, 4 * GIB);
    reply(world, send(world, "m", VERB_COMPLETE), NULL);
    assert_int_equal(end_well(world, "m")->ending, JOB_ENDED_SWITCHED);
    assert_written(world, 0, JOURNAL_INFO, "ready -> switched  4.0 GiB");

    world_job(world, "m", "mirror", "ready", 4 * GIB, 4 * GIB);
    reply(world, send(world, "m", VERB_STAY), NULL);
    assert_int_equal(end_well(world, "m")->ending, JOB_ENDED_STAYED);
    assert_written(world, 0, JOURNAL_INFO, "ready -> stayed  4.0 GiB");

    world_job(world, "m", "mirror", "ready", 4 * GIB, 4 * GIB);
    assert_int_equal(end_well(world, "m")->ending, JOB_ENDED_EITHER);
    assert_written(world, 0, JOURNAL_INFO,
                   "ready -> done: switched or stayed, QEMU does not tell  4.0 GiB");
}

/* It waits for a finalize between our complete and its end. */
static void a_switch_survives_pending(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "ready", 4, 4);

    reply(world, send(world, "m", VERB_COMPLETE), NULL);
    world_events(world, "m", LIFE("waiting", "pending"));
    world_block_event(world, MERGE_BLOCK_PENDING, "m", NULL);
    world_pass(world, 60000);
    reply(world, send(world, "m", VERB_FINALIZE), NULL);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "m", NULL);
    world_events(world, "m", LIFE("concluded", "null"));
    assert_int_equal(job->ending, JOB_ENDED_SWITCHED);
}

/* Events come before the reply; a refusal says that it was somebody else. */
static void a_refusal_gives_the_end_back_to_others(void **state)
{
    struct world *world = *state;
    const struct action *action;
    struct job *job;

    world_job(world, "m", "mirror", "ready", 4, 4);
    action = send(world, "m", VERB_STAY);
    job = end_well(world, "m");
    assert_int_equal(job->ending, JOB_ENDED_STAYED);
    reply(world, action, "Job not found");
    assert_int_equal(job->ending, JOB_ENDED_EITHER);

    world_job(world, "b", "backup", "running", 1, 4);
    job = roster_find(world->target, "b");
    action = send(world, "b", VERB_CANCEL);
    world_event(world, "b", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(job->ending, JOB_ENDED_CANCELLED_BY_US);
    reply(world, action, "Job not found");
    assert_int_equal(job->ending, JOB_ENDED_CANCELLED);
}

/* The first was accepted: that a second one is refused changes nothing. */
static void what_was_accepted_once_stays_ours(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "c", "create", "running", 0, 1);
    struct job_report report = {"c", "create", "concluded", 1, 1, "Operation canceled"};

    reply(world, send(world, "c", VERB_CANCEL), NULL);
    job->cancelling = false;
    world_pass(world, ACTION_PATIENCE_MS);
    reply(world, send(world, "c", VERB_CANCEL), "Job 'c' cannot accept");
    world_jobs(world, &report, 1);
    assert_int_equal(ending_outcome(job), JOB_ENDED_CANCELLED_BY_US);
}

static void a_blind_gap_forgets_who_asked(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "ready", 4, 4);

    reply(world, send(world, "m", VERB_COMPLETE), NULL);
    world_cut(world);
    world_connect(world);
    world_job(world, "m", "mirror", "concluded", 4, 4);
    assert_int_equal(ending_outcome(job), JOB_ENDED_EITHER);
    world_jobs(world, NULL, 0);
    assert_int_equal(job->ending, JOB_ENDED_EITHER);
}

/* ---- figures ---- */

static void the_mean_counts_the_whole_life(void **state)
{
    struct world *world = *state;
    struct job *job;
    uint64_t mean;

    world_events(world, "b", LIFE("created", "running"));
    job = roster_find(world->target, "b");
    assert_false(ending_mean_rate(job, world->now_ms, &mean));
    world_pass(world, 1000);
    world_job(world, "b", "backup", "running", 1000, 60000);
    world_pass(world, 19000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 50);
    world_job(world, "b", "backup", "running", 60000, 60000);
    assert_int_equal(ending_life_ms(job, world->now_ms), 20000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 3000);
    world_event(world, "b", "null");
    world_pass(world, 3600000); /* the end stopped the clock */
    assert_int_equal(ending_life_ms(job, world->now_ms), 20000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 3000);
}

/* What was done before anybody looked took an unknown time. */
static void the_mean_of_a_found_job_counts_what_was_seen(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "running", 50000, 60000);
    uint64_t mean;

    world_pass(world, 10000);
    assert_false(ending_mean_rate(job, world->now_ms, &mean));
    world_job(world, "b", "backup", "running", 60000, 60000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 1000);
    assert_int_equal(ending_life_ms(job, world->now_ms), 10000);
    world_job(world, "b", "backup", "running", 40000, 60000);
    assert_false(ending_mean_rate(job, world->now_ms, &mean));
}

/* However long nobody decides. */
static void the_mean_of_a_mirror_counts_until_it_is_ready(void **state)
{
    struct world *world = *state;
    struct job *job;
    uint64_t mean;

    world_events(world, "m", LIFE("created", "running"));
    job = world_job(world, "m", "mirror", "running", 0, 60000);
    world_pass(world, 20000);
    world_event(world, "m", "ready");
    world_job(world, "m", "mirror", "ready", 60000, 60000);
    world_pass(world, 3600000);
    world_job(world, "m", "mirror", "ready", 90000, 90000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 3000);
    assert_int_equal(ending_life_ms(job, world->now_ms), 3620000);
    world_event(world, "m", "standby");
    world_event(world, "m", "ready");
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 3000);
}

static void the_mean_of_one_found_ready_is_not_known(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "ready", 60000, 60000);
    uint64_t mean;

    world_pass(world, 5000);
    world_job(world, "m", "mirror", "ready", 90000, 90000);
    assert_false(ending_mean_rate(job, world->now_ms, &mean));
}

/* A job that is done waits for its finalize and its dismissal as long as people sleep. */
static void the_mean_counts_until_the_work_was_done(void **state)
{
    struct world *world = *state;
    struct job *job;
    uint64_t mean;

    world_events(world, "b", LIFE("created", "running"));
    world_pass(world, 20000);
    job = world_job(world, "b", "backup", "running", 60000, 60000);
    world_events(world, "b", LIFE("waiting", "pending"));
    world_pass(world, 3600000);
    world_job(world, "b", "backup", "pending", 60000, 60000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 3000);
    assert_int_equal(ending_life_ms(job, world->now_ms), 3620000);
    world_event(world, "b", "concluded");
    world_pass(world, 7200000);
    world_job(world, "b", "backup", "concluded", 60000, 60000);
    world_event(world, "b", "null");
    assert_int_equal(ending_life_ms(job, world->now_ms), 3620000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 3000);
}

/* It ended some time in the gap. Nothing is guessed. */
static void the_figures_of_one_lost_in_a_gap_are_those_that_were_seen(void **state)
{
    struct world *world = *state;
    struct job *job;
    uint64_t mean;

    world_events(world, "b", LIFE("created", "running"));
    world_pass(world, 20000);
    job = world_job(world, "b", "backup", "running", 40000, 60000);
    world_cut(world);
    world_pass(world, 3600000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 2000);
    world_connect(world);
    world_jobs(world, NULL, 0);
    assert_int_equal(job->ending, JOB_ENDED_UNKNOWN);
    assert_int_equal(ending_life_ms(job, world->now_ms), 20000);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_int_equal(mean, 2000);
    assert_written(world, 0, JOURNAL_INFO, "running -> gone, nobody saw how  39 KiB seen");
}

static void only_bytes_have_a_mean(void **state)
{
    struct world *world = *state;
    struct job *job;
    uint64_t mean;

    world_event(world, "c", "created");
    world_pass(world, 1000);
    job = world_job(world, "c", "create", "concluded", 1, 1);
    assert_false(ending_mean_rate(job, world->now_ms, &mean));

    world_event(world, "b", "created");
    world_pass(world, 1);
    job = world_job(world, "b", "backup", "running", MERGE_UNREAD - 1, MERGE_UNREAD - 1);
    assert_true(ending_mean_rate(job, world->now_ms, &mean));
    assert_true(mean == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_ending_in_words),
        cmocka_unit_test(test_judging),
        CONNECTED_TEST(complete_and_stay_are_told_apart_when_they_are_ours),
        CONNECTED_TEST(a_switch_survives_pending),
        CONNECTED_TEST(a_refusal_gives_the_end_back_to_others),
        CONNECTED_TEST(what_was_accepted_once_stays_ours),
        CONNECTED_TEST(a_blind_gap_forgets_who_asked),
        CONNECTED_TEST(the_mean_counts_the_whole_life),
        CONNECTED_TEST(the_mean_of_a_found_job_counts_what_was_seen),
        CONNECTED_TEST(the_mean_of_a_mirror_counts_until_it_is_ready),
        CONNECTED_TEST(the_mean_of_one_found_ready_is_not_known),
        CONNECTED_TEST(the_mean_counts_until_the_work_was_done),
        CONNECTED_TEST(the_figures_of_one_lost_in_a_gap_are_those_that_were_seen),
        CONNECTED_TEST(only_bytes_have_a_mean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
