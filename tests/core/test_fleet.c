#include "world.h"

static void uids_are_never_given_twice(void **state)
{
    struct world *world = *state;
    uint64_t last = 0;

    for (int i = 0; i < 1000; i++) {
        uint64_t uid = fleet_uid(&world->fleet);

        assert_true(uid > last);
        last = uid;
    }
}

static void finds_a_job_wherever_it_is(void **state)
{
    struct world *world = *state;
    struct target *second = fleet_add(&world->fleet, "db-03", true, "/q/db-03", 1);
    struct target *target = NULL;
    struct job_report report = {"b", "backup", "running", 1, 4, NULL};
    uint64_t first_uid = world_job(world, "b", "backup", "running", 1, 4)->uid;
    uint64_t second_uid;

    merge_jobs(second, &report, 1, world->now_ms);
    second_uid = roster_find(second, "b")->uid;
    assert_ptr_equal(fleet_job(&world->fleet, first_uid, &target),
                     roster_find(world->target, "b"));
    assert_ptr_equal(target, world->target);
    assert_ptr_equal(fleet_job(&world->fleet, second_uid, &target), roster_find(second, "b"));
    assert_ptr_equal(target, second);
    assert_null(fleet_job(&world->fleet, second_uid + 1, NULL));
    assert_null(fleet_job(&world->fleet, 0, NULL));
    assert_ptr_equal(fleet_actable(&world->fleet, second_uid), second);
    assert_null(fleet_actable(&world->fleet, second_uid + 1));
    merge_status_event(second, "b", "null", world->now_ms);
    assert_non_null(fleet_job(&world->fleet, second_uid, NULL));
    assert_null(fleet_actable(&world->fleet, second_uid)); /* QEMU has it no longer */
}

/* The index forgets by itself what is no longer kept, and nothing else. */
static void finds_the_living_among_many_dead(void **state)
{
    struct world *world = *state;
    uint64_t lasting = world_job(world, "lasting", "backup", "running", 1, 4)->uid;
    struct target *target = NULL;

    for (int i = 0; i < 3000; i++) {
        struct job_report reports[] = {{"brief", "backup", "running", 1, 4, NULL},
                                       {"lasting", "backup", "running", 1, 4, NULL}};

        merge_jobs(world->target, reports, 2, world->now_ms);
        uint64_t brief = roster_find(world->target, "brief")->uid;
        assert_ptr_equal(fleet_job(&world->fleet, brief, &target),
                         roster_find(world->target, "brief"));
        merge_jobs(world->target, reports + 1, 1, world->now_ms);
        merge_clear(world->target, brief);
        assert_null(fleet_job(&world->fleet, brief, NULL));
    }
    assert_ptr_equal(fleet_job(&world->fleet, lasting, &target),
                     roster_find(world->target, "lasting"));
    assert_ptr_equal(target, world->target);
    assert_true(world->fleet.uids.capacity < 64);
}

static void targets_stay_where_they_are(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 100; i++)
        fleet_add(&world->fleet, "t", true, "/t", 1);
    assert_int_equal(world->fleet.target_count, 101);
    assert_ptr_equal(world->fleet.targets[0], world->target);
}

static void a_lost_target_needs_a_look_at_its_jobs(void **state)
{
    struct world *world = *state;
    struct job *job;
    struct need need;
    int64_t lost_ms;

    world_connect(world);
    world_job(world, "old", "backup", "running", 1, 4);
    job = world_job(world, "b", "backup", "running", 1, 4);
    assert_int_equal(fleet_need(world->target, job, world->now_ms).kind, NEED_NONE);
    lost_ms = world->now_ms;
    world_cut(world);
    world->now_ms += 5000;
    need = fleet_need(world->target, job, world->now_ms);
    assert_int_equal(need.kind, NEED_LOST);
    assert_int_equal(need.since_ms, lost_ms);
    need = fleet_need(world->target, world_ended(world), world->now_ms);
    assert_int_equal(need.kind, NEED_NONE);
}

static void what_we_closed_ourselves_is_not_lost(void **state)
{
    struct world *world = *state;
    const struct job *job;

    world_connect(world);
    job = world_job(world, "b", "backup", "running", 1, 4);
    target_set_link(world->target, TARGET_CLOSED, NULL, 0, world->now_ms);
    world->now_ms += 5000;
    assert_int_equal(fleet_need(world->target, job, world->now_ms).kind, NEED_NONE);
    assert_false(target_is_fresh(world->target));
}

static void time_passes_for_everything(void **state)
{
    struct world *world = *state;
    struct action_check check;
    struct job *job;

    world_connect(world);
    job = world_job(world, "b", "backup", "running", 1, 4);
    assert_false(fleet_tick(&world->fleet, world->now_ms));
    world_event(world, "b", "paused");
    world->now_ms += CHANGE_HOLD_MS;
    assert_true(fleet_tick(&world->fleet, world->now_ms));
    assert_int_equal(job->status, JOB_STATUS_PAUSED);

    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    world->now_ms += TARGET_STALE_MS;
    assert_true(fleet_tick(&world->fleet, world->now_ms));
    target_answered(world->target, TARGET_ASK_JOBS, true, world->now_ms);

    assert_non_null(
        action_send(&world->fleet, job->uid, VERB_RESUME, 0, world->now_ms, &check));
    action_replied(&world->fleet, world->sent_serial, NULL, world->now_ms);
    world->now_ms += ACTION_PATIENCE_MS;
    assert_true(fleet_tick(&world->fleet, world->now_ms));
    assert_false(fleet_tick(&world->fleet, world->now_ms));
}

