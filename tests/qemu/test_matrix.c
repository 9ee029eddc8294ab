/*
 * Every verb in every state where it is lit, pressed in a terminal on real jobs. Which
 * verbs are lit is asked of core/, fed by a monitor of its own: one that is lit and that
 * no walk presses fails, as does one that is pressed and does nothing. So does a type of
 * job with a lit verb in a status where no walk comes to and `elsewhere` has no word for.
 */

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/roster.h"
#include "tests/support/console.h"
#include "tests/support/live.h"
#include "tests/support/qemu.h"

#define LIMIT 98304 /* "96K": still slow */

static struct pump pump;
static struct console *console;
static struct live live;
static struct target *vm; /* of live */

static int teardown(void **state)
{
    console_end(console);
    console = NULL;
    pump = (struct pump){0};
    live_end(&live);
    return qemu_end_all(state);
}

/* ---- what was lit and what was pressed ---- */

static const char keys[VERB_COUNT] = {
    [VERB_PAUSE] = 'p',   [VERB_RESUME] = 'r', [VERB_COMPLETE] = 'o',
    [VERB_STAY] = 's',    [VERB_CANCEL] = 'c', [VERB_FINALIZE] = 'f',
    [VERB_DISMISS] = 'x', [VERB_LIMIT] = 'l',  [VERB_CHANGE] = 'w',
};

#define STATES_MAX 64

/* A state a job can be in, as far as verbs go. */
static struct state {
    char name[64];
    uint32_t lit, pressed; /* VERB_BITs */
} states[STATES_MAX];
static size_t state_count;
static uint32_t pressed[JOB_TYPE_COUNT][JOB_STATUS_COUNT]; /* the same, by what core/ asks */

#define TYPE(type)     (1u << JOB_TYPE_##type)
#define STATUS(status) (1u << JOB_STATUS_##status)
#define SNAPSHOTS      (TYPE(SNAPSHOT_SAVE) | TYPE(SNAPSHOT_LOAD) | TYPE(SNAPSHOT_DELETE))
#define PLAIN          (SNAPSHOTS | TYPE(CREATE) | TYPE(AMEND))

/* Where verbs are lit and no walk comes to. */
static const struct {
    uint32_t types, statuses;
    const char *why;
} elsewhere[] = {
    {~0u, STATUS(CREATED), "no reply tells it: what makes a job also runs it"},
    {TYPE(STREAM) | TYPE(BACKUP), STATUS(READY) | STATUS(STANDBY), "has no second step"},
    {TYPE(MIRROR) | TYPE(STREAM) | TYPE(COMMIT), STATUS(WAITING), "has no group to wait for"},
    {PLAIN, STATUS(PAUSED) | STATUS(READY) | STATUS(STANDBY),
     "has no pause and no second step"},
    {PLAIN, STATUS(WAITING) | STATUS(PENDING), "has no group, and finalizes itself"},
    {TYPE(CREATE) | TYPE(AMEND), STATUS(RUNNING), "behind a gate: test_types.c"},
    {SNAPSHOTS, STATUS(RUNNING), "QEMU is silent meanwhile: test_types.c"},
    {SNAPSHOTS, STATUS(CONCLUDED), "wants a machine: test_types.c"},
};

static uint32_t bit_of(char key)
{
    const char *found = memchr(keys, key, sizeof keys);
    assert_non_null(found);
    return VERB_BIT((enum verb)(found - keys));
}

struct sight {
    const char *id, *status;
};

static bool is_seen(void *ctx)
{
    const struct sight *sight = ctx;
    const struct job *job = roster_find(vm, sight->id);
    return job != NULL && strcmp(job_status_text(job), sight->status) == 0 &&
           live_is_at_rest(vm) && (job->has_block || job_is_plain(job));
}

/* The verbs of a job once core/ has seen it in that status. */
static uint32_t lit_verbs(const char *id, const char *status)
{
    struct sight sight = {id, status};
    target_want(vm, TARGET_ASK_JOBS);
    target_want(vm, TARGET_ASK_BLOCK);
    live_await(&live, is_seen, &sight, status);
    struct verb_context context = target_verbs(vm);
    return verb_lit(roster_find(vm, id), &context);
}

