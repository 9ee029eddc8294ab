/*
 * Names that are long and differ at their end alone, or are wide, at every size: rows,
 * boxes, lists of many and the status line always tell which job is meant.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define VM  "customer-4711-production-database-primary-"
#define JOB "drive-scsi1-mirror-to-new-storage-pool-2026-11-28T04:00:00Z-attempt-"

static const struct size {
    int rows, columns;
} sizes[] = {{24, 80}, {10, 40}, {5, 20}, {50, 160}, {200, 500}};

#define EACH_SIZE(size) \
    for (const struct size *size = sizes; size < sizes + sizeof sizes / sizeof *sizes; size++)

static const char *const vms[] = {VM "07", VM "08"};
static const char *const jobs[] = {JOB "3", JOB "4"};

/* Two VMs, each with the same two jobs, of that type and status. */
static void set_up(const char *type, const char *status)
{
    for (size_t vm = 0; vm < 2; vm++) {
        rig_fake(vms[vm]);
        for (size_t job = 0; job < 2; job++)
            fake_qmp_job(rig.fakes[vm], &(struct fake_job){.id = jobs[job],
                                                           .type = type,
                                                           .status = status,
                                                           .current = 9,
                                                           .total = 9,
                                                           .keeps = true});
    }
}

static void show(const struct size *size)
{
    rig_start(&(struct console_options){.rows = size->rows, .columns = size->columns}, NULL);
    for (size_t i = 0; i < 4; i++) {
        char vm[8], job[8];
        snprintf(vm, sizeof vm, "%s ", i < 2 ? "07" : "08");
        snprintf(job, sizeof job, "%s ", i % 2 == 0 ? "-3" : "-4");
        console_await(rig.console, vm, job);
    }
    console_await_cursor(rig.console);
}

/* The screen without blanks, ends of lines and frames: text that was broken into lines is
 * whole again. */
static const char *joined(void)
{
    static char text[65536];
    size_t len = 0;
    for (const char *c = console_screen(rig.console); *c != '\0'; c++) {
        if (strncmp(c, "\u2502", 3) == 0)
            c += 2;
        else if (strchr(" \n", *c) == NULL)
            text[len++] = *c;
    }
    text[len] = '\0';
    return text;
}

static void assert_joined(const char *text)
{
    if (strstr(joined(), text) == NULL)
        fail_msg("no \"%s\" on\n%s", text, console_screen(rig.console));
}

/* ---- rows ---- */

static void test_rows(void **state)
{
    (void)state;
    set_up("mirror", "ready");
    EACH_SIZE(size)
    {
        show(size);
        for (size_t vm = 0; vm < 2; vm++)
            for (size_t job = 0; job < 2; job++) {
                int row = console_find(rig.console, vm == 0 ? "07 " : "08 ",
                                       job == 0 ? "-3 " : "-4 ");
                assert_true(row >= 0);
                assert_non_null(strstr(console_screen(rig.console), "READY"));
            }
        if (size->columns == 500)
            assert_true(console_find(rig.console, vms[1], jobs[1]) >= 0);
    }
}

static void test_status_stays_beside_the_names(void **state)
{
    (void)state;
    set_up("mirror", "concluded");
    EACH_SIZE(size)
    {
        show(size);
        assert_true(console_find(rig.console, "07 ", "CONCL") >= 0);
    }
}

static void test_wide_and_combining_names(void **state)
{
    (void)state;
    rig_fake("\u5ba2\u6237-\u6570\u636e\u5e93-\u4e3b-\u670d\u52a1\u5668-07");
    fake_qmp_job(rig.fakes[0],
                 &(struct fake_job){
                     .id = "\u955c\u50cf-\u78c1\u76d8-e\u0301-\u65b0-\u5b58\u50a8-\u6c60-3",
                     .type = "mirror",
                     .status = "ready",
                     .current = 9,
                     .total = 9});
    EACH_SIZE(size)
    {
        rig_start(&(struct console_options){.rows = size->rows, .columns = size->columns},
                  NULL);
        console_await(rig.console, "07 ", "-3 ");
        console_await(rig.console, "-3 ", "READY");
    }
}

