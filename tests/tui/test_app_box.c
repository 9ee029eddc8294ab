#include "tests/tui/desk.h"

/* The box before a verb, without a terminal: what says yes to it, and what voids it. */

static void the_box_is_deaf_at_first_and_only_y_confirms(void **state)
{
    struct desk *console = *state;

    desk_one_job(console, "backup", "running");
    desk_press(console, 'c');
    assert_true(desk_has_box(console));
    desk_press(console, 'y');
    desk_pass(console, CONFIRM_DEAF_MS - 1);
    desk_press(console, 'y');
    assert_int_equal(console->world->sent, 0);
    assert_true(desk_has_box(console));
    desk_pass(console, 1);
    desk_press(console, 'c');
    desk_press(console, 'Y');
    desk_press(console, ' ');
    assert_true(desk_has_box(console));
    desk_press(console, 'y');
    assert_false(desk_has_box(console));
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_CANCEL);
}

static void every_other_answer_sends_nothing(void **state)
{
    static const int keys[] = {'n', 'q', KEY_CODE_ESCAPE, KEY_CODE_ENTER};
    struct desk *console = *state;

    desk_one_job(console, "mirror", "ready");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        desk_press(console, 'o');
        assert_true(desk_has_box(console));
        desk_pass(console, CONFIRM_DEAF_MS);
        desk_press(console, keys[i]);
        assert_false(desk_has_box(console));
        assert_false(console->app.leaving);
    }
    assert_int_equal(console->world->sent, 0);
}

/* Opens a box, lets `happen` happen, and presses y. */
static void race(struct desk *console, int key, void (*happen)(struct desk *), const char *says)
{
    desk_press(console, key);
    assert_true(desk_has_box(console));
    desk_pass(console, CONFIRM_DEAF_MS);
    happen(console);
    app_key(&console->app, 'y', console->world->now_ms);
    assert_false(desk_has_box(console));
    assert_int_equal(console->world->sent, 0);
    desk_assert_says(console, says);
    desk_paint(console);
}

static void job_ends(struct desk *console)
{
    world_jobs(console->world, NULL, 0);
}

static void job_is_replaced(struct desk *console)
{
    const struct job_report report = {"mirror0", "mirror", "ready", GIB, GIB, NULL};

    world_event(console->world, "mirror0", "null");
    world_event(console->world, "mirror0", "created");
    world_jobs(console->world, &report, 1);
}

static void job_goes_on(struct desk *console)
{
    world_event(console->world, "mirror0", "waiting");
}

static void job_gets_ready(struct desk *console)
{
    world_event(console->world, "mirror0", "ready");
}

static void link_drops(struct desk *console)
{
    world_cut(console->world);
}

static void job_is_finished_by_another(struct desk *console)
{
    static const char *const life[] = {"waiting", "pending", NULL};

    world_events(console->world, "mirror0", life);
    world_block_event(console->world, MERGE_BLOCK_COMPLETED, "mirror0", NULL);
    world_event(console->world, "mirror0", "concluded");
    world_event(console->world, "mirror0", "null");
}

static void y_after_the_end_sends_nothing(void **state)
{
    desk_one_job(*state, "mirror", "ready");
    race(*state, 'c', job_ends, "the job has ended");
}

static void y_after_the_job_was_finished_sends_nothing(void **state)
{
    desk_one_job(*state, "mirror", "ready");
    race(*state, 'o', job_is_finished_by_another, "the job has ended");
}

static void y_after_a_replacement_sends_nothing(void **state)
{
    uint64_t before = desk_one_job(*state, "mirror", "ready")->uid;

    race(*state, 'o', job_is_replaced, "replaced by a new one");
    assert_int_not_equal(desk_uid(*state, "mirror0"), before);
}

static void y_after_the_verb_became_illegal_sends_nothing(void **state)
{
    desk_one_job(*state, "mirror", "ready");
    race(*state, 'o', job_goes_on, "nothing was sent");
}

static void y_after_the_link_dropped_sends_nothing(void **state)
{
    desk_one_job(*state, "mirror", "ready");
    race(*state, 'c', link_drops, "nothing was sent");
}

/* What would be lost has grown while the box was open: `y` was for less. */
static void y_after_more_came_to_stake_sends_nothing(void **state)
{
    struct desk *console = *state;

    desk_one_job(console, "mirror", "running");
    race(console, 'c', job_gets_ready, "there is more at stake by now");
    desk_press(console, 'c');
    desk_confirm(console);
    assert_true(desk_has_box(console));
    assert_int_equal(console->world->sent, 0);
}

static void finished_work_is_thrown_away_by_name_only(void **state)
{
    struct desk *console = *state;

    desk_one_job(console, "mirror", "ready");
    desk_type(console, "cweb-01\n");
    assert_true(desk_has_box(console));
    desk_pass(console, CONFIRM_DEAF_MS);
    desk_type(console, "y\nweb-02\n");
    assert_true(desk_has_box(console));
    assert_int_equal(console->world->sent, 0);
    desk_press(console, KEY_CONTROL('U'));
    desk_type(console, "web-01\n");
    assert_false(desk_has_box(console));
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_CANCEL);
}

/* The setting asks one step louder: at once -> y -> the name. */
static void everything_can_be_asked_for_louder(void **state)
{
    struct desk *console = *state;

    console->app.confirm_more = true;
    desk_one_job(console, "mirror", "ready");
    desk_press(console, 'p');
    assert_true(desk_has_box(console));
    desk_confirm(console);
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_PAUSE);
    desk_press(console, 'o');
    desk_pass(console, CONFIRM_DEAF_MS);
    desk_type(console, "yweb-01\n");
    assert_int_equal(console->world->sent, 1);
    desk_press(console, KEY_CONTROL('U'));
    desk_type(console, "web-01\n");
    assert_int_equal(console->world->sent, 2);
    assert_int_equal(console->world->sent_verb, VERB_COMPLETE);
}

/* The box does not wait for a key to say that its ground is gone. */
static void the_box_closes_itself(void **state)
{
    struct desk *console = *state;

    desk_one_job(console, "mirror", "ready");
    desk_press(console, 'c');
    job_ends(console);
    assert_true(app_is_dirty(&console->app));
    desk_paint(console);
    assert_false(desk_has_box(console));
    desk_assert_says(console, "the job has ended");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_box_is_deaf_at_first_and_only_y_confirms),
        TEST(every_other_answer_sends_nothing),
        TEST(y_after_the_end_sends_nothing),
        TEST(y_after_the_job_was_finished_sends_nothing),
        TEST(y_after_a_replacement_sends_nothing),
        TEST(y_after_the_verb_became_illegal_sends_nothing),
        TEST(y_after_the_link_dropped_sends_nothing),
        TEST(y_after_more_came_to_stake_sends_nothing),
        TEST(finished_work_is_thrown_away_by_name_only),
        TEST(everything_can_be_asked_for_louder),
        TEST(the_box_closes_itself),
    };

    return cmocka_run_group_tests_name("app_box", tests, NULL, NULL);
}
