#include "core/errand.h"

#include "world.h"

/* One verb for many jobs: who is asked, when, and what is told of it. */

#define MANY 40

static char ids[MANY][24];

/* `count` jobs j0, j1, ... of that type and status. */
static void make(struct world *world, size_t count, const char *type, const char *status)
{
    struct job_report reports[MANY];

    for (size_t i = 0; i < count; i++) {
        snprintf(ids[i], sizeof(ids[i]), "j%zu", i);
        reports[i] = (struct job_report){ids[i], type, status, 1, 4, NULL};
    }
    world_jobs(world, reports, count);
}

static void begin(struct world *world, enum verb verb, size_t count)
{
    struct errand_item items[MANY];

    for (size_t i = 0; i < count; i++) {
        const struct job *job = roster_find(world->target, ids[i]);

        items[i] = (struct errand_item){.uid = job->uid, .tier = verb_tier(job, verb)};
    }
    errand_begin(world->fleet.errand, verb, 0, items, count);
}

static bool run(struct world *world)
{
    return errand_run(world->fleet.errand, &world->fleet, world->now_ms);
}

static void assert_sentence(const struct world *world, const char *expected)
{
    char text[400];

    errand_sentence(world->fleet.errand, text, sizeof(text));
    assert_string_equal(text, expected);
}

static void an_errand_on_no_job_does_nothing(void **state)
{
    struct world *world = *state;

    assert_false(errand_is_under_way(world->fleet.errand));
    assert_false(run(world));
    assert_int_equal(world->fleet.errand->settled_ms, 0);
}

static void asks_all_and_tells_how_they_fare(void **state)
{
    struct world *world = *state;
    struct errand *errand = world->fleet.errand;

    make(world, 3, "backup", "running");
    begin(world, VERB_PAUSE, 3);
    assert_sentence(world, "pause 3 jobs: 3 to send");
    assert_true(errand_is_under_way(errand));
    assert_true(run(world));
    assert_int_equal(world->sent, 3);
    assert_int_equal(world->sent_verb, VERB_PAUSE);
    assert_false(errand_is_under_way(errand));
    assert_false(run(world));
    action_replied(&world->fleet, 1, NULL, world->now_ms);
    action_replied(&world->fleet, 2, "Job is busy", world->now_ms);
    assert_true(run(world));
    assert_sentence(world, "pause 3 jobs: 1 sent, 1 accepted, 1 refused (Job is busy)");
    world_event(world, "j2", "paused");
    world_event(world, "j1", "paused");
    world_event(world, "j0", "paused");
    world_pass(world, 1000);
    action_replied(&world->fleet, 3, NULL, world->now_ms);
    assert_int_equal(errand->settled_ms, 0);
    world_pass(world, 10);
    assert_int_equal(errand->settled_ms, world->now_ms);
    assert_sentence(world, "pause 3 jobs: 2 in effect, 1 refused (Job is busy)");
}

static void leaves_out_who_changed_in_between(void **state)
{
    struct world *world = *state;

    make(world, 4, "mirror", "running");
    begin(world, VERB_CANCEL, 4);
    world_event(world, "j0", "ready"); /* finished work now */
    world_event(world, "j1", "aborting");
    world_event(world, "j2", "null");
    merge_clear(world->target, world->fleet.errand->items[2].uid);
    run(world);
    assert_int_equal(world->sent, 1);
    assert_string_equal(action_newest(world->fleet.actions)->job_id, "j3");
    assert_int_equal(world->fleet.errand->tally[ERRAND_LEFT], 3);
    assert_sentence(world, "cancel 4 jobs: 1 sent, 3 left out (the job is gone)");
}

static void a_replaced_job_is_not_asked(void **state)
{
    struct world *world = *state;

    make(world, 1, "mirror", "ready");
    begin(world, VERB_COMPLETE, 1);
    world_event(world, "j0", "null");
    world_event(world, "j0", "created");
    make(world, 1, "mirror", "ready");
    run(world);
    assert_int_equal(world->sent, 0);
    assert_int_equal(world->fleet.errand->tally[ERRAND_LEFT], 1);
    assert_int_equal(world->fleet.errand->settled_ms, world->now_ms);
}

static void never_asks_too_many_at_once(void **state)
{
    struct world *world = *state;

    make(world, MANY, "backup", "running");
    begin(world, VERB_PAUSE, MANY);
    run(world);
    assert_int_equal(world->sent, ERRAND_ABREAST);
    for (uint64_t answered = 1; answered <= MANY; answered++) {
        action_replied(&world->fleet, answered, "no", world->now_ms);
        run(world);
        assert_int_equal(world->sent,
                         answered + ERRAND_ABREAST < MANY ? answered + ERRAND_ABREAST : MANY);
    }
    assert_int_equal(world->fleet.errand->tally[ERRAND_REFUSED], MANY);
}

