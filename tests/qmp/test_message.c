#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qmp/message.h"
#include "qmp/stream.h"

static struct message parse(const char *document)
{
    struct message message;

    if (!message_parse(&message, document, strlen(document)))
        fail_msg("not parsed: %s", document);
    return message;
}

/* {"return": [ELEMENT]} */
static struct message parse_element(const char *element)
{
    char document[4096];

    snprintf(document, sizeof(document), "{\"return\": [%s], \"id\": 1}", element);
    return parse(document);
}

/* ---- sorting ---------------------------------------------------------------------------- */

static void test_messages_are_sorted(void **state)
{
    static const struct {
        const char *document;
        enum message_kind kind;
    } samples[] = {
        {"{\"QMP\": {\"version\": {}, \"capabilities\": []}}", MESSAGE_GREETING},
        {"{\"QMP\": null}", MESSAGE_GREETING},
        {"{\"event\": \"STOP\", \"timestamp\": {\"seconds\": -1}}", MESSAGE_EVENT},
        {"{\"timestamp\": {}, \"data\": {}, \"event\": \"X\"}", MESSAGE_EVENT},
        {"{\"return\": {}}", MESSAGE_RETURN},
        {"{\"id\": 3, \"return\": null}", MESSAGE_RETURN},
        {"{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}", MESSAGE_ERROR},
        {"{\"error\": 1}", MESSAGE_ERROR},
        {"{\"return\": {}, \"error\": {}}", MESSAGE_ERROR},
        {"{}", MESSAGE_UNKNOWN},
        {"{\"id\": 1}", MESSAGE_UNKNOWN},
        {"{\"event\": 1}", MESSAGE_UNKNOWN},
        {"{\"event\": null}", MESSAGE_UNKNOWN},
        {"{\"event\": \"STOP\\u0000\"}", MESSAGE_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct message message = parse(samples[i].document);

        assert_int_equal(message.kind, samples[i].kind);
        message_release(&message);
        assert_null(message.root);
        message_release(&message);
    }
}

static void test_what_is_no_object_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "1",
        "\"a\"",
        "null",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01x}",
        "{\"a\":1}{}",
        "{\"a\":1} x",
        "{a:1}",
        "{\"a\":TRUE}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":[1,]}",
        "{\"a\":tru}",
        "{\"a\":\"\xc3\"}",
        "{\"a\":\"\xed\xa0\x80\xff\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct message message;

        if (message_parse(&message, bad[i], strlen(bad[i])))
            fail_msg("parsed: %s", bad[i]);
        assert_null(message.root);
    }
}

static void test_a_raw_nul_is_refused(void **state)
{
    static const char document[] = "{\"return\": \"a\0b\"}";
    struct message message;

    (void)state;
    assert_false(message_parse(&message, document, sizeof(document) - 1));
}

/* What the stream lets through must not fail for its depth here. */
static void test_the_depth_of_the_stream_is_parsed(void **state)
{
    char document[200] = "{\"return\": ";
    char *at = document + strlen(document);
    struct message message;

    (void)state;
    for (int i = 1; i < STREAM_DEPTH_MAX; i++)
        *at++ = '[';
    *at++ = '1';
    for (int i = 1; i < STREAM_DEPTH_MAX; i++)
        *at++ = ']';
    memcpy(at, "}", 2);
    message = parse(document);
    message_release(&message);

    at = strchr(document, '1');
    memmove(at + 2, at, strlen(at) + 1);
    memcpy(at, "[[", 2);
    assert_false(message_parse(&message, document, strlen(document)));
}

