#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/stage.h"

/* ---- a QEMU that can migrate ---- */

#define LIMITS(bandwidth, downtime)                                      \
    "{\"max-bandwidth\": " #bandwidth ", \"downtime-limit\": " #downtime \
    ", \"max-postcopy-bandwidth\": 0, \"tls-creds\": \"\"}"

static const char active[] =
    "{\"status\": \"active\", \"expected-downtime\": 300, \"setup-time\": 1,"
    " \"total-time\": 508, \"ram\": {\"total\": 67641344, \"transferred\": 43103,"
    " \"remaining\": 66682880, \"mbps\": 8, \"page-size\": 4096, \"dirty-sync-count\": 1,"
    " \"dirty-pages-rate\": 0, \"postcopy-requests\": 0}}";

static void learn_to_migrate(struct stage *stage)
{
    static const char *const commands[] = {"migrate-set-parameters", "migrate-start-postcopy",
                                           "migrate-continue",       "migrate_cancel",
                                           "migrate-pause",          "migrate",
                                           "migrate-recover"};

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        fake_qmp_answers(stage->fake, commands[i], "{}");
    fake_qmp_answers(stage->fake, "query-migrate", "{}");
    fake_qmp_answers(stage->fake, "query-migrate-parameters", LIMITS(134217728, 300));
    fake_qmp_answers(stage->fake, "query-migrate-capabilities",
                     "[{\"capability\": \"xbzrle\", \"state\": false},"
                     " {\"capability\": \"postcopy-ram\", \"state\": true},"
                     " {\"capability\": \"pause-before-switchover\", \"state\": true},"
                     " {\"capability\": \"events\", \"state\": false}]");
}

static size_t asked(const struct stage *stage)
{
    return fake_qmp_count(stage->fake, "query-migrate");
}

static void pass_seconds(struct stage *stage, int seconds)
{
    for (int i = 0; i < 10 * seconds; i++)
        stage_pass(stage, 100);
}

/* The next idle poll finds it. */
static void begin_active(struct stage *stage)
{
    learn_to_migrate(stage);
    stage_begin(stage);
    fake_qmp_answers(stage->fake, "query-migrate", active);
    pass_seconds(stage, TARGET_MIGRATE_MS / 1000);
    assert_int_equal(stage->target->migration.status, MIGRATION_ACTIVE);
}

/* ---- questions ---- */

static void test_a_storage_daemon_is_never_asked(void **state)
{
    struct stage *stage = *state;
    struct lever_check check;

    fake_qmp_vm(stage->fake, NULL, NULL);
    stage_begin(stage);
    pass_seconds(stage, 60);
    assert_int_equal(asked(stage), 0);
    assert_int_equal(fake_qmp_count(stage->fake, "query-migrate-parameters"), 0);
    assert_int_equal(fake_qmp_count(stage->fake, "query-migrate-capabilities"), 0);
    assert_int_equal(stage->target->malformed, 0);
    assert_int_equal(stage->target->levers, 0);
    for (enum lever lever = 0; lever < LEVER_COUNT; lever++)
        assert_null(action_pull(&stage->fleet, stage->target, stage->target->migration.uid,
                                lever, 1, "tcp:h:1", stage_clock(), &check));
}

static void test_what_is_learned_first(void **state)
{
    struct stage *stage = *state;
    const struct migration *migration = &stage->target->migration;

    learn_to_migrate(stage);
    stage_begin(stage);
    assert_int_equal(asked(stage), 1);
    assert_false(migration_is_shown(migration));
    assert_true(migration->limits.known && migration->capabilities.known);
    assert_int_equal(migration->limits.max_bandwidth, 134217728);
    assert_int_equal(migration->limits.downtime_limit, 300);
    assert_true(migration->capabilities.postcopy_ram);
    assert_true(migration->capabilities.pause_before_switchover);
    assert_false(migration->capabilities.auto_converge || migration->capabilities.events);
    assert_int_equal(stage->target->levers, LEVER_BIT(LEVER_COUNT) - 1);
}

