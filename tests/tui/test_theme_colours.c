/*
 * The themes can be read: the contrast of every role on its background as WCAG 2
 * computes it, and in the theme for the colour-blind the distance of the roles that
 * matter as a deuteranope and a protanope see them.
 */
#include "tui/palette.h"
#include "tui/theme.h"
#include "tui/theme_load.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_LEAST  4.5 /* WCAG 2 AA, text */
#define SHAPE_LEAST 3.0 /* WCAG 2 AA, bold text and what is no text */
#define APART_LEAST 30. /* CIE76; 2.3 is just noticeable */

/* Red, green, blue of 0..1. */
struct colour {
    double part[3];
};

static const struct colour black = {{0, 0, 0}}, white = {{1, 1, 1}},
                           grey = {{229 / 255., 229 / 255., 229 / 255.}};

/* ---- colours ---- */

static struct colour of_bytes(int red, int green, int blue)
{
    return (struct colour){{red / 255., green / 255., blue / 255.}};
}

/* xterm's palette. */
static struct colour of_number(int number)
{
    static const int names[16][3] = {
        {0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
        {0, 0, 238},     {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
        {127, 127, 127}, {255, 0, 0},   {0, 255, 0},   {255, 255, 0},
        {92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
    };
    static const int levels[6] = {0, 95, 135, 175, 215, 255};

    if (number < 16)
        return of_bytes(names[number][0], names[number][1], names[number][2]);
    if (number >= 232)
        return of_bytes(8 + 10 * (number - 232), 8 + 10 * (number - 232),
                        8 + 10 * (number - 232));
    number -= 16;
    return of_bytes(levels[number / 36], levels[number / 6 % 6], levels[number % 6]);
}

/* How many colours the terminal has; 0: all, as the theme says them. */
static int depth;

/* What the program makes of it there: a bright colour is a bold one where there are 8. */
static struct colour of_theme(int32_t colour, int32_t normal, int32_t bg,
                              struct colour terminal)
{
    if (colour == THEME_COLOUR_DEFAULT)
        colour = normal;
    if (colour == THEME_COLOUR_DEFAULT)
        return terminal;
    if (depth > 0) {
        bool bright = false;
        int number = palette_text(colour, bg, depth, &bright);
        if (number < 0)
            return terminal;
        return of_number(bright && number < 8 ? number + 8 : number);
    }
    if (colour >= THEME_RGB(0, 0, 0))
        return of_bytes(colour >> 16 & 0xff, colour >> 8 & 0xff, colour & 0xff);
    return of_number(colour);
}

/* Bold brightens no background. */
static struct colour of_background(int32_t colour, int32_t normal, struct colour terminal)
{
    if (colour == THEME_COLOUR_DEFAULT)
        colour = normal;
    if (depth > 0 && colour != THEME_COLOUR_DEFAULT)
        colour = palette_pick(colour, depth, NULL);
    return colour == THEME_COLOUR_DEFAULT ? terminal
           : colour >= THEME_RGB(0, 0, 0) ? of_theme(colour, 0, 0, terminal)
                                          : of_number(colour);
}

static double linear(double part)
{
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour colour)
{
    return 0.2126 * linear(colour.part[0]) + 0.7152 * linear(colour.part[1]) +
           0.0722 * linear(colour.part[2]);
}

static double contrast(struct colour a, struct colour b)
{
    double one = luminance(a) + 0.05, other = luminance(b) + 0.05;

    return one > other ? one / other : other / one;
}

/* ---- contrast ---- */

static struct theme load(const char *name)
{
    char error[THEME_ERROR_SIZE] = "";
    struct theme theme;

    if (!theme_load(&theme, name, error))
        fail_msg("%s: %s", name, error);
    return theme;
}

/* What a terminal makes of "dim": two thirds, as xterm does. */
static struct colour dimmed(struct colour colour)
{
    for (int i = 0; i < 3; i++)
        colour.part[i] *= 2 / 3.;
    return colour;
}

/* Reverse changes the sides only, which contrast does not see. */
static double contrast_of(const struct theme *theme, enum theme_role role, struct colour text,
                          struct colour background)
{
    const struct theme_style *normal = &theme->styles[THEME_NORMAL];
    const struct theme_style *style = &theme->styles[role];
    int32_t own = style->bg == THEME_COLOUR_DEFAULT ? normal->bg : style->bg;
    struct colour fg = of_theme(style->fg, normal->fg, own, text);
    struct colour bg = of_background(style->bg, normal->bg, background);

    return contrast(style->attributes & THEME_DIM_ATTR ? dimmed(fg) : fg, bg);
}

/* With 8 colours there is not much to choose from: bold text may be as strong as a shape. */
static double least_of(const struct theme *theme, enum theme_role role)
{
    bool is_bold = depth == 8 && (theme->styles[role].attributes & THEME_BOLD) != 0;

    return role == THEME_BAR_LEFT || role == THEME_DIM || is_bold ? SHAPE_LEAST : TEXT_LEAST;
}

static void assert_readable(const char *name, struct colour text, struct colour background)
{
    struct theme theme = load(name);

    for (enum theme_role role = 0; role < THEME_ROLE_COUNT; role++) {
        double found = contrast_of(&theme, role, text, background);
        if (found < least_of(&theme, role))
            fail_msg("%s, %d colours: %s has a contrast of %.2f, not %.1f", name, depth,
                     theme_role_name(role), found, least_of(&theme, role));
    }
}

static void test_ratio(void **state)
{
    (void)state;
    assert_true(fabs(contrast(black, white) - 21) < 0.01);
    assert_true(fabs(contrast(of_number(1), white) - 5.84) < 0.01);
    assert_true(fabs(contrast(of_number(196), of_bytes(255, 0, 0)) - 1) < 0.01);
}

static const int depths[] = {0, 256, 16, 8};

static void test_every_role_can_be_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        depth = depths[i];
        assert_readable("default", grey, black);
        assert_readable("mono", grey, black);
        assert_readable("mono", black, white);
        assert_readable("light", black, white);
        assert_readable("contrast", grey, black);
        assert_readable("contrast", black, white);
        assert_readable("colorblind", grey, black);
        assert_readable("colorblind", black, white);
    }
    depth = 0;
}

/* No 16 colours are strong on black and on white. The default theme is strong on
 * black; on white all can still be read but for the pale green and cyan of what goes
 * well, which "light" is for. */
static void test_default_on_white(void **state)
{
    struct theme theme = load("default");

    (void)state;
    for (enum theme_role role = 0; role < THEME_ROLE_COUNT; role++) {
        double found = contrast_of(&theme, role, black, white);
        bool is_pale = role == THEME_OK || role == THEME_BUSY || role == THEME_BAR_DONE;
        if (!is_pale && found < SHAPE_LEAST)
            fail_msg("%s has a contrast of %.2f on white", theme_role_name(role), found);
    }
}

static void test_contrast_is_the_strongest(void **state)
{
    struct theme theme = load("contrast");

    (void)state;
    for (enum theme_role role = 0; role < THEME_ROLE_COUNT; role++)
        assert_true(contrast_of(&theme, role, grey, black) >= 7);
}

/* ---- other eyes ---- */

/* Machado, Oliveira and Fernandes 2009, full severity, on linear parts. */
static const double deuteranopia[3][3] = {
    {0.367322, 0.860646, -0.227968},
    {0.280085, 0.672501, 0.047413},
    {-0.011820, 0.042940, 0.968881},
};
static const double protanopia[3][3] = {
    {0.152286, 1.052583, -0.204868},
    {0.114503, 0.786281, 0.099216},
    {-0.003882, -0.048116, 1.051998},
};

/* Linear parts as these eyes see them. */
static struct colour seen_by(const double eyes[3][3], struct colour colour)
{
    struct colour seen;

