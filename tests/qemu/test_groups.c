/*
 * Transactions of a real QEMU, which names none of them: what core/ infers from what
 * it says, and how their jobs end. Another client starts them, and cancels.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/ending.h"
#include "core/group.h"
#include "tests/support/live.h"
#include "tests/support/qemu.h"

static struct qemu *qemu;
static struct live live;
static struct target *target;

static int teardown(void **state)
{
    live_end(&live);
    target = NULL;
    return qemu_end_all(state);
}

static bool is_joined(void *ctx)
{
    (void)ctx;
    return target_is_fresh(target) && target->offered_known;
}

static void join(void)
{
    live_begin(&live);
    target = live_join(&live, "disks", qemu->socket);
    live_await(&live, is_joined, NULL, "the first answers");
}

/* A daemon with sources and targets for the backups a, b and c. */
static void start(void)
{
    qemu = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    for (const char *id = "abc"; *id; id++)
        for (const char *side = "st"; *side; side++)
            monitor_do(qemu->monitor,
                       "{\"execute\": \"blockdev-add\", \"arguments\": {\"driver\":"
                       " \"null-co\", \"node-name\": \"%c%c\", \"size\": 67108864,"
                       " \"read-zeroes\": true}}",
                       *side, *id);
}

/* At 1 MiB/s it takes a minute; with speed 0 it is done at once. */
static const char *backup(char id, int speed, const char *more)
{
    static char text[3][300];
    char *place = text[id - 'a'];

    snprintf(
        place, sizeof(text[0]),
        "{\"job-id\": \"%c\", \"device\": \"s%c\", \"target\": \"t%c\", \"sync\": \"full\","
        " \"speed\": %d%s}",
        id, id, id, speed, more);
    return place;
}

#define SLOW (1 << 20)

static void transact(const char *mode, const char *a, const char *b, const char *c)
{
    monitor_do(qemu->monitor,
               "{\"execute\": \"transaction\", \"arguments\": {\"actions\": ["
               "{\"type\": \"blockdev-backup\", \"data\": %s},"
               "{\"type\": \"blockdev-backup\", \"data\": %s},"
               "{\"type\": \"blockdev-backup\", \"data\": %s}],"
               " \"properties\": {\"completion-mode\": \"%s\"}}}",
               a, b, c, mode);
}

static void cancel_elsewhere(const char *id)
{
    monitor_do(qemu->monitor, "{\"execute\": \"job-cancel\", \"arguments\": {\"id\": \"%s\"}}",
               id);
}

static const struct job *job(const char *id)
{
    for (size_t i = target->job_count; i-- > 0;)
        if (strcmp(target->jobs[i]->id, id) == 0)
            return target->jobs[i];
    return NULL;
}

/* ---- waiting ---- */

struct wish {
    const char *ids;
    enum group_certainty certainty;
    const char *status; /* of the first id; NULL = any */
};

static bool is_granted(void *ctx)
{
    const struct wish *wish = ctx;

    for (const char *id = wish->ids; *id; id++) {
        const struct job *now = job((char[]){*id, '\0'});

        if (!now || now->ending != JOB_NOT_ENDED || now->type != JOB_TYPE_BACKUP ||
            group_certainty(target, now) != wish->certainty)
            return false;
        if (id == wish->ids && wish->status && strcmp(job_status_text(now), wish->status) != 0)
            return false;
    }
    return true;
}

static void await_groups(const char *ids, enum group_certainty certainty, const char *status)
{
    struct wish wish = {ids, certainty, status};
    char what[80];

    snprintf(what, sizeof(what), "the group of %s to be %s", ids,
             group_certainty_wire(certainty));
    live_await(&live, is_granted, &wish, what);
}

static bool has_none(void *ctx)
{
    (void)ctx;
    return target->job_count > 0 && target->living_count == 0;
}

static void await_end(void)
{
    live_await(&live, has_none, NULL, "all jobs to end");
}

static void assert_ending(const char *id, enum job_ending ending)
{
    if (job(id)->ending != ending)
        fail_msg("%s: %s, not %s", id, ending_text(job(id)->ending), ending_text(ending));
}

static void assert_warning(const char *id, enum verb verb, const char *text)
{
    char warning[200];

    group_warning(target, job(id), verb, warning, sizeof(warning));
    assert_string_equal(warning, text);
}

/* ---- what is inferred ---- */

