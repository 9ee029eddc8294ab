/* What a key says whose verb cannot be sent for now. */

#include "desk.h"

/* QEMU is connected and has said nothing for a while: no verb, and since when. */
static void a_silent_qemu_is_told_with_its_time(void **state)
{
    struct desk *console = *state;
    struct world *world = console->world;

    world_job(world, "b", "backup", "running", 1, 4);
    merge_migration(world->target, &(struct migration_report){.status = "active"},
                    world->now_ms);
    desk_paint(console);
    target_want(world->target, TARGET_ASK_JOBS);
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    world_pass(world, 12000);
    desk_press(console, 'c');
    desk_assert_says(console, "cancel: not now: its QEMU does not answer, for 12s");
    desk_press(console, KEY_CODE_DOWN);
    desk_press(console, 'c');
    desk_assert_says(console, "cancel: not now: its QEMU does not answer, for 12s");
    assert_int_equal(world->sent, 0);
    world_cut(world);
    world_connect(world);
    desk_press(console, 'c');
    desk_assert_says(console, "cancel: not now: connected, but not told ");
}

/* A menu cannot stay over it either, and says the same. */
static void a_menu_closes_over_a_silent_qemu(void **state)
{
    struct desk *console = *state;
    struct world *world = console->world;

    world_job(world, "b", "backup", "running", 1, 4);
    desk_paint(console);
    desk_press(console, KEY_CODE_ENTER);
    assert_true(desk_has_box(console));
    target_want(world->target, TARGET_ASK_JOBS);
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    world_pass(world, TARGET_STALE_MS);
    desk_paint(console);
    assert_false(desk_has_box(console));
    desk_assert_says(console, "its QEMU does not answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_silent_qemu_is_told_with_its_time, desk_setup,
                                        desk_teardown),
        cmocka_unit_test_setup_teardown(a_menu_closes_over_a_silent_qemu, desk_setup,
                                        desk_teardown),
    };

    return cmocka_run_group_tests_name("unlit", tests, NULL, NULL);
}
