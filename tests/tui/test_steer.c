#include "tui/screens/pull.h"
#include "tui/screens/steer.h"

#include "tests/tui/desk.h"

/*
 * Keys on the row of a migration and values for its levers, without a terminal: frames are
 * painted into an area of no size.
 */

#define MIB ((uint64_t)1 << 20)

static int setup(void **state)
{
    desk_setup(state);
    target_set_levers(((struct desk *)*state)->world->target, ~0u);
    return 0;
}

static void migrate(struct desk *console, const char *status)
{
    const struct migration_report report = {
        .status = status,
        .has_ram = true,
        .has_total_time = true,
        .total = 1000,
        .remaining = 500,
        .pass = 1,
    };

    merge_migration(console->world->target, &report, console->world->now_ms);
    desk_paint(console);
}

static uint64_t uid_of(const struct desk *console)
{
    return console->world->target->migration.uid;
}

static void assert_sent(const struct desk *console, enum lever lever, uint64_t value,
                        const char *text)
{
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_COUNT);
    assert_int_equal(console->world->sent_lever, lever);
    assert_int_equal(console->world->sent_argument, value);
    assert_string_equal(console->world->sent_text, text);
}

/* ---- the row of a migration ---- */

static void verbs_of_jobs_say_that_they_are_none_of_it(void **state)
{
    static const struct {
        char key;
        const char *says;
    } keys[] = {
        {'p', "pause: not for a migration: a migration has no pause"},
        {'r', "resume: not for a migration: a migration has no pause"},
        {'o', "complete: not for a migration: it completes by itself"},
        {'s', "stay: not for a migration: only a ready job"},
        {'f', "finalize: not for a migration: only a pending job"},
        {'w', "change: not for a migration: only a mirror"},
        {'x', "clear: not now: the migration has not ended"},
    };
    struct desk *console = *state;

    migrate(console, "active");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        desk_press(console, keys[i].key);
        desk_assert_says(console, keys[i].says);
        assert_int_equal(console->app.depth, 1);
    }
    assert_int_equal(console->world->sent, 0);
}

static void cancel_asks_first(void **state)
{
    struct desk *console = *state;

    migrate(console, "active");
    desk_press(console, 'c');
    assert_int_equal(console->app.depth, 2);
    desk_press(console, 'y');
    assert_int_equal(console->world->sent, 0);
    desk_confirm(console);
    assert_sent(console, LEVER_CANCEL, 0, "");
    desk_assert_says(console, "cancel web-01/migration: sent");
}

static void cancel_is_refused_in_every_postcopy_status(void **state)
{
    static const char *const statuses[] = {"postcopy-device", "postcopy-active",
                                           "postcopy-paused", "postcopy-recover-setup",
                                           "postcopy-recover"};
    struct desk *console = *state;

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        migrate(console, statuses[i]);
        desk_press(console, 'c');
        assert_int_equal(console->app.depth, 1);
        desk_assert_says(console, "cancel: not now: the guest already runs on the destination");
    }
    assert_int_equal(console->world->sent, 0);
}

static void the_box_closes_when_the_stakes_change(void **state)
{
    static const struct {
        const char *status, *says;
    } rows[] = {
        {"pre-switchover", "nothing was sent: there is more at stake by now"},
        {"postcopy-active", "nothing was sent: the guest already runs on the destination"},
        {"completed", "nothing was sent: no migration runs"},
    };
    struct desk *console = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        migrate(console, "active");
        desk_press(console, 'c');
        assert_int_equal(console->app.depth, 2);
        migrate(console, rows[i].status);
        assert_int_equal(console->app.depth, 1);
        desk_assert_says(console, rows[i].says);
        desk_confirm(console);
    }
    assert_int_equal(console->world->sent, 0);
}

static void the_next_migration_does_not_get_the_answer(void **state)
{
    struct desk *console = *state;
    uint64_t uid;

    migrate(console, "active");
    uid = uid_of(console);
    desk_press(console, 'c');
    migrate(console, "cancelled");
    migrate(console, "active");
    assert_int_not_equal(uid_of(console), uid);
    desk_confirm(console);
    pull_lever(&console->app, uid, LEVER_CANCEL, 0, NULL, console->world->now_ms);
    desk_assert_says(console, "cancel: not now: the migration is gone");
    assert_int_equal(console->world->sent, 0);
}