    for (int i = 0; i < 3; i++) {
        double sum = 0;
        for (int k = 0; k < 3; k++)
            sum += eyes[i][k] * linear(colour.part[k]);
        seen.part[i] = fmin(1, fmax(0, sum));
    }
    return seen;
}

static double lab_curve(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16 / 116.;
}

/* CIE L*a*b* of linear parts (D65). */
static struct colour lab(struct colour linear_parts)
{
    const double *p = linear_parts.part;
    double x = lab_curve((0.4124 * p[0] + 0.3576 * p[1] + 0.1805 * p[2]) / 0.95047);
    double y = lab_curve(0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]);
    double z = lab_curve((0.0193 * p[0] + 0.1192 * p[1] + 0.9505 * p[2]) / 1.08883);

    return (struct colour){{116 * y - 16, 500 * (x - y), 200 * (y - z)}};
}

static double distance(struct colour a, struct colour b)
{
    double sum = 0;

    for (int i = 0; i < 3; i++)
        sum += (a.part[i] - b.part[i]) * (a.part[i] - b.part[i]);
    return sqrt(sum);
}

static double distance_for(const double eyes[3][3], struct colour a, struct colour b)
{
    return distance(lab(seen_by(eyes, a)), lab(seen_by(eyes, b)));
}

/* The eyes are simulated well: red and green of the same lightness meet. */
static void test_simulation(void **state)
{
    struct colour red = of_bytes(190, 60, 0), green = of_bytes(95, 110, 0);

    (void)state;
    assert_true(distance_for(deuteranopia, red, green) < 15);
    assert_true(distance_for(deuteranopia, of_bytes(0, 0, 255), of_bytes(255, 165, 0)) > 90);
    assert_true(distance_for(protanopia, white, white) < 0.01);
}

static void test_states_stay_apart(void **state)
{
    static const enum theme_role roles[] = {THEME_NEED, THEME_ERROR, THEME_OK, THEME_BUSY};
    struct theme theme = load("colorblind");

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = i + 1; k < 4; k++) {
            struct colour one = of_theme(theme.styles[roles[i]].fg, 0, 0, white);
            struct colour other = of_theme(theme.styles[roles[k]].fg, 0, 0, white);
            double least = fmin(distance_for(deuteranopia, one, other),
                                distance_for(protanopia, one, other));
            if (least < APART_LEAST)
                fail_msg("%s and %s are only %.0f apart", theme_role_name(roles[i]),
                         theme_role_name(roles[k]), least);
        }
    }
}

/* The themes that come with the program, nobody's own. */
static int set_up(void **state)
{
    (void)state;
    setenv("XDG_CONFIG_HOME", "/nowhere", 1);
    setenv("XDG_DATA_HOME", "/nowhere", 1);
    setenv("XDG_DATA_DIRS", "/nowhere", 1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_every_role_can_be_read),
        cmocka_unit_test(test_default_on_white),
        cmocka_unit_test(test_contrast_is_the_strongest),
        cmocka_unit_test(test_simulation),
        cmocka_unit_test(test_states_stay_apart),
    };

    return cmocka_run_group_tests_name("theme_colours", tests, set_up, NULL);
}
