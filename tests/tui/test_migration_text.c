#include "tui/screens/migration_row.h"
#include "tui/screens/migration_text.h"

#include "tests/core/world.h"

#define MIB ((uint64_t)1 << 20)

/* Ten seconds into a run of 1000 MiB, 300 MiB left of its pass, 100 MiB/s. */
static const struct migration_report usual = {
    .has_ram = true,
    .has_total_time = true,
    .total = 1000 * MIB,
    .transferred = 700 * MIB,
    .remaining = 300 * MIB,
    .mbps = 838.8608,
    .page_size = 4096,
    .pass = 1,
    .total_time = 10000,
};

static struct jobs_row row_of(const struct world *world)
{
    struct jobs_row row;
    struct keymap keymap;

    keymap_init(&keymap);
    assert_true(
        jobs_row_of(&row, &world->fleet, world->target->migration.uid, &keymap, world->now_ms));
    keymap_release(&keymap);
    return row;
}

static void tell(struct world *world, const char *status)
{
    struct migration_report report = usual;

    report.status = status;
    merge_migration(world->target, &report, world->now_ms);
}

static void a_moving_one_has_its_bar(void **state)
{
    struct world *world = *state;

    tell(world, "active");
    struct jobs_row row = row_of(world);
    assert_string_equal(row.vm, "web-01");
    assert_string_equal(row.job, "migration");
    assert_string_equal(row.type, "migr.");
    assert_string_equal(row.status, "active");
    assert_string_equal(row.reason, "");
    assert_string_equal(row.age, "");
    assert_string_equal(row.percent, "70.0");
    assert_string_equal(row.done, "700M");
    assert_string_equal(row.total, "1000M");
    assert_string_equal(row.rate, "100M/s");
    assert_string_equal(row.eta, "3s");
    assert_string_equal(row.verdict, "first pass");
    assert_int_equal(row.permille, 700);
    assert_int_equal(row.mark, ' ');
    assert_int_equal(row.role, THEME_OK);
    assert_false(row.stale);
}

/* What stands in the row of every status, on the side that sends. */
static void every_status_of_the_source(void **state)
{
    static const struct {
        const char *wire, *status, *reason;
        char mark;
        int permille;
    } rows[] = {
        {"setup", "setup", "starting", ' ', 700},
        {"wait-unplug", "wait-unplug", "starting", ' ', 700},
        {"active", "active", "", ' ', 700},
        {"pre-switchover", "PRE-SWITCHOVER", "GUEST STOPPED for 0s (i)", '!', 700},
        {"device", "device", "switching over", ' ', 700},
        {"postcopy-device", "postcopy-device", "switching over", ' ', 700},
        {"postcopy-active", "postcopy-active", "", ' ', 700},
        {"postcopy-paused", "POSTCOPY-PAUSED", "postcopy broken: recover it (i)", '!', 700},
        {"postcopy-recover-setup", "postcopy-recover-setup", "recovering", ' ', 700},
        {"postcopy-recover", "postcopy-recover", "recovering", ' ', 700},
        {"colo", "colo", "colo: the destination follows", ' ', 700},
        {"teleporting", "teleporting", "", ' ', 700},
        {"cancelling", "cancelling", "ending", ' ', 700},
        {"cancelled", "cancelled", "700 MiB sent in 10s", ' ', -1},
        {"failing", "failing", "ending", ' ', 700},
        {"failed", "FAILED", "failed (x)", '!', -1},
        {"completed", "completed", "700 MiB sent in 10s", ' ', -1},
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        world->now_ms++;
        tell(world, rows[i].wire);
        struct jobs_row row = row_of(world);
        assert_string_equal(row.status, rows[i].status);
        assert_string_equal(row.reason, rows[i].reason);
        assert_int_equal(row.mark, rows[i].mark);
        assert_int_equal(row.permille, rows[i].permille);
        assert_int_equal(row.age[0] != '\0', rows[i].mark == '!');
    }
}

