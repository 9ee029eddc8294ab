/*
 * The wall clock of the machine is set, by a year and some hours, forth and back, while the
 * console runs (tests/preload/clock.c): polls, ages and ETA go on as if nothing had been, a
 * key acts, the journal is shown by the new clock, and the log has what the clock said.
 */

#define _GNU_SOURCE /* timegm() */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/chance.h"
#include "tests/support/preload.h"
#include "tests/support/rig.h"

#define DELAY_S  "0.1"
#define DELAY_MS 100
#define SPARE    4 /* polls beside those of the time that has passed */
#define MORE     5 /* polls to see afterwards */
#define DAY_S    86400
#define YEAR_S   (365 * DAY_S + 3 * 3600) /* so that the time of day tells, too */

static char clock_path[FOLDER_SIZE + 8], log_path[FOLDER_SIZE + 8];
static int64_t shift_s;

/* As one write: half a number is never read. */
static void set_clock(int64_t s)
{
    int fd = open(clock_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &s, sizeof s, 0), sizeof s);
    close(fd);
    shift_s = s;
}

static void start(void)
{
    char line[PRELOAD_LINE], paths[2][HERD_PATH_SIZE], gone[FOLDER_SIZE + 16];
    snprintf(clock_path, sizeof clock_path, "%s/clock", rig.folder);
    snprintf(log_path, sizeof log_path, "%s/log", rig.folder);
    snprintf(gone, sizeof gone, "gone=%s/none", rig.folder);
    set_clock(0);
    preload_line(line, "clock", "QMPTOP_TEST_CLOCK", clock_path);
    rig.herd = herd_start((const char *[]){"--sockets", "2", "--jobs", "1", "--size", "65536",
                                           "--speed", "100", NULL});
    for (unsigned i = 0; i < 2; i++)
        herd_socket(rig.herd, i, paths[i]);
    rig.console = console_start(
        &rig.pump, &(struct console_options){.rows = 24, .columns = 130, .program = "sh"},
        (const char *[]){"-c", line, "sh", program_path(), "--delay", DELAY_S, "--log",
                         log_path, paths[0], paths[1], gone, NULL});
    console_await(rig.console, "job-1-0-0", "M/s "); /* its speed is measured */
    console_await(rig.console, "gone", "DOWN");
}

/* The row of the screen with both texts, from `one` on. */
static const char *row_with(const char *one, const char *other)
{
    static char text[512];
    console_await(rig.console, one, other);
    int row = console_find(rig.console, one, other);
    const char *at = console_screen(rig.console);
    for (; row > 0; row--)
        at = strchr(at, '\n') + 1;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "\n"), at);
    return strstr(text, one);
}

/* ---- what does not move with the clock ---- */

struct after {
    int64_t from_ms;
    size_t polls; /* there were by then */
};

/* More than time allows is a burst. */
static bool goes_on_evenly(void *ctx)
{
    const struct after *after = ctx;
    size_t polls = herd_count(rig.herd, 1, "query-jobs", NULL) - after->polls;
    int64_t passed_ms = chance_clock_ms() - after->from_ms;
    if ((int64_t)polls > passed_ms / DELAY_MS + SPARE)
        fail_msg("%zu polls in %lld ms", polls, (long long)passed_ms);
    return polls >= MORE;
}

/* Ages and times to wait are told in seconds, or minutes on a slow machine; ETA is some ten
 * minutes. */
static void assert_ages_are_sane(void)
{
    unsigned number;
    char unit = 0, eta[16] = "";
    const char *row = row_with("gone", "DOWN"), *rate;
    assert_int_equal(sscanf(strstr(row, "DOWN"), "DOWN %u%c", &number, &unit), 2);
    assert_true(unit == 's' || unit == 'm');
    row = row_with("job-1-0-0", "moving");
    rate = strstr(row, "/s ");
    assert_non_null(rate);
    assert_int_equal(sscanf(rate, "/s %15s", eta), 1);
    assert_int_equal(sscanf(eta, "%u%c", &number, &unit), 2);
    if (unit != 'm')
        fail_msg("an ETA of %s", eta);
}

static void set_and_go_on(int64_t s)
{
    struct after after = {chance_clock_ms(), herd_count(rig.herd, 1, "query-jobs", NULL)};
    print_message("the clock is set to %+lld s\n", (long long)s);
    set_clock(s);
    console_await_that(rig.console, goes_on_evenly, &after, "more polls");
    assert_ages_are_sane();
}

/* ---- what does ---- */

/* Seconds of the day at which the journal says that the second socket was there. */
static int clock_of_journal(void)
{
    unsigned hours, minutes, seconds;
    console_press(rig.console, "e");
    console_await(rig.console, "EVENTS", NULL);
    console_await(rig.console, "job-1-0-0", "found mirror");
    int row = console_find(rig.console, "job-1-0-0", "found mirror");
    const char *at = console_screen(rig.console);
    for (; row > 0; row--)
        at = strchr(at, '\n') + 1;
    assert_int_equal(sscanf(at, " %u:%u:%u", &hours, &minutes, &seconds), 3);
    console_press(rig.console, "q");
    console_await_gone(rig.console, "EVENTS", NULL);
    return (int)(hours * 3600 + minutes * 60 + seconds);
}

/* A rounded second more or less. */
static void assert_shifted(int before, int after, int64_t by_s)
{
    int64_t off = ((after - before - by_s + 1) % DAY_S + DAY_S) % DAY_S;
    assert_in_range(off, 0, 2);
}

static time_t newest_in_log(const char *what)
{
    char line[512];
    struct tm tm = {0};
    FILE *log = fopen(log_path, "re");
    assert_non_null(log);
    while (fgets(line, sizeof line, log) != NULL)
        if (strstr(line, what) != NULL)
            assert_int_equal(sscanf(line, "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon,
                                    &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec),
                             6);
    fclose(log);
    tm.tm_year -= 1900;
    tm.tm_mon--;
    return timegm(&tm);
}

static void a_key_acts_and_is_logged(const char *key, const char *status, const char *words)
{
    int64_t begin_s = time(NULL) + shift_s;
    console_select(rig.console, "job-0-0-0", NULL);
    console_press(rig.console, key);
    console_await(rig.console, "job-0-0-0", status);
    console_work_off(rig.console);
    int64_t logged_s = newest_in_log(words);
    assert_in_range(logged_s - begin_s, 0, time(NULL) + shift_s - begin_s);
}

static void test_the_wall_clock_is_set(void **state)
{
    (void)state;
    start();
    int before = clock_of_journal();
    a_key_acts_and_is_logged("p", "paused", "you: pause");
    set_and_go_on(YEAR_S);
    a_key_acts_and_is_logged("r", "running", "you: resume");
    assert_shifted(before, clock_of_journal(), YEAR_S);
    set_and_go_on(-YEAR_S);
    a_key_acts_and_is_logged("p", "paused", "you: pause");
    assert_shifted(before, clock_of_journal(), -YEAR_S);
    set_and_go_on(0);
    assert_shifted(before, clock_of_journal(), 0);
    assert_in_range(herd_most_unanswered(rig.herd), 1, 2); /* a question, and a key's command */
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
    assert_null(pty_not_put_back(console_pty(rig.console)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_wall_clock_is_set, rig_make_folder, rig_clear),
    };
    return cmocka_run_group_tests_name("wall_clock", tests, NULL, NULL);
}
