/*
 * A host named without a socket: what runs behind a real ssh server is found there, appears
 * while the console runs, and what finds nothing says why. The /proc there has only the
 * QEMUs of this test, since others may run beside it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/kin.h"
#include "tests/support/own_proc.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/qemu.h"
#include "tests/support/rig.h"
#include "tests/support/sshd.h"

static struct sshd sshd;

static int teardown(void **state)
{
    rig_end_qemus(state);
    sshd_release(&sshd);
    return 0;
}

static void serve_with(const char *more)
{
    char lines[FOLDER_SIZE + 256];
    own_proc_show_sockets(rig.folder); /* which of two monitors is held is seen there */
    snprintf(lines, sizeof lines, "SetEnv QMPTOP_PROC=%s\n%s", rig.folder, more);
    sshd_start(&sshd, &(struct sshd_options){.server = lines});
}

static void serve(void)
{
    serve_with("");
}

static struct qemu *start(enum qemu_kind kind, const char *name)
{
    struct qemu *qemu = qemu_start(kind, name);
    own_proc_show(rig.folder, qemu->pid);
    return qemu;
}

/* One that this test leaves to the program. */
static struct qemu *start_alone(const char *name)
{
    struct qemu *qemu = start(QEMU_SYSTEM, name);
    qemu_job(qemu, QEMU_JOB_PENDING, "pnd");
    monitor_close(qemu->monitor);
    qemu->monitor = NULL;
    return qemu;
}

static void look(void)
{
    rig.console =
        console_start(&rig.pump, &(struct console_options){.rows = 30, .columns = 160},
                      (const char *[]){"ssh://node", NULL});
}

static bool is_gone(void *ctx)
{
    return !kin_lives(ctx);
}

static bool is_deserted(void *ctx)
{
    (void)ctx;
    return sshd_connections(&sshd) == 0;
}

static void all_that_run_there(void **state)
{
    (void)state;
    struct qemu *web = start(QEMU_SYSTEM, "web-01");
    struct qemu *daemon = start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(web, QEMU_JOB_MIRROR, "first");
    qemu_job(daemon, QEMU_JOB_MIRROR, "second");
    serve();
    look();
    console_await(rig.console, "web-01", "first");
    console_await(rig.console, "second", "running");
    console_select(rig.console, "second", "running");
    console_press(rig.console, "p");
    console_await_status(rig.console, daemon->monitor, "second", "paused");
    assert_int_equal(sshd_connections(&sshd), 1);

    struct kin kin;
    kin_of(&kin, pty_pid(console_pty(rig.console)));
    console_press(rig.console, "q");
    assert_int_equal(console_await_end(rig.console), 0);
    assert_true(pump_until(&rig.pump, is_gone, &kin, PUMP_MS));
}

/* Found at once when the person asks for it; else with the next look. */
static void one_that_is_started_later(void **state)
{
    (void)state;
    serve();
    look();
    console_await(rig.console, "node", "no QMP socket found there");
    struct qemu *late = start(QEMU_SYSTEM, "late-04");
    qemu_job(late, QEMU_JOB_MIRROR, "mir");
    console_press(rig.console, "v");
    console_await(rig.console, "node", "no QMP socket found there");
    console_press(rig.console, "r");
    console_await(rig.console, "late-04", "ok");
    console_await(rig.console, "node", "leads to 2 QMP sockets");
    console_press(rig.console, "d");
    console_await(rig.console, "a host is only looked at", NULL);
}

static void a_lost_host_comes_back(void **state)
{
    (void)state;
    struct qemu *web = start(QEMU_SYSTEM, "web-01");
    qemu_job(web, QEMU_JOB_MIRROR, "mir");
    serve();
    look();
    console_select(rig.console, "mir", "running");
    sshd_stop(&sshd);
    console_await(rig.console, "~", "mir");
    console_await(rig.console, "node", "Connection refused");
    sshd_restart(&sshd);
    console_await_gone(rig.console, "~", "mir");
    console_await_gone(rig.console, "node", "Connection refused");
    assert_int_equal(sshd_connections(&sshd), 1);
}

static void no_shell_there(void **state)
{
    (void)state;
    serve_with("ForceCommand echo only git here");
    look();
    console_await(rig.console, "node", "it says: only git here");
}

/* What it says has an end, and keys are heard meanwhile. */
static void a_host_that_talks_for_ever(void **state)
{
    (void)state;
    serve_with("ForceCommand yes");
    look();
    console_await(rig.console, "node", "more of its sockets than can be true");
    console_press(rig.console, "?");
    console_await(rig.console, "HELP", NULL);
}

/* Sockets are carried there, but nothing is run. */
static void a_server_that_runs_nothing(void **state)
{
    (void)state;
    serve_with("MaxSessions 0");
    look();
    console_await(rig.console, "node", "no shell there tells its sockets");
    console_await(rig.console, "refused", NULL);
}

static void suspended_it_lets_go(void **state)
{
    (void)state;
    char command[QEMU_PATH_SIZE + 256];
    struct qemu *web = start(QEMU_SYSTEM, "web-01");
    qemu_job(web, QEMU_JOB_MIRROR, "mir");
    serve();
    rig.console = console_start(&rig.pump, &console_shell, console_shell_arguments);
    snprintf(command, sizeof command, "%s ssh://node\r", program_path());
    console_press(rig.console, command);
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "\x1a");
    console_await(rig.console, "Stopped", NULL);
    assert_true(pump_until(&rig.pump, is_deserted, NULL, PUMP_MS));
    console_press(rig.console, "fg\r");
    console_select(rig.console, "mir", "running");
    console_await_gone(rig.console, "~", "mir");
    console_press(rig.console, "v");
    console_await(rig.console, "node", "ok");
}

