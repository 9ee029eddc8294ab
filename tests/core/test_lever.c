#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/lever.h"

#define ALL_LEVERS ((1u << LEVER_COUNT) - 1)

static const struct verb_context fine = {
    .offered = VERB_ALL, .offered_known = true, .link_up = true};

/* Which levers are lit on the source, capability postcopy-ram on:
 * bandwidth, downtime, postcopy-bandwidth, postcopy, continue, cancel, pause, recover. */
static const struct {
    enum migration_status status;
    const char *lit;
} table[] = {
    {MIGRATION_UNKNOWN, "--------"},
    {MIGRATION_NONE, "--------"},
    {MIGRATION_SETUP, "bdB--c--"},
    {MIGRATION_WAIT_UNPLUG, "bdB--c--"},
    {MIGRATION_ACTIVE, "bdBp-c--"},
    {MIGRATION_PRE_SWITCHOVER, "b-B-Cc--"},
    {MIGRATION_DEVICE, "b-B--c--"},
    {MIGRATION_POSTCOPY_DEVICE, "b-B-----"},
    {MIGRATION_POSTCOPY_ACTIVE, "b-B---P-"},
    {MIGRATION_POSTCOPY_PAUSED, "b-B----R"},
    {MIGRATION_POSTCOPY_RECOVER_SETUP, "b-B-----"},
    {MIGRATION_POSTCOPY_RECOVER, "b-B---P-"},
    {MIGRATION_COLO, "--------"},
    {MIGRATION_CANCELLING, "--------"},
    {MIGRATION_CANCELLED, "--------"},
    {MIGRATION_FAILING, "--------"},
    {MIGRATION_FAILED, "--------"},
    {MIGRATION_COMPLETED, "--------"},
};

static struct migration in_status(enum migration_status status)
{
    struct migration migration;

    migration_init(&migration);
    migration.uid = 1;
    migration.status = status;
    migration.capabilities.postcopy_ram = true;
    return migration;
}

static void test_whole_table(void **state)
{
    (void)state;
    assert_int_equal(sizeof(table) / sizeof(table[0]), MIGRATION_STATUS_COUNT);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct migration migration = in_status(table[i].status);

        for (int lever = 0; lever < LEVER_COUNT; lever++) {
            bool lit =
                lever_check(&migration, (enum lever)lever, ALL_LEVERS, &fine) == LEVER_LIT;

            assert_int_equal(lit, table[i].lit[lever] != '-');
        }
    }
}

/* QEMU took it in postcopy-recover from 8.2 on, as it did block-job-change: where that is
 * missing it would be refused there, and nowhere else. */
static void test_pause_in_recover_wants_a_newer_qemu(void **state)
{
    struct verb_context old = fine;

    (void)state;
    old.offered &= ~VERB_BIT(VERB_CHANGE);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct migration migration = in_status(table[i].status);
        bool recovers = migration.status == MIGRATION_POSTCOPY_RECOVER;

        for (enum lever lever = 0; lever < LEVER_COUNT; lever++) {
            enum lever_answer now = lever_check(&migration, lever, ALL_LEVERS, &fine);
            bool refused = recovers && lever == LEVER_PAUSE;

            assert_int_equal(lever_check(&migration, lever, ALL_LEVERS, &old),
                             refused ? LEVER_WRONG_STATUS : now);
        }
    }
    assert_string_equal(lever_answer_text(LEVER_WRONG_STATUS, LEVER_PAUSE),
                        "only while postcopy is active");
}

static void test_cancel_is_never_lit_in_postcopy(void **state)
{
    (void)state;
    for (int status = 0; status < MIGRATION_STATUS_COUNT; status++) {
        struct migration migration = in_status((enum migration_status)status);

        if (migration_is_postcopy(migration.status))
            assert_int_equal(lever_check(&migration, LEVER_CANCEL, ALL_LEVERS, &fine),
                             LEVER_WOULD_LOSE_GUEST);
    }
}

