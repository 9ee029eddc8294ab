/*
 * The sentences for what a system says, where no real socket says it when it is wanted.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qmp/reason.h"
#include "tests/support/folder.h"

#define NOBODY  65534
#define NO_NAME 4000000000u /* no /etc/passwd names that one */

static char folder[FOLDER_SIZE];

static int setup(void **state)
{
    (void)state;
    folder_make(folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

static void expect(const char *endpoint, enum transport_failure failure, int error_number,
                   const char *during, const char *wanted)
{
    char text[400], error[ADDRESS_ERROR_SIZE];
    struct address address;

    assert_true(address_parse(&address, endpoint, error));
    reason_of_failure(text, sizeof(text), &address, failure, error_number, during);
    assert_string_equal(text, wanted);
    address_release(&address);
}

static void what_a_network_says(void **state)
{
    (void)state;
    expect("tcp:h:1", TRANSPORT_SYSTEM, EHOSTUNREACH, "connect", "no route to that host");
    expect("tcp:h:1", TRANSPORT_SYSTEM, EACCES, "connect",
           "a firewall on this machine forbids the connection");
    expect("tcp:h:1", TRANSPORT_SYSTEM, ETIMEDOUT, "connect", "the host does not answer");
    expect("tcp:h:1", TRANSPORT_SYSTEM, ETIMEDOUT, "read",
           "the connection is dead: the host no longer answers");
    expect("tcp:h:1", TRANSPORT_SYSTEM, EIO, "read", "read failed: Input/output error");
    expect("tcp:h:1", TRANSPORT_CONNECT_TIMEOUT, 0, "", "the host does not answer");
}

static void what_ssh_s_sockets_say(void **state)
{
    (void)state;
    expect("ssh://n/run/a", TRANSPORT_SYSTEM, ECONNREFUSED, "connect",
           "the ssh connection to the host is gone");
    expect("ssh://n/run/a", TRANSPORT_SYSTEM, EACCES, "connect",
           "connect failed: Permission denied");
    expect("ssh://n/run/a", TRANSPORT_CONNECT_TIMEOUT, 0, "",
           "ssh does not get through to the host");
}

static void what_every_system_lacks(void **state)
{
    (void)state;
    expect("/run/a.qmp", TRANSPORT_SYSTEM, ENFILE, "connect",
           "this machine has too many files open");
    expect("exec:cat", TRANSPORT_SYSTEM, ENOMEM, "connect", "out of memory");
    expect("/run/a.qmp", TRANSPORT_QUEUE_FULL, EAGAIN, "connect",
           "another client holds this monitor, and its queue is full");
}

/* Gone before it was looked at: whose it was nobody knows. */
static void denied_and_gone(void **state)
{
    char path[FOLDER_SIZE + 16];

    (void)state;
    snprintf(path, sizeof(path), "%s/a.qmp", folder);
    expect(path, TRANSPORT_SYSTEM, EACCES, "connect",
           "permission denied: only its owner or root can connect");
}

/* In a container an owner has no name. */
static void denied_by_one_without_a_name(void **state)
{
    char path[FOLDER_SIZE + 16], words[200];

    (void)state;
    snprintf(path, sizeof(path), "%s/a.qmp", folder);
    folder_socket(path);
    if (chown(path, NO_NAME, NO_NAME) != 0)
        skip(); /* nothing can be given to others here */
    snprintf(words, sizeof(words),
             "permission denied: the socket belongs to uid %u; be that user or root", NO_NAME);
    expect(path, TRANSPORT_SYSTEM, EACCES, "connect", words);
}

/* A person may be shut out of a folder, and of what is in it. */
static void denied_by_a_folder(void **state)
{
    char path[FOLDER_SIZE + 32], words[FOLDER_SIZE + 200];

    (void)state;
    snprintf(path, sizeof(path), "%s/shut", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    if (chown(path, NO_NAME, NO_NAME) != 0)
        skip();
    assert_int_equal(chmod(folder, 0755), 0);
    snprintf(words, sizeof(words),
             "permission denied: the folder %s belongs to uid %u; be that user or root", path,
             NO_NAME);
    strcat(path, "/a.qmp");
    assert_int_equal(seteuid(NOBODY), 0);
    expect(path, TRANSPORT_SYSTEM, EACCES, "connect", words);
    assert_int_equal(seteuid(0), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_a_network_says),          TEST(what_ssh_s_sockets_say),
        TEST(what_every_system_lacks),      TEST(denied_and_gone),
        TEST(denied_by_one_without_a_name), TEST(denied_by_a_folder),
    };

    return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
