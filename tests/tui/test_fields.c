#include "tui/widgets/fields.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scene.h"
#include "tui/widgets/wrap.h"

#define JA "\xe6\x97\xa5" /* two columns */

static void assert_lines(const char *text, int width, const char *expected)
{
    char lines[256] = "";
    struct wrap wrap;
    int count = 0;

    wrap_begin(&wrap, text, width);
    for (; wrap_next(&wrap); count++) {
        strcat(lines, wrap.line);
        strcat(lines, "|");
    }
    assert_string_equal(lines, expected);
    assert_int_equal(wrap_count(text, width), count);
}

static void lines_break_at_blanks(void **state)
{
    (void)state;
    assert_lines("", 10, "");
    assert_lines("   ", 10, "");
    assert_lines("one two three", 20, "one two three|");
    assert_lines("one two three", 13, "one two three|");
    assert_lines("one two three", 12, "one two|three|");
    assert_lines("  one   two  ", 3, "one|two|");
    assert_lines("one  two", 8, "one  two|");
}

static void what_is_too_long_is_cut_between_characters(void **state)
{
    (void)state;
    assert_lines("abcdefgh ij", 3, "abc|def|gh|ij|");
    assert_lines("a bcdefgh", 3, "a|bcd|efg|h|");
    assert_lines(JA JA JA, 5, JA JA "|" JA "|");
    assert_lines(JA JA, 1, JA "|" JA "|");
    assert_lines("ab", 0, "a|b|");
    assert_lines("ab", -7, "a|b|");
}

/* Width is what the terminal will show: "\x1b" takes four columns. */
static void hostile_text_is_measured_as_it_is_shown(void **state)
{
    static char endless[5 * WRAP_SIZE], broken[5 * WRAP_SIZE];

    (void)state;
    assert_lines("\033\033\033", 9, "\033\033|\033|");
    memset(endless, 'x', sizeof endless - 1);
    memset(broken, '\x80', sizeof broken - 1);
    assert_int_equal(wrap_count(endless, 100), (sizeof endless - 1) / 100 + 1);
    assert_int_equal(wrap_count(endless, 100000), 6);
    assert_true(wrap_count(broken, 100) > 1);
    assert_true(wrap_count(broken, 1) > 1);
}

/* ---- pages ---- */

static int lines;

static void fill(struct fields *fields)
{
    fields_add(fields, "type", THEME_NORMAL, "%s", "mirror");
    fields_add(fields, "nothing", THEME_NORMAL, "%s", "");
    fields_add(fields, "limit", THEME_NORMAL, "%d", 7);
    fields_add(fields, "error", THEME_NORMAL, "a text that goes on and on for %d lines", 2);
    fields_add(fields, "flags", THEME_NORMAL, "none");
    fields_heading(fields, "keys");
    fields_item(fields, THEME_KEY, "o go", 8, THEME_NORMAL, "it goes");
    draw_text(fields->area, fields_room(fields, 2), 0, -1, THEME_NORMAL, "room");
    lines = fields_end(fields);
}

static void draw_narrow(struct draw_area area)
{
    struct fields fields;

    fields_begin(&fields, draw_sub(area, 0, 0, 12, 30), 0);
    fill(&fields);
    draw_format(area, 15, 0, -1, THEME_NORMAL, "%d done", lines);
}

static void draw_wide(struct draw_area area)
{
    struct fields fields;

    fields_begin(&fields, draw_sub(area, 0, 0, 5, 76), 1);
    fill(&fields);
    draw_format(area, 15, 0, -1, THEME_NORMAL, "%d done", lines);
}

static void expect(void (*draw)(struct draw_area area), const char *grid)
{
    struct scene scene = {.draw = draw, .until = "done", .terminal = {.rows = 16, .cols = 80}};
    struct pty *pty = scene_show(&scene);

    assert_true(pty_wait_grid(pty, grid, PTY_WITHIN_MS));
    pty_quit(pty);
}

static void one_below_the_other_where_it_is_narrow(void **state)
{
    (void)state;
    expect(draw_narrow, " type     mirror\n"
                        " limit    7\n"
                        " error    a text that goes on\n"
                        "          and on for 2 lines\n"
                        " flags    none\n"
                        "-- keys ----------------------\n"
                        " o go   it goes\n"
                        "room\n"
                        "\n\n\n\n\n\n\n"
                        "9 done\n");
}

static void side_by_side_where_there_is_room_and_scrolled(void **state)
{
    (void)state;
    expect(draw_wide,
           " error    a text that goes on and on for 2 lines\n"
           " flags    none\n"
           "-- keys --------------------------------------------------------------------\n"
           " o go   it goes\n"
           "room\n"
           "\n\n\n\n\n\n\n\n\n\n"
           "7 done\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_break_at_blanks),
        cmocka_unit_test(what_is_too_long_is_cut_between_characters),
        cmocka_unit_test(hostile_text_is_measured_as_it_is_shown),
        cmocka_unit_test(one_below_the_other_where_it_is_narrow),
        cmocka_unit_test(side_by_side_where_there_is_room_and_scrolled),
    };
    setlocale(LC_ALL, "C.UTF-8");
    draw_set_utf8(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
