/* The demo with a real qemu-storage-daemon: what it shows, and that nothing of
 * it outlives the program, however the program ends. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "tui/demo.h"

#define PATIENCE_MS 20000

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static const char *socket_path(const struct demo *demo)
{
    const char *path = strchr(demo->endpoint, '/');
    assert_non_null(path);
    return path;
}

/* ---- a QMP client that blocks ---------------------------------------------------------- */

struct client {
    int fd;
    FILE *in;
    char line[65536];
};

static void client_open(struct client *client, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_true(strlen(path) < sizeof(address.sun_path));
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    client->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&address, sizeof(address)), 0);
    struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    client->in = fdopen(client->fd, "r");
}

static json_object *client_read(struct client *client)
{
    assert_non_null(fgets(client->line, sizeof(client->line), client->in));
    json_object *line = json_tokener_parse(client->line);
    assert_non_null(line);
    return line;
}

/* The whole reply; the caller puts it. Events are passed over. */
static json_object *ask(struct client *client, const char *command, const char *arguments)
{
    char out[512];
    int n = snprintf(out, sizeof(out), "{'execute': '%s', 'arguments': {%s}}\n", command,
                     arguments);
    assert_int_equal(send(client->fd, out, (size_t)n, MSG_NOSIGNAL), n);
    for (;;) {
        json_object *line = client_read(client);
        if (json_object_object_get_ex(line, "return", NULL) ||
            json_object_object_get_ex(line, "error", NULL))
            return line;
        json_object_put(line);
    }
}

static void order(struct client *client, const char *command, const char *arguments)
{
    json_object *reply = ask(client, command, arguments);
    if (!json_object_object_get_ex(reply, "return", NULL))
        fail_msg("%s {%s}: %s", command, arguments, client->line);
    json_object_put(reply);
}

/* A member of the entry of `list` whose `key` is `id`, as text ("" = no such entry). */
static void look(struct client *client, const char *query, const char *key, const char *id,
                 const char *member, char value[64])
{
    json_object *reply = ask(client, query, ""), *list = NULL, *field = NULL;
    assert_true(json_object_object_get_ex(reply, "return", &list));
    value[0] = '\0';
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        json_object *entry = json_object_array_get_idx(list, i);
        json_object_object_get_ex(entry, key, &field);
        if (strcmp(json_object_get_string(field), id) != 0)
            continue;
        json_object_object_get_ex(entry, member, &field);
        snprintf(value, 64, "%s", json_object_get_string(field));
    }
    json_object_put(reply);
}

static void until_status(struct client *client, const char *id, const char *wanted)
{
    char status[64];
    int64_t deadline = now_ms() + PATIENCE_MS;
    for (;;) {
        look(client, "query-jobs", "id", id, "status", status);
        if (strcmp(status, wanted) == 0)
            return;
        if (now_ms() > deadline)
            fail_msg("%s is '%s', not '%s'", id, status, wanted);
        nap();
    }
}

/* ---- processes and folders ------------------------------------------------------------- */

static void until_gone(const char *path, pid_t daemon)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    while (access(path, F_OK) == 0 || kill(daemon, 0) == 0) {
        if (now_ms() > deadline)
            fail_msg("left behind: %s or process %d", path, (int)daemon);
        nap();
    }
}

/* The daemon is the process behind the socket. */
static pid_t daemon_of(const char *path)
{
    struct client client;
    struct {
        pid_t pid;
        uid_t uid;
        gid_t gid;
    } peer = {0, 0, 0};
    socklen_t size = sizeof(peer);
    client_open(&client, path);
    assert_int_equal(getsockopt(client.fd, SOL_SOCKET, SO_PEERCRED, &peer, &size), 0);
    fclose(client.in);
    return peer.pid;
}

static void folder_of(char *folder, size_t size, const char *path)
{
    snprintf(folder, size, "%.*s", (int)(strrchr(path, '/') - path), path);
}

/* ---- tests ----------------------------------------------------------------------------- */

/* One demo for the first tests; the later ones start their own beside it. */
static int start(void **state)
{
    static struct demo demo;
    static char error[DEMO_ERROR_SIZE];
    if (!demo_start(&demo, error)) {
        print_error("%s\n", error);
        return -1;
    }
    *state = &demo;
    return 0;
}

