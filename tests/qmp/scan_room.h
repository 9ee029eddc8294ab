#ifndef QMPTOP_TESTS_QMP_SCAN_ROOM_H
#define QMPTOP_TESTS_QMP_SCAN_ROOM_H

/* scan_room: a /proc and folders made for a test of discover.h. Sockets are real, processes are
 * folders with what /proc has of them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "qmp/discover.h"
#include "qmp/place.h"
#include "tests/support/files.h"
#include "tests/support/folder.h"
#include "tests/support/own_proc.h"

#define PATH_SIZE 256

struct room {
    char folder[FOLDER_SIZE];
    struct discover discover;
    size_t fds;
};

static inline char *in_folder(struct room *room, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", room->folder, name);
    return path;
}

static inline int setup(void **state)
{
    struct room *room = calloc(1, sizeof(*room));
    char proc[PATH_SIZE];

    if (room == NULL)
        return -1;
    folder_make(room->folder);
    in_folder(room, "proc", proc);
    assert_int_equal(mkdir(proc, 0700), 0);
    assert_int_equal(setenv("QMPTOP_PROC", proc, 1), 0);
    discover_init(&room->discover);
    room->fds = files_open_count();
    *state = room;
    return 0;
}

static inline int teardown(void **state)
{
    struct room *room = *state;

    discover_release(&room->discover);
    assert_int_equal(files_open_count(), room->fds);
    folder_remove(room->folder);
    unsetenv("QMPTOP_PROC");
    free(room);
    return 0;
}

/* ---- what there is ---- */

static inline void make_socket(struct room *room, const char *name)
{
    char path[PATH_SIZE];

    folder_socket(in_folder(room, name, path));
}

static inline void make_folder(struct room *room, const char *name)
{
    char path[PATH_SIZE];

    assert_int_equal(mkdir(in_folder(room, name, path), 0700), 0);
}

/* A process; "@" in its command line stands for the folder, a blank for the end of a word. */
static inline void make_process(struct room *room, int pid, const char *line)
{
    char path[PATH_SIZE], bytes[1024];
    size_t len = 0;

    for (; *line != '\0' && len < sizeof(bytes) - PATH_SIZE; line++) {
        if (*line == '@')
            len += (size_t)snprintf(bytes + len, PATH_SIZE, "%s", room->folder);
        else
            bytes[len++] = *line == ' ' ? '\0' : *line;
    }
    bytes[len++] = '\0';
    own_proc_invent(in_folder(room, "proc", path), pid, bytes, len);
}

static inline void link_process(struct room *room, int pid, const char *name,
                                const char *target)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof(path), "%s/proc/%d/%s", room->folder, pid, name);
    assert_int_equal(symlink(target, path), 0);
}

/* ---- what is found ---- */

/* The finding of a socket in the folder, or NULL; places of this host may add others. */
static inline const struct discover_finding *found(struct room *room, const char *name)
{
    const struct discover_list *list = &room->discover.found;
    const struct discover_finding *finding = NULL;
    char path[PATH_SIZE];

    in_folder(room, name, path);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].path != NULL && strcmp(list->items[i].path, path) == 0) {
            assert_null(finding);
            finding = &list->items[i];
        }
    return finding;
}

static inline void scan_host(struct room *room)
{
    discover_take_host(&room->discover);
    discover_scan(&room->discover);
}

#define SCAN_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
