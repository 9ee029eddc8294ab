#include "tui/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/scene.h"

static void expect(struct scene scene, const char *grid)
{
    struct pty *pty = scene_show(&scene);

    assert_true(pty_wait_grid(pty, grid, PTY_WITHIN_MS));
    pty_quit(pty);
}

/* ---- text ---- */

static void draw_texts(struct draw_area area)
{
    struct draw_area box = draw_sub(area, 1, 5, 5, 10);
    int used = draw_text(box, 0, 0, -1, THEME_NORMAL, "abc");

    draw_format(box, 0, used, -1, THEME_NORMAL, "=%d", used);
    used = draw_text(box, 1, 0, -1, THEME_NORMAL, "too long for it");
    draw_format(area, 7, 20, -1, THEME_NORMAL, "%d", used);
    draw_text(box, 2, 2, 4, THEME_NORMAL, "four5");
    draw_text(box, 3, -2, -1, THEME_NORMAL, "--left");
    draw_text(box, 4, 8, -1, THEME_NORMAL, "xyz");
    draw_text(box, 5, 0, -1, THEME_NORMAL, "below");
    draw_text(box, -1, 0, -1, THEME_NORMAL, "above");
    draw_text(box, 0, 10, -1, THEME_NORMAL, "right");
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void test_text_is_clipped(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_texts, .until = "done"}, "\n"
                                                                "     abc=3\n"
                                                                "     too long ~\n"
                                                                "       fou~\n"
                                                                "     left\n"
                                                                "             x~\n"
                                                                "\n"
                                                                "done                10\n");
}

static void draw_rights(struct draw_area area)
{
    struct draw_area box = draw_sub(area, 0, 2, 8, 10);

    draw_right(box, 0, 0, 10, THEME_NORMAL, "right");
    draw_right(box, 1, 0, 4, THEME_NORMAL, "123456");
    draw_right(box, 2, 0, 4, THEME_NORMAL, "1234");
    draw_right(box, 3, 6, 10, THEME_NORMAL, "beyond");
    draw_right(box, 4, 0, 3, THEME_NORMAL, "\xe6\x97\xa5\xe6\x9c\xac");
    draw_right(box, 5, -3, 6, THEME_NORMAL, "123456");
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void test_flush_right(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_rights, .until = "done"}, "       right\n"
                                                                 "  3456\n"
                                                                 "  1234\n"
                                                                 "\n"
                                                                 "   \xe6\x9c\xac\n"
                                                                 "  456\n"
                                                                 "\n"
                                                                 "done\n");
}

static void draw_wides(struct draw_area area)
{
    struct draw_area box = draw_sub(area, 0, 0, 8, 5);

    draw_text(box, 0, 0, -1, THEME_NORMAL, "\xe6\x97\xa5\xe6\x9c\xac");
    draw_text(box, 1, 0, -1, THEME_NORMAL, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
    draw_text(box, 2, 0, 4, THEME_NORMAL, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
    draw_text(box, 3, 4, -1, THEME_NORMAL, "\xe6\x97\xa5");
    draw_format(area, 4, 0, -1, THEME_NORMAL, "%d", draw_width("\xe6\x97\xa5\xe6\x9c\xac"));
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void test_wide_characters(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_wides, .until = "done"}, "\xe6\x97\xa5\xe6\x9c\xac\n"
                                                                "\xe6\x97\xa5\xe6\x9c\xac~\n"
                                                                "\xe6\x97\xa5~\n"
                                                                "    ~\n"
                                                                "4\n\n\n"
                                                                "done\n");
}

/* No byte of the wire moves the cursor, hides or reorders anything. */
static void draw_hostile(struct draw_area area)
{
    draw_text(area, 0, 0, -1, THEME_NORMAL, "a\033[2Jb");
    draw_text(area, 1, 0, -1, THEME_NORMAL, "a\rb\nc\bd\te");
    draw_text(area, 2, 0, -1, THEME_NORMAL, "\xe2\x80\xaex\xe2\x80\x8by\xc2\x9bz");
    draw_right(area, 3, 0, 30, THEME_NORMAL, "\033c\xff");
    draw_box(draw_sub(area, 4, 0, 2, 30), THEME_BOX, "\033]0;x\007");
    draw_format(area, 6, 0, -1, THEME_NORMAL, "%d", draw_width("\033"));
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void test_hostile_text(void **state)
{
    struct scene scene = {.draw = draw_hostile, .until = "done"};

    (void)state;
    expect(scene, "a\\x1b[2Jb\n"
                  "a\\rb\\nc\\x08d\\te\n"
                  "\\u202ex\\u200by\\u009bz\n"
                  "                     \\x1bc\\xff\n"
                  "\u250c\u2500 \\x1b]0;x\\x07 \u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500"
                  "\u2500\u2500\u2500\u2500\u2500\u2510\n"
                  "\u2514\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500"
                  "\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500"
                  "\u2500\u2500\u2500\u2500\u2500\u2518\n"
                  "4\n"
                  "done\n");
}

static void draw_umlaut(struct draw_area area)
{
    draw_text(area, 0, 0, -1, THEME_NORMAL, "\xc3\xa4|");
    draw_box(draw_sub(area, 1, 0, 2, 10), THEME_BOX, "t");
    draw_bar(area, 3, 0, 12, 450);
    draw_text(area, 7, 0, -1, THEME_NORMAL, draw_is_utf8() ? "done 8" : "done 7");
}

static void test_ascii(void **state)
{
    static const char grid[] = "\\u00e4|\n"
                               "+- t ----+\n"
                               "+--------+\n"
                               "[####------]\n"
                               "\n\n\n"
                               "done 7\n";

    (void)state;
    expect((struct scene){.draw = draw_umlaut, .until = "done", .terminal.locale = "C"}, grid);
    expect((struct scene){.draw = draw_umlaut, .until = "done", .options.ascii = true}, grid);
}

static void test_utf8(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_umlaut, .until = "done"},
           "\xc3\xa4|\n"
           "\u250c\u2500 t \u2500\u2500\u2500\u2500\u2510\n"
           "\u2514\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2518\n"
           "[\u2588\u2588\u2588\u2588\u258c\u2591\u2591\u2591\u2591\u2591]\n"
           "\n\n\n"
           "done 8\n");
}

