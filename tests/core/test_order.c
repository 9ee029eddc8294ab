#include "list.h"

static int setup(void **state)
{
    list_open(state, world_setup);
    world_connect(((struct list *)*state)->world);
    return 0;
}

/* Updates the order and gives its rows as "n1 | r1 r2 | q1 | e1". */
static const char *rows(struct list *list, bool hold)
{
    static char text[400];
    enum order_group group = ORDER_NEED;

    order_update(&list->order, &list->world->fleet, hold, list->world->now_ms);
    text[0] = '\0';
    for (size_t i = 0; i < list->order.count; i++) {
        const struct order_row *row = &list->order.rows[i];
        const struct job *job = fleet_job(&list->world->fleet, row->uid, NULL);

        assert_non_null(job);
        assert_int_equal(order_find(&list->order, row->uid), i);
        for (; group < row->group; group++)
            strcat(text, "| ");
        strcat(text, job->id);
        strcat(text, " ");
    }
    for (; group < ORDER_ENDED; group++)
        strcat(text, "| ");
    text[strlen(text) - 1] = '\0';
    return text;
}

static void names_the_groups(void **state)
{
    (void)state;
    assert_string_equal(order_group_title(ORDER_NEED), "needs you");
    assert_string_equal(order_group_title(ORDER_RUNNING), "running");
    assert_string_equal(order_group_title(ORDER_QUIET), "quiet");
    assert_string_equal(order_group_title(ORDER_ENDED), "ended");
}

static void an_empty_fleet_has_no_rows(void **state)
{
    struct list *list = *state;

    assert_string_equal(rows(list, false), "| | |");
    assert_string_equal(rows(list, true), "| | |");
    assert_int_equal(order_find(&list->order, 1), -1);
}

static const struct job_report mixed[] = {
    {"conc", "create", "concluded", 1, 1, "broken"},
    {"wait", "backup", "waiting", 4, 4, NULL},
    {"run2", "backup", "running", 1, 4, NULL},
    {"ready", "mirror", "ready", 4, 4, NULL},
    {"pause", "backup", "paused", 1, 4, NULL},
    {"odd", "teleport", "hovering", 1, 4, NULL},
    {"run1", "backup", "running", 1, 4, NULL},
};

static void groups_the_jobs(void **state)
{
    struct list *list = *state;

    world_jobs(list->world, mixed, 7);
    assert_string_equal(rows(list, false), "ready conc | run1 run2 | odd pause wait |");
    assert_int_equal(list->order.group_count[ORDER_NEED], 2);
    assert_int_equal(list->order.group_count[ORDER_RUNNING], 2);
    assert_int_equal(list->order.group_count[ORDER_QUIET], 3);
    assert_int_equal(list->order.group_count[ORDER_ENDED], 0);
    assert_false(list->order.held);
    world_event(list->world, "run1", "null");
    assert_string_equal(rows(list, false), "ready conc | run2 | odd pause wait | run1");
}

static void the_oldest_need_stands_first(void **state)
{
    struct list *list = *state;

    world_jobs(list->world, mixed, 7);
    world_pass(list->world, 1000);
    world_event(list->world, "run1", "ready");
    assert_string_equal(rows(list, false), "ready conc run1 | run2 | odd pause wait |");
}

static void ended_jobs_stand_in_the_order_of_their_ends(void **state)
{
    struct list *list = *state;

    world_jobs(list->world, mixed, 7);
    world_event(list->world, "run2", "null");
    world_pass(list->world, 10);
    world_event(list->world, "run1", "null");
    assert_string_equal(rows(list, false), "ready conc | | odd pause wait | run2 run1");
}

static void hold_keeps_every_row_in_its_place(void **state)
{
    struct list *list = *state;
    const struct job_report reports[] = {
        {"new2", "mirror", "ready", 4, 4, NULL},    {"new1", "backup", "running", 1, 4, NULL},
        {"wait", "backup", "running", 4, 4, NULL},  {"run2", "backup", "ready", 4, 4, NULL},
        {"pause", "backup", "running", 1, 4, NULL}, {"run1", "backup", "paused", 1, 4, NULL},
    };

    world_jobs(list->world, mixed, 7);
    rows(list, false);
    world_pass(list->world, 1000);
    world_jobs(list->world, reports, 6);
    assert_string_equal(rows(list, true),
                        "ready conc new2 | run1 run2 new1 | odd pause wait |");
    assert_true(list->order.held);
    assert_int_equal(list->order.group_count[ORDER_NEED], 3);
    /* Held on, the new ones have a place too. */
    assert_string_equal(rows(list, true),
                        "ready conc new2 | run1 run2 new1 | odd pause wait |");
    assert_string_equal(rows(list, false),
                        "run2 new2 | pause wait new1 | run1 | odd ready conc");
    assert_false(list->order.held);
}

static void hold_drops_only_what_is_kept_no_more(void **state)
{
    struct list *list = *state;
    uint64_t uid;

    world_jobs(list->world, mixed, 7);
    rows(list, false);
    uid = roster_find(list->world->target, "run1")->uid;
    world_event(list->world, "run1", "null");
    assert_string_equal(rows(list, true), "ready conc | run1 run2 | odd pause wait |");
    merge_clear(list->world->target, uid);
    assert_string_equal(rows(list, true), "ready conc | run2 | odd pause wait |");
    assert_int_equal(order_find(&list->order, uid), -1);
}

static void rows_of_several_targets_mix(void **state)
{
    struct list *list = *state;
    struct target *second = fleet_add(&list->world->fleet, "db-03", true, "/q/db-03", 1);
    struct job_report report = {"other", "backup", "running", 1, 4, NULL};

    world_job(list->world, "first", "backup", "running", 1, 4);
    merge_jobs(second, &report, 1, list->world->now_ms);
    world_event(list->world, "last", "created");
    assert_string_equal(rows(list, false), "| first other last | |");
}

/* Many rows in their worst order, held and not held. */
static void many_rows_stay_cheap(void **state)
{
    enum { COUNT = 5000 };

    struct list *list = *state;
    struct job_report *reports = calloc(COUNT, sizeof(*reports));
    char(*ids)[16] = calloc(COUNT, sizeof(*ids));

    assert_non_null(reports);
    assert_non_null(ids);
    for (int i = 0; i < COUNT; i++) {
        snprintf(ids[i], sizeof(ids[i]), "j%d", i);
        reports[i] =
            (struct job_report){ids[i], "backup", i % 2 ? "running" : "paused", 1, 4, NULL};
    }
    world_jobs(list->world, reports, COUNT);
    for (int round = 0; round < 20; round++)
        order_update(&list->order, &list->world->fleet, round % 2, list->world->now_ms);
    assert_int_equal(list->order.count, COUNT);
    assert_int_equal(list->order.group_count[ORDER_RUNNING], COUNT / 2);
    assert_int_equal(list->order.group_count[ORDER_QUIET], COUNT / 2);
    for (size_t i = 1; i < COUNT / 2; i++)
        assert_true(list->order.rows[i - 1].uid < list->order.rows[i].uid);
    free(reports);
    free(ids);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, list_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_groups),
        CASE(an_empty_fleet_has_no_rows),
        CASE(groups_the_jobs),
        CASE(the_oldest_need_stands_first),
        CASE(ended_jobs_stand_in_the_order_of_their_ends),
        CASE(hold_keeps_every_row_in_its_place),
        CASE(hold_drops_only_what_is_kept_no_more),
        CASE(rows_of_several_targets_mix),
        CASE(many_rows_stay_cheap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