/* The row of the state that job is in; a new one is asked for its verbs. */
static struct state *enter_state(enum qemu_job job, const char *kind, const char *id,
                                 const char *status)
{
    char name[64];
    bool io_error = job == QEMU_JOB_NO_SPACE || job == QEMU_JOB_IO_ERROR;
    snprintf(name, sizeof name, "%s %s%s", kind, status, io_error ? " by an error" : "");
    for (size_t i = 0; i < state_count; i++) {
        if (strcmp(states[i].name, name) == 0)
            return &states[i];
    }
    assert_true(state_count < STATES_MAX);
    struct state *state = &states[state_count++];
    *state = (struct state){.lit = lit_verbs(id, status)};
    snprintf(state->name, sizeof state->name, "%s", name);
    return state;
}

static bool is_elsewhere(enum job_type type, enum job_status status)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        if (elsewhere[i].types & 1u << type && elsewhere[i].statuses & 1u << status)
            return true;
    }
    return false;
}

/* Asks the verbs of all that a job can be, seen or not. */
static void assert_nothing_else_is_lit(void)
{
    struct verb_context context = target_verbs(vm);
    for (enum job_type type = JOB_TYPE_UNKNOWN + 1; type < JOB_TYPE_COUNT; type++) {
        for (enum job_status status = 0; status < JOB_STATUS_COUNT; status++) {
            struct job job = {
                .type = type, .status = status, .has_block = job_type_is_block(type)};
            job.block_paused = job_is_paused(&job);
            uint32_t lit = verb_lit(&job, &context), done = pressed[type][status];
            if (is_elsewhere(type, status) ? lit == 0 || done != 0 : lit != done)
                fail_msg("%s %s: lit are %x, pressed were %x", job_type_wire(type),
                         job_status_wire(status), lit, done);
        }
    }
}

static void assert_all_pressed(void)
{
    for (size_t i = 0; i < state_count; i++) {
        if (states[i].lit != states[i].pressed)
            fail_msg("%s: lit are %x, pressed were %x", states[i].name, states[i].lit,
                     states[i].pressed);
    }
}

/* ---- what a key does ---- */

struct walker {
    struct qemu *qemu;
    enum qemu_job job;
    const char *kind;  /* of job */
    const char *shows; /* beside its id, before a key is pressed; NULL = its type */
    char id[32];
    bool completing; /* told to complete in standby: acts when it runs again */
    size_t told;     /* events before the key */
};

static bool has_limit(void *ctx)
{
    const struct walker *walker = ctx;
    bool has = false;
    struct json_object *jobs =
        monitor_call(walker->qemu->monitor, "{\"execute\":\"query-block-jobs\"}");
    for (size_t i = 0; i < json_object_array_length(jobs); i++) {
        struct json_object *job = json_object_array_get_idx(jobs, i);
        if (strcmp(json_object_get_string(json_object_object_get(job, "device")), walker->id) ==
            0)
            has = json_object_get_int64(json_object_object_get(job, "speed")) == LIMIT;
    }
    json_object_put(jobs);
    return has;
}

static void await_end(struct walker *walker, const char *event, const char *status,
                      const char *then)
{
    console_await_event(console, walker->qemu->monitor, event, walker->id, status);
    console_await_status(console, walker->qemu->monitor, walker->id, then);
}

static void confirm(const struct walker *walker, const char *verb)
{
    char title[64];
    snprintf(title, sizeof title, "%s %s", verb, walker->id);
    console_confirm(console, title);
}

/* Finished work is thrown away by typing the name only. */
static void confirm_cancel(const struct walker *walker, const char *before)
{
    static const char *const finished[] = {"ready", "standby", "waiting", "pending"};
    char title[64];
    snprintf(title, sizeof title, "CANCEL %s", walker->id);
    for (size_t i = 0; i < sizeof finished / sizeof finished[0]; i++) {
        if (strcmp(before, finished[i]) == 0) {
            console_confirm_typed(console, title, "vm");
            return;
        }
    }
    console_confirm(console, title);
}

static void limit(struct walker *walker)
{
    char title[64];
    snprintf(title, sizeof title, "LIMIT %s", walker->id);
    console_await(console, title, NULL);
    console_enter(console, "96K");
    console_await_gone(console, title, NULL);
    console_await_that(console, has_limit, walker, "the limit");
}

/* It takes effect before QEMU answers, and a change already made is made again. */
static void change(struct walker *walker)
{
    confirm(walker, "CHANGE");
    console_await(console, "change", "in effect");
}

static bool has_more_events(void *ctx)
{
    const struct walker *walker = ctx;
    return monitor_event_count(walker->qemu->monitor) > walker->told;
}

