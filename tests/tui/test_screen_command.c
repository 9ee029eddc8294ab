/*
 * The console on a QEMU behind a command: it is shown like any other, and the command ends
 * with the console.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/kin.h"
#include "tests/support/rig.h"

/* A QEMU in shell, with one job. It ends each answer with the id that was asked with. */
static const char server[] =
    "pod=exec:echo '{\"QMP\": {\"version\": {\"qemu\": {\"major\": 9, \"minor\": 8, "
    "\"micro\": 7}, \"package\": \"\"}, \"capabilities\": []}}'; "
    "while read -r line; do case $line in "
    "*query-jobs*) what='[{\"id\": \"mir\", \"type\": \"mirror\", \"status\": \"ready\", "
    "\"current-progress\": 9, \"total-progress\": 9}]';; "
    "*query-commands*) what='[{\"name\": \"query-jobs\"}, {\"name\": \"job-complete\"}]';; "
    "*) what='{}';; esac; "
    "printf '{\"return\": %s, \"id\": %s\\n' \"$what\" \"${line##*:}\"; done; exec sleep 1000";

static bool are_gone(void *ctx)
{
    return !kin_lives(ctx);
}

static void it_is_shown_and_ends_with_the_console(void **state)
{
    struct kin children;
    (void)state;
    rig.console =
        console_start(&rig.pump, &(struct console_options){.rows = 24, .columns = 120},
                      (const char *[]){server, NULL});
    console_await(rig.console, "mir", "READY");
    console_await(rig.console, "pod", "ok");
    kin_of(&children, pty_pid(console_pty(rig.console)));
    assert_int_equal(children.count, 1);
    console_press(rig.console, "q");
    assert_int_equal(console_await_end(rig.console), 0);
    console_await_that(rig.console, are_gone, &children, "the end of the command");
}

static void its_last_words_are_shown(void **state)
{
    (void)state;
    rig.console = console_start(
        &rig.pump, &(struct console_options){.rows = 24, .columns = 120},
        (const char *[]){"pod=exec:printf 'no \\033[31mpod\\342\\200\\256\\n' >&2; exit 1",
                         NULL});
    console_await(rig.console, "pod", "no  [31mpod\\u202e");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(it_is_shown_and_ends_with_the_console, rig_clear),
        cmocka_unit_test_teardown(its_last_words_are_shown, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_command", tests, NULL, NULL);
}
