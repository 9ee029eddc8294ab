/*
 * What the first screen shows, at every size and on every terminal, with colour and
 * without: the same text, as much of it as fits.
 */

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define GIB (1024ull * 1024 * 1024)

/* One job of each group and need. */
static const struct fake_job jobs[] = {
    {.id = "mirror-virtio0",
     .type = "mirror",
     .status = "ready",
     .current = 60 * GIB,
     .total = 60 * GIB},
    {.id = "backup-weekly",
     .type = "backup",
     .status = "pending",
     .current = 2 * GIB,
     .total = 2 * GIB,
     .waits = true},
    {.id = "commit-top",
     .type = "commit",
     .status = "concluded",
     .current = 12 * GIB,
     .total = 40 * GIB,
     .error = "Input/output error",
     .keeps = true},
    {.id = "drive-scsi1",
     .type = "mirror",
     .status = "paused",
     .current = 36 * GIB,
     .total = 60 * GIB,
     .io_status = "nospace",
     .block_paused = true},
    {.id = "backup-root",
     .type = "backup",
     .status = "running",
     .current = 16 * GIB,
     .total = 40 * GIB},
    {.id = "stream-node3",
     .type = "stream",
     .status = "paused",
     .current = 10 * GIB,
     .total = 40 * GIB,
     .block_paused = true},
    {.id = "frobnicate7",
     .type = "frobnicate",
     .status = "pondering",
     .current = 1,
     .total = 4},
};

#define JOB_COUNT (sizeof jobs / sizeof jobs[0])

static void give_jobs(struct fake_qmp *fake)
{
    for (size_t i = 0; i < JOB_COUNT; i++)
        fake_qmp_job(fake, &jobs[i]);
}

static void set_up(void)
{
    give_jobs(rig_fake("web-01"));
}

static void show(int rows, int columns, const char *term, const char *locale,
                 const char *environment)
{
    rig_start(&(struct console_options){.rows = rows,
                                        .columns = columns,
                                        .term = term,
                                        .locale = locale,
                                        .environment = environment},
              NULL);
}

static void quit(void)
{
    console_press(rig.console, "q");
    assert_int_equal(console_await_end(rig.console), 0);
}

static void test_80x24(void **state)
{
    (void)state;
    struct console *console;
    set_up();
    show(24, 80, NULL, NULL, NULL);
    console = rig.console;
    console_await(console, "qmptop", "7 jobs");
    console_await(console, "1 socket", "4 NEED YOU");
    console_await(console, "needs you (4)", NULL);
    console_await(console, "*  web-01", "mirror-virtio0");
    console_await(console, "mirror-virtio0", "READY");
    console_await(console, "backup-weekly", "wants finalize (f)");
    console_await(console, "!  web-01", "commit-top");
    console_await(console, "commit-top", "Input/output error");
    console_await(console, "!  web-01", "drive-scsi1");
    console_await(console, "drive-scsi1", "no space");
    console_await(console, "running (1)", NULL);
    console_await(console, "backup-root", "40.0");
    console_await(console, "stream-node3", "paused");
    /* What a future QEMU says is shown as it is. */
    console_await(console, "frobnicate7", "pondering");
    console_await(console, "web-01 ok", NULL);
    console_await(console, "? help", "q quit");
    /* Needs come first. */
    assert_true(console_find(console, "needs you", NULL) <
                console_find(console, "mirror-virtio0", NULL));
    assert_true(console_find(console, "drive-scsi1", "no space") <
                console_find(console, "running (1)", NULL));
    assert_true(console_cursor(console) > 0);
    quit();
}

static void test_wider_has_more(void **state)
{
    (void)state;
    set_up();
    show(24, 120, NULL, NULL, NULL);
    console_await(rig.console, "DONE", "TOTAL");
    console_await(rig.console, "backup-root", "40.0");
    quit();
    /* The job under the cursor in full, beside the list. */
    show(50, 160, NULL, NULL, NULL);
    console_await(rig.console, ">", "mirror-virtio0");
    console_await(rig.console, "60.0 GiB of 60.0 GiB", NULL);
    console_await(rig.console, "commit-top", "Input/output error");
    quit();
}

/* What a wide screen has room for: amounts, the usual state of things, and where the
 * detail beside the list ends, though never before what can be done. */
