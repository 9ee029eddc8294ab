#include "world.h"

/* A source in that status, with every command and capability. */
static void migrate(struct world *world, const char *status)
{
    target_set_levers(world->target, LEVER_BIT(LEVER_COUNT) - 1);
    merge_capabilities(world->target,
                       &(struct migration_capabilities){.known = true, .postcopy_ram = true});
    merge_migration(world->target,
                    &(struct migration_report){.status = status, .has_total_time = true},
                    world->now_ms);
}

static const struct action *pull(struct world *world, enum lever lever, uint64_t argument,
                                 const char *text)
{
    struct lever_check check;
    const struct action *action =
        action_pull(&world->fleet, world->target, world->target->migration.uid, lever, argument,
                    text, world->now_ms, &check);

    if (!action)
        fail_msg("%s: %s", lever_name(lever), check.why);
    assert_int_equal(action->state, ACTION_SENT);
    assert_int_equal(world->sent_serial, action->serial);
    return action;
}

static void reply(struct world *world, const struct action *action, const char *error)
{
    action_replied(&world->fleet, action->serial, error, world->now_ms);
}

/* ---- what settles each lever ---- */

struct course {
    enum lever lever;
    const char *start, *then; /* `then` NULL: nothing happens */
    enum action_state state;
};

/* Accepted, then the status. */
static const struct course courses[] = {
    {LEVER_BANDWIDTH, "active", NULL, ACTION_EFFECTIVE},
    {LEVER_DOWNTIME, "active", NULL, ACTION_EFFECTIVE},
    {LEVER_POSTCOPY_BANDWIDTH, "postcopy-active", NULL, ACTION_EFFECTIVE},
    {LEVER_POSTCOPY, "active", NULL, ACTION_ACCEPTED},
    {LEVER_POSTCOPY, "active", "device", ACTION_ACCEPTED},
    {LEVER_POSTCOPY, "active", "postcopy-device", ACTION_EFFECTIVE},
    {LEVER_POSTCOPY, "active", "postcopy-active", ACTION_EFFECTIVE},
    {LEVER_POSTCOPY, "active", "completed", ACTION_OVERTAKEN},
    {LEVER_POSTCOPY, "active", "failed", ACTION_OVERTAKEN},
    {LEVER_CONTINUE, "pre-switchover", NULL, ACTION_ACCEPTED},
    {LEVER_CONTINUE, "pre-switchover", "device", ACTION_EFFECTIVE},
    {LEVER_CONTINUE, "pre-switchover", "completed", ACTION_EFFECTIVE},
    {LEVER_CONTINUE, "pre-switchover", "postcopy-active", ACTION_EFFECTIVE},
    {LEVER_CONTINUE, "pre-switchover", "cancelling", ACTION_ACCEPTED},
    {LEVER_CONTINUE, "pre-switchover", "cancelled", ACTION_OVERTAKEN},
    {LEVER_CANCEL, "setup", NULL, ACTION_ACCEPTED},
    {LEVER_CANCEL, "active", "cancelling", ACTION_EFFECTIVE},
    {LEVER_CANCEL, "pre-switchover", "cancelled", ACTION_EFFECTIVE},
    {LEVER_CANCEL, "device", "completed", ACTION_OVERTAKEN},
    {LEVER_CANCEL, "active", "failed", ACTION_OVERTAKEN},
    {LEVER_PAUSE, "postcopy-active", NULL, ACTION_ACCEPTED},
    {LEVER_PAUSE, "postcopy-active", "postcopy-paused", ACTION_EFFECTIVE},
    {LEVER_PAUSE, "postcopy-recover", "postcopy-paused", ACTION_EFFECTIVE},
    {LEVER_PAUSE, "postcopy-active", "completed", ACTION_OVERTAKEN},
    {LEVER_RECOVER, "postcopy-paused", NULL, ACTION_ACCEPTED},
    {LEVER_RECOVER, "postcopy-paused", "postcopy-recover-setup", ACTION_EFFECTIVE},
    {LEVER_RECOVER, "postcopy-paused", "postcopy-recover", ACTION_EFFECTIVE},
    {LEVER_RECOVER, "postcopy-paused", "postcopy-active", ACTION_EFFECTIVE},
    {LEVER_RECOVER, "postcopy-paused", "failed", ACTION_OVERTAKEN},
};

static void run_course(struct world *world, const struct course *course, bool status_first)
{
    const struct action *action;
    enum action_state state = course->state;

    migrate(world, course->start);
    action = pull(world, course->lever, 1000, "tcp:h:1");
    if (!status_first)
        reply(world, action, NULL);
    if (course->then)
        migrate(world, course->then);
    if (status_first) {
        assert_int_equal(action->state, ACTION_SENT);
        reply(world, action, NULL);
    }
    if (action->state != state)
        fail_msg("%s at %s, then %s%s: state %d, not %d", lever_name(course->lever),
                 course->start, course->then ? course->then : "nothing",
                 status_first ? " before the reply" : "", (int)action->state, (int)state);
    if (state == ACTION_OVERTAKEN)
        assert_string_equal(action->answer, course->then);
    else
        assert_null(action->answer);
    /* The next course begins with another migration. */
    migrate(world, "cancelled");
    migrate(world, NULL);
}

