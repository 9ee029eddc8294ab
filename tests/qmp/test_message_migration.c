#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qmp/message_migration.h"

static struct message parse(const char *document)
{
    struct message message;

    if (!message_parse(&message, document, strlen(document)))
        fail_msg("not parsed: %s", document);
    return message;
}

/* The reply with that return value; the caller releases *message. */
static bool read_value(struct message *message, const char *value,
                       struct message_migration *migration)
{
    char *document = malloc(strlen(value) + 32);
    bool usable;

    sprintf(document, "{\"return\": %s}", value);
    *message = parse(document);
    free(document);
    usable = message_migration(message, migration);
    return usable;
}

static bool is_usable(const char *value)
{
    struct message message;
    struct message_migration migration;
    bool usable = read_value(&message, value, &migration);

    message_release(&message);
    return usable;
}

/* ---- what QEMU 7.2 said ---- */

#define RAM_7_2(remaining, transferred, passes)                                              \
    "\"ram\": {\"total\": 67641344, \"postcopy-requests\": 0, \"dirty-sync-count\": " passes \
    ", \"multifd-bytes\": 0, \"pages-per-second\": 257, \"downtime-bytes\": 0,"              \
    " \"page-size\": 4096, \"remaining\": " remaining                                        \
    ", \"postcopy-bytes\": 0, \"mbps\": 0.66867326732673271, \"transferred\": " transferred  \
    ", \"dirty-sync-missed-zero-copy\": 0, \"precopy-bytes\": 43103, \"duplicate\": 224,"    \
    " \"dirty-pages-rate\": 0, \"skipped\": 0, \"normal-bytes\": 40960, \"normal\": 10}"

static void test_no_migration(void **state)
{
    struct message message;
    struct message_migration migration;

    (void)state;
    assert_true(read_value(&message, "{}", &migration));
    assert_null(migration.status);
    assert_null(migration.error);
    assert_string_equal(migration.blocked, "");
    assert_false(migration.has_ram || migration.has_total_time || migration.has_setup_time ||
                 migration.has_expected_downtime || migration.has_downtime ||
                 migration.has_throttle);
    message_release(&message);
}

static void test_an_active_source(void **state)
{
    struct message message;
    struct message_migration migration;

    (void)state;
    assert_true(read_value(
        &message,
        "{\"expected-downtime\": 300, \"status\": \"active\","
        " \"setup-time\": 1, \"total-time\": 508, " RAM_7_2("66682880", "43103", "1") "}",
        &migration));
    assert_string_equal(migration.status, "active");
    assert_true(migration.has_ram);
    assert_int_equal(migration.total, 67641344);
    assert_int_equal(migration.transferred, 43103);
    assert_int_equal(migration.remaining, 66682880);
    assert_int_equal(migration.page_size, 4096);
    assert_int_equal(migration.dirty_sync_count, 1);
    assert_int_equal(migration.dirty_pages_rate, 0);
    assert_int_equal(migration.postcopy_requests, 0);
    assert_true(migration.mbps > 0.668 && migration.mbps < 0.669);
    assert_true(migration.has_expected_downtime && migration.has_setup_time &&
                migration.has_total_time);
    assert_int_equal(migration.expected_downtime, 300);
    assert_int_equal(migration.setup_time, 1);
    assert_int_equal(migration.total_time, 508);
    assert_false(migration.has_downtime || migration.has_throttle);
    message_release(&message);
}

static void test_a_completed_source(void **state)
{
    struct message message;
    struct message_migration migration;

    (void)state;
    assert_true(read_value(&message,
                           "{\"status\": \"completed\", \"setup-time\": 2, \"downtime\": 1,"
                           " \"total-time\": 913, " RAM_7_2("0", "619774", "3") "}",
                           &migration));
    assert_string_equal(migration.status, "completed");
    assert_true(migration.has_downtime);
    assert_int_equal(migration.downtime, 1);
    assert_false(migration.has_expected_downtime);
    assert_int_equal(migration.remaining, 0);
    message_release(&message);
}

