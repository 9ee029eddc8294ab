/*
 * --once and --json against real QEMUs, and against all that is not one: what the
 * snapshot says, that each failure has a sentence of its own, and the exit status.
 */

#include <json-c/json.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/program.h"
#include "tests/support/qemu.h"
#include "tests/support/wrecks.h"

#define ONCE_LIMIT_MS 5000

static struct pump pump;
static struct wrecks wrecks;
static struct program_run run;
static struct json_object *document;

static int teardown(void **state)
{
    program_release(&run);
    json_object_put(document);
    document = NULL;
    if (wrecks.pump != NULL)
        wrecks_release(&wrecks);
    wrecks = (struct wrecks){0};
    pump = (struct pump){0};
    return qemu_end_all(state);
}

static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(object, key, &value))
        fail_msg("no member %s in %s", key, json_object_to_json_string(object));
    return value;
}

static const char *text(struct json_object *object, const char *key)
{
    return json_object_get_string(member(object, key));
}

/* The element of an array whose `key` is `value`. */
static struct json_object *element(struct json_object *array, const char *key,
                                   const char *value)
{
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        struct json_object *item = json_object_array_get_idx(array, i);
        if (strcmp(text(item, key), value) == 0)
            return item;
    }
    fail_msg("nothing with %s %s in %s", key, value, json_object_to_json_string(array));
    return NULL;
}

/* Ends within five seconds, whatever the endpoints do. */
static void run_program(const char *const *arguments)
{
    program_release(&run);
    run = (struct program_run){.mortal = true, .limit_ms = ONCE_LIMIT_MS, .pump = &pump};
    program_run(&run, arguments);
    assert_string_equal(run.err, "");
}

/* The snapshot of these endpoints as `document`. */
static void snapshot(const char *const *endpoints)
{
    const char *arguments[24] = {"--once", "--json"};
    for (size_t i = 0; endpoints[i] != NULL; i++)
        arguments[i + 2] = endpoints[i];
    run_program(arguments);
    json_object_put(document);
    document = json_tokener_parse(run.out);
    if (document == NULL)
        fail_msg("not JSON: %s", run.out);
}

static void assert_verbs(struct json_object *job, const char *expected)
{
    char verbs[256] = "";
    struct json_object *array = member(job, "verbs");
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        size_t len = strlen(verbs);
        snprintf(verbs + len, sizeof verbs - len, "%s%s", len > 0 ? " " : "",
                 json_object_get_string(json_object_array_get_idx(array, i)));
    }
    assert_string_equal(verbs, expected);
}

struct expected_job {
    enum qemu_job job;
    const char *type, *verdict, *needs_you; /* NULL: not checked, must be null */
    const char *io_status, *verbs;
};

static void assert_job(struct json_object *job, const struct expected_job *expected,
                       const char *more_verbs)
{
    char verbs[256];
    snprintf(verbs, sizeof verbs, "%s%s", expected->verbs, more_verbs);
    assert_string_equal(text(job, "type"), expected->type);
    assert_string_equal(text(job, "status"), qemu_job_status(expected->job));
    if (expected->verdict != NULL)
        assert_non_null(strstr(text(job, "verdict"), expected->verdict));
    const char *needs_you = text(job, "needs_you");
    if (expected->needs_you == NULL)
        assert_null(needs_you);
    else
        assert_string_equal(needs_you, expected->needs_you);
    if (expected->io_status != NULL)
        assert_string_equal(text(job, "io_status"), expected->io_status);
    assert_verbs(job, verbs);
}

static bool has_command(struct qemu *qemu, const char *name)
{
    bool has = false;
    struct json_object *all = monitor_call(qemu->monitor, "{\"execute\":\"query-commands\"}");
    for (size_t i = 0; i < json_object_array_length(all); i++)
        has = has || strcmp(text(json_object_array_get_idx(all, i), "name"), name) == 0;
    json_object_put(all);
    return has;
}

