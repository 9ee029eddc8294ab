#include "world.h"

/* Lets time pass in small steps, carries out what the target asks (each answer
 * takes `latency_ms`), and counts the questions. */
struct poll {
    unsigned asked[TARGET_ASK_COUNT];
    int64_t last_ms[TARGET_ASK_COUNT];
    int64_t least_ms[TARGET_ASK_COUNT]; /* shortest distance of two of a kind */
};

static void ask(struct world *world, struct poll *poll)
{
    enum target_query query;

    if (!target_ask(world->target, world->now_ms, &query))
        return;
    target_asked(world->target, query, world->now_ms);
    if (poll->asked[query]++) {
        int64_t distance = world->now_ms - poll->last_ms[query];

        if (poll->least_ms[query] == 0 || distance < poll->least_ms[query])
            poll->least_ms[query] = distance;
    }
    poll->last_ms[query] = world->now_ms;
}

static void answer(struct world *world, int64_t latency_ms)
{
    struct target *target = world->target;

    if (target->asking && world->now_ms - target->asked_ms >= latency_ms)
        target_answered(target, target->asked, true, world->now_ms);
}

static struct poll run(struct world *world, int64_t ms, int64_t latency_ms)
{
    struct poll poll = {{0}, {0}, {0}};

    for (int64_t end = world->now_ms + ms; world->now_ms < end; world->now_ms += 10) {
        answer(world, latency_ms);
        ask(world, &poll);
        target_tick(world->target, world->now_ms);
    }
    answer(world, 0);
    return poll;
}

static void asks_everything_once_when_it_comes_up(void **state)
{
    struct world *world = *state;
    struct poll poll;

    target_set_link(world->target, TARGET_UP, NULL, 0, world->now_ms);
    poll = run(world, 1000, 0);
    assert_int_equal(poll.asked[TARGET_ASK_COMMANDS], 1);
    assert_int_equal(poll.asked[TARGET_ASK_NAME], 1);
    assert_int_equal(poll.asked[TARGET_ASK_STATUS], 1);
    assert_int_equal(poll.asked[TARGET_ASK_JOBS], 1);
    assert_int_equal(poll.asked[TARGET_ASK_BLOCK], 0);
}

/* A storage daemon has no query-name and no query-status. */
static void asks_only_what_is_offered(void **state)
{
    struct world *world = *state;
    struct poll poll;

    target_set_link(world->target, TARGET_UP, NULL, 0, world->now_ms);
    target_asked(world->target, TARGET_ASK_COMMANDS, world->now_ms);
    target_set_offered(world->target, VERB_ALL, 1u << TARGET_ASK_JOBS | 1u << TARGET_ASK_BLOCK);
    target_answered(world->target, TARGET_ASK_COMMANDS, true, world->now_ms);
    poll = run(world, 60000, 0);
    assert_int_equal(poll.asked[TARGET_ASK_COMMANDS], 0);
    assert_int_equal(poll.asked[TARGET_ASK_NAME], 0);
    assert_int_equal(poll.asked[TARGET_ASK_STATUS], 0);
    assert_int_equal(poll.asked[TARGET_ASK_JOBS], 3);
}

static void leaves_an_idle_qemu_alone(void **state)
{
    struct world *world = *state;
    struct poll poll;

    world_connect(world);
    poll = run(world, 600000, 0);
    assert_in_range(poll.asked[TARGET_ASK_JOBS], 29, 30);
    assert_in_range(poll.asked[TARGET_ASK_STATUS], 9, 10);
    assert_int_equal(poll.asked[TARGET_ASK_COMMANDS], 0);
    assert_int_equal(poll.asked[TARGET_ASK_NAME], 0);
    assert_int_equal(poll.asked[TARGET_ASK_BLOCK], 0);
}

/* No event tells of a migration that begins: who looks more often sees it sooner. */
static void looks_for_a_migration_as_often_as_was_asked_for(void **state)
{
    static const struct {
        int64_t delay_ms, every_ms;
    } rows[] = {{100, 500},   {500, 2500},    {1000, 5000},
                {2000, 5000}, {10000, 10000}, {60000, 20000}};
    struct world *world = *state;

    world_connect(world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct poll poll;

        world->fleet.delay_ms = rows[i].delay_ms;
        run(world, 60000, 0);
        poll = run(world, 600000, 0);
        assert_in_range(poll.least_ms[TARGET_ASK_MIGRATE], rows[i].every_ms,
                        rows[i].every_ms + 100);
    }
}

/* Jobs that wait for a command do not move: no reason to ask either. */
static void leaves_resting_jobs_alone(void **state)
{
    struct world *world = *state;
    struct poll poll;

    world_connect(world);
    world_job(world, "b", "backup", "paused", 1, 2);
    run(world, 1000, 0);
    poll = run(world, 60000, 0);
    assert_in_range(poll.asked[TARGET_ASK_JOBS], 2, 3);
    assert_in_range(poll.asked[TARGET_ASK_BLOCK], 2, 3);
}

static void polls_moving_jobs_each_delay(void **state)
{
    struct world *world = *state;
    struct poll poll;

    world->fleet.delay_ms = 2000;
    world_connect(world);
    world_job(world, "b", "backup", "running", 1, 2);
    run(world, 1000, 0);
    poll = run(world, 60000, 0);
    assert_in_range(poll.asked[TARGET_ASK_JOBS], 29, 30);
    assert_int_equal(poll.least_ms[TARGET_ASK_JOBS], 2000);
    assert_int_equal(poll.asked[TARGET_ASK_BLOCK], 30 / TARGET_BLOCK_EVERY);
}

