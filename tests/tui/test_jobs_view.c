#include "tui/screens/jobs_view.h"

#include "tests/tui/desk.h"

/*
 * Looking at many rows, without a terminal: keys in, and the screen's own words for
 * which job they would act on.
 */

static const struct job_report five[] = {
    {"e-mail", "commit", "running", 500, 1000, NULL},
    {"d-logs", "backup", "paused", 900, 1000, NULL},
    {"c-root", "mirror", "ready", 1000, 1000, NULL},
    {"b-logs", "backup", "running", 100, 1000, NULL},
    {"a-root", "mirror", "running", 300, 1000, NULL},
};

static int setup(void **state)
{
    struct desk *desk;

    desk_setup(state);
    desk = *state;
    world_jobs(desk->world, five, 5);
    desk_paint(desk);
    return 0;
}

/* The job under the cursor; "" when there is none. */
static const char *cursor(const struct desk *desk)
{
    const struct screen *screen = desk->app.stack[0];
    const struct job *job = fleet_job(&desk->world->fleet, screen->ops->subject(screen), NULL);

    return job ? job->id : "";
}

static const struct tags *tags(const struct desk *desk)
{
    const struct screen *screen = desk->app.stack[0];

    return screen->ops->tags(screen);
}

/* All rows from the top, by moving the cursor over them. */
static const char *rows(struct desk *desk)
{
    static char text[200];
    const char *before = "";

    text[0] = '\0';
    desk_type(desk, "g");
    for (size_t i = 0; strcmp(before, cursor(desk)) != 0; i++) {
        before = cursor(desk);
        strcat(strcat(text, i > 0 ? " " : ""), before);
        desk_type(desk, "j");
    }
    return text;
}

/* ---- sorting ---- */

static void keys_go_through_all_orders(void **state)
{
    static const struct {
        const char *name, *rows;
    } orders[] = {{"vm", "a-root b-logs c-root d-logs e-mail"},
                  {"job", "a-root b-logs c-root d-logs e-mail"},
                  {"status", "d-logs c-root a-root b-logs e-mail"},
                  {"progress", "d-logs e-mail a-root b-logs c-root"},
                  {"rate", "a-root b-logs c-root d-logs e-mail"},
                  {"eta", "a-root b-logs c-root d-logs e-mail"},
                  {"age", "a-root b-logs c-root d-logs e-mail"},
                  {"need", "c-root a-root b-logs e-mail d-logs"}};
    const size_t count = sizeof orders / sizeof orders[0];
    struct desk *desk = *state;

    assert_string_equal(rows(desk), orders[count - 1].rows);
    for (size_t i = 0; i < count; i++) {
        desk_type(desk, ">");
        desk_assert_says(desk, orders[i].name);
        assert_string_equal(rows(desk), orders[i].rows);
    }
    for (size_t i = count - 1; i-- > 0;) {
        desk_type(desk, "<");
        desk_assert_says(desk, orders[i].name);
        assert_string_equal(rows(desk), orders[i].rows);
    }
}

static void an_order_can_be_turned_round(void **state)
{
    struct desk *desk = *state;

    desk_type(desk, "I");
    desk_assert_says(desk, "oldest is always first");
    desk_type(desk, ">I");
    desk_assert_says(desk, "sorted by vm, the other way round");
    assert_string_equal(rows(desk), "e-mail d-logs c-root b-logs a-root");
    desk_type(desk, "I");
    assert_string_equal(rows(desk), "a-root b-logs c-root d-logs e-mail");
}

static void the_cursor_goes_with_its_job(void **state)
{
    struct desk *desk = *state;

    desk_type(desk, "G");
    assert_string_equal(cursor(desk), "d-logs");
    desk_type(desk, ">>>>");
    assert_string_equal(cursor(desk), "d-logs");
    desk_type(desk, "j");
    assert_string_equal(cursor(desk), "e-mail");
}

/* ---- filter ---- */

static void the_list_follows_what_is_typed(void **state)
{
    struct desk *desk = *state;

    desk_type(desk, "\\lo");
    assert_int_equal(desk->app.depth, 2);
    desk_type(desk, "gs\n");
    assert_int_equal(desk->app.depth, 1);
    assert_string_equal(rows(desk), "b-logs d-logs");
    desk_type(desk, "\\ !running\n");
    assert_string_equal(rows(desk), "d-logs");
    desk_type(desk, "\\");
    desk_press(desk, KEY_CONTROL('U'));
    desk_type(desk, "\n");
    assert_string_equal(rows(desk), "c-root a-root b-logs e-mail d-logs");
}

