/*
 * A QEMU that its guest has taken over says what it likes: on the terminal all of it is
 * plain visible text, in its own row, and commands still carry the very bytes.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

/* Title, colour, cursor, a forged row, C1, bidi, zero width, tag, combining. */
#define TITLE    "\033]0;pwned\a"
#define COLOUR   "\033[5;95m"
#define CURSOR   "\033[2J\033[7;7H"
#define FORGED   "\r\n   db-01     forged-job      mirror READY"
#define C1       "\302\2332J"
#define BIDI     "\342\200\256"
#define NO_WIDTH "\342\200\213"
#define TAG      "\363\240\201\201"
#define STACKED  "a\314\201\314\202\314\203"

static const char *const raw[] = {TITLE, COLOUR, CURSOR, C1, BIDI, NO_WIDTH, TAG, "\314\201"};

static void assert_nothing_raw(void)
{
    const char *bytes = pty_bytes(console_pty(rig.console));
    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++)
        if (strstr(bytes, raw[i]) != NULL)
            fail_msg("the terminal got text %zu as it is", i);
}

static void play(const struct fake_job *job, const char *name)
{
    struct fake_qmp *fake = rig_fake(NULL);
    fake_qmp_vm(fake, name, "running");
    fake_qmp_job(fake, job);
    rig_start(&(struct console_options){.rows = 30, .columns = 200}, NULL);
}

static void test_job_id(void **state)
{
    (void)state;
    play(&(struct fake_job){.id = "m" TITLE COLOUR "x",
                            .type = "mirror",
                            .status = "running",
                            .current = 1,
                            .total = 9},
         "vm");
    console_await(rig.console, "m\\x1b]0;pwned\\x07\\x1b[5;95mx", "running");
    console_select(rig.console, "m\\x1b]0;pwned", "running");
    console_press(rig.console, "p");
    assert_true(fake_qmp_await(rig.fakes[0], "job-pause", 1));
    assert_string_equal(fake_qmp_argument(rig.fakes[0], "job-pause", "id"),
                        "\"m\\u001b]0;pwned\\u0007\\u001b[5;95mx\"");
    assert_nothing_raw();
}

/* Two ids may be one on the screen: what is acted on is the job of that row. */
static void test_ids_that_look_alike(void **state)
{
    static const char *const ids[] = {"m\033", "m\\x1b"};
    struct fake_qmp *fake = rig_fake("vm");
    (void)state;
    for (size_t i = 0; i < 2; i++)
        fake_qmp_job(fake, &(struct fake_job){.id = ids[i],
                                              .type = "mirror",
                                              .status = i == 0 ? "running" : "paused",
                                              .current = 1,
                                              .total = 9});
    rig_start(&(struct console_options){.rows = 30, .columns = 200}, NULL);
    console_await(rig.console, "m\\x1b", "running");
    console_await(rig.console, "m\\x1b", "paused");
    console_select(rig.console, "m\\x1b", "paused");
    console_press(rig.console, "r");
    assert_true(fake_qmp_await(fake, "job-resume", 1));
    assert_string_equal(fake_qmp_argument(fake, "job-resume", "id"), "\"m\\\\x1b\"");
    console_select(rig.console, "m\\x1b", "running");
    console_press(rig.console, "p");
    assert_true(fake_qmp_await(fake, "job-pause", 1));
    assert_string_equal(fake_qmp_argument(fake, "job-pause", "id"), "\"m\\u001b\"");
}

static void test_forged_row(void **state)
{
    (void)state;
    play(
        &(struct fake_job){
            .id = "m" FORGED, .type = "backup", .status = "running", .current = 1, .total = 9},
        "vm" FORGED);
    console_await(rig.console, "m\\r\\n", "running");
    /* What would have been a row of its own stands behind its visible line break. */
    struct grid *grid = pty_grid(console_pty(rig.console));
    for (int row = 0; row < grid_rows(grid); row++) {
        const char *forged = strstr(grid_line(grid, row), "db-0");
        const char *escape = strstr(grid_line(grid, row), "\\r\\n");
        assert_true(forged == NULL || (escape != NULL && escape < forged));
    }
    assert_nothing_raw();
}