static void every_lever_has_its_effect_whatever_comes_first(void **state)
{
    struct world *world = *state;
    bool seen[LEVER_COUNT] = {false};

    for (size_t i = 0; i < sizeof(courses) / sizeof(courses[0]); i++) {
        seen[courses[i].lever] = true;
        run_course(world, &courses[i], false);
        run_course(world, &courses[i], true);
    }
    for (int lever = 0; lever < LEVER_COUNT; lever++)
        assert_true(seen[lever]);
}

/* The effect was there, and gone again, before QEMU answered. */
static void an_effect_that_passed_counts(void **state)
{
    struct world *world = *state;
    const struct action *action;

    migrate(world, "postcopy-active");
    action = pull(world, LEVER_PAUSE, 0, NULL);
    migrate(world, "postcopy-paused");
    migrate(world, "postcopy-recover");
    reply(world, action, NULL);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

/* ---- sending ---- */

static void what_is_sent(void **state)
{
    struct world *world = *state;
    const struct action *action;
    char address[] = "tcp:host:4444", sentence[200];

    migrate(world, "postcopy-paused");
    action = pull(world, LEVER_RECOVER, 7, address);
    memset(address, 'x', sizeof(address) - 1);
    assert_string_equal(action->text, "tcp:host:4444");
    assert_string_equal(action->job_id, "migration");
    assert_int_equal(action->argument, 7);
    assert_int_equal(action->verb, VERB_COUNT);
    assert_ptr_equal(action->target, world->target);
    assert_written(world, 0, JOURNAL_YOU, "you: recover  sent");
    action_sentence(action, world->now_ms, sentence, sizeof(sentence));
    assert_string_equal(sentence, "recover web-01/migration: sent");
}

static void values_are_named_in_the_journal(void **state)
{
    static const struct {
        enum lever lever;
        uint64_t argument;
        const char *text;
    } rows[] = {
        {LEVER_BANDWIDTH, 50 << 20, "you: bandwidth 50 MiB/s  sent"},
        {LEVER_BANDWIDTH, 0, "you: bandwidth unlimited  sent"},
        {LEVER_POSTCOPY_BANDWIDTH, 1 << 10, "you: postcopy-bandwidth 1.0 KiB/s  sent"},
        {LEVER_DOWNTIME, 500, "you: downtime 500 ms  sent"},
    };
    struct world *world = *state;

    migrate(world, "active");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct action *action = pull(world, rows[i].lever, rows[i].argument, NULL);

        assert_written(world, 0, JOURNAL_YOU, rows[i].text);
        reply(world, action, NULL);
    }
}

static void an_accepted_lever_asks_how_it_is_now(void **state)
{
    struct world *world = *state;
    const struct action *action;

    migrate(world, "active");
    action = pull(world, LEVER_DOWNTIME, 500, NULL);
    world->target->wanted = 0;
    reply(world, action, NULL);
    assert_int_equal(world->target->wanted, 1u << TARGET_ASK_MIGRATE | 1u << TARGET_ASK_LIMITS);
    action = pull(world, LEVER_CANCEL, 0, NULL);
    world->target->wanted = 0;
    reply(world, action, "no");
    assert_int_equal(world->target->wanted, 0);
}

/* ---- not sending ---- */

static const char *refusal(struct world *world, uint64_t uid, enum lever lever)
{
    unsigned sent = world->sent;
    struct lever_check check = {.why = NULL};

    assert_null(
        action_pull(&world->fleet, world->target, uid, lever, 1, NULL, world->now_ms, &check));
    assert_int_equal(world->sent, sent);
    assert_non_null(check.why);
    return check.why;
}

static void no_lever_without_a_migration(void **state)
{
    struct world *world = *state;

    target_set_levers(world->target, LEVER_BIT(LEVER_COUNT) - 1);
    for (enum lever lever = 0; lever < LEVER_COUNT; lever++) {
        assert_string_equal(refusal(world, 0, lever), "there is no migration");
        assert_string_equal(refusal(world, 77, lever), "there is no migration");
    }
}

/* The box was opened on the one before. */
static void another_migration_takes_no_lever_meant_for_the_last(void **state)
{
    struct world *world = *state;
    uint64_t before;

    migrate(world, "active");
    before = world->target->migration.uid;
    migrate(world, "failed");
    migrate(world, "active");
    assert_string_equal(refusal(world, before, LEVER_CANCEL), "there is no migration");
    pull(world, LEVER_CANCEL, 0, NULL);
}

