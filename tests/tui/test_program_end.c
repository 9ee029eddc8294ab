/*
 * How the program ends where it finds nothing, cannot write, or the machine gives it nothing:
 * with a sentence and a status, never with a crash.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/program.h"
#include "tui/exit_status.h"

#define SOCKETS 4000 /* so many that they need more than a program alone */
#define MIB_MAX 200

static char folder[FOLDER_SIZE];

static int set_up(void **state)
{
    (void)state;
    folder_make(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

static void expect(const char *const *arguments, int status, const char *out, const char *err)
{
    struct program_run run = {0};
    program_run(&run, arguments);
    if (run.status != status || strstr(run.out, out) == NULL || strstr(run.err, err) == NULL)
        fail_msg("%s: %d, it printed:\n%s%s", arguments[0], run.status, run.out, run.err);
    program_release(&run);
}

/* By the shell, which can close and limit things first. */
static void run_in_shell(struct program_run *run, const char *line, const char *const *more)
{
    const char *arguments[16] = {"-c", line, "sh", program_path()};
    for (size_t i = 0; more[i] != NULL; i++)
        arguments[4 + i] = more[i];
    run->program = "sh";
    program_run(run, arguments);
}

static void expect_in_shell(const char *line, const char *const *more, int status,
                            const char *err)
{
    struct program_run run = {0};
    run_in_shell(&run, line, more);
    if (run.status != status || strstr(run.err, err) == NULL)
        fail_msg("%s: %d, it printed:\n%s%s", line, run.status, run.out, run.err);
    program_release(&run);
}

/* ---- nothing there --------------------------------------------------------------------- */

static void test_nothing_is_found(void **state)
{
    char looked[FOLDER_SIZE + 64];
    (void)state;
    snprintf(looked, sizeof looked, "qmptop: no QMP socket found; looked at\n  %s/*\n", folder);
    expect((const char *[]){"--once", folder, NULL}, EXIT_STATUS_NOT_REACHED, "", looked);
    expect((const char *[]){"--once", "--json", folder, NULL}, EXIT_STATUS_NOT_REACHED, "",
           looked);
    expect((const char *[]){"--check", folder, NULL}, EXIT_STATUS_NOTHING_REACHED, "", looked);
    expect((const char *[]){"--list-endpoints", folder, NULL}, EXIT_STATUS_NOT_REACHED, "",
           looked);
}

static void test_a_demo_without_its_daemon(void **state)
{
    (void)state;
    expect_in_shell("PATH=/nowhere; exec \"$@\"", (const char *[]){"--demo", "--once", NULL},
                    EXIT_STATUS_WRONG, "qmptop: the demo needs qemu-storage-daemon");
}

static void test_a_log_that_cannot_be_made(void **state)
{
    char path[FOLDER_SIZE + 16], complaint[2 * FOLDER_SIZE];
    (void)state;
    snprintf(path, sizeof path, "%s/no/log", folder);
    snprintf(complaint, sizeof complaint, "qmptop: log %s: No such file or directory", path);
    expect((const char *[]){"--log", path, "--once", "/nowhere/a.qmp", NULL}, EXIT_STATUS_WRONG,
           "", complaint);
}

/* ---- no room for it -------------------------------------------------------------------- */

static void test_lists_that_cannot_be_written(void **state)
{
    (void)state;
    expect((const char *[]){"--list-themes", NULL}, EXIT_STATUS_FINE, "colorblind", "");
    expect_in_shell("exec \"$@\" >/dev/full", (const char *[]){"--list-themes", NULL},
                    EXIT_STATUS_WRONG, "");
    expect_in_shell("exec \"$@\" >/dev/full",
                    (const char *[]){"--list-endpoints", "/nowhere/a.qmp", NULL},
                    EXIT_STATUS_WRONG, "");
    expect_in_shell("exec \"$@\" >/dev/full",
                    (const char *[]){"--once", "/nowhere/a.qmp", NULL}, EXIT_STATUS_WRONG,
                    "qmptop: cannot write the report: No space left on device");
}

/* Ever more of it, until it is enough: before that the system cannot start the program, or it
 * says so itself. */
static void test_no_memory(void **state)
{
    char line[160];
    int status = -1, said = 0;
    (void)state;
    if (program_is_sanitized())
        skip(); /* the sanitizer wants far more than there is */
    for (int mib = 6; status != EXIT_STATUS_NOT_REACHED; mib++) {
        struct program_run run = {0};
        assert_true(mib < MIB_MAX);
        snprintf(line, sizeof line,
                 "sockets=$(seq -f /nowhere/under/a/long/name/%%g.qmp %d); ulimit -v %d; "
                 "exec \"$@\" $sockets",
                 SOCKETS, mib * 1024);
        run_in_shell(&run, line, (const char *[]){"--once", NULL});
        status = run.status;
        bool says = strcmp(run.err, "qmptop: out of memory\n") == 0;
        if (status == EXIT_STATUS_WRONG && says)
            said++;
        else if (status != EXIT_STATUS_NOT_REACHED && said > 0)
            fail_msg("with %d MiB it ends with %d:\n%s%s", mib, status, run.out, run.err);
        program_release(&run);
    }
    assert_true(said > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_is_found),
        TEST(test_a_demo_without_its_daemon),
        TEST(test_a_log_that_cannot_be_made),
        TEST(test_lists_that_cannot_be_written),
        TEST(test_no_memory),
    };
    return cmocka_run_group_tests_name("program_end", tests, NULL, NULL);
}