static void test_ids(void **state)
{
    static const struct {
        const char *json;
        bool has;
        uint64_t id;
    } samples[] = {
        {"0", true, 0},
        {"7", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", true, 9223372036854775808u},
        {"18446744073709551614", true, UINT64_MAX - 1},
        {"18446744073709551615", false, 0},
        {"18446744073709551616", false, 0},
        {"99999999999999999999999999", false, 0},
        {"-1", false, 0},
        {"-99999999999999999999999999", false, 0},
        {"7.0", false, 0},
        {"7e0", false, 0},
        {"1e400", false, 0},
        {"\"7\"", false, 0},
        {"\"libvirt-12\"", false, 0},
        {"null", false, 0},
        {"true", false, 0},
        {"[7]", false, 0},
        {"{\"id\": 7}", false, 0},
        {"1, \"id\": 2", true, 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        char document[200];
        struct message message;

        snprintf(document, sizeof(document), "{\"return\": {}, \"id\": %s}", samples[i].json);
        message = parse(document);
        assert_int_equal(message.has_id, samples[i].has);
        if (samples[i].has)
            assert_true(message.id == samples[i].id);
        message_release(&message);
    }
}

static void test_errors_tell_class_and_sentence(void **state)
{
    static const char *const samples[][3] = {
        {"{\"error\": {\"class\": \"DeviceNotActive\", \"desc\": \"Block job 'j' not found\"}}",
         "DeviceNotActive", "Block job 'j' not found"},
        {"{\"error\": {\"desc\": 1}}", "", ""},
        {"{\"error\": {\"desc\": \"a\\u0000b\", \"class\": \"X\"}}", "X", ""},
        {"{\"error\": []}", "", ""},
        {"{\"error\": null}", "", ""},
        {"{\"error\": {\"desc\": \"\\u001b[2J\"}}", "", "\x1b[2J"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct message message = parse(samples[i][0]);

        assert_string_equal(message.error_class, samples[i][1]);
        assert_string_equal(message.error_desc, samples[i][2]);
        message_release(&message);
    }
}

static void test_events_have_data_or_not(void **state)
{
    struct message message = parse(
        "{\"event\": \"JOB_STATUS_CHANGE\", \"data\": {\"id\": \"j\", \"status\": \"ready\"}}");

    (void)state;
    assert_string_equal(message.event, "JOB_STATUS_CHANGE");
    assert_string_equal(message_string(&message, "id"), "j");
    assert_string_equal(message_string(&message, "status"), "ready");
    assert_null(message_string(&message, "event"));
    message_release(&message);

    message = parse("{\"event\": \"STOP\"}");
    assert_string_equal(message.event, "STOP");
    assert_null(message.value);
    assert_null(message_string(&message, "event"));
    message_release(&message);

    message = parse("{\"event\": \"STOP\", \"data\": [\"id\"]}");
    assert_null(message_string(&message, "id"));
    message_release(&message);
}

/* ---- versions --------------------------------------------------------------------------- */

static void assert_version(const char *major, const char *minor, const char *micro,
                           const char *expected)
{
    static const char *const shapes[] = {
        "{\"QMP\": {\"version\": {\"qemu\": {\"major\": %s, \"minor\": %s, \"micro\": %s}}}}",
        "{\"return\": {\"qemu\": {\"major\": %s, \"minor\": %s, \"micro\": %s}}}",
    };

    for (size_t i = 0; i < 2; i++) {
        char document[300], text[MESSAGE_VERSION_SIZE] = "";
        struct message message;

        snprintf(document, sizeof(document), shapes[i], major, minor, micro);
        message = parse(document);
        assert_int_equal(message_version(&message, text), expected != NULL);
        assert_string_equal(text, expected != NULL ? expected : "");
        message_release(&message);
    }
}

static void test_versions(void **state)
{
    (void)state;
    assert_version("7", "2", "22", "7.2.22");
    assert_version("10", "0", "0", "10.0.0");
    assert_version("9", "2", "50", "9.2.50 dev");
    assert_version("10", "0", "90", "10.1.0 rc0");
    assert_version("10", "0", "92", "10.1.0 rc2");
    assert_version("9", "2", "93", "10.0.0 rc3");
    assert_version("9999", "9999", "9999", "10000.0.0 rc9909");
    assert_version("10000", "0", "0", NULL);
    assert_version("-1", "0", "0", NULL);
    assert_version("1.5", "0", "0", NULL);
    assert_version("\"7\"", "2", "0", NULL);
    assert_version("7", "null", "0", NULL);
}

static void test_a_missing_version_is_none(void **state)
{
    static const char *const samples[] = {
        "{\"QMP\": {}}",
        "{\"QMP\": []}",
        "{\"QMP\": {\"version\": {\"qemu\": 7}}}",
        "{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": 2}}}}",
        "{\"return\": []}",
        "{\"event\": \"X\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct message message = parse(samples[i]);
        char text[MESSAGE_VERSION_SIZE];

        assert_false(message_version(&message, text));
        message_release(&message);
    }
}

