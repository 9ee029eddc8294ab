#ifndef QMPTOP_TUI_SCREENS_COMMANDS_H
#define QMPTOP_TUI_SCREENS_COMMANDS_H

/*
 * commands: what the keys of the keymap lead to: which screen opens, which verb asks for
 * what. It knows all screens, so that app.c needs to know none. It does not know which
 * key it was.
 */

struct app_commands; /* app.h */

extern const struct app_commands commands;

#endif
