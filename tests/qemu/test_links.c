/*
 * The link to a real QEMU under a running console: lost, found again, held by another
 * client, frozen, and never there at all.
 */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/console.h"
#include "tests/support/program.h"
#include "tests/support/qemu.h"
#include "tests/support/wrecks.h"

static struct pump pump;
static struct console *console;
static struct monitor *others[2]; /* other clients of the socket */
static struct wrecks wrecks;
static int waiting[2] = {-1, -1}; /* clients in the queue */

static void close_waiting(void)
{
    for (size_t i = 0; i < 2; i++) {
        if (waiting[i] >= 0)
            close(waiting[i]);
        waiting[i] = -1;
    }
}

static int teardown(void **state)
{
    close_waiting();
    console_end(console);
    console = NULL;
    for (size_t i = 0; i < 2; i++) {
        monitor_close(others[i]);
        others[i] = NULL;
    }
    if (wrecks.pump != NULL)
        wrecks_release(&wrecks);
    wrecks = (struct wrecks){0};
    pump = (struct pump){0};
    return qemu_end_all(state);
}

static void start(const struct qemu *qemu)
{
    char endpoint[QEMU_PATH_SIZE + 16];
    snprintf(endpoint, sizeof endpoint, "alpha=%s", qemu->socket);
    console = console_start(&pump, &(struct console_options){.rows = 30, .columns = 120},
                            (const char *[]){endpoint, NULL});
}

/* Killed: its job stays, stale, and takes no key. Back: a new job of the same id is
 * another job, and the old one is not said to have done anything. */
static void test_killed_and_restarted(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    start(qemu);
    console_select(console, "mir", "running");

    qemu_kill(qemu);
    console_await(console, "~", "its QEMU cannot be reached");
    console_await(console, "alpha", "nobody listens on it");
    console_press(console, "p");
    console_await(console, "not now", NULL);

    qemu_restart(qemu);
    qemu_job(qemu, QEMU_JOB_PENDING, "mir");
    console_await(console, "mir", "PENDING");
    console_await(console, "mir", "gone");
    console_await_gone(console, "~", "mir");
    console_select(console, "mir", "PENDING");
    console_press(console, "f");
    console_confirm(console, "FINALIZE mir");
    console_await_event(console, qemu->monitor, "BLOCK_JOB_COMPLETED", "mir", NULL);
}

/* The next QEMU on the socket begins a job that looks like the former one, only further:
 * it is another one all the same, and a visit sees that, too. */
static void check_renewed(const char *manner)
{
    char endpoint[QEMU_PATH_SIZE + 32];
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    snprintf(endpoint, sizeof endpoint, "alpha=%s%s", manner, qemu->socket);
    console = console_start(&pump, &(struct console_options){.rows = 30, .columns = 120},
                            (const char *[]){endpoint, NULL});
    console_select(console, "mir", "running");
    qemu_kill(qemu);
    qemu_restart(qemu);
    qemu_job(qemu, QEMU_JOB_READY, "mir");
    console_await(console, "mir", "READY");
    console_await(console, "mir", "gone");
    console_press(console, "e");
    console_await(console, "another QEMU has its socket now", NULL);
    console_await(console, "mir", "nobody saw how");
}

static void test_renewed(void **state)
{
    (void)state;
    check_renewed("hold:");
}

static void test_renewed_between_visits(void **state)
{
    (void)state;
    check_renewed("polite:");
}

static void test_shut_down(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    start(qemu);
    console_select(console, "mir", "running");
    qemu_terminate(qemu);
    console_await(console, "alpha", "no such file");
    console_press(console, "?");
    console_await(console, "HELP", NULL);
}

/* A box whose QEMU dies closes itself and sends nothing, then or later. */
static void test_killed_under_the_box(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_READY, "rdy");
    start(qemu);
    console_select(console, "rdy", "READY");
    console_press(console, "o");
    console_await_box(console, "COMPLETE rdy");
    qemu_kill(qemu);
    console_await(console, "nothing was sent", NULL);
    console_press(console, "y");
    qemu_restart(qemu);
    qemu_job(qemu, QEMU_JOB_READY, "rdy");
    console_await(console, "rdy", "READY");
    assert_false(monitor_saw(qemu->monitor, "BLOCK_JOB_COMPLETED", "rdy", NULL));
    assert_string_equal(monitor_status(qemu->monitor, "rdy"), "ready");
}