static void esc_puts_filter_and_cursor_back(void **state)
{
    struct desk *desk = *state;

    desk_type(desk, "G\\mail");
    assert_string_equal(cursor(desk), "e-mail");
    desk_press(desk, KEY_CODE_ESCAPE);
    assert_int_equal(desk->app.depth, 1);
    assert_string_equal(cursor(desk), "d-logs");
    assert_string_equal(rows(desk), "c-root a-root b-logs e-mail d-logs");
}

/* No key of the list means anything while a filter is typed. */
static void typing_is_no_verb(void **state)
{
    struct desk *desk = *state;

    desk_type(desk, "\\pcoxq?y\n");
    assert_int_equal(desk->app.depth, 1);
    assert_false(desk->app.leaving);
    assert_int_equal(desk->world->sent, 0);
    assert_string_equal(cursor(desk), "");
    desk_type(desk, "p");
    desk_assert_says(desk, "no job is selected");
    assert_int_equal(desk->world->sent, 0);
}

static void needs_behind_a_filter_are_named(void **state)
{
    struct desk *desk = *state;

    desk_type(desk, "\\running\nn");
    desk_assert_says(desk, "nothing that the filter shows needs you");
}

/* ---- find ---- */

static void find_goes_to_the_first_and_on(void **state)
{
    struct desk *desk = *state;

    desk_type(desk, "g/logs");
    assert_string_equal(cursor(desk), "b-logs");
    desk_type(desk, " paused");
    assert_string_equal(cursor(desk), "d-logs");
    desk_press(desk, KEY_CODE_BACKSPACE);
    desk_press(desk, KEY_CONTROL('W'));
    desk_type(desk, "\n");
    assert_string_equal(cursor(desk), "b-logs");
    desk_type(desk, "]");
    assert_string_equal(cursor(desk), "d-logs");
    desk_type(desk, "]");
    assert_string_equal(cursor(desk), "b-logs");
    desk_type(desk, "[");
    assert_string_equal(cursor(desk), "d-logs");
    assert_string_equal(rows(desk), "c-root a-root b-logs e-mail d-logs");
}

static void find_tells_when_there_is_none(void **state)
{
    struct desk *desk = *state;

    desk_type(desk, "]");
    desk_assert_says(desk, "nothing was looked for yet");
    desk_type(desk, "g/b-logs nowhere");
    assert_string_equal(cursor(desk), "c-root");
    desk_type(desk, "\n]");
    desk_assert_says(desk, "no row has: b-logs nowhere");
    desk_type(desk, "/mail");
    assert_string_equal(cursor(desk), "e-mail");
    desk_press(desk, KEY_CODE_ESCAPE);
    assert_string_equal(cursor(desk), "c-root");
}

/* ---- tags ---- */

static void tags_stick_to_their_jobs(void **state)
{
    struct desk *desk = *state;
    struct world *world = desk->world;
    uint64_t ready = roster_find(world->target, "c-root")->uid;
    uint64_t moving = roster_find(world->target, "a-root")->uid;

    desk_type(desk, "g  ");
    assert_string_equal(cursor(desk), "b-logs");
    assert_int_equal(tags(desk)->count, 2);
    assert_true(tags_has(tags(desk), ready) && tags_has(tags(desk), moving));
    desk_type(desk, "k ");
    assert_int_equal(tags(desk)->count, 1);
    assert_false(tags_has(tags(desk), moving));
    desk_type(desk, ">>\\mail\n");
    assert_int_equal(tags(desk)->count, 1);
    assert_true(tags_has(tags(desk), ready));
    desk_type(desk, "u");
    assert_int_equal(tags(desk)->count, 0);
    desk_assert_says(desk, "no job is tagged any more");
}

static void a_tag_goes_with_its_job(void **state)
{
    struct desk *desk = *state;
    struct world *world = desk->world;
    uint64_t uid = roster_find(world->target, "c-root")->uid;

    desk_type(desk, "g ");
    world_event(world, "c-root", "null");
    world_event(world, "c-root", "created");
    desk_paint(desk);
    assert_true(tags_has(tags(desk), uid));
    assert_false(tags_has(tags(desk), roster_find(world->target, "c-root")->uid));
    merge_clear(world->target, uid);
    desk_paint(desk);
    assert_int_equal(tags(desk)->count, 0);
}

static void all_that_are_shown_can_be_tagged(void **state)
{
    struct desk *desk = *state;

    merge_migration(desk->world->target, &(struct migration_report){.status = "active"},
                    desk->world->now_ms);
    desk_type(desk, "\\logs\n*");
    assert_int_equal(tags(desk)->count, 2);
    desk_assert_says(desk, "every job that is shown is tagged");
    desk_type(desk, "\\");
    desk_press(desk, KEY_CONTROL('U'));
    desk_type(desk, "\n");
    assert_int_equal(tags(desk)->count, 2);
    desk_type(desk, "**");
    assert_int_equal(tags(desk)->count, 5);
    desk_type(desk, "u");
    assert_int_equal(tags(desk)->count, 0);
}

