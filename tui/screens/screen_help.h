#ifndef QMPTOP_TUI_SCREEN_HELP_H
#define QMPTOP_TUI_SCREEN_HELP_H

/*
 * screen_help: the keys as they are set now, made from the keymap, and what the
 * marks and groups of the list mean. It knows no request by name.
 */

#include "tui/screen.h"

/* For app_push(). */
struct screen *screen_help_new(void);

#endif
