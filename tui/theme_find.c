#include "tui/theme_find.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"

/* Takes over `path`. */
static void add(struct theme_places *places, char *path)
{
    for (size_t i = 0; i < places->count; i++) {
        if (strcmp(places->paths[i], path) == 0) {
            free(path);
            return;
        }
    }
    if (places->count < THEME_PLACES_MAX)
        places->paths[places->count++] = path;
    else
        free(path);
}

static char *join(const char *base, const char *rest)
{
    size_t size = strlen(base) + strlen(rest) + 1;
    char *path = mem_alloc(size, 1);

    snprintf(path, size, "%s%s", base, rest);
    return path;
}

/* A folder named by an XDG variable, or else below HOME. */
static void add_home(struct theme_places *places, const char *variable, const char *below)
{
    const char *folder = getenv(variable), *home = getenv("HOME");

    if (folder != NULL && folder[0] == '/') {
        add(places, join(folder, "/qmptop/themes"));
    } else if (home != NULL && home[0] == '/') {
        char *base = join(home, below);
        add(places, join(base, "/qmptop/themes"));
        free(base);
    }
}

static void add_data_folders(struct theme_places *places)
{
    const char *folders = getenv("XDG_DATA_DIRS");
    char *list = mem_dup(folders != NULL && *folders ? folders : "/usr/local/share:/usr/share");
    char *rest = NULL;

    for (char *one = strtok_r(list, ":", &rest); one; one = strtok_r(NULL, ":", &rest)) {
        if (one[0] == '/')
            add(places, join(one, "/qmptop/themes"));
    }
    free(list);
}

/* SOURCE/build/.../program has its themes in SOURCE/themes. */
static void add_build_tree(struct theme_places *places)
{
    static const char mark[] = "/build/";
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    char *last = NULL;

    if (size <= 0)
        return;
    path[size] = '\0';
    for (char *found = strstr(path, mark); found != NULL; found = strstr(found + 1, mark))
        last = found;
    if (last == NULL)
        return;
    *last = '\0';
    add(places, join(path, "/themes"));
}

void theme_places_init(struct theme_places *places)
{
    places->count = 0;
    add_home(places, "XDG_CONFIG_HOME", "/.config");
    add_home(places, "XDG_DATA_HOME", "/.local/share");
    add_data_folders(places);
    add(places, mem_dup(QMPTOP_DATADIR "/themes"));
    add_build_tree(places);
}

void theme_places_release(struct theme_places *places)
{
    for (size_t i = 0; i < places->count; i++)
        free(places->paths[i]);
}

bool theme_is_path(const char *name_or_path)
{
    const char *dot = strrchr(name_or_path, '.');

    return strchr(name_or_path, '/') != NULL || (dot != NULL && strcmp(dot, ".json") == 0);
}

char *theme_file_path(const char *folder, const char *name)
{
    char *base = join(folder, "/"), *stem = join(base, name), *path = join(stem, ".json");

    free(base);
    free(stem);
    return path;
}

void theme_name_of_path(const char *path, char *name, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *start = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(start, '.');

    snprintf(name, size, "%.*s", (int)(dot == NULL ? strlen(start) : (size_t)(dot - start)),
             start);
}