static void test_hidden_characters(void **state)
{
    (void)state;
    play(&(struct fake_job){.id = "m" BIDI NO_WIDTH TAG,
                            .type = "backup",
                            .status = "running",
                            .current = 1,
                            .total = 9},
         "vm" C1 STACKED);
    console_await(rig.console, "m\\u202e\\u200b\\U000e0041", "running");
    console_await(rig.console, "vm\\u009b2Ja\\u0301\\u0302\\u0303", NULL);
    assert_nothing_raw();
}

static void test_type_and_status(void **state)
{
    (void)state;
    play(
        &(struct fake_job){
            .id = "mir", .type = "t" COLOUR, .status = "s" CURSOR, .current = 1, .total = 9},
        "vm");
    console_await(rig.console, "mir", "t\\x1b[");
    console_await(rig.console, "mir", "s\\x1b[");
    assert_nothing_raw();
}

static void test_error_text(void **state)
{
    (void)state;
    play(&(struct fake_job){.id = "mir",
                            .type = "backup",
                            .status = "concluded",
                            .current = 1,
                            .total = 9,
                            .error = "bad" TITLE CURSOR FORGED BIDI,
                            .keeps = true},
         "vm");
    console_await(rig.console, "mir", "bad\\x1b]0;pwned\\x07\\x1b[2J\\x1b[7;7H\\r\\n");
    assert_nothing_raw();
}

/* In the status line, the events and the box. */
static void test_refusal_and_box(void **state)
{
    (void)state;
    play(
        &(struct fake_job){
            .id = "m" COLOUR, .type = "mirror", .status = "ready", .current = 9, .total = 9},
        "vm" BIDI);
    fake_qmp_refuses(rig.fakes[0], "job-complete", "GenericError", "no" CURSOR FORGED);
    console_select(rig.console, "m\\x1b[5;95m", "READY");
    console_press(rig.console, "o");
    console_confirm(rig.console, "COMPLETE m\\x1b[5;95m on vm\\u202e");
    console_await(rig.console, "no\\x1b[2J\\x1b[7;7H\\r\\n", "forged-job");
    assert_nothing_raw();
}

/* Who says anything but QMP is quoted as harmlessly. */
static bool rant(void *ctx)
{
    static size_t told;
    struct fake_qmp *fake = ctx;
    if (!fake_qmp_has_client(fake) || fake_qmp_clients(fake) == told)
        return false;
    told = fake_qmp_clients(fake);
    fake_qmp_say(fake, "hello" TITLE CURSOR "\r\n");
    return true;
}

static void test_no_qmp(void **state)
{
    (void)state;
    struct fake_qmp *fake = rig_fake("alpha");
    fake_qmp_greets(fake, false);
    pump_add(&rig.pump, rant, fake);
    rig_start(&(struct console_options){.rows = 30, .columns = 160}, NULL);
    console_await(rig.console, "alpha", "hello");
    assert_nothing_raw();
}

/* Without UTF-8 nothing above ASCII comes through either. */
static void test_ascii(void **state)
{
    (void)state;
    struct fake_qmp *fake = rig_fake("alpha");
    fake_qmp_job(fake, &(struct fake_job){.id = "m\303\244" BIDI,
                                          .type = "backup",
                                          .status = "running",
                                          .current = 1,
                                          .total = 9});
    rig_start(&(struct console_options){.locale = "C", .columns = 120, .rows = 24}, NULL);
    console_await(rig.console, "m\\u00e4\\u202e", "running");
    for (const char *c = pty_bytes(console_pty(rig.console)); *c != '\0'; c++)
        assert_true((unsigned char)*c < 0x80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_job_id, rig_clear),
        cmocka_unit_test_teardown(test_ids_that_look_alike, rig_clear),
        cmocka_unit_test_teardown(test_forged_row, rig_clear),
        cmocka_unit_test_teardown(test_hidden_characters, rig_clear),
        cmocka_unit_test_teardown(test_type_and_status, rig_clear),
        cmocka_unit_test_teardown(test_error_text, rig_clear),
        cmocka_unit_test_teardown(test_refusal_and_box, rig_clear),
        cmocka_unit_test_teardown(test_no_qmp, rig_clear),
        cmocka_unit_test_teardown(test_ascii, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_hostile", tests, NULL, NULL);
}