static void test_why_not(void **state)
{
    struct migration migration = in_status(MIGRATION_ACTIVE);
    struct verb_context context = fine;

    (void)state;
    assert_int_equal(lever_check(&migration, LEVER_BANDWIDTH, 0, &context), LEVER_NOT_OFFERED);
    context.link_up = false;
    assert_int_equal(lever_check(&migration, LEVER_BANDWIDTH, ALL_LEVERS, &context),
                     LEVER_LINK_DOWN);
    context.unasked = true;
    assert_int_equal(lever_check(&migration, LEVER_BANDWIDTH, ALL_LEVERS, &context),
                     LEVER_NOT_ASKED);
    context.silent = true;
    assert_int_equal(lever_check(&migration, LEVER_BANDWIDTH, ALL_LEVERS, &context),
                     LEVER_SILENT);
    context.read_only = true;
    assert_int_equal(lever_check(&migration, LEVER_BANDWIDTH, ALL_LEVERS, &context),
                     LEVER_READ_ONLY);
    migration.capabilities.postcopy_ram = false;
    assert_int_equal(lever_check(&migration, LEVER_POSTCOPY, ALL_LEVERS, &fine),
                     LEVER_NOT_TOLD);
    migration.capabilities.known = true;
    assert_int_equal(lever_check(&migration, LEVER_POSTCOPY, ALL_LEVERS, &fine),
                     LEVER_NO_CAPABILITY);
    migration.incoming = true;
    assert_int_equal(lever_check(&migration, LEVER_BANDWIDTH, ALL_LEVERS, &fine),
                     LEVER_OTHER_SIDE);
    for (int answer = LEVER_READ_ONLY; answer < LEVER_ANSWER_COUNT; answer++)
        for (int lever = 0; lever < LEVER_COUNT; lever++)
            assert_true(
                strlen(lever_answer_text((enum lever_answer)answer, (enum lever)lever)) > 5);
}

static void test_present_values(void **state)
{
    struct migration migration = in_status(MIGRATION_ACTIVE);
    uint64_t value;

    (void)state;
    assert_false(lever_value(&migration, LEVER_BANDWIDTH, &value));
    migration.limits = (struct migration_limits){true, 10, 20, 30};
    assert_true(lever_value(&migration, LEVER_BANDWIDTH, &value));
    assert_int_equal(value, 10);
    assert_true(lever_value(&migration, LEVER_POSTCOPY_BANDWIDTH, &value));
    assert_int_equal(value, 20);
    assert_true(lever_value(&migration, LEVER_DOWNTIME, &value));
    assert_int_equal(value, 30);
    assert_false(lever_value(&migration, LEVER_CANCEL, &value));
}

static void test_new_values_are_checked(void **state)
{
    const char *why = NULL;

    (void)state;
    assert_false(lever_value_check(LEVER_DOWNTIME, 0, &why));
    assert_non_null(why);
    assert_true(lever_value_check(LEVER_DOWNTIME, 1, &why));
    assert_true(lever_value_check(LEVER_DOWNTIME, 2000000, &why));
    assert_false(lever_value_check(LEVER_DOWNTIME, 2000001, &why));
    assert_true(lever_value_check(LEVER_BANDWIDTH, 0, &why));
    assert_true(lever_value_check(LEVER_BANDWIDTH, INT64_MAX, &why));
    assert_false(lever_value_check(LEVER_BANDWIDTH, (uint64_t)INT64_MAX + 1, &why));
}

static void test_stakes(void **state)
{
    struct migration active = in_status(MIGRATION_ACTIVE);
    struct migration stopped = in_status(MIGRATION_PRE_SWITCHOVER);

    (void)state;
    assert_int_equal(lever_tier(&active, LEVER_CANCEL), VERB_TIER_ASK);
    assert_int_equal(lever_tier(&stopped, LEVER_CANCEL), VERB_TIER_TYPE);
    for (int lever = 0; lever < LEVER_COUNT; lever++) {
        assert_non_null(lever_name((enum lever)lever));
        assert_true(strlen(lever_consequence(&active, (enum lever)lever)) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_table),
        cmocka_unit_test(test_pause_in_recover_wants_a_newer_qemu),
        cmocka_unit_test(test_cancel_is_never_lit_in_postcopy),
        cmocka_unit_test(test_why_not),
        cmocka_unit_test(test_present_values),
        cmocka_unit_test(test_new_values_are_checked),
        cmocka_unit_test(test_stakes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
