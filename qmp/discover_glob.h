#ifndef QMPTOP_QMP_DISCOVER_GLOB_H
#define QMPTOP_QMP_DISCOVER_GLOB_H

/*
 * discover_glob: the sockets whose paths match a pattern, one entry of a folder at a time.
 * It is told by the folder what is a socket: a thousand of them are not looked at one by
 * one. It knows nothing of who made them.
 */

#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Zeroed: none under way. */
struct discover_glob {
    glob_t *matches;  /* owned; of the whole pattern, or of its folder; NULL = not begun */
    size_t next;      /* of them */
    const char *name; /* borrowed; what entries of the folders shall match; NULL = the matches
                         are the paths */
    DIR *folder;      /* being read; its path is the first `folder_len` bytes of `path` */
    char path[PATH_MAX];
    size_t folder_len;
    bool is_blind; /* a folder was not seen since too many files are open; stays so */
};

/* What one step came to. */
struct discover_match {
    const char *path; /* valid until the next step; NULL = this entry is no socket */
    bool is_link;     /* it may lead elsewhere */
};

/* Begins with `pattern`, of paths as glob(3) takes them, which stays as long. False when
 * nothing can match. */
bool discover_glob_begin(struct discover_glob *walk, const char *pattern);

/* One more entry. False: there was none, and none is under way any more. */
bool discover_glob_step(struct discover_glob *walk, struct discover_match *match);

/* Ends it early; idempotent. */
void discover_glob_end(struct discover_glob *walk);

#endif
