#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qmp/holder.h"
#include "tests/support/folder.h"

#define HOLDERS 4

/* A server, the processes that hold it, and a clock of the test's own. */
static struct {
    char folder[FOLDER_SIZE], path[FOLDER_SIZE + 16];
    int listener, accepted[HOLDERS];
    pid_t pids[HOLDERS];
    size_t pid_count, accepted_count;
    int64_t now_ms;
    char text[128];
} room;

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    return address;
}

static int setup(void **state)
{
    struct sockaddr_un address;

    (void)state;
    folder_make(room.folder);
    snprintf(room.path, sizeof(room.path), "%s/q.sock", room.folder);
    address = address_of(room.path);
    room.listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(room.listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(room.listener, HOLDERS), 0);
    room.now_ms += 10 * HOLDER_PASS_MS;
    return 0;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static int teardown(void **state)
{
    (void)state;
    while (room.pid_count > 0)
        end(room.pids[--room.pid_count]);
    while (room.accepted_count > 0)
        close(room.accepted[--room.accepted_count]);
    close(room.listener);
    folder_remove(room.folder);
    return 0;
}

static int connect_here(void)
{
    struct sockaddr_un address = address_of(room.path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

/* A process of that name connects, and stays until it is killed. */
static pid_t hold(const char *command)
{
    int done[2];
    char byte = 0;
    pid_t pid;

    assert_int_equal(pipe(done), 0);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_NAME, command);
        byte = connect_here() >= 0 ? 'y' : 'n';
        if (write(done[1], &byte, 1) == 1)
            for (;;)
                pause();
        _exit(1);
    }
    assert_true(pid > 0 && room.pid_count < HOLDERS);
    room.pids[room.pid_count++] = pid;
    assert_int_equal(read(done[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(done[0]);
    close(done[1]);
    return pid;
}

static void accept_one(void)
{
    int fd = accept(room.listener, NULL, NULL);

    assert_true(fd >= 0);
    room.accepted[room.accepted_count++] = fd;
}

/* As people are told it. */
static bool write_holder(const char *path, int64_t now_ms)
{
    struct holder holder;

    if (!holder_find(&holder, path, now_ms))
        return false;
    snprintf(room.text, sizeof(room.text), "held by pid %d (%s)", holder.pid, holder.command);
    return true;
}

/* Asked again while a pass may be under way: this machine may run thousands. */
static bool tells(const char *path)
{
    bool told = false;

    snprintf(room.text, sizeof(room.text), "as it was");
    for (int64_t ms = 0; ms < HOLDER_PASS_MS && !told; ms += HOLDER_REST_MS) {
        room.now_ms += ms == 0 ? HOLDER_PASS_MS : HOLDER_REST_MS;
        told = write_holder(path, room.now_ms);
    }
    return told;
}

static void expect(const char *path, pid_t pid, const char *command)
{
    char words[128];

    snprintf(words, sizeof(words), "held by pid %d (%s)", (int)pid, command);
    assert_true(tells(path));
    assert_string_equal(room.text, words);
}

static void expect_nobody(void)
{
    assert_false(tells(room.path));
    assert_string_equal(room.text, "as it was");
}

static void test_who_holds_it(void **state)
{
    pid_t pid = hold("libvirtd");

    (void)state;
    expect_nobody(); /* it only waits in the queue */
    accept_one();
    expect(room.path, pid, "libvirtd");
    expect(room.path, pid, "libvirtd");
}

static void test_by_another_path(void **state)
{
    char path[FOLDER_SIZE + 32];
    pid_t pid = hold("virtqemud");

    (void)state;
    accept_one();
    snprintf(path, sizeof(path), "%s/link", room.folder);
    assert_int_equal(symlink(room.path, path), 0);
    expect(path, pid, "virtqemud");
    unlink(path);
}

static void test_the_next_one(void **state)
{
    pid_t pid = hold("first");

    (void)state;
    accept_one();
    expect(room.path, pid, "first");
    end(room.pids[--room.pid_count]);
    close(room.accepted[--room.accepted_count]);
    expect_nobody();
    pid = hold("second");
    accept_one();
    expect(room.path, pid, "second");
}

static void test_several_are_nobody(void **state)
{
    (void)state;
    hold("one");
    hold("two");
    accept_one();
    accept_one();
    expect_nobody();
}

static void test_ourselves_are_nobody(void **state)
{
    int fd = connect_here();

    (void)state;
    accept_one();
    expect_nobody();
    close(fd);
}

static void test_no_such_socket(void **state)
{
    (void)state;
    assert_false(tells("/nowhere/q.sock"));
    assert_false(tells(""));
}

/* All that ask at once share one look. */
static void test_rests(void **state)
{
    pid_t pid = hold("first");

    (void)state;
    accept_one();
    expect(room.path, pid, "first");
    pid = hold("second");
    accept_one();
    assert_true(write_holder(room.path, room.now_ms + HOLDER_AGE_MS - 1));
    assert_false(write_holder(room.path, room.now_ms + HOLDER_AGE_MS));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_who_holds_it),
        TEST(test_by_another_path),
        TEST(test_the_next_one),
        TEST(test_several_are_nobody),
        TEST(test_ourselves_are_nobody),
        TEST(test_no_such_socket),
        TEST(test_rests),
    };

    return cmocka_run_group_tests_name("holder", tests, NULL, NULL);
}
