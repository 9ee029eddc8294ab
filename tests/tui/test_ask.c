#include "tests/tui/desk.h"

/* A job's limit and its copy mode, from the key to what is sent, without a terminal. */

#define MIB ((uint64_t)1 << 20)

static void limit(struct desk *console, const char *text)
{
    desk_press(console, 'l');
    assert_int_equal(console->app.depth, 2);
    desk_fill(console, text);
    desk_press(console, KEY_CODE_ENTER);
}

static void a_job_is_limited_at_once(void **state)
{
    struct desk *console = *state;

    world_job(console->world, "j", "backup", "running", 1, 2);
    desk_paint(console);
    limit(console, "50M");
    assert_int_equal(console->app.depth, 1);
    assert_int_equal(console->world->sent_verb, VERB_LIMIT);
    assert_int_equal(console->world->sent_argument, 50 * MIB);
    desk_assert_says(console, "limit 50 MiB/s web-01/j: sent");
    action_replied(&console->world->fleet, console->world->sent_serial, NULL,
                   console->world->now_ms);
    desk_assert_says(console, "limit 50 MiB/s web-01/j: in effect");
    limit(console, "0");
    assert_int_equal(console->world->sent_argument, 0);
    desk_assert_says(console, "limit off web-01/j: sent");
    assert_int_equal(console->world->sent, 2);
}

static void a_limit_is_asked_for_louder(void **state)
{
    struct desk *console = *state;

    console->app.confirm_more = true;
    world_job(console->world, "j", "backup", "running", 1, 2);
    desk_paint(console);
    limit(console, "50M");
    assert_int_equal(console->app.depth, 2);
    desk_confirm(console);
    assert_int_equal(console->app.depth, 1);
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_LIMIT);
    assert_int_equal(console->world->sent_argument, 50 * MIB);
}

/* The box that comes after the number is for that job as well. */
static void a_louder_limit_is_for_that_job_only(void **state)
{
    struct desk *console = *state;

    console->app.confirm_more = true;
    world_job(console->world, "j", "backup", "running", 1, 2);
    desk_paint(console);
    limit(console, "50M");
    world_event(console->world, "j", "null");
    world_event(console->world, "j", "created");
    world_job(console->world, "j", "backup", "running", 0, 2);
    desk_confirm(console);
    assert_int_equal(console->app.depth, 1);
    assert_int_equal(console->world->sent, 0);
    desk_assert_says(console, "nothing was sent");
}

static struct job *limited(struct desk *console, uint64_t speed)
{
    struct job *job;

    world_job(console->world, "j", "backup", "running", 1, 2);
    job = roster_find(console->world->target, "j");
    job->has_block = true;
    job->speed = speed;
    desk_paint(console);
    return job;
}

static void accept(struct desk *console)
{
    action_replied(&console->world->fleet, console->world->sent_serial, NULL,
                   console->world->now_ms);
}

static void the_old_limit_can_be_put_back(void **state)
{
    struct desk *console = *state;
    struct job *job = limited(console, 50 * MIB);
    struct status_line line;

    desk_press(console, 'l');
    desk_press(console, KEY_CONTROL('U'));
    desk_fill(console, "80M");
    desk_press(console, KEY_CODE_ENTER);
    desk_assert_says(console, "limit 80 MiB/s web-01/j: sent");
    accept(console);
    desk_assert_says(console, "web-01/j: in effect  (was 50M/s; l 50M puts it back)");
    job->speed = 80 * MIB;
    desk_assert_says(console, "(was 50M/s; l 50M puts it back)");
    desk_press(console, 'l');
    desk_press(console, KEY_CODE_ENTER);
    accept(console);
    desk_assert_says(console, "limit 80 MiB/s web-01/j: in effect");
    assert_true(status_show(&console->app.status, console->app.fleet, &console->app.keymap,
                            console->world->now_ms, &line));
    assert_null(strstr(line.text, "was")); /* the same again */
}

static void no_limit_can_be_put_back(void **state)
{
    struct desk *console = *state;

    limited(console, 0);
    desk_press(console, 'l');
    desk_press(console, KEY_CONTROL('U'));
    desk_fill(console, "80M");
    desk_press(console, KEY_CODE_ENTER);
    accept(console);
    desk_assert_says(console, "web-01/j: in effect  (was none; l 0 puts it back)");
}

static void a_wrong_limit_stays_in_the_line(void **state)
{
    struct desk *console = *state;

    world_job(console->world, "j", "backup", "running", 1, 2);
    desk_paint(console);
    limit(console, "fast");
    assert_int_equal(console->app.depth, 2);
    desk_press(console, KEY_CODE_ESCAPE);
    assert_int_equal(console->app.depth, 1);
    assert_int_equal(console->world->sent, 0);
}

static void the_limit_is_for_that_job_only(void **state)
{
    struct desk *console = *state;

    world_job(console->world, "j", "backup", "running", 1, 2);
    desk_paint(console);
    desk_press(console, 'l');
    desk_fill(console, "50M");
    world_event(console->world, "j", "null");
    world_event(console->world, "j", "created");
    world_job(console->world, "j", "backup", "running", 0, 2);
    desk_press(console, KEY_CODE_ENTER);
    assert_int_equal(console->app.depth, 1);
    assert_int_equal(console->world->sent, 0);
    desk_assert_says(console, "nothing was done: the job has ended");
}

static void a_plain_job_takes_no_limit(void **state)
{
    struct desk *console = *state;

    world_job(console->world, "j", "create", "running", 0, 1);
    desk_paint(console);
    desk_press(console, 'l');
    assert_int_equal(console->app.depth, 1);
    desk_assert_says(console, "limit: not now: only a block job can do that");
}

static void write_blocking_asks_first(void **state)
{
    struct desk *console = *state;

    world_job(console->world, "j", "mirror", "running", 1, 2);
    desk_paint(console);
    desk_press(console, 'w');
    assert_int_equal(console->app.depth, 2);
    desk_confirm(console);
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_CHANGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_is_limited_at_once),
        TEST(a_limit_is_asked_for_louder),
        TEST(a_louder_limit_is_for_that_job_only),
        TEST(the_old_limit_can_be_put_back),
        TEST(no_limit_can_be_put_back),
        TEST(a_wrong_limit_stays_in_the_line),
        TEST(the_limit_is_for_that_job_only),
        TEST(a_plain_job_takes_no_limit),
        TEST(write_blocking_asks_first),
    };

    return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