/* ---- shapes ---- */

static void draw_bars(struct draw_area area)
{
    static const int permilles[] = {-1, 0, 99, 100, 999, 1000, 2000};

    for (int i = 0; i < 7; i++)
        draw_bar(area, i, 0, 12, permilles[i]);
    draw_bar(area, 0, 13, 3, 1000);
    draw_bar(area, 1, 13, 2, 1000);
    draw_bar(area, 2, 13, -5, 1000);
    draw_bar(area, 3, 25, 12, 1000);
    draw_bar(area, 4, -8, 12, 1000);
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void test_bars(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_bars, .until = "done", .options.ascii = true},
           "[..........] [#]\n"
           "[----------]\n"
           "[----------]\n"
           "[#---------]             [####\n"
           "###]######-]\n"
           "[##########]\n"
           "[##########]\n"
           "done\n");
}

static void draw_fills(struct draw_area area)
{
    struct draw_area box = draw_sub(area, 1, 1, 20, 20), in;

    in = draw_box(draw_sub(box, 0, 0, 4, 12), THEME_BOX, "a very long title");
    draw_fill(in, 0, -3, 100, THEME_NORMAL, 'x');
    draw_fill(in, 1, 2, 3, THEME_NORMAL, 'y');
    draw_fill(in, 2, 0, 3, THEME_NORMAL, 'z');
    draw_box(draw_sub(area, 0, 20, 1, 5), THEME_BOX, "t");
    draw_box(draw_sub(area, 1, 20, 3, 1), THEME_BOX, NULL);
    in = draw_box(draw_sub(area, 5, 20, 0, 9), THEME_BOX, "t");
    draw_text(in, 0, 0, -1, THEME_NORMAL, "never");
    in = draw_sub(area, -2, -2, 4, 4);
    draw_format(area, 6, 0, -1, THEME_NORMAL, "%d %d %d %d", in.y, in.x, in.height, in.width);
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void test_boxes_and_fills(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_fills, .until = "done", .options.ascii = true},
           "                    +---+\n"
           " +- a ver~ -+       +\n"
           " |xxxxxxxxxx|       |\n"
           " |  yyy     |       +\n"
           " +----------+\n"
           "\n"
           "0 0 2 2\n"
           "done\n");
}

static void draw_at_any_size(struct draw_area area)
{
    draw_fills(area);
    draw_bars(area);
    draw_texts(area);
    draw_rights(area);
    draw_cursor(area, 99, 99);
    draw_recolour(area, 0, -5, 100, THEME_SELECT);
    draw_text(area, 0, 0, -1, THEME_NORMAL, "!");
}

static void test_any_size(void **state)
{
    static const int sizes[][2] = {{1, 1}, {1, 80}, {40, 1}, {2, 3}, {50, 200}};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct scene scene = {
            .draw = draw_at_any_size,
            .until = "!",
            .terminal = {.rows = sizes[i][0], .cols = sizes[i][1]},
        };
        pty_quit(scene_show(&scene));
    }
}

/* What has no cell is left out: it neither breaks in elsewhere nor ends the program. */
static void draw_outside(struct draw_area area)
{
    static const int places[][2] = {{-1, 0}, {8, 0}, {0, -9}, {0, 30}};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int y = places[i][0], x = places[i][1];

        draw_cursor(area, y, x);
        draw_text(area, y, x, -1, THEME_NORMAL, "lost");
        draw_fill(area, y, x, 3, THEME_NORMAL, 'x');
        draw_recolour(area, y, x, 3, THEME_ERROR);
    }
    draw_fill(area, 0, 0, 0, THEME_NORMAL, 'x');
    draw_bar(area, 0, 0, 2, 500);
    draw_box(draw_sub(area, 1, 0, 2, 8), THEME_NORMAL, NULL);
    draw_box(draw_sub(area, 3, 0, 2, 6), THEME_NORMAL, "title");
    draw_text(area, 6, -1, -1, THEME_NORMAL,
              "\xe6\x97\xa5"
              "b");
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void test_nothing_is_drawn_outside(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_outside, .until = "done"}, "\n"
                                                                  "┌──────┐\n"
                                                                  "└──────┘\n"
                                                                  "┌────┐\n"
                                                                  "└────┘\n"
                                                                  "\n"
                                                                  " b\n"
                                                                  "done\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_clipped),
        cmocka_unit_test(test_flush_right),
        cmocka_unit_test(test_wide_characters),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_ascii),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_boxes_and_fills),
        cmocka_unit_test(test_any_size),
        cmocka_unit_test(test_nothing_is_drawn_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