/* Held by another client: told so, and by whom, and the place in the queue is given back, so
 * that the next one after the holder is not us but who came then. */
static void test_held_by_another(void **state)
{
    char holder[32];
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, NULL);
    qemu_job(qemu, QEMU_JOB_PENDING, "pnd");
    others[0] = monitor_open(qemu->socket);
    snprintf(holder, sizeof holder, "held by pid %d (", (int)getpid());
    start(qemu);
    console_await(console, "alpha", "BUSY");
    console_await(console, holder, NULL);

    others[1] = monitor_connect(qemu->socket);
    monitor_close(others[0]);
    others[0] = NULL;
    monitor_negotiate(others[1]);
    assert_int_equal(console_find(console, "pnd", NULL), -1);

    monitor_close(others[1]);
    others[1] = NULL;
    console_await(console, "pnd", "PENDING");
    console_await_gone(console, "BUSY", NULL);
}

/* However often a held socket is tried, the place in its queue stays free for whoever
 * the holder is waiting for. */
static void test_tries_take_no_place(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_PENDING, "pnd");
    others[0] = monitor_open(qemu->socket);
    for (int i = 0; i < 3; i++) {
        struct program_run run = {0};
        program_run(&run, (const char *[]){"--once", qemu->socket, NULL});
        assert_int_equal(run.status, 1);
        assert_non_null(strstr(run.out, "held by pid "));
        program_release(&run);
    }
    for (int i = 0; i < 2; i++) { /* QEMU's backlog takes two */
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "%s", qemu->socket);
        waiting[i] = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(fcntl(waiting[i], F_SETFL, O_NONBLOCK), 0);
        assert_int_equal(connect(waiting[i], (struct sockaddr *)&address, sizeof address), 0);
    }
    monitor_close(others[0]);
    others[0] = NULL;
    close_waiting();
    start(qemu);
    console_await(console, "pnd", "PENDING");
}

/* A frozen QEMU turns stale, keys go on working; thawed it is fresh again. */
static void test_frozen(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    start(qemu);
    console_select(console, "mir", "running");
    qemu_freeze(qemu);
    console_await(console, "~", "mir");
    console_await(console, "alpha SILENT", NULL);
    console_press(console, "?");
    console_await(console, "HELP", NULL);
    console_press(console, "q");
    console_await_gone(console, "HELP", NULL);
    qemu_thaw(qemu);
    console_await_gone(console, "~", "mir");
    console_await(console, "alpha ok", NULL);
    console_press(console, "p");
    console_await_status(console, qemu->monitor, "mir", "paused");
}

/* A stopped console lets the monitor go: it would grow QEMU's memory unread. */
static void test_suspended_console_leaves(void **state)
{
    (void)state;
    char command[QEMU_PATH_SIZE + 256];
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    console = console_start(&pump, &console_shell, console_shell_arguments);
    snprintf(command, sizeof command, "%s %s\r", program_path(), qemu->socket);
    console_press(console, command);
    console_select(console, "mir", "running");
    console_press(console, "\x1a");
    console_await(console, "Stopped", NULL);
    others[0] = monitor_open(qemu->socket);
    monitor_close(others[0]);
    others[0] = NULL;
    console_press(console, "fg\r");
    console_select(console, "mir", "running");
    console_await_gone(console, "~", "mir");
    console_press(console, "p");
    console_await_status(console, qemu->monitor, "mir", "paused");
}

/* Each failure stands in the list with its sentence. */
static void test_all_failures(void **state)
{
    (void)state;
    wrecks_make(&wrecks, &pump);
    console = console_start(
        &pump, &(struct console_options){.rows = 40, .columns = 160, .mortal = true},
        wrecks.endpoints);
    for (int i = 0; i < WRECK_COUNT; i++) {
        if (wreck_sentence(i) != NULL)
            console_await(console, wreck_name(i), wreck_sentence(i));
    }
    console_await(console, "9 sockets", "7 DOWN | 1 BUSY"); /* the pretty one is well */
}

