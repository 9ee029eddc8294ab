#include "tui/theme_load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "tui/jsonfile.h"
#include "tui/theme_file.h"
#include "tui/theme_find.h"

#define EXTENDS_MAX 8

/* ---- themes on themes ---- */

/* The files that are being read, from the last to the first. */
struct chain {
    const struct chain *before;
    const char *path;
    int length;
};

static bool is_being_read(const struct chain *chain, const char *path)
{
    struct stat wanted, one;

    if (stat(path, &wanted) != 0)
        return false;
    for (; chain != NULL; chain = chain->before) {
        if (stat(chain->path, &one) == 0 && one.st_ino == wanted.st_ino &&
            one.st_dev == wanted.st_dev)
            return true;
    }
    return false;
}

static void say_loop(const char *name, char *error)
{
    char quoted[JSONFILE_QUOTE_SIZE];

    snprintf(error, THEME_ERROR_SIZE, "theme %s extends itself", jsonfile_quote(quoted, name));
}

static void say_not_found(const char *name, const struct theme_places *places, char *error)
{
    char quoted[JSONFILE_QUOTE_SIZE];
    int used = snprintf(error, THEME_ERROR_SIZE, "no theme %s; looked in",
                        jsonfile_quote(quoted, name));

    for (size_t i = 0; i < places->count && used < THEME_ERROR_SIZE; i++)
        used += snprintf(error + used, THEME_ERROR_SIZE - (size_t)used, "%s %s",
                         i == 0 ? "" : ",", places->paths[i]);
}

/* The first file of that name which is not being read: a theme may extend one of
 * its own name in a later folder. */
static char *find_file(const char *name, const struct chain *chain, char *error)
{
    struct theme_places places;
    bool looped = false;
    char *found = NULL;

    theme_places_init(&places);
    for (size_t i = 0; i < places.count && found == NULL; i++) {
        char *path = theme_file_path(places.paths[i], name);
        bool taken = is_being_read(chain, path);
        looped = looped || taken;
        if (!taken && access(path, F_OK) == 0)
            found = path;
        else
            free(path);
    }
    if (found == NULL && looped)
        say_loop(name, error);
    else if (found == NULL)
        say_not_found(name, &places, error);
    theme_places_release(&places);
    return found;
}

static char *find(const char *name_or_path, const struct chain *chain, char *error)
{
    if (!theme_is_path(name_or_path))
        return find_file(name_or_path, chain, error);
    if (!is_being_read(chain, name_or_path))
        return mem_dup(name_or_path);
    say_loop(name_or_path, error);
    return NULL;
}

static bool load(struct theme *theme, const char *name_or_path, const struct chain *before,
                 char *error);

/* Everything of a file but "extends", which it has been given already. */
static bool load_file(struct jsonfile *file, struct theme *theme, const struct chain *chain,
                      char *error)
{
    const char *base = theme_file_extends(file);

    theme_mono(theme);
    if (base != NULL && chain->length == EXTENDS_MAX)
        return jsonfile_complain(file, (jsonfile_place){"extends", NULL},
                                 "more than %d themes extend each other", EXTENDS_MAX);
    if (base != NULL && !load(theme, base, chain, error))
        return false;
    theme_name_of_path(chain->path, theme->name, sizeof theme->name);
    return theme_file_read(file, theme);
}

static bool load(struct theme *theme, const char *name_or_path, const struct chain *before,
                 char *error)
{
    struct chain chain = {.before = before, .length = before == NULL ? 1 : before->length + 1};
    char *path = find(name_or_path, before, error);
    struct jsonfile file;

    if (path == NULL) {
        theme_mono(theme);
        return strcmp(name_or_path, theme->name) == 0;
    }
    error[0] = '\0';
    chain.path = path;
    bool good = jsonfile_read(&file, path) && load_file(&file, theme, &chain, error);
    if (!good && error[0] == '\0')
        snprintf(error, THEME_ERROR_SIZE, "%s", file.error);
    jsonfile_release(&file);
    free(path);
    return good;
}

bool theme_load(struct theme *theme, const char *name_or_path, char *error)
{
    struct theme loaded;

    if (!load(&loaded, name_or_path, NULL, error))
        return false;
    *theme = loaded;
    return true;
}

/* ---- listing ---- */

struct listing {
    void (*visit)(const char *name, const char *path, void *argument);
    void *argument;
    bool has_mono;
};

static int is_theme(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && theme_is_path(entry->d_name);
}

static void list_folder(struct listing *listing, const char *folder)
{
    struct theme theme;
    struct dirent **entries;
    int count = scandir(folder, &entries, is_theme, alphasort);

    for (int i = 0; i < count; i++) {
        theme_name_of_path(entries[i]->d_name, theme.name, sizeof theme.name);
        char *path = theme_file_path(folder, theme.name);
        listing->has_mono = listing->has_mono || strcmp(theme.name, "mono") == 0;
        listing->visit(theme.name, path, listing->argument);
        free(path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

void theme_list(void (*visit)(const char *name, const char *path, void *argument),
                void *argument)
{
    struct listing listing = {.visit = visit, .argument = argument};
    struct theme_places places;

    theme_places_init(&places);
    for (size_t i = 0; i < places.count; i++)
        list_folder(&listing, places.paths[i]);
    theme_places_release(&places);
    if (!listing.has_mono)
        visit("mono", "built in", argument);
}
