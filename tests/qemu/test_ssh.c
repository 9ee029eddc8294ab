/*
 * QEMUs behind a real ssh server: watched and steered like local ones, over one
 * connection; lost with it and found again; and when ssh does not get there, its own words.
 */

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/kin.h"
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

static void serve(void)
{
    sshd_start(&sshd, &(struct sshd_options){.strange = false});
}

/* "NAME=ssh://node/..." of a QEMU. */
static const char *far(char endpoint[QEMU_PATH_SIZE + 32], const char *name,
                       const struct qemu *qemu)
{
    snprintf(endpoint, QEMU_PATH_SIZE + 32, "%s=ssh://node%s", name, qemu->socket);
    return endpoint;
}

static void look(const char *const *endpoints)
{
    rig.console = console_start(
        &rig.pump, &(struct console_options){.rows = 30, .columns = 160}, endpoints);
}

static void look_at(const struct qemu *qemu)
{
    char endpoint[QEMU_PATH_SIZE + 32];
    look((const char *[]){far(endpoint, "alpha", qemu), NULL});
}

/* The folder of the forwarded sockets in $TMPDIR. */
static bool has_folder(void)
{
    const char *base = getenv("TMPDIR");
    DIR *dir = opendir(base != NULL ? base : "/tmp");
    bool found = false;
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        found = found || strncmp(entry->d_name, "qmptop-ssh.", 11) == 0;
    closedir(dir);
    return found;
}

static bool is_deserted(void *ctx)
{
    (void)ctx;
    return sshd_connections(&sshd) == 0;
}

static void await_deserted(void)
{
    if (!pump_until(&rig.pump, is_deserted, NULL, PUMP_MS))
        fail_msg("the ssh server has %zu connections left", sshd_connections(&sshd));
}

static bool is_gone(void *ctx)
{
    return !kin_lives(ctx);
}

static void quit_and_leave_nothing(void)
{
    struct kin kin;
    kin_of(&kin, pty_pid(console_pty(rig.console)));
    assert_true(kin.count > 0);
    console_press(rig.console, "q");
    assert_int_equal(console_await_end(rig.console), 0);
    assert_true(pump_until(&rig.pump, is_gone, &kin, PUMP_MS));
    assert_false(has_folder());
    await_deserted();
}

static void two_like_local_ones(void **state)
{
    (void)state;
    char one[QEMU_PATH_SIZE + 32], other[QEMU_PATH_SIZE + 32];
    struct qemu *alpha = qemu_start(QEMU_SYSTEM, NULL);
    struct qemu *beta = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(alpha, QEMU_JOB_MIRROR, "mir");
    qemu_job(beta, QEMU_JOB_READY, "rdy");
    serve();
    look((const char *[]){far(one, "alpha", alpha), far(other, "beta", beta), NULL});
    console_await(rig.console, "beta", "READY");
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "p");
    console_await_status(rig.console, alpha->monitor, "mir", "paused");
    console_await(rig.console, "mir", "paused");
    console_select(rig.console, "rdy", "READY");
    console_press(rig.console, "o");
    console_confirm(rig.console, "COMPLETE rdy");
    console_await_event(rig.console, beta->monitor, "BLOCK_JOB_COMPLETED", "rdy", NULL);
    assert_int_equal(sshd_connections(&sshd), 1);
    assert_true(has_folder());
    quit_and_leave_nothing();
}

/* The end of the connection on that side, then on this one. */
static void a_lost_connection_comes_back(void **state)
{
    (void)state;
    struct kin kin;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    serve();
    look_at(qemu);
    console_select(rig.console, "mir", "running");

    sshd_stop(&sshd);
    console_await(rig.console, "~", "mir");
    console_await(rig.console, "alpha", "ssh: connect to host 127.0.0.1 port");
    console_await(rig.console, "alpha", "Connection refused");
    console_press(rig.console, "p");
    console_await(rig.console, "not now", NULL);
    sshd_restart(&sshd);
    console_await_gone(rig.console, "~", "mir");

    kin_of(&kin, pty_pid(console_pty(rig.console)));
    assert_int_equal(kin.count, 1);
    kill(kin.pids[0], SIGKILL);
    console_await(rig.console, "~", "mir");
    console_await(rig.console, "was killed by signal 9", NULL);
    console_await_gone(rig.console, "~", "mir");
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "p");
    console_await_status(rig.console, qemu->monitor, "mir", "paused");
    quit_and_leave_nothing();
}

static void a_cut_connection_comes_back(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    serve();
    look_at(qemu);
    console_select(rig.console, "mir", "running");
    sshd_cut(&sshd);
    console_await(rig.console, "its QEMU cannot be reached", NULL);
    console_await_gone(rig.console, "~", "mir");
    console_press(rig.console, "p");
    console_await_status(rig.console, qemu->monitor, "mir", "paused");
}

