/*
 * No endpoint is named: the program looks for the QEMUs of this host. Its /proc has only
 * those of this test, since others may run beside it.
 */

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/own_proc.h"
#include "tests/support/program.h"
#include "tests/support/qemu.h"
#include "tests/support/rig.h"

#define NOBODY 65534

/* The rig's folder is the /proc that the program sees. */
static int setup(void **state)
{
    rig_make_folder(state);
    return setenv("QMPTOP_PROC", rig.folder, 1);
}

static int teardown(void **state)
{
    unsetenv("QMPTOP_PROC");
    return rig_end_qemus(state);
}

static struct qemu *start(const char *name)
{
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, name);
    own_proc_show(rig.folder, qemu->pid);
    return qemu;
}

static void look(const char *const *arguments)
{
    rig.console = console_start(
        &rig.pump, &(struct console_options){.rows = 30, .columns = 160, .mortal = true},
        arguments);
}

static void forbid(const char *path)
{
    assert_int_equal(chmod(path, geteuid() == 0 ? 0600 : 0), 0);
    if (geteuid() == 0)
        assert_int_equal(chown(path, NOBODY, NOBODY), 0);
}

/* Each also has a monitor that this test holds, which gives way to the free one. */
static void three_qemus_and_a_fourth(void **state)
{
    (void)state;
    start("web-01");
    struct qemu *held = start("db-02"), *foreign = start("mail-03");
    struct monitor *holder = monitor_open(held->socket);
    forbid(foreign->socket);
    forbid(foreign->control);

    look((const char *[]){NULL});
    console_press(rig.console, "v");
    console_await(rig.console, "web-01", "ok");
    console_await(rig.console, "mail-03", "permission denied");
    console_await(rig.console, "db-02", "held by pid ");
    console_await_gone(rig.console, "db-02", "ok");

    start("late-04");
    console_await(rig.console, "late-04", "ok");
    monitor_close(holder);
    console_await(rig.console, "db-02", "ok");
}

static void one_that_ends_is_grey_and_comes_back(void **state)
{
    (void)state;
    struct qemu *qemu = start("web-01");
    look((const char *[]){NULL});
    console_press(rig.console, "v");
    console_await(rig.console, "web-01", "ok");
    qemu_terminate(qemu);
    console_await(rig.console, "web-01", "no such file");
    qemu_restart(qemu);
    own_proc_show(rig.folder, qemu->pid);
    console_await(rig.console, "web-01", "ok");
    console_await_gone(rig.console, "web-01", "no such file");
    console_await(rig.console, "1 of 1 connected", NULL);
}

static void nobody_is_there_at_first(void **state)
{
    (void)state;
    look((const char *[]){NULL});
    console_await(rig.console, "No QMP socket found so far", NULL);
    console_await(rig.console, "the command lines of QEMUs in", rig.folder);
    console_await(rig.console, "/run/qemu-server/*.qmp", NULL);
    struct qemu *qemu = start("web-01");
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    console_await(rig.console, "web-01", "mir");
}

static void a_folder_and_a_pattern_are_endpoints(void **state)
{
    (void)state;
    struct qemu *one = qemu_start(QEMU_SYSTEM, "web-01");
    struct qemu *two = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    char pattern[FOLDER_SIZE + 16];
    qemu_job(one, QEMU_JOB_MIRROR, "first");
    qemu_job(two, QEMU_JOB_MIRROR, "second");
    snprintf(pattern, sizeof pattern, "%.*s*", (int)strlen(two->socket) - 1, two->socket);
    look((const char *[]){one->folder, pattern, NULL});
    console_await(rig.console, "web-01", "first");
    console_await(rig.console, "second", "running");
    console_select(rig.console, "second", "running");
    console_press(rig.console, "p");
    console_await_status(rig.console, two->monitor, "second", "paused");
}

/* ---- without a screen ---- */

static void list(void)
{
    rig_run((const char *[]){"--list-endpoints", NULL});
}

static void the_list_names_each(void **state)
{
    (void)state;
    struct qemu *qemu = start("web-01");
    char line[2 * FOLDER_SIZE];
    list();
    assert_int_equal(rig.run.status, 0);
    snprintf(line, sizeof line, "%-20s %7d  unix:%s\n", "web-01", (int)qemu->pid, qemu->socket);
    assert_non_null(strstr(rig.run.out, line));
    assert_string_equal(rig.run.err, "");
    /* It only lists: the monitor is free. */
    monitor_close(monitor_open(qemu->socket));
}