/* A status and hardly more. */
static void test_replies_without_figures(void **state)
{
    static const struct {
        const char *value, *status, *error;
    } samples[] = {
        {"{\"status\": \"setup\"}", "setup", NULL},
        {"{\"status\": \"cancelled\"}", "cancelled", NULL},
        {"{\"status\": \"failed\", \"error-desc\": \"Failed to connect to '/q': No such file"
         " or directory\"}",
         "failed", "Failed to connect to '/q': No such file or directory"},
        /* the destination */
        {"{\"status\": \"active\", \"socket-address\": [{\"path\": \"/in\", \"type\":"
         " \"unix\"}]}",
         "active", NULL},
        {"{\"socket-address\": [{\"path\": \"/in\", \"type\": \"unix\"}]}", NULL, NULL},
        {"{\"status\": \"completed\", \"postcopy-blocktime\": 0,"
         " \"postcopy-vcpu-blocktime\": [0, 1]}",
         "completed", NULL},
        /* 11.1 */
        {"{\"status\": \"cancelled\", \"error-desc\": \"Switchover is interrupted\"}",
         "cancelled", "Switchover is interrupted"},
        {"{\"status\": \"failing\"}", "failing", NULL},
        {"{\"status\": \"teleporting\", \"speed\": \"warp\"}", "teleporting", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct message message;
        struct message_migration migration;

        assert_true(read_value(&message, samples[i].value, &migration));
        if (samples[i].status)
            assert_string_equal(migration.status, samples[i].status);
        else
            assert_null(migration.status);
        if (samples[i].error)
            assert_string_equal(migration.error, samples[i].error);
        else
            assert_null(migration.error);
        assert_false(migration.has_ram);
        message_release(&message);
    }
}

/* ---- what 11.1 says differently ---- */

/* `remaining` of the reply counts devices too; ram has no `skipped`. */
static void test_remaining_of_the_reply_wins(void **state)
{
    struct message message;
    struct message_migration migration;

    (void)state;
    assert_true(read_value(
        &message,
        "{\"status\": \"active\", \"remaining\": 5000000, \"total-time\": 7000,"
        " \"setup-time\": 3, \"expected-downtime\": 812, \"cpu-throttle-percentage\": 40,"
        " \"vfio\": {\"transferred\": 7},"
        " \"ram\": {\"total\": 1074610176, \"transferred\": 4294967296,"
        " \"remaining\": 4000000, \"duplicate\": 9, \"normal\": 9, \"normal-bytes\": 36864,"
        " \"dirty-pages-rate\": 25000, \"mbps\": 940, \"dirty-sync-count\": 23,"
        " \"postcopy-requests\": 4, \"page-size\": 4096, \"multifd-bytes\": 0,"
        " \"pages-per-second\": 28000, \"precopy-bytes\": 1, \"downtime-bytes\": 0,"
        " \"postcopy-bytes\": 0, \"dirty-sync-missed-zero-copy\": 0}}",
        &migration));
    assert_int_equal(migration.remaining, 5000000);
    assert_int_equal(migration.dirty_pages_rate, 25000);
    assert_int_equal(migration.dirty_sync_count, 23);
    assert_int_equal(migration.postcopy_requests, 4);
    assert_true(migration.mbps == 940.); /* an integer is a number, too */
    assert_true(migration.has_throttle);
    assert_int_equal(migration.throttle, 40);
    message_release(&message);
}

/* ---- what is no such reply ---- */

static void test_wrong_types_make_it_unusable(void **state)
{
    static const char *const bad[] = {
        "7",
        "[]",
        "\"active\"",
        "null",
        "{\"status\": 7}",
        "{\"status\": null}",
        "{\"status\": \"active\\u0000\"}",
        "{\"error-desc\": []}",
        "{\"ram\": {}}",
        "{\"ram\": {\"total\": 1, \"transferred\": 1, \"remaining\": 1}}",
        "{\"ram\": {\"total\": -1, \"transferred\": 1, \"remaining\": 1, \"mbps\": 1}}",
        "{\"ram\": {\"total\": 1, \"transferred\": \"1\", \"remaining\": 1, \"mbps\": 1}}",
        "{\"ram\": {\"total\": 1, \"transferred\": 1, \"remaining\": 0.5, \"mbps\": 1}}",
        "{\"ram\": {\"total\": 1, \"transferred\": 1, \"remaining\": 1, \"mbps\": \"1\"}}",
        "{\"ram\": {\"total\": 1, \"transferred\": 1, \"remaining\": 1, \"mbps\": 1,"
        " \"page-size\": -4096}}",
        "{\"ram\": {\"total\": 18446744073709551616, \"transferred\": 1, \"remaining\": 1,"
        " \"mbps\": 1}}",
        "{\"total-time\": \"1\"}",
        "{\"setup-time\": 1.5}",
        "{\"downtime\": -1}",
        "{\"expected-downtime\": {}}",
        "{\"cpu-throttle-percentage\": true}",
        "{\"remaining\": -5}",
        "{\"blocked-reasons\": \"no\"}",
        "{\"blocked-reasons\": {}}",
        "{\"blocked-reasons\": [1]}",
        "{\"blocked-reasons\": [\"one\", null]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (is_usable(bad[i]))
            fail_msg("usable: %s", bad[i]);
    /* A scalar where the member may be absent altogether is like its absence. */
    assert_true(is_usable("{\"ram\": null}"));
    assert_true(is_usable("{\"blocked-reasons\": null}"));
}

static void test_an_error_is_no_migration(void **state)
{
    struct message message =
        parse("{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}}");
    struct message_migration migration;
    struct message_migration_parameters parameters;
    const char *name;
    bool on;

    (void)state;
    assert_false(message_migration(&message, &migration));
    assert_false(message_migration_parameters(&message, &parameters));
    assert_false(message_capability(&message, 0, &name, &on));
    message_release(&message);
}

/* ---- why it would be refused ---- */

static void test_blocked_reasons_are_joined(void **state)
{
    struct message message;
    struct message_migration migration;

    (void)state;
    assert_true(read_value(&message, "{\"blocked-reasons\": [\"one\", \"two\"]}", &migration));
    assert_string_equal(migration.blocked, "one; two");
    message_release(&message);
    assert_true(read_value(&message, "{\"blocked-reasons\": []}", &migration));
    assert_string_equal(migration.blocked, "");
    message_release(&message);
}

/* However many and long they are: what does not fit is cut. */
static void test_blocked_reasons_are_capped(void **state)
{
    static const int lengths[] = {1,
                                  200,
                                  MESSAGE_BLOCKED_SIZE - 3,
                                  MESSAGE_BLOCKED_SIZE - 2,
                                  MESSAGE_BLOCKED_SIZE - 1,
                                  MESSAGE_BLOCKED_SIZE,
                                  2000};

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct message message;
        struct message_migration migration;
        char *value = malloc(300 * (size_t)(lengths[i] + 8) + 64), *at = value;

        at += sprintf(at, "{\"blocked-reasons\": [\"%0*d\"", lengths[i], 1);
        for (int k = 1; k < 300; k++)
            at += sprintf(at, ", \"%0*d\"", lengths[i], k);
        sprintf(at, "]}");
        assert_true(read_value(&message, value, &migration));
        assert_int_equal(strlen(migration.blocked), MESSAGE_BLOCKED_SIZE - 1);
        message_release(&message);
        free(value);
    }
}

/* ---- parameters and capabilities ---- */

static void test_parameters(void **state)
{
    struct message message = parse(
        "{\"return\": {\"cpu-throttle-tailslow\": false, \"xbzrle-cache-size\": 67108864,"
        " \"downtime-limit\": 300, \"tls-authz\": \"\", \"multifd-compression\": \"none\","
        " \"tls-creds\": null, \"max-postcopy-bandwidth\": 0, \"max-bandwidth\": 134217728,"
        " \"block-bitmap-mapping\": []}}");
    struct message_migration_parameters parameters;

    (void)state;
    assert_true(message_migration_parameters(&message, &parameters));
    assert_int_equal(parameters.max_bandwidth, 134217728);
    assert_int_equal(parameters.max_postcopy_bandwidth, 0);
    assert_int_equal(parameters.downtime_limit, 300);
    message_release(&message);
}

static void test_odd_parameters(void **state)
{
    static const char *const bad[] = {
        "{\"return\": []}",
        "{\"return\": {\"max-bandwidth\": \"128M\"}}",
        "{\"return\": {\"max-bandwidth\": -1}}",
        "{\"return\": {\"downtime-limit\": 0.3}}",
        "{\"return\": {\"max-postcopy-bandwidth\": null}}",
    };
    struct message_migration_parameters parameters;
    struct message message = parse("{\"return\": {}}");

    (void)state;
    assert_true(message_migration_parameters(&message, &parameters));
    assert_int_equal(parameters.max_bandwidth, 0);
    assert_int_equal(parameters.downtime_limit, 0);
    message_release(&message);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        message = parse(bad[i]);
        if (message_migration_parameters(&message, &parameters))
            fail_msg("usable: %s", bad[i]);
        message_release(&message);
    }
}

