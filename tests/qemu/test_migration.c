/*
 * The live migration of real QEMUs as core/ understands it and --json tells it: each way
 * it can go, pushed by our own levers. What QEMU did is read on a second monitor.
 */

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/live.h"
#include "tests/support/qemu_pair.h"
#include "tests/support/snapshot.h"

static struct qemu_pair pair;
static struct live live;
static struct target *source, *destination;

static int teardown(void **state)
{
    snapshot_release();
    live_end(&live);
    source = destination = NULL;
    return qemu_end_all(state);
}

static void start(unsigned capabilities)
{
    pair_start(&pair, capabilities);
    live_begin(&live);
    source = live_join(&live, "source", pair.source->socket);
    destination = live_join(&live, "destination", pair.destination->socket);
    live_await_known(&live);
    assert_false(migration_is_shown(&source->migration));
    assert_int_equal(live_check(&live, source, LEVER_CANCEL), LEVER_NO_MIGRATION);
}

/* An idle QEMU is asked every few seconds only; here nobody wants to wait for that. */
static void look_again(void)
{
    target_want(source, TARGET_ASK_MIGRATE);
    target_want(destination, TARGET_ASK_MIGRATE);
}

static void start_active(unsigned capabilities)
{
    start(capabilities);
    pair_migrate(&pair);
    look_again();
    live_await_status(&live, source, MIGRATION_ACTIVE);
}

static bool is_told(void *ctx)
{
    return live_is_at_rest(ctx);
}

/* Exactly these levers are lit, once all that a new status raises is answered. */
static void assert_lit(struct target *target, uint32_t expected)
{
    uint32_t lit = 0;
    live_await(&live, is_told, target, "all answers");
    for (enum lever lever = 0; lever < LEVER_COUNT; lever++)
        lit |= live_check(&live, target, lever) == LEVER_LIT ? LEVER_BIT(lever) : 0;
    if (lit != expected)
        fail_msg("%s: levers %x are lit, not %x", migration_status_text(&target->migration),
                 lit, expected);
}

#define NUMBERS                                               \
    (LEVER_BIT(LEVER_BANDWIDTH) | LEVER_BIT(LEVER_DOWNTIME) | \
     LEVER_BIT(LEVER_POSTCOPY_BANDWIDTH))

static bool has_bandwidth(void *ctx)
{
    const struct target *target = ctx;
    return target->migration.limits.max_bandwidth == 2 * PAIR_BANDWIDTH;
}

static bool is_stuck(void *ctx)
{
    enum migration_verdict verdict = migration_verdict(ctx);
    return verdict == MIGRATION_NOT_CONVERGING || verdict == MIGRATION_LIMITED;
}

/* Active with a changed bandwidth; the downtime limit keeps it from its end. */
static void test_active_to_completed(void **state)
{
    (void)state;
    start_active(0);
    assert_true(source->migration.has_ram);
    assert_false(source->migration.incoming);
    assert_lit(source, NUMBERS | LEVER_BIT(LEVER_CANCEL));
    assert_int_equal(live_check(&live, source, LEVER_POSTCOPY), LEVER_NO_CAPABILITY);
    live_await_verdict(&live, destination, MIGRATION_INCOMING);
    assert_lit(destination, 0);

    live_pull(&live, source, LEVER_BANDWIDTH, 2 * PAIR_BANDWIDTH, NULL);
    assert_int_equal(pair_parameter(pair.source, "max-bandwidth"), 2 * PAIR_BANDWIDTH);
    live_await(&live, has_bandwidth, source, "the new bandwidth");

    live_await(&live, is_stuck, &source->migration, "it not to converge");
    assert_string_equal(pair_status(pair.source), "active");
    live_pull(&live, source, LEVER_DOWNTIME, 5000, NULL);
    live_await_status(&live, source, MIGRATION_COMPLETED);
    live_await_status(&live, destination, MIGRATION_COMPLETED);
    assert_int_equal(migration_verdict(&source->migration), MIGRATION_ENDED_DONE);
    assert_int_equal(migration_permille(&source->migration), 1000);
    assert_true(source->migration.has_downtime);
    assert_lit(source, 0);
    assert_string_equal(pair_run_state(pair.source), "postmigrate");
    assert_string_equal(pair_run_state(pair.destination), "running");
}

