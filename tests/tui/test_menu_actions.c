#include "tui/screens/menu_actions.h"

#include "tests/tui/desk.h"
#include "tui/widgets/answer.h"

/* The menu without a terminal: which keys ask for what, and what nothing comes of. */

static int setup(void **state)
{
    struct desk *desk;

    desk_setup(state);
    desk = *state;
    desk->job = world_job(desk->world, "mirror0", "mirror", "ready", GIB, GIB);
    desk_paint(desk);
    return 0;
}

/* Opens the menu and waits until it listens. */
static void open_menu(struct desk *desk)
{
    desk_press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 2);
    desk->world->now_ms += ANSWER_DEAF_MS;
}

static void letters_act_as_in_the_list(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    desk_press(desk, 'p');
    assert_int_equal(desk->app.depth, 1);
    assert_int_equal(desk->world->sent, 1);
    assert_int_equal(desk->world->sent_verb, VERB_PAUSE);
    open_menu(desk);
    desk_press(desk, 'o');
    assert_int_equal(desk->app.depth, 2);
    assert_int_equal(desk->world->sent, 1);
    desk->world->now_ms += ANSWER_DEAF_MS;
    desk_press(desk, 'y');
    assert_int_equal(desk->world->sent_verb, VERB_COMPLETE);
    assert_int_equal(desk->app.depth, 1);
}

static void the_first_keys_are_not_heard(void **state)
{
    struct desk *desk = *state;

    desk_press(desk, KEY_CODE_F1 + 8);
    desk_press(desk, 'p');
    desk_press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 2);
    assert_int_equal(desk->world->sent, 0);
    desk->world->now_ms += ANSWER_DEAF_MS - 1;
    desk_press(desk, 'p');
    assert_int_equal(desk->world->sent, 0);
    desk->world->now_ms++;
    desk_press(desk, 'p');
    assert_int_equal(desk->world->sent, 1);
}

static void enter_on_back_does_nothing(void **state)
{
    static const int keys[] = {KEY_CODE_ENTER, KEY_CODE_ESCAPE, 'q', KEY_CODE_F1 + 8};
    struct desk *desk = *state;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        open_menu(desk);
        desk_press(desk, keys[i]);
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
    desk_press(desk, KEY_CODE_DOWN);
    desk_press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->world->sent, 1);
    assert_int_equal(desk->world->sent_verb, VERB_PAUSE);
    open_menu(desk);
    desk_press(desk, 'g');
    for (int i = 0; i < 3; i++)
        desk_press(desk, 'j');
    desk_press(desk, 'k');
    desk_press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 2);
    assert_int_equal(desk->world->sent, 1);
    desk->world->now_ms += ANSWER_DEAF_MS;
    desk_press(desk, KEY_CODE_ENTER); /* it opened the box, so it does not answer it */
    assert_int_equal(desk->app.depth, 2);
    desk_press(desk, 'n');
    assert_int_equal(desk->app.depth, 1);
    desk_assert_says(desk, "complete web-01/mirror0: nothing was sent");
    assert_int_equal(desk->world->sent, 1);
    open_menu(desk);
    desk_press(desk, KEY_CODE_UP);
    desk_press(desk, 'G');
    desk_press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 1);
}

static void what_is_not_lit_says_why_and_the_menu_stays(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    desk_press(desk, 'r');
    assert_int_equal(desk->app.depth, 2);
    desk_assert_says(desk, "resume: not now: the job is not paused");
    desk_press(desk, 'f');
    desk_assert_says(desk, "finalize: not now");
    assert_int_equal(desk->world->sent, 0);
}

static void it_closes_when_its_job_ends(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    world_jobs(desk->world, NULL, 0);
    desk_press(desk, 'p');
    assert_int_equal(desk->app.depth, 1);
    desk_assert_says(desk, "the job has ended");
    assert_int_equal(desk->world->sent, 0);
}

static void it_closes_when_its_job_is_replaced(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    world_event(desk->world, "mirror0", "null");
    world_event(desk->world, "mirror0", "created");
    desk_paint(desk);
    assert_int_equal(desk->app.depth, 1);
    desk_assert_says(desk, "replaced");
}

static void it_closes_when_the_link_drops(void **state)
{
    struct desk *desk = *state;

    open_menu(desk);
    world_cut(desk->world);
    desk_press(desk, 'p');
    assert_int_equal(desk->app.depth, 1);
    desk_assert_says(desk, "the connection is not up");
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
    desk_paint(desk);
    open_menu(desk);
    world->now_ms += 5000;
    world_event(world, "mirror0", "standby");
    world_jobs(world, two, 2);
    desk_paint(desk);
    desk_press(desk, 'p');
    assert_int_equal(world->sent, 1);
    assert_string_equal(action_newest(world->fleet.actions)->job_id, "mirror0");
}

static void read_only_shows_the_menu_and_sends_nothing(void **state)
{
    struct desk *desk = *state;

    desk->world->fleet.read_only = true;
    open_menu(desk);
    desk_press(desk, 'p');
    desk_assert_says(desk, "read-only");
    assert_int_equal(desk->world->sent, 0);
}

static void without_a_living_job_there_is_no_menu(void **state)
{
    struct desk *desk = *state;

    world_jobs(desk->world, NULL, 0);
    desk_paint(desk);
    desk_press(desk, KEY_CODE_ENTER);
    assert_int_equal(desk->app.depth, 1);
    desk_assert_says(desk, "actions: the job has ended");
    desk_press(desk, 'x');
    desk_press(desk, KEY_CODE_ENTER);
    desk_assert_says(desk, "actions: no job is selected");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, desk_teardown)

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
