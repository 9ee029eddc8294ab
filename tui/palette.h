#ifndef QMPTOP_TUI_PALETTE_H
#define QMPTOP_TUI_PALETTE_H

/*
 * palette: the nearest colour that a terminal has. It does not know curses nor
 * roles: a colour of a theme (theme.h) and a number of colours go in, the number
 * to give to the terminal comes out. The first 16 colours are the user's own and
 * are never taken as an approximation of an RGB value on 256 colours.
 */

#include <stdbool.h>
#include <stdint.h>

/* `colours`: how many the terminal has (0, 8, 16, 88, 256, or 2^24 where numbers
 * are RGB values). Returns -1 for the terminal's default colour and whenever
 * colours < 8. *bright tells that one of the bright colours became
 * a plain one, which bold can make up for; for a background it is NULL. Grey text is
 * white where there are 8 colours. */
int palette_pick(int32_t colour, int colours, bool *bright);

/* The same for text on the background `bg` of a theme: where grey would become white, on the
 * terminal's own background it is the terminal's own text, since that may be a light one. */
int palette_text(int32_t fg, int32_t bg, int colours, bool *bright);

#endif
