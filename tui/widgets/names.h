#ifndef QMPTOP_TUI_NAMES_H
#define QMPTOP_TUI_NAMES_H

/*
 * names: the two names that say which job it is, the VM's and its own, side by side in
 * a width that may be too small for both. Each is cut in its middle then, so that names
 * that differ only at an end can be told apart. It does not draw.
 */

#define NAMES_SIZE 512 /* bytes of a name at most */

/* Cleaned, as they are to be shown. */
struct names {
    char vm[NAMES_SIZE], job[NAMES_SIZE];
};

/* How many of `room` columns the first of two texts gets, when they would take `first`
 * and `second`: what it wants where both fit or the other leaves it, else half. */
int names_split(int first, int second, int room);

/* Both names, raw, in `room` columns together (what stands between them not counted).
 * Returns the columns that they would like to have. */
int names_fit(struct names *names, const char *vm, const char *job, int room);

#endif
