/*
 * A monitor behind a command's stdin and stdout: what it says, how it ends, and that it
 * never outlives its client.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qmp/transport_child.h"
#include "tests/support/files.h"
#include "tests/support/kin.h"
#include "tests/support/probe.h"

/* A QMP server in shell: greets, takes the capabilities, and answers nothing more. */
#define GREETS                                                                 \
    "printf '{\"QMP\": {\"version\": {\"qemu\": {\"major\": 9, \"minor\": 8, " \
    "\"micro\": 7}, \"package\": \"\"}, \"capabilities\": []}}\\n'; "
#define NEGOTIATES "read -r line; printf '{\"return\": {}, \"id\": %s\\n' \"${line##*:}\"; "
#define STAYS      "exec sleep 1000"

static void on_nothing(struct ev_loop *loop, ev_signal *watcher, int revents)
{
    (void)loop, (void)watcher, (void)revents;
}

/* The loop opens what it needs for signals with the first of them, and keeps it. */
static int setup(void **state)
{
    int result = probe_setup(state);
    struct probe *probe = *state;
    ev_signal watcher;

    ev_signal_init(&watcher, on_nothing, SIGCHLD);
    ev_signal_start(probe->loop, &watcher);
    ev_signal_stop(probe->loop, &watcher);
    probe->fds = files_open_count();
    return result;
}

static int teardown(void **state)
{
    struct probe *probe = *state;

    client_release(&probe->client);
    transport_child_finish();
    return probe_teardown(state);
}

static bool has_words(void *ctx)
{
    const struct probe *probe = ctx;

    return transport_words(&probe->client.transport)[0] != '\0';
}

static void await_words(struct probe *probe)
{
    assert_true(pump_until(&probe->pump, has_words, probe, PUMP_MS));
}

static void test_it_speaks_qmp(void **state)
{
    struct probe *probe = *state;

    probe_begin(probe, "exec:" GREETS NEGOTIATES STAYS);
    probe_await(probe, CLIENT_READY);
    assert_string_equal(probe->version, "9.8.7");
    assert_int_equal(probe->client.peer, -1);
}

static void test_how_it_ended_is_the_reason(void **state)
{
    static const struct {
        const char *endpoint, *reason;
    } ends[] = {
        {"exec:echo first >&2; echo no such pod >&2; exit 1", "no such pod"},
        {"exec:exit 3", "the command exited with status 3"},
        {"exec:/nowhere/at/all", "exited with status 127: "},
        {"exec:kill -KILL $$", "the command was killed by signal 9"},
        {"exec:true", "the command ended"},
        {"exec:printf '\\033[31mred\\n' >&2; exit 1", " [31mred"},
        {"exec:echo hello; " STAYS, "no QMP here"},
        {"exec:yes", "no QMP here"},
        {"exec:exec 1>&- 0<&-; echo gone without a word >&2; exit 1", "gone without a word"},
        {"exec:" GREETS NEGOTIATES "echo lost the pod >&2", "lost the pod"},
    };
    struct probe *probe = *state;

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        probe_begin(probe, ends[i].endpoint);
        probe_expect_reason(probe, CLIENT_FAILED, ends[i].reason);
        client_release(&probe->client);
    }
    probe_init(probe, "exec:true");
}

static void test_a_silent_one_waits_for_another_client(void **state)
{
    struct probe *probe = *state;

    probe_begin(probe, "exec:" STAYS);
    probe_pass(probe, transport_patience_ms(&probe->address));
    probe_expect_reason(probe, CLIENT_BUSY, "the command says nothing");
}

/* It does say why, only not on stdout. */
static void test_what_a_silent_one_complains_of_is_told(void **state)
{
    struct probe *probe = *state;

    probe_begin(probe, "exec:echo waiting for the pod >&2; " STAYS);
    await_words(probe);
    probe_pass(probe, transport_patience_ms(&probe->address));
    probe_expect_reason(probe, CLIENT_FAILED, "no answer; it complains: waiting for the pod");
}

/* One that waits for being reaped by a parent that is not ours runs no more. */
static bool runs(pid_t pid)
{
    char path[64], text[512];

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[len] = '\0';
    const char *end = strrchr(text, ')');
    return end != NULL && strlen(end) > 2 && end[2] != 'Z' && end[2] != 'X';
}

