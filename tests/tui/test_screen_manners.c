/*
 * Manners of the console: the mouse is asked for, bell and title tell of needs where the
 * config wants them, and `t` changes the colours.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/trio.h"

static void play(void)
{
    trio_start(&(struct console_options){.rows = 24}, NULL);
}

static void play_with(const char *config)
{
    trio_start(&(struct console_options){.rows = 24},
               (const char *[]){"--config", rig_config(config), NULL});
}

/* ---- mouse ----------------------------------------------------------------------------- */

static void press_at(int row, int button)
{
    char text[64];
    int used = snprintf(text, sizeof text, "\033[<%d;10;%dM", button, row + 1);
    if (button == 0)
        snprintf(text + used, sizeof text - (size_t)used, "\033[<0;10;%dm", row + 1);
    console_press(rig.console, text);
}

static bool is_on(void *name)
{
    return console_cursor(rig.console) == console_find(rig.console, name, NULL);
}

static void test_mouse(void **state)
{
    (void)state;
    play();
    assert_false(grid_modes(pty_grid(trio_pty()))->mouse);
    console_press(rig.console, "m");
    console_await(rig.console, "mouse: on", NULL);
    assert_true(grid_modes(pty_grid(trio_pty()))->mouse);
    press_at(console_find(rig.console, "three", NULL), 0);
    console_await_that(rig.console, is_on, "three", "the cursor under the click");
    press_at(0, 64);
    console_await_that(rig.console, is_on, "two", "the cursor to go up");
    press_at(0, 65);
    console_await_that(rig.console, is_on, "three", "the cursor to go down");
    press_at(0, 0);
    press_at(22, 0);
    console_press(rig.console, "m");
    console_await(rig.console, "mouse: off", NULL);
    assert_false(grid_modes(pty_grid(trio_pty()))->mouse);
    assert_int_equal(trio_verbs(), 0);
    trio_quit();
}

/* Twice in time, which a loaded machine may need several goes for. */
static bool has_paused(void *row)
{
    press_at(*(int *)row, 0);
    for (int i = 0; i < 20; i++)
        console_settle(rig.console);
    return fake_qmp_count(rig.fakes[0], "job-pause") > 0;
}

/* What is bound to Enter happens to the job that was clicked twice, and only to it. */
static void test_double_click(void **state)
{
    (void)state;
    play_with("{\"mouse\": true, \"keys\": {\"actions\": \"F9\", \"pause\": \"Enter\"}}");
    int one = console_find(rig.console, "one", NULL);
    int three = console_find(rig.console, "three", NULL);
    press_at(three, 0);
    console_await_that(rig.console, is_on, "three", "the cursor under the click");
    press_at(one, 0);
    console_await_that(rig.console, is_on, "one", "the cursor under the click");
    assert_int_equal(trio_verbs(), 0);
    console_await_that(rig.console, has_paused, &three, "a double click");
    assert_string_equal(fake_qmp_argument(rig.fakes[0], "job-pause", "id"), "\"three\"");
}

/* Reports that nobody asked for: of a program that was here before, in either style. */
static void test_mouse_noise(void **state)
{
    (void)state;
    play();
    console_press(rig.console, "\033[<0;10;6M\033[<0;10;6m\033[<35;11;6M");
    console_press(rig.console, "\033[Mprc\033[M##q");
    console_press(rig.console, "?");
    console_await(rig.console, "HELP", NULL);
    assert_int_equal(trio_verbs(), 0);
    assert_false(grid_modes(pty_grid(trio_pty()))->mouse);
    console_press(rig.console, "q");
    console_await_gone(rig.console, "HELP", NULL);
    trio_quit();
}

/* ---- bell and title -------------------------------------------------------------------- */

static bool has_rung(void *count)
{
    return grid_modes(pty_grid(trio_pty()))->bells >= *(int *)count;
}

/* One more job that is seen at work first. */
static void one_ready_later(const char *id, const char *shown)
{
    fake_qmp_job(
        rig.fakes[0],
        &(struct fake_job){.id = id, .type = "mirror", .status = "created", .total = 9});
    fake_qmp_job_status(rig.fakes[0], id, "created");
    fake_qmp_job_status(rig.fakes[0], id, "running");
    console_await(rig.console, shown, "running");
    fake_qmp_job_status(rig.fakes[0], id, "ready");
    console_await(rig.console, shown, "READY");
}

static void test_bell(void **state)
{
    int once = 1;
    (void)state;
    play_with("{\"bell\": true}");
    assert_int_equal(grid_modes(pty_grid(trio_pty()))->bells, 0);
    one_ready_later("later", "later");
    console_await_that(rig.console, has_rung, &once, "the bell");
    console_press(rig.console, "j");
    console_settle(rig.console);
    assert_int_equal(grid_modes(pty_grid(trio_pty()))->bells, 1);
    trio_quit();
}

static void test_no_bell_unasked(void **state)
{
    (void)state;
    play();
    one_ready_later("later", "later");
    assert_int_equal(grid_modes(pty_grid(trio_pty()))->bells, 0);
    assert_null(strstr(pty_bytes(trio_pty()), "\033]"));
    trio_quit();
}

