/*
 * The journal on the screen: following and frozen, of one job, searched, written.
 */

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/rig.h"
#include "tui/app.h"

static const struct fake_job mirror = {
    .id = "mirror0", .type = "mirror", .status = "running", .current = 1, .total = 4};
static const struct fake_job backup = {
    .id = "backup9", .type = "backup", .status = "running", .current = 1, .total = 4};

static struct fake_qmp *fake;

/* With the cursor on mirror0, for whom things happened first. */
static void open_screen(int rows, int columns, const char *locale)
{
    fake = rig_fake("web-01");
    fake_qmp_job(fake, &mirror);
    rig_start(&(struct console_options){.rows = rows, .columns = columns, .locale = locale},
              NULL);
    if (rows > 1) {
        console_await(rig.console, "mirror0", "running");
        fake_qmp_job(fake, &backup);
        fake_qmp_job_status(fake, "backup9", "created");
        console_await(rig.console, "backup9", NULL);
        console_select(rig.console, "mirror0", NULL);
    }
    console_press(rig.console, "e");
}

/* What was sent before counts as typed, not as the beginning of a burst. */
static void rest(void)
{
    console_settle(rig.console);
    poll(NULL, 0, APP_BURST_MS + 50);
}

static void quit(void)
{
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
}

static void the_newest_is_at_the_bottom_and_it_follows(void **state)
{
    (void)state;
    open_screen(24, 80, NULL);
    console_await(rig.console, "EVENTS  following", "all jobs  (f: only web-01/");
    console_await(rig.console, "web-01 -", "connected (QEMU 7.2.22)");
    console_await(rig.console, "web-01 mirror0", "found mirror, running");
    console_await(rig.console, "web-01 backup9", "new backup");
    assert_true(console_find(rig.console, "connected", NULL) <
                console_find(rig.console, "backup9", NULL));
    fake_qmp_job_status(fake, "mirror0", "ready");
    console_await(rig.console, "* running -> READY", NULL);
    assert_int_equal(console_find(rig.console, "READY", NULL), 22);
    quit();
}

static void frozen_nothing_moves(void **state)
{
    (void)state;
    open_screen(24, 80, NULL);
    console_await(rig.console, "web-01 backup9", "new backup");
    console_press(rig.console, " ");
    console_await(rig.console, "EVENTS  frozen, 0 newer", NULL);
    fake_qmp_job_status(fake, "mirror0", "ready");
    console_await(rig.console, "EVENTS  frozen, 1 newer", NULL);
    assert_int_equal(console_find(rig.console, "READY", NULL), -1);
    console_press(rig.console, " ");
    console_await(rig.console, "running -> READY", NULL);
    console_await(rig.console, "EVENTS  following", NULL);
    quit();
}

static void of_one_job(void **state)
{
    (void)state;
    open_screen(24, 80, NULL);
    console_await(rig.console, "backup9", NULL);
    console_press(rig.console, "f");
    console_await(rig.console, "only web-01/mirror0", "hidden");
    console_await_gone(rig.console, "backup9", NULL);
    console_await_gone(rig.console, "connected", NULL);
    console_await(rig.console, "found mirror", NULL);
    console_press(rig.console, "f");
    console_await(rig.console, "all jobs", NULL);
    console_await(rig.console, "backup9", NULL);
    quit();
}

static void a_gap_is_a_line(void **state)
{
    (void)state;
    open_screen(24, 80, NULL);
    console_await(rig.console, "connected", NULL);
    fake_qmp_die(fake);
    console_await(rig.console, "! ", "closed by");
    fake_qmp_revive(fake);
    console_await(rig.console, "web-01 was not connected, events may be missing", "------");
    quit();
}

static void find_marks_and_goes_on(void **state)
{
    (void)state;
    open_screen(24, 80, NULL);
    console_await(rig.console, "backup9", NULL);
    console_press(rig.console, "/");
    console_await(rig.console, "find:", NULL);
    console_press(rig.console, "q BACK\x7f"); /* q is text here */
    console_await(rig.console, "find: q BAC", "no entry has that");
    console_press(rig.console, "\x15"); /* ^U */
    console_press(rig.console, "FOUND");
    console_await(rig.console, "EVENTS", "find: FOUND");
    int row = console_find(rig.console, "found mirror", NULL);
    struct grid *grid = pty_grid(console_pty(rig.console));
    assert_true(grid_cell(grid, row, 30).reverse || grid_cell(grid, row, 30).bg >= 0);
    console_press(rig.console, "\r");
    console_await_gone(rig.console, "Esc undoes", NULL);
    console_press(rig.console, "n");
    console_await(rig.console, "no older entry with: FOUND", NULL);
    console_press(rig.console, "/");
    console_await(rig.console, "Esc undoes", NULL);
    console_press(rig.console, "new");
    console_await(rig.console, "EVENTS", "find: new");
    console_press(rig.console, "\033");
    console_await_gone(rig.console, "find:", NULL);
    quit();
}

