#include "tests/core/world.h"

#include "core/order.h"

/* Migrations as rows among the jobs: their need, their place, their end. */

static void migrate(struct world *world, const char *status, uint64_t pass, uint64_t dirty)
{
    merge_migration(world->target,
                    &(struct migration_report){.status = status,
                                               .has_ram = true,
                                               .has_total_time = true,
                                               .total = 1000,
                                               .remaining = 500,
                                               .mbps = 0.001,
                                               .dirty_pages_per_second = dirty,
                                               .page_size = 4096,
                                               .pass = pass},
                    world->now_ms);
}

static struct need need_now(const struct world *world)
{
    return fleet_migration_need(world->target);
}

static void needs_by_verdict(void **state)
{
    static const struct {
        const char *status;
        enum need_kind kind;
    } rows[] = {
        {"setup", NEED_NONE},
        {"active", NEED_NONE},
        {"pre-switchover", NEED_SWITCHOVER},
        {"device", NEED_NONE},
        {"postcopy-active", NEED_NONE},
        {"postcopy-paused", NEED_BROKEN},
        {"failed", NEED_FAILED},
    };
    struct world *world = *state;

    assert_int_equal(need_now(world).kind, NEED_NONE);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        world->now_ms += 1000;
        migrate(world, rows[i].status, 1, 0);
        assert_int_equal(need_now(world).kind, rows[i].kind);
        if (rows[i].kind != NEED_NONE)
            assert_int_equal(need_now(world).since_ms, world->now_ms);
    }
}

static void hopeless_one_needs_since_it_became_so(void **state)
{
    struct world *world = *state;
    int64_t since;

    migrate(world, "active", 1, 0);
    world->now_ms += 1000;
    migrate(world, "active", 2, 1000);
    since = world->now_ms;
    world->now_ms += 5000;
    migrate(world, "active", 3, 1000);
    assert_int_equal(need_now(world).kind, NEED_NOT_CONVERGING);
    assert_int_equal(need_now(world).since_ms, since);
}

static void stands_among_the_jobs(void **state)
{
    struct world *world = *state;
    struct order order;
    int64_t row;

    order_init(&order);
    world_job(world, "b", "backup", "running", 1, 2);
    migrate(world, "active", 1, 0);
    order_update(&order, &world->fleet, false, world->now_ms);
    assert_int_equal(order.group_count[ORDER_RUNNING], 2);
    row = order_find(&order, world->target->migration.uid);
    assert_true(row >= 0 && order.rows[row].is_migration);
    assert_ptr_equal(fleet_migrating(&world->fleet, order.rows[row].uid), world->target);
    assert_null(fleet_job(&world->fleet, order.rows[row].uid, NULL));
    assert_int_equal(fleet_count(&world->fleet, world->now_ms).migrations, 1);

    migrate(world, "pre-switchover", 2, 0);
    order_update(&order, &world->fleet, false, world->now_ms);
    assert_int_equal(order.rows[0].uid, world->target->migration.uid);
    assert_int_equal(order.rows[0].group, ORDER_NEED);
    order_release(&order);
}

static void ended_one_can_be_cleared(void **state)
{
    struct world *world = *state;
    uint64_t uid;

    migrate(world, "active", 1, 0);
    uid = world->target->migration.uid;
    assert_false(fleet_clear_migration(world->target));
    migrate(world, "completed", 3, 0);
    assert_non_null(fleet_migrating(&world->fleet, uid));
    assert_int_equal(fleet_count(&world->fleet, world->now_ms).ended, 1);
    assert_true(fleet_clear_migration(world->target));
    assert_false(fleet_clear_migration(world->target));
    assert_null(fleet_migrating(&world->fleet, uid));
    assert_int_equal(fleet_count(&world->fleet, world->now_ms).ended, 0);
    assert_int_equal(need_now(world).kind, NEED_NONE);
}

static void lost_with_its_qemu(void **state)
{
    struct world *world = *state;

    migrate(world, "active", 1, 0);
    world->now_ms += 500;
    target_set_link(world->target, TARGET_FAILED, "gone", 0, world->now_ms);
    assert_int_equal(need_now(world).kind, NEED_LOST);
    assert_int_equal(need_now(world).since_ms, world->now_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(needs_by_verdict),
        CONNECTED_TEST(hopeless_one_needs_since_it_became_so),
        CONNECTED_TEST(stands_among_the_jobs),
        CONNECTED_TEST(ended_one_can_be_cleared),
        CONNECTED_TEST(lost_with_its_qemu),
    };

    return cmocka_run_group_tests_name("migration_row", tests, NULL, NULL);
}
