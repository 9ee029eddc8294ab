#include "tui/app.h"
#include "tui/screens/commands.h"

#include "tests/core/world.h"
#include "tui/key.h"
#include "tui/screens/confirm.h"
#include "tui/screens/screen_jobs.h"

/*
 * The console without a terminal: frames are painted into an area of no size,
 * which updates rows and cursor just the same.
 */

struct console {
    struct app app;
    struct world *world;
};

static int64_t wall_s(int64_t at_ms)
{
    return at_ms / 1000;
}

static int setup(void **state)
{
    struct console *console = calloc(1, sizeof *console);
    void *world;

    world_setup(&world);
    console->world = world;
    world_connect(console->world);
    app_init(&console->app, &console->world->fleet, &commands, wall_s);
    app_push(&console->app, screen_jobs_new(NULL));
    *state = console;
    return 0;
}

static int teardown(void **state)
{
    struct console *console = *state;
    void *world = console->world;

    app_release(&console->app);
    free(console);
    return world_teardown(&world);
}

static void paint(struct console *console)
{
    app_paint(&console->app, console->world->now_ms);
}

static void press(struct console *console, int key)
{
    app_key(&console->app, key, console->world->now_ms);
    paint(console);
}

static void pass(struct console *console, int64_t ms)
{
    console->world->now_ms += ms;
}

static void jobs(struct console *console, const struct job_report *reports, size_t count)
{
    world_jobs(console->world, reports, count);
    paint(console);
}

/* One job under the cursor. */
static struct job *one_job(struct console *console, const char *type, const char *status)
{
    const struct job_report report = {"mirror0", type, status, GIB, GIB, NULL};

    jobs(console, &report, 1);
    return target_find(console->world->target, "mirror0");
}

static bool box_is_open(const struct console *console)
{
    return console->app.depth > 1;
}

static void assert_says(const struct console *console, const char *text)
{
    struct status_line line;

    assert_true(status_show(&console->app.status, console->app.fleet, &console->app.keymap,
                            console->world->now_ms, &line));
    if (strstr(line.text, text) == NULL)
        fail_msg("'%s' is not in '%s'", text, line.text);
}

static uint64_t cursor(const struct console *console)
{
    const struct screen *screen = console->app.stack[0];

    return screen->ops->subject(screen);
}

static uint64_t uid_of(const struct console *console, const char *id)
{
    const struct job *job = target_find(console->world->target, id);

    assert_non_null(job);
    return job->uid;
}

/* ---- verbs ---- */

static void pause_is_sent_at_once_and_its_fate_is_told(void **state)
{
    struct console *console = *state;
    struct world *world = console->world;

    one_job(console, "backup", "running");
    press(console, 'p');
    assert_int_equal(world->sent, 1);
    assert_int_equal(world->sent_verb, VERB_PAUSE);
    assert_says(console, "sent");
    action_replied(&world->fleet, world->sent_serial, NULL, world->now_ms);
    assert_says(console, "accepted");
    one_job(console, "backup", "paused");
    assert_says(console, "in effect");
    assert_says(console, "r resumes it again");
    pass(console, STATUS_REMARK_MS);
    struct status_line line;
    assert_false(status_show(&console->app.status, &world->fleet, &console->app.keymap,
                             world->now_ms, &line));
}

static void a_refusal_is_told_in_the_words_of_qemu(void **state)
{
    struct console *console = *state;
    struct world *world = console->world;

    one_job(console, "backup", "running");
    press(console, 'p');
    action_replied(&world->fleet, world->sent_serial, "Job is already paused", world->now_ms);
    assert_says(console, "Job is already paused");
}

static void a_verb_that_is_not_lit_says_why_and_sends_nothing(void **state)
{
    struct console *console = *state;

    one_job(console, "backup", "running");
    press(console, 'f');
    assert_int_equal(console->world->sent, 0);
    assert_false(box_is_open(console));
    assert_says(console, "finalize: not now: ");
}

static void read_only_sends_nothing(void **state)
{
    struct console *console = *state;

    one_job(console, "backup", "running");
    console->world->fleet.read_only = true;
    press(console, 'p');
    press(console, 'c');
    assert_int_equal(console->world->sent, 0);
    assert_false(box_is_open(console));
    assert_says(console, "read-only");
}

static void without_a_job_a_verb_says_so(void **state)
{
    struct console *console = *state;

    paint(console);
    press(console, 'p');
    assert_says(console, "no job is selected");
}

/* ---- the box ---- */

