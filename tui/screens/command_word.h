#ifndef QMPTOP_TUI_COMMAND_WORD_H
#define QMPTOP_TUI_COMMAND_WORD_H

/*
 * command_word: what a request would do now to what the cursor is on, or to the tagged
 * jobs, in a word for the footer. It does not do it nor know the key.
 */

#include "tui/keymap.h"

struct app;

/* For app_commands: "cancel", "clear", "back"; static. NULL: it is no request of the topmost
 * screen, or it would do nothing. */
const char *command_word(const struct app *app, enum request request);

#endif