/* Resumed into an error that persists, it stops again at once. */
static void resume(struct walker *walker, const char *before)
{
    bool ready = strcmp(before, "standby") == 0;
    if (walker->job == QEMU_JOB_NO_SPACE || walker->job == QEMU_JOB_IO_ERROR) {
        console_await_that(console, has_more_events, walker, "it to run");
        console_await_status(console, walker->qemu->monitor, walker->id, "paused");
        console_await(console, walker->id, "write error");
    } else if (walker->completing) {
        await_end(walker, "BLOCK_JOB_COMPLETED", NULL, "none");
    } else {
        console_await_status(console, walker->qemu->monitor, walker->id,
                             ready ? "ready" : "running");
    }
}

/* Accepted silently, and nothing happens before it is resumed. */
static void complete(struct walker *walker, const char *before)
{
    confirm(walker, "COMPLETE");
    if (strcmp(before, "standby") == 0) {
        console_await(console, "complete", "accepted");
        assert_string_equal(monitor_status(walker->qemu->monitor, walker->id), "standby");
        walker->completing = true;
    } else {
        await_end(walker, "BLOCK_JOB_COMPLETED", NULL, "none");
    }
}

static void dismiss(struct walker *walker)
{
    bool failed = walker->job == QEMU_JOB_FAILED || walker->job == QEMU_JOB_CREATE_FAILED ||
                  walker->job == QEMU_JOB_AMEND_FAILED;
    if (failed)
        confirm(walker, "DISMISS");
    await_end(walker, "JOB_STATUS_CHANGE", "null", "none");
}

static const char *type_of(const struct walker *walker)
{
    const char *blank = strchr(walker->kind, ' ');
    return blank != NULL ? blank + 1 : walker->kind;
}

static void press(struct walker *walker, char key)
{
    char before[32], cell[sizeof walker->id + 1];
    snprintf(before, sizeof before, "%s", monitor_status(walker->qemu->monitor, walker->id));
    enter_state(walker->job, walker->kind, walker->id, before)->pressed |= bit_of(key);
    pressed[job_type_parse(type_of(walker))][job_status_parse(before)] |= bit_of(key);
    snprintf(cell, sizeof cell, "%s ", walker->id); /* not its peer, whose id is longer */
    console_select(console, cell, walker->shows != NULL ? walker->shows : type_of(walker));
    walker->told = monitor_event_count(walker->qemu->monitor);
    console_press(console, (const char[]){key, '\0'});
    switch (key) {
    case 'p':
        console_await_status(console, walker->qemu->monitor, walker->id,
                             strcmp(before, "ready") == 0 ? "standby" : "paused");
        break;
    case 'r':
        resume(walker, before);
        break;
    case 'o':
        complete(walker, before);
        break;
    case 's':
        confirm(walker, "STAY");
        await_end(walker, "BLOCK_JOB_COMPLETED", NULL, "none");
        break;
    case 'c':
        confirm_cancel(walker, before);
        await_end(walker, "BLOCK_JOB_CANCELLED", NULL, "none");
        break;
    case 'f':
        confirm(walker, "FINALIZE");
        await_end(walker, "BLOCK_JOB_COMPLETED", NULL, "none");
        break;
    case 'x':
        dismiss(walker);
        break;
    case 'l':
        limit(walker);
        break;
    case 'w':
        change(walker);
        break;
    default:
        fail_msg("no key %c", key);
    }
}

/* ---- the walks ---- */

