#include "world.h"

#include "core/visit.h"

/* A polite target in its first visit that has told that there is a mirror. */
static struct job *begin(struct world *world)
{
    world->target->polite = true;
    world_connect(world);
    return world_job(world, "mir", "mirror", "running", 10, 1000);
}

static void leave(struct world *world)
{
    world_answer(world);
    target_set_link(world->target, TARGET_AWAY, NULL,
                    visit_next_ms(world->target, world->now_ms), world->now_ms);
}

static void come_back(struct world *world)
{
    target_set_link(world->target, TARGET_CONNECTING, NULL, 0, world->now_ms);
    world_connect(world);
}

/* ---- when a visit ends ---- */

static void ends_when_all_is_answered(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;
    enum target_query query;

    target->polite = true;
    assert_false(visit_may_end(target, world->now_ms));
    target_set_link(target, TARGET_UP, NULL, 0, world->now_ms);
    assert_false(visit_may_end(target, world->now_ms));
    assert_int_equal(visit_ends_at(target), -1);
    world_connect(world);
    assert_false(visit_may_end(target, world->now_ms)); /* the jobs are not told */
    world_jobs(world, NULL, 0);
    assert_true(visit_may_end(target, world->now_ms));
    assert_in_range(visit_ends_at(target), 0, world->now_ms);

    target_want(target, TARGET_ASK_BLOCK);
    assert_false(visit_may_end(target, world->now_ms));
    assert_true(target_ask(target, world->now_ms, &query));
    target_asked(target, query, world->now_ms);
    assert_false(visit_may_end(target, world->now_ms));
    target_answered(target, query, true, world->now_ms);
    assert_true(visit_may_end(target, world->now_ms));
}

static void others_are_never_left(void **state)
{
    struct world *world = *state;

    assert_false(visit_may_end(world->target, world->now_ms));
    assert_int_equal(visit_ends_at(world->target), -1);
    assert_false(visit_summon(world->target, world->now_ms));
    assert_false(visit_is_summoned(world->target, world->now_ms));
}

static void a_flood_of_questions_does_not_keep_us(void **state)
{
    struct world *world = *state;

    begin(world);
    world_answer(world);
    for (int64_t ms = 0; ms < VISIT_MOST_MS; ms += 50, world->now_ms += 50) {
        target_want(world->target, TARGET_ASK_JOBS);
        assert_false(visit_may_end(world->target, world->now_ms));
    }
    assert_int_equal(visit_ends_at(world->target), world->now_ms);
    assert_true(visit_may_end(world->target, world->now_ms));
}

static void an_unusable_list_of_jobs_is_an_answer(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    target->polite = true;
    target_set_link(target, TARGET_UP, NULL, 0, world->now_ms);
    target_asked(target, TARGET_ASK_JOBS, world->now_ms);
    target_answered(target, TARGET_ASK_JOBS, false, world->now_ms);
    world_answer(world);
    assert_true(visit_may_end(target, world->now_ms));
    leave(world);
    assert_false(target_is_fresh(target));
}

static void an_unanswered_action_keeps_us(void **state)
{
    struct world *world = *state;
    struct job *job = begin(world);
    struct action_check check;

    world_answer(world);
    assert_true(visit_may_end(world->target, world->now_ms));
    assert_non_null(action_send(&world->fleet, job->uid, VERB_PAUSE, 0, world->now_ms, &check));
    assert_false(visit_may_end(world->target, world->now_ms));
    action_replied(&world->fleet, world->sent_serial, NULL, world->now_ms);
    world_pass(world, TARGET_EAGER_MS);
    world_answer(world);
    assert_true(visit_may_end(world->target, world->now_ms));
}

/* ---- when the next one begins ---- */

static void the_next_comes_soon_while_something_moves(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;
    int64_t now_ms = world->now_ms;

    assert_int_equal(visit_next_ms(target, now_ms), now_ms + VISIT_IDLE_MS);
    begin(world);
    assert_int_equal(visit_next_ms(target, now_ms), now_ms + VISIT_MOVING_MS);
    world->fleet.delay_ms = 60000;
    assert_int_equal(visit_next_ms(target, now_ms), now_ms + 60000);
}

/* ---- what a visit is for those who look ---- */

static void visits_are_no_news(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;
    uint64_t uid = begin(world)->uid;
    size_t written = world_written(world);

    for (int i = 0; i < 5; i++) {
        leave(world);
        assert_string_equal(target_link_wire(target->link), "away");
        assert_true(target_is_fresh(target));
        assert_false(target_is_at_hand(target));
        assert_false(target_verbs(target).link_up);
        assert_int_equal(fleet_need(target, roster_find(target, "mir"), world->now_ms).kind,
                         NEED_NONE);
        assert_int_equal(fleet_count(&world->fleet, world->now_ms).up, 1);
        world_pass(world, VISIT_MOVING_MS);
        come_back(world);
        assert_true(target_is_fresh(target));
        world_job(world, "mir", "mirror", "running", 20, 1000);
        assert_true(target_verbs(target).link_up);
    }
    assert_int_equal(roster_find(target, "mir")->uid, uid);
    assert_int_equal(world_written(world), written);
}

