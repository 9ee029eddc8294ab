#include "world.h"

static struct migration_report active(uint64_t pass, uint64_t remaining)
{
    return (struct migration_report){.status = "active",
                                     .has_ram = true,
                                     .total = 1000000,
                                     .remaining = remaining,
                                     .mbps = 8,
                                     .dirty_pages_per_second = pass > 1 ? 10 : 0,
                                     .page_size = 4096,
                                     .pass = pass,
                                     .has_total_time = true,
                                     .has_expected_downtime = true,
                                     .expected_downtime = 900};
}

static void tell(struct world *world, const struct migration_report *report)
{
    merge_migration(world->target, report, world->now_ms);
}

static void tell_status(struct world *world, const char *status)
{
    tell(world, &(struct migration_report){.status = status, .has_total_time = true});
}

static void tell_active(struct world *world, uint64_t pass, uint64_t remaining)
{
    struct migration_report report = active(pass, remaining);

    tell(world, &report);
}

/* ---- a change of status ---- */

#define QUESTIONS \
    (1u << TARGET_ASK_LIMITS | 1u << TARGET_ASK_CAPABILITIES | 1u << TARGET_ASK_STATUS)

static void nothing_is_said_of_no_migration(void **state)
{
    struct world *world = *state;
    size_t written = world_written(world);
    uint64_t generation = world->fleet.generation;

    world->target->wanted = 0;
    for (int i = 0; i < 3; i++)
        tell(world, &(struct migration_report){.blocked = "a device cannot migrate"});
    assert_int_equal(world_written(world), written);
    assert_int_equal(world->fleet.generation, generation);
    assert_int_equal(world->target->wanted, 0);
    assert_string_equal(world->target->migration.blocked, "a device cannot migrate");
    assert_false(migration_is_shown(&world->target->migration));
}

/* What the journal says of each status when it comes. */
static void each_status_is_journalled(void **state)
{
    static const struct {
        const char *status;
        enum journal_mark mark;
        const char *text;
    } rows[] = {
        {"setup", JOURNAL_INFO, "none -> setup"},
        {"wait-unplug", JOURNAL_INFO, "setup -> wait-unplug"},
        {"active", JOURNAL_INFO, "wait-unplug -> active"},
        {"pre-switchover", JOURNAL_NEED, "active -> pre-switchover"},
        {"device", JOURNAL_INFO, "pre-switchover -> device"},
        {"postcopy-device", JOURNAL_INFO, "device -> postcopy-device"},
        {"postcopy-active", JOURNAL_INFO, "postcopy-device -> postcopy-active"},
        {"postcopy-paused", JOURNAL_ERROR, "postcopy-active -> postcopy-paused"},
        {"postcopy-recover-setup", JOURNAL_INFO, "postcopy-paused -> postcopy-recover-setup"},
        {"postcopy-recover", JOURNAL_INFO, "postcopy-recover-setup -> postcopy-recover"},
        {"colo", JOURNAL_INFO, "postcopy-recover -> colo"},
        {"cancelling", JOURNAL_INFO, "colo -> cancelling"},
        {"failing", JOURNAL_INFO, "cancelling -> failing"},
        {"teleporting", JOURNAL_INFO, "failing -> teleporting"},
        {"beaming", JOURNAL_INFO, "teleporting -> beaming"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        world->target->wanted = 0;
        tell_status(world, rows[i].status);
        assert_written(world, 0, rows[i].mark, rows[i].text);
        assert_int_equal(world->target->wanted, QUESTIONS);
        assert_string_equal(world_entry(world, 0)->job, "migration");
        assert_int_equal(world_entry(world, 0)->uid, world->target->migration.uid);
        assert_int_not_equal(world->target->migration.uid, 0);
    }
}

static void the_same_status_again_is_no_news(void **state)
{
    struct world *world = *state;
    size_t written;
    uint64_t generation;

    tell_active(world, 1, 900000);
    written = world_written(world);
    generation = world->fleet.generation;
    world->target->wanted = 0;
    tell_active(world, 1, 800000);
    assert_int_equal(world_written(world), written);
    assert_int_equal(world->target->wanted, 0);
    assert_true(world->fleet.generation > generation); /* but figures moved */
}

static void each_end_is_journalled_with_what_it_came_to(void **state)
{
    static const struct {
        struct migration_report report;
        enum journal_mark mark;
        const char *text;
    } rows[] = {
        {{.status = "completed", .has_ram = true, .has_total_time = true, .total_time = 192000},
         JOURNAL_INFO,
         "active -> completed  after 3m12"},
        {{.status = "cancelled"}, JOURNAL_INFO, "active -> cancelled  after 8s"},
        {{.status = "cancelled", .error = "Switchover is interrupted"},
         JOURNAL_INFO,
         "active -> cancelled  Switchover is interrupted"},
        {{.status = "failed", .error = "Unable to write to socket: Broken pipe"},
         JOURNAL_ERROR,
         "active -> failed  Unable to write to socket: Broken pipe"},
    };
    struct world *world = *state;
    uint64_t uid = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tell_active(world, 1, 900000);
        assert_int_not_equal(world->target->migration.uid, uid); /* another run */
        uid = world->target->migration.uid;
        world_pass(world, 8000);
        tell(world, &rows[i].report);
        assert_written(world, 0, rows[i].mark, rows[i].text);
        assert_int_equal(world->target->migration.uid, uid);
    }
}

