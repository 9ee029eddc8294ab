#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "qmp/command.h"

static const struct {
    enum command command;
    const char *name, *line;
} table[] = {
    {COMMAND_CAPABILITIES, "qmp_capabilities", "{\"execute\":\"qmp_capabilities\",\"id\":7}"},
    {COMMAND_QUERY_COMMANDS, "query-commands", "{\"execute\":\"query-commands\",\"id\":7}"},
    {COMMAND_QUERY_NAME, "query-name", "{\"execute\":\"query-name\",\"id\":7}"},
    {COMMAND_QUERY_STATUS, "query-status", "{\"execute\":\"query-status\",\"id\":7}"},
    {COMMAND_QUERY_JOBS, "query-jobs", "{\"execute\":\"query-jobs\",\"id\":7}"},
    {COMMAND_QUERY_BLOCK_JOBS, "query-block-jobs",
     "{\"execute\":\"query-block-jobs\",\"id\":7}"},
    {COMMAND_JOB_PAUSE, "job-pause",
     "{\"execute\":\"job-pause\",\"arguments\":{\"id\":\"j0\"},\"id\":7}"},
    {COMMAND_JOB_RESUME, "job-resume",
     "{\"execute\":\"job-resume\",\"arguments\":{\"id\":\"j0\"},\"id\":7}"},
    {COMMAND_JOB_COMPLETE, "job-complete",
     "{\"execute\":\"job-complete\",\"arguments\":{\"id\":\"j0\"},\"id\":7}"},
    {COMMAND_JOB_CANCEL, "job-cancel",
     "{\"execute\":\"job-cancel\",\"arguments\":{\"id\":\"j0\"},\"id\":7}"},
    {COMMAND_JOB_FINALIZE, "job-finalize",
     "{\"execute\":\"job-finalize\",\"arguments\":{\"id\":\"j0\"},\"id\":7}"},
    {COMMAND_JOB_DISMISS, "job-dismiss",
     "{\"execute\":\"job-dismiss\",\"arguments\":{\"id\":\"j0\"},\"id\":7}"},
    {COMMAND_BLOCK_JOB_CANCEL, "block-job-cancel",
     "{\"execute\":\"block-job-cancel\",\"arguments\":{\"device\":\"j0\",\"force\":false},"
     "\"id\":7}"},
    {COMMAND_BLOCK_JOB_SET_SPEED, "block-job-set-speed",
     "{\"execute\":\"block-job-set-speed\",\"arguments\":{\"device\":\"j0\",\"speed\":65536},"
     "\"id\":7}"},
    {COMMAND_BLOCK_JOB_CHANGE, "block-job-change",
     "{\"execute\":\"block-job-change\",\"arguments\":{\"id\":\"j0\",\"type\":\"mirror\","
     "\"copy-mode\":\"write-blocking\"},\"id\":7}"},
    {COMMAND_QUERY_MIGRATE, "query-migrate", "{\"execute\":\"query-migrate\",\"id\":7}"},
    {COMMAND_QUERY_MIGRATE_PARAMETERS, "query-migrate-parameters",
     "{\"execute\":\"query-migrate-parameters\",\"id\":7}"},
    {COMMAND_QUERY_MIGRATE_CAPABILITIES, "query-migrate-capabilities",
     "{\"execute\":\"query-migrate-capabilities\",\"id\":7}"},
    {COMMAND_MIGRATE_BANDWIDTH, "migrate-set-parameters",
     "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"max-bandwidth\":65536},"
     "\"id\":7}"},
    {COMMAND_MIGRATE_POSTCOPY_BANDWIDTH, "migrate-set-parameters",
     "{\"execute\":\"migrate-set-parameters\","
     "\"arguments\":{\"max-postcopy-bandwidth\":65536},\"id\":7}"},
    {COMMAND_MIGRATE_DOWNTIME, "migrate-set-parameters",
     "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"downtime-limit\":65536},"
     "\"id\":7}"},
    {COMMAND_MIGRATE_START_POSTCOPY, "migrate-start-postcopy",
     "{\"execute\":\"migrate-start-postcopy\",\"id\":7}"},
    {COMMAND_MIGRATE_CONTINUE, "migrate-continue",
     "{\"execute\":\"migrate-continue\",\"arguments\":{\"state\":\"pre-switchover\"},"
     "\"id\":7}"},
    {COMMAND_MIGRATE_CANCEL, "migrate_cancel", "{\"execute\":\"migrate_cancel\",\"id\":7}"},
    {COMMAND_MIGRATE_PAUSE, "migrate-pause", "{\"execute\":\"migrate-pause\",\"id\":7}"},
    {COMMAND_MIGRATE_RESUME, "migrate",
     "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"tcp:h:1\",\"resume\":true},"
     "\"id\":7}"},
    {COMMAND_MIGRATE_RECOVER, "migrate-recover",
     "{\"execute\":\"migrate-recover\",\"arguments\":{\"uri\":\"tcp:h:1\"},\"id\":7}"},
};

static void assert_line(enum command command, const struct command_args *args, uint64_t id,
                        const char *expected)
{
    char *line = command_build(command, args, id);
    size_t len = strlen(expected);

    assert_non_null(line);
    assert_int_equal(strlen(line), len + 2);
    assert_memory_equal(line, expected, len);
    assert_string_equal(line + len, "\r\n");
    free(line);
}