static void read_only_sends_nothing(void **state)
{
    struct desk *console = *state;

    migrate(console, "active");
    console->world->fleet.read_only = true;
    desk_press(console, 'c');
    desk_assert_says(console, "read-only");
    desk_press(console, 'l');
    desk_assert_says(console, "read-only");
    assert_int_equal(console->app.depth, 1);
}

static void an_ended_one_is_cleared(void **state)
{
    struct desk *console = *state;
    const struct screen *list = console->app.stack[0];

    migrate(console, "active");
    world_job(console->world, "j", "backup", "running", 1, 2);
    migrate(console, "completed");
    while (list->ops->subject(list) != uid_of(console))
        desk_press(console, 'j');
    desk_press(console, 'x');
    desk_assert_says(console, "cleared from the list: web-01 migration");
    assert_false(migration_is_shown(&console->world->target->migration));
    assert_int_equal(list->ops->subject(list), roster_find(console->world->target, "j")->uid);
}

static void next_need_stops_there(void **state)
{
    struct desk *console = *state;
    const struct screen *list = console->app.stack[0];
    const struct job_report jobs[] = {{"a", "backup", "running", 1, 2, NULL},
                                      {"b", "backup", "pending", 2, 2, NULL}};

    world_jobs(console->world, jobs, 2);
    world_pass(console->world, 2000);
    migrate(console, "pre-switchover");
    desk_press(console, 'G');
    desk_press(console, 'n');
    uint64_t first = list->ops->subject(list);
    desk_press(console, 'n');
    uint64_t second = list->ops->subject(list);
    assert_int_not_equal(first, second);
    assert_true(first == uid_of(console) || second == uid_of(console));
    desk_press(console, 'N');
    assert_int_equal(list->ops->subject(list), first);
}

/* ---- values ---- */

static void a_lever_takes_what_was_typed(void **state)
{
    static const struct {
        enum lever lever;
        const char *text;
        uint64_t value;
    } rows[] = {
        {LEVER_BANDWIDTH, "1.5GiB/s", 1536 * MIB},
        {LEVER_BANDWIDTH, "0", 0},
        {LEVER_POSTCOPY_BANDWIDTH, "50M", 50 * MIB},
        {LEVER_DOWNTIME, "1.5s", 1500},
        {LEVER_DOWNTIME, "800 ms", 800},
    };
    struct desk *console = *state;

    migrate(console, "active");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        console->world->sent = 0;
        steer_lever(&console->app, uid_of(console), rows[i].lever, console->world->now_ms);
        desk_fill(console, rows[i].text);
        desk_press(console, KEY_CODE_ENTER);
        assert_int_equal(console->app.depth, 1);
        assert_sent(console, rows[i].lever, rows[i].value, "");
        action_replied(&console->world->fleet, console->world->sent_serial, NULL,
                       console->world->now_ms);
        desk_assert_says(console, "in effect");
    }
}

static void a_lever_takes_nothing_else(void **state)
{
    static const struct {
        enum lever lever;
        const char *text;
    } rows[] = {
        {LEVER_BANDWIDTH, ""},      {LEVER_BANDWIDTH, "fast"},        {LEVER_BANDWIDTH, "8E"},
        {LEVER_DOWNTIME, "0"},      {LEVER_DOWNTIME, "2000001"},      {LEVER_DOWNTIME, "10min"},
        {LEVER_DOWNTIME, "300ms3"}, {LEVER_POSTCOPY_BANDWIDTH, "-1"},
    };
    struct desk *console = *state;

    migrate(console, "active");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        steer_lever(&console->app, uid_of(console), rows[i].lever, console->world->now_ms);
        desk_fill(console, rows[i].text);
        desk_press(console, KEY_CODE_ENTER);
        assert_int_equal(console->app.depth, 2);
        desk_press(console, KEY_CODE_ESCAPE);
    }
    assert_int_equal(console->world->sent, 0);
}

/* Enter at once leaves things as they are: what stands there is exact. */
static void the_present_value_stands_in_the_line(void **state)
{
    struct desk *console = *state;

    merge_limits(console->world->target,
                 &(struct migration_limits){true, 100000000, 128 * MIB, 300});
    migrate(console, "active");
    desk_press(console, 'l');
    desk_press(console, KEY_CODE_ENTER);
    assert_sent(console, LEVER_BANDWIDTH, 100000000, "");
    console->world->sent = 0;
    steer_lever(&console->app, uid_of(console), LEVER_DOWNTIME, console->world->now_ms);
    desk_press(console, KEY_CODE_ENTER);
    assert_sent(console, LEVER_DOWNTIME, 300, "");
}

