#include "world.h"

#include "core/visit.h"

/* A socket outlives its QEMU: the next one that listens there has nothing of the former. */

static struct job *begin(struct world *world, bool polite)
{
    world->target->polite = polite;
    target_set_pid(world->target, 77);
    world_connect(world);
    return world_job(world, "mir", "mirror", "running", 10, 1000);
}

static void go(struct world *world, bool polite)
{
    world_answer(world);
    if (polite)
        target_set_link(world->target, TARGET_AWAY, NULL, world->now_ms, world->now_ms);
    else
        world_cut(world);
    if (!polite)
        target_set_pid(world->target, 0);
    world_pass(world, 2000);
}

static void come(struct world *world, int pid)
{
    target_set_link(world->target, TARGET_CONNECTING, NULL, 0, world->now_ms);
    target_set_pid(world->target, pid);
    world_connect(world);
}

static bool has_entry(const struct world *world, const char *text)
{
    const struct journal_entry *entry;

    for (size_t i = 0; (entry = journal_newest(&world->fleet.journal, i)) != NULL; i++)
        if (strcmp(entry->text, text) == 0)
            return true;
    return false;
}

static void check_job(struct world *world, bool polite)
{
    uint64_t uid = begin(world, polite)->uid;
    const struct job *job;

    go(world, polite);
    come(world, 78);
    assert_int_equal(world->target->living_count, 0);
    assert_int_equal(world_ended(world)->uid, uid);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
    assert_true(has_entry(world, "another QEMU has its socket now: pid 78"));

    /* The same in all that is told, and further. */
    job = world_job(world, "mir", "mirror", "running", 20, 1000);
    assert_int_not_equal(job->uid, uid);
    assert_int_equal(job->first_current, 20);
    assert_int_equal(action_check(&world->fleet, uid, VERB_CANCEL).answer, VERB_ENDED);
}

static void no_job_is_the_former_one(void **state)
{
    check_job(*state, false);
}

static void no_job_is_the_former_one_at_a_visit(void **state)
{
    check_job(*state, true);
}

static void check_same(struct world *world, bool polite)
{
    uint64_t uid = begin(world, polite)->uid;

    go(world, polite);
    come(world, 77);
    assert_int_equal(world_job(world, "mir", "mirror", "running", 20, 1000)->uid, uid);
    go(world, false);
    come(world, 0); /* nobody can tell */
    assert_int_equal(world_job(world, "mir", "mirror", "running", 30, 1000)->uid, uid);
}

static void the_same_process_keeps_its_jobs(void **state)
{
    check_same(*state, false);
}

static void the_same_process_keeps_its_jobs_at_a_visit(void **state)
{
    check_same(*state, true);
}

/* Not even when the pid was not known at some time in between. */
static void a_pid_is_remembered(void **state)
{
    struct world *world = *state;
    uint64_t uid = begin(world, false)->uid;

    go(world, false);
    come(world, 0);
    world_job(world, "mir", "mirror", "running", 20, 1000);
    go(world, false);
    come(world, 78);
    assert_int_not_equal(world_job(world, "mir", "mirror", "running", 30, 1000)->uid, uid);
}

static void what_was_told_before_stands(void **state)
{
    struct world *world = *state;
    struct job_report report = {"mir", "mirror", "concluded",
                                20,    1000,     "No space left on device"};

    begin(world, false);
    world_jobs(world, &report, 1);
    go(world, false);
    come(world, 78);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_FAILED);
}

/* QEMU had accepted the cancel, but the job ended by another cause. */
static void an_action_has_no_effect_on_the_next(void **state)
{
    struct world *world = *state;
    struct job *job = begin(world, true);
    struct action_check check;
    uint64_t serial;

    assert_non_null(
        action_send(&world->fleet, job->uid, VERB_CANCEL, 0, world->now_ms, &check));
    serial = world->sent_serial;
    action_replied(&world->fleet, serial, NULL, world->now_ms);
    go(world, true);
    come(world, 78);
    assert_int_equal(action_list_find(world->fleet.actions, serial)->state, ACTION_UNKNOWN);
    assert_int_equal(world_ended(world)->ending, JOB_ENDED_UNKNOWN);
}

static void check_migration(struct world *world, bool polite)
{
    struct migration_report report = {.status = "active", .has_ram = true, .total = 1000};

    uint64_t uid;

    begin(world, polite);
    merge_migration(world->target, &report, world->now_ms);
    uid = world->target->migration.uid;
    assert_ptr_equal(fleet_migrating(&world->fleet, uid), world->target);
    go(world, polite);
    come(world, 78);
    assert_false(migration_is_moving(&world->target->migration));
    merge_migration(world->target, &report, world->now_ms);
    assert_int_not_equal(world->target->migration.uid, uid);
    assert_null(fleet_migrating(&world->fleet, uid));
}

static void no_migration_is_the_former_one(void **state)
{
    check_migration(*state, false);
}

static void no_migration_is_the_former_one_at_a_visit(void **state)
{
    check_migration(*state, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(no_job_is_the_former_one),
        WORLD_TEST(no_job_is_the_former_one_at_a_visit),
        WORLD_TEST(the_same_process_keeps_its_jobs),
        WORLD_TEST(the_same_process_keeps_its_jobs_at_a_visit),
        WORLD_TEST(a_pid_is_remembered),
        WORLD_TEST(what_was_told_before_stands),
        WORLD_TEST(an_action_has_no_effect_on_the_next),
        WORLD_TEST(no_migration_is_the_former_one),
        WORLD_TEST(no_migration_is_the_former_one_at_a_visit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
