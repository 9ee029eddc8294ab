#ifndef QMPTOP_TUI_THEME_FILE_H
#define QMPTOP_TUI_THEME_FILE_H

/*
 * theme_file: what one theme file says (its syntax is in theme.h). It does not look
 * for files, nor does it follow "extends".
 */

#include <stdbool.h>

#include "tui/theme.h"

struct jsonfile;

/* The theme that this one starts from; NULL = none, or no text. Owned by the file. */
const char *theme_file_extends(const struct jsonfile *file);

/* Puts the roles and the name of the file over what `theme` has. False with
 * file->error at the first thing that is wrong; `theme` may have changed then. */
bool theme_file_read(struct jsonfile *file, struct theme *theme);

#endif