static void an_address_is_asked_for_and_then_confirmed(void **state)
{
    struct desk *console = *state;

    migrate(console, "postcopy-paused");
    steer_lever(&console->app, uid_of(console), LEVER_RECOVER, console->world->now_ms);
    desk_fill(console, "tcp:host:4444");
    desk_press(console, KEY_CODE_ENTER);
    assert_int_equal(console->app.depth, 2);
    assert_int_equal(console->world->sent, 0);
    desk_confirm(console);
    assert_sent(console, LEVER_RECOVER, 0, "tcp:host:4444");
}

static void the_question_closes_with_its_migration(void **state)
{
    struct desk *console = *state;

    migrate(console, "active");
    desk_press(console, 'l');
    desk_fill(console, "50M");
    migrate(console, "completed");
    assert_int_equal(console->app.depth, 1);
    desk_assert_says(console, "nothing was done: no migration runs");
    assert_int_equal(console->world->sent, 0);
}

/* The setting asks one step louder: what is set at once, with y; what asks, with the name. */
static void values_are_asked_for_louder(void **state)
{
    struct desk *console = *state;

    console->app.confirm_more = true;
    migrate(console, "active");
    steer_lever(&console->app, uid_of(console), LEVER_DOWNTIME, console->world->now_ms);
    desk_fill(console, "800");
    desk_press(console, KEY_CODE_ENTER);
    assert_int_equal(console->app.depth, 2);
    assert_int_equal(console->world->sent, 0);
    desk_confirm(console);
    assert_sent(console, LEVER_DOWNTIME, 800, "");

    console->world->sent = 0;
    steer_lever(&console->app, uid_of(console), LEVER_BANDWIDTH, console->world->now_ms);
    desk_fill(console, "50M");
    desk_press(console, KEY_CODE_ENTER);
    migrate(console, "completed");
    assert_int_equal(console->app.depth, 1);
    desk_confirm(console);
    assert_int_equal(console->world->sent, 0);
}

static void an_address_is_asked_for_louder(void **state)
{
    struct desk *console = *state;

    console->app.confirm_more = true;
    migrate(console, "postcopy-paused");
    steer_lever(&console->app, uid_of(console), LEVER_RECOVER, console->world->now_ms);
    desk_fill(console, "tcp:host:4444");
    desk_press(console, KEY_CODE_ENTER);
    desk_confirm(console);
    assert_int_equal(console->world->sent, 0);
    desk_fill(console, "web-01");
    desk_press(console, KEY_CODE_ENTER);
    assert_sent(console, LEVER_RECOVER, 0, "tcp:host:4444");
}

static const char *connect_link(void *ctx, struct target *target)
{
    (void)ctx;
    assert_int_equal(target->link, TARGET_AWAY);
    return NULL;
}

/* A lever reaches a QEMU that is only visited once it is connected to. */
static void a_lever_summons_first(void **state)
{
    struct desk *console = *state;
    struct world *world = console->world;

    migrate(console, "active");
    desk_press(console, KEY_CODE_ENTER);
    console->app.links = (struct app_links){connect_link, connect_link, console};
    world->target->polite = true;
    target_set_link(world->target, TARGET_AWAY, NULL, world->now_ms + 2000, world->now_ms);
    desk_press(console, 'b');
    assert_int_equal(console->app.depth, 2);
    desk_assert_says(console, "bandwidth: the socket is only visited");
    target_set_link(world->target, TARGET_UP, NULL, 0, world->now_ms);
    world_answer(world);
    world_jobs(world, NULL, 0);
    desk_press(console, 'b');
    assert_int_equal(console->app.depth, 3);
    assert_int_equal(world->sent, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(verbs_of_jobs_say_that_they_are_none_of_it),
        TEST(cancel_asks_first),
        TEST(cancel_is_refused_in_every_postcopy_status),
        TEST(the_box_closes_when_the_stakes_change),
        TEST(the_next_migration_does_not_get_the_answer),
        TEST(read_only_sends_nothing),
        TEST(an_ended_one_is_cleared),
        TEST(next_need_stops_there),
        TEST(a_lever_takes_what_was_typed),
        TEST(a_lever_takes_nothing_else),
        TEST(the_present_value_stands_in_the_line),
        TEST(an_address_is_asked_for_and_then_confirmed),
        TEST(values_are_asked_for_louder),
        TEST(an_address_is_asked_for_louder),
        TEST(the_question_closes_with_its_migration),
        TEST(a_lever_summons_first),
    };

    return cmocka_run_group_tests_name("steer", tests, NULL, NULL);
}
