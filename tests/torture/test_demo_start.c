/*
 * The demo on a machine that gives it no folder, no sockets or no processes: a sentence, and
 * nothing is left of it.
 */

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/support/files.h"
#include "tests/support/folder.h"
#include "tests/torture/torture.h"
#include "tui/demo.h"

#define PATH_SIZE (FOLDER_SIZE + 64)

static char programs[FOLDER_SIZE], place[FOLDER_SIZE], tmp[PATH_SIZE];

/* A daemon that cannot be asked: the failures come before it. */
static int set_up(void **state)
{
    static const char script[] = "#!/bin/sh\nexit 1\n";
    char path[PATH_SIZE];
    (void)state;
    snprintf(tmp, sizeof tmp, "%s", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    folder_make(programs);
    folder_make(place);
    snprintf(path, sizeof path, "%s/qemu-storage-daemon", programs);
    folder_write(path, script, sizeof script - 1);
    assert_int_equal(chmod(path, 0700), 0);
    assert_int_equal(setenv("PATH", programs, 1), 0);
    return setenv("TMPDIR", place, 1);
}

static int tear_down(void **state)
{
    (void)state;
    torture_call(TORTURE_NOTHING, 0, 0);
    folder_remove(programs);
    folder_remove(place);
    return setenv("TMPDIR", tmp, 1);
}

static size_t left_behind(void)
{
    DIR *dir = opendir(place);
    size_t count = 0;
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void expect_failure(enum torture_call call, unsigned long nth, int error_number,
                           const char *part)
{
    char error[DEMO_ERROR_SIZE] = "";
    struct demo demo;
    size_t fds = files_open_count();
    torture_call(call, nth, error_number);
    assert_false(demo_start(&demo, error));
    if (strstr(error, part) == NULL)
        fail_msg("it says \"%s\", not \"%s\"", error, part);
    assert_int_equal(demo.pipe_fd, -1);
    assert_int_equal(files_open_count(), fds);
    assert_int_equal(left_behind(), 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_no_folder(void **state)
{
    (void)state;
    expect_failure(TORTURE_MKDTEMP, 1, EROFS,
                   "no folder for the demo in $TMPDIR or /tmp: Read-only file system");
}

static void test_no_sockets(void **state)
{
    (void)state;
    expect_failure(TORTURE_SOCKETPAIR, 1, EMFILE, "Too many open files");
    expect_failure(TORTURE_SOCKETPAIR, 2, EMFILE, "Too many open files");
}

static void test_no_processes(void **state)
{
    (void)state;
    expect_failure(TORTURE_FORK, 1, EAGAIN, "fork: Resource temporarily unavailable");
    expect_failure(TORTURE_FORK, 2, EAGAIN, "ended while its jobs were being made");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_sockets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_processes, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("demo_start", tests, NULL, NULL);
}