static void the_box_is_deaf_at_first_and_only_y_confirms(void **state)
{
    struct console *console = *state;

    one_job(console, "backup", "running");
    press(console, 'c');
    assert_true(box_is_open(console));
    press(console, 'y');
    pass(console, CONFIRM_DEAF_MS - 1);
    press(console, 'y');
    assert_int_equal(console->world->sent, 0);
    assert_true(box_is_open(console));
    pass(console, 1);
    press(console, 'c');
    press(console, 'Y');
    press(console, ' ');
    assert_true(box_is_open(console));
    press(console, 'y');
    assert_false(box_is_open(console));
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_CANCEL);
}

static void every_other_answer_sends_nothing(void **state)
{
    static const int keys[] = {'n', 'q', KEY_CODE_ESCAPE, KEY_CODE_ENTER};
    struct console *console = *state;

    one_job(console, "mirror", "ready");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        press(console, 'o');
        assert_true(box_is_open(console));
        pass(console, CONFIRM_DEAF_MS);
        press(console, keys[i]);
        assert_false(box_is_open(console));
        assert_false(console->app.leaving);
    }
    assert_int_equal(console->world->sent, 0);
}

/* Opens a box, lets `happen` happen, and presses y. */
static void race(struct console *console, int key, void (*happen)(struct console *),
                 const char *says)
{
    press(console, key);
    assert_true(box_is_open(console));
    pass(console, CONFIRM_DEAF_MS);
    happen(console);
    app_key(&console->app, 'y', console->world->now_ms);
    assert_false(box_is_open(console));
    assert_int_equal(console->world->sent, 0);
    assert_says(console, says);
    paint(console);
}

static void job_ends(struct console *console)
{
    world_jobs(console->world, NULL, 0);
}

static void job_is_replaced(struct console *console)
{
    const struct job_report report = {"mirror0", "mirror", "ready", GIB, GIB, NULL};

    world_event(console->world, "mirror0", "null");
    world_event(console->world, "mirror0", "created");
    world_jobs(console->world, &report, 1);
}

static void job_goes_on(struct console *console)
{
    world_event(console->world, "mirror0", "waiting");
}

static void job_gets_ready(struct console *console)
{
    world_event(console->world, "mirror0", "ready");
}

static void link_drops(struct console *console)
{
    world_cut(console->world);
}

static void job_is_finished_by_another(struct console *console)
{
    static const char *const life[] = {"waiting", "pending", NULL};

    world_events(console->world, "mirror0", life);
    world_block_event(console->world, MERGE_BLOCK_COMPLETED, "mirror0", NULL);
    world_event(console->world, "mirror0", "concluded");
    world_event(console->world, "mirror0", "null");
}

static void y_after_the_end_sends_nothing(void **state)
{
    one_job(*state, "mirror", "ready");
    race(*state, 'c', job_ends, "the job has ended");
}

static void y_after_the_job_was_finished_sends_nothing(void **state)
{
    one_job(*state, "mirror", "ready");
    race(*state, 'o', job_is_finished_by_another, "the job has ended");
}

static void y_after_a_replacement_sends_nothing(void **state)
{
    uint64_t before = one_job(*state, "mirror", "ready")->uid;

    race(*state, 'o', job_is_replaced, "replaced by a new one");
    assert_int_not_equal(uid_of(*state, "mirror0"), before);
}

static void y_after_the_verb_became_illegal_sends_nothing(void **state)
{
    one_job(*state, "mirror", "ready");
    race(*state, 'o', job_goes_on, "nothing was sent");
}

static void y_after_the_link_dropped_sends_nothing(void **state)
{
    one_job(*state, "mirror", "ready");
    race(*state, 'c', link_drops, "nothing was sent");
}

/* What would be lost has grown while the box was open: `y` was for less. */
static void y_after_more_came_to_stake_sends_nothing(void **state)
{
    struct console *console = *state;

    one_job(console, "mirror", "running");
    race(console, 'c', job_gets_ready, "there is more at stake by now");
    press(console, 'c');
    pass(console, CONFIRM_DEAF_MS);
    press(console, 'y');
    assert_true(box_is_open(console));
    assert_int_equal(console->world->sent, 0);
}

static void type(struct console *console, const char *keys)
{
    for (; *keys != '\0'; keys++)
        press(console, *keys == '\n' ? KEY_CODE_ENTER : *keys);
}

