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

/* The stream lets none pass. */
static void test_what_is_too_long_is_refused(void **state)
{
    struct message message;
    char *document = malloc(STREAM_DOCUMENT_MAX + 2);

    (void)state;
    assert_non_null(document);
    memset(document, ' ', STREAM_DOCUMENT_MAX + 1);
    memcpy(document, "{\"return\":1}", strlen("{\"return\":1}"));
    assert_true(message_parse(&message, document, STREAM_DOCUMENT_MAX));
    message_release(&message);
    assert_false(message_parse(&message, document, STREAM_DOCUMENT_MAX + 1));
    assert_false(message.starved);
    free(document);
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

/* ---- single members ---------------------------------------------------------------------- */

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
        cmocka_unit_test(test_what_is_too_long_is_refused),
        cmocka_unit_test(test_a_raw_nul_is_refused),
        cmocka_unit_test(test_the_depth_of_the_stream_is_parsed),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_errors_tell_class_and_sentence),
        cmocka_unit_test(test_events_have_data_or_not),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_a_missing_version_is_none),
        cmocka_unit_test(test_single_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
