#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "qmp/unix_peers.h"
#include "tests/support/folder.h"

#define SOCKETS 8

/* A folder with sockets in it, and a clock of the test's own that never goes back. */
static struct {
    char folder[FOLDER_SIZE], path[FOLDER_SIZE + 16];
    int fds[SOCKETS];
    size_t count;
    int64_t now_ms;
} room;

static int setup(void **state)
{
    (void)state;
    folder_make(room.folder);
    snprintf(room.path, sizeof(room.path), "%s/q.sock", room.folder);
    room.now_ms += 10 * UNIX_PEERS_AGE_MS;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    while (room.count > 0)
        close(room.fds[--room.count]);
    folder_remove(room.folder);
    return 0;
}

static int keep(int fd)
{
    assert_true(fd >= 0 && room.count < SOCKETS);
    room.fds[room.count++] = fd;
    return fd;
}

static void drop(int fd)
{
    for (size_t i = 0; i < room.count; i++)
        if (room.fds[i] == fd)
            room.fds[i] = room.fds[--room.count];
    close(fd);
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    return address;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = keep(socket(AF_UNIX, SOCK_STREAM, 0));

    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = address_of(path);
    int fd = keep(socket(AF_UNIX, SOCK_STREAM, 0));

    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* By a look made now. */
static bool has_client(const char *path)
{
    room.now_ms += UNIX_PEERS_AGE_MS + 1;
    return unix_peers_has_client(path, 0, room.now_ms);
}

static bool is_deaf(const char *path)
{
    room.now_ms += UNIX_PEERS_AGE_MS + 1;
    return unix_peers_is_deaf(path, room.now_ms);
}

static void test_nobody_waiting_served(void **state)
{
    int listener = listen_at(room.path), client, served;

    (void)state;
    assert_false(has_client(room.path));
    assert_false(is_deaf(room.path));
    client = connect_to(room.path);
    assert_true(has_client(room.path));
    assert_true(is_deaf(room.path));
    served = keep(accept(listener, NULL, NULL));
    assert_true(has_client(room.path));
    assert_false(is_deaf(room.path));
    connect_to(room.path);
    assert_false(is_deaf(room.path)); /* that one waits for a turn */
    drop(client);
    assert_true(has_client(room.path)); /* the server has not noticed */
    drop(served);
    assert_true(is_deaf(room.path));
}

static void test_nobody_left_is_no_client(void **state)
{
    int listener = listen_at(room.path), client = connect_to(room.path);
    int served = keep(accept(listener, NULL, NULL));

    (void)state;
    drop(client);
    drop(served);
    assert_false(has_client(room.path));
    assert_false(is_deaf(room.path));
}

/* What the module is for: the queue does not forget who has left it. */
static void test_one_who_left_the_queue_stays(void **state)
{
    (void)state;
    listen_at(room.path);
    drop(connect_to(room.path));
    assert_true(has_client(room.path));
}

static void test_a_name_beginning_alike_is_another(void **state)
{
    char other[FOLDER_SIZE + 32];

    (void)state;
    snprintf(other, sizeof(other), "%s2", room.path);
    listen_at(room.path);
    listen_at(other);
    connect_to(other);
    assert_true(has_client(other));
    assert_false(has_client(room.path));
}

static void test_a_server_of_several_is_no_qemu(void **state)
{
    int listener = listen_at(room.path);

    (void)state;
    for (int i = 0; i < 2; i++) {
        connect_to(room.path);
        keep(accept(listener, NULL, NULL));
    }
    assert_false(has_client(room.path));
}

/* The one who serves may be the one whose file was replaced. */
static void test_two_listeners_tell_nothing(void **state)
{
    (void)state;
    listen_at(room.path);
    connect_to(room.path);
    assert_int_equal(unlink(room.path), 0);
    listen_at(room.path);
    assert_false(has_client(room.path));
}

static void test_a_link_leads_to_the_name(void **state)
{
    char link[FOLDER_SIZE + 32];

    (void)state;
    snprintf(link, sizeof(link), "%s/link", room.folder);
    listen_at(room.path);
    connect_to(room.path);
    assert_int_equal(symlink("q.sock", link), 0);
    assert_true(has_client(link));
    assert_int_equal(unlink(link), 0);
}

static void test_a_name_of_another_folder_tells_nothing(void **state)
{
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    (void)state;
    assert_int_equal(chdir(room.folder), 0);
    listen_at("q.sock");
    connect_to("q.sock");
    assert_int_equal(fchdir(here), 0);
    close(here);
    assert_false(has_client(room.path));
    assert_false(has_client("q.sock"));
}

static void test_one_look_serves_for_a_second(void **state)
{
    int client;

    (void)state;
    listen_at(room.path);
    assert_false(has_client(room.path));
    client = connect_to(room.path);
    assert_false(unix_peers_has_client(room.path, 0, room.now_ms + UNIX_PEERS_AGE_MS));
    assert_true(unix_peers_has_client(room.path, 0, room.now_ms + UNIX_PEERS_AGE_MS + 1));
    drop(client);
}

static void test_an_old_look_says_nothing_of_later(void **state)
{
    (void)state;
    listen_at(room.path);
    connect_to(room.path);
    assert_true(has_client(room.path));
    /* Not yet, too soon after the last look, and then a new one. */
    assert_false(unix_peers_has_client(room.path, room.now_ms + 50, room.now_ms + 49));
    assert_false(unix_peers_has_client(room.path, room.now_ms + 50, room.now_ms + 99));
    assert_true(
        unix_peers_has_client(room.path, room.now_ms + 50, room.now_ms + UNIX_PEERS_REST_MS));
}

/* Of another kind, connected and bound to the very name: no client of a monitor. */
static void test_datagrams_are_none(void **state)
{
    struct sockaddr_un address = address_of(room.path);
    int server = keep(socket(AF_UNIX, SOCK_DGRAM, 0));
    int client = keep(socket(AF_UNIX, SOCK_DGRAM, 0));

    (void)state;
    assert_int_equal(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_false(has_client(room.path));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nobody_waiting_served),
        TEST(test_nobody_left_is_no_client),
        TEST(test_one_who_left_the_queue_stays),
        TEST(test_a_name_beginning_alike_is_another),
        TEST(test_a_server_of_several_is_no_qemu),
        TEST(test_two_listeners_tell_nothing),
        TEST(test_a_link_leads_to_the_name),
        TEST(test_a_name_of_another_folder_tells_nothing),
        TEST(test_one_look_serves_for_a_second),
        TEST(test_an_old_look_says_nothing_of_later),
        TEST(test_datagrams_are_none),
    };

    return cmocka_run_group_tests_name("unix_peers", tests, NULL, NULL);
}