static void test_160_columns(void **state)
{
    (void)state;
    set_up();
    show(24, 160, NULL, NULL, NULL);
    console_await(rig.console, "  DONE  TOTAL", NULL);
    console_await(rig.console, "by need | no filter | theme default | READ-WRITE", NULL);
    console_await(rig.console, "what you can do", NULL);
    console_await(rig.console, "more lines, Tab scrolls, i shows all", NULL);
    quit();
}

static void test_40x10_and_20x5(void **state)
{
    (void)state;
    set_up();
    show(10, 40, NULL, NULL, NULL);
    console_await(rig.console, "4 NEED YOU", NULL);
    console_await(rig.console, "web-01 ", "READY");
    quit();
    show(5, 20, NULL, NULL, NULL);
    console_await(rig.console, "4 NEED YOU", NULL);
    console_await(rig.console, "w~01 mi~o0", "READY");
    console_await(rig.console, "w~01 d~i1", "PAUSED");
    quit();
}

static void test_1x1(void **state)
{
    (void)state;
    set_up();
    show(1, 1, NULL, NULL, NULL);
    console_await(rig.console, "4", NULL); /* so many need you */
    pty_resize(console_pty(rig.console), 2, 3);
    console_await(rig.console, "4!", NULL);
    quit();
}

/* No job at all: the list says why. */
static void test_nothing_to_show(void **state)
{
    (void)state;
    rig_fake("web-01");
    show(24, 80, NULL, NULL, NULL);
    console_await(rig.console, "No job", NULL);
    console_await(rig.console, "web-01 ok", NULL);
    quit();
}

/* Numbers and the distance before them change by themselves: both are one '0'. */
static char *essence(const char *screen)
{
    char *text = calloc(1, strlen(screen) + 1), *end = text;
    assert_non_null(text);
    for (const char *c = screen; *c != '\0'; c++) {
        bool varies = *c == ' ' || *c == '-' || *c == '.' || isdigit((unsigned char)*c);
        if (!varies)
            *end++ = *c;
        else if (end == text || end[-1] != '0')
            *end++ = '0';
    }
    return text;
}

/* A second console before a QEMU just like the first one's: how the screen is to look. */
static struct fake_qmp *model_fake;
static struct console *model;

static void show_model(int rows, int columns)
{
    char endpoint[256];
    if (model_fake == NULL) {
        model_fake = fake_qmp_unix(&rig.pump, NULL);
        fake_qmp_model(model_fake);
        give_jobs(model_fake);
    }
    snprintf(endpoint, sizeof endpoint, "web-01=%s", fake_qmp_endpoint(model_fake));
    console_end(model);
    model =
        console_start(&rig.pump, &(struct console_options){.rows = rows, .columns = columns},
                      (const char *[]){endpoint, NULL});
    console_await(model, "4 NEED YOU", NULL);
    console_await(model, "drive-scsi1", "no space");
}

static int clear_with_model(void **state)
{
    console_end(model);
    model = NULL;
    if (model_fake != NULL)
        fake_qmp_free(model_fake);
    model_fake = NULL;
    return rig_clear(state);
}

static bool is_same(void *ctx)
{
    (void)ctx;
    char *seen = essence(console_screen(rig.console));
    char *expected = essence(console_screen(model));
    bool same = strcmp(seen, expected) == 0;
    free(seen);
    free(expected);
    return same;
}

static void test_same_text_on_every_terminal(void **state)
{
    (void)state;
    static const char *const terms[] = {"xterm",  "vt100",         "linux",
                                        "screen", "tmux-256color", "xterm-256color"};
    set_up();
    show_model(24, 80);
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        show(24, 80, terms[i], NULL, i % 2 == 0 ? "NO_COLOR=1" : NULL);
        console_await_that(rig.console, is_same, NULL, terms[i]);
        quit();
    }
}

static void test_same_text_without_colour(void **state)
{
    (void)state;
    static const int sizes[][2] = {{24, 80}, {50, 160}};
    set_up();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        show_model(sizes[i][0], sizes[i][1]);
        show(sizes[i][0], sizes[i][1], NULL, NULL, "NO_COLOR=1");
        console_await_that(rig.console, is_same, NULL, "the same text");
        const char *bytes = pty_bytes(console_pty(rig.console));
        for (int colour = 30; colour < 38; colour++) {
            char sequence[16];
            snprintf(sequence, sizeof sequence, "\033[%dm", colour);
            assert_null(strstr(bytes, sequence));
        }
        quit();
    }
}