static void test_separate_backups_are_no_group(void **state)
{
    (void)state;
    start();
    join();
    for (const char *id = "abc"; *id; id++)
        monitor_do(qemu->monitor, "{\"execute\": \"blockdev-backup\", \"arguments\": %s}",
                   backup(*id, SLOW, ""));
    await_groups("abc", GROUP_NONE, "running");
    assert_warning("a", VERB_CANCEL, "");
    cancel_elsewhere("b");
    cancel_elsewhere("c");
    cancel_elsewhere("a");
    await_end();
    assert_ending("a", JOB_ENDED_CANCELLED);
    assert_ending("b", JOB_ENDED_CANCELLED);
    assert_ending("c", JOB_ENDED_CANCELLED);
}

/* A grouped backup of which another client cancels one member. */
static void test_a_member_cancelled_elsewhere(void **state)
{
    (void)state;
    start();
    join();
    transact("grouped", backup('a', SLOW, ""), backup('b', SLOW, ""), backup('c', SLOW, ""));
    await_groups("abc", GROUP_LIKELY, "running");
    assert_warning("b", VERB_CANCEL, "this may end 3 jobs created together: a, b, c");
    cancel_elsewhere("b");
    await_end();
    assert_ending("a", JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_ending("b", JOB_ENDED_CANCELLED);
    assert_ending("c", JOB_ENDED_CANCELLED_WITH_GROUP);
}

static void test_a_member_cancelled_from_here(void **state)
{
    struct action_check check;

    (void)state;
    start();
    join();
    transact("grouped", backup('a', 0, ""), backup('b', SLOW, ""), backup('c', SLOW, ""));
    await_groups("abc", GROUP_PROVEN, "waiting");
    assert_warning("a", VERB_CANCEL, "this ends 3 jobs: a, b, c");
    assert_non_null(
        action_send(&live.fleet, job("c")->uid, VERB_CANCEL, 0, live_now_ms(), &check));
    await_end();
    assert_ending("a", JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_ending("b", JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_ending("c", JOB_ENDED_CANCELLED_BY_US);
}

/* One command, but each for itself. */
static void test_individual_ones_are_disproved(void **state)
{
    (void)state;
    start();
    join();
    transact("individual", backup('a', SLOW, ""), backup('b', SLOW, ""), backup('c', SLOW, ""));
    await_groups("abc", GROUP_LIKELY, "running");
    cancel_elsewhere("a");
    await_groups("bc", GROUP_NONE, "running");
    assert_ending("a", JOB_ENDED_CANCELLED);
    cancel_elsewhere("b");
    cancel_elsewhere("c");
    await_end();
    assert_ending("b", JOB_ENDED_CANCELLED);
    assert_ending("c", JOB_ENDED_CANCELLED);
}

static void test_a_finalize_names_all(void **state)
{
    struct action_check check;

    (void)state;
    start();
    join();
    transact("grouped", backup('a', 0, ""), backup('b', 0, ", \"auto-finalize\": false"),
             backup('c', 0, ""));
    await_groups("abc", GROUP_PROVEN, "pending");
    assert_warning("c", VERB_FINALIZE, "this finalizes 3 jobs: a, b, c");
    assert_non_null(
        action_send(&live.fleet, job("c")->uid, VERB_FINALIZE, 0, live_now_ms(), &check));
    await_end();
    assert_ending("a", JOB_ENDED_DONE);
    assert_ending("b", JOB_ENDED_DONE);
    assert_ending("c", JOB_ENDED_DONE);
}

/* ---- what is found ---- */

static void test_a_found_group(void **state)
{
    (void)state;
    start();
    transact("grouped", backup('a', 0, ""), backup('b', 0, ""), backup('c', SLOW, ""));
    monitor_await_status(qemu->monitor, "a", "waiting");
    monitor_await_status(qemu->monitor, "b", "waiting");
    join();
    await_groups("abc", GROUP_PROVEN, "waiting");
    assert_warning("c", VERB_CANCEL, "this ends 3 jobs: a, b, c");
}

static void test_a_found_group_with_several_that_run(void **state)
{
    (void)state;
    start();
    transact("grouped", backup('a', 0, ""), backup('b', SLOW, ""), backup('c', SLOW, ""));
    monitor_await_status(qemu->monitor, "a", "waiting");
    join();
    await_groups("abc", GROUP_POSSIBLE, "waiting");
    assert_warning("a", VERB_CANCEL, "this may also end some of: b, c");
    cancel_elsewhere("b");
    await_end();
    assert_ending("a", JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_ending("b", JOB_ENDED_CANCELLED);
    assert_ending("c", JOB_ENDED_CANCELLED_WITH_GROUP);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_separate_backups_are_no_group),
        TEST(test_a_member_cancelled_elsewhere),
        TEST(test_a_member_cancelled_from_here),
        TEST(test_individual_ones_are_disproved),
        TEST(test_a_finalize_names_all),
        TEST(test_a_found_group),
        TEST(test_a_found_group_with_several_that_run),
    };

    return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