/* ---- jobs ------------------------------------------------------------------------------- */

/* As QEMU 7.2 sends it. */
#define JOB                                                                            \
    "{\"current-progress\": 32505856, \"status\": \"concluded\", \"total-progress\": " \
    "10737418240, \"type\": \"backup\", \"id\": \"backup0\""

static void test_a_job(void **state)
{
    struct message message = parse("{\"return\": [" JOB ", \"error\": \"No space\"}, " JOB
                                   ", \"new-member\": [{}]}], \"id\": 4}");
    struct message_job job;

    (void)state;
    assert_int_equal(message_count(&message), 2);
    assert_true(message_job(&message, 0, &job));
    assert_string_equal(job.id, "backup0");
    assert_string_equal(job.type, "backup");
    assert_string_equal(job.status, "concluded");
    assert_string_equal(job.error, "No space");
    assert_int_equal(job.current, 32505856);
    assert_int_equal(job.total, 10737418240);
    assert_true(message_job(&message, 1, &job));
    assert_null(job.error);
    assert_false(message_job(&message, 2, &job));
    assert_false(message_job(&message, SIZE_MAX, &job));
    message_release(&message);
}

/* One member of a good job, overwritten: the last of two counts. */
static void test_a_job_with_one_bad_member_is_unusable(void **state)
{
    static const char *const bad[] = {
        "\"id\": null",
        "\"id\": 1",
        "\"id\": [\"a\"]",
        "\"id\": \"a\\u0000b\"",
        "\"type\": true",
        "\"status\": {}",
        "\"error\": 5",
        "\"error\": null",
        "\"error\": \"\\u0000\"",
        "\"current-progress\": -1",
        "\"current-progress\": 1.0",
        "\"current-progress\": 1e3",
        "\"current-progress\": 1e400",
        "\"current-progress\": \"12x\"",
        "\"current-progress\": null",
        "\"current-progress\": true",
        "\"current-progress\": 18446744073709551616",
        "\"total-progress\": -9223372036854775809",
        "\"total-progress\": [1]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char element[1000];
        struct message message;
        struct message_job job;

        snprintf(element, sizeof(element), JOB ", %s}", bad[i]);
        message = parse_element(element);
        if (message_job(&message, 0, &job))
            fail_msg("usable: %s", element);
        message_release(&message);
    }
}

static void test_each_missing_member_makes_a_job_unusable(void **state)
{
    static const char *const members[] = {
        "\"id\": \"a\"",           "\"type\": \"x\"",       "\"status\": \"y\"",
        "\"current-progress\": 1", "\"total-progress\": 2",
    };
    const size_t count = sizeof(members) / sizeof(members[0]);

    (void)state;
    for (size_t missing = 0; missing <= count; missing++) {
        char element[1000] = "{\"x\": 0";
        struct message message;
        struct message_job job;

        for (size_t i = 0; i < count; i++)
            if (i != missing) {
                strcat(element, ", ");
                strcat(element, members[i]);
            }
        strcat(element, "}");
        message = parse_element(element);
        assert_int_equal(message_job(&message, 0, &job), missing == count);
        message_release(&message);
    }
}