static int stop(void **state)
{
    demo_stop(*state);
    return 0;
}

static const struct {
    const char *id, *type, *status;
} jobs[] = {
    {"mirror-web01", "mirror", "running"},   {"backup-db03", "backup", "running"},
    {"stream-ci11", "stream", "paused"},     {"commit-web02", "commit", "running"},
    {"mirror-mail02", "mirror", "ready"},    {"backup-shop", "backup", "pending"},
    {"backup-erp-db", "backup", "running"},  {"backup-erp-log", "backup", "waiting"},
    {"backup-nfs04", "backup", "concluded"}, {"mirror-db07", "mirror", "paused"},
};

static void a_job_in_every_state(void **state)
{
    struct client client;
    char value[64];
    client_open(&client, socket_path(*state));
    json_object_put(client_read(&client));
    order(&client, "qmp_capabilities", "");
    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        look(&client, "query-jobs", "id", jobs[i].id, "type", value);
        assert_string_equal(value, jobs[i].type);
        look(&client, "query-jobs", "id", jobs[i].id, "status", value);
        assert_string_equal(value, jobs[i].status);
    }
    look(&client, "query-block-jobs", "device", "mirror-db07", "io-status", value);
    assert_string_equal(value, "nospace");
    look(&client, "query-jobs", "id", "backup-nfs04", "error", value);
    assert_string_equal(value, "Input/output error");
    json_object *reply = ask(&client, "query-jobs", ""), *list = NULL;
    json_object_object_get_ex(reply, "return", &list);
    assert_int_equal(json_object_array_length(list), sizeof(jobs) / sizeof(jobs[0]));
    json_object_put(reply);
    fclose(client.in);
}

static void every_verb_does_what_it_says(void **state)
{
    struct client client;
    client_open(&client, socket_path(*state));
    json_object_put(client_read(&client));
    order(&client, "qmp_capabilities", "");
    order(&client, "job-pause", "'id': 'mirror-web01'");
    until_status(&client, "mirror-web01", "paused");
    order(&client, "job-resume", "'id': 'mirror-web01'");
    until_status(&client, "mirror-web01", "running");
    order(&client, "job-resume", "'id': 'stream-ci11'");
    until_status(&client, "stream-ci11", "running");
    order(&client, "job-complete", "'id': 'mirror-mail02'");
    until_status(&client, "mirror-mail02", "");
    order(&client, "job-finalize", "'id': 'backup-shop'");
    until_status(&client, "backup-shop", "");
    order(&client, "job-dismiss", "'id': 'backup-nfs04'");
    until_status(&client, "backup-nfs04", "");
    order(&client, "job-cancel", "'id': 'backup-erp-log'");
    until_status(&client, "backup-erp-db", "");
    order(&client, "job-cancel", "'id': 'commit-web02'");
    until_status(&client, "commit-web02", "");
    fclose(client.in);
}

static void moving_jobs_move(void **state)
{
    static const char *const ids[] = {"mirror-web01", "backup-db03", "commit-web02"};
    struct client client;
    char before[64], now[64];
    client_open(&client, socket_path(*state));
    json_object_put(client_read(&client));
    order(&client, "qmp_capabilities", "");
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        int64_t deadline = now_ms() + PATIENCE_MS;
        look(&client, "query-jobs", "id", ids[i], "current-progress", before);
        do {
            assert_true(now_ms() < deadline);
            nap();
            look(&client, "query-jobs", "id", ids[i], "current-progress", now);
        } while (strcmp(before, now) == 0);
    }
    fclose(client.in);
}

static void the_folder_is_private(void **state)
{
    char folder[128];
    struct stat stat;
    folder_of(folder, sizeof(folder), socket_path(*state));
    assert_int_equal(lstat(folder, &stat), 0);
    assert_int_equal(stat.st_mode & 07777, 0700);
}

static void stop_leaves_nothing(void **state)
{
    (void)state;
    struct demo demo;
    char error[DEMO_ERROR_SIZE], folder[128];
    if (!demo_start(&demo, error))
        fail_msg("%s", error);
    folder_of(folder, sizeof(folder), socket_path(&demo));
    pid_t daemon = daemon_of(socket_path(&demo));
    demo_stop(&demo);
    assert_int_equal(access(folder, F_OK), -1);
    assert_int_equal(kill(daemon, 0), -1);
    demo_stop(&demo);
}

