/*
 * Replies of every query as a QEMU must not write them: refused, and what was known stays
 * known; one odd element takes no good one with it where the good ones are good alone.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <string.h>

#include "core/fleet.h"
#include "core/merge.h"
#include "core/roster.h"
#include "qmp/feed_answer.h"

#define NOW_MS 1000000

static struct fleet fleet;
static struct target *target;

static int setup(void **state)
{
    (void)state;
    fleet_init(&fleet);
    target = fleet_add(&fleet, "web", true, "/run/a.qmp", NOW_MS);
    target_set_link(target, TARGET_UP, NULL, 0, NOW_MS);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fleet_release(&fleet);
    return 0;
}

static bool take(enum target_query query, const char *document)
{
    struct message message;

    assert_true(message_parse(&message, document, strlen(document)));
    bool taken = feed_answer(target, query, &message, NOW_MS);
    message_release(&message);
    return taken;
}

static bool take_value(enum target_query query, const char *value)
{
    char document[2048];

    snprintf(document, sizeof(document), "{\"return\": %s, \"id\": 1}", value);
    return take(query, document);
}

static void what_is_no_answer_is_refused(void **state)
{
    static const struct {
        enum target_query query;
        const char *values[5];
    } odd[] = {
        {TARGET_ASK_COMMANDS, {"{}", "7", "null"}},
        {TARGET_ASK_STATUS, {"{}", "{\"status\": 7}", "[]"}},
        {TARGET_ASK_JOBS, {"{}", "7", "[7]"}},
        {TARGET_ASK_BLOCK, {"{}", "7", "[7]", "[{\"device\": 7}]"}},
        {TARGET_ASK_MIGRATE, {"[]", "7", "{\"status\": 7}"}},
        {TARGET_ASK_LIMITS, {"[]", "7"}},
        {TARGET_ASK_CAPABILITIES,
         {"{}", "7", "[7]", "[{\"state\": true}]",
          "[{\"capability\": \"postcopy-ram\", \"state\": \"yes\"}]"}},
    };

    (void)state;
    assert_true(take_value(TARGET_ASK_STATUS, "{\"status\": \"paused\"}"));
    assert_true(take_value(TARGET_ASK_CAPABILITIES,
                           "[{\"capability\": \"postcopy-ram\", \"state\": true}]"));
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        for (size_t k = 0; k < 5 && odd[i].values[k] != NULL; k++)
            if (take_value(odd[i].query, odd[i].values[k]))
                fail_msg("query %d took %s", odd[i].query, odd[i].values[k]);
    assert_string_equal(target->run_state, "paused");
    assert_true(target->migration.capabilities.postcopy_ram);
    assert_false(target->offered_known);
    assert_int_equal(target->job_count, 0);
}

static void names_of_commands_that_are_none_are_passed_over(void **state)
{
    (void)state;
    assert_true(take_value(TARGET_ASK_COMMANDS,
                           "[7, {}, {\"name\": 7}, {\"name\": \"job-pause\"}, "
                           "{\"name\": \"a-future-one\"}]"));
    assert_true(target->offered_known);
    assert_int_equal(target->offered, VERB_BIT(VERB_PAUSE));
}

static void learn_jobs(void)
{
    static const struct job_report reports[] = {
        {"a", "mirror", "running", 1, 9, NULL},
        {"b", "mirror", "running", 1, 9, NULL},
        {"c", "mirror", "running", 1, 9, NULL},
    };

    merge_jobs(target, reports, 3, NOW_MS);
}

static const struct job *job(const char *id)
{
    return roster_find(target, id);
}

#define BLOCK(device, more)                                                               \
    "{\"device\": \"" device "\", \"type\": \"mirror\", \"len\": 9, \"offset\": 1, " more \
    "\"busy\": true, \"paused\": false, \"speed\": 5, \"io-status\": "

/* A status of the future is none that is known, neither good nor bad. */
static void each_status_of_a_disk(void **state)
{
    (void)state;
    learn_jobs();
    assert_false(
        take_value(TARGET_ASK_BLOCK,
                   "[" BLOCK("a", "") "\"ok\"}, 7, " BLOCK("b", "") "\"failed\"}, " BLOCK(
                       "c", "\"actively-synced\": false, ") "\"sleepy\"}]"));
    assert_int_equal(job("a")->io, JOB_IO_OK);
    assert_int_equal(job("b")->io, JOB_IO_FAILED);
    assert_int_equal(job("c")->io, JOB_IO_UNKNOWN);
    assert_int_equal(job("c")->actively_synced, JOB_NO);
    assert_int_equal(job("a")->actively_synced, JOB_UNTOLD);
    assert_int_equal(job("b")->speed, 5);
}

static void a_migration_that_is_blocked(void **state)
{
    (void)state;
    assert_true(take_value(TARGET_ASK_MIGRATE,
                           "{\"blocked-reasons\": [\"The disk is shared\", \"and more\"]}"));
    assert_non_null(strstr(target->migration.blocked, "The disk is shared"));
    assert_true(take_value(TARGET_ASK_MIGRATE, "{}"));
    assert_null(target->migration.blocked);
}

#define REFUSED(class) "{\"error\": {\"class\": \"" class "\", \"desc\": \"no\"}, \"id\": 1}"

/* Only a command that does not exist is absent: what fails now may work the next time. */
static void absent_or_failed(void **state)
{
    (void)state;
    assert_true(take(TARGET_ASK_NAME, REFUSED("CommandNotFound"))); /* before any list */
    assert_false(target->offered_known);
    assert_true(take_value(TARGET_ASK_COMMANDS,
                           "[{\"name\": \"query-name\"}, {\"name\": \"query-status\"}]"));
    uint32_t queries = target->queries;
    assert_false(take(TARGET_ASK_NAME, REFUSED("GenericError")));
    assert_int_equal(target->queries, queries);
    assert_true(take(TARGET_ASK_NAME, REFUSED("CommandNotFound")));
    assert_int_equal(target->queries, queries & ~(1u << TARGET_ASK_NAME));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_answer_is_refused),
        TEST(names_of_commands_that_are_none_are_passed_over),
        TEST(each_status_of_a_disk),
        TEST(a_migration_that_is_blocked),
        TEST(absent_or_failed),
    };

    return cmocka_run_group_tests_name("feed_answer", tests, NULL, NULL);
}
