/*
 * The README's pictures of the list are what the program draws of such jobs: its columns, its
 * sections and rows in their order, its footer. Figures, bars and times are the demo's own.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/readme.h"
#include "tests/support/rig.h"

#define SIDE "\xe2\x94\x82" /* between the list and the page beside it */

/* The jobs of the demo, as they are in the pictures. */
static const struct fake_job jobs[] = {
    {.id = "mirror-web01", .type = "mirror", .status = "running", .current = 3, .total = 7},
    {.id = "backup-db03", .type = "backup", .status = "running", .current = 5, .total = 8},
    {.id = "stream-ci11", .type = "stream", .status = "paused", .current = 1, .total = 4},
    {.id = "commit-web02", .type = "commit", .status = "running", .current = 1, .total = 3},
    {.id = "mirror-mail02", .type = "mirror", .status = "ready", .current = 8, .total = 8},
    {.id = "backup-shop", .type = "backup", .status = "pending", .waits = true},
    {.id = "backup-erp-db", .type = "backup", .status = "running", .current = 1, .total = 30},
    {.id = "backup-erp-log", .type = "backup", .status = "waiting", .current = 2, .total = 2},
    {.id = "backup-nfs04",
     .type = "backup",
     .status = "concluded",
     .current = 12,
     .total = 40,
     .error = "Input/output error",
     .keeps = true},
    {.id = "mirror-db07",
     .type = "mirror",
     .status = "paused",
     .current = 11,
     .total = 60,
     .io_status = "nospace"},
};

/* A picture of the README: from the `which`th line that begins with "qmptop |" to the end of
 * its block. */
static char *picture(int which)
{
    char *from = readme_text();
    for (int i = 0; i <= which; i++) {
        from = strstr(from + (i > 0), "\nqmptop |");
        assert_non_null(from);
    }
    char *end = strstr(from, "\n```");
    assert_non_null(end);
    *end = '\0';
    return from + 1;
}

static char *next_line(char **rest)
{
    char *line = *rest, *end = strchr(line, '\n');
    *rest = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    return line;
}

struct drawing {
    char *lines[64];
    int count;
    size_t words; /* what stands before the progress, in a row of the list */
    int wrong;    /* the first line that is drawn otherwise */
};

static void read_drawing(struct drawing *drawing, int which)
{
    char *rest = picture(which);
    while (rest != NULL && drawing->count < 64)
        drawing->lines[drawing->count++] = next_line(&rest);
    assert_true(drawing->count > 3);
    const char *progress = strstr(drawing->lines[1], "PROGRESS");
    assert_non_null(progress);
    drawing->words = (size_t)(progress - drawing->lines[1]);
}

static bool is_job(const char *line)
{
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        if (strstr(line, jobs[i].id) != NULL)
            return true;
    return false;
}

/* How much of a line is not the demo's own: not its figures, the page beside it, the time. */
static size_t lasting(const struct drawing *drawing, int y)
{
    const char *line = drawing->lines[y], *side = strstr(line, SIDE);
    const char *last = strstr(line, "READ-WRITE");
    if (y == 0 && last != NULL)
        return (size_t)(last - line) + strlen("READ-WRITE");
    if (y > 1 && line[0] != '-' && line[0] != 's' && is_job(line))
        return line[0] >= '0' && line[0] <= '9' ? 0 : drawing->words;
    return side ? (size_t)(side - line) + strlen(SIDE) : strlen(line);
}

static bool is_drawn(void *ctx)
{
    struct drawing *drawing = ctx;
    struct grid *grid = pty_grid(console_pty(rig.console));
    for (int y = 0; y < drawing->count; y++) {
        size_t len = lasting(drawing, y);
        bool whole = len == strlen(drawing->lines[y]);
        drawing->wrong = y;
        if (strncmp(grid_line(grid, y), drawing->lines[y], len + whole) != 0)
            return false;
    }
    return true;
}

static void assert_drawn(int which, int rows, int columns, const char *at, const char *status)
{
    struct drawing drawing = {.count = 0};
    struct fake_qmp *fake = rig_fake("demo");
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        fake_qmp_job(fake, &jobs[i]);
    fake_qmp_lacks(fake, "block-job-change"); /* as that of the demo */
    read_drawing(&drawing, which);
    assert_int_equal(drawing.count, rows);
    rig_start(&(struct console_options){.rows = rows, .columns = columns}, NULL);
    console_select(rig.console, at, status);
    if (!pump_until(&rig.pump, is_drawn, &drawing, CONSOLE_MS))
        fail_msg("README.md and the program:\n%s\n%s", drawing.lines[drawing.wrong],
                 grid_line(pty_grid(console_pty(rig.console)), drawing.wrong));
}

static void test_the_list(void **state)
{
    (void)state;
    assert_drawn(0, 24, 80, "mirror-mail02", "READY");
}

static void test_the_list_with_a_page_beside_it(void **state)
{
    (void)state;
    assert_drawn(1, 50, 160, "mirror-web01", "running");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_the_list, rig_clear),
        cmocka_unit_test_teardown(test_the_list_with_a_page_beside_it, rig_clear),
    };

    return cmocka_run_group_tests_name("readme_picture", tests, NULL, NULL);
}
