#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "qmp/unix_peers.h"
#include "tests/support/files.h"
#include "tests/support/folder.h"
#include "tests/support/probe.h"

#define NOBODY    65534
#define PATH_SIZE (FOLDER_SIZE + 16)

static char folder[FOLDER_SIZE];

/* Others may pass: what they are denied lies in it. */
static int setup(void **state)
{
    folder_make(folder);
    return chmod(folder, 0711) == 0 ? probe_setup(state) : -1;
}

static int teardown(void **state)
{
    folder_remove(folder);
    return probe_teardown(state);
}

static const char *in_folder(const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    return path;
}

/* ---- nobody there ---- */

static void expect_no_connection(struct probe *probe, const char *endpoint, const char *reason)
{
    probe_begin(probe, endpoint);
    probe_expect_reason(probe, CLIENT_FAILED, reason);
    client_release(&probe->client);
}

static void test_paths_that_are_no_monitor(void **state)
{
    struct probe *probe = *state;
    char path[PATH_SIZE], below[PATH_SIZE];

    in_folder("odd", path);
    expect_no_connection(probe, path, "no such file");
    files_touch(path);
    expect_no_connection(probe, path, "is not a socket");
    expect_no_connection(probe, in_folder("odd/qmp", below), "not a folder");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_no_connection(probe, path, "is a folder");
}

static void test_links_that_lead_nowhere(void **state)
{
    struct probe *probe = *state;
    char path[PATH_SIZE];

    assert_int_equal(symlink("none", in_folder("dangling", path)), 0);
    expect_no_connection(probe, path, "no such file");
    assert_int_equal(symlink("round", in_folder("round", path)), 0);
    expect_no_connection(probe, path, "is a loop of symbolic links");
}

