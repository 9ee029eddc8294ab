#include "world.h"

#define ALL_QUERIES ((1u << TARGET_ASK_COUNT) - 1)

static void starts_connecting(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;
    enum target_query query;

    assert_int_equal(target->link, TARGET_CONNECTING);
    assert_int_equal(target->link_ms, world->now_ms);
    assert_false(target_is_fresh(target));
    assert_false(target_ask(target, world->now_ms, &query));
    assert_int_equal(target_ask_at(target), -1);
    assert_int_equal(target_age_ms(target, world->now_ms), -1);
    assert_false(target_verbs(target).link_up);
    assert_false(target_verbs(target).offered_known);
}

static void names_every_link_state(void **state)
{
    static const char *const wires[] = {"connecting", "up",     "stale", "busy",
                                        "failed",     "closed", "away"};

    (void)state;
    for (int i = 0; i < TARGET_LINK_COUNT; i++)
        assert_string_equal(target_link_wire((enum target_link)i), wires[i]);
}

static void grows_stale_and_fresh_again(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;
    enum target_query query;

    world_connect(world);
    world_job(world, "b", "backup", "running", 1, 2);
    assert_true(target_is_fresh(target));
    target_asked(target, TARGET_ASK_JOBS, world->now_ms);
    world->now_ms += TARGET_STALE_MS - 1;
    assert_false(target_tick(target, world->now_ms));
    world->now_ms += 1;
    assert_true(target_tick(target, world->now_ms));
    assert_int_equal(target->link, TARGET_STALE);
    assert_string_equal(target->reason, "does not answer");
    assert_int_equal(target->lost_ms, world->now_ms - TARGET_STALE_MS);
    assert_int_equal(target->link_ms, world->now_ms - TARGET_STALE_MS);
    assert_false(target_verbs(target).link_up);
    assert_written(world, 0, JOURNAL_ERROR, "does not answer");

    world->now_ms += 60000;
    assert_false(target_tick(target, world->now_ms));
    assert_false(target_ask(target, world->now_ms, &query));
    target_answered(target, TARGET_ASK_JOBS, true, world->now_ms);
    assert_int_equal(target->link, TARGET_UP);
    assert_int_equal(target->lost_ms, 0);
    assert_null(target->reason);
    assert_true(target_is_fresh(target));
    assert_written(world, 0, JOURNAL_INFO, "answers again after 1m05");
}

static void answers_to_others_are_no_silence(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    target_asked(target, TARGET_ASK_JOBS, world->now_ms);
    target_set_strays(target, 1);
    assert_null(target_oddity(target));
    world->now_ms += TARGET_STALE_MS;
    assert_true(target_tick(target, world->now_ms));
    assert_string_equal(target->reason, "its answers are not to our questions");
    assert_null(target_oddity(target));
}

static void what_is_odd_is_told(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;
    uint64_t generation = world->fleet.generation;

    assert_null(target_oddity(target));
    target_set_strays(target, TARGET_STRAYS);
    assert_string_equal(target_oddity(target), "it answers what nobody asked");
    assert_int_not_equal(world->fleet.generation, generation);
    target_asked(target, TARGET_ASK_JOBS, world->now_ms);
    target_answered(target, TARGET_ASK_JOBS, false, world->now_ms);
    assert_string_equal(target_oddity(target), "its list of jobs cannot be understood");
    world_cut(world);
    assert_null(target_oddity(target));
    world_connect(world);
    assert_null(target_oddity(target));
}

/* A QEMU that hides its migration behind nonsense is not one that has none. */
static void an_odd_migration_is_told(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    target_asked(target, TARGET_ASK_MIGRATE, world->now_ms);
    target_answered(target, TARGET_ASK_MIGRATE, false, world->now_ms);
    assert_string_equal(target_oddity(target),
                        "what it says of its migration cannot be understood");
    target_asked(target, TARGET_ASK_MIGRATE, world->now_ms);
    target_answered(target, TARGET_ASK_MIGRATE, true, world->now_ms);
    assert_null(target_oddity(target));
}

static void flood(struct world *world, int events)
{
    for (int i = 0; i < events; i++)
        target_event(world->target, world->now_ms);
}

