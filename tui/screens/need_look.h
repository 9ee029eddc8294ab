#ifndef QMPTOP_TUI_SCREENS_NEED_LOOK_H
#define QMPTOP_TUI_SCREENS_NEED_LOOK_H

/*
 * need_look: how loud a need (core/need.h) looks, the same on every screen. It does not know
 * whose need it is.
 */

#include "core/need.h"
#include "tui/theme.h"

/* '!', '*', or ' ' for none. */
char need_look_mark(const struct need *need);

/* `otherwise`: the role of what needs nobody. */
enum theme_role need_look_role(const struct need *need, enum theme_role otherwise);

#endif
