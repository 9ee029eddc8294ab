#include "tui/screens/events_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/audit.h"

/* "~/x" is in the person's home. NULL, or why there is no such path. */
static const char *expand(const char *path, char full[PATH_MAX])
{
    bool home = strncmp(path, "~/", 2) == 0;
    const char *begin = home ? getenv("HOME") : "";
    if (!begin)
        return "HOME is not set";
    int len = snprintf(full, PATH_MAX, "%s%s", begin, home ? path + 1 : path);
    return len < PATH_MAX ? NULL : strerror(ENAMETOOLONG);
}

static size_t write_entries(const struct events_view *view, int64_t (*wall_s)(int64_t at_ms),
                            FILE *file)
{
    size_t count = 0;
    for (size_t i = view->journal->count; i > 0; i--) {
        const struct journal_entry *entry = journal_newest(view->journal, i - 1);
        if (!events_view_shows(view, entry))
            continue;
        audit_write(file, (time_t)wall_s(entry->at_ms), entry);
        count++;
    }
    return count;
}

static bool say(const char *path, const char *why, char error[EVENTS_FILE_ERROR])
{
    snprintf(error, EVENTS_FILE_ERROR, "%s: %s", path, why);
    return false;
}

static bool fail(const char *path, int error_number, char error[EVENTS_FILE_ERROR])
{
    return say(path,
               error_number == EEXIST ? "it exists already, and is left as it is"
                                      : strerror(error_number),
               error);
}

/* A file that nobody had before, its owner's alone. */
static FILE *create(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (fd >= 0 && !file)
        close(fd);
    return file;
}

/* Closes it: 0, or the errno of what could not be written. */
static int finish(FILE *file)
{
    bool whole = fflush(file) == 0 && !ferror(file);
    int error_number = whole ? 0 : errno;
    if (fclose(file) != 0 && whole)
        error_number = errno;
    return error_number;
}

bool events_file_write(const struct events_view *view, int64_t (*wall_s)(int64_t at_ms),
                       const char *path, size_t *count, char error[EVENTS_FILE_ERROR])
{
    char full[PATH_MAX];
    const char *no_path = expand(path, full);
    if (no_path)
        return say(path, no_path, error);
    FILE *file = create(full);
    if (!file)
        return fail(path, errno, error);
    *count = write_entries(view, wall_s, file);
    int error_number = finish(file);
    if (error_number == 0)
        return true;
    unlink(full);
    return fail(path, error_number, error);
}