static void the_destination_has_no_bar(void **state)
{
    static const struct {
        const char *wire, *type, *reason;
    } rows[] = {
        {"active", "incoming", "receiving; see the source"},
        {"postcopy-active", "incoming", "postcopy: the destination runs"},
        {"completed", "incoming", "after 4s"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        merge_migration(world->target, &(struct migration_report){.status = rows[i].wire},
                        world->now_ms);
        struct jobs_row row = row_of(world);
        assert_string_equal(row.type, rows[i].type);
        assert_string_equal(row.reason, rows[i].reason);
        assert_int_equal(row.permille, -1);
        assert_string_equal(row.rate, "-");
        world->now_ms += 2000;
    }
}

static void a_stopped_guest_is_a_running_timer(void **state)
{
    struct world *world = *state;

    tell(world, "active");
    world->now_ms += 1000;
    tell(world, "pre-switchover");
    world->now_ms += 12000;
    struct jobs_row row = row_of(world);
    assert_string_equal(row.reason, "GUEST STOPPED for 12s (i)");
    assert_string_equal(row.age, "12s");
    assert_int_equal(row.role, THEME_ERROR);
}

static void one_that_is_found_stopped_may_have_been_for_long(void **state)
{
    struct world *world = *state;

    tell(world, "pre-switchover");
    world->now_ms += 12000;
    assert_string_equal(row_of(world).reason, "GUEST STOPPED, seen for 12s (i)");
}

static void a_hopeless_one_tells_its_figures(void **state)
{
    struct world *world = *state;
    struct migration_report report = usual;

    tell(world, "active");
    report.status = "active";
    report.pass = 2;
    report.dirty_pages_per_second = 120 * MIB / 4096;
    merge_migration(world->target, &report, world->now_ms);
    struct jobs_row row = row_of(world);
    assert_string_equal(row.status, "ACTIVE");
    assert_string_equal(row.reason,
                        "will not converge: the guest dirties 120M/s, 100M/s are sent");
}

static void errors_are_told_in_the_words_of_qemu(void **state)
{
    struct world *world = *state;
    struct migration_report report = usual;

    report.status = "postcopy-paused";
    report.error = "Broken pipe";
    merge_migration(world->target, &report, world->now_ms);
    assert_string_equal(row_of(world).reason, "postcopy broken: recover it (i): Broken pipe");
    report.status = "failed";
    merge_migration(world->target, &report, world->now_ms);
    assert_string_equal(row_of(world).reason, "Broken pipe (x)");
}

static void an_ended_one_tells_its_downtime(void **state)
{
    struct world *world = *state;
    struct migration_report report = usual;

    report.status = "completed";
    report.has_downtime = true;
    report.downtime = 40;
    merge_migration(world->target, &report, world->now_ms);
    assert_string_equal(row_of(world).reason, "700 MiB sent in 10s, downtime 40 ms");
    assert_int_equal(row_of(world).role, THEME_DIM);
}

static void a_lost_one_says_so_and_guesses_nothing(void **state)
{
    struct world *world = *state;

    tell(world, "active");
    world_cut(world);
    struct jobs_row row = row_of(world);
    assert_true(row.stale);
    assert_int_equal(row.mark, '!');
    assert_string_equal(row.status, "active");
    assert_string_equal(row.reason, "its QEMU cannot be reached: closed by QEMU");
    assert_string_equal(row.rate, "-");
    assert_string_equal(row.eta, "-");
}

static void state_is_status_reason_and_pass(void **state)
{
    struct world *world = *state;
    char text[512];

    tell(world, "active");
    world->now_ms++;
    migration_text_state(world->target, NULL, world->now_ms, text, sizeof text);
    assert_string_equal(text, "active, 70.0 % of pass 1");
    tell(world, "pre-switchover");
    migration_text_state(world->target, NULL, world->now_ms, text, sizeof text);
    assert_string_equal(text, "PRE-SWITCHOVER, GUEST STOPPED for 0s, 70.0 % of pass 1");
    tell(world, "completed");
    migration_text_state(world->target, NULL, world->now_ms, text, sizeof text);
    assert_string_equal(text, "completed, 700 MiB sent in 10s");
}

static void an_uid_of_nothing_is_no_row(void **state)
{
    struct world *world = *state;
    struct jobs_row row;

    assert_false(jobs_row_of(&row, &world->fleet, 77, NULL, world->now_ms));
    assert_false(jobs_row_of(&row, &world->fleet, 0, NULL, world->now_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(a_moving_one_has_its_bar),
        CONNECTED_TEST(every_status_of_the_source),
        CONNECTED_TEST(the_destination_has_no_bar),
        CONNECTED_TEST(a_stopped_guest_is_a_running_timer),
        CONNECTED_TEST(one_that_is_found_stopped_may_have_been_for_long),
        CONNECTED_TEST(a_hopeless_one_tells_its_figures),
        CONNECTED_TEST(errors_are_told_in_the_words_of_qemu),
        CONNECTED_TEST(an_ended_one_tells_its_downtime),
        CONNECTED_TEST(a_lost_one_says_so_and_guesses_nothing),
        CONNECTED_TEST(state_is_status_reason_and_pass),
        CONNECTED_TEST(an_uid_of_nothing_is_no_row),
    };

    return cmocka_run_group_tests_name("migration_text", tests, NULL, NULL);
}
