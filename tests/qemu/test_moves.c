/*
 * The levers of a live migration, pulled on the screen on real QEMUs: what a box asked
 * for is what both sides do.
 */

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/console.h"
#include "tests/support/qemu_pair.h"
#include "tui/app.h"

static struct pump pump;
static struct console *console;
static struct qemu_pair pair;

static int teardown(void **state)
{
    console_end(console);
    console = NULL;
    pump = (struct pump){0};
    return qemu_end_all(state);
}

static void watch(unsigned capabilities)
{
    char source[QEMU_PATH_SIZE + 8], destination[QEMU_PATH_SIZE + 8];
    pair_start(&pair, capabilities);
    snprintf(source, sizeof source, "from=%s", pair.source->socket);
    snprintf(destination, sizeof destination, "to=%s", pair.destination->socket);
    console = console_start(&pump, &(struct console_options){.rows = 40, .columns = 130},
                            (const char *[]){source, destination, NULL});
    pair_migrate(&pair);
    console_await(console, "from", "active");
    console_await(console, "to", "incoming");
}

/* Opens the migration of that VM from the list. */
static void open_migration(const char *vm, const char *status)
{
    console_select(console, vm, status);
    console_press(console, "i");
    console_await(console, "what you can do", NULL);
}

static void back_to_the_list(void)
{
    console_press(console, "q");
    console_await_gone(console, "what you can do", NULL);
}

static void a_confirmed_cancel_ends_it_and_enter_does_not(void **state)
{
    (void)state;
    watch(0);
    open_migration("from", "migr.");
    console_press(console, "c");
    console_await_box(console, "CANCEL migration on from");
    console_press(console, "\r");
    console_await_gone(console, "CANCEL migration", NULL);
    assert_string_equal(pair_status(pair.source), "active");

    console_press(console, "c");
    console_confirm(console, "CANCEL migration on from");
    console_await(console, "state", "cancelled");
    assert_string_equal(pair_status(pair.source), "cancelled");
    assert_string_equal(pair_run_state(pair.source), "running");
    back_to_the_list();
    console_await(console, "from", "cancelled");
}

/* A broken postcopy is mended from here: the destination listens anew, the source goes
 * there. No key on the way may cancel it. */
static void a_broken_postcopy_is_mended(void **state)
{
    (void)state;
    watch(PAIR_POSTCOPY);
    open_migration("from", "migr.");
    console_press(console, "s");
    console_confirm(console, "POSTCOPY migration on from");
    console_await(console, "state", "postcopy-active");
    console_press(console, "c");
    console_await(console, "cancel", "it would be lost");
    assert_string_equal(pair_status(pair.source), "postcopy-active");

    console_press(console, "p");
    console_confirm(console, "PAUSE migration on from");
    pair_await(pair.source, "postcopy-paused");
    pair_await(pair.destination, "postcopy-paused");
    back_to_the_list();
    console_await(console, "from", "postcopy broken: recover it");
    console_await(console, "to", "postcopy broken: recover it");

    pair_new_address(&pair);
    static const struct {
        const char *vm, *title;
    } sides[] = {{"to ", "RECOVER migration on to ?"},
                 {"from ", "RECOVER migration on from ?"}};
    for (size_t i = 0; i < 2; i++) {
        open_migration(sides[i].vm, "POSTCOPY-PAUSED");
        console_press(console, "r");
        console_await(console, "RECOVER migration", NULL);
        console_press(console, pair.uri);
        console_await(console, "> unix:", pair.uri);
        poll(NULL, 0, APP_BURST_MS + 50); /* what came in one go is no typing */
        console_press(console, "\r");
        console_confirm(console, sides[i].title);
        if (i == 0)
            console_await(console, "state", "recover");
        back_to_the_list();
    }
    pair_await(pair.source, "postcopy-active");
    console_await(console, "from", "postcopy-active");
    pair_set(pair.source, "max-postcopy-bandwidth", 0);
    console_await(console, "from", "completed");
    console_await(console, "to", "completed");
    assert_string_equal(pair_run_state(pair.destination), "running");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_confirmed_cancel_ends_it_and_enter_does_not, teardown),
        cmocka_unit_test_teardown(a_broken_postcopy_is_mended, teardown),
    };
    return cmocka_run_group_tests_name("moves", tests, NULL, NULL);
}