static void start_stopped(void)
{
    start_active(PAIR_PAUSES | PAIR_EVENTS);
    live_pull(&live, source, LEVER_DOWNTIME, 5000, NULL);
    live_await_status(&live, source, MIGRATION_PRE_SWITCHOVER);
    assert_int_equal(migration_verdict(&source->migration), MIGRATION_GUEST_STOPPED);
    assert_string_not_equal(pair_run_state(pair.source), "running");
    assert_lit(source, LEVER_BIT(LEVER_BANDWIDTH) | LEVER_BIT(LEVER_POSTCOPY_BANDWIDTH) |
                           LEVER_BIT(LEVER_CONTINUE) | LEVER_BIT(LEVER_CANCEL));
}

static void test_pre_switchover_continued(void **state)
{
    (void)state;
    start_stopped();
    live_pull(&live, source, LEVER_CONTINUE, 0, NULL);
    live_await_status(&live, source, MIGRATION_COMPLETED);
    live_await_status(&live, destination, MIGRATION_COMPLETED);
    assert_string_equal(pair_run_state(pair.destination), "running");
}

/* The guest runs on where it was, and another try is another migration. */
static void test_pre_switchover_cancelled(void **state)
{
    (void)state;
    start_stopped();
    uint64_t first = source->migration.uid;
    live_pull(&live, source, LEVER_CANCEL, 0, NULL);
    live_await_status(&live, source, MIGRATION_CANCELLED);
    assert_int_equal(migration_verdict(&source->migration), MIGRATION_ENDED_CANCELLED);
    assert_string_equal(pair_run_state(pair.source), "running");
    assert_lit(source, 0);
    pair_await_exit(pair.destination);

    pair_restart_destination(&pair, PAIR_PAUSES | PAIR_EVENTS);
    pair_set(pair.source, "downtime-limit", PAIR_DOWNTIME);
    pair_migrate(&pair);
    live_await_status(&live, source, MIGRATION_ACTIVE);
    assert_int_not_equal(source->migration.uid, first);
    live_pull(&live, source, LEVER_CANCEL, 0, NULL);
    live_await_status(&live, source, MIGRATION_CANCELLED);
    assert_string_equal(pair_status(pair.source), "cancelled");
}

/* A destination that refuses: QEMU says yes at first, and no later. */
static void test_failed(void **state)
{
    (void)state;
    char reason[256];
    start(0);
    monitor_do(pair.source->monitor, "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"%s\"}}",
               pair.uri);
    look_again();
    live_await_status(&live, source, MIGRATION_FAILED);
    assert_int_equal(migration_verdict(&source->migration), MIGRATION_ENDED_FAILED);
    migration_reason(&source->migration, reason, sizeof reason);
    assert_non_null(strstr(reason, "Failed to connect"));
    assert_lit(source, 0);
    assert_string_equal(pair_run_state(pair.source), "running");
}

/* Broken and mended, told and steered on both sides. */
static void test_postcopy(void **state)
{
    (void)state;
    start_active(PAIR_POSTCOPY);
    assert_lit(source, NUMBERS | LEVER_BIT(LEVER_CANCEL) | LEVER_BIT(LEVER_POSTCOPY));
    live_pull(&live, source, LEVER_POSTCOPY, 0, NULL);
    live_await_status(&live, source, MIGRATION_POSTCOPY_ACTIVE);
    live_await_status(&live, destination, MIGRATION_POSTCOPY_ACTIVE);
    assert_true(destination->migration.incoming);
    assert_int_equal(live_check(&live, source, LEVER_CANCEL), LEVER_WOULD_LOSE_GUEST);
    assert_int_equal(live_check(&live, destination, LEVER_CANCEL), LEVER_WOULD_LOSE_GUEST);
    assert_lit(source, LEVER_BIT(LEVER_BANDWIDTH) | LEVER_BIT(LEVER_POSTCOPY_BANDWIDTH) |
                           LEVER_BIT(LEVER_PAUSE));
    assert_lit(destination, LEVER_BIT(LEVER_PAUSE));

    live_pull(&live, source, LEVER_PAUSE, 0, NULL);
    live_await_status(&live, source, MIGRATION_POSTCOPY_PAUSED);
    live_await_status(&live, destination, MIGRATION_POSTCOPY_PAUSED);
    assert_int_equal(migration_verdict(&source->migration), MIGRATION_BROKEN);
    assert_int_equal(live_check(&live, source, LEVER_CANCEL), LEVER_WOULD_LOSE_GUEST);
    assert_lit(destination, LEVER_BIT(LEVER_RECOVER));

    pair_new_address(&pair);
    live_pull(&live, destination, LEVER_RECOVER, 0, pair.uri);
    live_pull(&live, source, LEVER_RECOVER, 0, pair.uri);
    live_await_status(&live, source, MIGRATION_POSTCOPY_ACTIVE);
    live_await_status(&live, destination, MIGRATION_POSTCOPY_ACTIVE);
    live_pull(&live, source, LEVER_POSTCOPY_BANDWIDTH, 0, NULL);
    live_await_status(&live, source, MIGRATION_COMPLETED);
    live_await_status(&live, destination, MIGRATION_COMPLETED);
    assert_string_equal(pair_run_state(pair.destination), "running");
}