static void test_a_link_to_a_monitor_is_one(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    char path[PATH_SIZE];

    fake_qmp_model(fake);
    assert_int_equal(symlink(fake_qmp_endpoint(fake), in_folder("link", path)), 0);
    probe_begin(probe, path);
    probe_await(probe, CLIENT_READY);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_a_socket_of_another_kind(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[PATH_SIZE];
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", in_folder("datagrams", path));
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    expect_no_connection(*state, path, "is a socket of another kind");
    close(fd);
}

static void test_dead_socket_file(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_die(fake);
    expect_no_connection(probe, fake_qmp_endpoint(fake), "left by a dead QEMU");
    fake_qmp_free(fake);
}

/* Nobody, who may not connect to everything as root may. */
static void expect_denied(struct probe *probe, const char *endpoint, const char *reason)
{
    bool is_root = geteuid() == 0;

    if (is_root)
        assert_int_equal(seteuid(NOBODY), 0);
    expect_no_connection(probe, endpoint, reason);
    if (is_root)
        assert_int_equal(seteuid(0), 0);
}

static void test_no_permission(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    char words[80];

    chmod(fake_qmp_endpoint(fake), 0);
    snprintf(words, sizeof(words), "permission denied: the socket belongs to uid %u",
             (unsigned)getuid());
    expect_denied(probe, fake_qmp_endpoint(fake), words);
    if (getuid() == 0)
        expect_denied(probe, fake_qmp_endpoint(fake), "uid 0 (root); be that user");
    else
        expect_denied(probe, fake_qmp_endpoint(fake), "be that user or root");
    fake_qmp_free(fake);
}

/* That another client is served there as well is of no use to one who may not come in. */
static void test_no_permission_where_another_is_served(void **state)
{
    struct probe *holder = *state;
    struct fake_qmp *fake = fake_qmp_unix(&holder->pump, NULL);
    struct probe second = {.pump = holder->pump, .loop = holder->loop};

    fake_qmp_model(fake);
    probe_begin(holder, fake_qmp_endpoint(fake));
    probe_await(holder, CLIENT_READY);
    probe_pass(holder, UNIX_PEERS_AGE_MS + 1);
    chmod(fake_qmp_endpoint(fake), 0);
    expect_denied(&second, fake_qmp_endpoint(fake), "permission denied: the socket belongs");
    address_release(&second.address);
    client_release(&holder->client);
    fake_qmp_free(fake);
}

/* The first of them that stops us. */
static void test_no_permission_on_the_way(void **state)
{
    struct probe *probe = *state;
    char shut[PATH_SIZE], inner[PATH_SIZE], path[PATH_SIZE], words[400];

    assert_int_equal(mkdir(in_folder("shut", shut), 0700), 0);
    assert_int_equal(mkdir(in_folder("shut/inner", inner), 0700), 0);
    chmod(shut, 0600);
    snprintf(words, sizeof(words), "the folder %s belongs to uid %u", shut, (unsigned)getuid());
    expect_denied(probe, in_folder("shut/inner/qmp", path), words);
    chmod(shut, 0700);
}

static void test_tcp_refused(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    fake_qmp_die(fake);
    expect_no_connection(probe, fake_qmp_endpoint(fake), "nobody listens on that port");
    fake_qmp_free(fake);
}

static void test_tcp_without_answer(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_tcp(&probe->pump);

    probe_begin(probe, fake_qmp_endpoint(fake));
    assert_true(probe->client.transport.connecting);
    probe_pass(probe, CLIENT_CONNECT_MS - 1);
    assert_int_equal(probe->client.link, CLIENT_CONNECTING);
    probe_pass(probe, 1);
    probe_expect_reason(probe, CLIENT_FAILED, "does not answer");
    client_release(&probe->client);
    fake_qmp_free(fake);
}

/* ---- somebody else there ---- */

/* The whole of it goes into `told`. */
static void expect_not_qmp(struct probe *probe, const char *bytes, size_t len,
                           const char *reason, char told[CLIENT_REASON_SIZE])
{
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_greets(fake, false);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await_visit(probe, fake);
    fake_qmp_send(fake, bytes, len);
    probe_expect_reason(probe, CLIENT_FAILED, reason);
    probe_await_deserted(probe, fake);
    assert_int_equal(fake_qmp_bytes(fake), 0);
    strcpy(told, client_reason(&probe->client));
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_not_qmp(void **state)
{
    static const char hmp[] =
        "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ";
    static const char http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    static const char json[] = "{\"hello\": \"world\"}\r\n";
    size_t len = 2 * 1024 * 1024;
    char *endless = malloc(len);
    char reasons[4][CLIENT_REASON_SIZE];

    memset(endless, 'x', len);
    memcpy(endless, "{\"", 2);
    expect_not_qmp(*state, hmp, strlen(hmp), "human monitor", reasons[0]);
    expect_not_qmp(*state, http, strlen(http), "", reasons[1]);
    expect_not_qmp(*state, json, strlen(json), "QMP", reasons[2]);
    expect_not_qmp(*state, endless, len, "1 MiB", reasons[3]);
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(reasons[i], reasons[j]);
    free(endless);
}

static void on_nothing(void *ctx, const struct message *reply)
{
    (*(int *)ctx)++;
    assert_null(reply);
}

static void test_garbage_while_ready(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);
    size_t before;

    fake_qmp_model(fake);
    fake_qmp_mutes(fake, "query-jobs");
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await(probe, CLIENT_READY);
    assert_true(
        client_call(&probe->client, COMMAND_QUERY_JOBS, NULL, on_nothing, &probe->answered[0]));
    assert_true(fake_qmp_await(fake, "query-jobs", 1));
    before = fake_qmp_bytes(fake);
    fake_qmp_say(fake, "\x01garbage");
    probe_await(probe, CLIENT_FAILED);
    probe_await_deserted(probe, fake);
    assert_int_equal(probe->answered[0], 1);
    assert_int_equal(fake_qmp_bytes(fake), before);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

static void test_capabilities_refused(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    probe_begin(probe, fake_qmp_endpoint(fake));
    assert_true(fake_qmp_expect(fake, "qmp_capabilities"));
    fake_qmp_error(fake, "GenericError", "not today");
    probe_expect_reason(probe, CLIENT_FAILED, "not today");
    probe_await_deserted(probe, fake);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_paths_that_are_no_monitor),
        TEST(test_links_that_lead_nowhere),
        TEST(test_a_link_to_a_monitor_is_one),
        TEST(test_a_socket_of_another_kind),
        TEST(test_dead_socket_file),
        TEST(test_no_permission),
        TEST(test_no_permission_where_another_is_served),
        TEST(test_no_permission_on_the_way),
        TEST(test_tcp_refused),
        TEST(test_tcp_without_answer),
        TEST(test_not_qmp),
        TEST(test_garbage_while_ready),
        TEST(test_capabilities_refused),
    };

    return cmocka_run_group_tests_name("client_reason", tests, NULL, NULL);
}