/* Over TCP: steered, lost, and refused. */
static void test_tcp(void **state)
{
    (void)state;
    char endpoint[64];
    struct qemu *qemu =
        qemu_start_with(&(struct qemu_options){.kind = QEMU_SYSTEM, .tcp = true});
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    snprintf(endpoint, sizeof endpoint, "alpha=127.0.0.1:%d", qemu->port);
    console =
        console_start(&pump, &(struct console_options){0}, (const char *[]){endpoint, NULL});
    console_select(console, "mir", "running");
    console_press(console, "p");
    console_await_status(console, qemu->monitor, "mir", "paused");
    qemu_kill(qemu);
    console_await(console, "~", "mir");
    console_await(console, "alpha", "refused");
}

/* A key that comes in the middle of a visit goes out at once, any other connects first. */
static bool has_answered(void *ctx)
{
    struct qemu *qemu = ctx;
    return console_find(console, "press the key again", NULL) >= 0 ||
           strcmp(monitor_status(qemu->monitor, "mir"), "paused") == 0;
}

/* Another client gets in at once while it is visited, as often as it likes, and neither is
 * in the other's way; and a key still does what it says. */
static void test_visited(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    char endpoint[QEMU_PATH_SIZE + 16];
    snprintf(endpoint, sizeof endpoint, "alpha=polite:%s", qemu->socket);
    console = console_start(&pump, &(struct console_options){.rows = 30, .columns = 120},
                            (const char *[]){endpoint, NULL});
    console_await(console, "alpha", "visited");
    console_select(console, "mir", "running");
    for (int i = 0; i < 3; i++) {
        others[0] = monitor_open(qemu->socket); /* aborts when there is no greeting */
        monitor_do(others[0], "{\"execute\": \"query-jobs\"}");
        monitor_close(others[0]);
        others[0] = NULL;
        console_settle(console);
        assert_int_equal(console_find(console, "BUSY", NULL), -1);
        assert_int_equal(console_find(console, "~", "mir"), -1);
    }
    console_press(console, "p");
    console_await_that(console, has_answered, qemu, "the pause, or to be asked to press again");
    if (console_find(console, "press the key again", NULL) >= 0) {
        console_await(console, "alpha", "ok");
        console_press(console, "p");
    }
    console_await_status(console, qemu->monitor, "mir", "paused");
}

/* What a guest owner calls his VM is shown, and is nothing but text. */
static void test_hostile_name(void **state)
{
    (void)state;
    static const char name[] = "\033]0;pwned\a\033[2J\r\n\342\200\256bidi\342\200\213.";
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, name);
    qemu_job(qemu, QEMU_JOB_PENDING, "pnd");
    console = console_start(&pump, &(struct console_options){.rows = 30, .columns = 160},
                            (const char *[]){qemu->socket, NULL});
    console_await(console, "\\x1b]0;pwned\\x07\\x1b", "pnd");
    const char *bytes = pty_bytes(console_pty(console));
    assert_null(strstr(bytes, "\033]0;"));
    assert_null(strstr(bytes, "\033[2J\r"));
    assert_null(strstr(bytes, "\342\200\256"));
    assert_null(strstr(bytes, "\342\200\213"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_killed_and_restarted, teardown),
        cmocka_unit_test_teardown(test_renewed, teardown),
        cmocka_unit_test_teardown(test_renewed_between_visits, teardown),
        cmocka_unit_test_teardown(test_shut_down, teardown),
        cmocka_unit_test_teardown(test_killed_under_the_box, teardown),
        cmocka_unit_test_teardown(test_held_by_another, teardown),
        cmocka_unit_test_teardown(test_tries_take_no_place, teardown),
        cmocka_unit_test_teardown(test_frozen, teardown),
        cmocka_unit_test_teardown(test_suspended_console_leaves, teardown),
        cmocka_unit_test_teardown(test_all_failures, teardown),
        cmocka_unit_test_teardown(test_tcp, teardown),
        cmocka_unit_test_teardown(test_visited, teardown),
        cmocka_unit_test_teardown(test_hostile_name, teardown),
    };
    return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
