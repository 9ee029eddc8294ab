#include "list.h"

/* Orders other than by need, the filter, and both while the order is held. */

static int setup(void **state)
{
    list_open(state, world_setup_connected);
    struct list *list = *state;
    list->other = fleet_add(&list->world->fleet, "db-02", true, "/q/db-02", 1);
    return 0;
}

static void ask(struct list *list, enum order_key key, bool descending, const char *filter)
{
    struct order_spec spec = {.key = key, .descending = descending};

    snprintf(spec.filter, sizeof(spec.filter), "%s", filter);
    order_ask(&list->order, &spec);
}

/* Updates the order and gives its rows' ids. */
static const char *rows(struct list *list, bool hold)
{
    static char text[400];

    order_update(&list->order, &list->world->fleet, hold, list->world->now_ms);
    text[0] = '\0';
    for (size_t i = 0; i < list->order.count; i++) {
        uint64_t uid = list->order.rows[i].uid;
        const struct job *job = fleet_job(&list->world->fleet, uid, NULL);

        assert_int_equal(order_find(&list->order, uid), i);
        strcat(text, i > 0 ? " " : "");
        strcat(text, job ? job->id : "MIGRATION");
    }
    return text;
}

static void sighted(struct list *list, const char *id, const char *type, const char *status,
                    uint64_t current)
{
    static struct job_report reports[16];
    static size_t count;

    if (list->world->target->job_count == 0)
        count = 0;
    reports[count++] = (struct job_report){id, type, status, current, 1000, NULL};
    world_jobs(list->world, reports, count);
}

/* Five jobs, each a second after the one before; the last on the other target. */
static void five(struct list *list)
{
    static const struct job_report away = {"alien", "commit", "running", 300, 1000, NULL};
    struct world *world = list->world;

    sighted(list, "disk10", "backup", "running", 100);
    world_pass(world, 1000);
    sighted(list, "disk9", "mirror", "ready", 1000);
    world_pass(world, 1000);
    sighted(list, "Disk1", "backup", "paused", 500);
    world_pass(world, 1000);
    sighted(list, "create0", "create", "running", 1);
    world_pass(world, 1000);
    merge_jobs(list->other, &away, 1, world->now_ms);
}

static void every_key_sorts_both_ways(void **state)
{
    static const struct {
        enum order_key key;
        const char *up, *down;
    } keys[ORDER_KEY_COUNT] = {
        {ORDER_BY_NEED, "disk9 disk10 create0 alien Disk1", "disk9 disk10 create0 alien Disk1"},
        {ORDER_BY_VM, "alien create0 Disk1 disk9 disk10", "disk10 disk9 Disk1 create0 alien"},
        {ORDER_BY_JOB, "alien create0 Disk1 disk9 disk10", "disk10 disk9 Disk1 create0 alien"},
        {ORDER_BY_STATUS, "Disk1 disk9 alien disk10 create0",
         "disk10 create0 alien disk9 Disk1"},
        {ORDER_BY_PROGRESS, "disk10 alien Disk1 disk9 create0",
         "Disk1 alien disk10 disk9 create0"},
        {ORDER_BY_RATE, "disk10 disk9 Disk1 create0 alien", "disk10 disk9 Disk1 create0 alien"},
        {ORDER_BY_ETA, "disk10 disk9 Disk1 create0 alien", "disk10 disk9 Disk1 create0 alien"},
        {ORDER_BY_AGE, "alien create0 Disk1 disk9 disk10", "disk10 disk9 Disk1 create0 alien"},
    };
    struct list *list = *state;

    five(list);
    for (enum order_key key = 0; key < ORDER_KEY_COUNT; key++) {
        assert_int_equal(keys[key].key, key);
        ask(list, key, false, "");
        assert_string_equal(rows(list, false), keys[key].up);
        ask(list, key, true, "");
        assert_string_equal(rows(list, false), keys[key].down);
        assert_int_equal(list->order.group_count[ORDER_NEED], 1);
        assert_int_equal(list->order.group_count[ORDER_QUIET], 1);
    }
}

/* Who has no speed or no end stands last, whichever way round. */
static void what_has_no_value_stands_last(void **state)
{
    static const char *const statuses[] = {"paused", "running", "running", "running"};
    static const uint64_t speeds[] = {0, 50, 900, 200};
    static const char *const ids[] = {"still", "slow", "fast", "fair"};
    struct list *list = *state;
    struct job_report reports[4];

    for (uint64_t second = 0; second <= 10; second++) {
        for (size_t i = 0; i < 4; i++)
            reports[i] = (struct job_report){
                ids[i], "backup", statuses[i], second * speeds[i] << 20, 90000ull << 20, NULL};
        world_jobs(list->world, reports, 4);
        world_pass(list->world, second < 10 ? 1000 : 0);
    }
    ask(list, ORDER_BY_RATE, true, "");
    assert_string_equal(rows(list, false), "fast fair slow still");
    ask(list, ORDER_BY_RATE, false, "");
    assert_string_equal(rows(list, false), "slow fair fast still");
    ask(list, ORDER_BY_ETA, false, "");
    assert_string_equal(rows(list, false), "fast fair slow still");
    ask(list, ORDER_BY_ETA, true, "");
    assert_string_equal(rows(list, false), "slow fair fast still");
}

