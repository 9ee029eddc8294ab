#include "tests/tui/desk.h"

/*
 * The console without a terminal: frames are painted into an area of no size,
 * which updates rows and cursor just the same.
 */

static int setup(void **state)
{
    void *world;

    world_setup(&world);
    world_connect(world);
    *state = desk_open(world);
    return 0;
}

static uint64_t cursor(const struct desk *console)
{
    const struct screen *screen = console->app.stack[0];

    return screen->ops->subject(screen);
}

/* ---- verbs ---- */

static void pause_is_sent_at_once_and_its_fate_is_told(void **state)
{
    struct desk *console = *state;
    struct world *world = console->world;

    desk_one_job(console, "backup", "running");
    desk_press(console, 'p');
    assert_int_equal(world->sent, 1);
    assert_int_equal(world->sent_verb, VERB_PAUSE);
    desk_assert_says(console, "sent");
    action_replied(&world->fleet, world->sent_serial, NULL, world->now_ms);
    desk_assert_says(console, "accepted");
    desk_one_job(console, "backup", "paused");
    desk_assert_says(console, "in effect");
    desk_assert_says(console, "r resumes it again");
    desk_pass(console, STATUS_REMARK_MS);
    struct status_line line;
    assert_false(status_show(&console->app.status, &world->fleet, &console->app.keymap,
                             world->now_ms, &line));
}

static void a_refusal_is_told_in_the_words_of_qemu(void **state)
{
    struct desk *console = *state;
    struct world *world = console->world;

    desk_one_job(console, "backup", "running");
    desk_press(console, 'p');
    action_replied(&world->fleet, world->sent_serial, "Job is already paused", world->now_ms);
    desk_assert_says(console, "Job is already paused");
}

static void a_verb_that_is_not_lit_says_why_and_sends_nothing(void **state)
{
    struct desk *console = *state;

    desk_one_job(console, "backup", "running");
    desk_press(console, 'f');
    assert_int_equal(console->world->sent, 0);
    assert_false(desk_has_box(console));
    desk_assert_says(console, "finalize: not now: ");
}

static void read_only_sends_nothing(void **state)
{
    struct desk *console = *state;

    desk_one_job(console, "backup", "running");
    console->world->fleet.read_only = true;
    desk_press(console, 'p');
    desk_press(console, 'c');
    assert_int_equal(console->world->sent, 0);
    assert_false(desk_has_box(console));
    desk_assert_says(console, "read-only");
}

static void without_a_job_a_verb_says_so(void **state)
{
    struct desk *console = *state;

    desk_paint(console);
    desk_press(console, 'p');
    desk_assert_says(console, "no job is selected");
}

/* ---- cursor ---- */

static const struct job_report three[] = {
    {"c", "backup", "running", 0, GIB, NULL},
    {"b", "backup", "running", 0, GIB, NULL},
    {"a", "backup", "running", 0, GIB, NULL},
};

static void the_cursor_stays_on_its_job(void **state)
{
    struct desk *console = *state;

    desk_jobs(console, three, 3);
    desk_press(console, 'g');
    desk_press(console, 'j');
    uint64_t uid = cursor(console);
    const char *id = fleet_job(&console->world->fleet, uid, NULL)->id;

    desk_pass(console, APP_HOLD_MS);
    merge_status_event(console->world->target, id, "ready", console->world->now_ms);
    desk_paint(console);
    assert_int_equal(cursor(console), uid);
    desk_press(console, 'k');
    assert_int_equal(cursor(console), uid); /* the row went to the top: needs you */
}

static void a_job_that_ends_keeps_cursor_and_row(void **state)
{
    struct desk *console = *state;

    desk_jobs(console, three, 3);
    uint64_t uid = cursor(console);
    desk_jobs(console, NULL, 0);
    assert_int_equal(cursor(console), uid);
    desk_press(console, 'p');
    assert_int_equal(console->world->sent, 0);
}

#define HAND_MS 700 /* between two presses that are two */

static void clearing_an_ended_job_steps_to_its_neighbour(void **state)
{
    struct desk *console = *state;

    desk_jobs(console, three, 3);
    desk_jobs(console, NULL, 0);
    assert_int_equal(console->world->target->ended_count, 3);
    for (size_t left = 2; left > 0; left--) {
        desk_press(console, 'x');
        desk_pass(console, HAND_MS);
        assert_int_equal(console->world->target->ended_count, left);
        assert_non_null(fleet_job(&console->world->fleet, cursor(console), NULL));
    }
    desk_press(console, 'x');
    assert_int_equal(console->world->target->ended_count, 0);
    desk_pass(console, HAND_MS);
    desk_press(console, 'x');
    desk_assert_says(console, "no job is selected");
    assert_int_equal(console->world->sent, 0);
}

