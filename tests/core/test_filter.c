#include "core/filter.h"

#include "world.h"

static bool takes(struct world *world, const char *text, const char *id)
{
    struct filter filter;

    filter_set(&filter, text);
    return filter_takes_job(&filter, world->target, roster_find(world->target, id));
}

/* The target is web-01. */
static const struct job_report jobs[] = {
    {"drive-scsi0", "mirror", "ready", 4, 4, NULL},
    {"nightly", "backup", "running", 1, 4, NULL},
    {"odd", "teleport", "hovering", 1, 4, NULL},
};

static void looks_at_all_that_is_shown(void **state)
{
    static const struct {
        const char *text;
        bool mirror, backup, odd;
    } rows[] = {
        {"", true, true, true},
        {"   ", true, true, true},
        {"!", true, true, true},
        {" ! ", true, true, true},
        {"web", true, true, true},
        {"WEB-01", true, true, true},
        {"db", false, false, false},
        {"scsi", true, false, false},
        {"mirror", true, false, false},
        {"ready", true, false, false},
        {"backup running", false, true, false},
        {"  backup   web ", false, true, false},
        {"backup ready", false, false, false},
        {"teleport", false, false, true},
        {"hover", false, false, true},
        {"!ready", false, true, true},
        {"!web", false, false, false},
        {"!nightly !odd", true, false, false},
        {"web !mirror !tele", false, true, false},
        {"!!", true, true, true}, /* none has a '!' in it */
    };
    struct world *world = *state;

    world_jobs(world, jobs, 3);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        assert_int_equal(takes(world, rows[i].text, "drive-scsi0"), rows[i].mirror);
        assert_int_equal(takes(world, rows[i].text, "nightly"), rows[i].backup);
        assert_int_equal(takes(world, rows[i].text, "odd"), rows[i].odd);
    }
}

static void an_ended_job_goes_by_how_it_came_out(void **state)
{
    struct world *world = *state;
    struct filter filter;

    world_jobs(world, jobs, 3);
    world_block_event(world, MERGE_BLOCK_CANCELLED, "nightly", NULL);
    world_event(world, "nightly", "null");
    assert_string_equal(filter_status(world_ended(world)), "cancelled");
    filter_set(&filter, "cancelled");
    assert_true(filter_takes_job(&filter, world->target, world_ended(world)));
    filter_set(&filter, "running");
    assert_false(filter_takes_job(&filter, world->target, world_ended(world)));
}

static void a_migration_goes_by_that_name(void **state)
{
    static const struct {
        const char *text;
        bool taken;
    } rows[] = {{"", true},        {"migration active", true}, {"web", true},
                {"!migr", false},  {"setup", false},           {"!setup", true},
                {"mirror", false}, {"!active", false}};
    struct world *world = *state;
    struct filter filter;

    merge_migration(world->target, &(struct migration_report){.status = "active"},
                    world->now_ms);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        filter_set(&filter, rows[i].text);
        assert_int_equal(filter_takes_migration(&filter, world->target), rows[i].taken);
    }
}

static void says_whether_it_says_anything(void **state)
{
    struct filter filter = {.count = 0};

    (void)state;
    assert_false(filter_is_set(&filter));
    filter_set(&filter, " ! ");
    assert_false(filter_is_set(&filter));
    assert_string_equal(filter.text, " ! ");
    filter_set(&filter, "!x");
    assert_true(filter_is_set(&filter));
    assert_string_equal(filter.text, "!x");
}

/* A text longer than fits is cut, and many words are many words. */
static void the_text_has_a_bound(void **state)
{
    struct world *world = *state;
    char text[3 * FILTER_SIZE];

    world_jobs(world, jobs, 3);
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_false(takes(world, text, "odd"));
    for (size_t i = 0; i + 1 < sizeof(text); i++)
        text[i] = i % 2 ? ' ' : 'o';
    assert_true(takes(world, text, "odd"));
    text[FILTER_SIZE - 2] = 'z';
    assert_false(takes(world, text, "odd"));
    text[FILTER_SIZE - 2] = 'o';
    text[FILTER_SIZE] = 'z';
    assert_true(takes(world, text, "odd"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(looks_at_all_that_is_shown),
        CONNECTED_TEST(an_ended_job_goes_by_how_it_came_out),
        CONNECTED_TEST(a_migration_goes_by_that_name),
        cmocka_unit_test(says_whether_it_says_anything),
        CONNECTED_TEST(the_text_has_a_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
