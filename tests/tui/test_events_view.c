#include "tui/screens/events_view.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tui/screens/event_text.h"
#include "tui/screens/events_file.h"

struct desk {
    struct journal journal;
    struct events_view view;
};

static void add(struct desk *desk, uint64_t uid, const char *target, const char *text)
{
    journal_add(&desk->journal, (int64_t)desk->journal.serial * 1000, JOURNAL_INFO, target,
                uid > 0 ? "job" : NULL, uid, "%s", text);
}

static int setup(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);

    journal_init(&desk->journal);
    events_view_init(&desk->view, &desk->journal);
    *state = desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;

    events_view_release(&desk->view);
    journal_release(&desk->journal);
    free(desk);
    return 0;
}

/* One of job 1 on "a", one of job 2 on "bee", in turns; 1, 3, 5, ... are job 1's. */
static void fill(struct desk *desk, int count)
{
    for (int i = 1; i <= count; i++) {
        char text[32];
        snprintf(text, sizeof text, "event %d", (int)desk->journal.serial + 1);
        add(desk, desk->journal.serial % 2 + 1, desk->journal.serial % 2 ? "bee" : "a", text);
    }
}

static uint64_t bottom(const struct desk *desk)
{
    const struct journal_entry *entry = events_view_bottom(&desk->view);

    return entry ? entry->serial : 0;
}

static void an_empty_journal_has_nothing(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(bottom(desk), 0);
    events_view_move(&desk->view, -1);
    events_view_move(&desk->view, INT_MIN);
    events_view_freeze(&desk->view, true);
    events_view_look_for(&desk->view, "x");
    assert_false(events_view_find(&desk->view, -1));
    assert_int_equal(events_view_hidden(&desk->view), 0);
    assert_int_equal(events_view_below(&desk->view), 0);
}

static void it_follows_until_it_is_moved(void **state)
{
    struct desk *desk = *state;

    fill(desk, 10);
    assert_int_equal(bottom(desk), 10);
    fill(desk, 1);
    assert_int_equal(bottom(desk), 11);
    events_view_move(&desk->view, -3);
    assert_int_equal(bottom(desk), 8);
    fill(desk, 4);
    assert_int_equal(bottom(desk), 8);
    assert_int_equal(events_view_below(&desk->view), 7);
    events_view_move(&desk->view, 6);
    assert_int_equal(bottom(desk), 14);
    events_view_move(&desk->view, 1); /* at the newest: it follows again */
    fill(desk, 1);
    assert_int_equal(bottom(desk), 16);
    events_view_move(&desk->view, INT_MIN);
    assert_int_equal(bottom(desk), 1);
    events_view_move(&desk->view, -1);
    assert_int_equal(bottom(desk), 1);
    events_view_move(&desk->view, INT_MAX);
    assert_int_equal(bottom(desk), 16);
}

static void frozen_it_holds_still(void **state)
{
    struct desk *desk = *state;

    fill(desk, 5);
    events_view_freeze(&desk->view, true);
    fill(desk, 5);
    assert_int_equal(bottom(desk), 5);
    assert_int_equal(events_view_below(&desk->view), 5);
    events_view_move(&desk->view, 3);
    assert_int_equal(bottom(desk), 5);
    events_view_move(&desk->view, -2);
    assert_int_equal(bottom(desk), 3);
    events_view_freeze(&desk->view, false);
    assert_int_equal(bottom(desk), 10);
}

static void of_one_job_with_the_gaps_of_its_target(void **state)
{
    struct desk *desk = *state;

    fill(desk, 5);
    journal_gap(&desk->journal, 10, 20, "a");   /* 6 */
    journal_gap(&desk->journal, 10, 20, "bee"); /* 7 */
    fill(desk, 2);                              /* 8 is job 2's, 9 job 1's */
    events_view_about(&desk->view, 1, "a");
    assert_int_equal(events_view_hidden(&desk->view), 0);
    desk->view.only = true;
    assert_int_equal(events_view_hidden(&desk->view), 4);
    assert_int_equal(bottom(desk), 9);
    events_view_move(&desk->view, -1);
    assert_int_equal(bottom(desk), 6);
    events_view_move(&desk->view, -1);
    assert_int_equal(bottom(desk), 5);
    assert_int_equal(events_view_below(&desk->view), 2);
    /* What stands at the bottom is filtered out: the nearest older one does. */
    events_view_about(&desk->view, 2, "bee");
    assert_int_equal(bottom(desk), 4);
    events_view_about(&desk->view, 99, "c");
    assert_int_equal(bottom(desk), 0);
    assert_int_equal(events_view_hidden(&desk->view), 9);
}