static void finished_work_is_thrown_away_by_name_only(void **state)
{
    struct console *console = *state;

    one_job(console, "mirror", "ready");
    type(console, "cweb-01\n");
    assert_true(box_is_open(console));
    pass(console, CONFIRM_DEAF_MS);
    type(console, "y\nweb-02\n");
    assert_true(box_is_open(console));
    assert_int_equal(console->world->sent, 0);
    press(console, KEY_CONTROL('U'));
    type(console, "web-01\n");
    assert_false(box_is_open(console));
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_CANCEL);
}

/* The setting asks one step louder: at once -> y -> the name. */
static void everything_can_be_asked_for_louder(void **state)
{
    struct console *console = *state;

    console->app.confirm_more = true;
    one_job(console, "mirror", "ready");
    press(console, 'p');
    assert_true(box_is_open(console));
    pass(console, CONFIRM_DEAF_MS);
    press(console, 'y');
    assert_int_equal(console->world->sent, 1);
    assert_int_equal(console->world->sent_verb, VERB_PAUSE);
    press(console, 'o');
    pass(console, CONFIRM_DEAF_MS);
    type(console, "yweb-01\n");
    assert_int_equal(console->world->sent, 1);
    press(console, KEY_CONTROL('U'));
    type(console, "web-01\n");
    assert_int_equal(console->world->sent, 2);
    assert_int_equal(console->world->sent_verb, VERB_COMPLETE);
}

/* The box does not wait for a key to say that its ground is gone. */
static void the_box_closes_itself(void **state)
{
    struct console *console = *state;

    one_job(console, "mirror", "ready");
    press(console, 'c');
    job_ends(console);
    assert_true(app_is_dirty(&console->app));
    paint(console);
    assert_false(box_is_open(console));
    assert_says(console, "the job has ended");
}

/* ---- cursor ---- */

static const struct job_report three[] = {
    {"c", "backup", "running", 0, GIB, NULL},
    {"b", "backup", "running", 0, GIB, NULL},
    {"a", "backup", "running", 0, GIB, NULL},
};

static void the_cursor_stays_on_its_job(void **state)
{
    struct console *console = *state;

    jobs(console, three, 3);
    press(console, 'g');
    press(console, 'j');
    uint64_t uid = cursor(console);
    const char *id = fleet_job(&console->world->fleet, uid, NULL)->id;

    pass(console, APP_HOLD_MS);
    merge_status_event(console->world->target, id, "ready", console->world->now_ms);
    paint(console);
    assert_int_equal(cursor(console), uid);
    press(console, 'k');
    assert_int_equal(cursor(console), uid); /* the row went to the top: needs you */
}

static void a_job_that_ends_keeps_cursor_and_row(void **state)
{
    struct console *console = *state;

    jobs(console, three, 3);
    uint64_t uid = cursor(console);
    jobs(console, NULL, 0);
    assert_int_equal(cursor(console), uid);
    press(console, 'p');
    assert_int_equal(console->world->sent, 0);
}

static void clearing_an_ended_job_steps_to_its_neighbour(void **state)
{
    struct console *console = *state;

    jobs(console, three, 3);
    jobs(console, NULL, 0);
    assert_int_equal(console->world->target->ended_count, 3);
    for (size_t left = 2; left > 0; left--) {
        press(console, 'x');
        assert_int_equal(console->world->target->ended_count, left);
        assert_non_null(fleet_job(&console->world->fleet, cursor(console), NULL));
    }
    press(console, 'x');
    assert_int_equal(console->world->target->ended_count, 0);
    press(console, 'x');
    assert_says(console, "no job is selected");
    assert_int_equal(console->world->sent, 0);
}

static void a_job_that_leaves_the_list_takes_no_neighbour_along(void **state)
{
    struct console *console = *state;

    jobs(console, three, 3);
    uint64_t uid = cursor(console);
    jobs(console, NULL, 0);
    merge_clear(console->world->target, uid); /* not asked for by a key */
    paint(console);
    assert_int_equal(cursor(console), 0);
    press(console, 'j');
    assert_int_not_equal(cursor(console), 0);
}