static void test_capabilities(void **state)
{
    struct message message =
        parse("{\"return\": [{\"state\": false, \"capability\": \"xbzrle\"},"
              " {\"state\": true, \"capability\": \"postcopy-ram\"},"
              " {\"state\": 1, \"capability\": \"events\"}, {\"state\": true},"
              " {\"capability\": 7, \"state\": true}, 5]}");
    const char *name;
    bool on;

    (void)state;
    assert_true(message_capability(&message, 0, &name, &on));
    assert_string_equal(name, "xbzrle");
    assert_false(on);
    assert_true(message_capability(&message, 1, &name, &on));
    assert_string_equal(name, "postcopy-ram");
    assert_true(on);
    for (size_t i = 2; i < 8; i++)
        assert_false(message_capability(&message, i, &name, &on));
    message_release(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_migration),
        cmocka_unit_test(test_an_active_source),
        cmocka_unit_test(test_a_completed_source),
        cmocka_unit_test(test_replies_without_figures),
        cmocka_unit_test(test_remaining_of_the_reply_wins),
        cmocka_unit_test(test_wrong_types_make_it_unusable),
        cmocka_unit_test(test_an_error_is_no_migration),
        cmocka_unit_test(test_blocked_reasons_are_joined),
        cmocka_unit_test(test_blocked_reasons_are_capped),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_odd_parameters),
        cmocka_unit_test(test_capabilities),
    };

    return cmocka_run_group_tests_name("message_migration", tests, NULL, NULL);
}
