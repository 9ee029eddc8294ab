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

    for (uint64_t pass = 1; pass <= 4; pass++) {
        tell_active(world, pass, 400000);
        world->now_ms += 1000;
    }
    assert_int_equal(world->target->migration.noted, MIGRATION_SLOWLY);
    tell_active(world, 5, 400000); /* the second reading that says so */
    written = world_written(world);
    tell_active(world, 6, 400000);
    assert_int_equal(world_written(world), written);
    assert_int_equal(migration_verdict(&world->target->migration), MIGRATION_NOT_CONVERGING);
    assert_int_equal(world_entry(world, 0)->mark, JOURNAL_ERROR);
    assert_non_null(strstr(world_entry(world, 0)->text, "will not converge"));
    assert_non_null(strstr(world_entry(world, 0)->text, "the guest dirties"));
}

static void what_the_limits_explain_is_a_need(void **state)
{
    struct world *world = *state;

    merge_limits(world->target, &(struct migration_limits){true, 0, 0, 300});
    for (uint64_t pass = 1; pass <= 5; pass++) {
        tell_active(world, pass, 400000);
        world->now_ms += 1000;
    }
    assert_int_equal(world->target->migration.noted, MIGRATION_LIMITED);
    assert_int_equal(world_entry(world, 0)->mark, JOURNAL_NEED);
    assert_non_null(strstr(world_entry(world, 0)->text, "900 ms, the limit is 300 ms"));
}

/* A guest that writes about as much as is sent: the race swings from reading to reading. */
static void a_verdict_changes_when_two_readings_agree(void **state)
{
    struct world *world = *state;
    const struct migration *migration = &world->target->migration;
    int64_t since_ms;
    size_t written;

    merge_limits(world->target, &(struct migration_limits){true, 0, 0, 300});
    for (uint64_t pass = 1; pass <= 5; pass++) {
        tell_active(world, pass, 400000);
        world->now_ms += 1000;
    }
    since_ms = migration->noted_ms;
    written = world_written(world);
    for (uint64_t pass = 6; pass <= 20; pass++) {
        struct migration_report report = active(pass, 400000);

        report.dirty_pages_per_second = pass % 2 == 0 ? 300 : 10;
        tell(world, &report);
        world->now_ms += 1000;
        assert_int_equal(migration->noted, MIGRATION_LIMITED);
    }
    assert_int_equal(world_written(world), written);
    for (uint64_t pass = 21; pass <= 22; pass++) {
        struct migration_report report = active(pass, 400000);

        report.dirty_pages_per_second = 300;
        tell(world, &report);
    }
    assert_int_equal(migration->noted, MIGRATION_NOT_CONVERGING);
    assert_int_equal(migration->noted_ms, since_ms); /* it is hindered all that time */
    assert_int_equal(world_written(world), written + 1);
    tell_active(world, 23, 100000);
    tell_active(world, 24, 10000);
    assert_int_equal(migration->noted, MIGRATION_CONVERGING);
    assert_non_null(strstr(world_entry(world, 0)->text, "converging"));
}

/* ---- one that nobody saw end ---- */

/* QEMU 7.2 says "setup" when a destination begins to listen, and query-migrate nothing. */
static void an_event_alone_makes_no_migration(void **state)
{
    struct world *world = *state;
    size_t written = world_written(world);

    tell(world, &(struct migration_report){.status = NULL});
    merge_migration_event(world->target, "setup", world->now_ms);
    assert_false(migration_is_shown(&world->target->migration));
    assert_true(world->target->wanted & 1u << TARGET_ASK_MIGRATE);
    merge_migration_event(world->target, "active", world->now_ms);
    assert_true(migration_is_shown(&world->target->migration));
    tell(world, &(struct migration_report){.status = NULL});
    assert_false(migration_is_shown(&world->target->migration));
    assert_false(migration_is_moving(&world->target->migration));
    assert_int_equal(world_written(world), written + 1);
}

