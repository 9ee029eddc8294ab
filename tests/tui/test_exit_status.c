/* What the program tells whoever started it, from what the fleet is like. */
#include "tui/exit_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/fleet.h"
#include "core/merge.h"

static struct fleet fleet;

static int setup(void **state)
{
    (void)state;
    fleet_init(&fleet);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fleet_release(&fleet);
    return 0;
}

static struct target *up(const char *name)
{
    struct target *target = fleet_add(&fleet, name, true, "/run/q.sock", 0);
    target_set_link(target, TARGET_UP, NULL, 0, 0);
    merge_jobs(target, NULL, 0, 0);
    return target;
}

static const enum target_link down[] = {TARGET_BUSY, TARGET_FAILED, TARGET_CLOSED,
                                        TARGET_CONNECTING};

static void a_snapshot_is_fine_when_all_have_answered(void **state)
{
    (void)state;
    assert_int_equal(exit_status_of_snapshot(&fleet), EXIT_STATUS_FINE);
    struct target *target = up("vm");
    assert_int_equal(exit_status_of_snapshot(&fleet), EXIT_STATUS_FINE);
    for (size_t i = 0; i < sizeof(down) / sizeof(down[0]); i++) {
        target_set_link(target, down[i], "why", 0, 0);
        assert_int_equal(exit_status_of_snapshot(&fleet), EXIT_STATUS_NOT_REACHED);
    }
    target_set_link(target, TARGET_UP, NULL, 0, 0);
    assert_int_equal(exit_status_of_snapshot(&fleet), EXIT_STATUS_NOT_REACHED);
    merge_jobs(target, NULL, 0, 0);
    assert_int_equal(exit_status_of_snapshot(&fleet), EXIT_STATUS_FINE);
    target_set_link(target, TARGET_FAILED, "why", 0, 0);
    up("second");
    assert_int_equal(exit_status_of_snapshot(&fleet), EXIT_STATUS_NOT_REACHED);
}

static void a_check_tells_needs_from_nothing_reached(void **state)
{
    const struct job_report running = {"a", "backup", "running", 1, 2, NULL};
    const struct job_report ready = {"b", "mirror", "ready", 2, 2, NULL};

    (void)state;
    assert_int_equal(exit_status_of_check(&fleet, 0), EXIT_STATUS_NOTHING_REACHED);
    struct target *target = up("vm");
    assert_int_equal(exit_status_of_check(&fleet, 0), EXIT_STATUS_FINE);
    merge_jobs(target, &running, 1, 0);
    assert_int_equal(exit_status_of_check(&fleet, 0), EXIT_STATUS_FINE);
    merge_jobs(target, &ready, 1, 0);
    assert_int_equal(exit_status_of_check(&fleet, 0), EXIT_STATUS_NEEDS_YOU);
    merge_jobs(target, NULL, 0, 0);
    for (size_t i = 0; i < sizeof(down) / sizeof(down[0]); i++) {
        target_set_link(target, down[i], "why", 0, 0);
        assert_int_equal(exit_status_of_check(&fleet, 0), EXIT_STATUS_NOTHING_REACHED);
    }
    up("second");
    assert_int_equal(exit_status_of_check(&fleet, 0), EXIT_STATUS_NEEDS_YOU);
}

static void a_console_that_once_was_connected_is_fine(void **state)
{
    (void)state;
    assert_int_equal(exit_status_of_console(&fleet, 0), EXIT_STATUS_FINE);
    struct target *target = fleet_add(&fleet, "vm", true, "/run/q.sock", 0);
    assert_int_equal(exit_status_of_console(&fleet, 0), EXIT_STATUS_FINE);
    target_set_link(target, TARGET_FAILED, "why", 0, 0);
    assert_int_equal(exit_status_of_console(&fleet, 0), EXIT_STATUS_NOT_REACHED);
    target_set_link(target, TARGET_UP, NULL, 0, 0);
    target_set_link(target, TARGET_FAILED, "why", 0, 0);
    assert_int_equal(exit_status_of_console(&fleet, 0), EXIT_STATUS_FINE);
}

static void a_signal_is_told_whatever_was_reached(void **state)
{
    (void)state;
    assert_int_equal(exit_status_of_console(&fleet, 15), 143);
    target_set_link(fleet_add(&fleet, "vm", true, "/run/q.sock", 0), TARGET_FAILED, "why", 0,
                    0);
    assert_int_equal(exit_status_of_console(&fleet, 1), 129);
}

#define FLEET_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLEET_TEST(a_snapshot_is_fine_when_all_have_answered),
        FLEET_TEST(a_check_tells_needs_from_nothing_reached),
        FLEET_TEST(a_console_that_once_was_connected_is_fine),
        FLEET_TEST(a_signal_is_told_whatever_was_reached),
    };
    return cmocka_run_group_tests_name("exit_status", tests, NULL, NULL);
}