static void test_an_idle_one_is_asked_slowly(void **state)
{
    struct stage *stage = *state;
    size_t before;

    learn_to_migrate(stage);
    stage_begin(stage);
    before = asked(stage);
    pass_seconds(stage, 60);
    assert_in_range(asked(stage) - before, 60000 / TARGET_MIGRATE_MS - 1,
                    60000 / TARGET_MIGRATE_MS + 1);
    assert_int_equal(fake_qmp_count(stage->fake, "query-migrate-parameters"), 1);
    assert_int_equal(fake_qmp_count(stage->fake, "query-migrate-capabilities"), 1);
}

static void test_an_active_one_is_asked_fast(void **state)
{
    struct stage *stage = *state;
    const struct migration *migration = &stage->target->migration;
    size_t before;

    begin_active(stage);
    assert_true(migration_is_shown(migration));
    assert_int_equal(migration->total, 67641344);
    assert_int_equal(migration->bytes_per_second, 1000000);
    assert_false(migration->incoming);
    before = asked(stage);
    pass_seconds(stage, 10);
    assert_in_range(asked(stage) - before, 9, 11);
    assert_int_equal(fake_qmp_most_unanswered(stage->fake), 1);

    fake_qmp_answers(stage->fake, "query-migrate", "{\"status\": \"cancelled\"}");
    pass_seconds(stage, 1);
    assert_int_equal(migration->status, MIGRATION_CANCELLED);
    before = asked(stage);
    pass_seconds(stage, 60);
    assert_in_range(asked(stage) - before, 60000 / TARGET_MIGRATE_MS - 1,
                    60000 / TARGET_MIGRATE_MS + 1);
}

/* Its owner may have changed them before it began. */
static void test_a_change_of_status_asks_for_the_limits_anew(void **state)
{
    struct stage *stage = *state;
    size_t before;

    learn_to_migrate(stage);
    stage_begin(stage);
    before = fake_qmp_count(stage->fake, "query-migrate-parameters");
    fake_qmp_answers(stage->fake, "query-migrate", active);
    fake_qmp_answers(stage->fake, "query-migrate-parameters", LIMITS(1000, 2000));
    fake_qmp_answers(stage->fake, "query-migrate-capabilities", "[]");
    pass_seconds(stage, TARGET_MIGRATE_MS / 1000 + 1);
    assert_int_equal(fake_qmp_count(stage->fake, "query-migrate-parameters"), before + 1);
    assert_int_equal(stage->target->migration.limits.max_bandwidth, 1000);
    assert_int_equal(stage->target->migration.limits.downtime_limit, 2000);
    assert_false(stage->target->migration.capabilities.postcopy_ram);
}

static void test_an_unusable_reply_changes_nothing(void **state)
{
    static const char *const replies[] = {"[]", "7", "{\"status\": 1}",
                                          "{\"status\": \"failed\", \"ram\": {}}"};
    struct stage *stage = *state;

    begin_active(stage);
    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        size_t before;

        fake_qmp_answers(stage->fake, "query-migrate", replies[i]);
        pass_seconds(stage, TARGET_SAFETY_MS / 1000 + 1);
        assert_int_equal(stage->target->migration.status, MIGRATION_ACTIVE);
        before = asked(stage);
        pass_seconds(stage, 10);
        assert_in_range(asked(stage) - before, 0, 1); /* the safety poll only */
    }
    assert_true(stage->target->malformed > 0);
    fake_qmp_answers(stage->fake, "query-migrate", active);
    pass_seconds(stage, TARGET_SAFETY_MS / 1000 + 1);
    assert_int_equal(stage->target->link, TARGET_UP);
}

/* ---- events ---- */