/* However long: the first repeat comes after half a second, the others at once. */
static void a_key_held_down_clears_one_row(void **state)
{
    struct desk *console = *state;

    desk_jobs(console, three, 3);
    desk_jobs(console, NULL, 0);
    desk_press(console, 'x');
    desk_pass(console, 500);
    for (int i = 0; i < 100; i++) {
        desk_press(console, 'x');
        desk_pass(console, 30);
    }
    assert_int_equal(console->world->target->ended_count, 2);
    desk_press(console, 'g'); /* another key: the next press is meant */
    desk_press(console, 'x');
    assert_int_equal(console->world->target->ended_count, 1);
    desk_pass(console, HAND_MS);
    desk_press(console, 'x');
    assert_int_equal(console->world->target->ended_count, 0);
}

static void a_job_that_leaves_the_list_takes_no_neighbour_along(void **state)
{
    struct desk *console = *state;

    desk_jobs(console, three, 3);
    uint64_t uid = cursor(console);
    desk_jobs(console, NULL, 0);
    merge_clear(console->world->target, uid); /* not asked for by a key */
    desk_paint(console);
    assert_int_equal(cursor(console), 0);
    desk_press(console, 'j');
    assert_int_not_equal(cursor(console), 0);
}

static void n_goes_from_need_to_need(void **state)
{
    static const struct job_report mixed[] = {
        {"a", "backup", "running", 0, GIB, NULL},
        {"b", "mirror", "ready", GIB, GIB, NULL},
        {"c", "backup", "pending", GIB, GIB, NULL},
    };
    struct desk *console = *state;

    desk_jobs(console, three, 1);
    desk_press(console, 'n');
    desk_assert_says(console, "nothing needs you");
    desk_pass(console, APP_HOLD_MS);
    desk_jobs(console, mixed, 3);
    desk_pass(console, JOB_PASSING_MS);
    desk_press(console, 'G');
    desk_press(console, 'n');
    uint64_t first = cursor(console);
    desk_press(console, 'n');
    uint64_t second = cursor(console);
    assert_int_not_equal(first, second);
    desk_press(console, 'n');
    assert_int_equal(cursor(console), first);
    desk_press(console, 'N');
    assert_int_equal(cursor(console), second);
    assert_int_not_equal(first, desk_uid(console, "a"));
    assert_int_not_equal(second, desk_uid(console, "a"));
}

static void order_is_held_after_a_key_and_under_a_box(void **state)
{
    struct desk *console = *state;

    desk_one_job(console, "mirror", "ready");
    assert_false(app_is_holding(&console->app, console->world->now_ms));
    desk_press(console, 'j');
    desk_pass(console, APP_HOLD_MS - 1);
    assert_true(app_is_holding(&console->app, console->world->now_ms));
    desk_pass(console, 1);
    assert_false(app_is_holding(&console->app, console->world->now_ms));
    desk_press(console, 'c');
    desk_pass(console, 10 * APP_HOLD_MS);
    assert_true(app_is_holding(&console->app, console->world->now_ms));
}

/* ---- frames and leaving ---- */

static void nothing_changed_nothing_due(void **state)
{
    struct desk *console = *state;

    desk_jobs(console, NULL, 0);
    assert_false(app_is_dirty(&console->app));
    assert_int_equal(console->app.due_ms, 0);
    app_tick(&console->app, console->world->now_ms + 1000);
    assert_false(app_is_dirty(&console->app));
}

static void what_moves_is_painted_each_interval(void **state)
{
    struct desk *console = *state;

    desk_jobs(console, three, 1);
    assert_true(console->app.due_ms > console->world->now_ms);
    desk_pass(console, console->app.due_ms - console->world->now_ms);
    app_tick(&console->app, console->world->now_ms);
    assert_true(app_is_dirty(&console->app));
}