static void test_the_bytes_of_every_command(void **state)
{
    const struct command_args args = {.job = "j0", .number = 65536, .uri = "tcp:h:1"};

    (void)state;
    assert_int_equal(sizeof(table) / sizeof(table[0]), COMMAND_COUNT);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        assert_int_equal(table[i].command, i);
        assert_line(table[i].command, &args, 7, table[i].line);
    }
}

static void test_queries_need_no_arguments(void **state)
{
    (void)state;
    for (size_t i = COMMAND_CAPABILITIES; i <= COMMAND_QUERY_BLOCK_JOBS; i++)
        assert_line(table[i].command, NULL, 7, table[i].line);
}

static void test_names_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        assert_string_equal(command_name(table[i].command), table[i].name);
        assert_string_equal(command_name(command_by_name(table[i].name)), table[i].name);
    }
    assert_int_equal(command_by_name(""), COMMAND_COUNT);
    assert_int_equal(command_by_name("query-job"), COMMAND_COUNT);
    assert_int_equal(command_by_name("QUERY-JOBS"), COMMAND_COUNT);
}

/* With deprecated-input=crash they abort the VM. */
static void test_deprecated_commands_are_not_known(void **state)
{
    static const char *const deprecated[] = {
        "block-job-pause",   "block-job-resume",   "block-job-complete",
        "block-job-dismiss", "block-job-finalize",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(deprecated) / sizeof(deprecated[0]); i++)
        assert_int_equal(command_by_name(deprecated[i]), COMMAND_COUNT);
}

static void test_job_ids_are_escaped(void **state)
{
    static const char *const ids[][2] = {
        {"", "\"\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"a/b", "\"a/b\""},
        {"\",\"force\":true,\"x\":\"", "\"\\\",\\\"force\\\":true,\\\"x\\\":\\\"\""},
        {"\r\n\t\x1b[2J", "\"\\r\\n\\t\\u001b[2J\""},
        {"d\xc3\xa9j\xc3\xa0 \xf0\x9f\x98\x80", "\"d\xc3\xa9j\xc3\xa0 \xf0\x9f\x98\x80\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        const struct command_args args = {.job = ids[i][0]};
        char expected[200] = "{\"execute\":\"job-pause\",\"arguments\":{\"id\":";

        strcat(expected, ids[i][1]);
        strcat(expected, "},\"id\":1}");
        assert_line(COMMAND_JOB_PAUSE, &args, 1, expected);
    }
}

/* The id that was read is the id that is sent, whatever characters are in it. */
static void test_ids_survive_the_round_trip(void **state)
{
    struct json_object *root, *arguments, *id;
    char text[0x80] = "", *line;

    (void)state;
    for (int i = 1; i < 0x80; i++)
        text[i - 1] = (char)i;
    line = command_build(COMMAND_JOB_CANCEL, &(struct command_args){.job = text}, 1);
    assert_non_null(line);
    root = json_tokener_parse(line);
    assert_true(json_object_object_get_ex(root, "arguments", &arguments));
    assert_true(json_object_object_get_ex(arguments, "id", &id));
    assert_string_equal(json_object_get_string(id), text);
    json_object_put(root);
    free(line);
}

static void test_ids_and_speeds_are_exact(void **state)
{
    struct command_args args = {.job = "j", .number = INT64_MAX};
    static const char capped[] =
        "{\"execute\":\"block-job-set-speed\",\"arguments\":{\"device\":\"j\","
        "\"speed\":9223372036854775807},\"id\":18446744073709551615}";

    (void)state;
    assert_line(COMMAND_BLOCK_JOB_SET_SPEED, &args, UINT64_MAX, capped);
    args.number = UINT64_MAX;
    assert_line(COMMAND_BLOCK_JOB_SET_SPEED, &args, UINT64_MAX, capped);
    args.number = 0;
    assert_line(COMMAND_BLOCK_JOB_SET_SPEED, &args, 0,
                "{\"execute\":\"block-job-set-speed\",\"arguments\":{\"device\":\"j\","
                "\"speed\":0},\"id\":0}");
}

static void test_a_long_id_is_sent_whole(void **state)
{
    enum { ID = 60000 };
    char *id = malloc(ID + 1);
    char *line;

    (void)state;
    assert_non_null(id);
    memset(id, 'i', ID);
    id[ID] = '\0';
    line = command_build(COMMAND_JOB_PAUSE, &(struct command_args){.job = id}, 1);
    assert_non_null(line);
    assert_non_null(strstr(line, id));
    free(line);
    free(id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_bytes_of_every_command),
        cmocka_unit_test(test_queries_need_no_arguments),
        cmocka_unit_test(test_names_both_ways),
        cmocka_unit_test(test_deprecated_commands_are_not_known),
        cmocka_unit_test(test_job_ids_are_escaped),
        cmocka_unit_test(test_ids_survive_the_round_trip),
        cmocka_unit_test(test_ids_and_speeds_are_exact),
        cmocka_unit_test(test_a_long_id_is_sent_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
