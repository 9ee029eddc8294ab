/*
 * Write-blocking, which not every QEMU has: pressed on the screen of a fake one that has
 * it, refused with the reason on one that has not.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define GIB (1024ULL * 1024 * 1024)

static struct fake_qmp *fake;
static struct console *console;

static void play(const char *type)
{
    fake = rig_fake("alpha");
    fake_qmp_job(
        fake, &(struct fake_job){
                  .id = "job0", .type = type, .status = "running", .current = 1, .total = GIB});
    console = rig_start(&(struct console_options){.rows = 30, .columns = 120}, NULL);
    console_await(console, "alpha", "job0");
}

static void a_mirror_changes_once_confirmed(void **state)
{
    (void)state;
    play("mirror");
    console_select(console, "job0", "running");
    console_press(console, "w");
    console_await_box(console, "CHANGE job0 on alpha");
    console_await(console, "slows the guest", "no way back");
    assert_int_equal(fake_qmp_count(fake, "block-job-change"), 0);
    console_confirm(console, "CHANGE job0 on alpha");
    assert_true(fake_qmp_await(fake, "block-job-change", 1));
    assert_string_equal(fake_qmp_argument(fake, "block-job-change", "id"), "\"job0\"");
    assert_string_equal(fake_qmp_argument(fake, "block-job-change", "type"), "\"mirror\"");
    assert_string_equal(fake_qmp_argument(fake, "block-job-change", "copy-mode"),
                        "\"write-blocking\"");
    console_await(console, "change alpha/job0", "in effect");
}

static void what_qemu_refuses_is_told_in_its_words(void **state)
{
    (void)state;
    play("mirror");
    fake_qmp_refuses(fake, "block-job-change", "GenericError", "Change to 'background' no");
    console_select(console, "job0", "running");
    console_press(console, "w");
    console_confirm(console, "CHANGE job0 on alpha");
    console_await(console, "refused", "Change to 'background' no");
}

static void assert_not_sent(const char *why)
{
    console_select(console, "job0", "running");
    console_press(console, "w");
    console_await(console, "change", why);
    assert_int_equal(fake_qmp_count(fake, "block-job-change"), 0);
}

static void an_old_qemu_cannot(void **state)
{
    (void)state;
    fake = rig_fake("alpha");
    fake_qmp_lacks(fake, "block-job-change");
    fake_qmp_job(
        fake,
        &(struct fake_job){
            .id = "job0", .type = "mirror", .status = "running", .current = 1, .total = GIB});
    console = rig_start(&(struct console_options){.rows = 30, .columns = 120}, NULL);
    assert_not_sent("this QEMU");
}

static void a_backup_has_no_copy_mode(void **state)
{
    (void)state;
    play("backup");
    assert_not_sent("mirror");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, rig_clear)
    const struct CMUnitTest tests[] = {
        TEST(a_mirror_changes_once_confirmed),
        TEST(what_qemu_refuses_is_told_in_its_words),
        TEST(an_old_qemu_cannot),
        TEST(a_backup_has_no_copy_mode),
    };
    return cmocka_run_group_tests_name("screen change", tests, NULL, NULL);
}