/* Without UTF-8 all of it is ASCII. */
static void test_ascii(void **state)
{
    (void)state;
    set_up();
    show(24, 80, NULL, "C", NULL);
    console_await(rig.console, "backup-root", "[#");
    for (const char *c = console_screen(rig.console); *c != '\0'; c++)
        assert_true((unsigned char)*c < 0x80);
    quit();
}

static void test_resize(void **state)
{
    (void)state;
    static const int sizes[][2] = {{50, 160}, {10, 40}, {5, 20}, {1, 1}, {24, 80}};
    set_up();
    show_model(24, 80);
    show(24, 80, NULL, NULL, NULL);
    console_await_that(rig.console, is_same, NULL, "the first screen");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        pty_resize(console_pty(rig.console), sizes[i][0], sizes[i][1]);
        if (sizes[i][1] >= 20)
            console_await(rig.console, "4 NEED YOU", NULL);
    }
    console_await_that(rig.console, is_same, NULL, "the first screen again");
    quit();
}

/* The marks and the names of the row under the cursor, and no other cell of the list. */
static bool only_names_are_reverse(void *unused)
{
    struct grid *grid = pty_grid(console_pty(rig.console));
    int cursor = console_cursor(rig.console),
        status = console_find(rig.console, "VM", "STATUS");
    (void)unused;
    for (int row = status; row < grid_rows(grid); row++) {
        const char *job = strstr(grid_line(grid, row), "mirror-virtio0");
        int end = row == cursor && job != NULL ? (int)(job - grid_line(grid, row)) + 14 : 0;
        for (int col = 0; col < end; col++)
            if (!grid_cell(grid, row, col).reverse)
                return false;
        for (int col = end + 1; col < 80; col++)
            if (grid_cell(grid, row, col).reverse)
                return false;
    }
    return cursor >= 0 && status >= 0;
}

static void test_the_cursor_colours_the_names(void **state)
{
    (void)state;
    set_up();
    show(24, 80, NULL, NULL, NULL);
    console_await(rig.console, ">*  web-01", "mirror-virtio0");
    console_await_that(rig.console, only_names_are_reverse, NULL, "names in reverse");
    quit();
}

/* The last word of that job's row is a time: its age, not that of its need. */
static bool ends_with_an_age(void *job)
{
    int row = console_find(rig.console, job, NULL);
    const char *line = row < 0 ? "" : grid_line(pty_grid(console_pty(rig.console)), row);
    size_t len = strlen(line);
    return len > 2 && strchr("smh", line[len - 1]) != NULL &&
           isdigit((unsigned char)line[len - 2]);
}

static void test_sorted_by_age_it_is_seen(void **state)
{
    (void)state;
    set_up();
    show(24, 80, NULL, NULL, NULL);
    console_await(rig.console, "stream-node3", "paused");
    assert_int_equal(console_find(rig.console, "STATUS", "AGE"), -1);
    console_press(rig.console, "<");
    console_await(rig.console, "sorted by age", NULL);
    console_await(rig.console, "STATUS", " AGE");
    console_await_that(rig.console, ends_with_an_age, "stream-node3", "the age of a job");
    pty_resize(console_pty(rig.console), 10, 50);
    console_await_gone(rig.console, "PROGRESS", NULL);
    console_await_that(rig.console, ends_with_an_age, "mirror-virtio0", "the age of a job");
    pty_resize(console_pty(rig.console), 24, 80);
    console_press(rig.console, ">");
    console_await(rig.console, "sorted by need", NULL);
    console_await_gone(rig.console, "STATUS", " AGE");
    quit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_80x24, rig_clear),
        cmocka_unit_test_teardown(test_wider_has_more, rig_clear),
        cmocka_unit_test_teardown(test_160_columns, rig_clear),
        cmocka_unit_test_teardown(test_40x10_and_20x5, rig_clear),
        cmocka_unit_test_teardown(test_1x1, rig_clear),
        cmocka_unit_test_teardown(test_nothing_to_show, rig_clear),
        cmocka_unit_test_teardown(test_same_text_on_every_terminal, clear_with_model),
        cmocka_unit_test_teardown(test_same_text_without_colour, clear_with_model),
        cmocka_unit_test_teardown(test_ascii, rig_clear),
        cmocka_unit_test_teardown(test_resize, clear_with_model),
        cmocka_unit_test_teardown(test_sorted_by_age_it_is_seen, rig_clear),
        cmocka_unit_test_teardown(test_the_cursor_colours_the_names, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_first", tests, NULL, NULL);
}