static void test_status_of_the_future(void **state)
{
    (void)state;
    set_up("mirror", "a-status-of-some-future");
    show(&sizes[4]);
    console_await(rig.console, jobs[0], "a-status-of-some-future");
}

/* ---- boxes ---- */

static void assert_both_ends(const char *vm_end, const char *job_end)
{
    assert_joined(vm_end);
    assert_joined(job_end);
}

/* The name in the 40 columns that a word may have. */
#define WORD "customer-4711-produ~-database-primary-08"

/* Not so fast that it would be taken for a paste. */
static void type_by_hand(const char *word)
{
    for (char some[9]; *word != '\0'; word += strlen(some)) {
        snprintf(some, sizeof some, "%.8s", word);
        console_press(rig.console, some);
        console_await(rig.console, "> ", some);
    }
}

/* The word that the box asks for can be read, typed, and cancels that very job. */
static void test_cancel_box(void **state)
{
    (void)state;
    set_up("mirror", "ready");
    EACH_SIZE(size)
    {
        size_t before = fake_qmp_count(rig.fakes[1], "job-cancel");
        show(size);
        console_select(rig.console, "08 ", "-4 ");
        console_press(rig.console, "c");
        console_await(rig.console, "CANCEL", NULL);
        console_await_lit(rig.console, "Type");
        assert_both_ends("08", "-4");
        if (size->columns >= 80) {
            assert_joined(vms[1]);
            assert_joined(jobs[1]);
            console_await(rig.console, "Esc  nothing", NULL);
        }
        assert_joined(WORD);
        type_by_hand(WORD);
        console_press(rig.console, "\r");
        assert_true(fake_qmp_await(rig.fakes[1], "job-cancel", before + 1));
        assert_string_equal(fake_qmp_argument(rig.fakes[1], "job-cancel", "id"),
                            "\"" JOB "4\"");
    }
    assert_int_equal(fake_qmp_count(rig.fakes[0], "job-cancel"), 0);
}

static void test_complete_box(void **state)
{
    (void)state;
    set_up("mirror", "ready");
    EACH_SIZE(size)
    {
        show(size);
        console_select(rig.console, "08 ", "-4 ");
        console_press(rig.console, "o");
        console_await(rig.console, "COMPLETE", NULL);
        console_await_lit(rig.console, "y  complete it");
        assert_both_ends("08", "-4");
        console_await(rig.console, size->columns < 40 ? "n  nothing" : "n, Esc, Enter  nothing",
                      NULL);
        if (size->columns >= 80) {
            assert_joined(vms[1]);
            assert_joined(jobs[1]);
        }
    }
}

static void test_menu(void **state)
{
    (void)state;
    set_up("mirror", "ready");
    EACH_SIZE(size)
    {
        show(size);
        console_select(rig.console, "08 ", "-4 ");
        console_press(rig.console, "\r");
        console_await_lit(rig.console, "Esc");
        assert_both_ends("08", "-4");
        assert_null(strstr(console_screen(rig.console), "changasks"));
        assert_null(strstr(console_screen(rig.console), "la number"));
        if (size->columns >= 80) {
            assert_joined(vms[1]);
            assert_joined(jobs[1]);
        }
    }
}

/* The state of the job, its first verbs and the way back are there; the others come with the
 * cursor, from the last upwards. */
static void test_menu_of_a_low_screen(void **state)
{
    static const struct size low = {12, 40};
    (void)state;
    set_up("mirror", "ready");
    show(&low);
    console_press(rig.console, "\r");
    console_await_lit(rig.console, "> Esc  back");
    console_await(rig.console, "now: READY", NULL);
    console_await(rig.console, "p    pause", NULL);
    assert_int_equal(console_find(rig.console, "w    change", NULL), -1);
    console_press(rig.console, "k");
    console_await(rig.console, "> w    change", NULL);
    console_await(rig.console, "now: READY", NULL);
    console_await(rig.console, "Esc  back", NULL);
    console_press(rig.console, "g");
    console_await(rig.console, "> p    pause", NULL);
}