static void test_numbers_are_exact(void **state)
{
    struct message message = parse_element(JOB ", \"current-progress\": 9007199254740993, "
                                               "\"total-progress\": 18446744073709551614}");
    struct message_job job;

    (void)state;
    assert_true(message_job(&message, 0, &job));
    assert_true(job.current == 9007199254740993u);
    assert_true(job.total == UINT64_MAX - 1);
    message_release(&message);
}

static void test_of_a_member_told_twice_the_last_counts(void **state)
{
    struct message message = parse_element(JOB ", \"id\": \"other\"}");
    struct message_job job;

    (void)state;
    assert_true(message_job(&message, 0, &job));
    assert_string_equal(job.id, "other");
    message_release(&message);
}

static void test_a_long_id_is_kept_whole(void **state)
{
    enum { ID = 65536 };
    char *document = malloc(ID + 1000);
    struct message message;
    struct message_job job;
    int at;

    (void)state;
    assert_non_null(document);
    at = sprintf(document, "{\"return\": [" JOB ", \"id\": \"");
    memset(document + at, 'i', ID);
    strcpy(document + at + ID, "\"}]}");
    message = parse(document);
    assert_true(message_job(&message, 0, &job));
    assert_int_equal(strlen(job.id), ID);
    message_release(&message);
    free(document);
}

static void test_what_is_no_list_has_no_elements(void **state)
{
    static const char *const samples[] = {
        "{\"return\": {}}",        "{\"return\": null}", "{\"return\": \"x\"}",
        "{\"error\": []}",         "{\"QMP\": []}",      "{\"event\": \"X\", \"data\": []}",
        "{\"unknown\": [{}, {}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct message message = parse(samples[i]);
        struct message_block_job block;
        struct message_job job;

        assert_int_equal(message_count(&message), -1);
        assert_false(message_job(&message, 0, &job));
        assert_false(message_block_job(&message, 0, &block));
        assert_null(message_command(&message, 0));
        message_release(&message);
    }
}

static void test_elements_that_are_no_objects_are_unusable(void **state)
{
    struct message message = parse_element("1, null, [], \"id\", {}");
    struct message_block_job block;
    struct message_job job;

    (void)state;
    assert_int_equal(message_count(&message), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_false(message_job(&message, i, &job));
        assert_false(message_block_job(&message, i, &block));
        assert_null(message_command(&message, i));
    }
    message_release(&message);
}

/* As QEMU 7.2 sends it. */
#define BLOCK_JOB                                                                       \
    "{\"auto-finalize\": true, \"io-status\": \"nospace\", \"device\": \"mirror0\", "   \
    "\"auto-dismiss\": false, \"busy\": false, \"len\": 2097152, \"offset\": 1048576, " \
    "\"status\": \"paused\", \"paused\": true, \"speed\": 65536, \"ready\": false, "    \
    "\"type\": \"mirror\""

static void test_a_block_job(void **state)
{
    struct message message = parse_element(BLOCK_JOB "}, " BLOCK_JOB ", \"actively-synced\": "
                                                     "true}");
    struct message_block_job job;

    (void)state;
    assert_true(message_block_job(&message, 0, &job));
    assert_string_equal(job.device, "mirror0");
    assert_string_equal(job.type, "mirror");
    assert_string_equal(job.io_status, "nospace");
    assert_int_equal(job.offset, 1048576);
    assert_int_equal(job.len, 2097152);
    assert_int_equal(job.speed, 65536);
    assert_false(job.busy);
    assert_true(job.paused);
    assert_int_equal(job.auto_finalize, 1);
    assert_int_equal(job.auto_dismiss, 0);
    assert_int_equal(job.actively_synced, -1);
    assert_true(message_block_job(&message, 1, &job));
    assert_int_equal(job.actively_synced, 1);
    message_release(&message);
}

