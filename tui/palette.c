#include "tui/palette.h"

#include <stddef.h>

#include "tui/theme.h"

#define WHITE      7
#define GREY       8 /* bright black */
#define CUBE_START 16
#define GREY_START 232
#define DIRECT     (1 << 24)

struct rgb {
    int red, green, blue;
};

/* The first 16 as most terminals show them. */
static const struct rgb ansi[16] = {
    {0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
    {0, 0, 238},     {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
    {127, 127, 127}, {255, 0, 0},   {0, 255, 0},   {255, 255, 0},
    {92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
};

static const int cube_levels[6] = {0, 95, 135, 175, 215, 255};

static struct rgb rgb_of(int32_t colour)
{
    if (colour >= THEME_RGB(0, 0, 0))
        return (struct rgb){colour >> 16 & 0xff, colour >> 8 & 0xff, colour & 0xff};
    if (colour < CUBE_START)
        return ansi[colour];
    if (colour >= GREY_START) {
        int grey = 8 + 10 * (colour - GREY_START);
        return (struct rgb){grey, grey, grey};
    }
    int cell = colour - CUBE_START;
    return (struct rgb){cube_levels[cell / 36], cube_levels[cell / 6 % 6],
                        cube_levels[cell % 6]};
}

static int distance(struct rgb a, struct rgb b)
{
    int red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;

    /* The eye sees green best and blue least. */
    return 3 * red * red + 6 * green * green + blue * blue;
}

static int nearest(struct rgb wanted, int first, int end)
{
    int best = first;

    for (int colour = first + 1; colour < end; colour++) {
        if (distance(wanted, rgb_of(colour)) < distance(wanted, rgb_of(best)))
            best = colour;
    }
    return best;
}

/* Where bold does not brighten, bright black would be black on black. */
static int pick_of_few(int32_t colour, int colours, bool is_text, bool *bright)
{
    int found = colour < CUBE_START ? colour : nearest(rgb_of(colour), 0, 16);

    if (colours >= 16 || found < 8)
        return found;
    if (is_text && found == GREY)
        return WHITE;
    *bright = true;
    return found - 8;
}

static int pick_direct(int32_t colour)
{
    if (colour < 8)
        return colour;
    struct rgb rgb = rgb_of(colour);
    return rgb.red << 16 | rgb.green << 8 | rgb.blue;
}

int palette_pick(int32_t colour, int colours, bool *bright)
{
    bool ignored = false, is_text = bright != NULL;

    bright = bright == NULL ? &ignored : bright;
    *bright = false;
    if (colour == THEME_COLOUR_DEFAULT || colours < 8)
        return -1;
    if (colours >= DIRECT)
        return pick_direct(colour);
    if (colours < 256)
        return pick_of_few(colour, colours, is_text, bright);
    return colour < 256 ? colour : nearest(rgb_of(colour), CUBE_START, 256);
}

int palette_text(int32_t fg, int32_t bg, int colours, bool *bright)
{
    bool unused;
    int found = palette_pick(fg, colours, bright);
    bool is_grey = found == WHITE && colours < 16 && palette_pick(fg, 16, &unused) == GREY;

    return is_grey && bg == THEME_COLOUR_DEFAULT ? -1 : found;
}
