/*
 * Each fault of the farm singly, beside two healthy sockets, under the real program: the
 * faulty one is told in words on the screen of sockets, the healthy ones go on being
 * asked and shown, and a key acts on a job of theirs. Where a fault shows in the list of
 * jobs, it is looked for there.
 */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/console.h"
#include "tests/support/herd.h"
#include "tests/support/program.h"
#include "tests/tui/faults.h"

#define ABREAST 7 /* plays side by side: most of them wait most of the time */
#define MORE    3 /* polls that a healthy socket has to see after the fault has shown */

static struct pump pump;
static struct play {
    const struct fault *fault;
    struct herd *herd;
    struct console *console;
    size_t polls[3]; /* when its fault had shown */
} plays[ABREAST];

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < ABREAST; i++) {
        console_end(plays[i].console);
        herd_end(plays[i].herd);
        plays[i] = (struct play){0};
    }
    pump = (struct pump){0};
    return 0;
}

static void start(struct play *play, const struct fault *fault)
{
    char endpoints[3][HERD_PATH_SIZE + 8], path[HERD_PATH_SIZE];
    static const char *const names[] = {"bad", "one", "two"};
    play->fault = fault;
    play->herd = herd_start(
        (const char *[]){"--sockets", "3", "--jobs", "2", "--fault", fault->name, NULL});
    for (unsigned i = 0; i < 3; i++)
        snprintf(endpoints[i], sizeof endpoints[i], "%s=%s", names[i],
                 herd_socket(play->herd, i, path));
    play->console = console_start(
        &pump, &(struct console_options){.rows = 30, .columns = 160},
        (const char *[]){"--delay", "0.2", endpoints[0], endpoints[1], endpoints[2], NULL});
    if (fault->words != NULL)
        console_press(play->console, "v");
}

/* ---- what is looked for ---- */

static bool healthy_ones_move(void *ctx)
{
    const struct play *play = ctx;
    for (unsigned i = 1; i <= 2; i++)
        if (herd_count(play->herd, i, "query-jobs", NULL) < play->polls[i] + MORE)
            return false;
    return true;
}

static bool was_paused(void *ctx)
{
    return herd_count(ctx, 1, "job-pause", "job-1-0-0") == 1;
}

static void show_fault(struct play *play)
{
    const struct fault *fault = play->fault;
    print_message("fault %s\n", fault->name);
    if (fault->words != NULL) {
        console_await(play->console, "SOCKETS", NULL);
        console_await(play->console, "bad ", fault->words);
        console_press(play->console, "q");
        console_await_gone(play->console, "SOCKETS", NULL);
    } else {
        console_await(play->console, fault->in_row, fault->other);
    }
    for (unsigned i = 1; i <= 2; i++)
        play->polls[i] = herd_count(play->herd, i, "query-jobs", NULL);
}

static void a_key_acts(const struct play *play)
{
    console_select(play->console, "job-1-0-0", "running");
    console_press(play->console, "p");
    console_await_that(play->console, was_paused, play->herd, "the pause of a healthy job");
    console_await(play->console, "job-1-0-0", "paused");
    assert_int_equal(herd_count_verbs(play->herd), 1);
}

static void end(const struct play *play)
{
    console_press(play->console, "q");
    assert_int_equal(console_await_end(play->console), 0);
    assert_null(pty_not_put_back(console_pty(play->console)));
}

static void play_from(size_t first)
{
    size_t count = FAULT_COUNT - first < ABREAST ? FAULT_COUNT - first : ABREAST;
    for (size_t i = 0; i < count; i++)
        start(&plays[i], &faults[first + i]);
    for (size_t i = 0; i < count; i++)
        show_fault(&plays[i]);
    for (size_t i = 0; i < count; i++) {
        console_await_that(plays[i].console, healthy_ones_move, &plays[i],
                           "polls of the healthy ones");
        a_key_acts(&plays[i]);
        end(&plays[i]);
    }
}

static void test_faults_that_take_time(void **state)
{
    (void)state;
    play_from(0);
}

static void test_faults_of_the_link(void **state)
{
    (void)state;
    play_from(ABREAST);
}

static void test_faults_of_replies(void **state)
{
    (void)state;
    play_from(2 * ABREAST);
}

static void test_faults_of_jobs(void **state)
{
    (void)state;
    play_from(3 * ABREAST);
}

/* ---- many connections ---- */

#define FLAPPING 12
#define TIMES    4 /* that each comes */

static size_t files_of(const struct play *play)
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pty_pid(console_pty(play->console)));
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static bool all_came_and_went(void *ctx)
{
    const struct play *play = ctx;
    for (unsigned i = 0; i < FLAPPING; i++)
        if (herd_count(play->herd, i, "+accept", NULL) < TIMES)
            return false;
    return true;
}

struct files {
    const struct play *play;
    size_t wanted;
};

static bool has_as_many_files(void *ctx)
{
    const struct files *files = ctx;
    return files_of(files->play) == files->wanted;
}

static void test_flapping_leaves_no_file_open(void **state)
{
    struct play *play = &plays[0];
    char folder[HERD_PATH_SIZE];
    (void)state;
    play->herd = herd_start((const char *[]){"--sockets", "12", "--jobs", "1", NULL});
    snprintf(folder, sizeof folder, "%s/*.qmp", herd_folder(play->herd));
    play->console = console_start(&pump, &(struct console_options){.rows = 30, .columns = 120},
                                  (const char *[]){folder, NULL});
    console_press(play->console, "v");
    console_await(play->console, "12 of 12 connected", NULL);
    console_settle(play->console);
    struct files files = {play, files_of(play)};
    herd_tell(play->herd, "fault flap:100@0-11");
    console_await_that(play->console, all_came_and_went, play, "all to come and go");
    herd_tell(play->herd, "fault none@0-11");
    console_await(play->console, "12 of 12 connected", NULL);
    console_await_that(play->console, has_as_many_files, &files, "as many files as before");
}

/* ---- all of them ---- */

static bool is_played(const char *name, size_t len)
{
    for (size_t i = 0; i < FAULT_COUNT; i++)
        if (strcspn(faults[i].name, ":") == len && strncmp(faults[i].name, name, len) == 0)
            return true;
    return false;
}

/* A line of the farm's list is "  NAME  WHAT"; the healthy one is first. */
static void test_none_is_left_out(void **state)
{
    size_t listed = 0;
    struct program_run run = {.program = herd_program()};
    (void)state;
    program_run(&run, (const char *[]){"--list-faults", NULL});
    assert_int_equal(run.status, 0);
    for (char *line = strtok(run.out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *name = line + strspn(line, " ");
        size_t len = strcspn(name, " ");
        if (listed++ > 0 && !is_played(name, len))
            fail_msg("no test plays the fault %.*s", (int)len, name);
    }
    assert_int_equal(listed, FAULT_COUNT + 1);
    program_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_faults_that_take_time, tear_down),
        cmocka_unit_test_teardown(test_faults_of_the_link, tear_down),
        cmocka_unit_test_teardown(test_faults_of_replies, tear_down),
        cmocka_unit_test_teardown(test_faults_of_jobs, tear_down),
        cmocka_unit_test_teardown(test_flapping_leaves_no_file_open, tear_down),
        cmocka_unit_test(test_none_is_left_out),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
