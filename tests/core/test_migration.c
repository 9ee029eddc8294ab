#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/migration.h"

/* Every status of qapi/migration.json, told independently of the code. */
static const struct {
    const char *wire;
    bool moving, ended, postcopy;
    enum migration_verdict verdict;
} known[] = {
    {"none", false, false, false, MIGRATION_IDLE},
    {"setup", true, false, false, MIGRATION_STARTING},
    {"wait-unplug", true, false, false, MIGRATION_STARTING},
    {"active", true, false, false, MIGRATION_FIRST_PASS},
    {"pre-switchover", true, false, false, MIGRATION_GUEST_STOPPED},
    {"device", true, false, false, MIGRATION_SWITCHING},
    {"postcopy-device", true, false, true, MIGRATION_SWITCHING},
    {"postcopy-active", true, false, true, MIGRATION_POSTCOPY},
    {"postcopy-paused", true, false, true, MIGRATION_BROKEN},
    {"postcopy-recover-setup", true, false, true, MIGRATION_RECOVERING},
    {"postcopy-recover", true, false, true, MIGRATION_RECOVERING},
    {"colo", true, false, false, MIGRATION_FOLLOWED},
    {"cancelling", true, false, false, MIGRATION_ENDING},
    {"cancelled", false, true, false, MIGRATION_ENDED_CANCELLED},
    {"failing", true, false, false, MIGRATION_ENDING},
    {"failed", false, true, false, MIGRATION_ENDED_FAILED},
    {"completed", false, true, false, MIGRATION_ENDED_DONE},
};

static struct migration_report reading(uint64_t pass, uint64_t remaining, double mbps,
                                       uint64_t dirty_pages)
{
    return (struct migration_report){.status = "active",
                                     .has_ram = true,
                                     .total = 1000000,
                                     .remaining = remaining,
                                     .mbps = mbps,
                                     .dirty_pages_per_second = dirty_pages,
                                     .page_size = 4096,
                                     .pass = pass,
                                     .has_total_time = true,
                                     .has_expected_downtime = true,
                                     .expected_downtime = 900};
}

static void feed(struct migration *migration, uint64_t pass, uint64_t remaining, double mbps,
                 uint64_t dirty_pages)
{
    struct migration_report report = reading(pass, remaining, mbps, dirty_pages);

    migration_update(migration, &report, 7, (int64_t)pass * 1000);
}

static void test_every_status(void **state)
{
    (void)state;
    assert_int_equal(sizeof(known) / sizeof(known[0]), MIGRATION_STATUS_COUNT - 1);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct migration migration;
        enum migration_status status = migration_status_parse(known[i].wire);

        migration_init(&migration);
        assert_int_not_equal(status, MIGRATION_UNKNOWN);
        assert_string_equal(migration_status_wire(status), known[i].wire);
        migration_set_status(&migration, known[i].wire, 5, 100);
        assert_int_equal(migration.status, status);
        assert_int_equal(migration_is_moving(&migration), known[i].moving);
        assert_int_equal(migration_is_ended(&migration), known[i].ended);
        assert_int_equal(migration_is_postcopy(status), known[i].postcopy);
        assert_int_equal(migration_verdict(&migration), known[i].verdict);
        assert_int_equal(migration_is_shown(&migration), status != MIGRATION_NONE);
        migration_release(&migration);
    }
}

static void test_unknown_status_is_kept(void **state)
{
    struct migration migration;

    (void)state;
    migration_init(&migration);
    assert_true(migration_set_status(&migration, "teleporting", 3, 10));
    assert_string_equal(migration_status_text(&migration), "teleporting");
    assert_false(migration_set_status(&migration, "teleporting", 4, 20));
    assert_true(migration_set_status(&migration, "beaming", 4, 30));
    assert_int_equal(migration.uid, 3);
    assert_int_equal(migration_verdict(&migration), MIGRATION_UNTOLD);
    migration_release(&migration);
}

