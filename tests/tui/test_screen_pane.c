/*
 * The page beside the list: it can be scrolled while it has the focus, which is seen.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define WORDS_10   "one two three four five six seven eight nine ten "
#define WORDS_50   WORDS_10 WORDS_10 WORDS_10 WORDS_10 WORDS_10
#define LONG_ERROR WORDS_50 WORDS_50 WORDS_50 "and no more"

/* The pages of the first and the second are longer than any pane here. */
static const struct fake_job jobs[] = {
    {.id = "one", .type = "backup", .status = "concluded", .error = LONG_ERROR, .keeps = true},
    {.id = "two", .type = "backup", .status = "concluded", .error = LONG_ERROR, .keeps = true},
    {.id = "three", .type = "mirror", .status = "paused", .total = 9, .block_paused = true},
};

static void show(int rows, int columns, const char *locale)
{
    struct fake_qmp *fake = rig_fake("web-01");
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        fake_qmp_job(fake, &jobs[i]);
    rig_start(&(struct console_options){.rows = rows, .columns = columns, .locale = locale},
              NULL);
    console_select(rig.console, "one", "CONCLUDED");
}

static void press_and_await(const char *key, const char *one, const char *other)
{
    console_press(rig.console, key);
    console_await(rig.console, one, other);
}

static void quit(void)
{
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
}

/* ---- keys ------------------------------------------------------------------------------ */

static void scrolls(int rows)
{
    show(rows, 160, NULL);
    console_await(rig.console, "more lines, Tab scrolls, i shows all", NULL);
    console_await(rig.console, "│ web-01  one", "CONCLUDED");
    int cursor = console_cursor(rig.console);
    press_and_await("\t", "┃>web-01  one", "CONCLUDED");
    console_await(rig.console, "┃-- lines 1 to ", "Tab goes back");
    press_and_await("j", "lines 2 to ", NULL);
    press_and_await("\033OB", "lines 3 to ", NULL);
    press_and_await("k", "lines 2 to ", NULL);
    press_and_await("G", "its last events", NULL);
    console_await_gone(rig.console, "what you can do", NULL);
    press_and_await("\033[5~", "and no more", NULL);
    press_and_await("g", "lines 1 to ", NULL);
    console_await(rig.console, "what you can do", NULL);
    console_press(rig.console, "\033[6~");
    console_await_gone(rig.console, "lines 1 to ", NULL);
    assert_int_equal(console_cursor(rig.console), cursor);
}

static void at_160x50_it_scrolls(void **state)
{
    (void)state;
    scrolls(50);
    press_and_await("\t", "│ web-01  one", "CONCLUDED");
    console_await(rig.console, "│-- lines ", "Tab scrolls");
    press_and_await("j", "│ web-01  two", "CONCLUDED");
    quit();
}

static void at_160x24_it_scrolls_and_escape_goes_back(void **state)
{
    (void)state;
    scrolls(24);
    press_and_await("\033", "│-- lines ", "Tab scrolls");
    press_and_await("j", "│ web-01  two", "CONCLUDED");
    quit();
}

static void another_page_begins_at_its_top(void **state)
{
    (void)state;
    show(24, 160, NULL);
    press_and_await("\t", "lines 1 to", "goes back");
    press_and_await("j", "lines 2 to", "goes back");
    press_and_await("n", "┃>web-01  two", NULL);
    console_await(rig.console, "lines 1 to", "goes back");
    quit();
}

static void verbs_act_on_the_same_job(void **state)
{
    (void)state;
    show(24, 160, NULL);
    press_and_await("\t", "lines 1 to", "goes back");
    console_press(rig.console, "x");
    console_await_box(rig.console, "DISMISS one");
    press_and_await("n", "nothing was sent", NULL);
    console_await(rig.console, "┃>web-01  one", NULL);
    quit();
}