/* create, amend and snapshot jobs are not in query-block-jobs. */
static void asks_no_block_jobs_for_plain_ones(void **state)
{
    struct world *world = *state;
    struct poll poll;

    world_connect(world);
    world_job(world, "c", "create", "running", 0, 1);
    poll = run(world, 60000, 0);
    assert_in_range(poll.asked[TARGET_ASK_JOBS], 59, 61);
    assert_int_equal(poll.asked[TARGET_ASK_BLOCK], 0);
}

static void waits_for_a_slow_answer(void **state)
{
    struct world *world = *state;
    struct poll poll;

    world_connect(world);
    world_job(world, "b", "backup", "running", 1, 2);
    poll = run(world, 60000, 3000);
    assert_in_range(poll.asked[TARGET_ASK_JOBS] + poll.asked[TARGET_ASK_BLOCK] +
                        poll.asked[TARGET_ASK_STATUS],
                    19, 20);
    assert_in_range(poll.least_ms[TARGET_ASK_JOBS], 3000, 9000);
}

static void answers_a_question_at_once(void **state)
{
    struct world *world = *state;
    enum target_query query;

    world_connect(world);
    world->now_ms += 4000;
    assert_false(target_ask(world->target, world->now_ms, &query));
    target_want(world->target, TARGET_ASK_JOBS);
    assert_true(target_ask_at(world->target) <= world->now_ms);
    assert_true(target_ask(world->target, world->now_ms, &query));
    assert_int_equal(query, TARGET_ASK_JOBS);
}

static void keeps_floods_of_questions_cheap(void **state)
{
    struct world *world = *state;
    struct poll poll = {{0}, {0}, {0}};

    world_connect(world);
    for (int64_t end = world->now_ms + 10000; world->now_ms < end; world->now_ms++) {
        world_event(world, "b", "created");
        ask(world, &poll);
        answer(world, 0);
    }
    assert_in_range(poll.asked[TARGET_ASK_JOBS], 99, 101);
    assert_int_equal(poll.least_ms[TARGET_ASK_JOBS], TARGET_EAGER_MS);
    assert_in_range(poll.asked[TARGET_ASK_BLOCK], 99, 101);
}

/* What is asked already will be answered with newer words than the question. */
static void does_not_ask_twice(void **state)
{
    struct world *world = *state;
    enum target_query query;

    world_connect(world);
    world->now_ms += 5000;
    target_want(world->target, TARGET_ASK_JOBS);
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    target_want(world->target, TARGET_ASK_JOBS);
    target_want(world->target, TARGET_ASK_BLOCK);
    assert_false(target_ask(world->target, world->now_ms, &query));
    assert_int_equal(target_ask_at(world->target), -1);
    target_answered(world->target, TARGET_ASK_JOBS, true, world->now_ms);
    assert_true(target_ask(world->target, world->now_ms, &query));
    assert_int_equal(query, TARGET_ASK_BLOCK);
}

static void ignores_an_answer_nobody_waits_for(void **state)
{
    struct world *world = *state;

    world_connect(world);
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    target_answered(world->target, TARGET_ASK_BLOCK, true, world->now_ms);
    assert_true(world->target->asking);
    target_answered(world->target, TARGET_ASK_JOBS, true, world->now_ms);
    assert_false(world->target->asking);
}

static void asks_again_after_an_unusable_answer_only_with_the_safety_poll(void **state)
{
    struct world *world = *state;
    struct poll poll;

    world_connect(world);
    world_job(world, "b", "backup", "running", 1, 2);
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    target_answered(world->target, TARGET_ASK_JOBS, false, world->now_ms);
    assert_int_equal(world->target->malformed, 1);
    target_want(world->target, TARGET_ASK_JOBS);
    poll = run(world, TARGET_SAFETY_MS - 10, 0);
    assert_int_equal(poll.asked[TARGET_ASK_JOBS], 0);
    poll = run(world, 10000, 0);
    assert_in_range(poll.asked[TARGET_ASK_JOBS], 9, 11);
}

static void tells_when_it_will_ask(void **state)
{
    struct world *world = *state;
    enum target_query query;
    int64_t at;

    world_connect(world);
    world_job(world, "b", "backup", "running", 1, 2);
    run(world, 500, 0);
    for (int i = 0; i < 20; i++) {
        at = target_ask_at(world->target);
        assert_true(at > world->now_ms);
        assert_false(target_ask(world->target, at - 1, &query));
        assert_true(target_ask(world->target, at, &query));
        world->now_ms = at;
        target_asked(world->target, query, at);
        target_answered(world->target, query, true, at);
        while (target_ask(world->target, at, &query)) {
            target_asked(world->target, query, at);
            target_answered(world->target, query, true, at);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(asks_everything_once_when_it_comes_up),
        WORLD_TEST(asks_only_what_is_offered),
        WORLD_TEST(leaves_an_idle_qemu_alone),
        WORLD_TEST(looks_for_a_migration_as_often_as_was_asked_for),
        WORLD_TEST(leaves_resting_jobs_alone),
        WORLD_TEST(polls_moving_jobs_each_delay),
        WORLD_TEST(asks_no_block_jobs_for_plain_ones),
        WORLD_TEST(waits_for_a_slow_answer),
        WORLD_TEST(answers_a_question_at_once),
        WORLD_TEST(keeps_floods_of_questions_cheap),
        WORLD_TEST(does_not_ask_twice),
        WORLD_TEST(ignores_an_answer_nobody_waits_for),
        WORLD_TEST(asks_again_after_an_unusable_answer_only_with_the_safety_poll),
        WORLD_TEST(tells_when_it_will_ask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