static void counts_for_the_top_line(void **state)
{
    struct world *world = *state;
    struct fleet_counts counts;
    const struct job_report reports[] = {
        {"a", "backup", "running", 1, 4, NULL},
        {"b", "backup", "created", 0, 0, NULL},
        {"c", "mirror", "ready", 4, 4, NULL},
        {"d", "backup", "waiting", 4, 4, NULL},
        {"e", "backup", "paused", 1, 4, NULL},
        {"f", "mirror", "standby", 4, 4, NULL},
        {"g", "backup", "concluded", 1, 4, "Input/output error"},
        {"h", "teleport", "hovering", 1, 4, NULL},
        {"i", "backup", "running", 1, 4, NULL},
    };
    static const enum target_link links[] = {TARGET_BUSY, TARGET_FAILED, TARGET_CONNECTING,
                                             TARGET_CLOSED};

    world_connect(world);
    world_jobs(world, reports, 9);
    world_jobs(world, reports, 8);
    for (size_t i = 0; i < 4; i++)
        target_set_link(fleet_add(&world->fleet, "t", true, "/t", 1), links[i], "why", 0,
                        world->now_ms);
    counts = fleet_count(&world->fleet, world->now_ms);
    assert_int_equal(counts.targets, 5);
    assert_int_equal(counts.up, 1);
    assert_int_equal(counts.busy, 1);
    assert_int_equal(counts.down, 1);
    assert_int_equal(counts.closed, 1);
    assert_int_equal(counts.jobs, 8);
    assert_int_equal(counts.running, 2);
    assert_int_equal(counts.ready, 1);
    assert_int_equal(counts.waiting, 1);
    assert_int_equal(counts.paused, 2);
    assert_int_equal(counts.ended, 1);
    assert_int_equal(counts.need, 2);
    assert_int_equal(counts.alarm, 1);

    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    world_pass(world, TARGET_STALE_MS);
    counts = fleet_count(&world->fleet, world->now_ms);
    assert_int_equal(counts.up, 0);
    assert_int_equal(counts.down, 2);
}

/* It is a way to others; only when it is none it counts, so that it is noticed. */
static void a_host_that_leads_on_is_not_counted(void **state)
{
    struct world *world = *state;
    struct target *host = fleet_add(&world->fleet, "n", true, "ssh://n", 1);
    struct fleet_counts counts;

    world_connect(world);
    target_set_leads_to(host, 1);
    assert_string_equal(host->leads_to, "1 QMP socket");
    target_set_link(host, TARGET_UP, NULL, 0, world->now_ms);
    counts = fleet_count(&world->fleet, world->now_ms);
    assert_int_equal(counts.targets, 1);
    assert_int_equal(counts.up, 1);
    target_set_link(host, TARGET_FAILED, "why", 0, world->now_ms);
    counts = fleet_count(&world->fleet, world->now_ms);
    assert_int_equal(counts.targets, 2);
    assert_int_equal(counts.down, 1);
}

static void every_visible_change_raises_the_generation(void **state)
{
    struct world *world = *state;
    uint64_t last = world->fleet.generation;

#define MOVED()                                      \
    do {                                             \
        assert_true(world->fleet.generation > last); \
        last = world->fleet.generation;              \
    } while (0)
    world_connect(world);
    MOVED();
    world_job(world, "b", "backup", "running", 1, 4);
    MOVED();
    world_job(world, "b", "backup", "running", 2, 4);
    MOVED();
    world_event(world, "b", "ready");
    MOVED();
    target_set_vm_name(world->target, "guest");
    MOVED();
    target_set_vm_name(world->target, "guest");
    assert_int_equal(world->fleet.generation, last);
    world_event(world, "b", "null");
    MOVED();
    merge_clear(world->target, world_ended(world)->uid);
    MOVED();
    world_cut(world);
    MOVED();
#undef MOVED
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(uids_are_never_given_twice),
        WORLD_TEST(finds_a_job_wherever_it_is),
        WORLD_TEST(finds_the_living_among_many_dead),
        WORLD_TEST(targets_stay_where_they_are),
        WORLD_TEST(a_lost_target_needs_a_look_at_its_jobs),
        WORLD_TEST(what_we_closed_ourselves_is_not_lost),
        WORLD_TEST(time_passes_for_everything),
        WORLD_TEST(counts_for_the_top_line),
        WORLD_TEST(a_host_that_leads_on_is_not_counted),
        WORLD_TEST(every_visible_change_raises_the_generation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
