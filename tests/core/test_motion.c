#include "core/motion.h"

#include "world.h"

/* Which figures a job has that moved by 100 MiB in each of ten seconds. */
static struct job *moving(struct world *world, const char *type, const char *status)
{
    struct job *job = NULL;

    for (uint64_t i = 0; i <= 10; i++) {
        job = world_job(world, "m0", type, status, i * 100 << 20, 4000ull << 20);
        world->now_ms += i < 10 ? 1000 : 0;
    }
    return job;
}

static void has_the_figures_of_its_state(void **state)
{
    static const struct {
        const char *type, *status;
        int permille;
        bool rate, eta;
    } rows[] = {
        {"mirror", "running", 250, true, true},   {"mirror", "ready", -1, true, false},
        {"mirror", "paused", 250, false, false},  {"backup", "running", 250, true, true},
        {"backup", "waiting", 250, false, false}, {"backup", "concluded", 250, false, false},
        {"create", "running", -1, false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        void *fresh;
        world_setup_connected(&fresh);
        struct world *world = fresh;
        const struct job *job = moving(world, rows[i].type, rows[i].status);
        uint64_t rate = 0;
        int64_t eta_ms = 0;

        assert_int_equal(motion_permille(job), rows[i].permille);
        assert_int_equal(motion_rate(world->target, job, world->now_ms, &rate), rows[i].rate);
        assert_int_equal(motion_eta(world->target, job, world->now_ms, &eta_ms), rows[i].eta);
        if (rows[i].rate)
            assert_in_range(rate >> 20, 99, 101);
        if (rows[i].eta)
            assert_in_range(eta_ms, 29000, 31000);
        world_teardown(&fresh);
    }
}

static void all_of_what_did_not_end_well_is_no_percentage(void **state)
{
    static const struct {
        const char *type, *status;
        uint64_t current, total;
        const char *error;
        int permille;
    } rows[] = {
        {"create", "concluded", 1, 1, "No space left on device", -1},
        {"create", "concluded", 1, 1, NULL, 1000},
        {"amend", "concluded", 0, 1, "Operation canceled", -1},
        {"backup", "concluded", 8, 8, "Operation canceled", -1},
        {"backup", "concluded", 2, 8, "Input/output error", 250},
        {"backup", "concluded", 8, 8, NULL, 1000},
        {"mirror", "concluded", 0, 0, "Input/output error", -1},
        {"backup", "waiting", 8, 8, NULL, 1000},
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char id[] = {(char)('a' + i), '\0'};
        const struct job_report report = {
            id, rows[i].type, rows[i].status, rows[i].current, rows[i].total, rows[i].error};

        world_jobs(world, &report, 1);
        assert_int_equal(motion_permille(roster_find(world->target, id)), rows[i].permille);
    }
}

static void a_ready_mirror_is_as_fast_as_the_guest_writes(void **state)
{
    struct world *world = *state;
    const struct job *job = moving(world, "mirror", "running");
    uint64_t rate;

    world_event(world, "m0", "ready");
    job = world_job(world, "m0", "mirror", "ready", 1000ull << 20, 1000ull << 20);
    world->now_ms += 3000;
    assert_false(motion_rate(world->target, job, world->now_ms, &rate));
    for (uint64_t i = 1; i <= 4; i++) {
        world_job(world, "m0", "mirror", "ready", (1000 + i) << 20, (1000 + i) << 20);
        world->now_ms += 1000;
    }
    assert_true(motion_rate(world->target, job, world->now_ms, &rate));
    assert_in_range(rate, 1 << 19, 1 << 20);
    world->now_ms += RATE_WINDOW_MS;
    assert_true(motion_rate(world->target, job, world->now_ms, &rate));
    assert_int_equal(rate, 0);
}

static void out_of_sight_nothing_moves(void **state)
{
    struct world *world = *state;
    const struct job *job = moving(world, "backup", "running");
    uint64_t rate;
    int64_t eta_ms;

    world_cut(world);
    assert_int_equal(motion_permille(job), 250);
    assert_false(motion_rate(world->target, job, world->now_ms, &rate));
    assert_false(motion_eta(world->target, job, world->now_ms, &eta_ms));
}

static void permille_keeps_its_bounds(void **state)
{
    struct world *world = *state;

    assert_int_equal(motion_permille(world_job(world, "a", "backup", "running", 0, 0)), -1);
    assert_int_equal(motion_permille(world_job(world, "b", "backup", "running", 9, 4)), 1000);
    assert_int_equal(motion_permille(world_job(world, "c", "backup", "running",
                                               UINT64_MAX / 2 - 1, UINT64_MAX - 1)),
                     499);
    assert_int_equal(motion_permille(world_job(world, "d", "create", "concluded", 1, 1)), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_figures_of_its_state),
        CONNECTED_TEST(all_of_what_did_not_end_well_is_no_percentage),
        CONNECTED_TEST(a_ready_mirror_is_as_fast_as_the_guest_writes),
        CONNECTED_TEST(out_of_sight_nothing_moves),
        CONNECTED_TEST(permille_keeps_its_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