/* ---- without a screen ---- */

static void the_list_names_each(void **state)
{
    (void)state;
    char line[2 * FOLDER_SIZE];
    struct qemu *web = start(QEMU_SYSTEM, "web-01");
    serve();
    rig_run((const char *[]){"--list-endpoints", "ssh://node/", NULL});
    assert_string_equal(rig.run.err, "");
    assert_int_equal(rig.run.status, 0);
    snprintf(line, sizeof line, "%-20s %7d  ssh://node%s\n", "web-01", (int)web->pid,
             web->socket);
    assert_non_null(strstr(rig.run.out, line));
    /* It only lists: the monitor is free. */
    monitor_close(monitor_open(web->socket));
}

static void the_list_says_why_there_is_none(void **state)
{
    (void)state;
    sshd_start(&sshd, &(struct sshd_options){.stranger = true});
    rig_run((const char *[]){"--list-endpoints", "ssh://node", NULL});
    assert_string_equal(rig.run.out, "");
    assert_non_null(strstr(rig.run.err, "qmptop: ssh://node: "));
    assert_non_null(strstr(rig.run.err, "Permission denied (publickey"));
    assert_int_equal(rig.run.status, 1);
}

static void one_snapshot(void **state)
{
    (void)state;
    start_alone("web-01");
    serve();
    rig_run((const char *[]){"--once", "ssh://node", NULL});
    assert_string_equal(rig.run.err, "");
    assert_non_null(strstr(rig.run.out, "web-01"));
    assert_non_null(strstr(rig.run.out, "pnd"));
    assert_non_null(strstr(rig.run.out, "leads to 2 QMP sockets"));
    assert_non_null(strstr(rig.run.out, " 1 socket "));
    assert_int_equal(rig.run.status, 0);

    folder_remove(rig.folder);
    rig_run((const char *[]){"--once", "box=ssh://node", NULL});
    assert_non_null(strstr(rig.run.out, "box"));
    assert_non_null(strstr(rig.run.out, "no QMP socket found there"));
    assert_int_equal(rig.run.status, 1);
}

/* What is wanted of a host is wanted of each socket there. */
static void a_host_is_visited(void **state)
{
    (void)state;
    start_alone("web-01");
    serve();
    rig_run((const char *[]){"--once", "--json", "box=polite:ssh://node", NULL});
    assert_non_null(strstr(rig.run.out, "\"leads_to\":2"));
    const char *found = strstr(rig.run.out, "web-01");
    assert_non_null(found);
    assert_non_null(strstr(found, "\"polite\":true"));
    assert_non_null(strstr(found, "pnd"));
    assert_int_equal(rig.run.status, 0);
}

/* By one that nobody holds, as on this host. */
static void one_of_several_monitors_is_shown(void **state)
{
    (void)state;
    struct qemu *web = start_alone("web-01");
    serve();
    rig_run((const char *[]){"--list-endpoints", "ssh://node", NULL});
    assert_int_equal(program_count(&rig.run, "web-01"), 1);
    assert_int_equal(program_count(&rig.run, "(left alone: the same QEMU)"), 1);
    const char *sockets[] = {web->socket, web->control};
    for (size_t held = 0; held < 2; held++) {
        struct monitor *holder = monitor_open(sockets[held]);
        rig_run((const char *[]){"--once", "ssh://node", NULL});
        assert_int_equal(program_count(&rig.run, "pnd"), 1);
        assert_int_equal(rig.run.status, 0);
        monitor_close(holder);
    }
}

/* A process as it would be with one monitor, on TCP. */
static void show_port(const struct qemu *qemu)
{
    char words[128];
    int len = snprintf(words, sizeof words, "kvm%c-qmp%ctcp:127.0.0.1:%d,server=on", 0, 0,
                       qemu->port);
    own_proc_invent(rig.folder, 17, words, (size_t)len + 1);
}

static void a_port_there(void **state)
{
    (void)state;
    struct qemu *web = qemu_start_with(
        &(struct qemu_options){.kind = QEMU_SYSTEM, .name = "web-01", .tcp = true});
    qemu_job(web, QEMU_JOB_MIRROR, "mir");
    show_port(web);
    serve();
    look();
    console_await(rig.console, "web-01", "mir");
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "p");
    console_await_status(rig.console, web->monitor, "mir", "paused");
    assert_int_equal(sshd_connections(&sshd), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_make_folder, teardown)
    const struct CMUnitTest tests[] = {
        TEST(all_that_run_there),
        TEST(one_that_is_started_later),
        TEST(a_lost_host_comes_back),
        TEST(no_shell_there),
        TEST(a_host_that_talks_for_ever),
        TEST(a_server_that_runs_nothing),
        TEST(suspended_it_lets_go),
        TEST(the_list_names_each),
        TEST(the_list_says_why_there_is_none),
        TEST(one_snapshot),
        TEST(a_host_is_visited),
        TEST(one_of_several_monitors_is_shown),
        TEST(a_port_there),
    };
    return cmocka_run_group_tests_name("ssh_hosts", tests, NULL, NULL);
}
