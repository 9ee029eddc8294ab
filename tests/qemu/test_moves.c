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
#include <stdlib.h>
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

static void watch_idle(unsigned capabilities)
{
    char source[QEMU_PATH_SIZE + 8], destination[QEMU_PATH_SIZE + 8];
    pair_start(&pair, capabilities);
    snprintf(source, sizeof source, "from=%s", pair.source->socket);
    snprintf(destination, sizeof destination, "to=%s", pair.destination->socket);
    console = console_start(&pump, &(struct console_options){.rows = 40, .columns = 130},
                            (const char *[]){source, destination, NULL});
}

static void watch(unsigned capabilities)
{
    watch_idle(capabilities);
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

/* Types a new value for a lever of the open migration. */
static void set_lever(const char *key, const char *title, const char *value)
{
    console_press(console, key);
    console_await(console, title, NULL);
    console_enter(console, value);
    console_await_gone(console, title, NULL);
}

/* The new value is what QEMU says it has, on the screen too, and the migration goes on. */
static void its_bandwidth_is_changed_while_it_is_active(void **state)
{
    (void)state;
    watch(0);
    open_migration("from", "migr.");
    console_await(console, "b  bandwidth", "now 1.0 MiB/s;");
    set_lever("b", "BANDWIDTH migration on from", "1.5MiB/s");
    console_await(console, "bandwidth 1.5 MiB/s", "from/migration: in effect");
    console_await(console, "b  bandwidth", "now 1.5 MiB/s;");
    assert_int_equal(pair_parameter(pair.source, "max-bandwidth"), 3 << 19);
    assert_string_equal(pair_status(pair.source), "active");
    assert_int_equal(pair_parameter(pair.source, "downtime-limit"), PAIR_DOWNTIME);

    /* Somebody else's change is seen as well. */
    pair_set(pair.source, "max-bandwidth", PAIR_BANDWIDTH);
    console_await(console, "b  bandwidth", "now 1.0 MiB/s;");
    back_to_the_list();
    console_await(console, "from", "active");
}

static const char timer[] = "GUEST STOPPED for ";

static long stopped_for(void)
{
    const char *text = strstr(console_screen(console), timer);
    return text != NULL ? strtol(text + strlen(timer), NULL, 10) : -1;
}

static bool has_gone_on(void *ctx)
{
    const long *seconds = ctx;
    return stopped_for() > *seconds;
}

static void start_stopped(void)
{
    watch(PAIR_PAUSES);
    open_migration("from", "migr.");
    set_lever("d", "DOWNTIME migration on from", "5s");
    console_await(console, "from  migration", "PRE-SWITCHOVER !");
    back_to_the_list();
    console_await(console, "needs you (1)", NULL);
    console_await(console, "PRE-SWITCHOVER", timer);
}

/* The guest stands still, and how long is counted out loud; then it runs on where it was. */
static void one_at_pre_switchover_is_cancelled(void **state)
{
    (void)state;
    start_stopped();
    assert_string_not_equal(pair_run_state(pair.source), "running");
    long seconds = stopped_for();
    console_await_that(console, has_gone_on, &seconds, "the timer to go on");

    console_select(console, "from", "PRE-SWITCHOVER");
    console_press(console, "c");
    console_await_typing(console, "CANCEL migration on from", "from");
    console_await(console, "the stopped guest runs on here", NULL);
    console_press(console, "\033");
    console_await_gone(console, "CANCEL migration", NULL);
    assert_string_equal(pair_status(pair.source), "pre-switchover");

    console_press(console, "c");
    console_confirm_typed(console, "CANCEL migration on from", "from");
    console_await(console, "from", "cancelled");
    console_await_gone(console, timer, NULL);
    console_await(console, "ended (1)", NULL);
    assert_string_equal(pair_status(pair.source), "cancelled");
    assert_string_equal(pair_run_state(pair.source), "running");
}

/* QEMU's own words: the list has room for their beginning. */
static void await_failure(void)
{
    char beginning[20];
    pair_await(pair.source, "failed");
    const char *error = pair_error(pair.source);
    assert_string_not_equal(error, "none");
    snprintf(beginning, sizeof beginning, "%s", error);
    console_await(console, "FAILED", beginning);
    console_await(console, "needs you", NULL);
    open_migration("from", "FAILED");
    console_await(console, "from  migration", "FAILED !");
    console_await(console, "state", error);
    console_press(console, "c");
    console_await(console, "cancel: not now: no migration runs", NULL);
    assert_string_equal(pair_run_state(pair.source), "running");
    back_to_the_list();
    console_press(console, "x");
    console_await_gone(console, "FAILED", NULL);
}

/* QEMU says yes to `migrate` before it has tried. */
static void one_that_nobody_takes_fails(void **state)
{
    (void)state;
    watch_idle(0);
    console_await(console, "No job", NULL);
    monitor_do(pair.source->monitor, "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"%s\"}}",
               pair.uri);
    console_await(console, "FAILED", "Failed to connect");
    await_failure();
}

static void one_whose_destination_dies_fails(void **state)
{
    (void)state;
    watch(0);
    qemu_kill(pair.destination);
    await_failure();
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
        cmocka_unit_test_teardown(its_bandwidth_is_changed_while_it_is_active, teardown),
        cmocka_unit_test_teardown(one_at_pre_switchover_is_cancelled, teardown),
        cmocka_unit_test_teardown(one_that_nobody_takes_fails, teardown),
        cmocka_unit_test_teardown(one_whose_destination_dies_fails, teardown),
        cmocka_unit_test_teardown(a_broken_postcopy_is_mended, teardown),
    };
    return cmocka_run_group_tests_name("moves", tests, NULL, NULL);
}