/* Its jobs are there once, by the monitor that is free: neither the one that is held nor
 * another free one. */
static void one_of_several_monitors_is_shown(void **state)
{
    static char path[FOLDER_SIZE + 32], option[FOLDER_SIZE + 64];
    (void)state;
    snprintf(path, sizeof path, "%s/zz.sock", rig.folder);
    snprintf(option, sizeof option, "unix:%s,server=on,wait=off", path);
    struct qemu *qemu = qemu_start_with(
        &(struct qemu_options){.kind = QEMU_SYSTEM,
                               .name = "web-01",
                               .arguments = (const char *[]){"-qmp", option, NULL}});
    qemu_job(qemu, QEMU_JOB_PENDING, "pnd");
    own_proc_show(rig.folder, qemu->pid);
    list();
    assert_int_equal(program_count(&rig.run, "web-01"), 1);
    assert_int_equal(program_count(&rig.run, "(left alone: the same QEMU)"), 2);
    struct monitor *holder = monitor_open(qemu->socket);
    rig_run((const char *[]){"--once", NULL});
    assert_int_equal(rig.run.status, 0);
    assert_int_equal(program_count(&rig.run, "pnd"), 1);
    monitor_close(holder);
}

static json_object *row_of(json_object *document, const char *path)
{
    json_object *list = json_object_object_get(document, "endpoints");
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        json_object *row = json_object_array_get_idx(list, i);
        if (strstr(json_object_get_string(json_object_object_get(row, "endpoint")), path))
            return row;
    }
    fail_msg("no endpoint %s in %s", path, json_object_to_json_string(document));
    return NULL;
}

static int number_in(json_object *object, const char *key)
{
    return json_object_get_int(json_object_object_get(object, key));
}

/* Also what is left alone, and by whom that is held. */
static void the_list_is_told_to_programs(void **state)
{
    (void)state;
    struct qemu *qemu = start("web-01");
    rig_run((const char *[]){"--list-endpoints", "--json", NULL});
    assert_int_equal(rig.run.status, 0);
    json_object *document = json_tokener_parse(rig.run.out);
    assert_non_null(document);
    json_object *free_one = row_of(document, qemu->socket);
    assert_int_equal(number_in(free_one, "pid"), qemu->pid);
    assert_false(number_in(free_one, "held") || number_in(free_one, "left_alone"));
    json_object *held = row_of(document, qemu->control);
    assert_true(number_in(held, "held") && number_in(held, "left_alone"));
    json_object *holder = json_object_object_get(held, "holder");
    assert_int_equal(number_in(holder, "pid"), getpid());
    assert_non_null(json_object_object_get(holder, "command"));
    json_object_put(document);
}

/* However it is spelt, and without a word of another client. */
static void a_socket_named_twice_is_one(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    char link[FOLDER_SIZE + 16], second[FOLDER_SIZE + 24], said[3 * FOLDER_SIZE];
    qemu_job(qemu, QEMU_JOB_PENDING, "pnd");
    snprintf(link, sizeof link, "%s/link.sock", rig.folder);
    assert_int_equal(symlink(qemu->socket, link), 0);
    snprintf(second, sizeof second, "b=%s", link);
    rig_run((const char *[]){"--once", qemu->socket, second, NULL});
    assert_int_equal(rig.run.status, 1);
    assert_int_equal(program_count(&rig.run, "pnd"), 1);
    snprintf(said, sizeof said, "(%s)", qemu->socket);
    assert_non_null(strstr(rig.run.out, "the same socket as "));
    assert_non_null(strstr(rig.run.out, said));
    assert_null(strstr(rig.run.out, "another client"));
}

static void an_empty_host_says_where_was_looked(void **state)
{
    (void)state;
    list();
    assert_int_equal(rig.run.status, 1);
    assert_string_equal(rig.run.out, "");
    assert_non_null(strstr(rig.run.err, "no QMP socket found; looked at"));
    assert_non_null(strstr(rig.run.err, rig.folder));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(three_qemus_and_a_fourth),
        TEST(one_that_ends_is_grey_and_comes_back),
        TEST(nobody_is_there_at_first),
        TEST(a_folder_and_a_pattern_are_endpoints),
        TEST(the_list_names_each),
        TEST(the_list_is_told_to_programs),
        TEST(one_of_several_monitors_is_shown),
        TEST(a_socket_named_twice_is_one),
        TEST(an_empty_host_says_where_was_looked),
    };
    return cmocka_run_group_tests_name("discovery", tests, NULL, NULL);
}
