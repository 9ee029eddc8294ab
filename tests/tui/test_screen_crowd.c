/*
 * A folder with thousands of sockets, nearly all of them dead: the first frame and the
 * keys do not wait for them. And a socket that is replaced by another one under the same
 * path.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/chance.h"
#include "tests/support/rig.h"

#define DEAD 5000
#define FRAME_MS \
    5000 /* a tenth of this where nothing else runs; a blocking one takes minutes */
#define KEY_MS 2000

static void make_dead_sockets(void)
{
    char path[FOLDER_SIZE + 32];
    for (int i = 0; i < DEAD; i++) {
        snprintf(path, sizeof path, "%s/dead-%04d.qmp", rig.folder, i);
        folder_socket(path);
    }
}

static struct fake_qmp *live_socket(const char *name, const struct fake_job *job)
{
    char path[FOLDER_SIZE + 16];
    snprintf(path, sizeof path, "%s/%s.qmp", rig.folder, name);
    struct fake_qmp *fake = fake_qmp_unix(&rig.pump, path);
    fake_qmp_model(fake);
    fake_qmp_vm(fake, name, "running");
    fake_qmp_job(fake, job);
    rig.fakes[rig.fake_count++] = fake;
    return fake;
}

static void test_five_thousand_sockets(void **state)
{
    char shown[32];
    int64_t begin_ms;
    (void)state;
    make_dead_sockets();
    struct fake_qmp *fake =
        live_socket("web", &(struct fake_job){"mir", "mirror", "running", .total = 9});
    live_socket("zed", &(struct fake_job){"bak", "backup", "running", .total = 9});
    begin_ms = chance_clock_ms();
    rig.console =
        console_start(&rig.pump, &(struct console_options){.rows = 40, .columns = 120},
                      (const char *[]){rig.folder, NULL});
    snprintf(shown, sizeof shown, "%d sockets", DEAD + 2);
    console_await(rig.console, shown, NULL);
    assert_in_range(chance_clock_ms() - begin_ms, 0, FRAME_MS);

    begin_ms = chance_clock_ms();
    console_press(rig.console, "?");
    console_await(rig.console, "HELP", NULL);
    assert_in_range(chance_clock_ms() - begin_ms, 0, KEY_MS);
    console_press(rig.console, "q");
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "p");
    while (fake_qmp_count(fake, "job-pause") == 0)
        console_settle(rig.console);
    console_await(rig.console, "bak", "running");
    console_press(rig.console, "v");
    console_await(rig.console, "dead-0000", NULL);
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
}

/* Another QEMU listens under the same path: a job of the same name that is not as far is
 * another one, and the first one has ended. */
static void test_a_socket_is_replaced(void **state)
{
    const struct fake_job job = {"mir", "mirror", "running", .current = 5, .total = 9};
    const struct fake_job next = {"mir", "mirror", "running", .current = 2, .total = 9};
    char path[FOLDER_SIZE + 16], aside[FOLDER_SIZE + 16];
    (void)state;
    struct fake_qmp *old = live_socket("web", &job);
    snprintf(path, sizeof path, "%s/web.qmp", rig.folder);
    snprintf(aside, sizeof aside, "%s/old.qmp", rig.folder);
    rig.console =
        console_start(&rig.pump, &(struct console_options){.rows = 24, .columns = 120},
                      (const char *[]){path, NULL});
    console_await(rig.console, "mir", "running");
    assert_int_equal(rename(path, aside), 0);
    struct fake_qmp *new = live_socket("web", &next);
    console_settle(rig.console);
    assert_false(fake_qmp_has_client(new)); /* the old one still serves us */
    assert_true(fake_qmp_has_client(old));
    fake_qmp_die(old);
    assert_true(fake_qmp_await(new, "query-jobs", 1));
    console_await(rig.console, "mir", "running");
    console_await(rig.console, "mir", "gone");
    console_select(rig.console, "mir", "running");
    console_press(rig.console, "p");
    assert_true(fake_qmp_await(new, "job-pause", 1));
    assert_int_equal(fake_qmp_count(old, "job-pause"), 0);
    unlink(aside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_five_thousand_sockets, rig_make_folder, rig_clear),
        cmocka_unit_test_setup_teardown(test_a_socket_is_replaced, rig_make_folder, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_crowd", tests, NULL, NULL);
}