static void uids_are_shared_with_the_jobs(void **state)
{
    struct world *world = *state;
    uint64_t before, after;

    before = world_job(world, "m", "mirror", "running", 1, 4)->uid;
    tell_active(world, 1, 900000);
    after = world_job(world, "n", "mirror", "running", 1, 4)->uid;
    assert_true(before < world->target->migration.uid);
    assert_true(world->target->migration.uid < after);
}

/* ---- verdicts ---- */

static void a_bad_verdict_is_said_when_it_begins(void **state)
{
    struct world *world = *state;
    size_t written;

    for (uint64_t pass = 1; pass <= 4; pass++)
        tell_active(world, pass, 400000);
    written = world_written(world);
    tell_active(world, 5, 400000);
    assert_int_equal(world_written(world), written); /* it was said at the fourth */
    assert_int_equal(migration_verdict(&world->target->migration), MIGRATION_NOT_CONVERGING);
    assert_int_equal(world_entry(world, 0)->mark, JOURNAL_ERROR);
    assert_non_null(strstr(world_entry(world, 0)->text, "will not converge"));
    assert_non_null(strstr(world_entry(world, 0)->text, "the guest dirties"));
}

static void what_the_limits_explain_is_a_need(void **state)
{
    struct world *world = *state;

    merge_limits(world->target, &(struct migration_limits){true, 0, 0, 300});
    for (uint64_t pass = 1; pass <= 4; pass++)
        tell_active(world, pass, 400000);
    assert_int_equal(migration_verdict(&world->target->migration), MIGRATION_LIMITED);
    assert_int_equal(world_entry(world, 0)->mark, JOURNAL_NEED);
    assert_non_null(strstr(world_entry(world, 0)->text, "900 ms, the limit is 300 ms"));
}

/* ---- events ---- */

static void an_event_counts_at_once_and_asks_for_the_figures(void **state)
{
    struct world *world = *state;

    world->target->wanted = 0;
    world_pass(world, 10);
    merge_migration_event(world->target, "setup", world->now_ms);
    assert_int_equal(world->target->migration.status, MIGRATION_SETUP);
    assert_int_equal(world->target->wanted, QUESTIONS | 1u << TARGET_ASK_MIGRATE);
    assert_int_equal(world->target->answer_ms, world->now_ms);
    assert_written(world, 0, JOURNAL_INFO, "none -> setup");

    world->target->wanted = 0;
    merge_migration_event(world->target, "setup", world->now_ms);
    assert_int_equal(world->target->wanted, 1u << TARGET_ASK_MIGRATE);
    assert_int_equal(world_entry(world, 0)->count, 1);
}

/* ---- hostile ---- */

static void a_name_that_is_too_long_is_none(void **state)
{
    struct world *world = *state;
    char name[TARGET_NAME_MAX + 2];
    size_t written = world_written(world);

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    tell_status(world, name);
    merge_migration_event(world->target, name, world->now_ms);
    assert_int_equal(world->target->malformed, 2);
    assert_int_equal(world->target->migration.status, MIGRATION_NONE);
    assert_int_equal(world_written(world), written);
    name[TARGET_NAME_MAX] = '\0';
    tell_status(world, name);
    assert_string_equal(migration_status_text(&world->target->migration), name);
}

static void endless_texts_are_cut(void **state)
{
    struct world *world = *state;
    char endless[3 * MIGRATION_TEXT_MAX];

    memset(endless, 'x', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    tell(world,
         &(struct migration_report){.status = "failed", .error = endless, .blocked = endless});
    assert_int_equal(strlen(world->target->migration.error), MIGRATION_TEXT_MAX);
    assert_int_equal(strlen(world->target->migration.blocked), MIGRATION_TEXT_MAX);
    assert_in_range(strlen(world_entry(world, 0)->text), 1, JOURNAL_TEXT);
}

/* ---- limits and capabilities ---- */

static void limits_and_capabilities_are_kept_over_a_run(void **state)
{
    struct world *world = *state;
    uint64_t generation = world->fleet.generation;

    merge_limits(world->target, &(struct migration_limits){true, 1, 2, 3});
    merge_capabilities(world->target,
                       &(struct migration_capabilities){.known = true, .postcopy_ram = true});
    assert_true(world->fleet.generation > generation);
    tell_active(world, 1, 900000);
    tell_status(world, "cancelled");
    tell_active(world, 1, 900000);
    assert_int_equal(world->target->migration.limits.max_bandwidth, 1);
    assert_int_equal(world->target->migration.limits.max_postcopy_bandwidth, 2);
    assert_int_equal(world->target->migration.limits.downtime_limit, 3);
    assert_true(world->target->migration.capabilities.postcopy_ram);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(nothing_is_said_of_no_migration),
        CONNECTED_TEST(each_status_is_journalled),
        CONNECTED_TEST(the_same_status_again_is_no_news),
        CONNECTED_TEST(each_end_is_journalled_with_what_it_came_to),
        CONNECTED_TEST(uids_are_shared_with_the_jobs),
        CONNECTED_TEST(a_bad_verdict_is_said_when_it_begins),
        CONNECTED_TEST(what_the_limits_explain_is_a_need),
        CONNECTED_TEST(an_event_counts_at_once_and_asks_for_the_figures),
        CONNECTED_TEST(a_name_that_is_too_long_is_none),
        CONNECTED_TEST(endless_texts_are_cut),
        CONNECTED_TEST(limits_and_capabilities_are_kept_over_a_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
