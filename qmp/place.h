#ifndef QMPTOP_QMP_PLACE_H
#define QMPTOP_QMP_PLACE_H

/*
 * place: where the managers of virtual machines keep their QMP sockets, and how
 * each treats them. It knows paths only: it opens nothing, lists no folder, and
 * cannot tell whether the manager runs.
 *
 * A manager's jobs are its own: to end one from outside makes its migration or
 * move fail. And its socket is its own: one that it visits must be free when it
 * comes, one that it holds answers nobody else.
 */

#include <stddef.h>

enum place_use {
    PLACE_HELD,   /* the manager's daemon stays connected: others find it busy */
    PLACE_VISITED /* it connects for moments and fails when others stay connected */
};

struct place {
    const char *manager; /* its name for people: "libvirt" */
    const char *pattern; /* of the sockets' absolute paths, as fnmatch(3) with FNM_PATHNAME */
    enum place_use use;
};

/* The place a socket with this absolute path belongs to, or NULL. /var/run and /run are
 * the same. Lives for ever. */
const struct place *place_of(const char *path);

/* All of them, for looking there: NULL from the first `index` that is too great. A pattern
 * begins with "~config/" where the user's configuration folder stands. */
const struct place *place_at(size_t index);

#endif
