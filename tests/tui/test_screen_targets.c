/*
 * The screen of sockets: how each link is, and what its keys do to it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/rig.h"

static const struct fake_job mirror = {
    .id = "mirror0", .type = "mirror", .status = "running", .current = 1, .total = 4};

static void open_screen(int rows, int columns)
{
    fake_qmp_job(rig_fake("web-01"), &mirror);
    fake_qmp_die(rig_fake("db-03"));
    rig_start(&(struct console_options){.rows = rows, .columns = columns}, NULL);
    if (rows > 1) {
        console_await(rig.console, "DOWN", NULL);
        console_await(rig.console, "mirror0", NULL);
    }
    console_press(rig.console, "v");
}

static void quit(void)
{
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
}

static void each_link_is_told_with_its_reason(void **state)
{
    char pid[16];

    (void)state;
    snprintf(pid, sizeof pid, "%d", (int)getpid()); /* the fake lives in this process */
    open_screen(24, 80);
    console_await(rig.console, "SOCKETS", "1 of 2 connected");
    console_await(rig.console, "VM", "ANSWER");
    console_await(rig.console, "web-01", "running  7.2.22");
    console_await(rig.console, "web-01", pid);
    console_await(rig.console, "! db-03", "DOWN");
    console_await(rig.console, "db-03", "retry ");
    console_await(rig.console, "link     connected", NULL);
    console_await(rig.console, "jobs     1, 0 ended, 0 need you", NULL);
    console_await(rig.console, "socket", fake_qmp_endpoint(rig.fakes[0]));
    console_press(rig.console, "j");
    console_await(rig.console, "link     not connected", NULL);
    console_await(rig.console, "why", "dead QEMU");
    console_await(rig.console, "retry    in", NULL);
    quit();
}

static void why_a_migration_would_be_refused_is_known_before(void **state)
{
    (void)state;
    fake_qmp_answers(rig_fake("web-01"), "query-migrate",
                     "{\"blocked-reasons\":[\"host has no hugepages\"]}");
    rig_start(&(struct console_options){.rows = 24, .columns = 80}, NULL);
    console_press(rig.console, "v");
    console_await(rig.console, "migrate", "refused: host has no hugepages");
    quit();
}

static void connect_does_not_wait_for_the_next_try(void **state)
{
    (void)state;
    open_screen(24, 80);
    console_press(rig.console, "j");
    console_await(rig.console, ">! db-03", NULL);
    fake_qmp_revive(rig.fakes[1]);
    console_press(rig.console, "r");
    console_await(rig.console, "db-03", "ok");
    console_await(rig.console, "2 of 2 connected", NULL);
    console_press(rig.console, "r");
    console_await(rig.console, "db-03 is connected", NULL);
    assert_int_equal(fake_qmp_clients(rig.fakes[1]), 1);
    quit();
}

static bool has_no_client(void *fake)
{
    return !fake_qmp_has_client(fake);
}

static void a_released_socket_is_free_until_it_is_taken_back(void **state)
{
    (void)state;
    open_screen(24, 80);
    console_await(rig.console, ">  web-01", "ok");
    console_press(rig.console, "d");
    console_await(rig.console, "web-01 is released  (r takes it back)", NULL);
    console_await(rig.console, ">~ web-01", "released");
    console_await_that(rig.console, has_no_client, rig.fakes[0], "the socket is free");
    console_press(rig.console, "d");
    console_await(rig.console, "web-01 is released already", NULL);
    console_press(rig.console, "q");
    console_await(rig.console, "~web-01", "mirror0"); /* and nobody is alarmed */
    console_await(rig.console, "1 DOWN | 1 released", NULL);
    console_press(rig.console, "e");
    console_await(rig.console, "web-01", "you: release");
    console_press(rig.console, "qvr");
    console_await(rig.console, ">  web-01", "ok");
    quit();
}

static void mouse_at(int row, int button)
{
    char text[64];

    snprintf(text, sizeof text, "\033[<%d;10;%dM\033[<%d;10;%dm", button, row + 1, button,
             row + 1);
    console_press(rig.console, text);
}

static void the_mouse_selects_and_moves(void **state)
{
    static const char *const names[] = {"cold", "dim", "even", "far"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        rig_fake(names[i]);
    rig_start(&(struct console_options){.rows = 24, .columns = 80},
              (const char *[]){"--mouse", NULL});
    console_await(rig.console, "No job", NULL);
    console_press(rig.console, "v");
    console_await(rig.console, ">  cold", "ok");
    console_await(rig.console, "far", "ok");
    int row = console_find(rig.console, "far", "ok");
    mouse_at(row, 0);
    console_await(rig.console, ">  far", "ok");
    console_await(rig.console, "- far -", NULL); /* and its facts */
    mouse_at(row - 1, 0);
    console_await(rig.console, ">  even", "ok");
    mouse_at(row, 64); /* the wheel, up */
    console_await(rig.console, ">  cold", "ok");
    mouse_at(row, 65);
    console_await(rig.console, ">  far", "ok");
    mouse_at(row + 1, 0); /* no row is there */
    mouse_at(0, 0);
    mouse_at(1, 0);
    mouse_at(23, 0);
    mouse_at(row, 64);
    console_await(rig.console, ">  cold", "ok");
    quit();
}

/* A list that has been scrolled. */
static void the_mouse_selects_what_is_there(void **state)
{
    static const char *const names[] = {"cold", "dim", "even", "far"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        rig_fake(names[i]);
    rig_start(&(struct console_options){.rows = 4, .columns = 80},
              (const char *[]){"--mouse", NULL});
    console_await(rig.console, "No job", NULL);
    console_press(rig.console, "vG");
    console_await(rig.console, ">  far", "ok");
    mouse_at(console_find(rig.console, "even", "ok"), 0);
    console_await(rig.console, ">  even", "ok");
    quit();
}

static void fits(int rows, int columns)
{
    open_screen(rows, columns);
    console_await(rig.console, "1 of 2 connected", NULL);
    console_await(rig.console, "web-01", "ok");
    console_await(rig.console, "db-03", "DOWN");
    quit();
}

static void at_160x50(void **state)
{
    (void)state;
    fits(50, 160);
}

static void at_40x10(void **state)
{
    (void)state;
    fits(10, 40);
}

static void at_1x1(void **state)
{
    (void)state;
    open_screen(1, 1);
    console_press(rig.console, "jkGgdr");
    assert_true(fake_qmp_await(rig.fakes[0], "query-jobs", 1));
    quit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(each_link_is_told_with_its_reason, rig_clear),
        cmocka_unit_test_teardown(why_a_migration_would_be_refused_is_known_before, rig_clear),
        cmocka_unit_test_teardown(connect_does_not_wait_for_the_next_try, rig_clear),
        cmocka_unit_test_teardown(a_released_socket_is_free_until_it_is_taken_back, rig_clear),
        cmocka_unit_test_teardown(the_mouse_selects_and_moves, rig_clear),
        cmocka_unit_test_teardown(the_mouse_selects_what_is_there, rig_clear),
        cmocka_unit_test_teardown(at_160x50, rig_clear),
        cmocka_unit_test_teardown(at_40x10, rig_clear),
        cmocka_unit_test_teardown(at_1x1, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_targets", tests, NULL, NULL);
}
