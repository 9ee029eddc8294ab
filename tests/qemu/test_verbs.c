/*
 * The verbs, pressed in a terminal on real jobs of real QEMUs: QEMU did what the key
 * said, and did it to that job only. What QEMU did is read on a second monitor.
 */

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/console.h"
#include "tests/support/qemu.h"

static struct pump pump;
static struct console *console;

static int teardown(void **state)
{
    console_end(console);
    console = NULL;
    pump = (struct pump){0};
    return qemu_end_all(state);
}

static struct console *start(const struct qemu *one, const char *name, const struct qemu *other,
                             const char *other_name)
{
    char first[QEMU_PATH_SIZE + 32], second[QEMU_PATH_SIZE + 32];
    snprintf(first, sizeof first, "%s=%s", name, one->socket);
    if (other != NULL)
        snprintf(second, sizeof second, "%s=%s", other_name, other->socket);
    console = console_start(&pump, &(struct console_options){.rows = 40, .columns = 110},
                            (const char *[]){first, other != NULL ? second : NULL, NULL});
    return console;
}

/* What one key does to one job. */
struct verb_case {
    const char *id;
    enum qemu_job job;
    const char *key, *box; /* title of the box it opens; NULL = none */
    const char *event;     /* what QEMU tells of it */
    const char *status;    /* of the event, or NULL */
    const char *after;     /* query-jobs then */
    bool typed;            /* the box wants the VM's name */
};

static const struct verb_case cases[] = {
    {"run-p", QEMU_JOB_MIRROR, "p", NULL, "JOB_STATUS_CHANGE", "paused", "paused", false},
    {"std-r", QEMU_JOB_STANDBY, "r", NULL, "JOB_STATUS_CHANGE", "ready", "ready", false},
    {"rdy-o", QEMU_JOB_READY, "o", "COMPLETE rdy-o", "BLOCK_JOB_COMPLETED", NULL, "none",
     false},
    {"rdy-s", QEMU_JOB_READY, "s", "STAY rdy-s", "BLOCK_JOB_COMPLETED", NULL, "none", false},
    {"run-c", QEMU_JOB_BACKUP, "c", "CANCEL run-c", "BLOCK_JOB_CANCELLED", NULL, "none", false},
    {"rdy-c", QEMU_JOB_READY, "c", "CANCEL rdy-c", "BLOCK_JOB_CANCELLED", NULL, "none", true},
    {"pnd-f", QEMU_JOB_PENDING, "f", "FINALIZE pnd-f", "BLOCK_JOB_COMPLETED", NULL, "none",
     false},
    {"con-x", QEMU_JOB_CONCLUDED, "x", NULL, "JOB_STATUS_CHANGE", "null", "none", false},
    {"bad-x", QEMU_JOB_FAILED, "x", "DISMISS bad-x", "JOB_STATUS_CHANGE", "null", "none",
     false},
};

#define CASE_COUNT (sizeof cases / sizeof cases[0])

static void make_jobs(struct qemu *qemu)
{
    for (size_t i = 0; i < CASE_COUNT; i++)
        qemu_job(qemu, cases[i].job, cases[i].id);
}

/* Presses the key on the job of `vm` and waits until QEMU and the screen say it. */
static void press(struct qemu *qemu, const char *vm, const struct verb_case *verb)
{
    console_select(console, vm, verb->id);
    console_press(console, verb->key);
    if (verb->typed)
        console_confirm_typed(console, verb->box, vm);
    else if (verb->box != NULL)
        console_confirm(console, verb->box);
    console_await_event(console, qemu->monitor, verb->event, verb->id, verb->status);
    console_await_status(console, qemu->monitor, verb->id, verb->after);
}

static void every_verb(enum qemu_kind kind)
{
    struct qemu *qemu = qemu_start(kind, NULL);
    make_jobs(qemu);
    start(qemu, "alpha", NULL, NULL);
    for (size_t i = 0; i < CASE_COUNT; i++)
        console_await(console, "alpha", cases[i].id);
    for (size_t i = 0; i < CASE_COUNT; i++)
        press(qemu, "alpha", &cases[i]);
    /* All that remains is what was not ended, as it was left. */
    for (size_t i = 0; i < CASE_COUNT; i++)
        assert_string_equal(monitor_status(qemu->monitor, cases[i].id), cases[i].after);
}

static void test_verbs_on_system(void **state)
{
    (void)state;
    every_verb(QEMU_SYSTEM);
}

static void test_verbs_on_storage_daemon(void **state)
{
    (void)state;
    every_verb(QEMU_STORAGE_DAEMON);
}

