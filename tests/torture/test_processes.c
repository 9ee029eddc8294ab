/*
 * ssh, commands and name servers need processes, pipes and memory: none of them to be had is a
 * sentence, for the one that asked, and leaves neither a descriptor nor a process behind.
 */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <ev.h>

#include "qmp/reason.h"
#include "qmp/survey.h"
#include "qmp/transport.h"
#include "qmp/transport_child.h"
#include "qmp/transport_lookup.h"
#include "qmp/transport_survey.h"
#include "tests/support/fake_ssh.h"
#include "tests/support/files.h"
#include "tests/support/pump.h"
#include "tests/torture/torture.h"

#define N_MAX 200

static struct {
    struct pump pump;
    struct ev_loop *loop;
    struct transport_hosts hosts;
    struct fake_ssh ssh;
    struct address address;
    size_t fds;
    int ready, failed;
    char words[320];
} room;

static void on_signal(struct ev_loop *loop, ev_signal *watcher, int revents)
{
    (void)loop, (void)watcher, (void)revents;
}

/* The loop opens what it needs for signals with the first of them, and keeps it. */
static int set_up(void **state)
{
    ev_signal watcher;
    (void)state;
    memset(&room, 0, sizeof room);
    room.loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&room.pump, room.loop);
    fake_ssh_start(&room.ssh);
    ev_signal_init(&watcher, on_signal, SIGCHLD);
    ev_signal_start(room.loop, &watcher);
    ev_signal_stop(room.loop, &watcher);
    transport_hosts_init(&room.hosts, room.loop);
    room.fds = files_open_count();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    torture_call(TORTURE_NOTHING, 0, 0);
    transport_hosts_release(&room.hosts);
    address_release(&room.address);
    assert_int_equal(files_open_count(), room.fds);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    fake_ssh_end(&room.ssh);
    ev_loop_destroy(room.loop);
    return 0;
}

static void parse(const char *endpoint)
{
    char error[ADDRESS_ERROR_SIZE];
    address_release(&room.address);
    if (address_is_host(endpoint))
        assert_true(address_parse_host(&room.address, endpoint, error));
    else
        assert_true(address_parse(&room.address, endpoint, error));
}

static bool is_told(void *ctx)
{
    (void)ctx;
    return room.ready + room.failed > 0;
}

static void await_words(const char *words)
{
    assert_true(pump_until(&room.pump, is_told, NULL, PUMP_MS));
    assert_int_equal(room.failed, 1);
    if (strstr(room.words, words) == NULL)
        fail_msg("it says \"%s\", not \"%s\"", room.words, words);
    room.failed = room.ready = 0;
}

static void on_failed(void *ctx, const char *words)
{
    (void)ctx;
    room.failed++;
    snprintf(room.words, sizeof room.words, "%s", words);
}

/* What a child needs: two pairs of descriptors and a fork. */
static const struct {
    enum torture_call call;
    int error_number;
} wants[] = {
    {TORTURE_PIPE2, EMFILE},
    {TORTURE_SOCKETPAIR, ENFILE},
    {TORTURE_FORK, EAGAIN},
};

#define WANT_COUNT (sizeof wants / sizeof wants[0])

/* ---- a command ---- */

static void on_nothing(void *ctx)
{
    (void)ctx;
}

static void on_input(void *ctx, const char *bytes, size_t len)
{
    (void)ctx, (void)bytes, (void)len;
    room.ready++;
}

static void on_closed(void *ctx, enum transport_failure how, int error_number,
                      const char *during)
{
    (void)ctx;
    room.failed++;
    reason_of_failure(room.words, sizeof room.words, &room.address, how, error_number, during);
}

static const struct transport_events transport_events = {on_nothing, on_input, on_closed};