static void an_ended_one_stays_when_qemu_forgets_it(void **state)
{
    struct world *world = *state;
    const struct migration *migration = &world->target->migration;
    size_t written;
    uint64_t uid;

    tell_active(world, 1, 400000);
    tell_status(world, "completed");
    uid = migration->uid;
    written = world_written(world);
    tell(world, &(struct migration_report){.status = NULL});
    assert_int_equal(migration->status, MIGRATION_COMPLETED);
    assert_int_equal(world_written(world), written);
    tell_status(world, "completed"); /* another one, through before it was asked for */
    assert_int_not_equal(migration->uid, uid);
    assert_written(world, 0, JOURNAL_INFO, "found completed");
}

static void a_running_one_that_is_forgotten_is_gone(void **state)
{
    struct world *world = *state;
    const struct migration *migration = &world->target->migration;

    tell_active(world, 1, 400000);
    tell(world, &(struct migration_report){.status = NULL});
    assert_true(migration_is_ended(migration));
    assert_int_equal(migration->noted, MIGRATION_ENDED_UNKNOWN);
    assert_non_null(strstr(world_entry(world, 0)->text, "active -> gone"));
    assert_true(fleet_clear_migration(world->target));
    assert_false(migration_is_shown(migration));
    tell_active(world, 1, 400000);
    assert_true(migration_is_shown(migration));
    assert_written(world, 0, JOURNAL_INFO, "found active");
}

static void one_whose_qemu_is_gone_can_be_cleared(void **state)
{
    struct world *world = *state;
    const struct migration *migration = &world->target->migration;

    tell_active(world, 1, 400000);
    assert_false(fleet_clear_migration(world->target));
    world_cut(world);
    assert_true(fleet_clear_migration(world->target));
    assert_false(migration_is_shown(migration));
    world_connect(world);
    tell_active(world, 2, 300000); /* it was not */
    assert_true(migration_is_shown(migration));
    merge_migration_lost(world->target, world->now_ms);
    assert_int_equal(migration->noted, MIGRATION_ENDED_UNKNOWN);
    assert_true(migration_is_ended(migration));
}

/* QEMU 8.2 and later say "setup" while they wait for the guest. */
static void who_waits_for_a_guest_is_the_destination(void **state)
{
    struct world *world = *state;
    const struct migration *migration = &world->target->migration;

    tell(world, &(struct migration_report){.status = "setup", .listens = true});
    assert_true(migration->incoming);
    assert_int_equal(migration->noted, MIGRATION_INCOMING);
    tell_status(world, "completed");
    target_set_run_state(world->target, "inmigrate", world->now_ms);
    tell(world, &(struct migration_report){.status = "setup"});
    assert_true(migration->incoming);
    tell_status(world, "cancelled");
    target_set_run_state(world->target, "running", world->now_ms);
    tell(world, &(struct migration_report){.status = "setup"});
    assert_false(migration->incoming);
}

/* ---- events ---- */

static void an_event_counts_at_once_and_asks_for_the_figures(void **state)
{
    struct world *world = *state;

    world->target->wanted = 0;
    world_pass(world, 10);
    merge_migration_event(world->target, "active", world->now_ms);
    assert_int_equal(world->target->migration.status, MIGRATION_ACTIVE);
    assert_int_equal(world->target->wanted, QUESTIONS | 1u << TARGET_ASK_MIGRATE);
    assert_int_equal(world->target->answer_ms, world->now_ms);
    assert_written(world, 0, JOURNAL_INFO, "found active");

    world->target->wanted = 0;
    merge_migration_event(world->target, "active", world->now_ms);
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
        CONNECTED_TEST(a_verdict_changes_when_two_readings_agree),
        CONNECTED_TEST(an_event_alone_makes_no_migration),
        CONNECTED_TEST(an_ended_one_stays_when_qemu_forgets_it),
        CONNECTED_TEST(a_running_one_that_is_forgotten_is_gone),
        CONNECTED_TEST(one_whose_qemu_is_gone_can_be_cleared),
        CONNECTED_TEST(who_waits_for_a_guest_is_the_destination),
        CONNECTED_TEST(an_event_counts_at_once_and_asks_for_the_figures),
        CONNECTED_TEST(a_name_that_is_too_long_is_none),
        CONNECTED_TEST(endless_texts_are_cut),
        CONNECTED_TEST(limits_and_capabilities_are_kept_over_a_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