/* The child is the program; it ends by `signal` while its demo runs. */
static void killed_by(int signal)
{
    int report[2];
    char path[160] = "", folder[160];
    assert_int_equal(pipe(report), 0);
    pid_t program = fork();
    if (program == 0) {
        struct demo demo;
        char error[DEMO_ERROR_SIZE];
        setpgid(0, 0);
        if (demo_start(&demo, error) &&
            write(report[1], socket_path(&demo), strlen(socket_path(&demo))) > 0)
            for (;;)
                pause();
        _exit(1);
    }
    close(report[1]);
    assert_true(read(report[0], path, sizeof(path) - 1) > 0);
    close(report[0]);
    folder_of(folder, sizeof(folder), path);
    pid_t daemon = daemon_of(path);
    assert_int_equal(kill(-program, signal), 0);
    assert_int_equal(waitpid(program, NULL, 0), program);
    until_gone(folder, daemon);
}

static void sigkill_leaves_nothing(void **state)
{
    (void)state;
    killed_by(SIGKILL);
}

/* As the terminal sends it: to the whole foreground group. */
static void ctrl_c_leaves_nothing(void **state)
{
    (void)state;
    killed_by(SIGINT);
}

/* Runs demo_start() with another PATH, or another TMPDIR, in a child. */
static void start_elsewhere(const char *name, const char *value, char *said)
{
    int report[2];
    assert_int_equal(pipe(report), 0);
    pid_t child = fork();
    if (child == 0) {
        struct demo demo;
        char error[DEMO_ERROR_SIZE] = "";
        setenv(name, value, 1);
        const char *answer = demo_start(&demo, error) ? demo.endpoint : error;
        ssize_t written = write(report[1], answer, strlen(answer));
        demo_stop(&demo);
        _exit(written < 0);
    }
    close(report[1]);
    ssize_t n = read(report[0], said, DEMO_ERROR_SIZE - 1);
    assert_true(n > 0);
    said[n] = '\0';
    close(report[0]);
    waitpid(child, NULL, 0);
}

static void says_which_package(void **state)
{
    (void)state;
    char said[DEMO_ERROR_SIZE];
    start_elsewhere("PATH", "/nowhere", said);
    assert_non_null(strstr(said, "qemu-system-common"));
}

static void says_what_the_daemon_said(void **state)
{
    (void)state;
    char said[DEMO_ERROR_SIZE], folder[64], path[128];
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof(folder), "%s/fake.XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/qemu-storage-daemon", folder);
    FILE *fake = fopen(path, "w");
    assert_non_null(fake);
    fputs("#!/bin/sh\necho 'qemu-storage-daemon: out of luck' >&2\nexit 1\n", fake);
    fchmod(fileno(fake), 0700);
    fclose(fake);
    start_elsewhere("PATH", folder, said);
    unlink(path);
    rmdir(folder);
    assert_non_null(strstr(said, "out of luck"));
}

static void a_long_tmpdir_is_no_obstacle(void **state)
{
    (void)state;
    char said[DEMO_ERROR_SIZE], folder[256] = "/";
    memset(folder + 1, 'x', 120);
    start_elsewhere("TMPDIR", folder, said);
    assert_int_equal(strncmp(said, "demo=unix:/tmp/", 15), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_in_every_state),
        cmocka_unit_test(moving_jobs_move),
        cmocka_unit_test(the_folder_is_private),
        cmocka_unit_test(every_verb_does_what_it_says), /* the last: it ends jobs */
        cmocka_unit_test(stop_leaves_nothing),
        cmocka_unit_test(sigkill_leaves_nothing),
        cmocka_unit_test(ctrl_c_leaves_nothing),
        cmocka_unit_test(says_which_package),
        cmocka_unit_test(says_what_the_daemon_said),
        cmocka_unit_test(a_long_tmpdir_is_no_obstacle),
    };
    return cmocka_run_group_tests_name("demo", tests, start, stop);
}