static void test_limit_box(void **state)
{
    (void)state;
    set_up("mirror", "running");
    EACH_SIZE(size)
    {
        show(size);
        console_select(rig.console, "08 ", "-4 ");
        console_press(rig.console, "l");
        console_await(rig.console, "LIMIT", "-4 on ");
        console_await(rig.console, "LIMIT", size->columns < 40 ? "8" : "08 ");
    }
}

/* ---- bulk ---- */

static void test_many(void **state)
{
    (void)state;
    set_up("backup", "running");
    fake_qmp_job(
        rig.fakes[1],
        &(struct fake_job){
            .id = JOB "5", .type = "mirror", .status = "ready", .current = 9, .total = 9});
    EACH_SIZE(size)
    {
        if (size->columns < 40)
            continue;
        rig_start(&(struct console_options){.rows = size->rows, .columns = size->columns},
                  NULL);
        console_await(rig.console, "5 jobs", NULL);
        console_press(rig.console, "*o");
        console_await(rig.console, "COMPLETE 5 tagged", NULL);
        console_await(rig.console, "08 ", "-5 ");
        assert_joined("switchtheguesttothecopy,endthejob");
        if (size->rows >= 24) {
            console_await(rig.console, "07 ", "-3 ");
            assert_joined("leftout:onlyamirrororanactivecommit");
            assert_null(strstr(console_screen(rig.console), "left out: only a mirror or an~"));
        }
    }
}

static void test_many_on_the_smallest(void **state)
{
    (void)state;
    set_up("mirror", "ready");
    show(&sizes[2]);
    console_press(rig.console, "*o");
    console_await(rig.console, "COMPLETE", NULL);
    console_await(rig.console, "cus~y-0", "driv~pt-");
    console_await_lit(rig.console, "y  ");
    assert_joined("switchtheguest");
}

/* ---- the status line ---- */

static void test_outcome(void **state)
{
    (void)state;
    set_up("mirror", "running");
    for (size_t vm = 0; vm < 2; vm++)
        fake_qmp_refuses(rig.fakes[vm], "job-pause", "GenericError", "Not in this state");
    EACH_SIZE(size)
    {
        show(size);
        console_select(rig.console, "08 ", "-4 ");
        console_press(rig.console, "p");
        if (size->columns >= 80)
            console_await(rig.console, "08/", "-4: refused: Not in this state");
        else if (size->columns >= 40)
            console_await(rig.console, "08/", "-4: refused: ");
        else
            console_await(rig.console, "refused", "pause");
    }
}

/* ---- links ---- */

static void test_dead_socket(void **state)
{
    (void)state;
    set_up("mirror", "ready");
    fake_qmp_die(rig.fakes[0]);
    EACH_SIZE(size)
    {
        rig_start(&(struct console_options){.rows = size->rows, .columns = size->columns},
                  NULL);
        console_await(rig.console, "-07 ", "DOWN");
        console_await(rig.console, "1 DOWN", NULL);
        assert_null(strstr(console_screen(rig.console), "DOWretry"));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, rig_clear)
    const struct CMUnitTest tests[] = {
        TEST(test_rows),
        TEST(test_status_stays_beside_the_names),
        TEST(test_wide_and_combining_names),
        TEST(test_status_of_the_future),
        TEST(test_cancel_box),
        TEST(test_complete_box),
        TEST(test_menu),
        TEST(test_menu_of_a_low_screen),
        TEST(test_limit_box),
        TEST(test_many),
        TEST(test_many_on_the_smallest),
        TEST(test_outcome),
        TEST(test_dead_socket),
    };
    return cmocka_run_group_tests_name("screen_names", tests, NULL, NULL);
}