/* A listener at pair.uri that takes a connection and never says a word. */
static int listen_mutely(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", strchr(pair.uri, '/'));
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

/* A link that is mended but gets no answer can be broken anew by a QEMU since 8.2; an older
 * one would refuse to. */
static void test_recover_without_answer(void **state)
{
    (void)state;
    start_active(PAIR_POSTCOPY);
    live_pull(&live, source, LEVER_POSTCOPY, 0, NULL);
    live_await_status(&live, source, MIGRATION_POSTCOPY_ACTIVE);
    live_pull(&live, source, LEVER_PAUSE, 0, NULL);
    live_await_status(&live, source, MIGRATION_POSTCOPY_PAUSED);

    pair_new_address(&pair);
    int mute = listen_mutely();
    live_pull(&live, source, LEVER_RECOVER, 0, pair.uri);
    live_await_status(&live, source, MIGRATION_POSTCOPY_RECOVER);
    if (source->offered & VERB_BIT(VERB_CHANGE)) {
        live_pull(&live, source, LEVER_PAUSE, 0, NULL);
        live_await_status(&live, source, MIGRATION_POSTCOPY_PAUSED);
    } else {
        assert_lit(source, LEVER_BIT(LEVER_BANDWIDTH) | LEVER_BIT(LEVER_POSTCOPY_BANDWIDTH));
        monitor_refused(pair.source->monitor, "migrate-pause");
    }
    close(mute);
}

/* Who comes late sees the same: the sides are told apart without a past. */
static void test_joined_late(void **state)
{
    (void)state;
    pair_start(&pair, PAIR_POSTCOPY);
    pair_migrate(&pair);
    pair_await(pair.source, "active");
    monitor_do(pair.source->monitor, "{\"execute\":\"migrate-start-postcopy\"}");
    pair_await(pair.source, "postcopy-active");
    pair_await(pair.destination, "postcopy-active");
    monitor_do(pair.source->monitor, "{\"execute\":\"migrate-pause\"}");
    pair_await(pair.source, "postcopy-paused");
    pair_await(pair.destination, "postcopy-paused");

    live_begin(&live);
    source = live_join(&live, "source", pair.source->socket);
    destination = live_join(&live, "destination", pair.destination->socket);
    live_await_known(&live);
    assert_int_equal(migration_verdict(&source->migration), MIGRATION_BROKEN);
    assert_int_equal(migration_verdict(&destination->migration), MIGRATION_BROKEN);
    assert_false(source->migration.incoming);
    assert_true(destination->migration.incoming);
    assert_lit(source, LEVER_BIT(LEVER_BANDWIDTH) | LEVER_BIT(LEVER_POSTCOPY_BANDWIDTH) |
                           LEVER_BIT(LEVER_RECOVER));
    assert_lit(destination, LEVER_BIT(LEVER_RECOVER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_active_to_completed, teardown),
        cmocka_unit_test_teardown(test_pre_switchover_continued, teardown),
        cmocka_unit_test_teardown(test_pre_switchover_cancelled, teardown),
        cmocka_unit_test_teardown(test_failed, teardown),
        cmocka_unit_test_teardown(test_postcopy, teardown),
        cmocka_unit_test_teardown(test_recover_without_answer, teardown),
        cmocka_unit_test_teardown(test_joined_late, teardown),
    };
    return cmocka_run_group_tests_name("migration", tests, NULL, NULL);
}
