/*
 * What a monitor says comes in pieces of any size, each read by itself: nothing looks
 * different from a neighbour's whose answers come whole.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define SOCKETS 5 /* the last one sends all at once */
#define MORE    3 /* polls of each */

static void start(void)
{
    char folder[HERD_PATH_SIZE];
    rig.herd = herd_start((const char *[]){"--sockets", "5", "--jobs", "3", "--split", "1@0",
                                           "--split", "2@1", "--split", "7@2", "--split",
                                           "40@3", NULL});
    snprintf(folder, sizeof folder, "%s/*.qmp", herd_folder(rig.herd));
    rig.console =
        console_start(&rig.pump, &(struct console_options){.rows = 40, .columns = 130},
                      (const char *[]){"--delay", "0.5", folder, NULL});
}

static bool all_were_asked_again(void *ctx)
{
    const size_t *before = ctx;
    for (unsigned i = 0; i < SOCKETS; i++)
        if (herd_count(rig.herd, i, "query-jobs", NULL) < before[i] + MORE)
            return false;
    return true;
}

static void await_more_polls(void)
{
    size_t before[SOCKETS];
    for (unsigned i = 0; i < SOCKETS; i++)
        before[i] = herd_count(rig.herd, i, "query-jobs", NULL);
    console_await_that(rig.console, all_were_asked_again, before, "more polls of each");
}

static void test_pieces_make_no_difference(void **state)
{
    char job[16], vm[16];
    (void)state;
    start();
    for (unsigned i = 0; i < 3 * SOCKETS; i++) {
        snprintf(job, sizeof job, "job-%u-%u-0", i / 3, i % 3);
        console_await(rig.console, job, "moving");
    }
    await_more_polls();
    console_press(rig.console, "v");
    console_await(rig.console, "5 of 5 connected", NULL);
    for (unsigned i = 0; i < SOCKETS; i++) {
        snprintf(vm, sizeof vm, "vm-%u ", i);
        console_await(rig.console, vm, "7.2.22       3 ");
    }
    assert_int_equal(console_find(rig.console, "does not", NULL), -1);
    assert_int_equal(console_find(rig.console, "vm-", "!"), -1);
    console_press(rig.console, "q");
}

static bool was_paused(void *job)
{
    unsigned number;
    assert_int_equal(sscanf(job, "job-%u-", &number), 1);
    return herd_count(rig.herd, number, "job-pause", job) == 1;
}

/* The event comes before the answer, both in pieces. */
static void test_keys_act_through_pieces(void **state)
{
    char job[16];
    (void)state;
    start();
    for (unsigned i = 0; i < SOCKETS; i++) {
        snprintf(job, sizeof job, "job-%u-1-0", i);
        console_select(rig.console, job, "running");
        console_press(rig.console, "p");
        console_await_that(rig.console, was_paused, job, "the pause");
        console_await(rig.console, job, "paused");
    }
    await_more_polls();
    for (unsigned i = 0; i < SOCKETS; i++) {
        snprintf(job, sizeof job, "job-%u-1-0", i);
        assert_int_not_equal(console_find(rig.console, job, "paused"), -1);
    }
    assert_int_equal(herd_count_verbs(rig.herd), SOCKETS);
    herd_assert_meant(rig.herd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_pieces_make_no_difference, rig_clear),
        cmocka_unit_test_teardown(test_keys_act_through_pieces, rig_clear),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