static void a_rate_goes_on_across_visits(void **state)
{
    struct world *world = *state;
    uint64_t per_second, done = 10;
    struct job *job = begin(world);

    for (int i = 0; i < 8; i++) {
        leave(world);
        world_pass(world, 2000);
        come_back(world);
        job = world_job(world, "mir", "mirror", "running", done += 20, 1000);
    }
    assert_true(rate_per_second(&job->rate, world->now_ms, &per_second));
    assert_in_range(per_second, 9, 11);
}

static void a_job_that_vanished_in_between_ended_unknown(void **state)
{
    struct world *world = *state;

    begin(world);
    leave(world);
    world_pass(world, 2000);
    come_back(world);
    world_jobs(world, NULL, 0);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
}

static void another_job_of_that_id_is_another_one(void **state)
{
    struct world *world = *state;
    uint64_t uid = begin(world)->uid;

    leave(world);
    world_pass(world, 2000);
    come_back(world);
    assert_int_not_equal(world_job(world, "mir", "mirror", "running", 3, 1000)->uid, uid);
    assert_int_equal(action_check(&world->fleet, uid, VERB_CANCEL).answer, VERB_ENDED);
}

static void nothing_is_sent_while_away(void **state)
{
    struct world *world = *state;
    uint64_t uid = begin(world)->uid;
    struct action_check check;

    leave(world);
    assert_null(action_send(&world->fleet, uid, VERB_CANCEL, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_LINK_DOWN);
    come_back(world); /* up, but the jobs of this visit are not told */
    assert_null(action_send(&world->fleet, uid, VERB_CANCEL, 0, world->now_ms, &check));
    assert_int_equal(check.answer, VERB_NOT_ASKED);
    assert_int_equal(world->sent, 0);
}

static void commands_are_learned_once_of_each_qemu(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;
    uint32_t commands = 1u << TARGET_ASK_COMMANDS;

    target_set_pid(target, 77);
    begin(world);
    leave(world);
    assert_int_equal(visit_questions(target) & commands, 0);
    target_set_pid(target, 77);
    target_set_version(target, "7.2.22");
    assert_int_equal(visit_questions(target) & commands, 0);
    target_set_pid(target, 78);
    assert_int_equal(visit_questions(target) & commands, commands);
    world_connect(world);
    assert_int_equal(visit_questions(target) & commands, 0);
    target_set_version(target, "10.0.2");
    assert_int_equal(visit_questions(target) & commands, commands);
}

/* ---- visits that fail ---- */

static void the_manager_being_there_is_no_news_for_a_while(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    begin(world);
    leave(world);
    world_pass(world, VISIT_PATIENCE_MS - 1);
    target_set_link(target, TARGET_BUSY, "held", world->now_ms + 5000, world->now_ms);
    assert_int_equal(target->link, TARGET_AWAY);
    assert_int_equal(target->retry_ms, world->now_ms + 5000);
    assert_true(target_is_fresh(target));

    world_pass(world, 1);
    target_set_link(target, TARGET_BUSY, "held", world->now_ms + 5000, world->now_ms);
    assert_int_equal(target->link, TARGET_BUSY);
    assert_string_equal(target->reason, "held");
    assert_false(target_is_fresh(target));
    assert_int_equal(fleet_need(target, roster_find(target, "mir"), world->now_ms).kind,
                     NEED_LOST);
}

static void a_qemu_that_is_gone_is_told_at_once(void **state)
{
    struct world *world = *state;

    begin(world);
    leave(world);
    target_set_link(world->target, TARGET_FAILED, "refused", 0, world->now_ms);
    assert_int_equal(world->target->link, TARGET_FAILED);
    assert_false(target_is_fresh(world->target));
    assert_string_equal(world_entry(world, 0)->text, "refused");
}

/* ---- a person ---- */

static void who_is_summoned_stays(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    begin(world);
    leave(world);
    assert_true(visit_summon(target, world->now_ms));
    come_back(world);
    assert_false(visit_summon(target, world->now_ms));
    world_job(world, "mir", "mirror", "running", 20, 1000);
    world_answer(world);
    assert_false(visit_may_end(target, world->now_ms));
    world_pass(world, VISIT_SUMMON_MS - 1);
    world_answer(world);
    visit_keep(target, world->now_ms);
    assert_int_equal(visit_ends_at(target), world->now_ms + VISIT_SUMMON_MS);
    world_pass(world, VISIT_SUMMON_MS);
    world_answer(world);
    visit_keep(target, world->now_ms);
    assert_true(visit_may_end(target, world->now_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(ends_when_all_is_answered),
        CONNECTED_TEST(others_are_never_left),
        WORLD_TEST(a_flood_of_questions_does_not_keep_us),
        WORLD_TEST(an_unusable_list_of_jobs_is_an_answer),
        WORLD_TEST(an_unanswered_action_keeps_us),
        WORLD_TEST(the_next_comes_soon_while_something_moves),
        WORLD_TEST(visits_are_no_news),
        WORLD_TEST(a_rate_goes_on_across_visits),
        WORLD_TEST(a_job_that_vanished_in_between_ended_unknown),
        WORLD_TEST(another_job_of_that_id_is_another_one),
        WORLD_TEST(nothing_is_sent_while_away),
        WORLD_TEST(commands_are_learned_once_of_each_qemu),
        WORLD_TEST(the_manager_being_there_is_no_news_for_a_while),
        WORLD_TEST(a_qemu_that_is_gone_is_told_at_once),
        WORLD_TEST(who_is_summoned_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
