/*
 * The help screen: all of its pages fit, at any width, and it tells where the settings
 * come from.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/rig.h"
#include "tui/keymap.h"

#define PAGES_MAX 40
#define TEXT_MAX  65536

static char text[TEXT_MAX]; /* of all pages, without the title and the footer */

static void open_help(int rows, int columns, const char *const *more)
{
    rig_fake("web-01");
    rig_fake("db-03");
    rig_start(&(struct console_options){.rows = rows,
                                        .columns = columns,
                                        .environment = "XDG_CONFIG_HOME=/nowhere"},
              more);
    console_await(rig.console, "No job", NULL);
    console_press(rig.console, "?");
    console_await(rig.console, "HELP", NULL);
}

static void quit(void)
{
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
}

/* ---- its pages ------------------------------------------------------------------------- */

static char before[TEXT_MAX];

static bool has_turned(void *ctx)
{
    (void)ctx;
    return strcmp(console_screen(rig.console), before) != 0;
}

/* The mark of what is cut is also one that help explains. */
static void assert_whole(const char *line)
{
    for (const char *cut = line; (cut = strchr(cut, '~')) != NULL; cut++)
        if (strncmp(cut, "~ out of", 8) != 0)
            fail_msg("a line of help is cut: %s", line);
}

static void take_page(int rows)
{
    struct grid *grid = pty_grid(console_pty(rig.console));
    for (int row = 0; row < rows; row++) {
        const char *line = grid_line(grid, row);
        assert_whole(line);
        assert_true(strlen(text) + strlen(line) + 2 < sizeof text);
        if (row > 0 && row < rows - 1) {
            strcat(text, line);
            strcat(text, "\n");
        }
    }
}

/* Page by page until the last paragraph is there. */
static void read_all(int rows)
{
    text[0] = '\0';
    for (int page = 0; page < PAGES_MAX; page++) {
        take_page(rows);
        if (strstr(text, "config.json") != NULL)
            return;
        snprintf(before, sizeof before, "%s", console_screen(rig.console));
        console_press(rig.console, "\033[6~");
        console_await_that(rig.console, has_turned, NULL, "the next page");
    }
    fail_msg("help has no end");
}

/* Blanks and lines apart. */
static bool tells(const char *words)
{
    const char *at = text;
    for (; *at != '\0'; at++) {
        const char *a = at, *b = words;
        while (*a != '\0' && *b != '\0') {
            if (*b != ' ' && *a != *b)
                break;
            if (*b == ' ' && *a != ' ' && *a != '\n')
                break;
            a += *b == ' ' ? strspn(a, " \n") : 1;
            b += 1;
        }
        if (*b == '\0')
            return true;
    }
    return false;
}

static void is_whole(int rows, int columns)
{
    open_help(rows, columns, NULL);
    read_all(rows);
    for (enum request request = 0; request < REQUEST_COUNT; request++)
        if (!tells(keymap_row(request)->help))
            fail_msg("%dx%d: not told: %s", columns, rows, keymap_row(request)->help);
    assert_true(tells("Only y confirms in a box; n, Esc and Enter send nothing."));
    assert_true(tells("Rows keep their places for 2 s after a key and while a box is open."));
    quit();
}

static void test_80x24(void **state)
{
    (void)state;
    is_whole(24, 80);
    rig_clear(state);
    open_help(24, 80, NULL);
    console_await(rig.console, "read-write", " 1-22 of ");
    console_press(rig.console, "j");
    console_await(rig.console, "read-write", " 2-23 of ");
    quit();
}

static void test_160x50(void **state)
{
    (void)state;
    is_whole(50, 160);
    rig_clear(state);
    open_help(50, 160, NULL);
    console_await(rig.console, "read-write", NULL);
    assert_int_equal(console_find(rig.console, "read-write", " of "), -1); /* all is there */
    quit();
}

static void test_60x12(void **state)
{
    (void)state;
    is_whole(12, 60);
}

static void test_40x10(void **state)
{
    (void)state;
    is_whole(10, 40);
}

/* ---- where from ------------------------------------------------------------------------ */

static void test_the_settings_in_force(void **state)
{
    const char *path = rig_config("{\"keys\": {\"pause\": \"F7\"}}");

    (void)state;
    open_help(24, 80, (const char *[]){"--config", path, NULL});
    console_await(rig.console, "F7", "pause, at once");
    console_press(rig.console, "G");
    console_await(rig.console, "sockets", "2, 2 of them connected (v in the list shows them)");
    console_await(rig.console, "config  ", path);
    quit();
}

static void test_no_settings(void **state)
{
    char environment[FOLDER_SIZE + 32];

    (void)state;
    snprintf(environment, sizeof environment, "XDG_CONFIG_HOME=%s", rig.folder);
    rig_fake("web-01");
    rig_start(&(struct console_options){.columns = 160, .environment = environment}, NULL);
    console_press(rig.console, "?");
    console_await(rig.console, "HELP", NULL);
    console_press(rig.console, "G");
    console_await(rig.console, "config  none; looked for at", rig.folder);
    console_await(rig.console, "qmptop/config.json", NULL);
    quit();
}

/* The title has room for it where it has none for the version. */
static void test_read_only_at_any_width(void **state)
{
    (void)state;
    open_help(10, 32, (const char *[]){"--read-only", NULL});
    console_await(rig.console, "HELP", "READ-ONLY");
    pty_resize(console_pty(rig.console), 24, 80);
    console_await(rig.console, "keys as they are set", "READ-ONLY: no verb is sent");
    quit();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_make_folder, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_80x24),
        TEST(test_160x50),
        TEST(test_60x12),
        TEST(test_40x10),
        TEST(test_the_settings_in_force),
        TEST(test_no_settings),
        TEST(test_read_only_at_any_width),
    };
    return cmocka_run_group_tests_name("screen_help", tests, NULL, NULL);
}