static const struct {
    enum qemu_job job;
    const char *kind, *keys, *shows;
} walks[] = {
    {QEMU_JOB_MIRROR, "mirror", "plwrc", NULL},
    {QEMU_JOB_MIRROR, "mirror", "pc", NULL},
    {QEMU_JOB_MIRROR, "mirror", "lw", NULL},
    {QEMU_JOB_BACKUP, "backup", "plrc", NULL},
    {QEMU_JOB_BACKUP, "backup", "pc", NULL},
    {QEMU_JOB_BACKUP, "backup", "l", NULL},
    {QEMU_JOB_STREAM, "stream", "plrc", NULL},
    {QEMU_JOB_STREAM, "stream", "pc", NULL},
    {QEMU_JOB_STREAM, "stream", "l", NULL},
    {QEMU_JOB_COMMIT, "commit", "plrc", NULL},
    {QEMU_JOB_COMMIT, "commit", "pc", NULL},
    {QEMU_JOB_COMMIT, "commit", "l", NULL},
    {QEMU_JOB_ACTIVE, "active commit", "plrc", NULL},
    {QEMU_JOB_ACTIVE, "active commit", "pc", NULL},
    {QEMU_JOB_ACTIVE, "active commit", "l", NULL},
    {QEMU_JOB_READY, "mirror", "plwrlwo", NULL},
    {QEMU_JOB_READY, "mirror", "por", NULL},
    {QEMU_JOB_READY, "mirror", "pc", NULL},
    {QEMU_JOB_READY, "mirror", "s", NULL},
    {QEMU_JOB_READY, "mirror", "c", NULL},
    {QEMU_JOB_ACTIVE_READY, "active commit", "plrlo", NULL},
    {QEMU_JOB_ACTIVE_READY, "active commit", "por", NULL},
    {QEMU_JOB_ACTIVE_READY, "active commit", "pc", NULL},
    {QEMU_JOB_ACTIVE_READY, "active commit", "s", NULL},
    {QEMU_JOB_ACTIVE_READY, "active commit", "c", NULL},
    {QEMU_JOB_NO_SPACE, "mirror", "lwrc", NULL},
    {QEMU_JOB_IO_ERROR, "mirror", "lwrc", NULL},
    {QEMU_JOB_WAITING, "backup", "c", NULL},
    {QEMU_JOB_PENDING, "backup", "f", NULL},
    {QEMU_JOB_PENDING, "backup", "c", NULL},
    {QEMU_JOB_PENDING_MIRROR, "mirror", "f", NULL},
    {QEMU_JOB_PENDING_MIRROR, "mirror", "c", NULL},
    {QEMU_JOB_PENDING_STREAM, "stream", "f", NULL},
    {QEMU_JOB_PENDING_STREAM, "stream", "c", NULL},
    {QEMU_JOB_PENDING_COMMIT, "commit", "f", NULL},
    {QEMU_JOB_PENDING_COMMIT, "commit", "c", NULL},
    {QEMU_JOB_PENDING_ACTIVE, "active commit", "f", NULL},
    {QEMU_JOB_PENDING_ACTIVE, "active commit", "c", NULL},
    {QEMU_JOB_CONCLUDED, "backup", "x", NULL},
    {QEMU_JOB_CONCLUDED_MIRROR, "mirror", "x", NULL},
    {QEMU_JOB_CONCLUDED_STREAM, "stream", "x", NULL},
    {QEMU_JOB_CONCLUDED_COMMIT, "commit", "x", NULL},
    {QEMU_JOB_FAILED, "backup", "x", "CONCLUDED Input"},
    {QEMU_JOB_CREATE, "create", "x", NULL},
    {QEMU_JOB_CREATE_FAILED, "create", "x", "CONCLUDED Could not"},
    {QEMU_JOB_AMEND, "amend", "x", NULL},
    {QEMU_JOB_AMEND_FAILED, "amend", "x", "CONCLUDED image"},
};

#define WALKS (sizeof walks / sizeof walks[0])

static void every_walk(enum qemu_kind kind)
{
    char endpoint[QEMU_PATH_SIZE + 16];
    struct qemu *qemu = qemu_start_with(&(struct qemu_options){.kind = kind, .tcp = true});
    state_count = 0;
    memset(pressed, 0, sizeof pressed);
    live_begin(&live);
    snprintf(endpoint, sizeof endpoint, "127.0.0.1:%d", qemu->port);
    vm = live_join(&live, "vm", endpoint);
    live_await_known(&live);
    snprintf(endpoint, sizeof endpoint, "vm=%s", qemu->socket);
    console = console_start(&pump, &(struct console_options){.rows = 100, .columns = 110},
                            (const char *[]){endpoint, NULL});
    for (size_t i = 0; i < WALKS; i++) {
        struct walker walker = {
            .qemu = qemu, .job = walks[i].job, .kind = walks[i].kind, .shows = walks[i].shows};
        snprintf(walker.id, sizeof walker.id, "walk%zu.", i);
        qemu_job(qemu, walker.job, walker.id);
        for (const char *key = walks[i].keys; *key != '\0'; key++) {
            if (vm->offered & bit_of(*key))
                press(&walker, *key);
        }
    }
    assert_all_pressed();
    assert_nothing_else_is_lit();
}

static void test_system(void **state)
{
    (void)state;
    every_walk(QEMU_SYSTEM);
}

static void test_storage_daemon(void **state)
{
    (void)state;
    every_walk(QEMU_STORAGE_DAEMON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_system, teardown),
        cmocka_unit_test_teardown(test_storage_daemon, teardown),
    };
    return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