static void written_to_a_new_file_only(void **state)
{
    char folder[FOLDER_SIZE], path[FOLDER_SIZE + 16], line[256] = "";

    (void)state;
    folder_make(folder);
    snprintf(path, sizeof path, "%s/log", folder);
    open_screen(24, 80, NULL);
    console_press(rig.console, "fw");
    console_await(rig.console, "WRITE THE EVENTS", NULL);
    console_press(rig.console, "\r");
    console_await(rig.console, "Those of this job", NULL);
    console_press(rig.console, path);
    rest();
    console_press(rig.console, "\r");
    console_await(rig.console, "1 event is written to", NULL);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_non_null(strstr(line, "web-01/mirror0 found mirror, running\n"));

    console_press(rig.console, "w");
    console_await(rig.console, "WRITE THE EVENTS", NULL);
    console_press(rig.console, path);
    rest();
    console_press(rig.console, "\r");
    console_await(rig.console, "nothing is written", NULL);
    folder_remove(folder);
    quit();
}

/* More than a screenful, and each one readable in full. */
static void long_texts_and_long_lists(void **state)
{
    struct fake_job failed = {.id = "mirror0",
                              .type = "mirror",
                              .status = "concluded",
                              .error = "alpha beta gamma delta epsilon zeta eta theta iota "
                                       "kappa lambda mu nu xi omicron pi rho sigma tau omega",
                              .keeps = true};
    struct fake_job last = {
        .id = "last", .type = "backup", .status = "running", .current = 1, .total = 4};

    (void)state;
    open_screen(10, 60, NULL);
    console_await(rig.console, "EVENTS  following", NULL);
    fake_qmp_job(fake, &failed);
    fake_qmp_job_status(fake, "mirror0", "concluded");
    console_await(rig.console, "tau omega", NULL);
    for (int i = 0; i < 10; i++) {
        fake_qmp_job_status(fake, "backup9", i % 2 ? "running" : "ready");
        console_settle(rig.console);
    }
    fake_qmp_job(fake, &last);
    fake_qmp_job_status(fake, "last", "created");
    console_await(rig.console, "last", "created");
    console_press(rig.console, "g");
    console_await(rig.console, "scrolled", "newer");
    assert_int_equal(console_find(rig.console, "connected", NULL), 1);
    console_press(rig.console, "G");
    console_await(rig.console, "following", NULL);
    quit();
}

static void hostile_words_are_plain(void **state)
{
    static const struct fake_job hostile = {
        .id = "j\033[2Jx", .type = "t", .status = "concluded", .error = "a\nb", .keeps = true};

    (void)state;
    open_screen(24, 80, NULL);
    fake_qmp_job(fake, &hostile);
    fake_qmp_job_status(fake, "j\033[2Jx", "concluded");
    console_await(rig.console, "j\\x~2Jx", "a\\nb");
    quit();
}

static void small_and_large(void **state)
{
    static const int sizes[][2] = {{50, 160}, {10, 40}, {5, 20}, {2, 2}, {1, 1}, {24, 80}};

    (void)state;
    open_screen(24, 80, "C");
    console_await(rig.console, "EVENTS  following", NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        pty_resize(console_pty(rig.console), sizes[i][0], sizes[i][1]);
        console_press(rig.console, "jkgG  ff");
        if (sizes[i][1] >= 40)
            console_await(rig.console, "connected", NULL);
        console_press(rig.console, "/");
        console_settle(rig.console);
        console_press(rig.console, "x\r");
        rest();
    }
    quit();
}

static void at_1x1(void **state)
{
    (void)state;
    open_screen(1, 1, NULL);
    console_press(rig.console, "jk f/a\r");
    console_settle(rig.console);
    console_press(rig.console, "nN");
    assert_true(fake_qmp_await(fake, "query-jobs", 1));
    quit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_newest_is_at_the_bottom_and_it_follows, rig_clear),
        cmocka_unit_test_teardown(frozen_nothing_moves, rig_clear),
        cmocka_unit_test_teardown(of_one_job, rig_clear),
        cmocka_unit_test_teardown(a_gap_is_a_line, rig_clear),
        cmocka_unit_test_teardown(find_marks_and_goes_on, rig_clear),
        cmocka_unit_test_teardown(written_to_a_new_file_only, rig_clear),
        cmocka_unit_test_teardown(long_texts_and_long_lists, rig_clear),
        cmocka_unit_test_teardown(hostile_words_are_plain, rig_clear),
        cmocka_unit_test_teardown(small_and_large, rig_clear),
        cmocka_unit_test_teardown(at_1x1, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_events", tests, NULL, NULL);
}
