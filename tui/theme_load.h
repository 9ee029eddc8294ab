#ifndef QMPTOP_TUI_THEME_LOAD_H
#define QMPTOP_TUI_THEME_LOAD_H

/*
 * theme_load: themes by name, with what they extend. It does not know what a file may
 * say (theme_file.h).
 */

#include <stdbool.h>

#include "tui/theme.h"

#define THEME_ERROR_SIZE 1024

/* Loads by name (searched in $XDG_CONFIG_HOME/qmptop/themes, $XDG_DATA_HOME and
 * $XDG_DATA_DIRS + /qmptop/themes, the compiled-in data folder, and themes/
 * beside a program run from its build tree) or by path (anything with '/' or
 * ending in .json). On failure *theme is untouched and `error`
 * (THEME_ERROR_SIZE) tells file, line, column or the places searched. */
bool theme_load(struct theme *theme, const char *name_or_path, char *error);

/* Calls `visit` for every theme that theme_load() finds by name, sorted by name
 * inside a folder, with "built in" as the path of mono where no file has it. */
void theme_list(void (*visit)(const char *name, const char *path, void *argument),
                void *argument);

#endif
