#include "tests/core/world.h"

/* Levers from pull to effect: what settles which, and what does not. */

static void migrate_with(struct world *world, const char *status, uint64_t requests)
{
    merge_migration(world->target,
                    &(struct migration_report){.status = status,
                                               .has_ram = true,
                                               .has_total_time = true,
                                               .total = 1000,
                                               .remaining = 500,
                                               .pass = 1,
                                               .postcopy_requests = requests},
                    world->now_ms);
}

static void migrate(struct world *world, const char *status)
{
    migrate_with(world, status, 0);
}

static void receive(struct world *world, const char *status)
{
    merge_migration(world->target, &(struct migration_report){.status = status}, world->now_ms);
}

static const struct action *pull(struct world *world, enum lever lever)
{
    struct lever_check check;
    const struct action *action;

    target_set_levers(world->target, ~0u);
    merge_capabilities(world->target,
                       &(struct migration_capabilities){.known = true, .postcopy_ram = true});
    action = action_pull(&world->fleet, world->target, world->target->migration.uid, lever, 0,
                         lever == LEVER_RECOVER ? "tcp:host:1" : NULL, world->now_ms, &check);
    assert_non_null(action);
    return action;
}

static void accept(struct world *world, const struct action *action)
{
    action_replied(&world->fleet, action->serial, NULL, world->now_ms);
}

static void each_lever_waits_for_its_status(void **state)
{
    static const struct {
        const char *from;
        enum lever lever;
        const char *to;
    } rows[] = {
        {"active", LEVER_POSTCOPY, "postcopy-active"},
        {"pre-switchover", LEVER_CONTINUE, "device"},
        {"active", LEVER_CANCEL, "cancelling"},
        {"postcopy-active", LEVER_PAUSE, "postcopy-paused"},
        {"postcopy-paused", LEVER_RECOVER, "postcopy-recover"},
        {"postcopy-paused", LEVER_RECOVER, "postcopy-active"},
        {"active", LEVER_POSTCOPY, "pre-switchover"}, /* where the guest is stopped first */
        {"pre-switchover", LEVER_CONTINUE, "completed"},
        {"pre-switchover", LEVER_CONTINUE, "postcopy-active"},
        {"active", LEVER_CANCEL, "cancelled"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        migrate(world, rows[i].from);
        const struct action *action = pull(world, rows[i].lever);
        accept(world, action);
        assert_int_equal(action->state, ACTION_ACCEPTED);
        migrate(world, rows[i].to);
        assert_int_equal(action->state, ACTION_EFFECTIVE);
        migrate(world, "failed");
    }
}

/* The link was there when the lever was lit, and is full or gone when it is pulled. */
static void what_cannot_be_sent_is_refused(void **state)
{
    struct world *world = *state;
    struct lever_check check;

    migrate(world, "active");
    target_set_levers(world->target, ~0u);
    world->sink_refuses = true;
    assert_null(action_pull(&world->fleet, world->target, world->target->migration.uid,
                            LEVER_CANCEL, 0, NULL, world->now_ms, &check));
    assert_string_equal(check.why, lever_answer_text(LEVER_LINK_DOWN, LEVER_CANCEL));
    assert_int_equal(world->sent, 0);
}

static void values_are_in_effect_when_accepted(void **state)
{
    static const enum lever levers[] = {LEVER_BANDWIDTH, LEVER_DOWNTIME,
                                        LEVER_POSTCOPY_BANDWIDTH};
    struct world *world = *state;

    migrate(world, "active");
    for (size_t i = 0; i < sizeof(levers) / sizeof(levers[0]); i++) {
        const struct action *action = pull(world, levers[i]);
        accept(world, action);
        assert_int_equal(action->state, ACTION_EFFECTIVE);
    }
}

/* The source reconnects in its own time. */
static void a_destination_that_listens_has_done_its_part(void **state)
{
    struct world *world = *state;

    receive(world, "postcopy-paused");
    const struct action *action = pull(world, LEVER_RECOVER);
    accept(world, action);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

static void a_short_postcopy_is_told_by_its_requests(void **state)
{
    struct world *world = *state;

    migrate(world, "active");
    const struct action *action = pull(world, LEVER_POSTCOPY);
    accept(world, action);
    migrate_with(world, "completed", 3);
    assert_int_equal(action->state, ACTION_EFFECTIVE);

    migrate(world, "active");
    action = pull(world, LEVER_POSTCOPY);
    accept(world, action);
    migrate(world, "completed");
    assert_int_equal(action->state, ACTION_OVERTAKEN);
    assert_string_equal(action->answer, "completed");
}

static void the_next_migration_settles_nothing_well(void **state)
{
    struct world *world = *state;

    migrate(world, "active");
    const struct action *action = pull(world, LEVER_POSTCOPY);
    accept(world, action);
    migrate(world, "cancelled");
    assert_int_equal(action->state, ACTION_OVERTAKEN);
    migrate(world, "active");
    migrate(world, "postcopy-active");
    assert_int_equal(action->state, ACTION_OVERTAKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(each_lever_waits_for_its_status),
        CONNECTED_TEST(values_are_in_effect_when_accepted),
        CONNECTED_TEST(what_cannot_be_sent_is_refused),
        CONNECTED_TEST(a_destination_that_listens_has_done_its_part),
        CONNECTED_TEST(a_short_postcopy_is_told_by_its_requests),
        CONNECTED_TEST(the_next_migration_settles_nothing_well),
    };

    return cmocka_run_group_tests_name("action_lever", tests, NULL, NULL);
}