static void a_migration_takes_no_tag(void **state)
{
    struct desk *desk = *state;

    merge_migration(desk->world->target, &(struct migration_report){.status = "active"},
                    desk->world->now_ms);
    desk_type(desk, "/migration\n ");
    desk_assert_says(desk, "a migration cannot be tagged");
    assert_int_equal(tags(desk)->count, 0);
}

/* ---- hold ---- */

/* The cursor's job was cleared by nobody here: the cursor is on nothing. */
static void next_need_from_nothing_skips_none(void **state)
{
    static const struct job_report three[] = {
        {"z-gone", "backup", "running", 1, 9, NULL},
        {"q-root", "mirror", "ready", 9, 9, NULL},
        {"p-root", "mirror", "ready", 9, 9, NULL},
    };
    struct desk *desk = *state;

    world_jobs(desk->world, three, 3);
    world_jobs(desk->world, three + 1, 2);
    desk_paint(desk);
    desk_type(desk, "/z-gone\n");
    assert_string_equal(cursor(desk), "z-gone");
    app_key(&desk->app, 'x', desk->world->now_ms);
    desk->app.cleared_uid = 0;
    desk_paint(desk);
    assert_string_equal(cursor(desk), "");
    desk_type(desk, "g");
    const char *first = cursor(desk);
    world_jobs(desk->world, three, 3);
    world_jobs(desk->world, three + 1, 2);
    desk_paint(desk);
    desk_type(desk, "G");
    assert_string_equal(cursor(desk), "z-gone");
    app_key(&desk->app, 'x', desk->world->now_ms);
    desk->app.cleared_uid = 0;
    desk_paint(desk);
    assert_string_equal(cursor(desk), "");
    desk_type(desk, "n");
    assert_string_equal(cursor(desk), first);
}

static void z_holds_the_order_until_told_otherwise(void **state)
{
    struct desk *desk = *state;
    struct world *world = desk->world;

    desk_type(desk, "Z");
    world->now_ms += 10 * APP_HOLD_MS;
    assert_true(app_is_holding(&desk->app, world->now_ms));
    world_event(world, "b-logs", "ready");
    desk_paint(desk);
    assert_string_equal(rows(desk), "c-root a-root b-logs e-mail d-logs");
    desk_type(desk, "Z");
    world->now_ms += APP_HOLD_MS;
    assert_false(app_is_holding(&desk->app, world->now_ms));
    desk_paint(desk);
    assert_string_equal(rows(desk), "c-root b-logs a-root e-mail d-logs");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, desk_teardown)

/* Of thousands the rows stand for a moment; not one that would be drawn without its job. */
static void rows_without_a_job_do_not_stand(void **state)
{
    struct desk *desk = *state;
    struct jobs_view view;
    struct job_report reports[500];
    char ids[500][8];

    for (size_t i = 0; i < 500; i++)
        reports[i] = (struct job_report){ids[i], "backup", "running", 1, 2, NULL};
    jobs_view_init(&view);
    for (char letter = 'a'; letter <= 'b'; letter++) {
        for (size_t i = 0; i < 500; i++)
            snprintf(ids[i], sizeof(ids[i]), "%c%zu", letter, i);
        world_jobs(desk->world, reports, 500);
        jobs_view_update(&view, &desk->app, desk->world->now_ms);
    }
    assert_null(fleet_job(&desk->world->fleet, view.order.rows[0].uid, NULL));
    jobs_view_doubt(&view);
    jobs_view_update(&view, &desk->app, desk->world->now_ms);
    for (size_t i = 0; i < view.order.count; i++)
        assert_non_null(fleet_job(&desk->world->fleet, view.order.rows[i].uid, NULL));
    jobs_view_release(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_go_through_all_orders),
        TEST(an_order_can_be_turned_round),
        TEST(the_cursor_goes_with_its_job),
        TEST(the_list_follows_what_is_typed),
        TEST(esc_puts_filter_and_cursor_back),
        TEST(typing_is_no_verb),
        TEST(needs_behind_a_filter_are_named),
        TEST(find_goes_to_the_first_and_on),
        TEST(find_tells_when_there_is_none),
        TEST(tags_stick_to_their_jobs),
        TEST(a_tag_goes_with_its_job),
        TEST(all_that_are_shown_can_be_tagged),
        TEST(a_migration_takes_no_tag),
        TEST(next_need_from_nothing_skips_none),
        TEST(z_holds_the_order_until_told_otherwise),
        TEST(rows_without_a_job_do_not_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