static void every_state(enum qemu_kind kind)
{
    static const struct expected_job jobs[] = {
        {QEMU_JOB_MIRROR, "mirror", NULL, NULL, "ok", "pause cancel limit"},
        {QEMU_JOB_BACKUP, "backup", NULL, NULL, "ok", "pause cancel limit"},
        {QEMU_JOB_STREAM, "stream", NULL, NULL, "ok", "pause cancel limit"},
        {QEMU_JOB_COMMIT, "commit", NULL, NULL, "ok", "pause cancel limit"},
        {QEMU_JOB_READY, "mirror", NULL, "ready", "ok", "pause complete stay cancel limit"},
        {QEMU_JOB_PENDING, "backup", "finalize", "pending", "ok", "cancel finalize"},
        {QEMU_JOB_WAITING, "backup", "waiting", NULL, "ok", "cancel"},
        {QEMU_JOB_CONCLUDED, "backup", "done", "concluded", NULL, "dismiss"},
        {QEMU_JOB_FAILED, "backup", "failed", "failed", NULL, "dismiss"},
        {QEMU_JOB_NO_SPACE, "mirror", "no space", "io-error", "nospace", "resume cancel limit"},
        {QEMU_JOB_IO_ERROR, "mirror", "error", "io-error", "failed", "resume cancel limit"},
    };
    const size_t count = sizeof jobs / sizeof jobs[0];
    struct qemu *qemu = qemu_start(kind, NULL);
    char id[16];
    bool can_change = has_command(qemu, "block-job-change"); /* since 8.2 */
    for (size_t i = 0; i < count; i++) {
        snprintf(id, sizeof id, "j%d", (int)jobs[i].job);
        qemu_job(qemu, jobs[i].job, id);
    }

    snapshot((const char *[]){qemu->socket, NULL});
    assert_int_equal(run.status, 0);
    assert_int_equal(json_object_get_int(member(document, "schema")), 1);
    assert_true(strncmp(text(document, "program"), "qmptop ", 7) == 0);
    struct json_object *target = json_object_array_get_idx(member(document, "targets"), 0);
    assert_string_equal(text(target, "link"), "up");
    assert_null(text(target, "reason"));
    assert_non_null(text(target, "qemu"));
    for (size_t i = 0; i < count; i++) {
        snprintf(id, sizeof id, "j%d", (int)jobs[i].job);
        bool changes = can_change && strcmp(jobs[i].type, "mirror") == 0;
        assert_job(element(member(target, "jobs"), "id", id), &jobs[i],
                   changes ? " change" : "");
    }
    snprintf(id, sizeof id, "j%d", (int)QEMU_JOB_FAILED);
    struct json_object *failed = element(member(target, "jobs"), "id", id);
    assert_string_equal(text(failed, "error"), "Input/output error");
}

static void test_every_state_of_system(void **state)
{
    (void)state;
    every_state(QEMU_SYSTEM);
}

static void test_every_state_of_storage_daemon(void **state)
{
    (void)state;
    every_state(QEMU_STORAGE_DAEMON);
}

/* The table is the default without a terminal, and says what the JSON says. */
static void test_table(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, "web-01");
    qemu_job(qemu, QEMU_JOB_READY, "mirror-virtio0");
    qemu_job(qemu, QEMU_JOB_FAILED, "backup-weekly");

    run_program((const char *[]){qemu->socket, NULL});
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "web-01"));
    assert_non_null(strstr(run.out, "mirror-virtio0"));
    assert_non_null(strstr(run.out, "Input/output error"));
    assert_null(strchr(run.out, '\033'));
}

/* Asking leaves no trace: the jobs go on, and the monitor is free for the next. */
static void test_looking_does_not_touch(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "m");
    qemu_job(qemu, QEMU_JOB_PENDING, "p");
    for (int i = 0; i < 3; i++) {
        snapshot((const char *[]){qemu->socket, NULL});
        assert_int_equal(run.status, 0);
    }
    assert_string_equal(monitor_status(qemu->monitor, "m"), "running");
    assert_string_equal(monitor_status(qemu->monitor, "p"), "pending");
    monitor_close(monitor_open(qemu->socket));
}

/* Every link failure at once, so that the sentences can be compared. */
static void test_failures_as_json(void **state)
{
    (void)state;
    wrecks_make(&wrecks, &pump);
    snapshot(wrecks.endpoints);
    assert_int_equal(run.status, 1);

    struct json_object *targets = member(document, "targets");
    assert_int_equal(json_object_array_length(targets), WRECK_COUNT);
    for (int i = 0; i < WRECK_COUNT; i++) {
        struct json_object *target = element(targets, "name", wreck_name(i));
        assert_string_equal(text(target, "link"), wreck_link(i));
        const char *reason = text(target, "reason");
        if (wreck_sentence(i) == NULL) {
            assert_null(reason);
            continue;
        }
        if (reason == NULL || strstr(reason, wreck_sentence(i)) == NULL)
            fail_msg("%s: \"%s\" says nothing of \"%s\"", wreck_name(i), reason,
                     wreck_sentence(i));
        for (int k = 0; k < i; k++) {
            const char *other = text(element(targets, "name", wreck_name(k)), "reason");
            assert_true(other == NULL || strcmp(reason, other) != 0);
        }
    }
}

