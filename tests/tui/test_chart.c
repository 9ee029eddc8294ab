#include "tui/widgets/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/scene.h"

static const float figures[] = {-1, 0, 1, 25, 50, 75, 100, -1, 100, 12.5f};

#define FIGURES (sizeof figures / sizeof figures[0])

static void draw_charts(struct draw_area area)
{
    chart_draw(area, 0, 2, 2, THEME_NORMAL, figures, FIGURES, 100);
    chart_draw(area, 2, 2, 1, THEME_NORMAL, figures, FIGURES, 100);
    chart_draw(draw_sub(area, 3, 2, 1, 3), 0, 0, 1, THEME_NORMAL, figures, FIGURES, 100);
    chart_draw(area, 4, 2, 1, THEME_NORMAL, figures, FIGURES, 50);
    chart_draw(area, 5, 2, 1, THEME_NORMAL, figures, FIGURES, 0);
    chart_draw(area, 6, 2, 0, THEME_NORMAL, figures, FIGURES, 100);
    chart_draw(draw_sub(area, 6, 2, 1, 30), -1, 0, 2, THEME_NORMAL, figures, 4, 100);
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void expect(struct scene scene, const char *grid)
{
    struct pty *pty = scene_show(&scene);

    assert_true(pty_wait_grid(pty, grid, PTY_WITHIN_MS));
    pty_quit(pty);
}

static void test_blocks(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_charts, .until = "done"},
           "       \u2584\u2588 \u2588\n"
           "   \u2581\u2581\u2584\u2588\u2588\u2588 \u2588\u2582\n"
           "   \u2581\u2581\u2582\u2584\u2586\u2588 \u2588\u2581\n"
           "   \u2581\u2581\n"
           "   \u2581\u2581\u2584\u2588\u2588\u2588 \u2588\u2582\n"
           "   \u2581\u2581\u2581\u2581\u2581\u2581 \u2581\u2581\n"
           "   \u2581\u2581\u2584\n"
           "done\n");
}

static void test_ascii(void **state)
{
    (void)state;
    expect((struct scene){.draw = draw_charts, .until = "done", .options.ascii = true},
           "       :| |\n"
           "   ..:||| |.\n"
           "   ...::| |.\n"
           "   ..\n"
           "   ..:||| |.\n"
           "   ...... ..\n"
           "   ..:\n"
           "done\n");
}

static void test_top(void **state)
{
    static const float unknown[] = {-1, -1};

    (void)state;
    assert_true(chart_top(figures, FIGURES) == 100);
    assert_true(chart_top(unknown, 2) == 0);
    assert_true(chart_top(NULL, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_ascii),
        cmocka_unit_test(test_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
