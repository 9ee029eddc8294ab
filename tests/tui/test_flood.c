/*
 * One socket floods, two hundred others are healthy: each of them goes on being asked, a key
 * acts on a job of one, and the screen says who floods. How fast that is, the bench tells.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define OTHERS 200
#define MORE   3 /* polls of each */

static size_t polls[OTHERS + 1]; /* there were when they began to be counted */

static bool all_were_asked_again(void *ctx)
{
    (void)ctx;
    for (unsigned i = 1; i <= OTHERS; i++)
        if (herd_count(rig.herd, i, "query-jobs", NULL) < polls[i] + MORE)
            return false;
    return true;
}

static void await_polls_of_all(void)
{
    for (unsigned i = 1; i <= OTHERS; i++)
        polls[i] = herd_count(rig.herd, i, "query-jobs", NULL);
    console_await_that(rig.console, all_were_asked_again, NULL,
                       "polls of all the healthy ones");
}

static bool was_paused(void *job)
{
    return herd_count(rig.herd, 137, "job-pause", job) == 1;
}

static void start(void)
{
    char folder[HERD_PATH_SIZE], bad[HERD_PATH_SIZE + 8], path[HERD_PATH_SIZE];
    rig.herd = herd_start((const char *[]){"--sockets", "201", "--jobs", "2", NULL});
    snprintf(bad, sizeof bad, "bad=%s", herd_socket(rig.herd, 0, path));
    snprintf(folder, sizeof folder, "%s/*.qmp", herd_folder(rig.herd));
    rig.console =
        console_start(&rig.pump, &(struct console_options){.rows = 40, .columns = 140},
                      (const char *[]){bad, folder, NULL});
    console_await(rig.console, "402 jobs 201 sockets", NULL);
}

static void test_flood_beside_two_hundred(void **state)
{
    char job[] = "job-137-0-0";
    (void)state;
    start();
    herd_tell(rig.herd, "fault flood@0");
    console_press(rig.console, "v");
    console_await(rig.console, "bad ", "it floods us with events");
    await_polls_of_all();
    console_await(rig.console, "201 of 201 connected", NULL);
    console_press(rig.console, "q");

    console_press(rig.console, "\\job-137-0");
    console_await(rig.console, job, "running");
    console_press(rig.console, "\r");
    console_await(rig.console, "q quit", NULL); /* the line of the filter is closed */
    console_select(rig.console, job, "running");
    console_press(rig.console, "p");
    console_await_that(rig.console, was_paused, job, "the pause of a healthy job");
    console_await(rig.console, job, "paused");
    assert_int_equal(herd_count_verbs(rig.herd), 1);
    await_polls_of_all();

    herd_tell(rig.herd, "fault none@0");
    console_press(rig.console, "v");
    console_await(rig.console, "bad ", "ok");
    console_await_gone(rig.console, "it floods us with events", NULL);
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
    assert_null(pty_not_put_back(console_pty(rig.console)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_flood_beside_two_hundred, rig_clear),
    };
    return cmocka_run_group_tests_name("flood", tests, NULL, NULL);
}
