#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qmp/message.h"

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

/* A list of nothing but jobs as QEMU writes them is not kept as a tree. */
static void test_a_plain_list_is_counted(void **state)
{
    struct message message = parse("{\"return\": [" JOB "}, " JOB "}, " JOB "}], \"id\": 4}");

    (void)state;
    assert_null(message.root);
    assert_int_equal(message_count(&message), 3);
    message_release(&message);
}

/* One member of a good job, overwritten: the last of two counts. */
static void read_bad(struct message *message, struct message_job *job, const char *bad)
{
    char element[1000];

    snprintf(element, sizeof(element), JOB ", %s}", bad);
    *message = parse_element(element);
    assert_true(message_job(message, 0, job));
    assert_string_equal(job->id, "backup0");
}

static void test_a_job_without_a_good_id_is_unusable(void **state)
{
    static const char *const bad[] = {"null", "1", "[\"a\"]", "\"a\\u0000b\""};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char element[1000];
        struct message message;
        struct message_job job;

        snprintf(element, sizeof(element), JOB ", \"id\": %s}", bad[i]);
        message = parse_element(element);
        if (message_job(&message, 0, &job))
            fail_msg("usable: %s", element);
        message_release(&message);
    }
}

static void test_bad_words_of_a_job_are_not_told(void **state)
{
    struct message message;
    struct message_job job;

    (void)state;
    read_bad(&message, &job, "\"type\": true");
    assert_null(job.type);
    assert_string_equal(job.status, "concluded");
    assert_true(job.has_progress);
    message_release(&message);
    read_bad(&message, &job, "\"status\": {}");
    assert_null(job.status);
    assert_string_equal(job.type, "backup");
    message_release(&message);
}

/* A failure must not look like a success. */
static void test_a_bad_error_is_an_error(void **state)
{
    static const char *const bad[] = {"5", "null", "\"\\u0000\""};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char member[64];
        struct message message;
        struct message_job job;

        snprintf(member, sizeof(member), "\"error\": %s", bad[i]);
        read_bad(&message, &job, member);
        assert_string_equal(job.error, "an error that cannot be read");
        message_release(&message);
    }
}

static void test_a_bad_number_leaves_no_progress(void **state)
{
    static const char *const bad[] = {
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
        struct message message;
        struct message_job job;

        read_bad(&message, &job, bad[i]);
        if (job.has_progress)
            fail_msg("usable: %s", bad[i]);
        assert_string_equal(job.type, "backup");
        assert_string_equal(job.status, "concluded");
        message_release(&message);
    }
}

static void test_each_missing_member_of_a_job_is_not_told(void **state)
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
        assert_int_equal(message_job(&message, 0, &job), missing != 0);
        if (missing != 0) {
            assert_int_equal(job.type == NULL, missing == 1);
            assert_int_equal(job.status == NULL, missing == 2);
            assert_int_equal(job.has_progress, missing != 3 && missing != 4);
            assert_null(job.error);
        }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_job),
        cmocka_unit_test(test_a_plain_list_is_counted),
        cmocka_unit_test(test_a_job_without_a_good_id_is_unusable),
        cmocka_unit_test(test_bad_words_of_a_job_are_not_told),
        cmocka_unit_test(test_a_bad_error_is_an_error),
        cmocka_unit_test(test_a_bad_number_leaves_no_progress),
        cmocka_unit_test(test_each_missing_member_of_a_job_is_not_told),
        cmocka_unit_test(test_numbers_are_exact),
        cmocka_unit_test(test_of_a_member_told_twice_the_last_counts),
        cmocka_unit_test(test_a_long_id_is_kept_whole),
        cmocka_unit_test(test_what_is_no_list_has_no_elements),
        cmocka_unit_test(test_elements_that_are_no_objects_are_unusable),
        cmocka_unit_test(test_a_block_job),
        cmocka_unit_test(test_a_block_job_with_one_bad_member_is_unusable),
        cmocka_unit_test(test_flags_may_be_absent),
        cmocka_unit_test(test_command_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