/* Of many jobs one has always got on: they share a frame. Any other news has its own. */
static void figures_wait_for_each_other(void **state)
{
    struct desk *console = *state;
    struct job_report report = {"b", "backup", "running", 1, GIB, NULL};

    desk_jobs(console, &report, 1);
    report.current++;
    world_jobs(console->world, &report, 1);
    assert_false(app_is_dirty(&console->app));
    assert_int_equal(app_due_ms(&console->app), console->world->now_ms + APP_FIGURES_MS);
    desk_pass(console, APP_FIGURES_MS - 1);
    app_tick(&console->app, console->world->now_ms);
    assert_false(app_is_dirty(&console->app));
    desk_pass(console, 1);
    app_tick(&console->app, console->world->now_ms);
    assert_true(app_is_dirty(&console->app));
    desk_paint(console);
    assert_false(app_is_dirty(&console->app));
    report.status = "ready";
    world_jobs(console->world, &report, 1);
    assert_true(app_is_dirty(&console->app));
}

static void figures_of_many_wait_twice_as_long(void **state)
{
    struct desk *console = *state;
    struct fleet *fleet = &console->world->fleet;
    struct job_report report = {"b", "backup", "running", 1, GIB, NULL};

    while (fleet->target_count < FLEET_MANY)
        fleet_add(fleet, "more", false, "/run/more", console->world->now_ms);
    desk_jobs(console, &report, 1);
    report.current++;
    world_jobs(console->world, &report, 1);
    assert_int_equal(app_due_ms(&console->app), console->world->now_ms + 2 * APP_FIGURES_MS);
    fleet->delay_ms = 100;
    assert_int_equal(app_due_ms(&console->app),
                     console->world->now_ms + 200 / APP_FIGURES_SHARE);
}

/* Stopped for an hour: nothing stood still, nobody failed to answer. */
static void a_long_stop_is_no_standstill(void **state)
{
    struct desk *console = *state;
    const struct job_report report = {"b", "backup", "running", 1, GIB, NULL};
    const struct job *job;

    desk_jobs(console, &report, 1);
    job = roster_find(console->world->target, "b");
    target_asked(console->world->target, TARGET_ASK_JOBS, console->world->now_ms);
    app_tick(&console->app, console->world->now_ms);
    desk_pass(console, 3600000);
    app_tick(&console->app, console->world->now_ms);
    assert_int_equal(console->world->target->link, TARGET_UP);
    assert_int_equal(fleet_need(console->world->target, job, console->world->now_ms).kind,
                     NEED_NONE);
    for (int i = 0; i <= 2 * TARGET_STALE_MS / 1000; i++) {
        desk_pass(console, 1000);
        app_tick(&console->app, console->world->now_ms);
    }
    assert_int_equal(console->world->target->link, TARGET_STALE);
    assert_int_equal(fleet_need(console->world->target, job, console->world->now_ms).kind,
                     NEED_LOST);
}

static void keys_lead_in_and_out(void **state)
{
    struct desk *console = *state;

    desk_paint(console);
    desk_press(console, KEY_CODE_ESCAPE);
    assert_false(console->app.leaving);
    desk_press(console, '?');
    assert_int_equal(console->app.depth, 2);
    desk_press(console, 'p');
    desk_press(console, KEY_CODE_ESCAPE);
    assert_int_equal(console->app.depth, 1);
    desk_press(console, '?');
    desk_press(console, 'q');
    assert_int_equal(console->app.depth, 1);
    assert_false(console->app.leaving);
    desk_press(console, 'q');
    assert_true(console->app.leaving);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pause_is_sent_at_once_and_its_fate_is_told),
        TEST(a_refusal_is_told_in_the_words_of_qemu),
        TEST(a_verb_that_is_not_lit_says_why_and_sends_nothing),
        TEST(read_only_sends_nothing),
        TEST(without_a_job_a_verb_says_so),
        TEST(the_cursor_stays_on_its_job),
        TEST(a_job_that_ends_keeps_cursor_and_row),
        TEST(clearing_an_ended_job_steps_to_its_neighbour),
        TEST(a_key_held_down_clears_one_row),
        TEST(a_job_that_leaves_the_list_takes_no_neighbour_along),
        TEST(n_goes_from_need_to_need),
        TEST(order_is_held_after_a_key_and_under_a_box),
        TEST(nothing_changed_nothing_due),
        TEST(what_moves_is_painted_each_interval),
        TEST(figures_wait_for_each_other),
        TEST(figures_of_many_wait_twice_as_long),
        TEST(a_long_stop_is_no_standstill),
        TEST(keys_lead_in_and_out),
    };

    return cmocka_run_group_tests_name("app", tests, NULL, NULL);
}
