#ifndef QMPTOP_TUI_THEME_FIND_H
#define QMPTOP_TUI_THEME_FIND_H

/*
 * theme_find: where theme files lie. It does not read them (theme_load.c does).
 */

#include <stdbool.h>
#include <stddef.h>

#define THEME_PLACES_MAX 24

/* Folders in the order of search (theme.h), each once. */
struct theme_places {
    size_t count;
    char *paths[THEME_PLACES_MAX]; /* owned */
};

void theme_places_init(struct theme_places *places);
void theme_places_release(struct theme_places *places);

/* Whether this is a path and not the name of a theme. */
bool theme_is_path(const char *name_or_path);

/* "FOLDER/NAME.json", owned by the caller. */
char *theme_file_path(const char *folder, const char *name);

/* The name of the theme in a file: the file's, without folder and ".json"; cut to
 * the buffer. */
void theme_name_of_path(const char *path, char *name, size_t size);

#endif