static void many_events_are_a_flood(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    for (int i = 0; i < 3; i++) {
        flood(world, TARGET_FLOOD);
        assert_null(target_oddity(target));
        world->now_ms += TARGET_FLOOD_MS;
    }
    flood(world, TARGET_FLOOD + 1);
    assert_string_equal(target_oddity(target), "it floods us with events");
    assert_written(world, 0, JOURNAL_ERROR, "it floods us with events");
    world->now_ms += TARGET_FLOOD_MS;
    assert_false(target_tick(target, world->now_ms));
    flood(world, 1);
    assert_non_null(target_oddity(target));
    world->now_ms += TARGET_FLOOD_MS;
    flood(world, 1); /* a second with one event has passed */
    assert_null(target_oddity(target));
    assert_written(world, 0, JOURNAL_INFO, "its flood of events is over");
}

static void silence_ends_a_flood(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    flood(world, TARGET_FLOOD + 1);
    world->now_ms += 2 * TARGET_FLOOD_MS - 1;
    assert_false(target_tick(target, world->now_ms));
    assert_non_null(target_oddity(target));
    world->now_ms += 1;
    assert_true(target_tick(target, world->now_ms));
    assert_null(target_oddity(target));
    assert_false(target_tick(target, world->now_ms));
}

static void is_no_truth_before_the_jobs_are_told(void **state)
{
    struct world *world = *state;

    world_connect(world);
    assert_int_equal(world->target->link, TARGET_UP);
    assert_false(target_is_fresh(world->target));
    world_jobs(world, NULL, 0);
    assert_true(target_is_fresh(world->target));
}

static void journals_the_link_in_words(void **state)
{
    struct world *world = *state;
    int64_t lost_ms;

    world_connect(world);
    assert_written(world, 0, JOURNAL_INFO, "connected (QEMU 7.2.22)");
    assert_null(world_entry(world, 0)->job);
    assert_string_equal(world_entry(world, 0)->target, "web-01");

    world->now_ms += 100;
    lost_ms = world->now_ms;
    world_cut(world);
    assert_written(world, 0, JOURNAL_ERROR, "closed by QEMU");
    assert_int_equal(world->target->lost_ms, lost_ms);

    world->now_ms += 8000;
    world_connect(world);
    assert_written(world, 0, JOURNAL_INFO, "connected (QEMU 7.2.22)");
    assert_int_equal(world_entry(world, 1)->mark, JOURNAL_GAP);
    assert_int_equal(world_entry(world, 1)->at_ms, lost_ms);
    assert_int_equal(world_entry(world, 1)->until_ms, world->now_ms);
    assert_int_equal(world->target->lost_ms, 0);
}

static void says_once_why_it_fails(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    for (int i = 0; i < 10; i++) {
        target_set_link(target, TARGET_FAILED, "connection refused", world->now_ms + 1000,
                        world->now_ms);
        assert_int_equal(target->retry_ms, world->now_ms + 1000);
        world->now_ms += 1000;
        target_set_link(target, TARGET_CONNECTING, NULL, 0, world->now_ms);
        assert_string_equal(target->reason, "connection refused");
        assert_int_equal(target->retry_ms, 0);
    }
    assert_int_equal(world_written(world), 1);
    assert_int_equal(world_entry(world, 0)->count, 1);
    target_set_link(target, TARGET_BUSY, "busy: another client", 0, world->now_ms);
    assert_written(world, 0, JOURNAL_INFO, "busy: another client");
    assert_int_equal(target->lost_ms, 0);
}

static void closing_needs_no_reason(void **state)
{
    struct world *world = *state;

    world_connect(world);
    target_set_link(world->target, TARGET_CLOSED, NULL, 0, world->now_ms);
    assert_written(world, 0, JOURNAL_INFO, "closed");
    assert_int_equal(world->target->link, TARGET_CLOSED);
    assert_int_equal(world->target->lost_ms, world->now_ms);
}