static void test_events_count_at_once_where_they_come(void **state)
{
    struct stage *stage = *state;

    learn_to_migrate(stage);
    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-migrate");
    fake_qmp_event(stage->fake, "MIGRATION", "{\"status\": \"active\"}");
    pump_settle(&stage->pump);
    assert_int_equal(stage->target->migration.status, MIGRATION_ACTIVE);
    fake_qmp_event(stage->fake, "MIGRATION", "{\"status\": 7}");
    fake_qmp_event(stage->fake, "MIGRATION", NULL);
    pump_settle(&stage->pump);
    assert_int_equal(stage->target->malformed, 2);
    assert_int_equal(stage->target->migration.status, MIGRATION_ACTIVE);
}

/* 11.1 was seen to send 13 in a second. */
static void test_passes_are_asked_for_once(void **state)
{
    struct stage *stage = *state;
    size_t before;

    begin_active(stage);
    pass_seconds(stage, 1);
    before = asked(stage);
    for (int i = 0; i < 1000; i++) {
        char data[32];

        snprintf(data, sizeof(data), "{\"pass\": %d}", i);
        fake_qmp_event(stage->fake, "MIGRATION_PASS", data);
    }
    pump_settle(&stage->pump);
    stage_pass(stage, TARGET_EAGER_MS);
    assert_in_range(asked(stage) - before, 1, 2);
    assert_int_equal(stage->target->malformed, 0);
}

/* ---- levers ---- */

struct wire {
    const char *command, *key, *value, *other_key, *other_value;
};

static const struct {
    enum lever lever;
    uint64_t argument;
    const char *text;
    struct wire wire, incoming; /* incoming.command NULL: the same */
} levers[] = {
    {LEVER_BANDWIDTH,
     52428800,
     NULL,
     {"migrate-set-parameters", "max-bandwidth", "52428800", "downtime-limit", NULL},
     {.command = NULL}},
    {LEVER_DOWNTIME,
     500,
     NULL,
     {"migrate-set-parameters", "downtime-limit", "500", "max-bandwidth", NULL},
     {.command = NULL}},
    {LEVER_POSTCOPY_BANDWIDTH,
     0,
     NULL,
     {"migrate-set-parameters", "max-postcopy-bandwidth", "0", "max-bandwidth", NULL},
     {.command = NULL}},
    {LEVER_POSTCOPY, 0, NULL, {.command = "migrate-start-postcopy"}, {.command = NULL}},
    {LEVER_CONTINUE,
     0,
     NULL,
     {"migrate-continue", "state", "\"pre-switchover\"", NULL, NULL},
     {.command = NULL}},
    {LEVER_CANCEL, 0, NULL, {.command = "migrate_cancel"}, {.command = NULL}},
    {LEVER_PAUSE, 0, NULL, {.command = "migrate-pause"}, {.command = NULL}},
    {LEVER_RECOVER,
     0,
     "tcp:h\"ost:4444",
     {"migrate", "uri", "\"tcp:h\\\"ost:4444\"", "resume", "true"},
     {"migrate-recover", "uri", "\"tcp:h\\\"ost:4444\"", "resume", NULL}},
};

static void assert_argument(struct stage *stage, const char *command, const char *key,
                            const char *value)
{
    const char *said = key != NULL ? fake_qmp_argument(stage->fake, command, key) : NULL;

    if (value == NULL)
        assert_null(said);
    else
        assert_string_equal(said, value);
}

static void test_each_lever_has_its_command(void **state)
{
    struct stage *stage = *state;

    assert_int_equal(sizeof(levers) / sizeof(levers[0]), LEVER_COUNT);
    learn_to_migrate(stage);
    stage_begin(stage);
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < LEVER_COUNT; i++) {
            const struct wire *wire =
                side && levers[i].incoming.command ? &levers[i].incoming : &levers[i].wire;
            struct action action = {.serial = 1000 + i,
                                    .target = stage->target,
                                    .verb = VERB_COUNT,
                                    .lever = levers[i].lever,
                                    .argument = levers[i].argument,
                                    .text = (char *)levers[i].text,
                                    .job_id = (char[]){"migration"}};
            size_t before = fake_qmp_count(stage->fake, wire->command);

            stage->target->migration.incoming = side;
            assert_true(feed_send(&stage->feed, &action));
            assert_true(fake_qmp_await(stage->fake, wire->command, before + 1));
            assert_argument(stage, wire->command, wire->key, wire->value);
            assert_argument(stage, wire->command, wire->other_key, wire->other_value);
        }
    pump_settle(&stage->pump);
}