static void test_a_block_job_with_one_bad_member_is_unusable(void **state)
{
    static const char *const bad[] = {
        "\"device\": 1",
        "\"type\": null",
        "\"io-status\": 0",
        "\"offset\": -1",
        "\"len\": 0.5",
        "\"speed\": \"0\"",
        "\"busy\": 0",
        "\"paused\": \"true\"",
        "\"auto-finalize\": 1",
        "\"auto-dismiss\": null",
        "\"actively-synced\": []",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char element[1000];
        struct message message;
        struct message_block_job job;

        snprintf(element, sizeof(element), BLOCK_JOB ", %s}", bad[i]);
        message = parse_element(element);
        if (message_block_job(&message, 0, &job))
            fail_msg("usable: %s", element);
        message_release(&message);
    }
}

static void test_flags_may_be_absent(void **state)
{
    struct message message = parse_element(
        "{\"io-status\": \"ok\", \"device\": \"d\", \"busy\": true, \"len\": 0, \"offset\": 0, "
        "\"paused\": false, \"speed\": 0, \"type\": \"stream\"}");
    struct message_block_job job;

    (void)state;
    assert_true(message_block_job(&message, 0, &job));
    assert_int_equal(job.auto_finalize, -1);
    assert_int_equal(job.auto_dismiss, -1);
    assert_int_equal(job.actively_synced, -1);
    message_release(&message);
}

static void test_command_names(void **state)
{
    struct message message = parse_element("{\"name\": \"query-jobs\"}, {\"name\": 1}, "
                                           "{\"name\": \"a\\u0000\"}, {\"name\": \"stop\"}");

    (void)state;
    assert_string_equal(message_command(&message, 0), "query-jobs");
    assert_null(message_command(&message, 1));
    assert_null(message_command(&message, 2));
    assert_string_equal(message_command(&message, 3), "stop");
    assert_null(message_command(&message, 4));
    message_release(&message);
}

static void test_single_members(void **state)
{
    struct message message = parse(
        "{\"return\": {\"name\": \"web \\u001b\", \"running\": true, \"n\": 5, \"m\": -5}}");
    uint64_t value = 99;

    (void)state;
    assert_string_equal(message_string(&message, "name"), "web \x1b");
    assert_null(message_string(&message, "running"));
    assert_null(message_string(&message, "n"));
    assert_null(message_string(&message, "absent"));
    assert_false(message_uint(&message, "m", &value));
    assert_false(message_uint(&message, "name", &value));
    assert_false(message_uint(&message, "absent", &value));
    assert_true(message_uint(&message, "n", &value));
    assert_int_equal(value, 5);
    message_release(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_are_sorted),
        cmocka_unit_test(test_what_is_no_object_is_refused),
        cmocka_unit_test(test_a_raw_nul_is_refused),
        cmocka_unit_test(test_the_depth_of_the_stream_is_parsed),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_errors_tell_class_and_sentence),
        cmocka_unit_test(test_events_have_data_or_not),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_a_missing_version_is_none),
        cmocka_unit_test(test_a_job),
        cmocka_unit_test(test_a_job_with_one_bad_member_is_unusable),
        cmocka_unit_test(test_each_missing_member_makes_a_job_unusable),
        cmocka_unit_test(test_numbers_are_exact),
        cmocka_unit_test(test_of_a_member_told_twice_the_last_counts),
        cmocka_unit_test(test_a_long_id_is_kept_whole),
        cmocka_unit_test(test_what_is_no_list_has_no_elements),
        cmocka_unit_test(test_elements_that_are_no_objects_are_unusable),
        cmocka_unit_test(test_a_block_job),
        cmocka_unit_test(test_a_block_job_with_one_bad_member_is_unusable),
        cmocka_unit_test(test_flags_may_be_absent),
        cmocka_unit_test(test_command_names),
        cmocka_unit_test(test_single_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
