#include "tui/screens/menu_actions.h"

#include "tests/core/world.h"
#include "tui/app.h"
#include "tui/key.h"
#include "tui/screens/commands.h"
#include "tui/screens/screen_jobs.h"
#include "tui/widgets/answer.h"

/* The menu without a terminal: which keys ask for what, and what nothing comes of. */

struct desk {
    struct app app;
    struct world *world;
    struct job *job;
};

static int64_t wall_s(int64_t at_ms)
{
    return at_ms / 1000;
}

static void paint(struct desk *desk)
{
    app_paint(&desk->app, desk->world->now_ms);
}

static int setup(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    void *world;

    world_setup_connected(&world);
    desk->world = world;
    app_init(&desk->app, &desk->world->fleet, &commands, wall_s);
    app_push(&desk->app, screen_jobs_new(NULL));
    desk->job = world_job(desk->world, "mirror0", "mirror", "ready", GIB, GIB);
    paint(desk);
    *state = desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;
    void *world = desk->world;

    app_release(&desk->app);
    free(desk);
    return world_teardown(&world);
}

static void press(struct desk *desk, int key)
{
    app_key(&desk->app, key, desk->world->now_ms);
    paint(desk);
}

/* Opens the menu and waits until it listens. */
static void open_menu(struct desk *desk)
{
    press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 2);
    desk->world->now_ms += ANSWER_DEAF_MS;
}

static void assert_says(const struct desk *desk, const char *text)
{
    struct status_line line;

    assert_true(status_show(&desk->app.status, desk->app.fleet, &desk->app.keymap,
                            desk->world->now_ms, &line));
    if (strstr(line.text, text) == NULL)
        fail_msg("'%s' is not in '%s'", text, line.text);
}

static void letters_act_as_in_the_list(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    press(desk, 'p');
    assert_int_equal(desk->app.depth, 1);
    assert_int_equal(desk->world->sent, 1);
    assert_int_equal(desk->world->sent_verb, VERB_PAUSE);
    open_menu(desk);
    press(desk, 'o');
    assert_int_equal(desk->app.depth, 2);
    assert_int_equal(desk->world->sent, 1);
    desk->world->now_ms += ANSWER_DEAF_MS;
    press(desk, 'y');
    assert_int_equal(desk->world->sent_verb, VERB_COMPLETE);
    assert_int_equal(desk->app.depth, 1);
}

static void the_first_keys_are_not_heard(void **state)
{
    struct desk *desk = *state;

    press(desk, KEY_CODE_F1 + 8);
    press(desk, 'p');
    press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 2);
    assert_int_equal(desk->world->sent, 0);
    desk->world->now_ms += ANSWER_DEAF_MS - 1;
    press(desk, 'p');
    assert_int_equal(desk->world->sent, 0);
    desk->world->now_ms++;
    press(desk, 'p');
    assert_int_equal(desk->world->sent, 1);
}

static void enter_on_back_does_nothing(void **state)
{
    static const int keys[] = {KEY_CODE_ENTER, KEY_CODE_ESCAPE, 'q', KEY_CODE_F1 + 8};
    struct desk *desk = *state;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        open_menu(desk);
        press(desk, keys[i]);
        assert_int_equal(desk->app.depth, 1);
    }
    assert_false(desk->app.leaving);
    assert_int_equal(desk->world->sent, 0);
}

/* Rows stand in the order of the keymap; the cursor goes round. */
static void enter_asks_for_the_row(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    press(desk, KEY_CODE_DOWN);
    press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->world->sent, 1);
    assert_int_equal(desk->world->sent_verb, VERB_PAUSE);
    open_menu(desk);
    press(desk, 'g');
    for (int i = 0; i < 3; i++)
        press(desk, 'j');
    press(desk, 'k');
    press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 2);
    assert_int_equal(desk->world->sent, 1);
    desk->world->now_ms += ANSWER_DEAF_MS;
    press(desk, KEY_CODE_ENTER); /* it opened the box, so it does not answer it */
    assert_int_equal(desk->app.depth, 2);
    press(desk, 'n');
    assert_int_equal(desk->app.depth, 1);
    assert_says(desk, "complete web-01/mirror0: nothing was sent");
    assert_int_equal(desk->world->sent, 1);
    open_menu(desk);
    press(desk, KEY_CODE_UP);
    press(desk, 'G');
    press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 1);
}

static void what_is_not_lit_says_why_and_the_menu_stays(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    press(desk, 'r');
    assert_int_equal(desk->app.depth, 2);
    assert_says(desk, "resume: not now: the job is not paused");
    press(desk, 'f');
    assert_says(desk, "finalize: not now");
    assert_int_equal(desk->world->sent, 0);
}

static void it_closes_when_its_job_ends(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    world_jobs(desk->world, NULL, 0);
    press(desk, 'p');
    assert_int_equal(desk->app.depth, 1);
    assert_says(desk, "the job has ended");
    assert_int_equal(desk->world->sent, 0);
}

static void it_closes_when_its_job_is_replaced(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    world_event(desk->world, "mirror0", "null");
    world_event(desk->world, "mirror0", "created");
    paint(desk);
    assert_int_equal(desk->app.depth, 1);
    assert_says(desk, "replaced");
}

static void it_closes_when_the_link_drops(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    world_cut(desk->world);
    press(desk, 'p');
    assert_int_equal(desk->app.depth, 1);
    assert_says(desk, "the connection is not up");
    assert_int_equal(desk->world->sent, 0);
}

/* The row under the cursor may become another one: the menu keeps its job. */
static void it_keeps_its_job_while_rows_move(void **state)
{
    const struct job_report two[] = {
        {"mirror0", "mirror", "ready", GIB, GIB, NULL},
        {"other", "mirror", "ready", GIB, GIB, NULL},
    };
    struct desk *desk = *state;
    struct world *world = desk->world;

    world_jobs(world, two, 2);
    paint(desk);
    open_menu(desk);
    world->now_ms += 5000;
    world_event(world, "mirror0", "standby");
    world_jobs(world, two, 2);
    paint(desk);
    press(desk, 'p');
    assert_int_equal(world->sent, 1);
    assert_string_equal(action_newest(&world->fleet.actions)->job_id, "mirror0");
}

static void read_only_shows_the_menu_and_sends_nothing(void **state)
{
    struct desk *desk = *state;

    desk->world->fleet.read_only = true;
    open_menu(desk);
    press(desk, 'p');
    assert_says(desk, "read-only");
    assert_int_equal(desk->world->sent, 0);
}

static void without_a_living_job_there_is_no_menu(void **state)
{
    struct desk *desk = *state;

    world_jobs(desk->world, NULL, 0);
    paint(desk);
    press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 1);
    assert_says(desk, "actions: the job has ended");
    press(desk, 'x');
    press(desk, KEY_CODE_ENTER);
    assert_says(desk, "actions: no job is selected");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(letters_act_as_in_the_list),
        TEST(the_first_keys_are_not_heard),
        TEST(enter_on_back_does_nothing),
        TEST(enter_asks_for_the_row),
        TEST(what_is_not_lit_says_why_and_the_menu_stays),
        TEST(it_closes_when_its_job_ends),
        TEST(it_closes_when_its_job_is_replaced),
        TEST(it_closes_when_the_link_drops),
        TEST(it_keeps_its_job_while_rows_move),
        TEST(read_only_shows_the_menu_and_sends_nothing),
        TEST(without_a_living_job_there_is_no_menu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