static void forgets_a_connection_that_is_gone(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;
    enum target_query query;

    world_connect(world);
    world_jobs(world, NULL, 0);
    target_asked(target, TARGET_ASK_JOBS, world->now_ms);
    world_cut(world);
    assert_false(target->asking);
    assert_false(target->offered_known);
    assert_false(target_is_fresh(target));
    assert_false(target_ask(target, world->now_ms + 1000000, &query));
    target_want(target, TARGET_ASK_BLOCK);

    world->now_ms += 10;
    target_set_link(target, TARGET_UP, NULL, 0, world->now_ms);
    assert_true(target_ask(target, world->now_ms, &query));
    assert_int_equal(query, TARGET_ASK_COMMANDS);
}

/* The question that is not answered is where the silence began. */
static void is_lost_since_it_fell_silent(void **state)
{
    struct world *world = *state;
    int64_t asked_ms = world->now_ms;

    world_connect(world);
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    world_pass(world, TARGET_STALE_MS);
    world->now_ms += 3000;
    world_cut(world);
    assert_int_equal(world->target->lost_ms, asked_ms);
}

static void coming_up_twice_is_one_connection(void **state)
{
    struct world *world = *state;
    size_t written;

    world_connect(world);
    world_jobs(world, NULL, 0);
    written = world_written(world);
    target_set_link(world->target, TARGET_UP, NULL, 0, world->now_ms);
    target_set_link(world->target, TARGET_STALE, NULL, 0, world->now_ms);
    assert_int_equal(world_written(world), written);
    assert_true(target_is_fresh(world->target));
}

static void knows_its_name(void **state)
{
    struct world *world = *state;
    struct target *other = fleet_add(&world->fleet, "qmp.sock", false, "/tmp/qmp.sock", 1);

    target_set_vm_name(world->target, "guest");
    assert_string_equal(target_label(world->target), "web-01");
    assert_string_equal(target_label(other), "qmp.sock");
    target_set_vm_name(other, "");
    assert_string_equal(target_label(other), "qmp.sock");
    target_set_vm_name(other, "guest");
    assert_string_equal(target_label(other), "guest");
}

static void journals_the_guests_state(void **state)
{
    struct world *world = *state;

    world_connect(world);
    target_set_run_state(world->target, "running", world->now_ms);
    assert_written(world, 0, JOURNAL_INFO, "connected (QEMU 7.2.22)");
    target_set_run_state(world->target, "paused", world->now_ms);
    assert_written(world, 0, JOURNAL_INFO, "guest is paused");
    assert_string_equal(world->target->run_state, "paused");
}

static void tells_its_age(void **state)
{
    struct world *world = *state;

    world_connect(world);
    world->now_ms += 700;
    assert_int_equal(target_age_ms(world->target, world->now_ms), 700);
    world_event(world, "j", "created");
    assert_int_equal(target_age_ms(world->target, world->now_ms), 0);
}

static void passes_on_what_verbs_need(void **state)
{
    struct world *world = *state;
    struct verb_context context;

    world_connect(world);
    world_jobs(world, NULL, 0);
    world->fleet.read_only = true;
    target_set_offered(world->target, VERB_BIT(VERB_PAUSE), ALL_QUERIES);
    context = target_verbs(world->target);
    assert_true(context.link_up);
    assert_true(context.read_only);
    assert_true(context.offered_known);
    assert_int_equal(context.offered, VERB_BIT(VERB_PAUSE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(starts_connecting),
        cmocka_unit_test(names_every_link_state),
        WORLD_TEST(grows_stale_and_fresh_again),
        CONNECTED_TEST(answers_to_others_are_no_silence),
        CONNECTED_TEST(what_is_odd_is_told),
        CONNECTED_TEST(an_odd_migration_is_told),
        CONNECTED_TEST(many_events_are_a_flood),
        CONNECTED_TEST(silence_ends_a_flood),
        WORLD_TEST(is_no_truth_before_the_jobs_are_told),
        WORLD_TEST(journals_the_link_in_words),
        WORLD_TEST(says_once_why_it_fails),
        WORLD_TEST(closing_needs_no_reason),
        WORLD_TEST(forgets_a_connection_that_is_gone),
        WORLD_TEST(is_lost_since_it_fell_silent),
        WORLD_TEST(coming_up_twice_is_one_connection),
        WORLD_TEST(knows_its_name),
        WORLD_TEST(journals_the_guests_state),
        WORLD_TEST(tells_its_age),
        WORLD_TEST(passes_on_what_verbs_need),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
