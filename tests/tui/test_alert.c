/*
 * What rings and what the window is called, without a terminal: for what has begun, once; of
 * jobs and of migrations; never for what was found so.
 */

#include "tests/core/world.h"

#include "tui/alert.h"

static struct alert alert;

static int setup(void **state)
{
    alert = (struct alert){.title = true};
    return world_setup_connected(state);
}

static int teardown(void **state)
{
    alert_release(&alert);
    return world_teardown(state);
}

static void expect(struct world *world, const char *title)
{
    alert_look(&alert, &world->fleet, world->now_ms);
    assert_string_equal(alert.shown, title);
}

static void migrate(struct world *world, const char *status, const char *error)
{
    merge_migration(
        world->target,
        &(struct migration_report){.status = status, .error = error, .has_total_time = true},
        world->now_ms);
}

static void nothing_is_told_that_is_not_wanted(void **state)
{
    struct world *world = *state;

    alert.title = false;
    (void)world_job(world, "m", "mirror", "ready", GIB, GIB);
    expect(world, "");
    assert_int_equal(alert.count, 0);
}

static void the_newest_need_names_the_window(void **state)
{
    struct world *world = *state;

    expect(world, "qmptop");
    (void)world_job(world, "m", "mirror", "ready", GIB, GIB);
    expect(world, "1 NEEDS YOU: web-01 m - qmptop");
    world_pass(world, 1000);
    migrate(world, "active", NULL);
    migrate(world, "failed", "no route");
    expect(world, "2 NEED YOU: web-01 migration - qmptop");
    assert_int_equal(alert.count, 2);
    world_event(world, "m", "running");
    world_pass(world, 5000);
    expect(world, "1 NEEDS YOU: web-01 migration - qmptop");
}

/* What needed somebody before does not name the window when both do. */
static void an_older_need_does_not_take_the_name(void **state)
{
    struct world *world = *state;
    struct target *other = fleet_add(&world->fleet, "zz", true, "/z", world->now_ms);
    static const struct job_report ready = {"old", "mirror", "ready", GIB, GIB, NULL};

    target_set_link(other, TARGET_UP, NULL, 0, world->now_ms);
    target_set_offered(other, VERB_ALL, ~0u);
    merge_jobs(other, &ready, 1, world->now_ms);
    world_pass(world, 5000);
    (void)world_job(world, "new", "mirror", "ready", GIB, GIB);
    expect(world, "2 NEED YOU: web-01 new - qmptop");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_told_that_is_not_wanted),
        TEST(the_newest_need_names_the_window),
        TEST(an_older_need_does_not_take_the_name),
    };
    return cmocka_run_group_tests_name("alert", tests, NULL, NULL);
}
