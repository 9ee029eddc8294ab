/*
 * The paths that a pattern matches: which entries of a folder are sockets, links to them, or
 * none, as the folder or the file tells.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qmp/discover_glob.h"
#include "tests/support/files.h"
#include "tests/support/folder.h"

#define PATH_SIZE  256
#define FOUND_SIZE 512

struct room {
    char folder[FOLDER_SIZE];
    struct discover_glob walk;
    size_t fds, steps;
    char found[FOUND_SIZE]; /* names behind the folder, in order; "@" after a link's */
};

static char *in_folder(const struct room *room, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", room->folder, name);
    return path;
}

static void make_folder(const struct room *room, const char *name)
{
    char path[PATH_SIZE];

    assert_int_equal(mkdir(in_folder(room, name, path), 0700), 0);
}

static void make_link(const struct room *room, const char *name, const char *target)
{
    char path[PATH_SIZE];

    assert_int_equal(symlink(target, in_folder(room, name, path)), 0);
}

static int setup(void **state)
{
    static const char *const sockets[] = {"a.qmp", "b.qmp", ".c.qmp", "other", "1/m", "2/m"};
    struct room *room = calloc(1, sizeof(*room));
    char path[PATH_SIZE];

    if (room == NULL)
        return -1;
    folder_make(room->folder);
    make_folder(room, "1");
    make_folder(room, "2");
    make_folder(room, "folder.qmp");
    for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++)
        folder_socket(in_folder(room, sockets[i], path));
    folder_write(in_folder(room, "plain.qmp", path), "x", 1);
    make_link(room, "link.qmp", "other");
    make_link(room, "dangling.qmp", "nothing");
    make_link(room, "to-plain.qmp", "plain.qmp");
    room->fds = files_open_count();
    *state = room;
    return 0;
}

static int teardown(void **state)
{
    struct room *room = *state;

    discover_glob_end(&room->walk);
    assert_int_equal(files_open_count(), room->fds);
    folder_remove(room->folder);
    free(room);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All that the pattern, behind the folder, matches. */
static const char *find(struct room *room, const char *name)
{
    char pattern[PATH_SIZE], *names[16];
    struct discover_match match;
    size_t count = 0;

    room->found[0] = '\0';
    room->steps = 0;
    (void)discover_glob_begin(&room->walk, in_folder(room, name, pattern));
    while (discover_glob_step(&room->walk, &match)) {
        room->steps++;
        if (match.path == NULL)
            continue;
        assert_true(count < 16);
        assert_int_equal(strncmp(match.path, room->folder, strlen(room->folder)), 0);
        size_t size = strlen(match.path) + 2;
        names[count] = malloc(size);
        assert_non_null(names[count]);
        snprintf(names[count++], size, "%s%s", match.path + strlen(room->folder) + 1,
                 match.is_link ? "@" : "");
    }
    if (count > 0)
        qsort(names, count, sizeof(names[0]), by_name);
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(room->found);

        snprintf(room->found + len, sizeof(room->found) - len, "%s%s", i > 0 ? " " : "",
                 names[i]);
        free(names[i]);
    }
    assert_false(discover_glob_step(&room->walk, &match));
    return room->found;
}

static void only_sockets_match(void **state)
{
    struct room *room = *state;

    assert_string_equal(find(room, "*"), "a.qmp b.qmp link.qmp@ other");
    assert_true(room->steps >= 10); /* one entry a step, whatever it is */
    assert_string_equal(find(room, "*.qmp"), "a.qmp b.qmp link.qmp@");
    assert_string_equal(find(room, "[ab].q?p"), "a.qmp b.qmp");
    assert_string_equal(find(room, ".*"), ".c.qmp");
    assert_string_equal(find(room, "\\a.qmp"), "a.qmp");
    assert_string_equal(find(room, "x*"), "");
}

/* What is named in full may be a link, for all that the pattern tells. */
static void a_star_stands_for_folders_too(void **state)
{
    struct room *room = *state;

    assert_string_equal(find(room, "*/m"), "1/m@ 2/m@");
    assert_string_equal(find(room, "[12]/*"), "1/m 2/m");
    assert_string_equal(find(room, "*/none"), "");
    assert_string_equal(find(room, "plain.qmp"), "");
    assert_string_equal(find(room, "none/*"), "");
}

static void it_can_be_left_in_the_middle(void **state)
{
    struct room *room = *state;
    struct discover_match match;
    char pattern[PATH_SIZE];

    assert_true(discover_glob_begin(&room->walk, in_folder(room, "*", pattern)));
    assert_true(discover_glob_step(&room->walk, &match));
    assert_int_equal(files_open_count(), room->fds + 1);
    discover_glob_end(&room->walk);
    assert_int_equal(files_open_count(), room->fds);
    assert_false(discover_glob_step(&room->walk, &match));
    assert_true(discover_glob_begin(&room->walk, in_folder(room, "*", pattern)));
    assert_true(discover_glob_step(&room->walk, &match));
    assert_string_equal(find(room, "o*"), "other"); /* begins anew */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_sockets_match),
        TEST(a_star_stands_for_folders_too),
        TEST(it_can_be_left_in_the_middle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