static const struct action *pull(struct stage *stage, enum lever lever, uint64_t argument)
{
    struct lever_check check;
    const struct action *action =
        action_pull(&stage->fleet, stage->target, stage->target->migration.uid, lever, argument,
                    NULL, stage_clock(), &check);

    if (action == NULL)
        fail_msg("%s: %s", lever_name(lever), check.why);
    pump_settle(&stage->pump);
    return action;
}

/* A limit is shown as QEMU has it, not as it was asked for. */
static void test_limits_are_read_anew_after_a_change(void **state)
{
    struct stage *stage = *state;
    const struct action *action;
    size_t before;
    uint64_t value;

    begin_active(stage);
    pass_seconds(stage, 1);
    before = fake_qmp_count(stage->fake, "query-migrate-parameters");
    fake_qmp_answers(stage->fake, "query-migrate-parameters", LIMITS(4194304, 300));
    action = pull(stage, LEVER_BANDWIDTH, 5000000);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
    pass_seconds(stage, 1);
    assert_int_equal(fake_qmp_count(stage->fake, "query-migrate-parameters"), before + 1);
    assert_true(lever_value(&stage->target->migration, LEVER_BANDWIDTH, &value));
    assert_int_equal(value, 4194304);
    /* Somebody else may change them, too. */
    pass_seconds(stage, 2 * TARGET_LIMITS_MS / 1000 + 1);
    assert_in_range(fake_qmp_count(stage->fake, "query-migrate-parameters"), before + 2,
                    before + 4);
}

static void test_a_cancel_is_followed_to_its_end(void **state)
{
    struct stage *stage = *state;
    const struct action *action;

    begin_active(stage);
    pass_seconds(stage, 1);
    action = pull(stage, LEVER_CANCEL, 0);
    assert_int_equal(action->state, ACTION_ACCEPTED);
    assert_int_equal(fake_qmp_count(stage->fake, "migrate_cancel"), 1);
    fake_qmp_answers(stage->fake, "query-migrate", "{\"status\": \"cancelling\"}");
    pass_seconds(stage, 1);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

static void test_a_refusal_in_its_own_words(void **state)
{
    struct stage *stage = *state;
    const struct action *action;

    begin_active(stage);
    fake_qmp_refuses(stage->fake, "migrate-set-parameters", "GenericError",
                     "Parameter 'downtime_limit' expects an integer");
    action = pull(stage, LEVER_DOWNTIME, 500);
    assert_int_equal(action->state, ACTION_REFUSED);
    assert_string_equal(action->answer, "Parameter 'downtime_limit' expects an integer");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_storage_daemon_is_never_asked),
        TEST(test_what_is_learned_first),
        TEST(test_an_idle_one_is_asked_slowly),
        TEST(test_an_active_one_is_asked_fast),
        TEST(test_a_change_of_status_asks_for_the_limits_anew),
        TEST(test_an_unusable_reply_changes_nothing),
        TEST(test_events_count_at_once_where_they_come),
        TEST(test_passes_are_asked_for_once),
        TEST(test_each_lever_has_its_command),
        TEST(test_limits_are_read_anew_after_a_change),
        TEST(test_a_cancel_is_followed_to_its_end),
        TEST(test_a_refusal_in_its_own_words),
    };

    return cmocka_run_group_tests_name("feed_migration", tests, NULL, NULL);
}
