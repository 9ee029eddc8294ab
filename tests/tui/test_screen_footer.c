/*
 * The footer: lit is what has something to act on now, grey what has not.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

static const struct fake_job running = {
    .id = "mirror0", .type = "mirror", .status = "running", .current = 1, .total = 4};

static const char *const of_a_row[] = {"Enter actions", "Space tag", "i detail"};

/* " Enter actions": whether the key of such an item is bold; -1 where there is none. */
static int lit(const char *item)
{
    struct grid *grid = pty_grid(console_pty(rig.console));
    int row = grid_rows(grid) - 1;
    char spaced[64];

    snprintf(spaced, sizeof spaced, " %s", item);
    const char *line = grid_line(grid, row), *at = strstr(line, spaced);
    if (at == NULL)
        return -1;
    return grid_attributes(grid, row)[at - line + 1] != '.';
}

static bool is_lit(void *item)
{
    return lit(item) == 1;
}

static bool is_grey(void *item)
{
    return lit(item) == 0;
}

static void await(bool (*state)(void *item), const char *item)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%s", item);
    console_await_that(rig.console, state, copy, item);
}

static void await_of_a_row(bool (*state)(void *item))
{
    for (size_t i = 0; i < sizeof of_a_row / sizeof of_a_row[0]; i++)
        await(state, of_a_row[i]);
}

static void start(void)
{
    rig_start(&(struct console_options){.rows = 24, .columns = 139}, NULL);
}

static void quit(void)
{
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
}

static void without_a_row_its_keys_are_grey(void **state)
{
    (void)state;
    rig_fake("web-01");
    start();
    console_await(rig.console, "No job", NULL);
    await_of_a_row(is_grey);
    await(is_grey, "n next");
    await(is_grey, "/ find");
    await(is_lit, "? help");
    await(is_lit, "e events");
    await(is_lit, "q quit");
    fake_qmp_job(rig.fakes[0], &running);
    fake_qmp_job_status(rig.fakes[0], "mirror0", "running");
    console_await_cursor(rig.console);
    await_of_a_row(is_lit);
    await(is_lit, "/ find");
    quit();
}

static void without_a_need_the_way_to_the_next_is_grey(void **state)
{
    (void)state;
    fake_qmp_job(rig_fake("web-01"), &running);
    start();
    console_await(rig.console, "mirror0", "running");
    await(is_grey, "n next");
    fake_qmp_job_status(rig.fakes[0], "mirror0", "ready");
    console_await(rig.console, "mirror0", "READY");
    await(is_lit, "n next");
    quit();
}

static void a_filter_that_hides_all_leaves_no_row(void **state)
{
    (void)state;
    fake_qmp_job(rig_fake("web-01"), &running);
    start();
    console_await(rig.console, "mirror0", "running");
    await_of_a_row(is_lit);
    console_press(rig.console, "\\");
    console_await(rig.console, "show words", NULL);
    for (const char *c = "nobody\r"; *c != '\0'; c++)
        console_press(rig.console, (const char[]){*c, '\0'});
    console_await(rig.console, "No row has the words", NULL);
    await_of_a_row(is_grey);
    await(is_lit, "\\ filter");
    quit();
}

/* A migration has no tag, but all the rest. */
static void a_migration_cannot_be_tagged(void **state)
{
    (void)state;
    fake_qmp_migrates(rig_fake("web-01"));
    start();
    console_select(rig.console, "web-01", "migr");
    await(is_lit, "Enter actions");
    await(is_lit, "i detail");
    await(is_grey, "Space tag");
    quit();
}

static void events_of_no_job_have_no_filter(void **state)
{
    (void)state;
    rig_fake("web-01");
    start();
    console_await(rig.console, "No job", NULL);
    console_press(rig.console, "e");
    await(is_grey, "f filter");
    await(is_lit, "w write");
    quit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_a_row_its_keys_are_grey, rig_clear),
        cmocka_unit_test_teardown(without_a_need_the_way_to_the_next_is_grey, rig_clear),
        cmocka_unit_test_teardown(a_filter_that_hides_all_leaves_no_row, rig_clear),
        cmocka_unit_test_teardown(a_migration_cannot_be_tagged, rig_clear),
        cmocka_unit_test_teardown(events_of_no_job_have_no_filter, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_footer", tests, NULL, NULL);
}
