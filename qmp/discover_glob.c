#include "qmp/discover_glob.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "qmp/descriptors.h"

#define WILD "*?[\\"

/* What may not be looked at may be one, too: it is told as forbidden later. */
static bool is_socket(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? S_ISSOCK(status.st_mode) : errno == EACCES;
}

/* For glob(3). */
static int on_unread_folder(const char *path, int error_number)
{
    (void)path;
    return descriptors_are_out(error_number);
}

static bool expand(struct discover_glob *walk, const char *wanted)
{
    int result = glob(wanted, GLOB_NOSORT, on_unread_folder, walk->matches);

    walk->is_blind |= result == GLOB_ABORTED;
    return result == 0;
}

bool discover_glob_begin(struct discover_glob *walk, const char *pattern)
{
    const char *slash = strrchr(pattern, '/');
    char *wanted = NULL;

    discover_glob_end(walk);
    if (slash != NULL && slash != pattern && strpbrk(slash, WILD) != NULL) {
        walk->name = slash + 1;
        wanted = strndup(pattern, (size_t)(slash - pattern));
    } else {
        wanted = strdup(pattern);
    }
    walk->matches = calloc(1, sizeof(*walk->matches));
    if (wanted == NULL || walk->matches == NULL || !expand(walk, wanted))
        discover_glob_end(walk);
    free(wanted);
    return walk->matches != NULL;
}

/* The next folder that can be read. */
static bool open_folder(struct discover_glob *walk)
{
    while (walk->folder == NULL && walk->next < walk->matches->gl_pathc) {
        const char *path = walk->matches->gl_pathv[walk->next++];
        int len = snprintf(walk->path, sizeof(walk->path), "%s/", path);

        if (len < 0 || (size_t)len >= sizeof(walk->path))
            continue;
        walk->folder_len = (size_t)len;
        walk->folder = opendir(path);
        walk->is_blind |= walk->folder == NULL && descriptors_are_out(errno);
    }
    return walk->folder != NULL;
}

static bool fits(const char *pattern, const char *name)
{
    if (strcmp(pattern, "*") == 0)
        return *name != '.';
    return fnmatch(pattern, name, FNM_PERIOD) == 0;
}

static void look_at(struct discover_glob *walk, const struct dirent *entry,
                    struct discover_match *match)
{
    size_t room = sizeof(walk->path) - walk->folder_len, len = strlen(entry->d_name);
    bool is_told = entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK;

    if (len >= room || (is_told && entry->d_type != DT_SOCK) ||
        !fits(walk->name, entry->d_name))
        return;
    memcpy(walk->path + walk->folder_len, entry->d_name, len + 1);
    if (!is_told && !is_socket(walk->path))
        return;
    match->path = walk->path;
    match->is_link = !is_told;
}

bool discover_glob_step(struct discover_glob *walk, struct discover_match *match)
{
    const struct dirent *entry;

    *match = (struct discover_match){.is_link = true};
    if (walk->matches == NULL)
        return false;
    if (walk->name == NULL && walk->next < walk->matches->gl_pathc) {
        const char *path = walk->matches->gl_pathv[walk->next++];

        match->path = is_socket(path) ? path : NULL;
        return true;
    }
    if (walk->name == NULL || !open_folder(walk)) {
        discover_glob_end(walk);
        return false;
    }
    entry = readdir(walk->folder);
    if (entry != NULL) {
        look_at(walk, entry, match);
        return true;
    }
    closedir(walk->folder);
    walk->folder = NULL;
    return true;
}

void discover_glob_end(struct discover_glob *walk)
{
    if (walk->folder != NULL)
        closedir(walk->folder);
    if (walk->matches != NULL)
        globfree(walk->matches);
    free(walk->matches);
    walk->folder = NULL;
    walk->matches = NULL;
    walk->name = NULL;
    walk->next = 0;
}