/* Who settled longest ago is forgotten by the list of actions, but not here. */
static void forgets_nobody_who_was_settled(void **state)
{
    struct world *world = *state;

    for (size_t round = 0; round < 3; round++) {
        make(world, MANY, "backup", "running");
        begin(world, VERB_PAUSE, MANY);
        while (run(world))
            for (size_t i = 0; i <= world->fleet.actions->serial; i++)
                action_replied(&world->fleet, i, "no", world->now_ms);
        assert_int_equal(world->fleet.errand->tally[ERRAND_REFUSED], MANY);
    }
    assert_int_equal(world->fleet.actions->count, ACTION_KEEP);
}

static void waits_while_nothing_can_be_queued(void **state)
{
    struct world *world = *state;

    make(world, 2, "backup", "running");
    begin(world, VERB_PAUSE, 2);
    world->sink_refuses = true;
    assert_false(run(world));
    assert_true(errand_is_under_way(world->fleet.errand));
    world->sink_refuses = false;
    assert_true(run(world));
    assert_int_equal(world->sent, 2);
}

static void a_lost_link_leaves_out_and_unknown(void **state)
{
    struct world *world = *state;

    make(world, MANY, "backup", "running");
    begin(world, VERB_PAUSE, MANY);
    run(world);
    world_cut(world);
    world_pass(world, 1);
    assert_int_equal(world->sent, ERRAND_ABREAST);
    assert_sentence(world, "pause 40 jobs: 16 outcome unknown, 24 left out (the connection "
                           "is not up)");
    assert_true(world->fleet.errand->settled_ms > 0);
}

static void an_ended_job_is_dismissed_from_our_list(void **state)
{
    struct world *world = *state;

    make(world, 2, "backup", "running");
    begin(world, VERB_DISMISS, 2);
    world_jobs(world, NULL, 0);
    assert_int_equal(world->target->ended_count, 2);
    run(world);
    assert_int_equal(world->sent, 0);
    assert_int_equal(world->target->ended_count, 0);
    assert_sentence(world, "dismiss 2 jobs: 2 in effect");
}

/* Finalizing one finalizes its transaction: the next is asked only if it is still to
 * be done. */
static void members_of_a_transaction_are_asked_in_turn(void **state)
{
    struct world *world = *state;

    world_event(world, "j0", "created");
    world_event(world, "j1", "created");
    world_event(world, "j0", "running");
    world_event(world, "j1", "running");
    make(world, 2, "backup", "running");
    world_event(world, "j0", "waiting");
    world_event(world, "j1", "waiting");
    world_event(world, "j0", "pending");
    world_event(world, "j1", "pending");
    begin(world, VERB_FINALIZE, 2);
    run(world);
    assert_int_equal(world->sent, 1);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "j0", NULL);
    world_event(world, "j0", "concluded");
    world_block_event(world, MERGE_BLOCK_COMPLETED, "j1", NULL);
    world_event(world, "j1", "concluded");
    action_replied(&world->fleet, 1, NULL, world->now_ms);
    run(world);
    assert_int_equal(world->sent, 1);
    assert_int_equal(world->fleet.errand->tally[ERRAND_DONE], 1);
    assert_int_equal(world->fleet.errand->tally[ERRAND_LEFT], 1);
}

static void the_sentence_keeps_to_its_size(void **state)
{
    struct world *world = *state;
    char text[24];

    make(world, 3, "backup", "running");
    begin(world, VERB_PAUSE, 3);
    errand_sentence(world->fleet.errand, text, sizeof(text));
    assert_string_equal(text, "pause 3 jobs: 3 to send");
    errand_sentence(world->fleet.errand, text, 10);
    assert_string_equal(text, "pause 3 j");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(an_errand_on_no_job_does_nothing),
        CONNECTED_TEST(asks_all_and_tells_how_they_fare),
        CONNECTED_TEST(leaves_out_who_changed_in_between),
        CONNECTED_TEST(a_replaced_job_is_not_asked),
        CONNECTED_TEST(never_asks_too_many_at_once),
        CONNECTED_TEST(forgets_nobody_who_was_settled),
        CONNECTED_TEST(waits_while_nothing_can_be_queued),
        CONNECTED_TEST(a_lost_link_leaves_out_and_unknown),
        CONNECTED_TEST(an_ended_job_is_dismissed_from_our_list),
        CONNECTED_TEST(members_of_a_transaction_are_asked_in_turn),
        CONNECTED_TEST(the_sentence_keeps_to_its_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
