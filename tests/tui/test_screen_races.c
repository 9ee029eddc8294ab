/*
 * The key does what it said, to the job that was seen: the world moves under the cursor
 * and under the open box, and what reaches QEMU is counted.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define MIB (1024 * 1024)

static struct fake_qmp *fake;
static struct console *console;

static void play(const struct fake_job *jobs, size_t count)
{
    fake = rig_fake("alpha");
    for (size_t i = 0; i < count; i++)
        fake_qmp_job(fake, &jobs[i]);
    console = rig_start(&(struct console_options){.rows = 30, .columns = 120}, NULL);
    for (size_t i = 0; i < count; i++)
        console_await(console, "alpha", jobs[i].id);
}

static void play_ready(void)
{
    play(&(struct fake_job){.id = "mir",
                            .type = "mirror",
                            .status = "ready",
                            .current = 60 * MIB,
                            .total = 60 * MIB,
                            .keeps = true},
         1);
    console_select(console, "mir", "READY");
}

static void open_box(void)
{
    console_press(console, "o");
    console_await_box(console, "COMPLETE mir on alpha");
}

/* The box has closed itself and said so; a late `y` is for nobody. */
static void assert_box_gave_up(const char *why)
{
    console_await(console, "nothing was sent", why);
    console_await_gone(console, "COMPLETE mir", NULL);
    console_press(console, "y");
    console_work_off(console);
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

static void test_replaced_under_the_box(void **state)
{
    (void)state;
    play_ready();
    open_box();
    fake_qmp_job_status(fake, "mir", "concluded");
    fake_qmp_job_status(fake, "mir", "null");
    fake_qmp_job(fake, &(struct fake_job){.id = "mir",
                                          .type = "mirror",
                                          .status = "created",
                                          .current = 0,
                                          .total = 60 * MIB});
    fake_qmp_job_status(fake, "mir", "created");
    fake_qmp_job_status(fake, "mir", "running");
    fake_qmp_job_status(fake, "mir", "ready");
    assert_box_gave_up("replaced");
    console_await(console, "mir", "READY");
}

static void test_finished_under_the_box(void **state)
{
    (void)state;
    play_ready();
    open_box();
    fake_qmp_job_status(fake, "mir", "waiting");
    fake_qmp_job_status(fake, "mir", "pending");
    fake_qmp_event(fake, "BLOCK_JOB_COMPLETED",
                   "{\"device\":\"mir\",\"type\":\"mirror\",\"len\":1,\"offset\":1,"
                   "\"speed\":0}");
    fake_qmp_job_status(fake, "mir", "concluded");
    fake_qmp_job_status(fake, "mir", "null");
    assert_box_gave_up(NULL);
}

static void test_no_longer_legal_under_the_box(void **state)
{
    (void)state;
    play_ready();
    open_box();
    fake_qmp_job_status(fake, "mir", "aborting");
    assert_box_gave_up(NULL);
}

static void test_link_dropped_under_the_box(void **state)
{
    (void)state;
    play_ready();
    open_box();
    fake_qmp_die(fake);
    console_await(console, "nothing was sent", NULL);
    console_await_gone(console, "COMPLETE mir", NULL);
    console_press(console, "y");
    console_work_off(console);
    fake_qmp_revive(fake);
    console_await_gone(console, "~", "mir");
    console_await(console, "mir", "READY");
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

/* Another job taking its row does not get the answer. */
static void test_rows_move_under_the_box(void **state)
{
    (void)state;
    const struct fake_job jobs[] = {
        {.id = "one", .type = "mirror", .status = "ready", .current = 1, .total = 1},
        {.id = "two", .type = "mirror", .status = "ready", .current = 1, .total = 1},
        {.id = "three", .type = "mirror", .status = "running", .current = 0, .total = 9},
    };
    play(jobs, 3);
    console_select(console, "two", "READY");
    console_press(console, "o");
    console_await(console, "COMPLETE two", NULL);
    fake_qmp_job_status(fake, "one", "aborting");
    fake_qmp_job_status(fake, "one", "concluded");
    fake_qmp_job_status(fake, "one", "null");
    fake_qmp_job_status(fake, "three", "ready");
    console_await(console, "READY", "three");
    console_confirm(console, "COMPLETE two");
    assert_true(fake_qmp_await(fake, "job-complete", 1));
    assert_string_equal(fake_qmp_argument(fake, "job-complete", "id"), "\"two\"");
    assert_int_equal(fake_qmp_count_verbs(fake), 1);
}

/* The cursor stays on its job wherever that goes; and when the job ends, too. */
static void test_cursor_stays_on_its_job(void **state)
{
    (void)state;
    const struct fake_job jobs[] = {
        {.id = "one", .type = "mirror", .status = "running", .current = 1, .total = 9},
        {.id = "two", .type = "mirror", .status = "running", .current = 1, .total = 9},
        {.id = "three", .type = "mirror", .status = "running", .current = 1, .total = 9},
    };
    play(jobs, 3);
    console_select(console, "two", "running");
    fake_qmp_job_status(fake, "one", "ready");
    console_await(console, "one", "READY");
    console_await(console, ">", "two");
    fake_qmp_job_status(fake, "two", "ready");
    console_await(console, "two", "READY");
    console_await(console, ">*", "two");
    fake_qmp_job_status(fake, "three", "aborting");
    fake_qmp_job_status(fake, "three", "null");
    console_await(console, ">*", "two");
    console_press(console, "p");
    assert_true(fake_qmp_await(fake, "job-pause", 1));
    assert_string_equal(fake_qmp_argument(fake, "job-pause", "id"), "\"two\"");
}

/* What was typed before the box was there is no answer. */
static void test_typed_ahead(void **state)
{
    (void)state;
    play_ready();
    console_press(console, "oyyy");
    console_await_box(console, "COMPLETE mir");
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
    console_confirm(console, "COMPLETE mir");
    assert_true(fake_qmp_await(fake, "job-complete", 1));
}

static void test_every_other_answer_is_no(void **state)
{
    (void)state;
    static const char *const answers[] = {"n", "q", "\r", "\033"};
    play_ready();
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        open_box();
        console_press(console, answers[i]);
        console_await_gone(console, "COMPLETE mir", NULL);
        console_await(console, "nothing was sent", NULL);
    }
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

static void test_greyed_says_why(void **state)
{
    (void)state;
    play(&(struct fake_job){.id = "bak",
                            .type = "backup",
                            .status = "running",
                            .current = MIB,
                            .total = 60 * MIB},
         1);
    console_select(console, "bak", "running");
    static const struct {
        const char *key, *name, *why;
    } keys[] = {{"f", "finalize", "pending"},
                {"x", "dismiss", "concluded"},
                {"r", "resume", "not paused"},
                {"o", "complete", NULL},
                {"s", "stay", NULL}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        console_press(console, keys[i].key);
        console_await(console, keys[i].name, "not now");
        if (keys[i].why != NULL)
            console_await(console, "not now", keys[i].why);
    }
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

static void test_refusal_in_qemus_words(void **state)
{
    (void)state;
    static const char words[] = "Job 'mir' in state 'ready' cannot accept command verb 'pause'";
    play_ready();
    fake_qmp_refuses(fake, "job-pause", "GenericError", words);
    console_press(console, "p");
    console_await(console, words, "pause");
    assert_int_equal(fake_qmp_count_verbs(fake), 1);
    console_await(console, "mir", "READY");
}

/* Sent, accepted, in effect: three things, told apart. */
static void test_accepted_is_not_done(void **state)
{
    (void)state;
    play_ready();
    fake_qmp_mutes(fake, "job-complete");
    open_box();
    console_confirm(console, "COMPLETE mir");
    assert_true(fake_qmp_expect(fake, "job-complete"));
    console_await(console, "complete alpha/mir: sent", NULL);
    fake_qmp_return(fake, "{}");
    console_await(console, "complete alpha/mir: accepted", NULL);
    fake_qmp_job_status(fake, "mir", "waiting");
    fake_qmp_job_status(fake, "mir", "pending");
    fake_qmp_event(fake, "BLOCK_JOB_COMPLETED",
                   "{\"device\":\"mir\",\"type\":\"mirror\",\"len\":1,\"offset\":1,"
                   "\"speed\":0}");
    fake_qmp_job_status(fake, "mir", "concluded");
    console_await_gone(console, "complete alpha/mir: accepted", NULL);
    console_await(console, "complete alpha/mir: ", NULL);
    assert_int_equal(fake_qmp_count_verbs(fake), 1);
}

static void test_link_dropped_before_the_answer(void **state)
{
    (void)state;
    play_ready();
    fake_qmp_mutes(fake, "job-pause");
    console_press(console, "p");
    assert_true(fake_qmp_await(fake, "job-pause", 1));
    fake_qmp_die(fake);
    console_await(console, "pause alpha/mir: ", "unknown");
}

/* Which command a key sends, with which arguments. */
static void test_commands_of_keys(void **state)
{
    (void)state;
    static const struct {
        struct fake_job job;
        const char *key, *box, *command, *member;
    } keys[] = {
        {{.id = "run", .type = "mirror", .status = "running", .total = 9},
         "p",
         NULL,
         "job-pause",
         "id"},
        {{.id = "pau", .type = "mirror", .status = "paused", .total = 9, .block_paused = true},
         "r",
         NULL,
         "job-resume",
         "id"},
        {{.id = "rdy", .type = "mirror", .status = "ready", .current = 9, .total = 9},
         "o",
         "COMPLETE rdy",
         "job-complete",
         "id"},
        {{.id = "sty", .type = "mirror", .status = "ready", .current = 9, .total = 9},
         "s",
         "STAY sty",
         "block-job-cancel",
         "device"},
        {{.id = "can", .type = "backup", .status = "running", .current = 1, .total = 9},
         "c",
         "CANCEL can",
         "job-cancel",
         "id"},
        {{.id = "pnd", .type = "backup", .status = "pending", .total = 9, .waits = true},
         "f",
         "FINALIZE pnd",
         "job-finalize",
         "id"},
        {{.id = "con", .type = "backup", .status = "concluded", .total = 9, .keeps = true},
         "x",
         NULL,
         "job-dismiss",
         "id"},
    };
    const size_t count = sizeof keys / sizeof keys[0];
    struct fake_job jobs[sizeof keys / sizeof keys[0]];
    for (size_t i = 0; i < count; i++)
        jobs[i] = keys[i].job;
    play(jobs, count);
    for (size_t i = 0; i < count; i++) {
        char id[16];
        snprintf(id, sizeof id, "\"%s\"", keys[i].job.id);
        console_select(console, "alpha", keys[i].job.id);
        console_press(console, keys[i].key);
        if (keys[i].box != NULL)
            console_confirm(console, keys[i].box);
        assert_true(fake_qmp_await(fake, keys[i].command, 1));
        assert_string_equal(fake_qmp_argument(fake, keys[i].command, keys[i].member), id);
    }
    assert_int_equal(fake_qmp_count_verbs(fake), count);
    const char *force = fake_qmp_argument(fake, "block-job-cancel", "force");
    assert_true(force == NULL || strcmp(force, "false") == 0);
    assert_true(fake_qmp_most_unanswered(fake) <= 1);
}

/* The same id on two sockets is two jobs. */
static void test_same_id_on_two_sockets(void **state)
{
    (void)state;
    const struct fake_job job = {
        .id = "mir", .type = "mirror", .status = "ready", .current = 9, .total = 9};
    fake = rig_fake("alpha");
    struct fake_qmp *other = rig_fake("beta");
    fake_qmp_job(fake, &job);
    fake_qmp_job(other, &job);
    console = rig_start(&(struct console_options){0}, NULL);
    console_await(console, "alpha", "mir");
    console_select(console, "beta", "mir");
    console_press(console, "o");
    console_confirm(console, "COMPLETE mir on beta");
    assert_true(fake_qmp_await(other, "job-complete", 1));
    assert_int_equal(fake_qmp_count_verbs(fake), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_replaced_under_the_box, rig_clear),
        cmocka_unit_test_teardown(test_finished_under_the_box, rig_clear),
        cmocka_unit_test_teardown(test_no_longer_legal_under_the_box, rig_clear),
        cmocka_unit_test_teardown(test_link_dropped_under_the_box, rig_clear),
        cmocka_unit_test_teardown(test_rows_move_under_the_box, rig_clear),
        cmocka_unit_test_teardown(test_cursor_stays_on_its_job, rig_clear),
        cmocka_unit_test_teardown(test_typed_ahead, rig_clear),
        cmocka_unit_test_teardown(test_every_other_answer_is_no, rig_clear),
        cmocka_unit_test_teardown(test_greyed_says_why, rig_clear),
        cmocka_unit_test_teardown(test_refusal_in_qemus_words, rig_clear),
        cmocka_unit_test_teardown(test_accepted_is_not_done, rig_clear),
        cmocka_unit_test_teardown(test_link_dropped_before_the_answer, rig_clear),
        cmocka_unit_test_teardown(test_commands_of_keys, rig_clear),
        cmocka_unit_test_teardown(test_same_id_on_two_sockets, rig_clear),
    };
    return cmocka_run_group_tests_name("screen_races", tests, NULL, NULL);
}