/* A line that has both texts, the first one as a word. */
static bool has_line(const char *lines, const char *one, const char *other)
{
    char copy[512], word[64];
    snprintf(word, sizeof word, " %s ", one);
    for (const char *line = lines; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        snprintf(copy, sizeof copy, "%.*s", (int)strcspn(line, "\n"), line);
        if (strstr(copy, word) != NULL && strstr(copy, other) != NULL)
            return true;
    }
    return false;
}

static void test_failures_as_table(void **state)
{
    (void)state;
    wrecks_make(&wrecks, &pump);
    const char *arguments[WRECK_COUNT + 2] = {"--once"};
    memcpy(arguments + 1, wrecks.endpoints, sizeof wrecks.endpoints);
    run_program(arguments);
    assert_int_equal(run.status, 1);
    for (int i = 0; i < WRECK_COUNT; i++) {
        const char *said = wreck_sentence(i) != NULL ? wreck_sentence(i) : wreck_link(i);
        if (!has_line(run.out, wreck_name(i), said))
            fail_msg("%s is not explained:\n%s", wreck_name(i), run.out);
    }
    assert_non_null(strstr(run.out, "9 sockets | 8 NOT UP")); /* the pretty one is well */
}

/* A QEMU that is stopped accepts connections and says nothing, for ever. */
static void test_frozen(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    struct qemu *other = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(other, QEMU_JOB_PENDING, "p");
    qemu_freeze(qemu);
    char frozen[QEMU_PATH_SIZE + 16], well[QEMU_PATH_SIZE + 16];
    snprintf(frozen, sizeof frozen, "frozen=%s", qemu->socket);
    snprintf(well, sizeof well, "well=%s", other->socket);
    snapshot((const char *[]){frozen, well, NULL});
    qemu_thaw(qemu);
    assert_int_equal(run.status, 1);
    struct json_object *targets = member(document, "targets");
    assert_string_not_equal(text(element(targets, "name", "frozen"), "link"), "up");
    struct json_object *jobs = member(element(targets, "name", "well"), "jobs");
    assert_string_equal(text(element(jobs, "id", "p"), "status"), "pending");
}

/* The name of a VM is free text: it must not reach a terminal as it is. */
static void test_hostile_name(void **state)
{
    (void)state;
    static const char name[] = "\033]0;pwned\a\033[31mred\r\nnext\342\200\256bidi\342\200\213.";
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, name);
    qemu_job(qemu, QEMU_JOB_PENDING, "p");

    run_program((const char *[]){"--once", qemu->socket, NULL});
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "pwned"));
    for (const char *c = run.out; *c != '\0'; c++)
        assert_true(*c == '\n' || ((unsigned char)*c >= 0x20 && *c != 0x7f));
    assert_null(strstr(run.out, "\342\200\256"));
    assert_null(strstr(run.out, "\342\200\213"));
    assert_null(strstr(run.out, "\nnext"));

    snapshot((const char *[]){qemu->socket, NULL});
    for (const char *c = run.out; *c != '\0'; c++)
        assert_true(*c == '\n' || ((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f));
    struct json_object *target = json_object_array_get_idx(member(document, "targets"), 0);
    assert_string_equal(text(target, "name"), name);
}

/* Who reads no report must not think that all is well. */
static void a_report_that_cannot_be_written_is_told(void **state)
{
    static const char *const places[] = {">&-", ">/dev/full"};
    static const char *const faces[] = {"", "--json"};
    (void)state;
    const struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    for (size_t i = 0; i < 4; i++) {
        char command[512];
        snprintf(command, sizeof command, "exec '%s' --once %s '%s' %s 2>/dev/null",
                 program_path(), faces[i / 2], qemu->socket, places[i % 2]);
        int status = system(command);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 2);
    }
}

static void a_name_for_a_folder_is_refused(void **state)
{
    (void)state;
    run = (struct program_run){.pump = &pump};
    program_run(&run, (const char *[]){"--once", "web=/", NULL});
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "a name is for one socket, not for all in a folder"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_every_state_of_system, teardown),
        cmocka_unit_test_teardown(test_every_state_of_storage_daemon, teardown),
        cmocka_unit_test_teardown(test_table, teardown),
        cmocka_unit_test_teardown(test_looking_does_not_touch, teardown),
        cmocka_unit_test_teardown(test_failures_as_json, teardown),
        cmocka_unit_test_teardown(test_failures_as_table, teardown),
        cmocka_unit_test_teardown(test_frozen, teardown),
        cmocka_unit_test_teardown(test_hostile_name, teardown),
        cmocka_unit_test_teardown(a_report_that_cannot_be_written_is_told, teardown),
        cmocka_unit_test_teardown(a_name_for_a_folder_is_refused, teardown),
    };
    return cmocka_run_group_tests_name("once", tests, NULL, NULL);
}