static void test_a_new_run_gets_a_new_uid(void **state)
{
    struct migration migration;

    (void)state;
    migration_init(&migration);
    migration_set_status(&migration, "setup", 1, 10);
    migration_set_status(&migration, "active", 2, 20);
    assert_int_equal(migration.uid, 1);
    migration_set_status(&migration, "cancelling", 3, 30);
    migration_set_status(&migration, "cancelled", 4, 40);
    assert_int_equal(migration.uid, 1);
    assert_int_equal(migration.ended_ms, 40);
    migration.dismissed = true;
    migration.limits = (struct migration_limits){true, 5, 6, 7};
    migration_set_status(&migration, "setup", 5, 50);
    assert_int_equal(migration.uid, 5);
    assert_true(migration_is_shown(&migration));
    assert_int_equal(migration.started_ms, 50);
    assert_int_equal(migration.limits.downtime_limit, 7);
    migration_release(&migration);
}

static void test_megabits_are_not_megabytes(void **state)
{
    struct migration migration;

    (void)state;
    migration_init(&migration);
    feed(&migration, 1, 500000, 8.0, 0);
    assert_int_equal(migration.bytes_per_second, 1000000);
    feed(&migration, 1, 500000, -1.0, 0);
    assert_int_equal(migration.bytes_per_second, 0);
    feed(&migration, 1, 500000, 1e300, 0);
    assert_true(migration.bytes_per_second > 0);
    migration_release(&migration);
}

static void test_first_pass_tells_nothing(void **state)
{
    struct migration migration;

    (void)state;
    migration_init(&migration);
    feed(&migration, 1, 900000, 8.0, 0);
    feed(&migration, 1, 400000, 8.0, 0);
    assert_int_equal(migration_verdict(&migration), MIGRATION_FIRST_PASS);
    assert_int_equal(migration_permille(&migration), 600);
    migration_release(&migration);
}

static void test_shrinking_passes_converge(void **state)
{
    struct migration migration;

    (void)state;
    migration_init(&migration);
    feed(&migration, 1, 1000000, 8.0, 0);
    feed(&migration, 2, 400000, 8.0, 10);
    assert_int_equal(migration_verdict(&migration), MIGRATION_CONVERGING);
    feed(&migration, 3, 390000, 8.0, 10);
    assert_int_equal(migration_verdict(&migration), MIGRATION_SLOWLY);
    migration_release(&migration);
}

static void test_dirtied_as_fast_as_sent(void **state)
{
    struct migration migration;
    char why[200];

    (void)state;
    migration_init(&migration);
    feed(&migration, 1, 1000000, 8.0, 0);
    feed(&migration, 2, 400000, 8.0, 245); /* 245 * 4096 > 1000000 */
    assert_int_equal(migration_verdict(&migration), MIGRATION_NOT_CONVERGING);
    migration_reason(&migration, why, sizeof(why));
    assert_non_null(strstr(why, "the guest dirties "));
    migration_release(&migration);
}

static void test_nothing_gained_for_three_passes(void **state)
{
    struct migration migration;

    (void)state;
    migration_init(&migration);
    for (uint64_t pass = 1; pass <= 5; pass++)
        feed(&migration, pass, 400000, 8.0, 10);
    assert_int_equal(migration_verdict(&migration), MIGRATION_NOT_CONVERGING);
    migration.limits = (struct migration_limits){true, 0, 0, 300};
    assert_int_equal(migration_verdict(&migration), MIGRATION_LIMITED);
    migration.limits.downtime_limit = 1000;
    assert_int_equal(migration_verdict(&migration), MIGRATION_NOT_CONVERGING);
    migration_release(&migration);
}

static void test_only_so_many_passes_are_kept(void **state)
{
    struct migration migration;

    (void)state;
    migration_init(&migration);
    for (uint64_t pass = 1; pass <= 40; pass++)
        feed(&migration, pass, 1000000 / pass, 8.0, 10);
    assert_int_equal(migration.course->pass_count, MIGRATION_PASSES);
    assert_int_equal(migration.course->passes[MIGRATION_PASSES - 1].pass, 40);
    migration_release(&migration);
}

static void test_the_destination_has_no_figures(void **state)
{
    struct migration migration;
    struct migration_report report = {.status = "active"};

    (void)state;
    migration_init(&migration);
    migration_update(&migration, &report, 1, 10);
    assert_true(migration.incoming);
    assert_int_equal(migration_verdict(&migration), MIGRATION_INCOMING);
    assert_int_equal(migration_permille(&migration), -1);
    migration_release(&migration);
}