static void a_migration_scrolls_as_well(void **state)
{
    (void)state;
    fake_qmp_migrates(rig_fake("web-01"));
    rig_start(&(struct console_options){.rows = 24, .columns = 160}, NULL);
    console_select(rig.console, "web-01", "migr");
    console_await(rig.console, "more lines, Tab scrolls", NULL);
    press_and_await("\t", "┃>web-01  migration", NULL);
    console_press(rig.console, "G");
    console_await(rig.console, "what it is", NULL);
    quit();
}

/* ---- where there is none --------------------------------------------------------------- */

static void where_there_is_none_it_says_so(void **state)
{
    (void)state;
    show(24, 80, NULL);
    press_and_await("\t", "no page stands beside the list: that takes 140 columns", NULL);
    quit();
}

static void a_pane_that_goes_gives_the_keys_back(void **state)
{
    (void)state;
    show(24, 160, NULL);
    press_and_await("\t", "┃>web-01  one", NULL);
    pty_resize(console_pty(rig.console), 24, 100);
    console_await_gone(rig.console, "DONE", NULL); /* drawn anew */
    press_and_await("j", ">!  web-01   two", NULL);
    quit();
}

static bool says_so(void *words)
{
    struct grid *grid = pty_grid(console_pty(rig.console));
    return strstr(grid_line(grid, grid_rows(grid) - 2), words) != NULL;
}

static void without_a_row_there_is_nothing_to_scroll(void **state)
{
    (void)state;
    rig_fake("web-01");
    rig_start(&(struct console_options){.rows = 24, .columns = 160}, NULL);
    console_await(rig.console, "no job is selected", NULL);
    console_press(rig.console, "\t");
    console_await_that(rig.console, says_so, "no job is selected", "the status line");
    console_await_gone(rig.console, "┃", NULL);
    quit();
}

/* ---- other terminals ------------------------------------------------------------------- */

static void the_focus_is_seen_in_ascii(void **state)
{
    (void)state;
    show(24, 160, "C");
    console_await(rig.console, "| web-01  one", "CONCLUDED");
    press_and_await("\t", "#>web-01  one", "CONCLUDED");
    quit();
}

static void press_at(int row, int column)
{
    char text[64];
    snprintf(text, sizeof text, "\033[<0;%d;%dM\033[<0;%d;%dm", column + 1, row + 1, column + 1,
             row + 1);
    console_press(rig.console, text);
}

static void the_mouse_moves_the_focus(void **state)
{
    (void)state;
    show(24, 160, NULL);
    press_and_await("m", "mouse: on", NULL);
    int row = console_find(rig.console, "web-01   two", "CONCLUDED");
    press_at(row, 130);
    console_await(rig.console, "┃>web-01  one", NULL);
    console_press(rig.console, "\033[<65;130;9M"); /* the wheel, down */
    console_await(rig.console, "lines 4 to", "goes back");
    press_at(row, 10);
    console_await(rig.console, "│ web-01  two", NULL);
    quit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(at_160x50_it_scrolls, rig_clear),
        cmocka_unit_test_teardown(at_160x24_it_scrolls_and_escape_goes_back, rig_clear),
        cmocka_unit_test_teardown(another_page_begins_at_its_top, rig_clear),
        cmocka_unit_test_teardown(verbs_act_on_the_same_job, rig_clear),
        cmocka_unit_test_teardown(a_migration_scrolls_as_well, rig_clear),
        cmocka_unit_test_teardown(where_there_is_none_it_says_so, rig_clear),
        cmocka_unit_test_teardown(a_pane_that_goes_gives_the_keys_back, rig_clear),
        cmocka_unit_test_teardown(without_a_row_there_is_nothing_to_scroll, rig_clear),
        cmocka_unit_test_teardown(the_focus_is_seen_in_ascii, rig_clear),
        cmocka_unit_test_teardown(the_mouse_moves_the_focus, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_pane", tests, NULL, NULL);
}
