#ifndef QMPTOP_TUI_CHART_H
#define QMPTOP_TUI_CHART_H

/*
 * chart: figures over time as columns of blocks, or of '.', ':' and '|' where the
 * terminal has no UTF-8. It does not know what they count. An unknown figure
 * (negative) leaves its column blank; a zero still shows, as the lowest mark.
 */

#include <stddef.h>

#include "tui/draw.h"

/* Draws `count` columns from x on into the `height` lines from y on, what lies outside
 * of the area clipped, scaled so that `top` fills the height. Each column is at least
 * one mark high. */
void chart_draw(struct draw_area area, int y, int x, int height, enum theme_role role,
                const float *columns, size_t count, float top);

/* The greatest figure; 0 when none is known. */
float chart_top(const float *columns, size_t count);

#endif