static void test_a_command_that_cannot_be_run(void **state)
{
    static const char *const words[] = {"no more files may be open here", "too many files open",
                                        "connect failed: Resource temporarily unavailable"};
    struct transport transport;
    (void)state;
    parse("exec:cat");
    transport_init(&transport, room.loop, &transport_events, NULL);
    for (size_t i = 0; i < WANT_COUNT; i++) {
        torture_call(wants[i].call, 1, wants[i].error_number);
        transport_open(&transport, &room.address);
        await_words(words[i]);
        assert_int_equal(files_open_count(), room.fds);
    }
    torture_allocations(1, false); /* the child's own */
    transport_open(&transport, &room.address);
    assert_true(torture_end());
    await_words("out of memory");
    transport_release(&transport);
}

/* ---- ssh ---- */

static void on_ready(void *ctx, const char *path)
{
    (void)ctx, (void)path;
    room.ready++;
}

static const struct transport_ssh_events ssh_events = {on_ready, on_failed};

static void test_a_host_without_processes(void **state)
{
    (void)state;
    parse("ssh://n");
    for (size_t i = 0; i < WANT_COUNT; i++) {
        torture_call(wants[i].call, 1, wants[i].error_number);
        assert_non_null(transport_ssh_join(&room.hosts, &room.address, &ssh_events, NULL));
        await_words("ssh cannot be started: no memory or processes");
        transport_ssh_hurry(&room.hosts, &room.address);
    }
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), 0);
}

/* The connection is there: its next child is the one that asks for the socket. */
static void test_a_socket_without_processes(void **state)
{
    (void)state;
    parse("ssh://n/run/a.qmp");
    torture_call(TORTURE_FORK, 2, EAGAIN);
    assert_non_null(transport_ssh_join(&room.hosts, &room.address, &ssh_events, NULL));
    await_words("ssh cannot be started: no memory or processes");
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), 1);
}

static void test_no_folder_for_the_sockets(void **state)
{
    (void)state;
    parse("ssh://n");
    torture_call(TORTURE_MKDTEMP, 1, EROFS);
    assert_non_null(transport_ssh_join(&room.hosts, &room.address, &ssh_events, NULL));
    await_words("no folder for ssh's sockets: Read-only file system");
    assert_string_equal(room.hosts.folder.path, "");
    assert_int_equal(fake_ssh_count(&room.ssh, "master"), 0);
}

/* What cannot be looked into stays, for the next one to clear; nothing else breaks. */
static void test_a_folder_that_cannot_be_emptied(void **state)
{
    struct socket_folder folder = {.made = 0};
    char path[SOCKET_PATH_SIZE], kept[SOCKET_FOLDER_SIZE];
    (void)state;
    assert_true(socket_folder_make(&folder));
    socket_folder_path(&folder, path);
    folder_write(path, "", 0);
    memcpy(kept, folder.path, sizeof kept);
    torture_call(TORTURE_FDOPENDIR, 1, ENOMEM);
    socket_folder_remove(&folder);
    torture_call(TORTURE_NOTHING, 0, 0);
    assert_string_equal(folder.path, "");
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(kept), 0);
}

static void on_told(void *ctx, const char *bytes, size_t len, const char *words)
{
    (void)ctx, (void)bytes, (void)len, (void)words;
    room.ready++;
}

static const struct transport_survey_events survey_events = {on_told, on_failed};

static void test_a_survey_without_processes(void **state)
{
    struct transport_survey survey;
    (void)state;
    parse("ssh://n");
    transport_survey_init(&survey, &room.hosts, &room.address, "echo\n", &survey_events, NULL);
    torture_call(TORTURE_FORK, 2, EAGAIN);
    transport_survey_ask(&survey);
    await_words("ssh cannot be started: no memory or processes");
    transport_survey_release(&survey);
    torture_call(TORTURE_OPEN_MEMSTREAM, 1, ENOMEM);
    assert_null(survey_script()); /* no question at all rather than half of it */
}

/* ---- name servers ---- */

static void on_done(void *ctx)
{
    (void)ctx;
    room.ready++;
}