static void every_postcopy_status_refuses_a_cancel(void **state)
{
    struct world *world = *state;

    for (int i = MIGRATION_NONE; i < MIGRATION_STATUS_COUNT; i++) {
        enum migration_status status = (enum migration_status)i;
        const char *why;

        if (!migration_is_postcopy(status))
            continue;
        migrate(world, migration_status_wire(status));
        why = refusal(world, world->target->migration.uid, LEVER_CANCEL);
        assert_non_null(strstr(why, "lost"));
    }
}

static void what_stands_in_the_way(void **state)
{
    struct world *world = *state;
    uint64_t uid;

    migrate(world, "active");
    uid = world->target->migration.uid;
    assert_string_equal(refusal(world, uid, LEVER_CONTINUE), "only at pre-switchover");
    world->fleet.read_only = true;
    assert_string_equal(refusal(world, uid, LEVER_CANCEL), "this console is read-only");
    world->fleet.read_only = false;
    target_set_levers(world->target, LEVER_BIT(LEVER_CANCEL));
    assert_string_equal(refusal(world, uid, LEVER_BANDWIDTH), "this QEMU has no such command");
    world->sink_refuses = true;
    assert_string_equal(refusal(world, uid, LEVER_CANCEL), "the connection is not up");
    world->sink_refuses = false;
    world_cut(world);
    assert_string_equal(refusal(world, uid, LEVER_CANCEL), "the connection is not up");
}

/* ---- between sending and effect ---- */

static void the_same_lever_is_not_pulled_twice(void **state)
{
    struct world *world = *state;
    uint64_t uid;
    const struct action *action;
    struct lever_check check;

    migrate(world, "active");
    uid = world->target->migration.uid;
    action = pull(world, LEVER_CANCEL, 0, NULL);
    refusal(world, uid, LEVER_CANCEL);
    pull(world, LEVER_BANDWIDTH, 5, NULL); /* another one may be */
    reply(world, action, NULL);
    check = action_check_lever(&world->fleet, world->target, uid, LEVER_CANCEL);
    assert_int_equal(check.answer, LEVER_LIT);
    assert_true(check.in_flight);
    assert_non_null(check.why);

    world_pass(world, ACTION_PATIENCE_MS);
    assert_true(action->overdue);
    assert_written(world, 0, JOURNAL_INFO, "you: cancel  accepted, but no effect yet");
    pull(world, LEVER_CANCEL, 0, NULL);
}

static void a_refusal_is_told_in_its_own_words(void **state)
{
    struct world *world = *state;
    const struct action *action;

    migrate(world, "active");
    action = pull(world, LEVER_POSTCOPY, 0, NULL);
    reply(world, action, "Enable postcopy with migrate_set_capability before the start");
    assert_int_equal(action->state, ACTION_REFUSED);
    assert_written(world, 0, JOURNAL_ERROR,
                   "you: postcopy  refused: Enable postcopy with migrate_set_capability before "
                   "the start");
    migrate(world, "postcopy-active");
    assert_int_equal(action->state, ACTION_REFUSED);
}

static void a_lost_link_leaves_the_outcome_open(void **state)
{
    struct world *world = *state;
    const struct action *action;

    migrate(world, "active");
    action = pull(world, LEVER_CANCEL, 0, NULL);
    world_cut(world);
    assert_int_equal(action->state, ACTION_UNKNOWN);
    world_connect(world);
    migrate(world, "cancelled");
    assert_int_equal(action->state, ACTION_UNKNOWN);
}

/* A lever of one VM does not settle with the migration of another. */
static void other_targets_settle_nothing(void **state)
{
    struct world *world = *state;
    struct target *other =
        fleet_add(&world->fleet, "web-02", true, "/run/q/web-02.qmp", world->now_ms);
    const struct action *action;

    migrate(world, "active");
    action = pull(world, LEVER_CANCEL, 0, NULL);
    reply(world, action, NULL);
    merge_migration(other, &(struct migration_report){.status = "active"}, world->now_ms);
    merge_migration(other, &(struct migration_report){.status = "cancelled"}, world->now_ms);
    assert_int_equal(action->state, ACTION_ACCEPTED);
    /* Nor do jobs. */
    world_job(world, "m", "mirror", "running", 1, 4);
    world_event(world, "m", "null");
    assert_int_equal(action->state, ACTION_ACCEPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(every_lever_has_its_effect_whatever_comes_first),
        CONNECTED_TEST(an_effect_that_passed_counts),
        CONNECTED_TEST(what_is_sent),
        CONNECTED_TEST(values_are_named_in_the_journal),
        CONNECTED_TEST(an_accepted_lever_asks_how_it_is_now),
        CONNECTED_TEST(no_lever_without_a_migration),
        CONNECTED_TEST(another_migration_takes_no_lever_meant_for_the_last),
        CONNECTED_TEST(every_postcopy_status_refuses_a_cancel),
        CONNECTED_TEST(what_stands_in_the_way),
        CONNECTED_TEST(the_same_lever_is_not_pulled_twice),
        CONNECTED_TEST(a_refusal_is_told_in_its_own_words),
        CONNECTED_TEST(a_lost_link_leaves_the_outcome_open),
        CONNECTED_TEST(other_targets_settle_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