static void a_migration_is_sorted_like_a_job(void **state)
{
    struct list *list = *state;

    five(list);
    merge_migration(list->world->target,
                    &(struct migration_report){.status = "active",
                                               .has_ram = true,
                                               .total = 1000,
                                               .transferred = 600,
                                               .remaining = 400,
                                               .mbps = 8.0},
                    list->world->now_ms);
    ask(list, ORDER_BY_JOB, false, "");
    assert_string_equal(rows(list, false), "alien create0 Disk1 disk9 disk10 MIGRATION");
    ask(list, ORDER_BY_STATUS, false, "");
    assert_string_equal(rows(list, false), "MIGRATION Disk1 disk9 alien disk10 create0");
    ask(list, ORDER_BY_RATE, true, "");
    assert_string_equal(rows(list, false), "MIGRATION disk10 disk9 Disk1 create0 alien");
    ask(list, ORDER_BY_PROGRESS, true, "migr");
    assert_string_equal(rows(list, false), "MIGRATION");
    assert_int_equal(list->order.hidden, 5);
}

static void names_count_as_people_count(void **state)
{
    static const char *const ids[] = {"a", "a1", "a01b", "a2", "a10", "a10b", "b", "B1", "~"};
    struct list *list = *state;
    struct job_report reports[9];
    char expected[64] = "";

    for (size_t i = 0; i < 9; i++) {
        reports[8 - i] = (struct job_report){ids[i], "backup", "running", 1, 4, NULL};
        strcat(strcat(expected, i > 0 ? " " : ""), ids[i]);
    }
    world_jobs(list->world, reports, 9);
    ask(list, ORDER_BY_JOB, false, "");
    assert_string_equal(rows(list, false), expected);
}

static void the_filter_leaves_rows_out_and_counts_them(void **state)
{
    struct list *list = *state;

    five(list);
    ask(list, ORDER_BY_NEED, false, "disk !ready");
    assert_string_equal(rows(list, false), "disk10 Disk1");
    assert_int_equal(list->order.hidden, 3);
    assert_int_equal(list->order.group_count[ORDER_NEED], 0);
    ask(list, ORDER_BY_NEED, false, "nothing like that");
    assert_string_equal(rows(list, false), "");
    assert_int_equal(list->order.hidden, 5);
    ask(list, ORDER_BY_NEED, false, "");
    assert_string_equal(rows(list, false), "disk9 disk10 create0 alien Disk1");
    assert_int_equal(list->order.hidden, 0);
}

/* Held, a row stays though the filter takes it no more; a new one must be taken. */
static void held_rows_stay_under_a_filter(void **state)
{
    static const struct job_report later[] = {
        {"new-run", "backup", "running", 1, 1000, NULL},
        {"new-still", "backup", "paused", 1, 1000, NULL},
        {"disk10", "backup", "paused", 100, 1000, NULL},
        {"disk9", "mirror", "ready", 1000, 1000, NULL},
        {"Disk1", "backup", "running", 500, 1000, NULL},
        {"create0", "create", "running", 1, 1000, NULL},
    };
    struct list *list = *state;

    five(list);
    ask(list, ORDER_BY_JOB, false, "running");
    assert_string_equal(rows(list, false), "alien create0 disk10");
    world_jobs(list->world, later, 6);
    assert_string_equal(rows(list, true), "alien create0 disk10 Disk1 new-run");
    assert_true(list->order.held);
    assert_int_equal(list->order.hidden, 2);
    assert_string_equal(rows(list, false), "alien create0 Disk1 new-run");
}

/* What was just asked for is seen at once; only then it is held. */
static void asking_breaks_the_hold_once(void **state)
{
    static const struct job_report later[] = {
        {"aaa", "backup", "running", 1, 1000, NULL},
        {"create0", "create", "running", 1, 1000, NULL},
        {"disk10", "backup", "running", 999, 1000, NULL},
    };
    struct list *list = *state;

    five(list);
    rows(list, false);
    ask(list, ORDER_BY_PROGRESS, false, "!ended !unknown");
    assert_string_equal(rows(list, true), "disk10 alien Disk1 disk9 create0");
    assert_false(list->order.held);
    world_jobs(list->world, later, 3);
    assert_string_equal(rows(list, true), "disk10 alien Disk1 disk9 create0 aaa");
    assert_true(list->order.held);
}

static void keys_have_names(void **state)
{
    static const struct {
        const char *name;
        bool descends;
    } keys[ORDER_KEY_COUNT] = {{"need", false},   {"vm", false},      {"job", false},
                               {"status", false}, {"progress", true}, {"rate", true},
                               {"eta", false},    {"age", true}};

    (void)state;
    for (enum order_key key = 0; key < ORDER_KEY_COUNT; key++) {
        assert_string_equal(order_key_name(key), keys[key].name);
        assert_int_equal(order_key_parse(keys[key].name), key);
        assert_int_equal(order_key_descends(key), keys[key].descends);
    }
    assert_int_equal(order_key_parse("speed"), ORDER_KEY_COUNT);
    assert_int_equal(order_key_parse(""), ORDER_KEY_COUNT);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, list_teardown)
    const struct CMUnitTest tests[] = {
        CASE(every_key_sorts_both_ways),
        CASE(what_has_no_value_stands_last),
        CASE(a_migration_is_sorted_like_a_job),
        CASE(names_count_as_people_count),
        CASE(the_filter_leaves_rows_out_and_counts_them),
        CASE(held_rows_stay_under_a_filter),
        CASE(asking_breaks_the_hold_once),
        cmocka_unit_test(keys_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