static bool have_ended(void *ctx)
{
    const struct kin *kin = ctx;

    for (size_t i = 0; i < kin->count; i++)
        if (runs(kin->pids[i]))
            return false;
    return true;
}

/* Those that will not hear, or are stopped, and what they started. */
static void test_it_does_not_outlive_its_client(void **state)
{
    static const char *const endpoints[] = {
        "exec:trap '' TERM HUP INT; echo set >&2; while :; do sleep 1000; done",
        "exec:echo set >&2; kill -STOP $$",
        "exec:sleep 1000 & sleep 1000 & echo set >&2; wait",
    };
    struct probe *probe = *state;

    for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
        struct kin children, theirs;

        probe_begin(probe, endpoints[i]);
        await_words(probe);
        kin_of(&children, getpid());
        assert_int_equal(children.count, 1);
        kin_of(&theirs, children.pids[0]);
        client_release(&probe->client);
        transport_child_finish();
        assert_false(kin_lives(&children));
        assert_true(pump_until(&probe->pump, have_ended, &theirs, PUMP_MS));
    }
    probe_init(probe, "exec:true");
}

/* ---- those that leave the session ---- */

static bool is_called(pid_t pid, const char *name)
{
    char path[64], comm[32] = "";
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
    file = fopen(path, "re");
    if (file != NULL && fgets(comm, sizeof(comm), file) != NULL)
        comm[strcspn(comm, "\n")] = '\0';
    if (file != NULL)
        fclose(file);
    return strcmp(comm, name) == 0;
}

struct leavers {
    pid_t parent, listens, works;
};

/* Both are what they shall be, each in a session of its own. */
static bool have_left(void *ctx)
{
    struct leavers *leavers = ctx;
    struct kin kin;

    leavers->listens = leavers->works = 0;
    kin_of(&kin, leavers->parent);
    for (size_t i = 0; i < kin.count; i++) {
        if (getsid(kin.pids[i]) != kin.pids[i])
            continue;
        if (is_called(kin.pids[i], "cat"))
            leavers->listens = kin.pids[i];
        if (is_called(kin.pids[i], "sleep"))
            leavers->works = kin.pids[i];
    }
    return leavers->listens != 0 && leavers->works != 0;
}

/* One that listens to us meets its end by that; one that does not is somebody else's. */
static void test_a_daemon_is_left_alone(void **state)
{
    struct probe *probe = *state;
    struct leavers leavers;
    struct kin children;

    probe_begin(probe, "exec:exec 3<&0; setsid cat <&3 >/dev/null & "
                       "setsid sleep 1000 </dev/null >/dev/null 2>&1 3<&- & "
                       "echo set >&2; wait");
    await_words(probe);
    kin_of(&children, getpid());
    assert_int_equal(children.count, 1);
    leavers.parent = children.pids[0];
    assert_true(pump_until(&probe->pump, have_left, &leavers, PUMP_MS));
    client_release(&probe->client);
    transport_child_finish();
    assert_false(kin_lives(&children));
    struct kin listener = {.pids = {leavers.listens}, .count = 1};
    bool listener_ends = pump_until(&probe->pump, have_ended, &listener, PUMP_MS);
    bool worker_runs = runs(leavers.works);
    kill(leavers.works, SIGKILL);
    assert_true(listener_ends);
    assert_true(worker_runs);
    probe_init(probe, "exec:true");
}

static bool are_reaped(void *ctx)
{
    return !kin_lives(ctx);
}

/* While the loop turns nobody has to wait for it. */
static void test_it_is_reaped_in_passing(void **state)
{
    struct probe *probe = *state;
    struct kin children;

    probe_begin(probe, "exec:trap '' TERM; echo set >&2; while :; do sleep 1000; done");
    await_words(probe);
    kin_of(&children, getpid());
    client_stop(&probe->client);
    assert_true(pump_until(&probe->pump, are_reaped, &children, PUMP_MS));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_it_speaks_qmp),
        TEST(test_how_it_ended_is_the_reason),
        TEST(test_a_silent_one_waits_for_another_client),
        TEST(test_what_a_silent_one_complains_of_is_told),
        TEST(test_it_does_not_outlive_its_client),
        TEST(test_a_daemon_is_left_alone),
        TEST(test_it_is_reaped_in_passing),
    };

    return cmocka_run_group_tests_name("client_command", tests, NULL, NULL);
}