static void test_the_destination_is_known_in_every_status_with_figures(void **state)
{
    static const struct {
        const char *status;
        bool incoming;
    } rows[] = {
        {"setup", false},           {"wait-unplug", false},    {"active", true},
        {"pre-switchover", true},   {"device", true},          {"postcopy-device", true},
        {"postcopy-active", true},  {"postcopy-paused", true}, {"postcopy-recover-setup", true},
        {"postcopy-recover", true}, {"colo", false},           {"cancelled", false},
        {"failed", false},          {"completed", true},       {"teleporting", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct migration migration;

        migration_init(&migration);
        migration_update(&migration, &(struct migration_report){.status = rows[i].status}, 1,
                         10);
        assert_int_equal(migration.incoming, rows[i].incoming);
        migration_release(&migration);
    }
}

/* Where it tells where it listens it is the destination, whatever the status. */
static void test_who_listens_is_the_destination(void **state)
{
    (void)state;
    for (size_t i = 1; i < sizeof(known) / sizeof(known[0]); i++) {
        struct migration migration;

        migration_init(&migration);
        migration_update(&migration,
                         &(struct migration_report){.status = known[i].wire, .listens = true},
                         1, 10);
        assert_true(migration.incoming);
        migration_release(&migration);
    }
}

/* What QEMU tells of the guest's writing is the last of pre-copy then. */
static void test_nobody_dirties_in_postcopy(void **state)
{
    struct migration migration;
    struct migration_report report = reading(3, 1000, 8.0, 10);

    (void)state;
    migration_init(&migration);
    migration_update(&migration, &report, 1, 10);
    assert_true(migration.dirty_bytes_per_second > 0);
    report.status = "postcopy-active";
    migration_update(&migration, &report, 1, 20);
    assert_int_equal(migration.dirty_bytes_per_second, 0);
    migration_release(&migration);
}

static void test_what_came_in_long_ago_is_no_news(void **state)
{
    const struct migration_report idle = {.status = NULL}, done = {.status = "completed"};
    const struct migration_report sent = {.status = "completed", .has_total_time = true};
    struct migration migration;

    (void)state;
    migration_init(&migration);
    migration_update(&migration, &done, 1, 10);
    assert_false(migration_is_shown(&migration));
    migration_release(&migration);
    migration_update(&migration, &idle, 1, 10);
    migration_update(&migration, &done, 2, 20);
    assert_true(migration_is_shown(&migration));
    migration_release(&migration);
    migration_update(&migration, &sent, 1, 10);
    assert_true(migration_is_shown(&migration));
    migration_release(&migration);
}

/* Only while memory flows is there something to expect. */
static void test_no_estimate_while_nothing_is_sent(void **state)
{
    static const struct {
        const char *status;
        bool sends;
    } rows[] = {
        {"setup", false},
        {"active", true},
        {"pre-switchover", false},
        {"device", true},
        {"postcopy-active", true},
        {"postcopy-paused", false},
        {"postcopy-recover", false},
        {"cancelling", false},
        {"completed", false},
        {"teleporting", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct migration_report report = {.status = rows[i].status,
                                                .has_ram = true,
                                                .total = 1000,
                                                .remaining = 500,
                                                .mbps = 8};
        struct migration migration;
        int64_t eta;

        migration_init(&migration);
        migration_update(&migration, &report, 1, 10);
        assert_int_equal(migration_is_sending(&migration), rows[i].sends);
        assert_int_equal(migration_eta(&migration, &eta), rows[i].sends);
        migration_release(&migration);
    }
}

static void test_how_long_it_ran(void **state)
{
    const struct migration_report active = {.status = "active"}, done = {.status = "completed"};
    const struct migration_report timed = {
        .status = "completed", .has_ram = true, .has_total_time = true, .total_time = 77};
    struct migration migration;
    int64_t ms = 0;

    (void)state;
    migration_init(&migration);
    migration_update(&migration, &active, 1, 1000);
    assert_true(migration_duration(&migration, 3500, &ms));
    assert_int_equal(ms, 2500);
    migration_update(&migration, &done, 2, 5000);
    assert_true(migration_duration(&migration, 90000, &ms));
    assert_int_equal(ms, 4000);
    migration_release(&migration);
    migration_update(&migration, &done, 1, 10);
    assert_false(migration_duration(&migration, 90000, &ms));
    migration_release(&migration);
    migration_update(&migration, &timed, 1, 10);
    assert_true(migration_duration(&migration, 90000, &ms));
    assert_int_equal(ms, 77);
    migration_release(&migration);
}

static void test_how_far_a_failed_one_came_is_kept(void **state)
{
    struct migration migration;
    struct migration_report failed = {.status = "failed", .error = "Broken pipe"};
    char why[100];

    (void)state;
    migration_init(&migration);
    feed(&migration, 1, 250000, 8.0, 0);
    assert_true(migration_update(&migration, &failed, 9, 5000));
    assert_int_equal(migration_permille(&migration), 750);
    migration_reason(&migration, why, sizeof(why));
    assert_string_equal(why, "Broken pipe");
    migration_release(&migration);
}

/* Pages of zeros are left behind without being sent: the wire alone would say hours. */
static void test_estimate_follows_what_is_left(void **state)
{
    struct migration migration;
    int64_t eta;

    (void)state;
    migration_init(&migration);
    for (int64_t s = 0; s <= 10; s++) {
        struct migration_report report = reading(1, 1000000 - 20000 * (uint64_t)s, 0.0008, 0);

        migration_update(&migration, &report, 7, 1000 + s * 1000);
        assert_true(migration_eta(&migration, &eta));
        assert_int_equal(eta, s < 2 ? (10000 - 200 * s) * 1000 : 50000 - s * 1000);
    }
    struct migration_report next = reading(2, 600000, 8.0, 0);
    migration_update(&migration, &next, 7, 12000);
    assert_true(migration_eta(&migration, &eta));
    assert_int_equal(eta, 600);
    migration_release(&migration);
}

static void test_borders_of_progress(void **state)
{
    struct migration migration;
    int64_t eta;

    (void)state;
    migration_init(&migration);
    assert_int_equal(migration_permille(&migration), -1);
    feed(&migration, 1, 5000000, 8.0, 0); /* more left than there is */
    assert_int_equal(migration_permille(&migration), 0);
    assert_true(migration_eta(&migration, &eta));
    assert_int_equal(eta, 5000);
    feed(&migration, 1, 0, 8.0, 0);
    assert_int_equal(migration_permille(&migration), 1000);
    assert_false(migration_eta(&migration, &eta));
    feed(&migration, 1, UINT64_MAX, 0.00001, UINT64_MAX);
    assert_false(migration_eta(&migration, &eta) && eta < 0);
    migration_release(&migration);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_status),
        cmocka_unit_test(test_unknown_status_is_kept),
        cmocka_unit_test(test_a_new_run_gets_a_new_uid),
        cmocka_unit_test(test_megabits_are_not_megabytes),
        cmocka_unit_test(test_first_pass_tells_nothing),
        cmocka_unit_test(test_shrinking_passes_converge),
        cmocka_unit_test(test_dirtied_as_fast_as_sent),
        cmocka_unit_test(test_nothing_gained_for_three_passes),
        cmocka_unit_test(test_only_so_many_passes_are_kept),
        cmocka_unit_test(test_the_destination_has_no_figures),
        cmocka_unit_test(test_the_destination_is_known_in_every_status_with_figures),
        cmocka_unit_test(test_who_listens_is_the_destination),
        cmocka_unit_test(test_nobody_dirties_in_postcopy),
        cmocka_unit_test(test_what_came_in_long_ago_is_no_news),
        cmocka_unit_test(test_no_estimate_while_nothing_is_sent),
        cmocka_unit_test(test_how_long_it_ran),
        cmocka_unit_test(test_how_far_a_failed_one_came_is_kept),
        cmocka_unit_test(test_estimate_follows_what_is_left),
        cmocka_unit_test(test_borders_of_progress),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