/* The same ids on two sockets: only the job under the cursor is touched. */
static void two_sockets(struct qemu *touched, const char *touched_name, struct qemu *spared,
                        const char *spared_name)
{
    size_t told = monitor_event_count(spared->monitor);
    for (size_t i = 0; i < CASE_COUNT; i++)
        press(touched, touched_name, &cases[i]);
    for (size_t i = 0; i < CASE_COUNT; i++)
        assert_string_equal(monitor_status(spared->monitor, cases[i].id),
                            qemu_job_status(cases[i].job));
    assert_int_equal(monitor_event_count(spared->monitor), told);
    assert_true(console_find(console, spared_name, cases[0].id) >= 0);
}

static void test_two_sockets(void **state)
{
    (void)state;
    struct qemu *system = qemu_start(QEMU_SYSTEM, NULL);
    struct qemu *daemon = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    make_jobs(system);
    make_jobs(daemon);
    start(system, "alpha", daemon, "beta");
    for (size_t i = 0; i < CASE_COUNT; i++) {
        console_await(console, "alpha", cases[i].id);
        console_await(console, "beta", cases[i].id);
    }
    two_sockets(daemon, "beta", system, "alpha");
    for (size_t i = 0; i < CASE_COUNT; i++)
        press(system, "alpha", &cases[i]);
}

/* Pause and resume are each other's undo, and neither asks. */
static void test_pause_and_resume(void **state)
{
    (void)state;
    static const enum qemu_job kinds[] = {QEMU_JOB_MIRROR, QEMU_JOB_BACKUP, QEMU_JOB_STREAM,
                                          QEMU_JOB_COMMIT};
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    for (size_t i = 0; i < 4; i++)
        qemu_job(qemu, kinds[i], (const char *[]){"mir", "bak", "str", "com"}[i]);
    start(qemu, "alpha", NULL, NULL);
    for (size_t i = 0; i < 4; i++) {
        const char *id = (const char *[]){"mir", "bak", "str", "com"}[i];
        console_select(console, "alpha", id);
        console_press(console, "p");
        console_await_status(console, qemu->monitor, id, "paused");
        console_await(console, id, "paused");
        console_select(console, "alpha", id);
        console_press(console, "r");
        console_await_status(console, qemu->monitor, id, "running");
        console_await(console, id, "running");
    }
}

/* A job stopped by a full target runs again when told, and says so when it stops again. */
static void test_resume_after_no_space(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_SYSTEM, NULL);
    qemu_job(qemu, QEMU_JOB_NO_SPACE, "full");
    start(qemu, "alpha", NULL, NULL);
    console_await(console, "full", "no space");
    size_t told = monitor_event_count(qemu->monitor);
    console_select(console, "alpha", "full");
    console_press(console, "r");
    while (monitor_event_count(qemu->monitor) == told)
        console_settle(console);
    console_await_status(console, qemu->monitor, "full", "paused");
    console_await(console, "full", "no space");
}

/* Cancelling one of a transaction ends all of it: QEMU's way, shown as it is. */
static void test_cancel_in_group(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_WAITING, "grp");
    start(qemu, "alpha", NULL, NULL);
    console_await(console, "grp ", "waiting");
    console_await(console, "grp-peer", "running");
    console_select(console, "grp ", "waiting");
    console_press(console, "c");
    console_confirm_typed(console, "CANCEL grp", "alpha");
    console_await_event(console, qemu->monitor, "BLOCK_JOB_CANCELLED", "grp", NULL);
    console_await_event(console, qemu->monitor, "BLOCK_JOB_CANCELLED", "grp-peer", NULL);
    console_await(console, "grp ", "cancelled");
    console_await(console, "grp-peer", "cancelled");
}

/* --read-only: the keys are dead, and say why. */
static void test_read_only(void **state)
{
    (void)state;
    struct qemu *qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    qemu_job(qemu, QEMU_JOB_MIRROR, "mir");
    size_t told = monitor_event_count(qemu->monitor);
    console = console_start(&pump, &(struct console_options){0},
                            (const char *[]){"--read-only", qemu->socket, NULL});
    console_select(console, "mir", NULL);
    for (const char *key = "prcofxs"; *key != '\0'; key++)
        console_press(console, (const char[]){*key, '\0'});
    console_await(console, "read-only", "not now");
    assert_string_equal(monitor_status(qemu->monitor, "mir"), "running");
    assert_int_equal(monitor_event_count(qemu->monitor), told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_verbs_on_system, teardown),
        cmocka_unit_test_teardown(test_verbs_on_storage_daemon, teardown),
        cmocka_unit_test_teardown(test_two_sockets, teardown),
        cmocka_unit_test_teardown(test_pause_and_resume, teardown),
        cmocka_unit_test_teardown(test_resume_after_no_space, teardown),
        cmocka_unit_test_teardown(test_cancel_in_group, teardown),
        cmocka_unit_test_teardown(test_read_only, teardown),
    };
    return cmocka_run_group_tests_name("verbs", tests, NULL, NULL);
}