/* ---- what goes wrong, in words; nothing is asked ---- */

static void expect_failure(const struct sshd_options *options, const char *words)
{
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    sshd_start(&sshd, options);
    look_at(qemu);
    console_await(rig.console, "alpha", words);
    console_press(rig.console, "?"); /* the keys are ours */
    console_await(rig.console, "HELP", NULL);
    console_press(rig.console, "q");
    console_await_gone(rig.console, "HELP", NULL);
    assert_null(strstr(pty_bytes(console_pty(rig.console)), "yes/no"));
    assert_null(strstr(pty_bytes(console_pty(rig.console)), "assword:"));
}

static void a_wrong_key(void **state)
{
    (void)state;
    expect_failure(&(struct sshd_options){.stranger = true}, "Permission denied (publickey");
}

static void an_unknown_host(void **state)
{
    (void)state;
    expect_failure(&(struct sshd_options){.strange = true}, "Host key verification failed");
}

static void a_server_that_forbids_sockets(void **state)
{
    (void)state;
    expect_failure(&(struct sshd_options){.server = "AllowStreamLocalForwarding no"},
                   "AllowStreamLocalForwarding");
}

static void a_socket_that_is_not_there(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    serve();
    qemu_terminate(qemu);
    look_at(qemu);
    console_await(rig.console, "alpha", "ssh reaches the host, but not the socket");
    qemu_restart(qemu);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    console_await(rig.console, "mir", "running");
}

/* ---- a port of that host ---- */

static struct qemu *start_on_port(char endpoint[64])
{
    struct qemu *qemu =
        qemu_start_with(&(struct qemu_options){.kind = QEMU_STORAGE_DAEMON, .tcp = true});
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    snprintf(endpoint, 64, "alpha=ssh://node/tcp:127.0.0.1:%d", qemu->port);
    return qemu;
}

static void a_port_like_a_socket(void **state)
{
    (void)state;
    char port[64], path[QEMU_PATH_SIZE + 32];
    struct qemu *alpha = start_on_port(port), *beta = qemu_start(QEMU_SYSTEM, NULL);
    serve();
    look((const char *[]){port, far(path, "beta", beta), NULL});
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "p");
    console_await_status(rig.console, alpha->monitor, "mir", "paused");
    assert_int_equal(sshd_connections(&sshd), 1);
    quit_and_leave_nothing();
}

static void a_port_where_nothing_listens(void **state)
{
    (void)state;
    char port[64];
    struct qemu *qemu = start_on_port(port);
    qemu_terminate(qemu);
    serve();
    look((const char *[]){port, NULL});
    console_await(rig.console, "alpha", "nothing listens on that port there");
}

static void a_server_that_forbids_ports(void **state)
{
    (void)state;
    char port[64];
    start_on_port(port);
    sshd_start(&sshd, &(struct sshd_options){.server = "AllowTcpForwarding no"});
    look((const char *[]){port, NULL});
    console_await(rig.console, "alpha", "AllowTcpForwarding");
}

/* ---- the shell's keys ---- */

static void suspended_it_lets_go(void **state)
{
    (void)state;
    char command[2 * QEMU_PATH_SIZE + 256], endpoint[QEMU_PATH_SIZE + 32];
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    serve();
    rig.console = console_start(&rig.pump, &console_shell, console_shell_arguments);
    snprintf(command, sizeof command, "%s %s\r", program_path(), far(endpoint, "alpha", qemu));
    console_press(rig.console, command);
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "\x1a");
    console_await(rig.console, "Stopped", NULL);
    await_deserted();
    assert_false(has_folder());
    monitor_close(monitor_open(qemu->socket));
    console_press(rig.console, "fg\r");
    console_select(rig.console, "mir", "running");
    console_await_gone(rig.console, "~", "mir");
    console_press(rig.console, "p");
    console_await_status(rig.console, qemu->monitor, "mir", "paused");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
    const struct CMUnitTest tests[] = {
        TEST(two_like_local_ones),
        TEST(a_lost_connection_comes_back),
        TEST(a_cut_connection_comes_back),
        TEST(a_wrong_key),
        TEST(an_unknown_host),
        TEST(a_server_that_forbids_sockets),
        TEST(a_socket_that_is_not_there),
        TEST(a_port_like_a_socket),
        TEST(a_port_where_nothing_listens),
        TEST(a_server_that_forbids_ports),
        TEST(suspended_it_lets_go),
    };
    return cmocka_run_group_tests_name("ssh", tests, NULL, NULL);
}