static bool has_written(void *bytes)
{
    return strstr(pty_bytes(trio_pty()), bytes) != NULL;
}

/* The old title is kept, and comes back; nobody's bytes end it early. */
static void test_title(void **state)
{
    (void)state;
    play_with("{\"title\": true}");
    console_await_that(rig.console, has_written, "\033[22;0t\033]0;qmptop\a", "a title");
    console_await_that(rig.console, has_written, "\033]0;1 NEEDS YOU: alpha two - qmptop\a",
                       "the title");
    one_ready_later("b\a\033[2Jad", "b\\x07\\x1b[2Jad");
    console_await_that(rig.console, has_written,
                       "\033]0;2 NEED YOU: alpha b\\x07\\x1b[2Jad - qmptop\a", "the title");
    assert_null(strstr(pty_bytes(trio_pty()), "\033[23;0t"));
    trio_quit();
    assert_non_null(strstr(pty_bytes(trio_pty()), "\033[23;0t"));
    assert_null(strstr(strstr(pty_bytes(trio_pty()), "\033[22;0t") + 1, "\033[22;0t"));
}

static void test_no_title_where_there_is_none(void **state)
{
    (void)state;
    play_with("{\"title\": true}");
    console_press(rig.console, "q");
    console_await_end(rig.console);
    rig_start(&(struct console_options){.term = "vt100"},
              (const char *[]){"--config", rig_config("{\"title\": true}"), NULL});
    console_await(rig.console, "two", "READY");
    trio_quit();
    assert_null(strstr(pty_bytes(trio_pty()), "NEED YOU: "));
}

/* ---- colours --------------------------------------------------------------------------- */

/* All of them, and round; a broken one is told and passed. */
static void test_next_theme(void **state)
{
    static const char *const names[] = {"light",      "mono",     "zz",
                                        "colorblind", "contrast", "default"};
    char path[FOLDER_SIZE + 64], said[96];

    (void)state;
    snprintf(path, sizeof path, "XDG_DATA_HOME=%s", rig.folder);
    char command[FOLDER_SIZE + 64];
    snprintf(command, sizeof command, "mkdir -p %s/qmptop/themes", rig.folder);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s/qmptop/themes/zz.json", rig.folder);
    static const char text[] = "{\"roles\": {\"nned\": {}}}";
    folder_write(command, text, strlen(text));
    trio_start(&(struct console_options){.environment = path, .columns = 160}, NULL);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        console_press(rig.console, "t");
        snprintf(said, sizeof said, "theme: %s", names[i]);
        console_await(rig.console, strcmp(names[i], "zz") == 0 ? "zz.json:1:12:" : said, NULL);
    }
    trio_quit();
}

/* ---- keys of one's own ----------------------------------------------------------------- */

/* They are what help and footer show, and the old ones do nothing. */
static void test_remapped_keys(void **state)
{
    (void)state;
    play_with("{\"keys\": {\"pause\": \"F5 P\", \"resume\": \"p\", \"help\": \"F2\",}}");
    console_select(rig.console, "three", "running");
    console_await(rig.console, "F5 pause", "F2 help");
    console_press(rig.console, "p");
    console_await(rig.console, "resume: not now", NULL);
    console_press(rig.console, "\033[15~");
    assert_true(fake_qmp_await(rig.fakes[0], "job-pause", 1));
    console_press(rig.console, "r?");
    console_press(rig.console, "\033OQ");
    console_await(rig.console, "F5 P", "pause, at once");
    assert_int_equal(trio_verbs(), 1);
}

/* ---- one's own list -------------------------------------------------------------------- */

static bool is_above(const char *upper, const char *lower)
{
    int row = console_find(rig.console, upper, NULL);
    return row >= 0 && row < console_find(rig.console, lower, NULL);
}

static void test_columns_and_sort(void **state)
{
    (void)state;
    play_with("{\"sort\": \"job\", \"columns\": [\"%\", \"STATUS\", \"TYPE\"]}");
    console_await(rig.console, "by job", NULL);
    const char *head = strstr(console_screen(rig.console), "   VM ");
    assert_non_null(head);
    assert_int_equal(strncmp(head, "   VM       JOB              % STATUS    TYPE\n", 46), 0);
    assert_true(is_above("one", "three") && is_above("three", "two"));
    assert_int_equal(console_find(rig.console, "-- needs you", NULL), -1);
    console_await(rig.console, "two", "READY     mirror in step");
    console_press(rig.console, "<<");
    console_await(rig.console, "-- needs you (1)", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_make_folder, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_mouse),
        TEST(test_double_click),
        TEST(test_mouse_noise),
        TEST(test_bell),
        TEST(test_no_bell_unasked),
        TEST(test_title),
        TEST(test_no_title_where_there_is_none),
        TEST(test_next_theme),
        TEST(test_remapped_keys),
        TEST(test_columns_and_sort),
    };
    return cmocka_run_group_tests_name("screen_manners", tests, NULL, NULL);
}
