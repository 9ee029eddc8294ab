#include "tui/widgets/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { NAME, KIND, BAR, RATE, EXTRA, COUNT };

static const struct table_column columns[COUNT] = {
    [NAME] = {"NAME", 8, 20, 0, 0, false},  [KIND] = {"KIND", 6, 6, 2, 0, false},
    [BAR] = {"BAR", 5, 30, 1, 0, false},    [RATE] = {"RATE", 7, 7, 3, 0, true},
    [EXTRA] = {"EXTRA", 4, 4, 4, 60, true},
};
static const int wanted[COUNT] = {12, 6, 99, 7, 4};

static void lay_out(int width, struct table_span *spans)
{
    table_layout(columns, wanted, COUNT, width, spans);
}

static void names_grow_first_and_the_bar_takes_the_rest(void **state)
{
    struct table_span spans[COUNT];

    (void)state;
    lay_out(50, spans);
    assert_int_equal(spans[NAME].width, 12);
    assert_int_equal(spans[KIND].x, 13);
    assert_int_equal(spans[BAR].x, 20);
    assert_int_equal(spans[BAR].width, 22);
    assert_int_equal(spans[RATE].x, 43);
    assert_int_equal(spans[RATE].width, 7);
    assert_int_equal(spans[EXTRA].width, 0);
}

static void a_column_never_passes_its_maximum(void **state)
{
    struct table_span spans[COUNT];

    (void)state;
    lay_out(500, spans);
    assert_int_equal(spans[NAME].width, 12);
    assert_int_equal(spans[BAR].width, 30);
    assert_int_equal(spans[EXTRA].width, 4);
}

static void the_highest_rank_goes_first(void **state)
{
    struct table_span spans[COUNT];

    (void)state;
    lay_out(29, spans); /* all four at their least: 8 + 6 + 5 + 7 + 3 blanks */
    assert_int_equal(spans[RATE].width, 7);
    assert_int_equal(spans[BAR].width, 5);
    lay_out(28, spans);
    assert_int_equal(spans[RATE].width, 0);
    assert_int_equal(spans[KIND].width, 6);
    lay_out(20, spans);
    assert_int_equal(spans[KIND].width, 0);
    assert_int_equal(spans[NAME].width, 12);
    assert_int_equal(spans[BAR].width, 7);
    lay_out(13, spans);
    assert_int_equal(spans[BAR].width, 0);
    lay_out(0, spans);
    assert_int_equal(spans[NAME].width, 8);
}

static void no_width_makes_columns_overlap_or_pass_the_edge(void **state)
{
    struct table_span spans[COUNT];

    (void)state;
    for (int width = 8; width < 200; width++) {
        int end = -1;

        lay_out(width, spans);
        for (int i = 0; i < COUNT; i++) {
            if (spans[i].width == 0)
                continue;
            assert_int_equal(spans[i].x, end + 1);
            end = spans[i].x + spans[i].width;
        }
        assert_true(end <= width);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_grow_first_and_the_bar_takes_the_rest),
        cmocka_unit_test(a_column_never_passes_its_maximum),
        cmocka_unit_test(the_highest_rank_goes_first),
        cmocka_unit_test(no_width_makes_columns_overlap_or_pass_the_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
