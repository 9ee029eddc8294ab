#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "qmp/socket_folder.h"
#include "tests/support/files.h"
#include "tests/support/folder.h"

#define PATH_SIZE 256

static char place[FOLDER_SIZE];
static size_t fds;

static int setup(void **state)
{
    (void)state;
    folder_make(place);
    fds = files_open_count();
    return setenv("XDG_RUNTIME_DIR", place, 1);
}

static int teardown(void **state)
{
    (void)state;
    unsetenv("XDG_RUNTIME_DIR");
    assert_int_equal(files_open_count(), fds);
    folder_remove(place);
    return 0;
}

static void make_old(const char *path)
{
    struct timespec then[2] = {{.tv_sec = time(NULL) - 2 * SOCKET_FOLDER_S}};

    then[1] = then[0];
    assert_int_equal(utimensat(AT_FDCWD, path, then, 0), 0);
}

/* A folder with a file in it, as a killed program leaves it. */
static void leave(const char *name, char path[PATH_SIZE])
{
    char file[PATH_SIZE + 8];
    int fd;

    snprintf(path, PATH_SIZE, "%s/%s", place, name);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(file, sizeof(file), "%s/0", path);
    fd = open(file, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void test_made_and_removed(void **state)
{
    struct socket_folder folder = {.made = 0};
    char one[SOCKET_PATH_SIZE], two[SOCKET_PATH_SIZE];
    struct stat status;

    (void)state;
    assert_true(socket_folder_make(&folder));
    assert_int_equal(stat(folder.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    socket_folder_path(&folder, one);
    socket_folder_path(&folder, two);
    assert_string_not_equal(one, two);
    socket_folder_remove(&folder);
    socket_folder_remove(&folder);
    assert_int_equal(rmdir(place), 0); /* nothing is left in it */
    assert_int_equal(mkdir(place, 0700), 0);
}

static void test_dead_ones_are_removed(void **state)
{
    struct socket_folder alive = {.made = 0}, folder = {.made = 0};
    char dead[PATH_SIZE], young[PATH_SIZE], other[PATH_SIZE];

    (void)state;
    leave("qmptop-ssh.dead", dead);
    make_old(dead);
    leave("qmptop-ssh.young", young);
    leave("another.old", other);
    make_old(other);
    assert_true(socket_folder_make(&alive));
    make_old(alive.path);
    assert_int_equal(access(dead, F_OK), -1);
    assert_true(socket_folder_make(&folder));
    assert_int_equal(access(alive.path, F_OK), 0);
    assert_int_equal(access(young, F_OK), 0);
    assert_int_equal(access(other, F_OK), 0);
    socket_folder_remove(&alive);
    socket_folder_remove(&folder);
}

/* Sockets have short paths: a place that is too long is none. */
static void test_the_first_place_that_will_do(void **state)
{
    char deep[PATH_SIZE], *tmp = getenv("TMPDIR");
    struct socket_folder folder = {.made = 0};

    (void)state;
    snprintf(deep, sizeof(deep), "%s/%0*d", place, SOCKET_FOLDER_SIZE, 0);
    assert_int_equal(mkdir(deep, 0700), 0);
    tmp = strdup(tmp != NULL ? tmp : "/tmp");
    const char *const unfit[] = {NULL, "", "relative", "/nowhere/at/all", deep};
    for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++) {
        unfit[i] != NULL ? setenv("XDG_RUNTIME_DIR", unfit[i], 1) : unsetenv("XDG_RUNTIME_DIR");
        setenv("TMPDIR", place, 1);
        assert_true(socket_folder_make(&folder));
        assert_int_equal(strncmp(folder.path, place, strlen(place)), 0);
        socket_folder_remove(&folder);
        setenv("TMPDIR", deep, 1);
        assert_true(socket_folder_make(&folder));
        assert_int_equal(strncmp(folder.path, "/tmp/qmptop-ssh.", 16), 0);
        socket_folder_remove(&folder);
    }
    setenv("TMPDIR", tmp, 1);
    free(tmp);
}

/* Another user's is that user's. */
static void test_those_of_others_stay(void **state)
{
    struct socket_folder folder = {.made = 0};
    char theirs[PATH_SIZE];

    (void)state;
    leave("qmptop-ssh.theirs", theirs);
    if (geteuid() != 0)
        skip();
    assert_int_equal(chown(theirs, 65534, 65534), 0);
    make_old(theirs);
    assert_true(socket_folder_make(&folder));
    assert_int_equal(access(theirs, F_OK), 0);
    socket_folder_remove(&folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_made_and_removed),
        TEST(test_dead_ones_are_removed),
        TEST(test_the_first_place_that_will_do),
        TEST(test_those_of_others_stay),
    };

    return cmocka_run_group_tests_name("socket_folder", tests, NULL, NULL);
}
