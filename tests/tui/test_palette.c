#include "tui/palette.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/theme.h"

static void test_default_colour_stays(void **state)
{
    static const int terminals[] = {0, 2, 8, 16, 88, 256, 1 << 24};

    (void)state;
    for (size_t i = 0; i < sizeof terminals / sizeof terminals[0]; i++)
        assert_int_equal(palette_pick(THEME_COLOUR_DEFAULT, terminals[i], NULL), -1);
    assert_int_equal(palette_pick(1, 0, NULL), -1);
    assert_int_equal(palette_pick(THEME_RGB(1, 2, 3), 2, NULL), -1);
}

static void test_numbers_stay_where_they_exist(void **state)
{
    bool bright = true;

    (void)state;
    for (int32_t colour = 0; colour < 256; colour++) {
        assert_int_equal(palette_pick(colour, 256, &bright), colour);
        assert_false(bright);
        if (colour < 16)
            assert_int_equal(palette_pick(colour, 16, NULL), colour);
    }
}

static void test_bright_becomes_plain(void **state)
{
    bool bright;

    (void)state;
    for (int32_t colour = 0; colour < 16; colour++) {
        /* Bold black may be no more than black. */
        assert_int_equal(palette_pick(colour, 8, &bright), colour == 8 ? 7 : colour % 8);
        assert_int_equal(bright, colour > 8);
    }
}

static void test_rgb_to_256(void **state)
{
    (void)state;
    assert_int_equal(palette_pick(THEME_RGB(0, 0, 0), 256, NULL), 16);
    assert_int_equal(palette_pick(THEME_RGB(255, 255, 255), 256, NULL), 231);
    assert_int_equal(palette_pick(THEME_RGB(255, 0, 0), 256, NULL), 196);
    assert_int_equal(palette_pick(THEME_RGB(95, 135, 175), 256, NULL), 67);
    assert_int_equal(palette_pick(THEME_RGB(8, 8, 8), 256, NULL), 232);
    assert_int_equal(palette_pick(THEME_RGB(0x80, 0x80, 0x80), 256, NULL), 244);
}

/* Every colour has a place on every terminal, and an exact one keeps it. */
static void test_every_colour_everywhere(void **state)
{
    bool bright;

    (void)state;
    for (int red = 0; red < 256; red += 15) {
        for (int green = 0; green < 256; green += 15) {
            for (int blue = 0; blue < 256; blue += 15) {
                int32_t rgb = THEME_RGB(red, green, blue);
                assert_in_range(palette_pick(rgb, 8, &bright), 0, 7);
                assert_in_range(palette_pick(rgb, 16, NULL), 0, 15);
                assert_in_range(palette_pick(rgb, 88, NULL), 0, 15);
                assert_in_range(palette_pick(rgb, 256, NULL), 16, 255);
                assert_int_equal(palette_pick(rgb, 1 << 24, NULL), rgb & 0xffffff);
            }
        }
    }
}

static void test_few_colours(void **state)
{
    bool bright;

    (void)state;
    assert_int_equal(palette_pick(THEME_RGB(250, 5, 5), 16, NULL), 9);
    assert_int_equal(palette_pick(THEME_RGB(200, 5, 5), 16, NULL), 1);
    assert_int_equal(palette_pick(196, 16, NULL), 9);
    assert_int_equal(palette_pick(196, 8, &bright), 1);
    assert_true(bright);
    assert_int_equal(palette_pick(244, 16, NULL), 8);
}

/* Where numbers are RGB values, only the first 8 are the user's own colours. */
static void test_direct_colours(void **state)
{
    (void)state;
    assert_int_equal(palette_pick(7, 1 << 24, NULL), 7);
    assert_int_equal(palette_pick(9, 1 << 24, NULL), 0xff0000);
    assert_int_equal(palette_pick(196, 1 << 24, NULL), 0xff0000);
    assert_int_equal(palette_pick(232, 1 << 24, NULL), 0x080808);
}

/* White on a terminal that is white would not be seen. */
static void grey_text_is_the_terminals_own_on_its_own_background(void **state)
{
    bool bright;

    (void)state;
    assert_int_equal(palette_text(8, THEME_COLOUR_DEFAULT, 8, &bright), -1);
    assert_int_equal(palette_text(240, THEME_COLOUR_DEFAULT, 8, &bright), -1);
    assert_int_equal(palette_text(8, 0, 8, &bright), 7);
    assert_int_equal(palette_text(7, THEME_COLOUR_DEFAULT, 8, &bright), 7);
    assert_int_equal(palette_text(8, THEME_COLOUR_DEFAULT, 16, &bright), 8);
    assert_int_equal(palette_text(4, THEME_COLOUR_DEFAULT, 8, &bright), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default_colour_stays),
        cmocka_unit_test(test_numbers_stay_where_they_exist),
        cmocka_unit_test(test_bright_becomes_plain),
        cmocka_unit_test(test_rgb_to_256),
        cmocka_unit_test(test_every_colour_everywhere),
        cmocka_unit_test(test_few_colours),
        cmocka_unit_test(test_direct_colours),
        cmocka_unit_test(grey_text_is_the_terminals_own_on_its_own_background),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