static void n_goes_from_need_to_need(void **state)
{
    static const struct job_report mixed[] = {
        {"a", "backup", "running", 0, GIB, NULL},
        {"b", "mirror", "ready", GIB, GIB, NULL},
        {"c", "backup", "pending", GIB, GIB, NULL},
    };
    struct console *console = *state;

    jobs(console, three, 1);
    press(console, 'n');
    assert_says(console, "nothing needs you");
    pass(console, APP_HOLD_MS);
    jobs(console, mixed, 3);
    pass(console, JOB_PASSING_MS);
    press(console, 'G');
    press(console, 'n');
    uint64_t first = cursor(console);
    press(console, 'n');
    uint64_t second = cursor(console);
    assert_int_not_equal(first, second);
    press(console, 'n');
    assert_int_equal(cursor(console), first);
    press(console, 'N');
    assert_int_equal(cursor(console), second);
    assert_int_not_equal(first, uid_of(console, "a"));
    assert_int_not_equal(second, uid_of(console, "a"));
}

static void order_is_held_after_a_key_and_under_a_box(void **state)
{
    struct console *console = *state;

    one_job(console, "mirror", "ready");
    assert_false(app_is_holding(&console->app, console->world->now_ms));
    press(console, 'j');
    pass(console, APP_HOLD_MS - 1);
    assert_true(app_is_holding(&console->app, console->world->now_ms));
    pass(console, 1);
    assert_false(app_is_holding(&console->app, console->world->now_ms));
    press(console, 'c');
    pass(console, 10 * APP_HOLD_MS);
    assert_true(app_is_holding(&console->app, console->world->now_ms));
}

/* ---- frames and leaving ---- */

static void nothing_changed_nothing_due(void **state)
{
    struct console *console = *state;

    jobs(console, NULL, 0);
    assert_false(app_is_dirty(&console->app));
    assert_int_equal(console->app.due_ms, 0);
    app_tick(&console->app, console->world->now_ms + 1000);
    assert_false(app_is_dirty(&console->app));
}

static void what_moves_is_painted_each_interval(void **state)
{
    struct console *console = *state;

    jobs(console, three, 1);
    assert_true(console->app.due_ms > console->world->now_ms);
    pass(console, console->app.due_ms - console->world->now_ms);
    app_tick(&console->app, console->world->now_ms);
    assert_true(app_is_dirty(&console->app));
}

/* Stopped for an hour: nothing stood still, nobody failed to answer. */
static void a_long_stop_is_no_standstill(void **state)
{
    struct console *console = *state;
    const struct job_report report = {"b", "backup", "running", 1, GIB, NULL};
    const struct job *job;

    jobs(console, &report, 1);
    job = target_find(console->world->target, "b");
    target_asked(console->world->target, TARGET_ASK_JOBS, console->world->now_ms);
    app_tick(&console->app, console->world->now_ms);
    pass(console, 3600000);
    app_tick(&console->app, console->world->now_ms);
    assert_int_equal(console->world->target->link, TARGET_UP);
    assert_int_equal(fleet_need(console->world->target, job, console->world->now_ms).kind,
                     NEED_NONE);
    for (int i = 0; i <= 2 * TARGET_STALE_MS / 1000; i++) {
        pass(console, 1000);
        app_tick(&console->app, console->world->now_ms);
    }
    assert_int_equal(console->world->target->link, TARGET_STALE);
    assert_int_equal(fleet_need(console->world->target, job, console->world->now_ms).kind,
                     NEED_LOST);
}

static void keys_lead_in_and_out(void **state)
{
    struct console *console = *state;

    paint(console);
    press(console, KEY_CODE_ESCAPE);
    assert_false(console->app.leaving);
    press(console, '?');
    assert_int_equal(console->app.depth, 2);
    press(console, 'p');
    press(console, KEY_CODE_ESCAPE);
    assert_int_equal(console->app.depth, 1);
    press(console, '?');
    press(console, 'q');
    assert_int_equal(console->app.depth, 1);
    assert_false(console->app.leaving);
    press(console, 'q');
    assert_true(console->app.leaving);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pause_is_sent_at_once_and_its_fate_is_told),
        TEST(a_refusal_is_told_in_the_words_of_qemu),
        TEST(a_verb_that_is_not_lit_says_why_and_sends_nothing),
        TEST(read_only_sends_nothing),
        TEST(without_a_job_a_verb_says_so),
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
        TEST(the_cursor_stays_on_its_job),
        TEST(a_job_that_ends_keeps_cursor_and_row),
        TEST(clearing_an_ended_job_steps_to_its_neighbour),
        TEST(a_job_that_leaves_the_list_takes_no_neighbour_along),
        TEST(n_goes_from_need_to_need),
        TEST(order_is_held_after_a_key_and_under_a_box),
        TEST(nothing_changed_nothing_due),
        TEST(what_moves_is_painted_each_interval),
        TEST(a_long_stop_is_no_standstill),
        TEST(keys_lead_in_and_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
