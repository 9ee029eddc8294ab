/*
 * The list of sockets without a terminal: where the cursor goes, and what is said to a person
 * who connects and releases them.
 */

#include "tests/tui/desk.h"

#define SOCKETS 30

static int setup(void **state)
{
    void *world;
    char name[16];
    world_setup(&world);
    for (int i = 1; i < SOCKETS; i++) {
        snprintf(name, sizeof name, "vm-%02d", i);
        fleet_add(&((struct world *)world)->fleet, name, true, "/run/q/more.qmp", 1000000);
    }
    *state = desk_open(world);
    desk_paint(*state);
    desk_press(*state, 'v');
    return 0;
}

static const char *connect_fails(void *ctx, struct target *target)
{
    (void)ctx, (void)target;
    return "no more files";
}

static const char *works(void *ctx, struct target *target)
{
    struct target **last = ctx;
    *last = target;
    return NULL;
}

/* The one under the cursor, told by what connecting to it does. */
static const struct target *selected(struct desk *desk)
{
    struct target *last = NULL;
    desk->app.links = (struct app_links){.connect = works, .ctx = &last};
    desk_press(desk, 'r');
    assert_non_null(last);
    return last;
}

static void expect_at(struct desk *desk, size_t place)
{
    assert_int_equal(selected(desk)->index, place);
}

/* The cursor stops at both ends, and a page is never nothing. */
static void the_cursor_goes_and_stops(void **state)
{
    struct desk *desk = *state;
    expect_at(desk, 0);
    desk_press(desk, KEY_CODE_UP);
    expect_at(desk, 0);
    desk_press(desk, KEY_CODE_DOWN);
    expect_at(desk, 1);
    desk_press(desk, KEY_CODE_PAGE_DOWN);
    expect_at(desk, 2);
    desk_press(desk, KEY_CODE_PAGE_UP);
    desk_press(desk, KEY_CODE_PAGE_UP);
    desk_press(desk, KEY_CODE_PAGE_UP);
    expect_at(desk, 0);
    desk_press(desk, KEY_CODE_END);
    expect_at(desk, SOCKETS - 1);
    desk_press(desk, KEY_CODE_PAGE_DOWN);
    expect_at(desk, SOCKETS - 1);
    desk_press(desk, KEY_CODE_HOME);
    expect_at(desk, 0);
}

static void what_cannot_be_connected_says_why(void **state)
{
    struct desk *desk = *state;
    desk->app.links = (struct app_links){.connect = NULL};
    desk_press(desk, 'r');
    desk_assert_says(desk, "web-01: not connected: not possible here");
    desk->app.links = (struct app_links){.connect = connect_fails};
    desk_press(desk, 'r');
    desk_assert_says(desk, "web-01: not connected: no more files");
    (void)selected(desk);
    desk_assert_says(desk, "web-01: trying now");
    world_connect(desk->world);
    desk_press(desk, 'r');
    desk_assert_says(desk, "web-01 is connected");
}

static void what_cannot_be_released_says_why(void **state)
{
    struct desk *desk = *state;
    struct target *last = NULL;
    world_connect(desk->world);
    desk->app.links = (struct app_links){.release = NULL};
    desk_press(desk, 'd');
    desk_assert_says(desk, "web-01: not released: not possible here");
    desk->app.links = (struct app_links){.release = connect_fails};
    desk_press(desk, 'd');
    desk_assert_says(desk, "web-01: not released: no more files");
    desk->app.links = (struct app_links){.release = works, .ctx = &last};
    desk_press(desk, 'd');
    desk_assert_says(desk, "web-01 is released  (r takes it back)");
    assert_ptr_equal(last, desk->world->target);
    target_set_link(desk->world->target, TARGET_CLOSED, NULL, 0, desk->world->now_ms);
    desk_press(desk, 'd');
    desk_assert_says(desk, "web-01 is released already");
    target_set_gone(desk->world->target, true, desk->world->now_ms);
    desk_press(desk, 'd');
    desk_assert_says(desk, "web-01 is gone");
}

/* No socket at all: nothing is done, and nothing breaks. */
static void an_empty_list(void **state)
{
    struct fleet fleet;
    struct app app;
    (void)state;
    fleet_init(&fleet);
    app_init(&app, &fleet, &commands, desk_wall_s);
    app_push(&app, screen_jobs_new(NULL));
    app_paint(&app, 1);
    static const int keys[] = {'v', 'r', 'd', KEY_CODE_DOWN, KEY_CODE_END, KEY_CODE_ENTER};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        app_key(&app, keys[i], 1);
        app_paint(&app, 1);
    }
    assert_int_equal(app.depth, 2);
    assert_false(app.leaving);
    app_release(&app);
    fleet_release(&fleet);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, desk_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_cursor_goes_and_stops),
        TEST(what_cannot_be_connected_says_why),
        TEST(what_cannot_be_released_says_why),
        cmocka_unit_test(an_empty_list),
    };
    return cmocka_run_group_tests_name("targets_view", tests, NULL, NULL);
}
