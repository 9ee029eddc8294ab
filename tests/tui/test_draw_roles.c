#include "tui/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scene.h"

static void draw_roles(struct draw_area area)
{
    draw_text(area, 0, 0, -1, THEME_TITLE, "bold");
    draw_text(area, 1, 0, -1, THEME_HEADING, "line");
    draw_text(area, 2, 0, -1, THEME_SELECT, "reverse");
    draw_text(area, 3, 0, -1, THEME_DANGER, "both");
    draw_text(area, 4, 0, -1, THEME_NORMAL, "plain recoloured");
    draw_recolour(area, 4, 6, 5, THEME_SELECT);
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void test_attributes(void **state)
{
    struct scene scene = {.draw = draw_roles, .until = "done"};
    struct pty *pty = scene_show(&scene);
    struct grid *grid = pty_grid(pty);

    (void)state;
    assert_string_equal(grid_attributes(grid, 0), "bbbb..........................");
    assert_string_equal(grid_attributes(grid, 1), "uuuu..........................");
    assert_string_equal(grid_attributes(grid, 2), "rrrrrrr.......................");
    assert_string_equal(grid_attributes(grid, 3), "RRRR..........................");
    assert_string_equal(grid_attributes(grid, 4), "......rrrrr...................");
    assert_string_equal(grid_line(grid, 4), "plain recoloured");
    pty_quit(pty);
}

/* One colour of each kind, on lines 0 to 3. */
static void colourful(struct theme *theme)
{
    theme->styles[THEME_TITLE] = (struct theme_style){.fg = 1, .bg = THEME_COLOUR_DEFAULT};
    theme->styles[THEME_HEADING] = (struct theme_style){.fg = 12, .bg = 3};
    theme->styles[THEME_SELECT] = (struct theme_style){.fg = THEME_RGB(255, 0, 0), .bg = 17};
    theme->styles[THEME_DANGER] = (struct theme_style){
        .fg = THEME_COLOUR_DEFAULT, .bg = 200, .attributes = THEME_UNDERLINE};
}

static void assert_cell(struct pty *pty, int row, int fg, int bg, bool bold)
{
    struct grid_cell cell = grid_cell(pty_grid(pty), row, 0);

    assert_int_equal(cell.fg, fg);
    assert_int_equal(cell.bg, bg);
    assert_int_equal(cell.bold, bold);
}

static struct pty *show_colours(const char *term, const char *const *env, bool colour)
{
    struct scene scene = {
        .draw = draw_roles,
        .until = "done",
        .terminal = {.rows = 8, .cols = 30, .term = term, .env = env},
        .options.colour = colour,
        .theme = colourful,
    };

    return scene_show(&scene);
}

static void test_256_colours(void **state)
{
    struct pty *pty = show_colours("xterm-256color", NULL, true);

    (void)state;
    assert_cell(pty, 0, 1, GRID_COLOUR_DEFAULT, false);
    assert_cell(pty, 1, 12, 3, false);
    assert_cell(pty, 2, 196, 17, false);
    assert_cell(pty, 3, GRID_COLOUR_DEFAULT, 200, false);
    assert_cell(pty, 4, GRID_COLOUR_DEFAULT, GRID_COLOUR_DEFAULT, false);
    pty_quit(pty);
}

/* A bright colour is the plain one, bold; others go to the nearest of the 8. */
static void test_8_colours(void **state)
{
    struct pty *pty = show_colours("xterm", NULL, true);

    (void)state;
    assert_cell(pty, 0, 1, GRID_COLOUR_DEFAULT, false);
    assert_cell(pty, 1, 4, 3, true);
    assert_cell(pty, 2, 1, 0, true);
    assert_cell(pty, 3, GRID_COLOUR_DEFAULT, 5, false);
    pty_quit(pty);
}

/* Without colour, a coloured role has the mono theme's attributes. */
static void assert_no_colour(struct pty *pty)
{
    static const char *const attributes[] = {"b", "u", "r", "R", "."};

    for (int row = 0; row < 5; row++) {
        assert_cell(pty, row, GRID_COLOUR_DEFAULT, GRID_COLOUR_DEFAULT,
                    strchr("bR", *attributes[row]) != NULL);
        assert_int_equal(grid_attributes(pty_grid(pty), row)[0], *attributes[row]);
    }
    pty_quit(pty);
}

static void test_no_colour(void **state)
{
    static const char *const env[] = {"NO_COLOR=1", NULL};
    static const char *const empty[] = {"NO_COLOR=", NULL};
    struct pty *pty;

    (void)state;
    assert_no_colour(show_colours("xterm-256color", env, true));
    assert_no_colour(show_colours("xterm-256color", NULL, false));
    assert_no_colour(show_colours("vt100", NULL, true));
    pty = show_colours("xterm-256color", empty, true);
    assert_cell(pty, 0, 1, GRID_COLOUR_DEFAULT, false);
    pty_quit(pty);
}

/* A theme with a background of its own fills the screen with it. */
static void blue(struct theme *theme)
{
    theme->styles[THEME_NORMAL] = (struct theme_style){.fg = 7, .bg = 4};
}

static void test_background(void **state)
{
    struct scene scene = {
        .draw = draw_roles, .until = "done", .options.colour = true, .theme = blue};
    struct pty *pty = scene_show(&scene);

    (void)state;
    assert_cell(pty, 0, 7, 4, true);
    assert_cell(pty, 4, 7, 4, false);
    assert_int_equal(grid_cell(pty_grid(pty), 6, 29).bg, 4);
    pty_quit(pty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attributes), cmocka_unit_test(test_256_colours),
        cmocka_unit_test(test_8_colours),  cmocka_unit_test(test_no_colour),
        cmocka_unit_test(test_background),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
