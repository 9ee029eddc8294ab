/*
 * The program without a terminal: what is wrong with its configuration is told on stderr,
 * with its place, and what it exits with.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/program.h"
#include "tests/support/rig.h"

/* ---- configuration --------------------------------------------------------------------- */

/* Each face of the program says it before it does anything else. */
static void assert_told(const char *config, const char *complaint)
{
    const char *path = rig_config(config);
    static const char *const faces[] = {"--once", "--follow", "--list-endpoints"};
    for (size_t i = 0; i < sizeof faces / sizeof faces[0]; i++) {
        struct program_run run = {0};
        char expected[1024];
        program_run(&run, (const char *[]){faces[i], "--config", path, NULL});
        snprintf(expected, sizeof expected, "qmptop: %s%s", path, complaint);
        if (strncmp(run.err, expected, strlen(expected)) != 0)
            fail_msg("%s: \"%s\" instead of \"%s\"", faces[i], run.err, expected);
        assert_int_equal(run.status, 2);
        assert_string_equal(run.out, "");
        program_release(&run);
    }
}

static void test_a_theme_that_is_not_there(void **state)
{
    (void)state;
    assert_told("{\"endpoints\": [\"/nowhere\"],\n  \"theme\": \"nix\"}", ":2:3: ");
}

static void test_an_endpoint_that_is_none(void **state)
{
    (void)state;
    assert_told(
        "{\"endpoints\": [\"/nowhere\",\n  {\"name\": \"b\", \"address\": \"tcp:h:x\"}]}",
        ":2:3: ");
    assert_told("{\"endpoints\": [\"/nowhere\",\n \"/nowhere/2\", 3]}",
                ":2:16: an endpoint is a text or ");
}

static void test_a_name_that_is_there_twice(void **state)
{
    (void)state;
    assert_told("{\"delay\": 1,\n \"bell\": true, \"delay\": 2}",
                ":2:16: \"delay\" is there already");
}

/* ---- checks ---------------------------------------------------------------------------- */

static void assert_check(const char *const *arguments, const char *out, int status)
{
    struct program_run run = {.pump = &rig.pump};
    program_run(&run, arguments);
    if (run.status != status || strcmp(run.out, out) != 0)
        fail_msg("%d, \"%s\" instead of %d, \"%s\"; %s", run.status, run.out, status, out,
                 run.err);
    program_release(&run);
}

static void test_check(void **state)
{
    const struct fake_job running = {
        .id = "one", .type = "backup", .status = "running", .current = 1, .total = 9};
    const struct fake_job ready = {
        .id = "two", .type = "mirror", .status = "ready", .current = 9, .total = 9};
    (void)state;
    const char *path = rig_config("{}");
    struct fake_qmp *fake = rig_fake("alpha");
    fake_qmp_job(fake, &running);
    const char *const arguments[] = {"--check",  "--config", path, fake_qmp_endpoint(fake),
                                     "/nowhere", NULL};
    const char *const alone[] = {"--check", "--config", path, fake_qmp_endpoint(fake), NULL};
    assert_check(alone, "", 0);
    assert_check(arguments,
                 "! nowhere socket failed: no such file: this QEMU is gone, or was never "
                 "started\n",
                 1);
    fake_qmp_job(fake, &ready);
    assert_check(alone, "* fake two mirror READY in step\n", 1);
    assert_check((const char *[]){"--check", "--config", path, "/nowhere", NULL},
                 "! nowhere socket failed: no such file: this QEMU is gone, or was never "
                 "started\n",
                 3);
}

static void test_check_as_json(void **state)
{
    const struct fake_job ready = {
        .id = "two", .type = "mirror", .status = "ready", .current = 9, .total = 9};
    struct program_run run = {.pump = &rig.pump};
    (void)state;
    const char *path = rig_config("{}");
    struct fake_qmp *fake = rig_fake("alpha");
    fake_qmp_job(fake, &ready);
    program_run(&run, (const char *[]){"--check", "--json", "--config", path,
                                       fake_qmp_endpoint(fake), NULL});
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.out, "\"needs_you\":\"ready\""));
    program_release(&run);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_make_folder, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_theme_that_is_not_there),
        TEST(test_an_endpoint_that_is_none),
        TEST(test_a_name_that_is_there_twice),
        TEST(test_check),
        TEST(test_check_as_json),
    };
    return cmocka_run_group_tests_name("command_line", tests, NULL, NULL);
}
