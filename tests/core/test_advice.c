#include "world.h"

#include "core/advice.h"

static enum advice advice_on_job(struct world *world, const char *type, const char *status)
{
    return advice_of(world->target, world_job(world, "j", type, status, 4, 4));
}

static void migrate(struct world *world, const char *status)
{
    struct migration_report report = {.status = status, .has_ram = true, .total = 1};

    merge_migration(world->target, &report, world->now_ms);
}

/* ---- when ---- */

static void every_status_of_a_migration(void **state)
{
    struct world *world = *state;

    assert_int_equal(advice_on_job(world, "mirror", "ready"), ADVICE_NONE);
    for (int i = MIGRATION_NONE; i < MIGRATION_STATUS_COUNT; i++) {
        enum migration_status status = (enum migration_status)i;
        bool over = status == MIGRATION_NONE || status == MIGRATION_CANCELLED ||
                    status == MIGRATION_FAILED;
        enum advice advice = status == MIGRATION_COMPLETED ? ADVICE_MIGRATION_DONE
                             : over                        ? ADVICE_NONE
                                                           : ADVICE_MIGRATION_RUNS;

        migrate(world, migration_status_wire(status));
        if (advice_on_job(world, "mirror", "ready") != advice)
            fail_msg("%s", migration_status_wire(status));
    }
    migrate(world, "teleporting");
    assert_int_equal(advice_on_job(world, "mirror", "ready"), ADVICE_MIGRATION_RUNS);
}

static void only_mirrors_that_are_ready(void **state)
{
    struct world *world = *state;
    static const char *const statuses[] = {"created", "running",  "paused",   "waiting",
                                           "pending", "aborting", "concluded"};
    static const char *const types[] = {"commit", "backup", "stream", "teleport"};
    struct job *job;

    migrate(world, "active");
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        assert_int_equal(advice_on_job(world, "mirror", statuses[i]), ADVICE_NONE);
        world_jobs(world, NULL, 0);
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        assert_int_equal(advice_on_job(world, types[i], "ready"), ADVICE_NONE);
    assert_int_equal(advice_on_job(world, "mirror", "standby"), ADVICE_MIGRATION_RUNS);

    job = roster_find(world->target, "j");
    world_event(world, "j", "null");
    assert_int_equal(advice_of(world->target, job), ADVICE_NONE);
}

/* The person took the row off the screen; the guest is still elsewhere. */
static void a_cleared_migration_counts_too(void **state)
{
    struct world *world = *state;

    migrate(world, "active");
    migrate(world, "completed");
    world->target->migration.dismissed = true;
    assert_int_equal(advice_on_job(world, "mirror", "ready"), ADVICE_MIGRATION_DONE);
}

static void the_destination_has_no_such_mirrors(void **state)
{
    struct world *world = *state;

    merge_migration(world->target, &(struct migration_report){.status = "active"},
                    world->now_ms);
    assert_true(world->target->migration.incoming);
    assert_int_equal(advice_on_job(world, "mirror", "ready"), ADVICE_NONE);
}

/* ---- what ---- */

static void each_verb_that_ends_has_its_words(void **state)
{
    static const bool ends[VERB_COUNT] = {
        [VERB_COMPLETE] = true, [VERB_STAY] = true, [VERB_CANCEL] = true};

    (void)state;
    for (enum advice advice = ADVICE_NONE; advice < ADVICE_COUNT; advice++) {
        bool any = advice != ADVICE_NONE;

        assert_int_equal(*advice_text(advice) != '\0', any);
        for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
            const char *text = advice_on(advice, verb);

            assert_int_equal(*text != '\0', any && ends[verb]);
            assert_in_range(strlen(text), 0, 76); /* a box of 80 columns */
        }
        if (!any)
            continue;
        assert_non_null(strstr(advice_text(advice), "stay is the usual ending"));
        assert_non_null(strstr(advice_on(advice, VERB_COMPLETE), "stay is usual"));
        assert_non_null(
            strstr(advice_on(advice, VERB_COMPLETE), "switches the source to the copy"));
        assert_non_null(strstr(advice_on(advice, VERB_STAY), "usual ending"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(every_status_of_a_migration),
        CONNECTED_TEST(only_mirrors_that_are_ready),
        CONNECTED_TEST(a_cleared_migration_counts_too),
        CONNECTED_TEST(the_destination_has_no_such_mirrors),
        cmocka_unit_test(each_verb_that_ends_has_its_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
