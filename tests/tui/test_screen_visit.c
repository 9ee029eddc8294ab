/*
 * Sockets that a manager needs: visited on the screen, summoned by a key, and what is said
 * before the manager's jobs are touched.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/program.h"
#include "tests/support/rig.h"

static const struct fake_job mirror = {
    .id = "mir", .type = "mirror", .status = "running", .current = 1 << 20, .total = 9 << 20};

static struct fake_qmp *fake;
static void begin(const char *const *more)
{
    fake = rig_fake("alpha");
    fake_qmp_job(fake, &mirror);
    rig_start(&(struct console_options){.rows = 30, .columns = 100}, more);
    console_await(rig.console, "mir", "running");
}

static bool has_come_thrice(void *ctx)
{
    (void)ctx;
    return fake_qmp_clients(fake) >= 3 && !fake_qmp_has_client(fake);
}

static void test_visits_do_not_show(void **state)
{
    (void)state;
    begin((const char *[]){"--polite", NULL});
    console_await(rig.console, "alpha", "visited");
    console_await_that(rig.console, has_come_thrice, NULL, "three visits");
    console_settle(rig.console);
    assert_int_equal(console_find(rig.console, "~", "mir"), -1);
    assert_int_equal(console_find(rig.console, "not connected", NULL), -1);
    console_press(rig.console, "v");
    console_await(rig.console, "polite: as you asked", NULL);
    console_await(rig.console, "1 of 1 connected", NULL);
}

static bool is_visited(void *ctx)
{
    (void)ctx;
    return fake_qmp_has_client(fake);
}

static bool is_deserted(void *ctx)
{
    (void)ctx;
    return !fake_qmp_has_client(fake);
}

/* A key pressed during a visit needs no other connection: one has just ended here. */
static void test_a_verb_connects_first(void **state)
{
    (void)state;
    begin((const char *[]){"--polite", NULL});
    console_await(rig.console, "alpha", "visited");
    console_select(rig.console, "mir", "running");
    console_await_that(rig.console, is_visited, NULL, "a visit");
    console_await_that(rig.console, is_deserted, NULL, "its end");
    console_press(rig.console, "p");
    console_await(rig.console, "press the key again", NULL);
    console_await(rig.console, "sockets: alpha ok", NULL);
    assert_int_equal(fake_qmp_count(fake, "job-pause"), 0);
    console_press(rig.console, "p");
    assert_true(fake_qmp_await(fake, "job-pause", 1));
    assert_true(fake_qmp_has_client(fake));
}

/* Stopped it visits nobody; afterwards it does again. */
static void test_visits_end_with_the_console_stopped(void **state)
{
    (void)state;
    char command[600];
    fake = rig_fake(NULL);
    fake_qmp_job(fake, &mirror);
    rig.console = console_start(&rig.pump, &console_shell, console_shell_arguments);
    snprintf(command, sizeof(command), "%s --polite %s\r", program_path(),
             fake_qmp_endpoint(fake));
    console_press(rig.console, command);
    console_await(rig.console, "visited", NULL);
    console_press(rig.console, "\x1a");
    console_await(rig.console, "Stopped", NULL);
    console_await_that(rig.console, is_deserted, NULL, "nobody connected");
    size_t clients = fake_qmp_clients(fake);
    console_press(rig.console, "sleep 3; echo rest''ed\r");
    console_await(rig.console, "rested", NULL);
    assert_int_equal(fake_qmp_clients(fake), clients);
    console_press(rig.console, "fg\r");
    console_await(rig.console, "mir", "running");
    console_await(rig.console, "visited", NULL);
    assert_true(fake_qmp_clients(fake) > clients);
    assert_int_equal(console_find(rig.console, "~", "mir"), -1);
}

/* A socket in libvirt's place, whatever it leads to. */
static const char *put_in_place(void)
{
    static const char *const parts[] = {"/libvirt", "/qemu", "/lib", "/domain-1-web"};
    static char path[FOLDER_SIZE + 80];
    int len = snprintf(path, sizeof(path), "%s", rig.folder);

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        len += snprintf(path + len, sizeof(path) - (size_t)len, "%s", parts[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    snprintf(path + len, sizeof(path) - (size_t)len, "/monitor.sock");
    fake = fake_qmp_unix(&rig.pump, path);
    return path;
}

static void test_a_manager_is_told_of(void **state)
{
    (void)state;
    char endpoint[FOLDER_SIZE + 90];
    snprintf(endpoint, sizeof(endpoint), "alpha=%s", put_in_place());
    fake_qmp_model(fake);
    fake_qmp_job(fake, &mirror);
    rig.fakes[rig.fake_count] = fake;
    rig.names[rig.fake_count++] = "alpha";
    rig.console =
        console_start(&rig.pump, &(struct console_options){.rows = 40, .columns = 120},
                      (const char *[]){endpoint, NULL});
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "c");
    console_await_box(rig.console, "CANCEL mir on alpha");
    console_await(rig.console,
                  "libvirt runs this VM: ending its job makes its migration or move fail",
                  NULL);
    console_press(rig.console, "\x1b");
    console_await_gone(rig.console, "CANCEL mir", NULL);
    console_press(rig.console, "\r");
    console_await(rig.console, "libvirt runs this VM: its jobs are the manager's to end", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_make_folder, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_visits_do_not_show),
        TEST(test_a_verb_connects_first),
        TEST(test_visits_end_with_the_console_stopped),
        TEST(test_a_manager_is_told_of),
    };

    return cmocka_run_group_tests_name("screen_visit", tests, NULL, NULL);
}