static void test_a_name_without_processes(void **state)
{
    (void)state;
    for (size_t i = 0; i < WANT_COUNT; i++) {
        if (wants[i].call == TORTURE_SOCKETPAIR)
            continue;
        torture_call(wants[i].call, 1, wants[i].error_number);
        errno = 0;
        assert_null(lookup_new(room.loop, "localhost", "1", on_done, NULL));
        assert_int_equal(errno, wants[i].error_number);
        assert_int_equal(files_open_count(), room.fds);
    }
    torture_allocations(1, false);
    assert_null(lookup_new(room.loop, "localhost", "1", on_done, NULL));
    assert_true(torture_end());
    assert_int_equal(errno, ENOMEM);
}

/* Killed before it answers: by a person, or by the system out of memory. */
static void test_a_name_whose_process_is_killed(void **state)
{
    (void)state;
    struct lookup *lookup = lookup_new(room.loop, "localhost", "1", on_done, NULL);
    assert_non_null(lookup);
    assert_int_equal(kill(lookup->child, SIGSTOP), 0);
    assert_int_equal(kill(lookup->child, SIGKILL), 0);
    assert_true(pump_until(&room.pump, is_told, NULL, PUMP_MS));
    assert_true(lookup->answer.count > 0 ||
                strstr(lookup->answer.error, "the resolver of this host does not answer"));
    lookup_free(lookup);
}

/* ---- memory ---- */

static void release(struct transport_ssh *link)
{
    if (room.failed == 0)
        transport_ssh_leave(link);
    transport_hosts_close(&room.hosts);
    transport_hosts_release(&room.hosts);
    transport_hosts_init(&room.hosts, room.loop);
}

/* The connection and its socket: who cannot be served is told, or gets no place at all. */
static void ask_for_socket(void)
{
    struct transport_ssh *link =
        transport_ssh_join(&room.hosts, &room.address, &ssh_events, NULL);
    if (link != NULL)
        assert_true(pump_until(&room.pump, is_told, NULL, PUMP_MS));
    release(link);
}

static void ask_for_survey(void)
{
    char *script = survey_script();
    struct transport_survey survey;
    if (script == NULL)
        return;
    transport_survey_init(&survey, &room.hosts, &room.address, script, &survey_events, NULL);
    transport_survey_ask(&survey);
    assert_true(pump_until(&room.pump, is_told, NULL, PUMP_MS));
    transport_survey_release(&survey);
    release(NULL);
    free(script);
}

static void torture(void (*scenario)(void))
{
    bool failed = true;
    for (unsigned long n = 1; failed; n++) {
        assert_true(n < N_MAX);
        room.ready = room.failed = 0;
        torture_allocations(n, false);
        scenario();
        failed = torture_end();
        if (torture_held() != 0)
            fail_msg("allocation %lu: %zu pieces are left over", n, torture_held());
        assert_int_equal(files_open_count(), room.fds);
    }
    if (room.ready != 1)
        fail_msg("untouched it says: %s", room.words);
}

static void test_memory_for_a_socket(void **state)
{
    (void)state;
    folder_socket(fake_ssh_path(&room.ssh, "server"));
    parse("ssh://root@n:22/run/a.qmp");
    torture(ask_for_socket);
}

static void test_memory_for_a_survey(void **state)
{
    (void)state;
    parse("ssh://n");
    torture(ask_for_survey);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_a_command_that_cannot_be_run),
        TEST(test_a_host_without_processes),
        TEST(test_a_socket_without_processes),
        TEST(test_no_folder_for_the_sockets),
        TEST(test_a_folder_that_cannot_be_emptied),
        TEST(test_a_survey_without_processes),
        TEST(test_a_name_without_processes),
        TEST(test_a_name_whose_process_is_killed),
        TEST(test_memory_for_a_socket),
        TEST(test_memory_for_a_survey),
    };
    return cmocka_run_group_tests_name("processes", tests, NULL, NULL);
}