static void find_goes_older_and_newer(void **state)
{
    struct desk *desk = *state;

    fill(desk, 30); /* "event 1" is in 1 and 10..19 */
    events_view_look_for(&desk->view, "EVENT 1");
    assert_true(events_view_find(&desk->view, -1));
    assert_int_equal(desk->view.found, 19);
    assert_int_equal(bottom(desk), 22); /* with a little of what followed */
    for (uint64_t serial = 18; serial >= 10; serial--) {
        assert_true(events_view_find(&desk->view, -1));
        assert_int_equal(desk->view.found, serial);
    }
    assert_true(events_view_find(&desk->view, -1));
    assert_int_equal(desk->view.found, 1);
    assert_false(events_view_find(&desk->view, -1));
    assert_int_equal(desk->view.found, 1);
    assert_true(events_view_find(&desk->view, 1));
    assert_int_equal(desk->view.found, 10);
    events_view_look_for(&desk->view, "bee"); /* a target's name */
    assert_true(events_view_find(&desk->view, -1));
    assert_int_equal(desk->view.found % 2, 0);
    events_view_look_for(&desk->view, "nothing like it");
    assert_false(events_view_find(&desk->view, -1));
    assert_int_equal(desk->view.found, 0);
}

static void what_the_journal_dropped_is_passed_over(void **state)
{
    struct desk *desk = *state;

    fill(desk, 10);
    events_view_look_for(&desk->view, "event 2");
    assert_true(events_view_find(&desk->view, -1));
    events_view_move(&desk->view, INT_MIN);
    fill(desk, JOURNAL_ENTRIES);
    assert_int_equal(bottom(desk), 11);
    assert_true(events_view_find(&desk->view, 1));
    assert_int_equal(desk->view.found, 20);
}

/* ---- words ---- */

static int64_t wall_s(int64_t at_ms)
{
    return 1700000000 + at_ms / 1000;
}

static void entries_in_words(void **state)
{
    struct desk *desk = *state;
    char clock[EVENT_TEXT_CLOCK], text[EVENT_TEXT_SIZE];

    assert_string_equal(event_text_clock(wall_s(0), clock), "22:13:20");
    add(desk, 1, "a", "pause: sent");
    assert_string_equal(event_text(journal_newest(&desk->journal, 0), wall_s, text),
                        "pause: sent");
    add(desk, 1, "a", "pause: sent");
    assert_string_equal(event_text(journal_newest(&desk->journal, 0), wall_s, text),
                        "pause: sent (2 times)");
    journal_gap(&desk->journal, 1000, 9000, "a");
    assert_string_equal(event_text(journal_newest(&desk->journal, 0), wall_s, text),
                        "22:13:21 to 22:13:29: a was not connected, events may be missing");
    assert_int_equal(event_text_mark(JOURNAL_ERROR), '!');
    assert_int_equal(event_text_mark(JOURNAL_NEED), '*');
    assert_int_equal(event_text_mark(JOURNAL_INFO), ' ');
}

/* ---- files ---- */

static char *read_all(const char *path)
{
    static char text[4096];
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void a_new_file_gets_what_is_shown(void **state)
{
    struct desk *desk = *state;
    char folder[FOLDER_SIZE], path[512], error[EVENTS_FILE_ERROR];
    struct stat status;
    size_t count;

    folder_make(folder);
    fill(desk, 3);
    add(desk, 1, "a", "x\033[2J\ny");
    events_view_about(&desk->view, 1, "a");
    desk->view.only = true;
    snprintf(path, sizeof path, "%s/events", folder);
    assert_true(events_file_write(&desk->view, wall_s, path, &count, error));
    assert_int_equal(count, 3);
    assert_string_equal(read_all(path), "2023-11-14T22:13:20+0000 seen  a/job event 1\n"
                                        "2023-11-14T22:13:22+0000 seen  a/job event 3\n"
                                        "2023-11-14T22:13:23+0000 seen  a/job x\\x1b[2J\\ny\n");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    folder_remove(folder);
}

static void no_file_is_overwritten(void **state)
{
    struct desk *desk = *state;
    char folder[FOLDER_SIZE], path[512], link[512], error[EVENTS_FILE_ERROR];
    size_t count;

    folder_make(folder);
    fill(desk, 3);
    snprintf(path, sizeof path, "%s/precious", folder);
    snprintf(link, sizeof link, "%s/link", folder);
    FILE *file = fopen(path, "w");
    fputs("gold", file);
    fclose(file);
    assert_int_equal(symlink(path, link), 0);
    assert_false(events_file_write(&desk->view, wall_s, path, &count, error));
    assert_non_null(strstr(error, "exists already"));
    assert_false(events_file_write(&desk->view, wall_s, link, &count, error));
    assert_string_equal(read_all(path), "gold");
    folder_remove(folder);
}

static void errors_are_told_in_words(void **state)
{
    struct desk *desk = *state;
    static char endless[PATH_MAX + 10];
    char error[EVENTS_FILE_ERROR];
    size_t count;

    memset(endless, 'x', sizeof endless - 1);
    assert_false(events_file_write(&desk->view, wall_s, "/no/such/folder", &count, error));
    assert_string_equal(error, "/no/such/folder: No such file or directory");
    assert_false(events_file_write(&desk->view, wall_s, endless, &count, error));
    assert_false(events_file_write(&desk->view, wall_s, "", &count, error));
    assert_string_equal(error, ": No such file or directory");
}

static void a_tilde_is_home(void **state)
{
    struct desk *desk = *state;
    char folder[FOLDER_SIZE], path[512], error[EVENTS_FILE_ERROR];
    size_t count;

    folder_make(folder);
    setenv("HOME", folder, 1);
    assert_true(events_file_write(&desk->view, wall_s, "~/e", &count, error));
    assert_int_equal(count, 0);
    snprintf(path, sizeof path, "%s/e", folder);
    assert_int_equal(access(path, F_OK), 0);
    folder_remove(folder);
}

/* It is not the name that is too long then. */
static void a_tilde_without_a_home(void **state)
{
    struct desk *desk = *state;
    char error[EVENTS_FILE_ERROR];
    size_t count;

    unsetenv("HOME");
    assert_false(events_file_write(&desk->view, wall_s, "~/e", &count, error));
    assert_string_equal(error, "~/e: HOME is not set");
}

/* A full disk, or as much as this process may write: half of it would be taken for all. */
static void what_cannot_be_written_whole_is_removed(void **state)
{
    struct desk *desk = *state;
    const struct rlimit little = {.rlim_cur = 100, .rlim_max = RLIM_INFINITY};
    struct rlimit before;
    char folder[FOLDER_SIZE], path[512], error[EVENTS_FILE_ERROR], wanted[600];
    size_t count;

    folder_make(folder);
    fill(desk, 30);
    snprintf(path, sizeof path, "%s/events", folder);
    snprintf(wanted, sizeof wanted, "%s: File too large", path);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    bool written = events_file_write(&desk->view, wall_s, path, &count, error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(written);
    assert_string_equal(error, wanted);
    assert_int_equal(access(path, F_OK), -1);
    folder_remove(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_journal_has_nothing),
        TEST(it_follows_until_it_is_moved),
        TEST(frozen_it_holds_still),
        TEST(of_one_job_with_the_gaps_of_its_target),
        TEST(find_goes_older_and_newer),
        TEST(what_the_journal_dropped_is_passed_over),
        TEST(entries_in_words),
        TEST(a_new_file_gets_what_is_shown),
        TEST(no_file_is_overwritten),
        TEST(errors_are_told_in_words),
        TEST(a_tilde_is_home),
        TEST(a_tilde_without_a_home),
        TEST(what_cannot_be_written_whole_is_removed),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
